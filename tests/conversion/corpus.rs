//! Files that other projects collected. They are not part of the repository:
//! without them these tests say so and pass.

use std::path::{Path, PathBuf};

use offprint::modifiers::plan::{Crop, Format};

use super::{difference, done, picture, plan, reasons, run};

/// The folder of the corpus, or nothing with a printed reason.
pub(super) fn corpus() -> Option<&'static Path> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus"));
    if !path.is_dir() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn files(folder: PathBuf) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

pub(super) fn read(corpus: &Path, name: &str) -> Vec<u8> {
    std::fs::read(corpus.join(name)).unwrap()
}

#[test]
fn every_orientation_of_a_photograph_comes_out_the_same() {
    let Some(corpus) = corpus() else { return };
    let upright = |name: &str| picture(&done(&read(corpus, name), &plan(Format::Png)).bytes);
    for (kind, first, others) in
        [("Landscape", 2, vec![3, 4, 5, 6, 7, 8]), ("Portrait", 2, vec![5, 6, 7, 8])]
    {
        let expected = upright(&format!("orientation/sharp__{kind}_{first}.jpg")).to_rgb8();
        for other in others {
            let seen = upright(&format!("orientation/sharp__{kind}_{other}.jpg")).to_rgb8();
            assert_eq!(seen.dimensions(), expected.dimensions(), "{kind} {other}");
            let sum: u64 =
                seen.iter().zip(expected.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            // the manifest's 5 levels: the files were compressed one by one
            assert!(sum as f64 / (seen.len() as f64) < 5.0, "{kind} {other}");
        }
    }
}

#[test]
fn crop_of_a_turned_photograph_is_upright() {
    // cases O-03
    let Some(corpus) = corpus() else { return };
    let mut square = plan(Format::Png);
    square.layers[0].source.crop = Some(Crop::Pixels { x: 0, y: 75, width: 450, height: 450 });
    let out = done(&read(corpus, "orientation/sharp__Portrait_7.jpg"), &square);
    assert_eq!((out.width, out.height), (450, 450));
}

#[test]
fn pngsuite_decodes_and_its_broken_files_fail() {
    let Some(corpus) = corpus() else { return };
    for (name, bytes) in files(corpus.join("pngsuite")) {
        let result = run(&bytes, &plan(Format::Png));
        if name.starts_with('x') {
            assert_eq!(result.unwrap_err().reason(), "DECODE_FAILED", "{name}");
        } else {
            assert!(result.is_ok(), "{name}: {:?}", result.err());
        }
    }
}

#[test]
fn sixteen_bits_equal_their_eight_bit_twin() {
    let Some(corpus) = corpus() else { return };
    let flag = |name| picture(&done(&read(corpus, name), &plan(Format::Png)).bytes);
    let sixteen = flag("depth/sharp__Flag_of_the_Netherlands-16bit.png");
    assert_eq!(difference(&sixteen, &flag("depth/sharp__Flag_of_the_Netherlands.png")), 0);
}

#[test]
fn a_transparent_palette_picture_becomes_pure_bgc() {
    // cases O-11
    let Some(corpus) = corpus() else { return };
    let mut red = plan(Format::Png);
    red.view.background = [255, 0, 0];
    let out = done(&read(corpus, "alpha/sharp__full-transparent.png"), &red);
    assert_eq!(reasons(&out), ["ALPHA_REMOVED"]);
    assert!(picture(&out.bytes).to_rgb8().pixels().all(|pixel| pixel.0 == [255, 0, 0]));
}

#[test]
fn truncated_files_fail_and_harmless_damage_does_not() {
    let Some(corpus) = corpus() else { return };
    for name in [
        "Pillow__truncated_image.png",
        "sharp__truncated.png",
        "sharp__truncated.jpg",
        "zune-image__incomplete_image.jpg",
        "Pillow__seek_too_large.tif",
        "libvips__truncated.gif",
    ] {
        let result = run(&read(corpus, &format!("corrupt/{name}")), &plan(Format::Png));
        assert_eq!(result.unwrap_err().reason(), "DECODE_FAILED", "{name}");
    }
    for name in ["Pillow__broken_exif_dpi.jpg", "Pillow__junk_jpeg_header.jpg"] {
        done(&read(corpus, &format!("corrupt/{name}")), &plan(Format::Png));
    }
}

#[test]
fn first_frames_are_composed() {
    // cases O-26: frames of the twin are stacked, the first is on top
    let Some(corpus) = corpus() else { return };
    for name in ["dispose-previous", "dispose-background", "trans-x"] {
        let mut keep = plan(Format::Png);
        keep.output.format.alpha = true;
        let gif = read(corpus, &format!("animation/libvips__{name}.gif"));
        let seen = picture(&done(&gif, &keep).bytes);
        let stacked = picture(&read(corpus, &format!("animation/libvips__{name}.png")));
        let first = stacked.crop_imm(0, 0, seen.width(), seen.height()).to_rgba8();
        for (seen, expected) in seen.to_rgba8().pixels().zip(first.pixels()) {
            // what is transparent has no colour
            assert_eq!(seen[3], expected[3], "{name}");
            assert!(seen[3] == 0 || seen == expected, "{name}: {seen:?} {expected:?}");
        }
    }
}

#[test]
fn wide_gamut_pictures_come_out_in_srgb() {
    // the manifest: littlecms makes (117,160,210) of ProPhoto (131,141,192)
    let Some(corpus) = corpus() else { return };
    let out = done(&read(corpus, "colour/sharp__prophoto.png"), &plan(Format::Png));
    let pixel = picture(&out.bytes).to_rgb8().get_pixel(0, 0).0;
    for (seen, expected) in pixel.into_iter().zip([117u8, 160, 210]) {
        assert!(seen.abs_diff(expected) <= 2, "{pixel:?}");
    }
}

/// A flat 16 x 16 PNG with an embedded profile.
fn tagged(corpus: &Path, profile: &str, colour: png::ColorType, pixel: &[u8]) -> Vec<u8> {
    let mut info = png::Info::with_size(16, 16);
    info.color_type = colour;
    info.bit_depth = png::BitDepth::Eight;
    let name = format!("icc/Compact-ICC-Profiles__{profile}.icc");
    info.icc_profile = Some(read(corpus, &name).into());
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bytes, info).unwrap().write_header().unwrap();
    writer.write_image_data(&pixel.repeat(256)).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn adobe_rgb_and_display_p3_are_converted() {
    // cases O-07, computed there with littlecms
    let Some(corpus) = corpus() else { return };
    for (profile, colour, expected) in [
        ("AdobeCompat-v2", [100, 150, 100], [66u8, 151, 97]),
        ("DisplayP3-v2-magic", [200, 100, 50], [215, 93, 31]),
        ("sRGB-v4", [200, 100, 50], [200, 100, 50]),
    ] {
        let source = tagged(corpus, profile, png::ColorType::Rgb, &colour);
        let pixel = picture(&done(&source, &plan(Format::Png)).bytes).to_rgb8().get_pixel(3, 3).0;
        let near = pixel.iter().zip(expected).all(|(seen, expected)| seen.abs_diff(expected) <= 2);
        assert!(near, "{profile}: {pixel:?}");
    }
}

#[test]
fn gray_profiles_leave_white_white() {
    // cases O-05
    let Some(corpus) = corpus() else { return };
    for value in [0u8, 128, 255] {
        let source = tagged(corpus, "sGrey-v2-magic", png::ColorType::Grayscale, &[value]);
        let out = done(&source, &plan(Format::Png));
        assert_eq!(reasons(&out), [""; 0]);
        let pixel = picture(&out.bytes).to_rgb8().get_pixel(3, 3).0;
        assert!(pixel.iter().all(|seen| seen.abs_diff(value) <= 1), "{value}: {pixel:?}");
    }
}

#[test]
fn cmyk_photographs_are_naive_and_never_negative() {
    // means of the manifest, by the naive formula
    let Some(corpus) = corpus() else { return };
    for (name, expected) in [
        ("sharp__Channel_digital_image_CMYK_color_no_profile.jpg", [109.0, 132.0, 110.0]),
        ("TwelveMonkeys__cmyk-sample-no-icc.jpg", [184.0, 184.0, 184.0]),
        ("zune-image__cymk.jpg", [47.0, 132.0, 217.0]),
    ] {
        let out = done(&read(corpus, &format!("colour/{name}")), &plan(Format::Png));
        let pixels = picture(&out.bytes).to_rgb8();
        for (c, expected) in expected.into_iter().enumerate() {
            let sum: f64 = pixels.pixels().map(|pixel| f64::from(pixel[c])).sum();
            let mean = sum / f64::from(pixels.width() * pixels.height());
            // 3 levels: the manifest rounds and says "about"
            assert!((mean - expected).abs() < 3.0, "{name}: channel {c} has {mean}");
        }
    }
}

#[test]
fn resolution_is_read_from_exif_and_from_centimetres() {
    let Some(corpus) = corpus() else { return };
    let info = offprint::codecs::probe(&read(corpus, "metadata/Pillow__exif-200dpcm.jpg")).unwrap();
    assert_eq!(info.resolution, Some(508.0));
}

#[test]
fn nothing_in_the_corpus_breaks_the_process() {
    let Some(corpus) = corpus() else { return };
    for folder in std::fs::read_dir(corpus).unwrap() {
        let path = folder.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        for (name, bytes) in files(path) {
            let mut small = plan(Format::Png);
            small.view.width = Some(40);
            if let Err(error) = run(&bytes, &small) {
                assert!(!error.to_string().is_empty(), "{name}");
            }
        }
    }
}

#[test]
fn every_success_has_the_size_of_the_manifest() {
    // cases O-28 and O-30: never garbage with success
    let Some(corpus) = corpus() else { return };
    let manifest = String::from_utf8(read(corpus, "manifest.tsv")).unwrap();
    let mut successes = 0;
    for line in manifest.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let extension = columns[0].rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let ours = ["jpg", "jpeg", "png", "tif", "tiff", "gif", "webp", "bmp", "psd"];
        if !ours.contains(&extension.as_str()) {
            continue;
        }
        let mut keep = plan(Format::Png);
        keep.output.format.alpha = true;
        let bytes = read(corpus, columns[0]);
        let Ok(out) = run(&bytes, &keep) else { continue };
        successes += 1;
        // a dash where the maker of the manifest could not tell
        if let (Ok(width), Ok(height)) = (columns[4].parse::<u32>(), columns[5].parse::<u32>()) {
            // some rows tell the stored size, some the upright one
            let turned = offprint::codecs::probe(&bytes).unwrap().orientation >= 5;
            let stored = turned && (out.height, out.width) == (width, height);
            assert!(stored || (out.width, out.height) == (width, height), "{}", columns[0]);
        }
    }
    assert!(successes > 150, "{successes} of the corpus were converted");
}

#[test]
fn palette_tiffs_have_their_colours() {
    // means of R, G and B as libtiff's tiff2rgba decodes them
    let Some(corpus) = corpus() else { return };
    for (name, expected) in [
        ("Pillow__multipage.tiff", [0.0, 128.0, 0.0]),
        ("image-tiff__palette-1c-4b.tiff", [149.71, 115.44, 68.0]),
        ("image-tiff__flower-palette-08.tif", [96.43, 96.45, 69.33]),
    ] {
        let pixels =
            picture(&done(&read(corpus, &format!("tiff/{name}")), &plan(Format::Png)).bytes);
        let pixels = pixels.to_rgb8();
        for (c, expected) in expected.into_iter().enumerate() {
            let sum: f64 = pixels.pixels().map(|pixel| f64::from(pixel[c])).sum();
            let mean = sum / f64::from(pixels.width() * pixels.height());
            // half a level: libtiff cuts 16-bit colours to 8 bits, we round
            assert!((mean - expected).abs() <= 0.5, "{name}: channel {c} has {mean}");
        }
    }
}

#[test]
fn a_merged_photoshop_picture_has_its_colours() {
    // means of R, G and B as Pillow reads it
    let Some(corpus) = corpus() else { return };
    let bytes = read(corpus, "psd/Pillow__hopper_merged.psd");
    let pixels = picture(&done(&bytes, &plan(Format::Png)).bytes).to_rgb8();
    for (c, expected) in [89.718, 80.077, 95.402].into_iter().enumerate() {
        let sum: f64 = pixels.pixels().map(|pixel| f64::from(pixel[c])).sum();
        let mean = sum / f64::from(pixels.width() * pixels.height());
        assert!((mean - expected).abs() < 0.001, "channel {c} has {mean}");
    }
}
