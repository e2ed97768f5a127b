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
        ("cropPathE=a&fmt=heic", &[(Warning, UNIMPLEMENTED_COMMAND); 2]),
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

fn saved(kind: DefinitionKind, text: &str, macros: &Macros) -> Vec<&'static str> {
    let found = check_text(kind, text, macros, &Defaults::default());
    found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.reason).collect()
}

#[test]
fn a_post_modifier_has_no_template_at_any_depth() {
    let mut macros = Macros::new();
    macros.insert("outer", "wid=3&$inner$");
    macros.insert("inner", "template=T");
    macros.insert("ring", "$ring$");
    for wrong in ["template=T", "wid=3& Template =T", "src=is{x?template=T}", "$outer$"] {
        let post = saved(DefinitionKind::AssetPostModifier, wrong, &macros);
        assert!(post.contains(&COMMAND_CONFLICT), "{wrong}");
        assert_eq!(saved(DefinitionKind::AssetModifier, wrong, &macros), [""; 0], "{wrong}");
    }
    for right in ["wid=3", "id=template", "ts=x,template=T", "wid=3&mytemplate=T", ""] {
        assert_eq!(saved(DefinitionKind::AssetPostModifier, right, &macros), [""; 0], "{right}");
    }
    assert_eq!(saved(DefinitionKind::AssetPostModifier, "$ring$", &macros), [MACRO_RECURSION]);
}

#[test]
fn an_assets_modifier_may_be_as_long_as_a_request() {
    let macros = Macros::new();
    let filled = |end: &str, length: usize| {
        let text = format!("wid=3&fit=fit&id={}{end}", "x".repeat(length));
        saved(DefinitionKind::AssetModifier, &text, &macros)
    };
    assert_eq!(filled("", 4096 - 17), [""; 0]);
    assert_eq!(filled("", 4096 - 16), [MODIFIER_TOO_LONG]);
    for length in [10, 1000] {
        assert_eq!(filled("&qlt=750", length), [VALUE_OUT_OF_RANGE], "{length}");
        // what this version cannot carry out, and unknown names, are warnings
        assert_eq!(filled("&xmpEmbed=1", length), [""; 0], "{length}");
        assert_eq!(filled("&widt=5", length), [""; 0], "{length}");
    }
}

#[test]
fn rules_between_commands_wait_for_the_request() {
    let found =
        check_text(DefinitionKind::AssetModifier, "fit=crop", &Macros::new(), &Defaults::default());
    assert_eq!(found, []);
}
