//! What holds for every text.

use proptest::prelude::*;

use super::*;

/// Texts that look like modifiers often enough to reach deep.
fn modifier() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "wid",
        "hei",
        "fit",
        "scl",
        "align",
        "bgc",
        "crop",
        "cropN",
        "resMode",
        "op_sharpen",
        "op_usm",
        "op_usmR",
        "printRes",
        "fmt",
        "qlt",
        "src",
        "mask",
        "imageSet",
        "layer",
        "cache",
        "dpr",
        "req",
        "id",
        "ts",
        "wdi",
        "$v",
        "$view$",
        "$thumb$",
        "$nope$",
        "%24base%24",
        "$",
        ".c",
        "=",
        "==",
        "&",
        "&amp;",
        "?",
        "http://h/x?",
        "is(",
        "(",
        ")",
        "{",
        "}",
        ",",
        "%2C",
        "%",
        "%zz",
        "%e9",
        "%C3%A9",
        "é",
        "\u{1F5BC}",
        "+",
        " ",
        "\t",
        "0",
        "1",
        "-1",
        "200",
        ".5",
        "1e9",
        "99999999999",
        "jpeg",
        "jpg",
        "png-alpha",
        "tif",
        "webp",
        "gray",
        "lzw",
        "lossless",
        "crop",
        "constrain",
        "sharp",
        "bicub",
        "ff00ff",
        "50,75g",
        "0,100,0,0k",
        "s",
        "$v$",
        "on",
        "off",
        "img",
    ]);
    let soup = prop::collection::vec(word, 0..40).prop_map(|words| words.concat());
    let sound =
        prop::collection::vec(sound_command(), 1..12).prop_map(|commands| commands.join("&"));
    prop_oneof![3 => soup, 2 => sound, 1 => ".{0,200}"]
}

/// A command whose value is right.
fn sound_command() -> impl Strategy<Value = String> {
    let number = -1e6..1e6f64;
    prop_oneof![
        (1..5000u32).prop_map(|n| format!("wid={n}")),
        (1..5000u32).prop_map(|n| format!("hei={n}")),
        prop::sample::select(vec!["fit", "constrain", "crop", "wrap", "stretch", "hfit", "vfit"])
            .prop_map(|mode| format!("hei=9&fit={mode},1")),
        (1e-3..1e3f64).prop_map(|n| format!("scl={n}")),
        (-1.0..1.0f64, -1.0..1.0f64).prop_map(|(h, v)| format!("align={h},{v}")),
        any::<[u8; 3]>().prop_map(|[r, g, b]| format!("bgc={r},{g},{b}")),
        (any::<i32>(), any::<i32>(), 1..9999u32, 1..9999u32)
            .prop_map(|(x, y, w, h)| format!("crop={x},{y},{w},{h}")),
        (number.clone(), number, 1e-9..2.0f64, 1e-9..2.0f64)
            .prop_map(|(x, y, w, h)| format!("cropN={x},{y},{w},{h}")),
        (0.0..5.0f64, 0.0..250.0f64, any::<u8>(), 0..2u8)
            .prop_map(|(a, r, t, m)| format!("op_usm={a},{r},{t},{m}")),
        (0.0..5.0f64, 0.0..250.0f64).prop_map(|(a, r)| format!("op_usmR={a},{r}")),
        (1..=100u8, 0..2u8).prop_map(|(q, chroma)| format!("qlt={q},{chroma}")),
        (1e-3..1e4f64).prop_map(|dpi| format!("printRes={dpi}")),
        prop::sample::select(vec![
            "fmt=jpeg",
            "fmt=jpg,gray",
            "fmt=tif,,lzw",
            "fmt=tiff-alpha,gray,zip",
            "fmt=png-alpha",
            "fmt=webp",
            "fmt=gif",
            "fmt=webp-alpha,,lossless",
            "op_sharpen=1",
            "op_sharpen=",
            "resMode=sharp",
            "resMode=bisharp",
            "$view$",
            "wid=",
            "crop=0,0,0,0",
            "fmt=",
        ])
        .prop_map(str::to_string),
    ]
}

/// The text that a diagnostic counts in.
fn text_of<'a>(source: &SourceName, sources: &Sources<'a>, macros: &'a Macros) -> &'a str {
    match source {
        SourceName::IsModifier => sources.is_modifier,
        SourceName::MacroCall => sources.macro_call,
        SourceName::AssetModifier => sources.asset_modifier,
        SourceName::AssetPostModifier => sources.asset_post_modifier,
        SourceName::MacroDefinition(name) => macros.get(name).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_request_is_judged_with_sound_spans(
        asset_modifier in modifier(),
        is_modifier in modifier(),
        macro_call in prop_oneof![Just(String::new()), Just("own".to_string()), modifier()],
        asset_post_modifier in modifier(),
        definition in modifier(),
        strictness in prop::sample::select(vec![Strictness::Normal, Strictness::Strict, Strictness::Lenient]),
    ) {
        let sources = Sources {
            asset_modifier: &asset_modifier,
            is_modifier: &is_modifier,
            macro_call: &macro_call,
            asset_post_modifier: &asset_post_modifier,
        };
        let mut macros = macros();
        macros.insert("own", &definition);
        let resolution = resolve(&sources, &macros, &Defaults::default(), strictness);
        let broken = errors(&resolution).iter().any(|reason| *reason != UNIMPLEMENTED_COMMAND);
        // what no plan can hold, as a template, has none either
        prop_assert!(resolution.plan.is_none() || !broken);
        for problem in &resolution.diagnostics {
            let places = std::iter::once((&problem.source, &problem.span))
                .chain(problem.invoked_at.iter().map(|(source, span)| (source, span)));
            for (source, span) in places {
                // `get` is None outside the text and inside a character
                prop_assert!(text_of(source, &sources, &macros).get(span.clone()).is_some(), "{problem:?}");
            }
            prop_assert!(!problem.message.contains('\n'));
            prop_assert!(!problem.message.ends_with('.'));
        }
        prop_assert_eq!(&resolve(&sources, &macros, &Defaults::default(), strictness), &resolution);
        check_definition(&is_modifier, &macros);
    }

    #[test]
    fn the_effective_request_says_all(parts in prop::collection::vec(sound_command(), 1..12)) {
        let resolution = request(&parts.join("&"));
        prop_assert!(resolution.plan.is_some(), "{:?}", resolution.diagnostics);
        if !resolution.effective_request.is_empty() {
            let again = request(&resolution.effective_request);
            prop_assert_eq!(&again.plan, &resolution.plan);
            prop_assert_eq!(&again.effective_request, &resolution.effective_request);
        }
    }

    #[test]
    fn every_macro_file_is_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for (name, definition) in crate::modifiers::macro_file::parse(&bytes).0 {
            prop_assert!(check_macro_name(&name).is_ok());
            prop_assert!(!definition.is_empty());
        }
    }
}

#[test]
fn a_megabyte_of_anything_is_refused_at_once() {
    for piece in ["wid=1&", "src=(&", "$v$", "%", "&amp;", "$view$&", "é"] {
        let text = piece.repeat(1_000_000 / piece.len());
        let started = std::time::Instant::now();
        assert_eq!(one_error(&text).reason, MODIFIER_TOO_LONG);
        assert_eq!(check_definition(&text, &macros())[0].reason, MODIFIER_TOO_LONG);
        // a debug build of a quadratic parser would take minutes
        assert!(started.elapsed().as_millis() < 1000, "{piece}: {:?}", started.elapsed());
    }
}

#[test]
fn the_worst_that_fits_the_limits_is_fast() {
    let mut macros = macros();
    macros.insert("m", &"$n$&".repeat(1000));
    macros.insert("n", &"fmt=$v$&".repeat(500));
    let pieces = ["abc&", "src=(&", "$q$&", "wid=%&", "wid=$v$&", "$m$&"];
    let values = ["7", ",", "%zz", "%C3%A9", "$v$"];
    for (piece, value) in pieces.iter().flat_map(|piece| values.map(|value| (piece, value))) {
        let mut text = format!("$v={}&", value.repeat(2000 / value.len()));
        text.push_str(&piece.repeat(2000 / piece.len()));
        let sources = Sources { is_modifier: &text, asset_modifier: &text, ..Sources::default() };
        let started = std::time::Instant::now();
        let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
        assert!(!resolution.diagnostics.is_empty());
        // some milliseconds in release; the bound is for debug builds on a busy machine
        assert!(started.elapsed().as_millis() < 2000, "{piece}: {:?}", started.elapsed());
    }
}
