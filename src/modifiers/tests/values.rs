//! Decoding, variables, numbers and colours: 01 §1.2, §3, §6.1 and §11.2.

use super::super::colour::{Colour, Model, colour};
use super::super::diagnostic::Problem;
use super::super::text::Text;
use super::super::variables::Variables;
use super::*;

fn raw(text: &str) -> Text {
    let mut raw = Text::at(0..text.len());
    raw.push_verbatim(text, 0);
    raw
}

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

fn read(text: &str) -> Result<Colour, Problem> {
    colour("bgc", &raw(text))
}

#[track_caller]
fn assert_colour(text: &str, model: Model, alpha: f64, in_source_space: bool) {
    let read = read(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
    match (read.model, model) {
        // the spec gives gray in percent with one decimal
        (Model::Gray(found), Model::Gray(wanted)) => {
            assert!((found - wanted).abs() < 0.05, "{text}: {found}")
        }
        (found, wanted) => assert_eq!(found, wanted, "{text}"),
    }
    assert!((read.alpha - alpha).abs() < 0.0005, "{text}: alpha {}", read.alpha);
    assert_eq!(read.in_source_space, in_source_space, "{text}");
}

#[test]
fn colours_have_six_notations_01_11_2() {
    let of_255 = |alpha: f64| alpha / 255.0;
    assert_colour("0,100,200", Model::Rgb([0, 100, 200]), 1.0, false); // B1
    assert_colour("0,100,200,200rs", Model::Rgb([0, 100, 200]), of_255(200.0), true); // B2
    assert_colour("0x010203S", Model::Rgb([1, 2, 3]), 1.0, true); // B3
    assert_colour("a0b1c2d3R", Model::Rgb([160, 177, 194]), of_255(211.0), false); // B4
    assert_colour("100S", Model::Gray(100.0), 1.0, true); // B5
    assert_colour("50,75g", Model::Gray(50.0), 0.75, false); // B6
    assert_colour("0X70G", Model::Gray(43.9), 1.0, false); // B7
    assert_colour("0xddeegs", Model::Gray(86.7), of_255(238.0), true); // B8
    assert_colour("94,11,50,33k", Model::Cmyk([94, 11, 50, 33]), 1.0, false); // B9
    assert_colour("22,23,24,25,26KS", Model::Cmyk([22, 23, 24, 25]), 0.26, true); // B10
    assert_colour("38393A3bK", Model::Cmyk([56, 57, 58, 59]), 1.0, false); // B11: ruling 5 over C33
    assert_colour("ffffff40", Model::Rgb([255; 3]), of_255(64.0), false); // B12
    assert_colour("000000", Model::Rgb([0; 3]), 1.0, false); // B13
    assert_colour("100", Model::Gray(100.0), 1.0, false); // B13
    assert_colour("1,2,3,4", Model::Rgb([1, 2, 3]), of_255(4.0), false); // B14
    assert_colour("0x0a0b0C0d0eks", Model::Cmyk([10, 11, 12, 13]), 0.14, true); // 02 §8 row 91
    assert_colour("123456", Model::Rgb([18, 52, 86]), 1.0, false); // row 89
    assert_colour(" 1 , 2 , 3 r", Model::Rgb([1, 2, 3]), 1.0, false); // C03
}

#[test]
fn wrong_colours_are_told_apart_02_8_row_92() {
    for (text, wanted) in [
        ("300,0,0", VALUE_OUT_OF_RANGE),
        ("FF", MODIFIER_SYNTAX),
        ("0x123", MODIFIER_SYNTAX),
        ("101g", VALUE_OUT_OF_RANGE),
        ("ff000080k", VALUE_OUT_OF_RANGE),
        ("2020", VALUE_OUT_OF_RANGE),
        ("-1,0,0", VALUE_OUT_OF_RANGE),
        ("1.5,0,0", MODIFIER_SYNTAX),
        ("#ffffff", MODIFIER_SYNTAX),
        ("red", MODIFIER_SYNTAX),
        ("1,2,3,4,5", MODIFIER_SYNTAX),
        ("1,2,3k", MODIFIER_SYNTAX),
        ("0xk", MODIFIER_SYNTAX),
        ("0x12345678g", MODIFIER_SYNTAX),
        ("é", MODIFIER_SYNTAX),
        ("0é", MODIFIER_SYNTAX),
        ("s", MODIFIER_SYNTAX),
        ("", MODIFIER_SYNTAX),
    ] {
        assert_eq!(read(text).map_err(|problem| problem.reason), Err(wanted), "{text}");
    }
}

#[test]
fn bgc_takes_every_notation_as_opaque_rgb() {
    for (text, rgb) in [
        ("255,0,0,10s", [255, 0, 0]),    // B15
        ("0,0,0,0", [0, 0, 0]),          // 02 §8 row 95
        ("50", [128, 128, 128]),         // 127.5, half up
        ("0x70g", [112, 112, 112]),      // hex gray is its byte
        ("0,100,100,0k", [255, 0, 0]),   // C37: R = 255(1-C)(1-K)
        ("94,11,50,33k", [10, 152, 85]), // 255*.06*.67=10.25, 255*.89*.67=152.06, 255*.5*.67=85.4
    ] {
        assert_eq!(plan(&format!("bgc={text}")).view.background, rgb, "{text}");
    }
}
