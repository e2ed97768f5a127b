//! 02 §6 as far as reading decides.

use proptest::prelude::*;

use super::*;
use crate::modifiers::colour::Model;
use crate::modifiers::diagnostic::reason::{IGNORED, MODIFIER_SYNTAX, VALUE_OUT_OF_RANGE};

fn value(text: &str) -> Text {
    let mut value = Text::at(0..text.len());
    value.push_verbatim(text, 0);
    value
}

fn read(text: &str, renderer: Renderer) -> (Result<Rtf, Problem>, Vec<Problem>) {
    let mut warnings = Vec::new();
    let found = rtf("textPs", &value(text), renderer, &mut warnings);
    (found, warnings)
}

#[track_caller]
fn ps(text: &str) -> Rtf {
    let (found, warnings) = read(text, Renderer::TextPs);
    assert_eq!(warnings, [], "{text}");
    found.unwrap()
}

fn word(name: &'static str, parameter: Option<i32>) -> Node {
    Node::Word(Word { name, parameter })
}

fn text(text: &str) -> Node {
    Node::Text(text.into())
}

#[test]
fn a_string_without_backslash_and_brace_is_plain_text() {
    assert_eq!(ps(" Hello, 50% off! ").nodes, [text(" Hello, 50% off! ")]);
    assert_eq!(ps("a\r\nb\tc").nodes, [text("abc")], "CR, LF and TAB are stripped");
    assert!(ps("\n").is_empty());
}

#[test]
fn row_142_words_have_parameters_and_one_blank_after_them() {
    assert_eq!(ps("\\fs48 X").nodes, [word("fs", Some(48)), text("X")]);
    assert_eq!(ps("\\fs X").nodes, [word("fs", Some(24)), text("X")], "24 half-points");
    assert_eq!(
        ps("\\b  X\\b0 Y").nodes,
        [word("b", None), text(" X"), word("b", Some(0)), text("Y")]
    );
    assert_eq!(ps("\\dn\\up").nodes, [word("dn", Some(6)), word("up", Some(6))]);
    assert_eq!(ps("\\fi-20\\par").nodes, [word("fi", Some(-20)), word("par", None)]);
    assert_eq!(ps("\\ulwave a").nodes, [word("ul", None), text("a")], "drawn as ul");
}

#[test]
fn row_143_colours_are_looked_up_in_order() {
    let input = "{\\colortbl;\\red1\\green2\\blue3;\\blue4;}{\\*\\iscolortbl;ff0000;}\\cf1 X";
    let colours = ps(input).colours();
    let TextColour::Is(red) = colours.colour(1, false) else { panic!("{colours:?}") };
    assert_eq!(red.model, Model::Rgb([255, 0, 0]), "iscolortbl comes first");
    assert_eq!(colours.colour(0, false), TextColour::Black, "a leading ; leaves entry 0 empty");
    assert_eq!(colours.colour(2, true), TextColour::Rgb([0, 0, 4]), "not in iscolortbl");
    assert_eq!(colours.colour(3, true), TextColour::Black, "in no table");
    // text= has no iscolortbl: black
    let (found, warnings) = read("{\\*\\iscolortbl;ff0000;}\\cf1 X", Renderer::Text);
    assert_eq!(found.unwrap().colours().colour(1, false), TextColour::Black);
    assert_eq!(warnings.iter().map(|w| w.reason).collect::<Vec<_>>(), [IGNORED]);

    let input = "{\\colortbl;\\red1\\green2\\blue3;}{\\cmykcolortbl;\\cyan4\\black7;}";
    let (found, warnings) = read(input, Renderer::Text);
    assert_eq!(warnings, []);
    let colours = found.unwrap().colours();
    assert_eq!(colours.colour(1, false), TextColour::Rgb([1, 2, 3]));
    assert_eq!(colours.colour(1, true), TextColour::Cmyk([4, 0, 0, 7]), "only of CMYK layers");
    // 02 §6.1: textPs has no cmykcolortbl
    let (found, warnings) = read(input, Renderer::TextPs);
    assert_eq!(found.unwrap().colours().colour(1, true), TextColour::Rgb([1, 2, 3]));
    assert_eq!(warnings.iter().map(|w| w.reason).collect::<Vec<_>>(), [IGNORED]);
}

#[test]
fn the_first_of_two_tables_keeps_what_it_says() {
    let two = ps("{\\colortbl;\\red1;}a{\\colortbl\\red2;\\red3;\\red4;}").colours();
    let found: Vec<_> = (0..4).map(|index| two.colour(index, false)).collect();
    let red = |red| TextColour::Rgb([red, 0, 0]);
    assert_eq!(found, [red(2), red(1), red(4), TextColour::Black]);
}

#[test]
fn entries_of_iscolortbl_are_colours_of_commands() {
    let all = "{\\*\\iscolortbl ;ff\n0000;0,100,100,0k; 50 ;12345680}";
    let colours = ps(all).colours();
    let found: Vec<_> = (0..5)
        .map(|index| match colours.colour(index, false) {
            TextColour::Is(colour) => Some((colour.model, (colour.alpha * 255.0).round())),
            _ => None,
        })
        .collect();
    assert_eq!(
        found,
        [
            None,
            Some((Model::Rgb([255, 0, 0]), 255.0)),
            Some((Model::Cmyk([0, 100, 100, 0]), 255.0)),
            Some((Model::Gray(50.0), 255.0)),
            // without its semicolon
            Some((Model::Rgb([0x12, 0x34, 0x56]), 128.0)),
        ]
    );
}

#[test]
fn the_last_semicolon_of_a_colour_table_may_be_missing() {
    assert_eq!(ps("{\\colortbl;\\red7}").nodes, [Node::Colours(vec![None, Some([7, 0, 0])])]);
    assert_eq!(ps("{\\colortbl;}").nodes, [Node::Colours(vec![None])]);
    let (found, _) = read("{\\cmykcolortbl\\magenta7}", Renderer::Text);
    assert_eq!(found.unwrap().nodes, [Node::CmykColours(vec![Some([0, 7, 0, 0])])]);
}

#[test]
fn row_144_alignments_are_counted() {
    assert_eq!(ps("\\ql a\\par{\\qr b}").alignments(), 2);
    assert_eq!(ps("\\qc a\\par\\qc b").alignments(), 1);
    assert_eq!(ps("a").alignments(), 0);
}

#[test]
fn special_entities_of_6_3() {
    assert_eq!(ps("\\\\ \\{ \\}").nodes, [text("\\ { }")]);
    assert_eq!(
        ps("\\~\\_\\-").nodes,
        [
            Node::Special(Special::NonBreakingSpace),
            Node::Special(Special::NonBreakingHyphen),
            Node::Special(Special::OptionalHyphen)
        ]
    );
    let (found, warnings) = read("a\\~b\\~", Renderer::Text);
    assert_eq!(found.unwrap().nodes, [text("ab")]);
    assert_eq!(warnings.len(), 1, "once");
}

#[test]
fn encodings_of_6_3() {
    assert_eq!(ps("caf\\'e9 \\'80").nodes, [text("café €")]);
    assert_eq!(ps("\\u233?x").nodes, [text("éx")], "one character stands for it");
    assert_eq!(ps("\\uc2\\u233ab\\u-4051 cd!").nodes, [text("é\u{f02d}!")], "signed 16 bits");
    assert_eq!(ps("\\uc0\\u233 x").nodes, [text("éx")]);
    // U+1F600 is D83D DE00
    assert_eq!(ps("\\u-10179?\\u-8704?!").nodes, [text("😀!")]);
    assert_eq!(ps("\\u-10179?!").nodes, [text("\u{FFFD}!")]);
    assert_eq!(ps("\\u-10179?x\\u-8704?!").nodes, [text("\u{FFFD}x\u{FFFD}!")], "halves apart");
    assert_eq!(ps("\\u62000?").nodes, ps("\\u-3536?").nodes, "62000 - 65536 = -3536");
    assert_eq!(ps("größe").nodes, [text("größe")], "raw UTF-8");
}

/// As RTF 1.9 has it, but that a word is never swallowed as a stand-in.
#[test]
fn a_missing_stand_in_of_u_takes_nothing_with_it() {
    assert_eq!(ps("\\u233\\'e9x").nodes, [text("éx")], "a byte stands in");
    assert_eq!(ps("\\u8209\\_x").nodes, [text("\u{2011}x")], "a symbol stands in");
    assert_eq!(ps("\\u65371\\{x").nodes, [text("｛x")], "a brace as well");
    assert_eq!(ps("\\u233\\b x").nodes, [text("é"), word("b", None), text("x")]);
    assert_eq!(ps("{\\u233}x").nodes, [Node::Group(vec![text("é")]), text("x")]);
    assert_eq!(ps("\\u233{x}y").nodes, [text("é"), Node::Group(vec![text("x")]), text("y")]);
    assert_eq!(ps("{\\uc0\\u233 x}\\u233?x").nodes[1], text("éx"), "uc ends with its group");
}

#[test]
fn a_number_of_u_beyond_16_bits_suggests_its_surrogates() {
    for input in ["\\u128512?!", "\\uc0\\u128512 !"] {
        let problem = read(input, Renderer::TextPs).0.unwrap_err();
        assert_eq!(problem.reason, VALUE_OUT_OF_RANGE);
        let mut mended = input.to_string();
        mended.replace_range(problem.span, &problem.suggestion.unwrap());
        assert_eq!(ps(&mended).nodes, [text("😀!")], "{mended}");
    }
}

#[test]
fn control_characters_are_not_kept() {
    assert_eq!(ps("a\u{1}b\\'02c\\u9?d\u{85}").nodes, [text("abcd")]);
}

#[test]
fn unlisted_words_and_groups_are_ignored() {
    assert_eq!(
        ps("{\\rtf1\\ansi\\deff0 {\\*\\generator Word;}Hi}").nodes,
        [Node::Group(vec![text("Hi")])]
    );
    assert_eq!(ps("{}{\\xyz}a").nodes, [text("a")]);
}

#[test]
fn words_of_the_other_renderer_are_dropped_with_a_warning() {
    let (found, warnings) = read("\\qj a\\qj b\\caps c", Renderer::Text);
    assert_eq!(found.unwrap().nodes, [text("abc")]);
    assert_eq!(warnings.len(), 2, "one a word");
    let (found, warnings) = read("\\rtlch a", Renderer::TextPs);
    assert_eq!((found.unwrap().nodes, warnings.len()), (vec![text("a")], 1));
}

#[test]
fn fonts_are_listed() {
    let rtf = ps("{\\fonttbl{\\f0\\fnil\\fcharset0 Arial;}{\\f3 Times New Roman;}}\\f3 X");
    let fonts: Vec<_> =
        rtf.fonts().iter().map(|f| (f.number, f.name.as_str(), f.charset)).collect();
    assert_eq!(fonts, [(0, "Arial", Some(0)), (3, "Times New Roman", None)]);
    let names = |input: &str| -> Vec<(i32, String)> {
        ps(input).fonts().iter().map(|font| (font.number, font.name.clone())).collect()
    };
    let two = [(0, "Arial".to_string()), (1, "Times".to_string())];
    for input in [
        "{\\fonttbl\\f0 Arial;\\f1 Times}",
        "{\\fonttbl Arial;Times;}",
        "{\\fonttbl{\\f0 Arial}{\\f1 Times}}",
        // as word processors write it
        "{\\fonttbl{\\f0\\fswiss\\fprq2{\\*\\panose 020b0604020202020204}\
         Arial{\\*\\falt Helvetica};}\n\
         {\\f1\\froman{\\*\\panose 02020603050405020304}Times;}}",
    ] {
        assert_eq!(names(input), two, "{input}");
    }
    assert_eq!(names("{\\fonttbl{\\f0 Caf\\u233?\\'e9\\{;}}"), [(0, "Caféé{".to_string())]);
}

#[test]
fn mistakes_are_found_at_their_bytes() {
    for (input, span, reason) in [
        ("a{\\b hi", 1..2, MODIFIER_SYNTAX),
        ("a}b", 1..2, MODIFIER_SYNTAX),
        ("ab\\", 2..3, MODIFIER_SYNTAX),
        ("x\\fs0 y", 1..6, VALUE_OUT_OF_RANGE),
        ("\\stextflow2", 0..11, VALUE_OUT_OF_RANGE),
        ("{\\colortbl\\red256;}", 10..17, VALUE_OUT_OF_RANGE),
        ("{\\*\\iscolortbl;nope;}", 15..19, MODIFIER_SYNTAX),
        ("{\\*\\iscolortbl;50;0,0,300;}", 22..25, VALUE_OUT_OF_RANGE),
        ("{\\*\\iscolortbl;\\red255;}", 15..22, MODIFIER_SYNTAX),
        ("{\\colortbl;ff0000;}", 11..17, MODIFIER_SYNTAX),
        ("{\\colortbl;\\cyan5;}", 11..17, MODIFIER_SYNTAX),
        ("{\\fonttbl{\\f-1 A;}}", 10..15, VALUE_OUT_OF_RANGE),
        ("{\\fonttbl{\\f0\\fcharset256 A;}}", 13..26, VALUE_OUT_OF_RANGE),
        ("don\\'t", 3..5, MODIFIER_SYNTAX),
        ("\\'e", 0..2, MODIFIER_SYNTAX),
        ("\\'+9", 0..2, MODIFIER_SYNTAX),
        ("\\u?", 0..2, MODIFIER_SYNTAX),
        ("caf\\u00e9", 3..7, VALUE_OUT_OF_RANGE),
        ("\\u-32769?", 0..8, VALUE_OUT_OF_RANGE),
        ("\\uc-1", 0..5, VALUE_OUT_OF_RANGE),
        ("\\fs99999999999", 0..14, VALUE_OUT_OF_RANGE),
    ] {
        let problem = read(input, Renderer::TextPs).0.unwrap_err();
        assert_eq!((problem.reason, problem.span), (reason, span), "{input}: {}", problem.message);
    }
    let inks = read("{\\cmykcolortbl\\cyan101;}", Renderer::Text).0.unwrap_err();
    assert_eq!((inks.reason, inks.span), (VALUE_OUT_OF_RANGE, 14..22));
    let brace = read("a{b", Renderer::TextPs).0.unwrap_err().message;
    assert!(brace.contains("'\\{'") && brace.contains("%5C%7B"), "{brace}");
    let deep = "{".repeat(65) + &"}".repeat(65);
    assert_eq!(read(&deep, Renderer::TextPs).0.unwrap_err().span, 64..65);
}

#[test]
fn a_megabyte_is_read_in_time_that_grows_with_its_length() {
    for (start, piece, end) in [
        ("", "{", ""),
        ("", "}", ""),
        ("", "\\", ""),
        ("", "{}", ""),
        ("", "\\u233?", ""),
        ("\\uc32767", "\\u-10179 ", ""),
        ("\\uc32767\\u233 ", "a\n", ""),
        ("", "\\b ", ""),
        ("", "\\'e9", ""),
        ("", "a\n", ""),
        ("", "{\\fonttbl{\\f0 a;}}", ""),
        ("{\\fonttbl", "{\\f0 a;}", "}"),
        ("{\\fonttbl ", "a\n", "}"),
        ("{\\fonttbl", ";", "}"),
        ("{\\colortbl", "\\red1;", "}"),
        ("", "{\\colortbl;\\red1;}\\cf1 ", ""),
        ("{\\*\\iscolortbl", ";ff0000", "}"),
        ("{\\*\\iscolortbl ", "1,", "}"),
        ("{\\*\\iscolortbl ", "a\n", "}"),
    ] {
        let long = [start, &piece.repeat(1_000_000 / piece.len()), end].concat();
        let started = std::time::Instant::now();
        if let (Ok(rtf), _) = read(&long, Renderer::TextPs) {
            let colours = rtf.colours();
            for index in 0..100_000 {
                colours.colour(index, false);
            }
            rtf.text();
        }
        // a quadratic reader would take minutes
        assert!(started.elapsed().as_secs() < 20, "{piece}");
    }
}

/// Pieces of RTF, all words with parameters that may be out of range among them.
fn pieces() -> impl Strategy<Value = String> {
    let words: Vec<&str> = words::all().map(|known| known.name).collect();
    let piece = prop_oneof![
        3 => proptest::sample::select(words).prop_flat_map(|name| {
            (-5..300i32).prop_map(move |number| format!("\\{name}{number} "))
        }),
        2 => "[a-z {}\\\\é\n;]{0,6}",
        1 => proptest::sample::select(vec![
            "{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset2 Sy\\'6dbol;}}",
            "{\\colortbl;\\red9;\\blue255;}",
            "{\\cmykcolortbl\\cyan5;;}", "{\\*\\iscolortbl;ff0000;50,75g;}",
            "{\\*\\what x}", "\\'e9",
            "\\u233?", "\\u-10179?\\u-8704?", "\\u-8704", "\\~", "\\'02", "\\'3b",
            "{\\fonttbl\\f7 A;B {\\*\\panose 02}{\\f2 \\u233?\\}c}}",
            "{\\colortbl\\red1;\\blue9}",
            "{\\b bold}", "\\par ", "\\uc2 ", "\\u1", "\\",
        ]).prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_read_can_be_written_and_read_again(input in pieces(), ps in any::<bool>()) {
        let renderer = if ps { Renderer::TextPs } else { Renderer::Text };
        let (found, warnings) = read(&input, renderer);
        for warning in warnings {
            prop_assert!(input.get(warning.span).is_some());
        }
        match found {
            Ok(rtf) => {
                let written = rtf.text();
                let (again, warnings) = read(&written, renderer);
                prop_assert_eq!(again.as_ref(), Ok(&rtf), "{}", written);
                prop_assert_eq!(warnings, vec![]);
            }
            Err(problem) => prop_assert!(input.get(problem.span.clone()).is_some(), "{problem:?}"),
        }
    }

    #[test]
    fn any_string_is_read_or_refused(input in ".{0,80}", ps in any::<bool>()) {
        let renderer = if ps { Renderer::TextPs } else { Renderer::Text };
        if let (Err(problem), _) = read(&input, renderer) {
            prop_assert!(input.get(problem.span.clone()).is_some(), "{problem:?}");
        }
    }
}
