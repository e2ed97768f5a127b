//! Verdicts of 02 §8 on the commands of this version, and of 02 §5 and §7.

use super::*;

#[test]
fn verdicts_of_02_section_8() {
    for (row, input, wanted) in [
        ("7", "align=2,0", VALUE_OUT_OF_RANGE),
        ("align", "align=0", MODIFIER_SYNTAX),
        ("23", "fit=crop", COMMAND_CONFLICT),
        ("24", "fit=cover&wid=9", MODIFIER_SYNTAX),
        ("25", "fit=fit,2&wid=9", VALUE_OUT_OF_RANGE),
        ("26", "wid=0", VALUE_OUT_OF_RANGE),
        ("26", "wid=-5", VALUE_OUT_OF_RANGE),
        ("26", "hei=10.5", MODIFIER_SYNTAX),
        ("26", "wid=$n$", MODIFIER_SYNTAX),
        ("32", "scl=0", VALUE_OUT_OF_RANGE),
        ("44", "crop=0,0,0,100", VALUE_OUT_OF_RANGE),
        ("44", "crop=0,0,100,0", VALUE_OUT_OF_RANGE),
        ("44", "crop=1,2,3", MODIFIER_SYNTAX),
        ("crop", "crop=0,0,-1,5", VALUE_OUT_OF_RANGE),
        ("crop", "crop=1.5,0,1,5", MODIFIER_SYNTAX),
        ("cropN", "cropN=0,0,0,1", VALUE_OUT_OF_RANGE),
        ("G5", "crop=1,2,3,4,5", MODIFIER_SYNTAX),
        ("115", "op_usm=5.1,1", VALUE_OUT_OF_RANGE),
        ("115", "op_usm=1,251", VALUE_OUT_OF_RANGE),
        ("115", "op_usm=1,1,10.5", MODIFIER_SYNTAX),
        ("115R", "op_usmR=1,1,256", VALUE_OUT_OF_RANGE),
        ("usm", "op_usm=1,1,1,2", VALUE_OUT_OF_RANGE),
        ("usm", "op_usm=1,1,1,1,1", MODIFIER_SYNTAX),
        ("sharpen", "op_sharpen=2", VALUE_OUT_OF_RANGE),
        ("122", "fmt=tif-alpha,,jpeg", COMMAND_CONFLICT),
        ("122", "fmt=pdf,,lzw", COMMAND_CONFLICT),
        ("122", "fmt=jpeg,,zip", COMMAND_CONFLICT),
        ("123", "fmt=png,cmyk", COMMAND_CONFLICT),
        ("123", "fmt=webp,gray", COMMAND_CONFLICT),
        ("123", "fmt=png8,gray", COMMAND_CONFLICT),
        ("123", "fmt=gif,cmyk", COMMAND_CONFLICT),
        ("fmt", "fmt=heic,gray", COMMAND_CONFLICT),
        ("fmt", "fmt=tif,,lossless", COMMAND_CONFLICT),
        ("fmt", "fmt=webp,,zip", COMMAND_CONFLICT),
        ("126", "fmt=swf3-alpha", FORMAT_NOT_EXPORTABLE),
        ("126", "fmt=m3u8", FORMAT_NOT_EXPORTABLE),
        ("128", "fmt=jp2", MODIFIER_SYNTAX),
        ("fmt", "fmt=bmp", MODIFIER_SYNTAX),
        ("fmt", "fmt=png,rgba", MODIFIER_SYNTAX),
        ("fmt", "fmt=png,,best", MODIFIER_SYNTAX),
        ("fmt", "fmt=png,rgb,none,x", MODIFIER_SYNTAX),
        ("129", "qlt=0", VALUE_OUT_OF_RANGE),
        ("129", "qlt=101", VALUE_OUT_OF_RANGE),
        ("129", "qlt=80,2", VALUE_OUT_OF_RANGE),
        ("printRes", "printRes=0", VALUE_OUT_OF_RANGE),
        ("139", "resMode=lanczos", MODIFIER_SYNTAX),
        ("140", "dpr=on,0", VALUE_OUT_OF_RANGE),
        ("150", "req=props", REQUEST_TYPE_NOT_EXPORTABLE),
        ("152", "opusm=1", UNKNOWN_COMMAND),
    ] {
        assert_eq!(one_error(input).reason, wanted, "row {row}: {input}");
    }
}

#[test]
fn legal_values_that_are_not_written_yet_are_named() {
    for (input, named) in [
        ("fmt=avif,,lossless", "fmt=avif,,lossless"),
        ("fmt=heic,,lossless", "fmt=heic"),
        ("req=tmb", "req=tmb"),
        ("template=t", "template"),
        ("cropPathE=a", "cropPathE"),
    ] {
        let resolution = request(input);
        assert_eq!(errors(&resolution), [UNIMPLEMENTED_COMMAND], "{input}");
        assert!(resolution.plan.is_some(), "{input}");
        assert_eq!(resolution.executable(), None, "{input}");
        let error = &errors_of(&resolution)[0];
        assert!(
            error.message.starts_with(&format!("'{named}' is not carried out")),
            "{input}: {}",
            error.message
        );
    }
}

#[test]
fn fmt_names_format_pixel_type_and_compression() {
    use Compression::{Lossless, Lzw, None, Zip};
    use Format::*;
    use PixelType::{Gray, Rgb};
    for (input, format, alpha, pixel_type, compression, canonical, ext) in [
        ("jpeg", Jpeg, false, Rgb, None, "jpeg", ".jpg"),
        ("jpg", Jpeg, false, Rgb, None, "jpeg", ".jpg"),
        ("JPG,Gray", Jpeg, false, Gray, None, "jpeg,gray", ".jpg"),
        ("jpeg,,none", Jpeg, false, Rgb, None, "jpeg", ".jpg"),
        ("pjpeg", ProgressiveJpeg, false, Rgb, None, "pjpeg", ".jpg"),
        ("png", Png, false, Rgb, None, "png", ".png"),
        ("png-alpha,gray", Png, true, Gray, None, "png-alpha,gray", ".png"),
        ("gif-alpha", Gif, true, Rgb, None, "gif-alpha", ".gif"),
        ("tif", Tiff, false, Rgb, None, "tif", ".tiff"),
        ("tif,rgb,lzw", Tiff, false, Rgb, Lzw, "tif,,lzw", ".tiff"),
        ("tif-alpha,gray,zip", Tiff, true, Gray, Zip, "tif-alpha,gray,zip", ".tiff"),
        ("webp-alpha,,lossless", Webp, true, Rgb, Lossless, "webp-alpha,,lossless", ".webp"),
    ] {
        let resolution = request(&format!("fmt={input}"));
        assert_eq!(resolution.diagnostics, [], "{input}");
        let plan = resolution.plan.clone().unwrap();
        let found = plan.output.format;
        assert_eq!(
            (found.format, found.alpha, plan.pixel_type(), found.compression),
            (format, alpha, pixel_type, compression),
            "{input}"
        );
        let written = resolution.effective_request.split('&').next().unwrap();
        assert_eq!(written, format!("fmt={canonical}"));
        assert_eq!(resolution.format, canonical.split(',').next().unwrap());
        assert_eq!(found.format.extension(), ext);
    }
}

#[test]
fn other_spellings_of_fmt_are_read_with_a_warning() {
    for (input, keyword) in
        [("tiff", "tif"), ("tiff-alpha", "tif-alpha"), ("web-alpha,,lossless", "webp-alpha")]
    {
        let resolution = request(&format!("fmt={input}"));
        assert_eq!(warnings(&resolution), [COMPAT], "{input}");
        assert_eq!(resolution.format, keyword);
        assert!(resolution.plan.is_some());
    }
    for (input, near) in
        [("jp2", "jpeg2000"), ("jxr", "jpegxr"), ("heif", "heic"), ("pgn", "png"), ("jpe", "jpeg")]
    {
        assert_eq!(one_error(&format!("fmt={input}")).suggestion.as_deref(), Some(near));
    }
}

#[test]
fn swf_and_manifests_are_refused_with_what_to_use_ruling_14() {
    for (keyword, instead) in
        [("swf", "use jpeg"), ("swf-alpha", "use png-alpha"), ("f4m", "originals")]
    {
        let message = one_error(&format!("fmt={keyword}")).message;
        assert!(
            message.contains("legacy delivery format, not available for file export"),
            "{message}"
        );
        assert!(message.contains(instead), "{message}");
    }
}

#[test]
fn every_command_fills_its_part_of_the_plan() {
    let mut wanted = Plan::default();
    wanted.layers[0].source.crop = Some(Crop::Pixels { x: -50, y: 10, width: 300, height: 200 });
    wanted.view = View {
        width: Some(200),
        height: Some(100),
        fit: Fit { mode: FitMode::Hfit, upscale: true },
        scale: Some(0.5),
        align: Align { horizontal: -1.0, vertical: 0.25 },
        background: [1, 2, 3],
        ..View::default()
    };
    wanted.request.res_mode = ResMode::Bisharp;
    wanted.sharpening = Sharpening {
        sharpen: true,
        usm: Some(UnsharpMask { amount: 1.5, radius: 2.0, threshold: 10, mono: true }),
        usm_r: Some(UnsharpMask { amount: 0.5, radius: 1.0, threshold: 0, mono: false }),
    };
    wanted.output.format = FileFormat {
        format: Format::ProgressiveJpeg,
        alpha: false,
        pixel_type: Some(PixelType::Gray),
        compression: Compression::None,
    };
    wanted.output.encoding.quality = 70;
    wanted.output.encoding.full_chroma = true;
    wanted.output.encoding.print_resolution = Some(300.0);
    let input = "crop=-50,10,300,200&wid=200&hei=100&fit=hfit,1&scl=.5&align=-1,.25&bgc=1,2,3&resMode=bisharp\
                 &op_sharpen=1&op_usm=1.5,2,10,1&op_usmR=.5,1&fmt=pjpeg,gray&qlt=70,1&printRes=300";
    assert_eq!(plan(input), wanted);
    let canonical = "fmt=pjpeg,gray&qlt=70,1&printRes=300&wid=200&hei=100&fit=hfit,1&scl=0.5&align=-1,0.25\
                     &bgc=010203&crop=-50,10,300,200&resMode=bisharp&op_sharpen=1&op_usm=1.5,2,10,1\
                     &op_usmR=0.5,1,0,0";
    assert_eq!(effective(input), canonical);
}

#[test]
fn all_fit_modes_default_to_no_upscale_c29() {
    for (word, mode) in [
        ("fit", FitMode::Fit),
        ("Constrain", FitMode::Constrain),
        ("crop", FitMode::Crop),
        ("wrap", FitMode::Wrap),
        ("stretch", FitMode::Stretch),
        ("hfit", FitMode::Hfit),
        ("vfit", FitMode::Vfit),
    ] {
        assert_eq!(plan(&format!("wid=1&fit={word}")).view.fit, Fit { mode, upscale: false });
        assert_eq!(plan(&format!("hei=1&fit={word},1")).view.fit, Fit { mode, upscale: true });
    }
}

#[test]
fn crop_and_crop_n_share_a_slot_g3() {
    assert_eq!(effective("crop=1,2,3,4&cropN=.1,0,.8,1"), "cropN=0.1,0,0.8,1");
    assert_eq!(effective("cropN=.1,0,.8,1&crop=1,2,3,4"), "crop=1,2,3,4");
}

#[test]
fn crop_of_size_zero_is_the_whole_picture_ruling_21() {
    assert_eq!(plan("crop=0,0,0,0").base().source.crop, None);
    assert_eq!(plan("cropN=0,0,0,0").base().source.crop, None);
    assert_eq!(effective("crop=1,1,5,5&cropN=0,0,0,0"), "");
}

#[test]
fn withdrawn_res_modes_are_read_with_a_warning_ruling_24() {
    for (input, mode) in [("sharp", ResMode::Sharp2), ("trilin", ResMode::Bilin)] {
        let resolution = request(&format!("resMode={input}"));
        assert_eq!(warnings(&resolution), [COMPAT]);
        assert_eq!(resolution.plan.unwrap().request.res_mode, mode);
    }
}

#[test]
fn a_command_without_value_restores_the_default_ruling_25() {
    assert_eq!(effective("wid=5&hei=6&wid"), "hei=6");
    assert_eq!(effective("fmt=tif&fmt="), "");
    assert_eq!(request("fmt=tif&fmt=").format, "jpeg");
    // an unset fit needs no size
    assert_eq!(effective("fit=crop&fit=+&qlt=5"), "qlt=5,0");
}

#[test]
fn fit_is_judged_on_the_merged_request_ruling_26() {
    let fit = "fit=stretch,1";
    for sources in [
        Sources { is_modifier: fit, macro_call: "web", ..Sources::default() },
        Sources { is_modifier: fit, asset_modifier: "hei=5", ..Sources::default() },
        Sources { is_modifier: fit, asset_post_modifier: "wid=5", ..Sources::default() },
    ] {
        assert!(resolve_sources(sources).plan.is_some(), "{sources:?}");
    }
    // a size that could not be read, or an unknown macro, is reported alone
    assert_eq!(one_error("fit=crop&wid=0").reason, VALUE_OUT_OF_RANGE);
    assert_eq!(one_error("fit=crop&$nope$").reason, UNKNOWN_MACRO);
    assert_eq!(one_error("fit=crop&wdi=5").reason, UNKNOWN_COMMAND);
    // a size that is unset again is none
    assert_eq!(one_error("wid=5&fit=crop&wid=").reason, COMMAND_CONFLICT);
}

#[test]
fn commands_without_meaning_are_accepted_02_section_7() {
    // row 149
    let resolution = request("cache=off&id=7&bfc=on&network=on&locale=de&fmt=png");
    assert_eq!(warnings(&resolution), [IGNORED; 4]);
    assert_eq!(asked(&resolution), "fmt=png");
    for silent in [
        "bfc=off",
        "network=off",
        "dpr=off",
        "id=B1",
        "req=img",
        "req=",
        "req",
        "defaultImage=",
        "cache=",
    ] {
        assert_eq!(warnings(&request(&format!("{silent}&wid=1"))), [""; 0], "{silent}");
    }
    for ignored in [
        "dpr=on",
        "defaultImage=x",
        "type=image",
        "map=a",
        "mapA=a",
        "imageSet=x",
        "cache=on,client",
    ] {
        assert_eq!(warnings(&request(&format!("{ignored}&wid=1"))), [IGNORED], "{ignored}");
    }
    assert_eq!(warnings(&request("map=a&map=b&MAP=c")), [IGNORED], "once");
    for wrong in ["cache=never", "bfc=1", "network=maybe", "dpr=two"] {
        assert_eq!(one_error(wrong).reason, MODIFIER_SYNTAX, "{wrong}");
    }
}

#[test]
fn unknown_names_follow_ruling_2() {
    let verdict = |is_modifier, strictness| {
        let sources = Sources { is_modifier, ..Sources::default() };
        let resolution = resolve(&sources, &macros(), &Defaults::default(), strictness);
        let problem = resolution.diagnostics[0].clone();
        (problem.severity, problem.reason, problem.suggestion)
    };
    let typo = Some("wid".to_string());
    use Severity::{Error, Warning};
    use Strictness::{Lenient, Normal, Strict};
    // swapped, wrong, extra, any case
    for typed in ["wdi=5", "wod=5", "widd=5", "WIX=5"] {
        assert_eq!(verdict(typed, Normal), (Error, UNKNOWN_COMMAND, typo.clone()), "{typed}");
        assert_eq!(verdict(typed, Strict), (Error, UNKNOWN_COMMAND, typo.clone()), "{typed}");
        assert_eq!(
            verdict(typed, Lenient),
            (Warning, UNKNOWN_COMMAND_IGNORED, typo.clone()),
            "{typed}"
        );
    }
    for noise in [
        "ts=1727",
        "color_id=100",
        "chrss=full",
        "DWP_PRODUCT_ZOOM",
        "wd=5",
        "idx=4",
        "data-x=1",
        "größe=1",
    ] {
        assert_eq!(verdict(noise, Normal), (Warning, UNKNOWN_COMMAND_IGNORED, None), "{noise}");
        assert_eq!(verdict(noise, Strict), (Error, UNKNOWN_COMMAND, None), "{noise}");
        assert_eq!(verdict(noise, Lenient), (Warning, UNKNOWN_COMMAND_IGNORED, None), "{noise}");
    }
}

#[test]
fn usm_without_radius_says_that_it_has_no_effect() {
    assert_eq!(warnings(&request("op_usm=.1,0,0,0")), [IGNORED]);
    assert_eq!(warnings(&request("op_usm=0.0,0.0,0,0")), [""; 0]);
}
