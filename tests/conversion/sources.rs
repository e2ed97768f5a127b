//! Every readable source gives the right pixels, every broken one a clear error.

use image::GenericImageView;
use offprint::codecs::probe;
use offprint::conversion::{Limits, convert};
use offprint::modifiers::plan::{Crop, Format};

use super::{difference, done, golden, picture, plan, png, png_alpha, reasons, run};

#[test]
fn lossless_sources_keep_every_pixel() {
    let expected = picture(&golden("scene.png"));
    for name in ["scene.png", "scene.webp", "scene.tif", "scene.bmp"] {
        let out = done(&golden(name), &plan(Format::Png));
        assert_eq!(difference(&picture(&out.bytes), &expected), 0, "{name}");
    }
    let out = done(&golden("scene.gif"), &plan(Format::Png));
    assert_eq!(difference(&picture(&out.bytes), &picture(&golden("scene-gif-decoded.png"))), 0);
}

#[test]
fn restart_markers_do_not_change_a_progressive_jpeg() {
    // cases O-22. libjpeg's pixels; 4 levels for another IDCT and chroma upsampling.
    let expected = picture(&golden("progressive-decoded.png"));
    for name in ["progressive.jpg", "progressive-restart.jpg"] {
        let out = done(&golden(name), &plan(Format::Png));
        let most = difference(&picture(&out.bytes), &expected);
        assert!(most <= 4, "{name}: {most} levels");
    }
}

#[test]
fn orientation_is_applied_exactly_once() {
    // cases O-01: where the red corner of the stored top-left is seen upright
    let corners = [
        (1, 60, 40, (2, 2)),
        (2, 60, 40, (57, 2)),
        (3, 60, 40, (57, 37)),
        (4, 60, 40, (2, 37)),
        (5, 40, 60, (2, 2)),
        (6, 40, 60, (37, 2)),
        (7, 40, 60, (37, 57)),
        (8, 40, 60, (2, 57)),
    ];
    for (orientation, width, height, corner) in corners {
        let source = golden(&format!("orientation-{orientation}.jpg"));
        let out = done(&source, &plan(Format::Jpeg));
        let seen = picture(&out.bytes);
        assert_eq!(seen.dimensions(), (width, height), "orientation {orientation}");
        let pixel = seen.to_rgb8().get_pixel(corner.0, corner.1).0;
        // JPEG at quality 85, twice
        assert!(pixel[0] > 200 && pixel[1] < 60, "orientation {orientation}: {pixel:?}");
        let tag = probe(&out.bytes).unwrap().orientation;
        assert_eq!(tag, 1, "the output carries no orientation");
    }
}

#[test]
fn crop_refers_to_the_upright_picture() {
    // cases O-03: the red corner of orientation 6 is at the upright top right
    let mut plan = plan(Format::Png);
    plan.layers[0].source.crop = Some(Crop::Pixels { x: 30, y: 0, width: 10, height: 10 });
    let out = done(&golden("orientation-6.jpg"), &plan);
    assert_eq!((out.width, out.height), (10, 10));
    let pixels = picture(&out.bytes).to_rgb8();
    assert!(pixels.pixels().all(|p| p[0] > 200 && p[1] < 60 && p[2] < 60));
}

#[test]
fn cmyk_without_a_profile_is_never_inverted() {
    // cases O-04: the naive rule gives (0, 255, 255); 3 levels for JPEG
    let source = golden("cyan.jpg");
    let out = done(&source, &plan(Format::Png));
    assert_eq!(reasons(&out), ["CMYK_WITHOUT_PROFILE"]);
    let pixel = picture(&out.bytes).to_rgb8().get_pixel(9, 9).0;
    assert!(pixel[0] <= 3 && pixel[1] >= 252 && pixel[2] >= 252, "{pixel:?}");

    // the same file without its Adobe marker
    let at = source.windows(2).position(|pair| pair == [0xff, 0xee]).expect("APP14");
    let length = usize::from(u16::from_be_bytes([source[at + 2], source[at + 3]]));
    let bare = [&source[..at], &source[at + 2 + length..]].concat();
    let out = done(&bare, &plan(Format::Png));
    assert_eq!(picture(&out.bytes).to_rgb8().get_pixel(9, 9).0, pixel);
}

#[test]
fn one_bit_gray_with_a_key_has_alpha() {
    // cases O-10
    let out = picture(&done(&golden("one-bit-key.png"), &png_alpha()).bytes).to_rgba8();
    assert_eq!(out.get_pixel(0, 0)[3], 0);
    assert_eq!(out.get_pixel(1, 0).0, [255, 255, 255, 255]);
}

#[test]
fn palette_entries_have_their_own_alpha() {
    // cases O-53
    let out = picture(&done(&golden("palette-alpha.png"), &png_alpha()).bytes).to_rgba8();
    let pixels: Vec<[u8; 4]> = out.pixels().map(|pixel| pixel.0).collect();
    assert_eq!(pixels, [[255, 0, 0, 0], [0, 255, 0, 85], [0, 0, 255, 170], [9, 9, 9, 255]]);
}

#[test]
fn sixteen_bits_are_rounded() {
    // cases O-18: v * 255 / 65535, rounded
    let out = picture(&done(&golden("ramp-16.png"), &plan(Format::Png)).bytes).to_luma8();
    for (index, pixel) in out.pixels().enumerate() {
        let exact = (index * 16) as f64 * 255.0 / 65535.0;
        assert_eq!(f64::from(pixel[0]), (exact + 0.5).floor(), "value {}", index * 16);
    }
}

#[test]
fn a_truncated_jpeg_fails() {
    // cases O-21
    let whole = golden("progressive.jpg");
    let baseline = golden("dpi-600.jpg");
    for file in [&whole, &baseline] {
        for percent in [30, 60, 90] {
            let error = run(&file[..file.len() * percent / 100], &plan(Format::Jpeg)).unwrap_err();
            assert_eq!(error.reason(), "DECODE_FAILED", "{percent} %: {error}");
        }
    }
}

#[test]
fn damage_beside_the_pixels_warns_and_damage_in_them_fails() {
    // cases O-25: the checksum of an ancillary chunk, then of IDAT
    let source = golden("scene.png");
    let flip = |name: &[u8]| {
        let at = source.windows(4).position(|bytes| bytes == name).expect("the chunk is there");
        let length = u32::from_be_bytes(source[at - 4..at].try_into().unwrap()) as usize;
        let mut broken = source.clone();
        broken[at + 4 + length] ^= 1;
        broken
    };
    let out = done(&flip(b"pHYs"), &plan(Format::Png));
    assert_eq!(reasons(&out), ["SOURCE_DAMAGED"]);
    assert_eq!(difference(&picture(&out.bytes), &picture(&source)), 0);
    assert_eq!(run(&flip(b"IDAT"), &plan(Format::Png)).unwrap_err().reason(), "DECODE_FAILED");
}

#[test]
fn the_content_decides_and_a_wrong_extension_warns() {
    // cases O-23
    let source = golden("dpi-600.jpg");
    let plan = plan(Format::Png);
    let named = |name| convert(&source, name, &plan, &Limits::default(), &mut |_, _| {}).unwrap();
    let warnings = named("picture.PNG").warnings;
    assert_eq!(warnings[0].reason, "CONTENT_EXTENSION_MISMATCH");
    assert!(warnings[0].message.starts_with("extension png, content jpeg"));
    for name in ["picture.jpg", "picture.JPEG", "picture", "picture.v2"] {
        assert_eq!(named(name).warnings, [], "{name}");
    }
}

#[test]
fn files_that_are_no_pictures_fail_with_what_they_are() {
    let text = |bytes| {
        let error = run(bytes, &plan(Format::Png)).unwrap_err();
        assert_eq!(error.reason(), "DECODE_FAILED");
        error.to_string()
    };
    assert_eq!(text(b""), "file is empty (0 bytes)");
    assert_eq!(text(b"not a jpeg at all"), "file is not a picture: its content is text");
}

#[test]
fn a_tiny_file_that_declares_a_huge_picture_is_refused() {
    // cases O-32; measured in a process of its own, as tests run side by side
    if std::env::var_os("OFFPRINT_TEST_ALONE").is_none() {
        let alone = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sources::a_tiny_file_that_declares_a_huge_picture_is_refused"])
            .env("OFFPRINT_TEST_ALONE", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&alone.stdout);
        assert!(alone.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let header = [0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 2, 0, 0, 0];
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunks: [(&[u8; 4], &[u8]); 3] = [
        (b"IHDR", &header),
        (b"IDAT", b"\x78\x9c\x63\x60\0\0\0\x02\0\x01\0\0\0\0\0\0\0"),
        (b"IEND", b""),
    ];
    for (name, body) in chunks {
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend(*name);
        bytes.extend(body);
        bytes.extend(crc32fast::hash(&[&name[..], body].concat()).to_be_bytes());
    }
    assert_eq!(bytes.len(), 74);
    let before = peak_memory_kib();
    let error = run(&bytes, &plan(Format::Png)).unwrap_err();
    assert_eq!(error.reason(), "INPUT_TOO_LARGE");
    assert_eq!(
        error.to_string(),
        "source has 100000 x 100000 pixels, more than the limit of 1000000000 \
         (limits.max_input_pixels)"
    );
    // the 50 MB of the case; alone in this process
    assert!(peak_memory_kib() - before < 50_000);
}

/// Peak resident memory of this process.
fn peak_memory_kib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

#[test]
fn sizes_do_not_depend_on_the_source_format() {
    // cases O-14
    let flat = image::RgbImage::from_pixel(500, 399, image::Rgb([9, 99, 199]));
    let png = png(flat);
    for format in [Format::Png, Format::Jpeg, Format::Webp, Format::Tiff, Format::Gif] {
        let source = done(&png, &plan(format)).bytes;
        let mut narrow = plan(Format::Png);
        narrow.view.width = Some(100);
        let out = done(&source, &narrow);
        assert_eq!((out.width, out.height), (100, 80), "{format:?}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]
    #[test]
    fn damaged_files_never_break_the_process(
        file in 0usize..8, flips in proptest::collection::vec((0.0f64..1.0, 0u8..), 1..6), keep in 0.5f64..1.0,
    ) {
        const FILES: [&str; 8] = [
            "progressive-restart.jpg", "dpi-600.jpg", "scene.gif", "scene.webp",
            "scene.tif", "scene.bmp", "palette-alpha.png", "cyan.jpg",
        ];
        let mut bytes = golden(FILES[file]);
        bytes.truncate((bytes.len() as f64 * keep) as usize);
        for (place, value) in flips {
            let at = (bytes.len() as f64 * place) as usize;
            bytes[at] = value;
        }
        // a flipped size must not make the test slow
        let limits = Limits { max_input_pixels: 1 << 22, ..Limits::default() };
        if let Err(error) = convert(&bytes, "", &plan(Format::Png), &limits, &mut |_, _| {}) {
            proptest::prop_assert!(["DECODE_FAILED", "INPUT_TOO_LARGE"].contains(&error.reason()));
        }
    }
}
