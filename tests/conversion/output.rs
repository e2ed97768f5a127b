//! The output files: formats, print resolution, metadata.

use image::{GenericImageView, Rgb, RgbImage, Rgba, RgbaImage};
use offprint::codecs::probe;
use offprint::codecs::sniff::{Kind, sniff};
use offprint::modifiers::plan::{Compression, Format, PixelType, Plan};

use super::{difference, done, golden, picture, plan, png};

const ALL: [(Format, Kind); 9] = [
    (Format::Jpeg, Kind::Jpeg),
    (Format::ProgressiveJpeg, Kind::Jpeg),
    (Format::Png, Kind::Png),
    (Format::Tiff, Kind::Tiff),
    (Format::Webp, Kind::Webp),
    (Format::Gif, Kind::Gif),
    (Format::Png8, Kind::Png),
    (Format::Jpeg2000, Kind::Jp2),
    (Format::Avif, Kind::Avif),
];

#[test]
fn every_format_is_written_as_itself() {
    let expected = picture(&golden("scene.png"));
    for (format, kind) in ALL {
        let out = done(&golden("scene.png"), &plan(format));
        assert_eq!(sniff(&out.bytes), kind, "{format:?}");
        if matches!(format, Format::Jpeg2000 | Format::Avif) {
            // image reads neither; the codecs' own tests compare with other programs
            assert_eq!((out.width, out.height), expected.dimensions(), "{format:?}");
            continue;
        }
        let seen = picture(&out.bytes);
        assert_eq!(seen.dimensions(), expected.dimensions(), "{format:?}");
        if matches!(format, Format::Png | Format::Tiff) {
            assert_eq!(difference(&seen, &expected), 0, "{format:?} is lossless");
        }
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    // ruling 16
    for (format, _) in ALL {
        let once = done(&golden("scene.png"), &plan(format)).bytes;
        assert_eq!(done(&golden("scene.png"), &plan(format)).bytes, once, "{format:?}");
    }
}

#[test]
fn progressive_is_progressive_and_baseline_is_not() {
    let frame = |format| {
        let bytes = done(&golden("scene.png"), &plan(format)).bytes;
        bytes.windows(2).any(|pair| pair == [0xff, 0xc2])
    };
    assert!(frame(Format::ProgressiveJpeg));
    assert!(!frame(Format::Jpeg));
}

#[test]
fn full_chroma_keeps_thin_red_lines_and_half_chroma_does_not() {
    // cases O-24: at quality 100 the mean error is 0.2 with 4:4:4, 27 with 4:2:0
    let lines = RgbImage::from_fn(64, 64, |x, _| {
        if x % 4 == 1 { Rgb([214, 39, 40]) } else { Rgb([255, 255, 255]) }
    });
    let source = png(lines.clone());
    let error = |full| {
        let mut best = plan(Format::Jpeg);
        best.output.encoding.quality = 100;
        best.output.encoding.full_chroma = full;
        let seen = picture(&done(&source, &best).bytes).to_rgb8();
        let sum: u32 = seen.iter().zip(lines.iter()).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        f64::from(sum) / f64::from(64 * 64 * 3)
    };
    assert!(error(true) < 1.0, "{}", error(true));
    assert!(error(false) > 10.0, "{}", error(false));
}

#[test]
fn gray_output_is_the_brightness() {
    for format in [Format::Jpeg, Format::Png, Format::Tiff] {
        let mut gray = plan(format);
        gray.output.format.pixel_type = Some(PixelType::Gray);
        gray.output.encoding.quality = 100;
        let source = png(RgbImage::from_pixel(16, 16, Rgb([255, 0, 0])));
        let seen = picture(&done(&source, &gray).bytes);
        assert_eq!(seen.color(), image::ColorType::L8, "{format:?}");
        // 0.299 * 255 = 76.2
        assert_eq!(seen.to_luma8().get_pixel(8, 8)[0], 76, "{format:?}");
    }
}

#[test]
fn tiff_compressions_hold_the_same_pixels_and_shrink() {
    let source = golden("scene.png");
    let with = |compression, alpha| {
        let mut tiff = plan(Format::Tiff);
        tiff.output.format.compression = compression;
        tiff.output.format.alpha = alpha;
        done(&source, &tiff).bytes
    };
    for alpha in [false, true] {
        let plain = with(Compression::None, alpha);
        for compression in [Compression::Lzw, Compression::Zip] {
            let packed = with(compression, alpha);
            assert!(packed.len() < plain.len(), "{compression:?}");
            assert_eq!(difference(&picture(&packed), &picture(&plain)), 0, "{compression:?}");
        }
    }
}

#[test]
fn jpeg_compression_of_tiff_takes_the_quality() {
    // 02 §5: qlt goes with tif only where its compression is jpeg
    let source = golden("scene.png");
    let expected = picture(&source).to_rgb8();
    let written = |command: &str| {
        let bytes = done(&source, &super::commands::plan_of(command)).bytes;
        let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(&bytes)).unwrap();
        let compression = decoder.find_tag_unsigned::<u16>(tiff::tags::Tag::Compression);
        assert_eq!(compression.unwrap(), Some(7), "{command}");
        bytes
    };
    let good = written("fmt=tif,,jpeg&qlt=95,1");
    assert!(written("fmt=tif,,jpeg&qlt=95").len() < good.len());
    assert!(written("fmt=tif,,jpeg&qlt=30,1").len() < good.len() / 2);
    let back = picture(&done(&good, &plan(Format::Png)).bytes).to_rgb8();
    let pairs = back.iter().zip(expected.iter());
    let sum: u64 = pairs.map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    assert!((sum as f64) < 2.0 * expected.len() as f64, "{sum} of {}", expected.len());

    for (command, colour) in
        [("gray", tiff::ColorType::Gray(8)), ("cmyk", tiff::ColorType::CMYK(8))]
    {
        let bytes = written(&format!("fmt=tif,{command},jpeg&qlt=95"));
        let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(&bytes)).unwrap();
        assert_eq!(decoder.colortype().unwrap(), colour);
        assert!(probe(&bytes).is_ok());
    }
}

#[test]
fn tiff_alpha_is_associated_and_png_alpha_is_not() {
    // 02 §5; stored colour 200 at alpha 128 is 200 * 128 / 255 = 100 premultiplied
    let source = png(RgbaImage::from_pixel(4, 4, Rgba([200, 100, 0, 128])));
    let mut tiff = plan(Format::Tiff);
    tiff.output.format.alpha = true;
    let bytes = done(&source, &tiff).bytes;
    let stored = picture(&bytes).to_rgba8();
    assert_eq!(stored.get_pixel(1, 1).0, [100, 50, 0, 128]);
    // and we read it back as it was, 1 level for the two roundings
    let mut again = plan(Format::Png);
    again.output.format.alpha = true;
    let back = picture(&done(&bytes, &again).bytes).to_rgba8().get_pixel(1, 1).0;
    assert!(back[0].abs_diff(200) <= 1 && back[1].abs_diff(100) <= 1, "{back:?}");
    let kept = picture(&done(&source, &again).bytes).to_rgba8();
    assert_eq!(kept.get_pixel(1, 1).0, [200, 100, 0, 128]);
}

#[test]
fn gif_keys_out_what_is_less_than_half_opaque() {
    let mut source = RgbaImage::from_pixel(2, 1, Rgba([200, 100, 0, 127]));
    source.put_pixel(1, 0, Rgba([200, 100, 0, 128]));
    let mut gif = plan(Format::Gif);
    gif.output.format.alpha = true;
    let seen = picture(&done(&png(source), &gif).bytes).to_rgba8();
    assert_eq!(seen.get_pixel(0, 0)[3], 0);
    // 128 of 255 over white: 200 * 0.502 + 255 * 0.498 = 227.4 (02 §3.1 bgc)
    let [r, g, b, a] = seen.get_pixel(1, 0).0;
    assert!(r.abs_diff(227) <= 1 && g.abs_diff(177) <= 1 && b.abs_diff(127) <= 1 && a == 255);
}

/// 02 §4.2 quantize: kinds, number of colours, forced ones.
#[test]
fn quantize_says_which_colours() {
    let source = png(RgbImage::from_fn(64, 64, |x, y| Rgb([x as u8 * 4, y as u8 * 4, 90])));
    for (format, command, most) in [
        ("gif", "quantize=adaptive,off,16", 16),
        ("png8", "quantize=adaptive,diffuse,7,ff0000,00ff00", 7),
        ("png8", "quantize=web", 216),
        ("gif", "quantize=mac,off", 256),
    ] {
        let plan = super::commands::plan_of(&format!("fmt={format}&{command}"));
        let seen = picture(&done(&source, &plan).bytes).to_rgb8();
        let colours: std::collections::BTreeSet<_> = seen.pixels().map(|p| p.0).collect();
        assert!(colours.len() <= most && colours.len() > 4, "{command}: {}", colours.len());
        if command == "quantize=web" {
            assert!(colours.iter().flatten().all(|level| level % 51 == 0));
        }
    }
}

/// pathEmbed and xmpEmbed (02 §4.2): what a JPEG has comes along into JPEG and TIFF.
#[test]
fn xmp_comes_along_when_asked_for() {
    let jpeg = done(&golden("scene.png"), &plan(Format::Jpeg)).bytes;
    let packet =
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><a tiff:Orientation=\"6\"/></x:xmpmeta>";
    let mut source = jpeg[..2].to_vec();
    source.extend([0xff, 0xe1, 0, packet.len() as u8 + 2]);
    source.extend(packet);
    source.extend(&jpeg[2..]);
    let holds = |modifier: &str| {
        let out = done(&source, &super::commands::plan_of(modifier));
        let kept = b"<x:xmpmeta><a tiff:Orientation=\"1\"/></x:xmpmeta>";
        (out.bytes.windows(kept.len()).any(|part| part == kept), super::reasons(&out))
    };
    assert_eq!(holds("fmt=jpeg"), (false, vec![]));
    assert_eq!(holds("fmt=jpeg&xmpEmbed=1"), (true, vec![]));
    assert_eq!(holds("fmt=tif&xmpEmbed=1"), (true, vec![]));
    assert_eq!(holds("fmt=png&xmpEmbed=1"), (false, vec!["NOT_EMBEDDED"]));
}

#[test]
fn gif_of_many_colours_stays_close() {
    let scene = RgbImage::from_fn(64, 64, |x, y| Rgb([x as u8 * 4, y as u8 * 4, 128]));
    let seen = picture(&done(&png(scene.clone()), &plan(Format::Gif)).bytes).to_rgb8();
    let sum: i64 = seen.iter().zip(scene.iter()).map(|(a, b)| i64::from(*a) - i64::from(*b)).sum();
    // diffusion keeps the mean: half a level
    assert!((sum as f64 / (64.0 * 64.0 * 3.0)).abs() < 0.5);
}

#[test]
fn print_resolution_is_kept_or_set() {
    // cases O-37, 02 §8 row 138
    let resolution = |source: &str, plan: &Plan| {
        probe(&done(&golden(source), plan).bytes).unwrap().resolution.unwrap()
    };
    for format in [Format::Jpeg, Format::ProgressiveJpeg, Format::Png, Format::Tiff] {
        let mut plan = plan(format);
        for source in ["dpi-600.jpg", "scene.png"] {
            let kept = resolution(source, &plan);
            // PNG stores whole dots a metre: 600 dpi are 23622
            assert!((kept - 600.0).abs() < 0.02, "{format:?}: {kept}");
        }
        // ruling 6: 72 where nothing says otherwise
        let default = resolution("scene.webp", &plan);
        assert!((default - 72.0).abs() < 0.02, "{format:?}: {default}");
        plan.output.encoding.print_resolution = Some(300.0);
        let set = resolution("scene.png", &plan);
        assert!((set - 300.0).abs() < 0.02, "{format:?}: {set}");
        let before = done(&golden("scene.png"), &super::plan(format));
        let after = done(&golden("scene.png"), &plan);
        assert_eq!(difference(&picture(&before.bytes), &picture(&after.bytes)), 0);
    }
}

#[test]
fn png_stores_300_dpi_as_11811_a_metre() {
    let mut plan = plan(Format::Png);
    plan.output.encoding.print_resolution = Some(300.0);
    let bytes = done(&golden("scene.png"), &plan).bytes;
    let at = bytes.windows(4).position(|name| name == b"pHYs").expect("a pHYs chunk");
    assert_eq!(bytes[at + 4..at + 8], 11811u32.to_be_bytes());
    assert_eq!(bytes[at + 12], 1, "unit metre");
}

#[test]
fn no_metadata_of_the_source_leaks() {
    // orientation-6.jpg carries an EXIF block
    for (format, _) in ALL {
        let bytes = done(&golden("orientation-6.jpg"), &plan(format)).bytes;
        for trace in [&b"Exif"[..], b"eXIf", b"EXIF", b"http://ns.adobe.com", b"ICC_PROFILE"] {
            let found = bytes.windows(trace.len()).any(|window| window == trace);
            assert!(!found, "{format:?} has {}", String::from_utf8_lossy(trace));
        }
    }
}
