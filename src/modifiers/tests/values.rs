//! Decoding, variables and numbers: 01 §1.2, §3, 02 G6.

use super::super::variables::Variables;
use super::*;

/// Substitutes and decodes, as one value passes through.
fn value(text: &str, variables: &[(&str, &'static str)]) -> String {
    let mut seen = Variables::default();
    for (name, value) in variables {
        seen.preceding.define(name, value);
    }
    let (raw, _) = seen.substitute(text, 0..text.len(), 1000).unwrap();
    let (decoded, problem) = raw.decoded();
    assert_eq!(problem, None);
    decoded.whole().text.to_string()
}

#[test]
fn values_are_decoded_once() {
    assert_eq!(value("a%2526b", &[]), "a%26b", "A8");
    assert_eq!(value("about+the+image", &[]), "about the image", "A9, ruling 1");
    assert_eq!(value("1%2B1", &[]), "1+1", "A10");
    assert_eq!(value("rate%26weight%3D85%25%2027%23", &[]), "rate&weight=85% 27#", "A7");
}

#[test]
fn escapes_are_utf8_if_valid_else_latin_1_c04() {
    assert_eq!(value("caf%C3%A9", &[]), "café");
    assert_eq!(value("caf%e9", &[]), "café");
    assert_eq!(value("größe%2Dé", &[]), "größe-é");
}

#[test]
fn variables_are_put_in_once_and_before_decoding() {
    let text = "rate%26weight%3D85%25%2027%23";
    assert_eq!(value("$text$", &[("text", text)]), "rate&weight=85% 27#", "A7");
    assert_eq!(
        value("$var1$", &[("var1", "my$var2$tree"), ("var2", "apple")]),
        "my$var2$tree",
        "A25"
    );
    assert_eq!(value("my$image$file.tif", &[]), "my$image$file.tif", "A26");
    assert_eq!(value("$a$-$b$-$a$", &[("a", "x"), ("b", "y")]), "x-y-x", "A29");
    assert_eq!(value("$p$q$r$", &[("q", "Z")]), "$pZr$", "A37");
    assert_eq!(value("%24q%24", &[("q", "Z")]), "$q$", "A38");
}

#[test]
fn values_that_grow_by_their_variables_are_stopped() {
    // 100 values of 700 bytes are over 16 x 4096
    let grown = format!("$v={}&{}", "1".repeat(700), "bgc=$v$&".repeat(100));
    let resolution = request(&grown);
    let count = |reason| errors(&resolution).iter().filter(|found| **found == reason).count();
    assert_eq!((count(VALUE_OUT_OF_RANGE), count(MODIFIER_TOO_LONG)), (93, 1));
}

#[test]
fn bad_escapes_are_errors_or_lenient_warnings_ruling_4() {
    for bad in ["%zz", "%4", "%"] {
        let input = format!("wid=1{bad}");
        let error = one_error(&input);
        assert_eq!((error.reason, error.span), (MODIFIER_SYNTAX, 5..input.len()), "{bad}");
    }
    let sources = Sources { is_modifier: "locale=%zz&wid=5", ..Sources::default() };
    let lenient = resolve(&sources, &macros(), &Defaults::default(), Strictness::Lenient);
    assert_eq!(warnings(&lenient), [MODIFIER_SYNTAX, IGNORED]);
    assert_eq!(asked(&lenient), "wid=5");
}

#[test]
fn integers_and_reals_have_the_grammar_of_g6() {
    for (input, expected) in [
        ("wid=+10", "wid=10"),
        ("wid=%2B10", "wid=10"),
        ("wid=007", "wid=7"),
        ("scl=.5", "scl=0.5"),
        ("scl=2.", "scl=2"),
        ("scl=2e-1", "scl=0.2"),
        ("align=-0,-.5", "align=0,-0.5"),
    ] {
        assert_eq!(effective(input), expected, "{input}");
    }
    for input in [
        "wid=10.5", "wid=1e3", "wid=abc", "wid=--1", "scl=inf", "scl=nan", "scl=.", "scl=0x1",
        "scl=1,5",
    ] {
        assert_eq!(one_error(input).reason, MODIFIER_SYNTAX, "{input}");
    }
    for input in ["wid=99999999999999999999", "wid=2147483648", "scl=1e400", "scl=1e-400", "scl=-1"]
    {
        assert_eq!(one_error(input).reason, VALUE_OUT_OF_RANGE, "{input}");
    }
}
