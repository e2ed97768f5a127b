//! Strings as people write them: every one of 04, what it warns of and what it
//! teaches. What this version cannot carry out yet may be the only error.

use super::*;

/// Macros that the strings of 04 call.
const CALLED: [(&str, &str); 3] = [
    ("Landscape1600", "wid=1600&hei=900"),
    ("hero", "op_sharpen=1"),
    ("pjpeg", "fmt=pjpeg&qlt=90&jpegSize=50"),
];

const F4: &str = "$landscape1600$&fmt=png-alpha&fit=stretch,1";
const F5: &str = "wid=780&hei=439&qlt=85,0&resMode=sharp";
const F6: &str = "wid=452&hei=420&fmt=jpeg&qlt=95&op_usm=0.5,0.5&.v=1587460269141";
const F7: &str = "wid=1440&op_usm=0.5,2,10,0&fmt=webp&qlt=90,1&fit=constrain,0&op_sharpen=0\
                  &resMode=sharp2&iccEmbed=0&printRes=72";
const F8: &str = "fmt=jpeg&qlt=90,0&resMode=sharp&op_usm=.1,0,0,0&crop=0,0,0,0&wid=540&hei=540";
const F9: &str = "wid=1728&qlt=80%2C0&resMode=sharp2&op_usm=0.9%2C1.0%2C8%2C0&iccEmbed=0&fmt=webp";
const F10: &str = "layer=0&src=X_A_100&layer=comp&&color_id=100284626987";
const F11: &str = "layer=0&src=X_A_650&layer=comp&DWP_PRODUCT_ZOOM&hei=845";
const F12: &str = "op_sharpen=1&id=B1ab40&fmt=jpg&fit=constrain,1&wid=480&hei=480&op_sharpen=1";
const F13: &str = "fmt=png-alpha&pscan=auto&scl=1&hei=402&wid=457&qlt=100,1&resMode=sharp2\
                   &size=457,402&chrss=full";
const F14: &str = "wid=1920&hei=640&fmt=jpg&src=is{Shop/bg?wid=1920&hei=640}&layer=1\
                   &src=is{Shop/bike?wid=920&hei=600&$hero$}";
const F15: &str = "$pjpeg$&jpegSize=200&wid=1200";
const F16: &str = "printRes=120&wid=123&hei=173&fmt=jpeg,RGB\
                   &icc=Adobe RGB (1998),relative,1,0&iccEmbed=1";

/// The plan of a string of 04, which has no error of language.
#[track_caller]
fn field(input: &str) -> Plan {
    let resolution = request_with(&CALLED, input);
    resolution.plan.unwrap_or_else(|| panic!("{input}: {:?}", resolution.diagnostics))
}

#[test]
fn every_field_string_resolves_with_the_warnings_of_04() {
    for (number, input, warned, unimplemented) in [
        ("F1", "wid=750&hei=471&fmt=png-alpha", &[][..], &[][..]),
        ("F2", "qlt=82&ts=1727010840630", &[UNKNOWN_COMMAND_IGNORED], &[]),
        ("F3", "wid=1000&dpr=off", &[], &[]),
        ("F4", F4, &[], &[]),
        ("F5", F5, &[COMPAT], &[]),
        ("F6", F6, &[], &[]),
        ("F7", F7, &[], &[]),
        // an unsharp mask of radius 0 has no effect
        ("F8", F8, &[COMPAT, IGNORED], &[]),
        ("F9", F9, &[], &[]),
        ("F10", F10, &[UNKNOWN_COMMAND_IGNORED], &["src"]),
        ("F11", F11, &[UNKNOWN_COMMAND_IGNORED], &["src"]),
        ("F12", F12, &[], &[]),
        ("F13", F13, &[UNKNOWN_COMMAND_IGNORED], &[]),
        ("F14", F14, &[], &["src", "layer=1"]),
        ("F15", F15, &[], &[]),
        ("F16", F16, &[], &[]),
    ] {
        let resolution = request_with(&CALLED, input);
        assert_eq!(warnings(&resolution), warned, "{number}");
        let mut named = Vec::new();
        for error in errors_of(&resolution) {
            assert_eq!(error.reason, UNIMPLEMENTED_COMMAND, "{number}: {}", error.message);
            named.push(&input[error.span.clone()]);
        }
        assert_eq!(named, unimplemented, "{number}");
        assert!(resolution.plan.is_some(), "{number}");
        assert_eq!(resolution.executable().is_some(), unimplemented.is_empty(), "{number}");
    }
}

#[test]
fn f1_to_f3_are_read_as_written() {
    let f1 = field("wid=750&hei=471&fmt=png-alpha");
    assert_eq!((f1.view.width, f1.view.height), (Some(750), Some(471)));
    assert_eq!((f1.output.format.format, f1.output.format.alpha), (Format::Png, true));
    assert_eq!(field("qlt=82&ts=1727010840630").output.encoding.quality, 82);
    let f3 = field("wid=1000&dpr=off");
    assert_eq!((f3.view.width, f3.view.pixel_ratio), (Some(1000), 1.0));
}

#[test]
fn f4_takes_its_size_from_the_macro() {
    let plan = field(F4);
    assert_eq!((plan.view.width, plan.view.height), (Some(1600), Some(900)));
    assert_eq!(plan.view.fit, Fit { mode: FitMode::Stretch, upscale: true });
    assert_eq!(errors(&request_with(&[("landscape1600", "qlt=80")], F4)), [COMMAND_CONFLICT]);
    assert_eq!(errors(&request(F4)), [UNKNOWN_MACRO]);
}

#[test]
fn f5_and_f8_name_a_withdrawn_filter() {
    for input in [F5, F8] {
        assert_eq!(field(input).request.res_mode, ResMode::Sharp2, "{input}");
    }
    // ruling 21; an unsharp mask without radius is none
    let f8 = field(F8);
    assert_eq!(f8.base().source.crop, None);
    assert_eq!(f8.sharpening, Sharpening::default());
    assert_eq!((f8.output.encoding.quality, f8.output.encoding.full_chroma), (90, false));
}

#[test]
fn f6_leaves_out_arguments_and_carries_a_comment() {
    let usm = UnsharpMask { amount: 0.5, radius: 0.5, threshold: 0, mono: false };
    assert_eq!(field(F6).sharpening.usm, Some(usm));
    assert_eq!(field(F6).output.encoding.quality, 95);
}

#[test]
fn f7_fits_one_side_and_webp_has_no_chroma_flag() {
    let plan = field(F7);
    assert_eq!((plan.view.width, plan.view.height), (Some(1440), None));
    assert_eq!(plan.view.fit, Fit { mode: FitMode::Constrain, upscale: false });
    assert_eq!((plan.output.encoding.quality, plan.output.encoding.full_chroma), (90, false));
    assert_eq!(plan, field(&F7.replace("qlt=90,1", "qlt=90,0")));
    assert!(!plan.sharpening.sharpen);
    assert_eq!(plan.output.encoding.print_resolution, Some(72.0));
    assert!(!plan.output.colour.embed);
}

#[test]
fn f9_shows_that_encoded_commas_separate() {
    let plan = field(F9);
    assert_eq!(plan.output.encoding.quality, 80);
    let usm = UnsharpMask { amount: 0.9, radius: 1.0, threshold: 8, mono: false };
    assert_eq!(plan.sharpening.usm, Some(usm));
    assert_eq!(plan, field(&F9.replace("%2C", ",")));
}

#[test]
fn f10_and_f11_replace_the_asset_on_layer_0() {
    for (input, asset, height) in [(F10, "X_A_100", None), (F11, "X_A_650", Some(845))] {
        let plan = field(input);
        assert_eq!(plan.layers.len(), 1);
        assert_eq!(plan.base().source.image, Some(ImageSource::Object(asset.into())));
        assert_eq!(plan.view.height, height);
    }
}

#[test]
fn f12_repeats_itself() {
    let plan = field(F12);
    assert!(plan.sharpening.sharpen);
    assert_eq!(plan.output.format, FileFormat::JPEG);
    assert_eq!(plan.view.fit, Fit { mode: FitMode::Constrain, upscale: true });
    assert_eq!(plan, field("op_sharpen=1&wid=480&hei=480&fit=constrain,1"));
}

#[test]
fn f13_scales_layer_0_and_then_cuts_or_pads() {
    let plan = field(F13);
    assert_eq!(plan.base().source.size, Some(LayerSize::Pixels { width: 457, height: 402 }));
    assert_eq!(plan.view.scale, Some(1.0));
    assert_eq!((plan.view.width, plan.view.height), (Some(457), Some(402)));
    // neither quality nor scans mean anything to a png
    let encoding = &plan.output.encoding;
    assert_eq!((encoding.quality, encoding.full_chroma, encoding.scans), (85, false, None));
}

#[test]
fn f14_nests_requests_in_braces_with_a_macro_inside() {
    let plan = field(F14);
    let nested = |layer: usize| match &plan.layers[layer].source.image {
        Some(ImageSource::Nested { object: Some(object), plan }) => (object.as_ref(), plan),
        other => panic!("{other:?}"),
    };
    let (object, inner) = nested(0);
    assert_eq!(*object, ImageSource::Object("Shop/bg".into()));
    assert_eq!((inner.view.width, inner.view.height), (Some(1920), Some(640)));
    assert!(!inner.sharpening.sharpen);
    let (object, inner) = nested(1);
    assert_eq!(*object, ImageSource::Object("Shop/bike".into()));
    assert_eq!((inner.view.width, inner.view.height), (Some(920), Some(600)));
    assert!(inner.sharpening.sharpen);
    // the macro's command stays inside
    assert!(!plan.sharpening.sharpen);
    assert_eq!((plan.view.width, plan.view.height), (Some(1920), Some(640)));
}

#[test]
fn f15_limits_the_size_after_the_macro() {
    let plan = field(F15);
    assert_eq!(plan.output.encoding.jpeg_kilobytes, 200);
    assert_eq!(plan.output.format.format, Format::ProgressiveJpeg);
    assert_eq!(plan.view.width, Some(1200));
}

#[test]
fn f16_names_a_profile_with_spaces_and_brackets() {
    let plan = field(F16);
    let wanted = ColourOutput {
        profile: Some("Adobe RGB (1998)".into()),
        intent: Intent::Relative,
        black_point: true,
        dither: false,
        embed: true,
    };
    assert_eq!(plan.output.colour, wanted);
    assert_eq!(plan.pixel_type(), PixelType::Rgb);
    assert_eq!(plan.output.encoding.print_resolution, Some(120.0));
}
