//! Colours: vectors B1 to B15 of 01 §11.2 and rows 87 to 92 and 95 of 02 §8.

use super::super::colour::{Colour, Model, colour};
use super::super::diagnostic::Problem;
use super::super::text::Text;
use super::*;

fn read(text: &str) -> Result<Colour, Problem> {
    let mut raw = Text::at(0..text.len());
    raw.push_verbatim(text, 0);
    colour("bgc", &raw)
}

#[track_caller]
fn assert_colour(vector: &str, text: &str, model: Model, alpha: f64, in_source_space: bool) {
    let read = read(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
    match (read.model, model) {
        // the spec gives gray in percent with one decimal
        (Model::Gray(found), Model::Gray(wanted)) => {
            assert!((found - wanted).abs() < 0.05, "{vector} {text}: {found}")
        }
        (found, wanted) => assert_eq!(found, wanted, "{vector} {text}"),
    }
    assert!((read.alpha - alpha).abs() < 0.0005, "{vector} {text}: alpha {}", read.alpha);
    assert_eq!(read.in_source_space, in_source_space, "{vector} {text}");
    // the one spelling of a colour reads as the same colour
    assert_eq!(self::read(&read.text()).map_err(|problem| problem.message), Ok(read), "{text}");
}

#[test]
fn b1_to_b15_and_rows_87_to_91_six_notations() {
    use Model::{Cmyk, Gray, Rgb};
    let of_255 = |alpha: f64| alpha / 255.0;
    for (vector, text, model, alpha, in_source_space) in [
        ("B1", "0,100,200", Rgb([0, 100, 200]), 1.0, false),
        ("B2", "0,100,200,200rs", Rgb([0, 100, 200]), of_255(200.0), true),
        ("B3", "0x010203S", Rgb([1, 2, 3]), 1.0, true),
        ("B4", "a0b1c2d3R", Rgb([160, 177, 194]), of_255(211.0), false),
        ("B5", "100S", Gray(100.0), 1.0, true),
        ("B6", "50,75g", Gray(50.0), 0.75, false),
        // 112 of 255; the page prints alpha 44 %, an erratum (02 §2 trap d)
        ("B7", "0X70G", Gray(43.9), 1.0, false),
        ("B8", "0xddeegs", Gray(86.7), of_255(238.0), true),
        ("B9", "94,11,50,33k", Cmyk([94, 11, 50, 33]), 1.0, false),
        ("B10", "22,23,24,25,26KS", Cmyk([22, 23, 24, 25]), 0.26, true),
        ("B11, ruling 5 over C33", "38393A3bK", Cmyk([56, 57, 58, 59]), 1.0, false),
        ("B12", "ffffff40", Rgb([255; 3]), of_255(64.0), false),
        ("B13", "000000", Rgb([0; 3]), 1.0, false),
        ("B13", "100", Gray(100.0), 1.0, false),
        ("B14", "1,2,3,4", Rgb([1, 2, 3]), of_255(4.0), false),
        ("87", "0,100,200", Rgb([0, 100, 200]), 1.0, false),
        ("87", "0,100,200,200rs", Rgb([0, 100, 200]), of_255(200.0), true),
        ("88", "100", Gray(100.0), 1.0, false),
        ("88", "50,75g", Gray(50.0), 0.75, false),
        ("88", "0x70g", Gray(43.9), 1.0, false),
        ("89", "a0b1c2d3R", Rgb([160, 177, 194]), of_255(211.0), false),
        ("89", "123456", Rgb([18, 52, 86]), 1.0, false),
        ("90", "94,11,50,33", Rgb([94, 11, 50]), of_255(33.0), false),
        ("90", "94,11,50,33k", Cmyk([94, 11, 50, 33]), 1.0, false),
        ("91, ruling 5", "38393A3bK", Cmyk([56, 57, 58, 59]), 1.0, false),
        ("91, ruling 5", "0x0a0b0C0d0eks", Cmyk([10, 11, 12, 13]), 0.14, true),
        ("C03", " 1 , 2 , 3 r", Rgb([1, 2, 3]), 1.0, false),
    ] {
        assert_colour(vector, text, model, alpha, in_source_space);
    }
}

#[test]
fn row_92_wrong_colours_are_told_apart() {
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
        assert_eq!(read(text).map_err(|problem| problem.reason), Err(wanted), "row 92: {text}");
    }
}

#[test]
fn bgc_takes_every_notation_as_opaque_rgb() {
    for (vector, text, rgb) in [
        ("B15", "255,0,0,10s", [255, 0, 0]),
        ("95", "0,0,0,0", [0, 0, 0]),
        ("127.5, half up", "50", [128, 128, 128]),
        ("hex gray is its byte", "0x70g", [112, 112, 112]),
        ("C37: R = 255(1-C)(1-K)", "0,100,100,0k", [255, 0, 0]),
        // 255*.06*.67 = 10.25, 255*.89*.67 = 152.06, 255*.5*.67 = 85.4
        ("C37", "94,11,50,33k", [10, 152, 85]),
    ] {
        assert_eq!(plan(&format!("bgc={text}")).view.background, rgb, "{vector}: {text}");
    }
}
