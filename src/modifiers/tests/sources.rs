//! How is_modifier, macro and the asset's modifiers come together: 03 §1.3 to
//! §1.5 and the vectors 3 to 21 of 03 §8.

use super::*;

fn both(is_modifier: &str, macro_call: &str) -> Resolution {
    resolve_sources(Sources { is_modifier, macro_call, ..Sources::default() })
}

#[test]
fn the_macro_wins_for_every_command_it_defines_r1() {
    for (vector, is_modifier, macro_call, wanted, extension) in [
        ("1", "&fmt=png", "$test$", "fmt=tif", ".tiff"),
        ("3", "fmt=png", "", "fmt=png", ".png"),
        ("4", "?&fmt=png&", "", "fmt=png", ".png"),
        ("5", "", "test", "fmt=tif", ".tiff"),
        ("5", "", "$TEST$", "fmt=tif", ".tiff"),
        ("6", "wid=100&fmt=png", "web", "qlt=80,0&wid=400", ".jpg"),
        ("7", "wid=100&fmt=png", "usm", "fmt=png&wid=100&op_usm=1,1,5,0", ".png"),
        ("8", "", "usm", "op_usm=1,1,5,0", ".jpg"),
        ("16", "$web$&wid=50", "", "qlt=80,0&wid=50", ".jpg"),
        ("17", "fmt=png&amp;wid=90", "", "fmt=png&wid=90", ".png"),
        ("encoded call", "wid=1", "%24test%24", "fmt=tif&wid=1", ".tiff"),
    ] {
        let resolution = both(is_modifier, macro_call);
        assert_eq!(asked(&resolution), wanted, "{vector}");
        assert_eq!(
            resolution.plan.unwrap().output.format.format.extension(),
            extension,
            "{vector}"
        );
    }
}

#[test]
fn a_format_that_nobody_names_is_jpeg_with_a_warning() {
    let resolution = both("", "usm");
    assert_eq!(reasons(&resolution, Severity::Warning), [FMT_DEFAULTED]);
    assert_eq!(resolution.format, "jpeg");
    assert_eq!(reasons(&both("fmt=jpeg", ""), Severity::Warning), [""; 0]);
}

#[test]
fn convert_needs_a_modifier_or_a_macro() {
    // vectors 9 and 10, and what else is blank
    for blank in ["", "&&", "?", "?&", "  ", "&.note"] {
        let resolution = both(blank, "");
        assert_eq!(errors(&resolution), [CONVERT_REQUIRES_MODIFIER; 2], "{blank:?}");
        let sources: Vec<SourceName> =
            resolution.diagnostics.into_iter().map(|d| d.source).collect();
        assert_eq!(sources, [SourceName::IsModifier, SourceName::MacroCall]);
    }
    // the asset's own modifiers do not count
    let resolution = resolve_sources(Sources { asset_modifier: "fmt=png", ..Sources::default() });
    assert_eq!(errors(&resolution), [CONVERT_REQUIRES_MODIFIER; 2]);
}

#[test]
fn the_macro_field_takes_one_name() {
    let long = "m".repeat(67);
    for (vector, macro_call, wanted) in [
        ("12", "nope", UNKNOWN_MACRO),
        ("12", "$nope$", UNKNOWN_MACRO),
        ("13", "$test", MACRO_SYNTAX),
        ("§1.5", "test$", MACRO_SYNTAX),
        ("§1.5", "$$", MACRO_SYNTAX),
        ("§1.5", "$v=1", MACRO_SYNTAX),
        ("§1.5", "a b", MACRO_SYNTAX),
        ("14", "$test$&$web$", MULTIPLE_MACROS),
        ("15", "$web$&wid=5", MACRO_SYNTAX),
        ("§1.1", &long, MODIFIER_TOO_LONG),
    ] {
        let resolution = both("fmt=png", macro_call);
        assert_eq!(errors(&resolution), [wanted], "{vector}: {macro_call}");
        assert_eq!(resolution.diagnostics[0].source, SourceName::MacroCall, "{macro_call}");
    }
    assert_eq!(both("", "$test").diagnostics[0].suggestion.as_deref(), Some("$test$"));
}

#[test]
fn what_gives_no_image_file_is_refused() {
    assert_eq!(one_error("req=imageset").reason, REQUEST_TYPE_NOT_EXPORTABLE, "19");
    assert_eq!(one_error("req=props,json").reason, REQUEST_TYPE_NOT_EXPORTABLE);
    assert_eq!(one_error("fmt=m3u8").reason, FORMAT_NOT_EXPORTABLE, "20");
}

#[test]
fn a_url_is_no_modifier() {
    for (input, url) in [
        ("http://h/is/image/x?wid=1", "http://h/is/image/x"), // vector 21
        ("https://h/a=b?wid=1", "https://h/a=b"),
        ("https://h/is/image/x", "https://h/is/image/x"),
        ("/is/image/Shop/x?wid=1", "/is/image/Shop/x"),
        ("Shop/x?$web$", "Shop/x"),
    ] {
        let error = one_error(input);
        assert_eq!((error.reason, &input[error.span]), (MODIFIER_IS_URL, url), "{input}");
    }
    // what follows is read all the same
    assert_eq!(errors(&request("http://h/x?wid=0")), [MODIFIER_IS_URL, VALUE_OUT_OF_RANGE]);
    // a question mark elsewhere is no URL
    assert_eq!(errors(&request("locale=a?b&wid=1")), [""; 0]);
    assert_eq!(errors(&request(".really?&wid=1")), [""; 0]);
}

#[test]
fn xml_entities_are_decoded_with_one_warning() {
    let input = "wid=1&amp;hei=2&amp;amp;qlt=3";
    let resolution = request(input);
    assert_eq!(asked(&resolution), "qlt=3,0&wid=1&hei=2");
    assert_eq!(warnings(&resolution), [XML_ENTITY_DECODED]);
    let entity = resolution.diagnostics.iter().find(|d| d.reason == XML_ENTITY_DECODED).unwrap();
    assert_eq!(&input[entity.span.clone()], "&amp;");
}

#[test]
fn text_over_a_limit_is_refused() {
    let long = "&".repeat(Limits::default().modifier_bytes - 5) + "wid=5";
    assert_eq!(asked(&request(&long)), "wid=5");
    let error = one_error(&format!("{long}&"));
    assert_eq!((error.reason, error.span), (MODIFIER_TOO_LONG, 4096..4097));
}

#[test]
fn sources_override_each_other_from_asset_to_post_modifier() {
    let resolution = resolve_sources(Sources {
        asset_modifier: "qlt=70&op_sharpen=1&wid=1",
        is_modifier: "qlt=90&wid=2",
        macro_call: "test",
        asset_post_modifier: "qlt=95",
    });
    // A23 with the macro between; an uncompressed tif has no quality
    assert_eq!(resolution.effective_request, "fmt=tif&wid=2&op_sharpen=1");
    let quality = resolution.settings.iter().find(|setting| setting.command == "qlt").unwrap();
    assert_eq!(quality.value, "95");
    // A24: the request wins though its macro stands before
    let resolution = resolve_sources(Sources {
        asset_modifier: "wid=300",
        is_modifier: "$view$",
        ..Sources::default()
    });
    assert!(resolution.effective_request.contains("wid=240"));
    // 03 R1: the post-modifier may even override the macro's format
    let resolution = resolve_sources(Sources {
        macro_call: "test",
        asset_post_modifier: "fmt=png",
        ..Sources::default()
    });
    assert_eq!(resolution.format, "png");
}

#[test]
fn settings_tell_where_each_value_comes_from() {
    let resolution = both("wid=100&fmt=png", "web");
    let setting =
        |command: &str| resolution.settings.iter().find(|s| s.command == command).unwrap().clone();
    let in_macro = |span| Origin::Given {
        source: SourceName::MacroDefinition("web".into()),
        span,
        invoked_at: vec![(SourceName::MacroCall, 0..3)],
    };
    let in_modifier =
        |span| Origin::Given { source: SourceName::IsModifier, span, invoked_at: Vec::new() };
    assert_eq!(setting("wid").value, "400");
    assert_eq!(setting("wid").origin, in_macro(0..7));
    assert_eq!(setting("wid").overrode, [("100".to_string(), in_modifier(0..7))]);
    assert_eq!(setting("fmt").origin, in_macro(8..16));
    assert_eq!(
        setting("resMode"),
        Setting {
            target: Target::request(),
            command: "resMode",
            value: "sharp2".into(),
            origin: Origin::Default,
            overrode: Vec::new()
        }
    );
    // a PNG has no JPEG quality, and one with alpha has no background
    let resolution = both("fmt=png-alpha", "");
    let commands: Vec<&str> = resolution.settings.iter().map(|s| s.command).collect();
    assert_eq!(commands, ["fmt", "resMode"]);
}

#[test]
fn company_defaults_fill_what_nobody_sets_ruling_6() {
    assert_eq!(plan("fmt=jpeg"), Plan::default());
    let defaults = Defaults {
        background: [1, 2, 3],
        jpeg_quality: 60,
        full_chroma: true,
        res_mode: ResMode::Bicub,
        ..Defaults::default()
    };
    let resolve = |is_modifier| {
        let sources = Sources { is_modifier, ..Sources::default() };
        resolve(&sources, &macros(), &defaults, Strictness::Normal).plan.unwrap()
    };
    let filled = resolve("wid=5");
    assert_eq!((filled.view.background, filled.request.res_mode), ([1, 2, 3], ResMode::Bicub));
    assert_eq!((filled.output.encoding.quality, filled.output.encoding.full_chroma), (60, true));
    // a chroma flag left out comes from the default
    assert!(resolve("qlt=80").output.encoding.full_chroma);
    assert!(!resolve("qlt=80,0").output.encoding.full_chroma);
}

#[test]
fn problems_inside_a_macro_tell_where_it_was_called() {
    let mut macros = macros();
    macros.insert("Bad", "qlt=750");
    let sources = Sources { is_modifier: "wid=1&$bad$", ..Sources::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    let problem = &resolution.diagnostics[0];
    assert_eq!(problem.source, SourceName::MacroDefinition("Bad".into()));
    assert_eq!(problem.span, 4..7);
    assert_eq!(problem.invoked_at, [(SourceName::IsModifier, 6..11)]);
    let sources = Sources { macro_call: "bad", ..Sources::default() };
    let resolution = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
    assert_eq!(resolution.diagnostics[0].invoked_at, [(SourceName::MacroCall, 0..3)]);
}
