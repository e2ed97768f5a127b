use super::*;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::codecs::{EncodeOptions, encode};
use crate::modifiers::plan::Format;

/// A program around samples, as Photoshop writes it, lines ending as said.
fn program(numbers: &str, samples: &[u8], ending: &str) -> Vec<u8> {
    let head = [
        "%!PS-Adobe-3.0 EPSF-3.0",
        "%%Creator: Adobe Photoshop Version 10.0",
        "%%BoundingBox: 0 0 2 1",
        "%%HiResBoundingBox: 0 0 1.44 0.96",
        "%%EndComments",
        &format!("%ImageData: {numbers} \"beginimage\""),
        "%%BeginICCProfile: (Photoshop Profile) -1 Hex",
        "% 00FF0102",
        "% 03",
        "%%EndICCProfile",
        "/beginimage { image } def",
        "%%BeginBinary: 1",
        "beginimage",
        "",
    ];
    [head.join(ending).as_bytes(), samples, ending.as_bytes(), b"%%EndBinary"].concat()
}

fn read(bytes: &[u8]) -> Bitmap {
    decode(bytes).unwrap().bitmap
}

fn text(bytes: &[u8]) -> String {
    decode(bytes).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn facts_come_from_the_comments() {
    let bytes = program("3 2 8 1 0 1 1", &[1, 2, 3, 4, 5, 6], "\n");
    let info = probe(&bytes).unwrap();
    assert_eq!((info.kind, info.width, info.height), (Kind::PostScript, 3, 2));
    // 3 pixels on 1.44 points: 3 * 72 / 1.44
    assert!((info.resolution.unwrap() - 150.0).abs() < 1e-9);
    assert!(info.damage.is_empty());
    assert_eq!(decode(&bytes).unwrap().profile, Some(vec![0, 255, 1, 2, 3]));
}

#[test]
fn samples_lie_pixel_by_pixel_or_channel_by_channel() {
    // two pixels; the fifth channel is a gray version that is left out
    let interleaved = [1, 2, 3, 4, 5, 6];
    let planar = [1, 4, 2, 5, 3, 6];
    let padded = [1, 4, 2, 5, 3, 6, 99, 98];
    for (numbers, samples) in [
        ("2 1 8 3 0 1 1", &interleaved[..]),
        ("2 1 8 3 0 2 1", &planar[..]),
        ("2 1 8 3 1 2 1", &padded[..]),
    ] {
        for ending in ["\n", "\r", "\r\n"] {
            let bitmap = read(&program(numbers, samples, ending));
            assert_eq!((bitmap.width, bitmap.height, bitmap.channels), (2, 1, Channels::Rgb));
            assert_eq!(bitmap.data, interleaved, "{numbers} {ending:?}");
        }
    }
    let cmyk = read(&program("1 1 8 4 0 1 1", &[10, 20, 30, 40], "\n"));
    assert_eq!((cmyk.channels, cmyk.data), (Channels::Cmyk, vec![10, 20, 30, 40]));
}

#[test]
fn a_first_sample_that_is_a_line_feed_stays_on_a_mac() {
    assert_eq!(read(&program("2 1 8 1 0 1 1", b"\nx", "\r")).data, b"\nx");
}

#[test]
fn hexadecimal_and_ascii85_come_out_as_binary() {
    // "Man " is 9jqo^: 77 97 110 32 = 1298230816 = 24, 73, 80, 78, 61 in base 85
    for (numbers, samples) in [
        ("4 1 8 1 0 1 2", "4d61\n6E 20"),
        ("4 1 8 1 0 1 3", "9jq\no^~>"),
        ("4 1 8 1 0 1 7", "9jqo^~>"),
    ] {
        assert_eq!(read(&program(numbers, samples.as_bytes(), "\n")).data, b"Man ", "{samples}");
    }
    // three bytes and the zeros' short form
    assert_eq!(read(&program("7 1 8 1 0 1 3", b"z9jqo~>", "\n")).data, b"\0\0\0\0Man");
}

/// The same picture as a JPEG file, whose own decoder is tested elsewhere.
#[test]
fn jpeg_samples_are_decoded_and_inks_are_not_inverted() {
    for (channels, mode) in [(Channels::Gray, 1), (Channels::Rgb, 3), (Channels::Cmyk, 4)] {
        let bitmap =
            Bitmap { width: 16, height: 8, channels, data: vec![90; 128 * channels.count()] };
        let options =
            EncodeOptions { quality: 95, full_chroma: true, ..EncodeOptions::of(Format::Jpeg) };
        let file = encode(bitmap, options).unwrap();
        let back = read(&program(&format!("16 8 8 {mode} 0 1 5"), &file, "\n"));
        assert_eq!(back.channels, channels);
        // a JPEG file has inks inverted, an EPS has not: 255 - 90
        let expected: u8 = if channels == Channels::Cmyk { 165 } else { 90 };
        assert!(back.data.iter().all(|value| value.abs_diff(expected) <= 2), "{:?}", back.data);
    }
}

#[test]
fn our_own_files_come_back_exactly() {
    let profile: Vec<u8> = (0..300u32).map(|index| index as u8).collect();
    for channels in [Channels::Gray, Channels::Rgb, Channels::Cmyk] {
        let data = (0..35 * channels.count()).map(|index| (index * 7) as u8).collect();
        let bitmap = Bitmap { width: 7, height: 5, channels, data };
        let options = EncodeOptions {
            quality: 95,
            resolution: 300.0,
            profile: Some(&profile),
            ..EncodeOptions::of(Format::Eps)
        };
        let file = encode(bitmap.clone(), options).unwrap();
        // 7 * 72 / 300 = 1.68 exactly, in the file too
        assert!((probe(&file).unwrap().resolution.unwrap() - 300.0).abs() < 1e-9);
        let stored = decode(&file).unwrap();
        assert!(stored.bitmap == bitmap);
        assert_eq!(stored.profile.as_ref(), Some(&profile));
    }
}

/// A header of MS-DOS around a program and a preview.
fn with_preview(program: &[u8], preview: &[u8]) -> Vec<u8> {
    let numbers = [30, program.len(), 0, 0, 30 + program.len(), preview.len()];
    let mut bytes = b"\xc5\xd0\xd3\xc6".to_vec();
    bytes.extend(numbers.into_iter().flat_map(|number| (number as u32).to_le_bytes()));
    bytes.extend([0xff, 0xff]);
    [&bytes[..], program, preview].concat()
}

#[test]
fn drawings_are_refused_unless_there_is_a_preview() {
    let drawing = b"%!PS-Adobe-3.0 EPSF-3.0\n0 0 moveto 5 5 lineto stroke\n";
    assert_eq!(
        text(drawing),
        "postscript is of a kind that is not supported: a drawing, which needs Ghostscript, and \
         this build does not run it; save it as png or as plain 8-bit rgb"
    );
    let options = EncodeOptions { quality: 95, ..EncodeOptions::of(Format::Tiff) };
    let picture =
        Bitmap { width: 2, height: 1, channels: Channels::Rgb, data: vec![1, 2, 3, 4, 5, 6] };
    let preview = encode(picture.clone(), options).unwrap();
    let bytes = with_preview(drawing, &preview);
    let info = probe(&bytes).unwrap();
    assert_eq!((info.kind, info.width, info.height), (Kind::PostScript, 2, 1));
    assert_eq!(info.damage, [ONLY_PREVIEW]);
    assert!(read(&bytes) == picture);
    // the picture is better than its preview
    let bytes = with_preview(&program("1 1 8 1 0 1 1", &[42], "\n"), &preview);
    assert_eq!(read(&bytes).data, [42]);
    assert!(text(&with_preview(drawing, b"")).contains("Ghostscript"));
}

#[test]
fn what_is_broken_or_strange_is_named() {
    for (bytes, part) in [
        (program("30 20 8 1 0 1 1", &[1, 2, 3], "\n"), "of 600 bytes of the picture"),
        (program("4294967295 4294967295 8 4 16 1 1", &[], "\n"), "bytes of the picture"),
        (program("3 2 8 1", &[], "\n"), "has 4 numbers, not 7"),
        (program("3 2 1 1 0 1 1", &[], "\n"), "1 bits a sample"),
        (program("3 2 8 2 0 1 1", &[], "\n"), "l*a*b*"),
        (program("3 2 8 9 0 1 1", &[], "\n"), "mode 9"),
        (program("3 2 8 1 0 2 1", &[], "\n"), "blocks of 2 bytes in rows of 3"),
        (program("3 2 8 1 17 1 1", &[], "\n"), "17 padding channels"),
        (program("3 2 8 1 0 1 3", b"abc\x80", "\n"), "byte 128"),
        (b"%!PS\n%ImageData: 1 1 8 1 0 1 1 \"go\"\nstop\n".to_vec(), "is missing"),
        (b"%!PS\n%ImageData: 1 1 8 1 0 1 1\n\nx".to_vec(), "is missing"),
        (b"\xc5\xd0\xd3\xc6\xff\xff\xff\x7f".to_vec(), "behind the end of the file"),
    ] {
        let text = text(&bytes);
        assert!(text.contains(part), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn hostile_programs_never_panic(
        numbers in proptest::collection::vec(0u32..70, 0..9), samples: Vec<u8>, cut in 0usize..400,
    ) {
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        let mut bytes = program(&numbers.join(" "), &samples, "\n");
        bytes.truncate(bytes.len().saturating_sub(cut));
        let _ = probe(&bytes);
        let _ = decode(&bytes);
    }

    #[test]
    fn hostile_headers_never_panic(tail: Vec<u8>) {
        let bytes = [b"\xc5\xd0\xd3\xc6", &tail[..]].concat();
        let _ = probe(&bytes);
        let _ = decode(&bytes);
    }

    #[test]
    fn ascii85_never_panics(data in "[!-z~]*") {
        let _ = Encoding::Other.decode(data.as_bytes(), 9);
    }
}
