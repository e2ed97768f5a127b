//! Macro tables, names and saved definitions: 03 §1.5 and §5.

use super::*;

fn checked(text: &str) -> Vec<(Severity, &'static str)> {
    check_definition(text, &macros()).iter().map(|d| (d.severity, d.reason)).collect()
}

#[test]
fn a_definition_is_checked_before_it_is_saved() {
    use Severity::{Error, Warning};
    for (text, wanted) in [
        ("wid=400&fmt=jpeg&qlt=80", &[][..]),
        ("?&wid=5\n", &[]),
        ("qlt=750", &[(Error, VALUE_OUT_OF_RANGE)]),
        ("locale=%zz", &[(Error, MODIFIER_SYNTAX)]),
        ("wdi=5&ts=1", &[(Warning, UNKNOWN_COMMAND_IGNORED); 2]),
        ("icc=sRGB&fmt=avif", &[(Warning, UNIMPLEMENTED_COMMAND); 2]),
        ("$nope$", &[(Error, UNKNOWN_MACRO)]),
        ("$web$&fit=crop", &[]),
        ("", &[(Error, MODIFIER_SYNTAX)]),
        ("&", &[(Error, MODIFIER_SYNTAX)]),
        // the size may come from the request
        ("fit=crop", &[]),
        ("wid=$side$", &[]),
        // a variable that the definition sets itself is checked
        ("$side=0&wid=$side$", &[(Error, VALUE_OUT_OF_RANGE)]),
    ] {
        assert_eq!(checked(text), wanted, "{text:?}");
    }
}

#[test]
fn a_definition_has_at_most_512_characters() {
    let longest = "é".repeat(505) + "=&wid=1";
    assert_eq!(longest.chars().count(), 512);
    assert_eq!(checked(&longest), [(Severity::Warning, UNKNOWN_COMMAND_IGNORED)]);
    assert_eq!(checked(&format!("{longest}0")), [(Severity::Error, MODIFIER_TOO_LONG)]);
}

#[test]
fn shipped_presets_are_sound() {
    let mut macros = Macros::new();
    for (name, definition) in shipped_presets() {
        assert_eq!(check_macro_name(name), Ok(()));
        assert_eq!(check_definition(definition, &macros), [], "{name}");
        macros.insert(name, definition);
        let sources = Sources { macro_call: name, ..Sources::default() };
        assert!(
            resolve(&sources, &macros, &Defaults::default(), Strictness::Strict).plan.is_some(),
            "{name}"
        );
    }
    let names: Vec<&str> = macros.names().collect();
    assert_eq!(
        names,
        [
            "CrossSell",
            "Enlarge",
            "Large",
            "Main",
            "Original",
            "s7product",
            "Thumbnail",
            "shadow",
            "glow"
        ]
    );
}

#[test]
fn macro_names_ignore_case_and_keep_their_spelling() {
    let mut macros = Macros::new();
    macros.insert("Web", "wid=1");
    macros.insert("WEB", "wid=2");
    assert_eq!(macros.get("web"), Some("wid=2"));
    assert_eq!(macros.names().collect::<Vec<_>>(), ["WEB", "shadow", "glow"]);
    assert!(macros.remove("wEb"));
    assert!(!macros.remove("web"));
    assert_eq!(macros.get("web"), None);
}

#[test]
fn built_in_macros_can_be_overridden() {
    let mut macros = Macros::new();
    let built_in = macros.get("Shadow").unwrap().to_string();
    assert!(built_in.starts_with("color=0,0,0,191"));
    macros.insert("Shadow", "wid=1");
    assert_eq!(macros.get("shadow"), Some("wid=1"));
    assert_eq!(macros.names().collect::<Vec<_>>(), ["Shadow", "glow"]);
    macros.remove("shadow");
    assert_eq!(macros.get("shadow"), Some(built_in.as_str()));
}

#[test]
fn macro_names_follow_the_grammar_of_03_1_5() {
    for good in ["a", "!_s7product", "A-b_c.9", &"x".repeat(64)] {
        assert_eq!(check_macro_name(good), Ok(()), "{good}");
    }
    for bad in ["", "a b", "größe", "$a$", "a&b", "a=b", "a\n", &"x".repeat(65)] {
        assert!(check_macro_name(bad).is_err(), "{bad:?}");
    }
}
