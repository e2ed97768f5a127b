//! Colours from source to output.

use offprint::codecs::bitmap::{Area, Bitmap, Channels};
use offprint::codecs::{EncodeOptions, Request, decode, encode, probe};
use offprint::colour::{Intent, Profile, Profiles, Transform};
use offprint::modifiers::plan::{Compression, Format};

use super::corpus::{corpus, read};
use super::{done, golden, picture, plan, reasons};

fn options(format: Format, profile: Option<&[u8]>) -> EncodeOptions<'_> {
    EncodeOptions {
        compression: Compression::Lzw,
        quality: 100,
        full_chroma: true,
        profile,
        ..EncodeOptions::of(format)
    }
}

/// A flat picture with alpha where `colour` has it.
fn flat(channels: Channels, colour: &[u8]) -> Bitmap {
    Bitmap { width: 16, height: 16, channels, data: colour.repeat(256) }
}

fn mean(bytes: &[u8]) -> [f64; 3] {
    let pixels = picture(bytes).to_rgb8();
    let count = f64::from(pixels.width() * pixels.height());
    [0, 1, 2].map(|c| pixels.pixels().map(|pixel| f64::from(pixel[c])).sum::<f64>() / count)
}

#[test]
fn lab_tiff_comes_out_as_littlecms_has_it() {
    // tests/reference/colour.py; 16 bits are the same colours as 8 bits
    let expected = golden("colour/lab.bin");
    for name in ["lab-cie-8", "lab-icc-8", "lab-cie-16", "lab-icc-16"] {
        let out = done(&golden(&format!("colour/{name}.tif")), &plan(Format::Png));
        assert_eq!(reasons(&out), [""; 0], "{name}");
        let seen = picture(&out.bytes).to_rgb8();
        for (seen, expected) in seen.pixels().zip(expected.chunks_exact(3)) {
            for (one, other) in seen.0.iter().zip(expected) {
                // littlecms rounds L*a*b* to 16 bits on the way, which shows
                // where the curve of sRGB is steep
                assert!(one.abs_diff(*other) <= 2, "{name}: {seen:?} {expected:?}");
            }
        }
    }
}

#[test]
fn cmyk_with_a_profile_goes_through_it() {
    let profiles = Profiles::shipped();
    let (fogra, srgb) = (profiles.find("CoatedFogra39").unwrap(), profiles.find("sRGB").unwrap());
    let transform = Transform::new(&fogra, &srgb, Intent::Relative, true).unwrap();
    let colour = [200, 30, 60, 20];
    let expected = &transform.colour(colour)[..3];
    for format in [Format::Jpeg, Format::Tiff] {
        let source =
            encode(flat(Channels::Cmyk, &colour), options(format, Some(fogra.bytes()))).unwrap();
        let out = done(&source, &plan(Format::Png));
        assert_eq!(reasons(&out), [""; 0], "{format:?}");
        let seen = picture(&out.bytes).to_rgb8().get_pixel(8, 8).0;
        for (seen, expected) in seen.iter().zip(expected) {
            // JPEG may be a level off
            assert!(seen.abs_diff(*expected) <= 2, "{format:?}: {seen:?} {expected:?}");
        }
    }
}

#[test]
fn cmyk_with_alpha_keeps_it() {
    let colour = [255, 0, 0, 0, 128];
    let source = encode(flat(Channels::CmykAlpha, &colour), options(Format::Tiff, None)).unwrap();
    let out = done(&source, &super::png_alpha());
    assert_eq!(reasons(&out), ["CMYK_WITHOUT_PROFILE"]);
    assert_eq!(picture(&out.bytes).to_rgba8().get_pixel(8, 8).0, [0, 255, 255, 128]);
}

#[test]
fn a_cmyk_profile_that_cannot_be_read_is_a_warning_and_the_formula_is_used() {
    let source =
        encode(flat(Channels::Cmyk, &[255, 0, 0, 0]), options(Format::Tiff, Some(b"junk")))
            .unwrap();
    let out = done(&source, &plan(Format::Png));
    assert_eq!(reasons(&out), ["CMYK_WITHOUT_PROFILE", "PROFILE_IGNORED"]);
    assert_eq!(picture(&out.bytes).to_rgb8().get_pixel(8, 8).0, [0, 255, 255]);
}

#[test]
fn a_profile_for_other_colours_is_ignored_with_a_warning() {
    let fogra = Profiles::shipped().find("CoatedFogra39").unwrap();
    let colour = [10, 200, 30];
    let source =
        encode(flat(Channels::Rgb, &colour), options(Format::Png, Some(fogra.bytes()))).unwrap();
    let out = done(&source, &plan(Format::Png));
    assert_eq!(reasons(&out), ["PROFILE_IGNORED"]);
    assert_eq!(picture(&out.bytes).to_rgb8().get_pixel(8, 8).0, colour);
}

#[test]
fn the_cmyk_photograph_has_the_mean_of_the_manifest() {
    let Some(corpus) = corpus() else { return };
    let source = read(corpus, "colour/sharp__Channel_digital_image_CMYK_color.jpg");
    let info = probe(&source).unwrap();
    let (width, height) = (info.width, info.height);
    let area = Area { x: 0, y: 0, width, height };
    let request = Request { area, least_width: width, least_height: height };
    let decoded = decode(&source, &info, request).unwrap();
    let profile = Profile::read(decoded.profile.unwrap()).unwrap();
    let srgb = Profiles::shipped().find("sRGB").unwrap();
    // The manifest's mean is relative without black point compensation; with
    // it, the default of ruling 6, littlecms 2.14 gives what follows.
    for (black_point, expected) in [(false, [128.0, 133.0, 123.0]), (true, [120.9, 126.2, 115.1])] {
        let transform = Transform::new(&profile, &srgb, Intent::Relative, black_point).unwrap();
        let out = transform.apply(decoded.bitmap.clone(), false).unwrap();
        let count = f64::from(width * height);
        for (c, expected) in expected.into_iter().enumerate() {
            let sum: f64 = out.data.iter().skip(c).step_by(3).map(|value| f64::from(*value)).sum();
            // the manifest rounds and says "about"
            assert!((sum / count - expected).abs() < 1.5, "{black_point}, {c}: {}", sum / count);
        }
    }
    assert_eq!(reasons(&done(&source, &plan(Format::Png))), [""; 0]);
}

#[test]
fn prophoto_becomes_the_colour_of_the_manifest() {
    let Some(corpus) = corpus() else { return };
    let out = done(&read(corpus, "colour/sharp__prophoto.png"), &plan(Format::Png));
    for (seen, expected) in mean(&out.bytes).into_iter().zip([117.0, 160.0, 210.0]) {
        assert!((seen - expected).abs() <= 2.0, "{:?}", mean(&out.bytes));
    }
}

#[test]
fn every_profile_of_the_corpus_is_read_or_refused_with_a_reason() {
    let Some(corpus) = corpus() else { return };
    for entry in std::fs::read_dir(corpus.join("icc")).unwrap() {
        let path = entry.unwrap().path();
        match Profile::read(std::fs::read(&path).unwrap()) {
            Ok(profile) => assert_eq!(profile.check_input(), Ok(()), "{}", path.display()),
            Err(error) => {
                let name = path.file_name().unwrap().to_string_lossy();
                assert_eq!(name, "sharp__invalid-illuminant.icc", "{error}");
            }
        }
    }
}

/// Cases O-06: a profile in the output is of the output's colours, or there is none.
#[test]
fn an_embedded_profile_is_of_the_outputs_colours() {
    let source = golden("cyan.jpg");
    // bytes 16 to 20 of a profile name its colour space (ICC.1 7.2.6)
    let space = |modifier: &str| {
        let bytes = done(&source, &super::commands::plan_of(modifier)).bytes;
        let at = bytes.windows(12).position(|window| window == b"ICC_PROFILE\0")?;
        Some(String::from_utf8_lossy(&bytes[at + 14 + 16..][..4]).into_owned())
    };
    assert_eq!(space("fmt=jpeg,rgb"), None);
    assert_eq!(space("fmt=jpeg,rgb&iccEmbed=0"), None);
    assert_eq!(space("fmt=jpeg,rgb&icc=sRGB&iccEmbed=1"), Some("RGB ".into()));
    assert_eq!(space("icc=CoatedFogra39&iccEmbed=1"), Some("CMYK".into()));
}
