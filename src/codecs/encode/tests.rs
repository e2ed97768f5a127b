use super::samples::{read, smooth as picture};
use super::*;
use crate::codecs::bitmap::Channels;
use crate::modifiers::plan::{Compression, FileFormat, Format};

const PLAIN: EncodeOptions<'static> =
    EncodeOptions { quality: 95, ..EncodeOptions::of(Format::Jpeg) };

fn segments(jpeg: &[u8], marker: u8) -> Vec<&[u8]> {
    let mut at = 2;
    let mut found = Vec::new();
    while jpeg[at + 1] != 0xda {
        let len = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] == marker {
            found.push(&jpeg[at + 4..at + 2 + len]);
        }
        at += 2 + len;
    }
    found
}

#[test]
fn formats_that_hold_a_profile_do() {
    let profile = vec![7; 200];
    let formats: Vec<Format> = FileFormat::choices()
        .filter(|choice| choice.unwritten().is_none())
        .map(|choice| choice.format)
        .collect();
    assert!(formats.len() > 15);
    for format in formats {
        let plain = EncodeOptions { format, ..PLAIN };
        let without = encode(picture(Channels::Rgb), plain).unwrap();
        let profile = Some(profile.as_slice());
        let with = encode(picture(Channels::Rgb), EncodeOptions { profile, ..plain }).unwrap();
        assert_eq!(without != with, holds_profile(format), "{format:?}");
    }
}

#[test]
fn cmyk_jpeg_has_an_adobe_marker_and_comes_back_right_way_round() {
    for format in [Format::Jpeg, Format::ProgressiveJpeg] {
        let source = picture(Channels::Cmyk);
        let bytes = encode(source.clone(), EncodeOptions { format, ..PLAIN }).unwrap();
        let adobe = segments(&bytes, 0xee);
        assert_eq!(adobe.len(), 1);
        assert!(adobe[0].starts_with(b"Adobe"));
        assert_eq!(adobe[0].last(), Some(&2), "YCCK");
        let back = read(&bytes);
        assert_eq!(back.bitmap.channels, Channels::Cmyk);
        for (one, other) in source.data.iter().zip(&back.bitmap.data) {
            // quality 95
            assert!(one.abs_diff(*other) <= 6, "{format:?}: {one} {other}");
        }
    }
}

#[test]
fn cmyk_jpeg_takes_no_notice_of_chroma() {
    let [one, other] = [false, true].map(|full_chroma| {
        encode(picture(Channels::Cmyk), EncodeOptions { full_chroma, ..PLAIN }).unwrap()
    });
    assert_eq!(one, other);
}

#[test]
fn cmyk_tiff_comes_back_exactly_with_its_profile() {
    let profile: Vec<u8> = (0..1000u32).map(|index| (index * 7 % 256) as u8).collect();
    for channels in [Channels::Cmyk, Channels::CmykAlpha, Channels::Gray, Channels::Rgb] {
        for compression in [Compression::None, Compression::Lzw, Compression::Zip] {
            let source = picture(channels);
            let options = EncodeOptions {
                format: Format::Tiff,
                compression,
                profile: Some(&profile),
                ..PLAIN
            };
            let back = read(&encode(source.clone(), options).unwrap());
            assert_eq!(back.bitmap.channels, channels);
            assert_eq!(back.profile.as_deref(), Some(&profile[..]), "{channels:?}");
            // half a level of a premultiplied colour is 255 / 100 / 2 levels
            let most = if channels.has_alpha() { 2 } else { 0 };
            for (one, other) in source.data.iter().zip(&back.bitmap.data) {
                assert!(one.abs_diff(*other) <= most, "{channels:?} {one} {other}");
            }
        }
    }
}

#[test]
fn jpeg_in_tiff_comes_back_with_its_profile() {
    let profile = [9; 300];
    let options = EncodeOptions {
        format: Format::Tiff,
        compression: Compression::Jpeg,
        profile: Some(&profile),
        resolution: 300.0,
        ..PLAIN
    };
    for channels in [Channels::Gray, Channels::Rgb, Channels::Cmyk] {
        let source = picture(channels);
        let [half, full] = [false, true].map(|full_chroma| {
            encode(source.clone(), EncodeOptions { full_chroma, ..options }).unwrap()
        });
        assert_eq!(half == full, channels != Channels::Rgb, "{channels:?}");
        for bytes in [half, full] {
            let back = read(&bytes);
            assert_eq!(back.bitmap.channels, channels);
            assert_eq!(back.profile.as_deref(), Some(&profile[..]));
            for (one, other) in source.data.iter().zip(&back.bitmap.data) {
                // quality 95
                assert!(one.abs_diff(*other) <= 6, "{channels:?}: {one} {other}");
            }
            // no marks of colour in the stream: the TIFF fields say it
            let marker = |marker| bytes.windows(2).any(|pair| pair == [0xff, marker]);
            assert!(!marker(0xe0) && !marker(0xee), "{channels:?}");
        }
    }
    let error = encode(picture(Channels::Rgba), options).unwrap_err().to_string();
    assert_eq!(error, "tiff could not be written: jpeg compression cannot keep transparency");
}

#[test]
fn jpeg_in_tiff_is_written_in_strips() {
    // 2^20 pixels are 64 rows of 16000, in whole MCUs; the second strip has 5
    let source = super::samples::waves(16_000, 69, Channels::Gray, |_| 255);
    let options = EncodeOptions {
        format: Format::Tiff,
        compression: Compression::Jpeg,
        quality: 100,
        ..PLAIN
    };
    let bytes = encode(source.clone(), options).unwrap();
    let mut decoder = ::tiff::decoder::Decoder::new(std::io::Cursor::new(&bytes)).unwrap();
    assert_eq!(decoder.strip_count().unwrap(), 2);
    let back = read(&bytes).bitmap;
    assert!(super::samples::mean_error(&source, &back) < 1.0);
    // another decoder sees the same
    let ::tiff::decoder::DecodingResult::U8(seen) = decoder.read_image().unwrap() else {
        panic!("not 8 bits");
    };
    let most = seen.iter().zip(&back.data).map(|(one, other)| one.abs_diff(*other)).max();
    assert!(most <= Some(1), "{most:?}");

    let wide = Bitmap::zeroed(65_536, 1, Channels::Gray);
    let error = encode(wide, options).unwrap_err().to_string();
    let limit = "65536 pixels are more than the 65535 of jpeg compression";
    assert_eq!(error, format!("tiff could not be written: {limit}"));
}

#[test]
fn o08_a_long_profile_is_split_and_reads_back_the_same() {
    // the 557,536 bytes of libjpeg-turbo's test1.icc take 9 markers of at most
    // 65,519 bytes
    let profile: Vec<u8> = (0..557_536u32).map(|index| (index * 31 % 251) as u8).collect();
    for channels in [Channels::Gray, Channels::Rgb, Channels::Cmyk] {
        let options = EncodeOptions { profile: Some(&profile), ..PLAIN };
        let bytes = encode(picture(channels), options).unwrap();
        let pieces = segments(&bytes, 0xe2);
        assert_eq!(pieces.len(), 9);
        for (index, piece) in pieces.iter().enumerate() {
            assert!(piece.starts_with(b"ICC_PROFILE\0"));
            assert_eq!(piece[12..14], [index as u8 + 1, 9]);
        }
        assert_eq!(read(&bytes).profile, Some(profile.clone()));
    }
}

#[test]
fn png_carries_a_profile_and_webp_and_gif_do_not() {
    let profile = vec![7; 500];
    for (format, expected) in
        [(Format::Png, Some(profile.clone())), (Format::Webp, None), (Format::Gif, None)]
    {
        let options = EncodeOptions { format, profile: Some(&profile), ..PLAIN };
        let bytes = encode(picture(Channels::Rgb), options).unwrap();
        assert_eq!(read(&bytes).profile, expected, "{format:?}");
    }
}

#[test]
fn formats_without_cmyk_say_so() {
    for (format, name) in [(Format::Png, "png"), (Format::Webp, "webp"), (Format::Gif, "gif")] {
        let error = encode(picture(Channels::Cmyk), EncodeOptions { format, ..PLAIN }).unwrap_err();
        let expected = format!("{name} could not be written: it cannot hold cmyk pixels");
        assert_eq!(error.to_string(), expected);
    }
}
