//! Vectors A1 to A38 of 01 §11.1 that need no layers.

use super::*;

#[test]
fn segments_are_cut_at_ampersands() {
    for (vector, input, expected) in [
        ("A1", "&wid=200", "wid=200"),
        ("A2", "wid=200&&hei=100&", "wid=200&hei=100"),
        ("A3", "&WID=200&ReSMode=bicub", "wid=200&resMode=bicub"),
        ("A4", "wid=100&.ts=2024-01-01&hei=50", "wid=100&hei=50"),
        ("A5", ".note&wid=10", "wid=10"),
        ("A6", "wid=100&wid=300", "wid=300"),
    ] {
        assert_eq!(effective(input), expected, "{vector}");
    }
}

#[test]
fn white_space_around_segments_names_and_items_is_trimmed_c03() {
    assert_eq!(effective(" wid = 20 &\r\n fit = crop , 1 "), "wid=20&fit=crop,1");
}

#[test]
fn macros_stand_in_place_of_their_call() {
    let view = "wid=240&align=-1,-1&bgc=c8c8c8&op_usm=5,2,0,0";
    for (vector, input, expected) in [
        ("view alone", "$view$", view.to_string()),
        ("any case, 01 §2.4", "&$VIEW$", view.to_string()),
        ("A16", "$view$&wid=480", view.replace("wid=240", "wid=480")),
        ("A17", "wid=480&$view$", view.to_string()),
        ("A18", "$thumb$&qlt=60", "qlt=60,0&wid=100&hei=100".to_string()),
        ("ruling 22", "%24view%24", view.to_string()),
    ] {
        assert_eq!(effective(input), expected, "{vector}");
    }
}

#[test]
fn unknown_macro_is_an_error_with_the_nearest_name_c12() {
    let error = one_error("wid=1&$veiw$");
    assert_eq!(
        (error.reason, error.span, error.suggestion.as_deref()),
        (UNKNOWN_MACRO, 6..12, Some("$view$"))
    );
    assert_eq!(one_error("$nothing-like-it$").suggestion, None);
}

#[test]
fn a20_a_macro_calls_another_macro() {
    let mut macros = macros();
    macros.insert("a", "$b$&wid=1");
    macros.insert("b", "hei=2");
    let sources = Sources { is_modifier: "$a$", ..Sources::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    assert_eq!(asked(&resolution), "wid=1&hei=2");
}

#[test]
fn a_macro_must_exist_when_the_definition_that_calls_it_is_saved_a19() {
    let found = check_definition("$b$&wid=1", &macros());
    assert_eq!(
        found.iter().map(|d| (d.severity, d.reason)).collect::<Vec<_>>(),
        [(Severity::Error, UNKNOWN_MACRO)]
    );
}

#[test]
fn macros_that_call_each_other_in_a_circle_are_refused() {
    let mut macros = Macros::new();
    macros.insert("A", "wid=1&$b$");
    macros.insert("b", "$c$");
    macros.insert("c", "$a$");
    let sources = Sources { is_modifier: "$a$", ..Sources::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    assert_eq!(errors(&resolution), [MACRO_RECURSION]);
    let problem = &resolution.diagnostics[0];
    assert!(problem.message.ends_with("$A$ -> $b$ -> $c$ -> $A$"), "{}", problem.message);
    assert_eq!(problem.source, SourceName::MacroDefinition("c".into()));
    let innermost_first = [
        (SourceName::MacroDefinition("b".into()), 0..3),
        (SourceName::MacroDefinition("A".into()), 6..9),
        (SourceName::IsModifier, 0..3),
    ];
    assert_eq!(problem.invoked_at, innermost_first);
}

#[test]
fn macros_nest_eight_deep_and_no_deeper() {
    let mut macros = Macros::new();
    for level in 1..9 {
        macros.insert(&format!("m{level}"), &format!("$m{}$", level + 1));
    }
    macros.insert("m9", "wid=9");
    let from = |is_modifier| {
        let sources = Sources { is_modifier, ..Sources::default() };
        resolve(&sources, &macros, &Defaults::default(), Strictness::Normal)
    };
    assert_eq!(asked(&from("$m2$")), "wid=9");
    assert_eq!(errors(&from("$m1$")), [MACRO_RECURSION]);
}

#[test]
fn macros_that_grow_without_bound_are_stopped() {
    let mut macros = Macros::new();
    for level in 1..8 {
        macros.insert(&format!("m{level}"), &format!("$m{}$&", level + 1).repeat(100));
    }
    macros.insert("m8", "wid=9");
    let sources = Sources { is_modifier: "$m1$", ..Sources::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    assert_eq!(errors(&resolution), [MODIFIER_TOO_LONG]);
}

#[test]
fn variables_are_seen_as_c16_says() {
    for (vector, input, expected) in [
        ("A28, any case", "$W=120&wid=$w$", "wid=120"),
        ("A29, several references", "$a=1&$b=2&align=$a$,0&wid=$b$$a$$b$", "wid=212&align=1,0"),
        ("A31, nearest before", "$a=1&wid=$a$&$a=2", "wid=1"),
        ("in a list", "$f=crop&wid=9&fit=$f$,1", "wid=9&fit=crop,1"),
    ] {
        assert_eq!(effective(input), expected, "{vector}");
    }
    for (vector, input) in [("A27", "wid=$number$"), ("A30, defined too late", "wid=$w$&$w=100")] {
        assert_eq!(one_error(input).reason, MODIFIER_SYNTAX, "{vector}");
    }
}

#[test]
fn an_undefined_variable_is_named() {
    let message = one_error("wid=$side$").message;
    assert_eq!(
        message,
        "wid must be a whole number, not '$side$'; no variable 'side' is defined before it"
    );
}

#[test]
fn a_later_source_sets_the_variables_of_an_earlier_one() {
    let resolve = |asset_modifier, is_modifier| {
        let sources = Sources { asset_modifier, is_modifier, ..Sources::default() };
        asked(&resolve_sources(sources))
    };
    // A32 and A33 with wid instead of text
    assert_eq!(resolve("$t=5&wid=$t$", "$t=7"), "wid=7");
    assert_eq!(resolve("$t=5&wid=$t$", "hei=3"), "wid=5&hei=3");
    // (c) a definition of an earlier source serves a later one
    assert_eq!(resolve("$t=5", "wid=$t$"), "wid=5");
}

#[test]
fn a_variable_is_passed_to_a_macro() {
    let mut macros = macros();
    macros.insert("sized", "wid=$side$&hei=$side$");
    let sources = Sources { is_modifier: "$side=70", macro_call: "sized", ..Sources::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    assert_eq!(asked(&resolution), "wid=70&hei=70");
}

#[test]
fn dollar_forms_are_told_apart() {
    // 01 §2.1: `$n$=v` matches nothing
    assert_eq!(one_error("wid=1&$n$=5").span, 6..9);
    assert_eq!(one_error("$$").reason, MACRO_SYNTAX);
    assert_eq!(one_error("$a b$").reason, MACRO_SYNTAX);
    // `$n` alone is an empty variable; of a macro's name it is surely a slip
    assert_eq!(warnings(&request("wid=1&$n")), [""; 0]);
    let resolution = request("wid=1&$view");
    assert_eq!(warnings(&resolution), [IGNORED]);
    let slip = resolution.diagnostics.iter().find(|d| d.reason == IGNORED).unwrap();
    assert_eq!(slip.suggestion.as_deref(), Some("$view$"));
}

#[test]
fn nested_requests_shield_their_ampersands() {
    for (vector, input, wanted) in [
        (
            "A12",
            "layer=0&src=is(?src=im&size=300,300&cache=on)&layer=1&src=x",
            &["src", "layer=1"][..],
        ),
        (
            "A14",
            "layer=2&src=ir(rc/ro?id=v&src=is(c/t?res=30)&res=30)&mask=(a&b)&size=1,1",
            &["layer=2", "ir(rc/ro?id=v&src=is(c/t?res=30)&res=30)", "(a&b)"],
        ),
    ] {
        let resolution = request(input);
        let mut named = Vec::new();
        for error in errors_of(&resolution) {
            assert_eq!(error.reason, UNIMPLEMENTED_COMMAND, "{vector}: {}", error.message);
            named.push(&input[error.span.clone()]);
        }
        assert_eq!(named, wanted, "{vector}");
    }
    // A13: what stands outside is read
    let resolution = request("src=is{cat/a?wid=30&hei=30&fit=stretch}&resmode=bisharp");
    assert_eq!(errors(&resolution), [UNIMPLEMENTED_COMMAND]);
    assert_eq!(asked(&resolution), "src=is(cat/a?wid=30&hei=30&fit=stretch,0)&resMode=bisharp");
    // imageSet={…} uses the same shield and is ignored
    assert_eq!(warnings(&request("imageSet={a?wid=x&hei=y}&wid=5")), [IGNORED]);
}

#[test]
fn brackets_of_nested_requests_are_checked() {
    // A15
    let found = request("src=is(cat/a?wid=30");
    assert_eq!(errors(&found), [MODIFIER_SYNTAX]);
    assert_eq!(found.diagnostics[0].span, 6..7);
    // C09
    let found = request("src=is(a)b&wid=1");
    assert_eq!(errors(&found), [MODIFIER_SYNTAX]);
    assert_eq!(found.diagnostics[0].span, 9..10);
}

#[test]
fn all_problems_are_found_in_one_pass_with_their_bytes() {
    let input = "wid=0&qlt=101&=5&fit=cover&align=2,0&fmt=jp2&hie=4";
    let found: Vec<(&str, &str)> =
        request(input).diagnostics.iter().map(|d| (d.reason, &input[d.span.clone()])).collect();
    let wanted = [
        (VALUE_OUT_OF_RANGE, "0"),
        (VALUE_OUT_OF_RANGE, "101"),
        (MODIFIER_SYNTAX, "=5"),
        (MODIFIER_SYNTAX, "cover"),
        (VALUE_OUT_OF_RANGE, "2"),
        (MODIFIER_SYNTAX, "jp2"),
        (UNKNOWN_COMMAND, "hie"),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn spans_count_bytes_of_what_was_written() {
    // percent escapes, multi-byte text and variables before the wrong item
    let input = ".größe&align=%30%2C2";
    let error = one_error(input);
    assert_eq!(&input[error.span], "2");
    let input = "$v=9&align=$v$,0";
    assert_eq!(&input[one_error(input).span], "$v$");
}

/// The largest values of `limits.max_nested_requests` and `limits.max_macro_depth`
/// fit the stack of a worker's thread.
#[test]
fn requests_and_macros_nest_as_deep_as_settings_allow() {
    let limits = Limits { nesting: 64, macro_depth: 64, ..Limits::STANDARD };
    let defaults = Defaults { limits, ..Defaults::default() };
    let mut macros = Macros::new();
    for level in 1..64 {
        macros.insert(&format!("m{level}"), &format!("$m{}$", level + 1));
    }
    let nested =
        |depth: usize| format!("{}x{}", "layer=1&src=is(x?".repeat(depth), ")".repeat(depth));
    for (depth, fits) in [(64, true), (65, false)] {
        macros.insert("m64", &nested(depth));
        let sources = Sources { is_modifier: "$m1$", ..Sources::default() };
        let resolution = resolve(&sources, &macros, &defaults, Strictness::Normal);
        assert_eq!(resolution.plan.is_some(), fits, "{depth}: {:?}", resolution.diagnostics);
    }
}
