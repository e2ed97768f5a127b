//! What is fatal, what is noted, and what is said about it.

use super::super::{Decoded, JpegError, Options, decode};
use super::{FILES, golden, scaled};

fn error(bytes: &[u8]) -> JpegError {
    decode(bytes, &Options::default()).unwrap_err()
}

/// Offset of a marker's first byte, the `nth` of its kind.
fn marker(bytes: &[u8], kind: u8, nth: usize) -> usize {
    let pairs = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == [0xff, kind]);
    pairs.map(|(at, _)| at).nth(nth).unwrap()
}

/// The bytes with something at one place.
fn with(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

#[test]
fn a_missing_end_marker_is_noted() {
    for (name, _) in FILES {
        let mut bytes = golden(&format!("{name}.jpg"));
        let whole = scaled(&bytes, 1);
        bytes.truncate(bytes.len() - 2);
        let decoded = scaled(&bytes, 1);
        assert_eq!(decoded.damage, ["the end-of-image marker is missing"], "{name}");
        assert!(!decoded.incomplete && decoded.bitmap == whole.bitmap, "{name}");
    }
}

#[test]
fn a_cut_picture_is_truncated_wherever_it_is_cut() {
    for (name, _) in FILES {
        let bytes = golden(&format!("{name}.jpg"));
        // The last byte of the data may be padding only.
        for length in 2..bytes.len() - 4 {
            let result = decode(&bytes[..length], &Options::default());
            assert!(matches!(result, Err(JpegError::Truncated(_))), "{name} {length} {result:?}");
        }
    }
}

#[test]
fn a_missing_restart_marker_costs_its_intervals_only() {
    // 40 x 24 pixels: a restart marker after each row of 5 blocks.
    let bytes = golden("restart-gray.jpg");
    let whole = scaled(&bytes, 1).bitmap;
    let (first, second) = (marker(&bytes, 0xd0, 0), marker(&bytes, 0xd1, 0));
    // without the first marker, what is after it and before the next is lost
    let lost = [&bytes[..first], &bytes[second..]].concat();
    let Decoded { bitmap, incomplete, damage } = scaled(&lost, 1);
    assert!(incomplete);
    assert_eq!(damage, ["1 restart intervals lost picture data"]);
    assert!(bitmap.data[..40 * 8] == whole.data[..40 * 8]);
    assert!(bitmap.data[40 * 16..] == whole.data[40 * 16..]);
}

/// As libjpeg does, and `corrupt/Pillow__hopper_bad_exif.jpg` of the corpus needs it.
#[test]
fn broken_data_between_the_right_markers_cost_their_interval_only() {
    let bytes = golden("restart-gray.jpg");
    let whole = scaled(&bytes, 1).bitmap;
    let (first, second) = (marker(&bytes, 0xd0, 0), marker(&bytes, 0xd1, 0));
    // too short, and longer with codes that are none: 16 bits of ones
    let short = [&bytes[..first + 2], &bytes[second..]].concat();
    let ones = [&bytes[..first + 2], &b"\xff\0".repeat(9)[..], &bytes[first + 2..]].concat();
    for broken in [short, ones] {
        let Decoded { bitmap, incomplete, damage } = scaled(&broken, 1);
        assert!(!incomplete);
        assert_eq!(damage[0], "1 restart intervals hold broken picture data");
        assert!(bitmap.data[..40 * 8] == whole.data[..40 * 8]);
        assert!(bitmap.data[40 * 16..] == whole.data[40 * 16..]);
    }
}

#[test]
fn a_restart_marker_that_comes_again_is_passed_over() {
    let bytes = golden("restart-gray.jpg");
    let (first, second) = (marker(&bytes, 0xd0, 0), marker(&bytes, 0xd1, 0));
    let again = [&bytes[..second], &bytes[first..]].concat();
    let decoded = scaled(&again, 1);
    assert!(decoded.bitmap == scaled(&bytes, 1).bitmap);
    assert!(!decoded.damage.is_empty());
}

#[test]
fn stray_bytes_in_the_data_are_noted() {
    let bytes = golden("restart-gray.jpg");
    let first = marker(&bytes, 0xd0, 0);
    let decoded = scaled(&[&bytes[..first], &[1, 2, 3], &bytes[first..]].concat(), 1);
    assert_eq!(decoded.damage, ["3 stray bytes in the picture data"]);
    assert!(decoded.bitmap == scaled(&bytes, 1).bitmap);
}

#[test]
fn kinds_that_are_not_decoded_are_named() {
    let bytes = golden("gray.jpg");
    let frame = marker(&bytes, 0xc0, 0);
    let kind = |marker| error(&with(bytes.clone(), frame + 1, &[marker])).to_string();
    assert_eq!(kind(0xc3), "it has lossless coding");
    assert_eq!(kind(0xc5), "it has hierarchical coding");
    assert_eq!(kind(0xc9), "it has arithmetic coding");
    let deep = error(&with(bytes.clone(), frame + 4, &[12]));
    assert_eq!(deep, JpegError::Unsupported("12 bits a component".into()));
    let later = error(&with(bytes.clone(), frame + 5, &[0, 0]));
    assert_eq!(later.to_string(), "it has a height that is said after the picture");
    let two = error(&with(golden("444.jpg"), marker(&golden("444.jpg"), 0xc0, 0) + 9, &[2]));
    assert_eq!(two.to_string(), "it has 2 colour components");
}

#[test]
fn what_cannot_be_right_is_damage() {
    let bytes = golden("420-17x33.jpg");
    let frame = marker(&bytes, 0xc0, 0);
    let text = |at, new: &[u8]| error(&with(bytes.clone(), at, new)).to_string();
    assert_eq!(text(frame + 7, &[0, 0]), "the width is 0");
    assert_eq!(text(frame + 11, &[0x52]), "sampling factors 5 x 2 are not 1 to 4");
    assert_eq!(text(frame + 11, &[0x44]), "an mcu has more than 10 blocks");
    assert_eq!(text(frame + 12, &[3]), "quantisation table 3 is missing");
    let scan = marker(&bytes, 0xda, 0);
    assert_eq!(text(scan + 6, &[0x22]), "dc huffman table 2 is missing");
    assert_eq!(text(scan + 5, &[99]), "a scan names component 99");
    assert_eq!(error(b"\x89PNG\r\n\x1a\n"), JpegError::NotJpeg);
    assert_eq!(error(b"\xff\xd8\xff\xd9").to_string(), "it has no picture data");
}

#[test]
fn a_huffman_table_with_too_many_codes_is_damage() {
    let bytes = golden("gray.jpg");
    let table = marker(&bytes, 0xc4, 0);
    let total: u8 = bytes[table + 5..table + 21].iter().sum();
    // three codes of one bit
    let broken = with(bytes, table + 5, &[3, total - 3, 0, 0, 0, 0, 0, 0, 0]);
    assert!(matches!(error(&broken), JpegError::Damaged(_) | JpegError::Truncated(_)));
}

#[test]
fn pixels_are_counted_before_anything_is_made_of_them() {
    let bytes = golden("gray.jpg");
    let options = Options { max_pixels: 767, ..Options::default() };
    assert_eq!(decode(&bytes, &options), Err(JpegError::TooLarge { pixels: 768, limit: 767 }));
    // Even where it is allowed, 65535 x 65535 pixels do not fit a small file.
    let frame = marker(&bytes, 0xc0, 0);
    let huge = with(bytes, frame + 5, &[255; 4]);
    let options = Options { max_pixels: u64::MAX, ..Options::default() };
    assert!(matches!(decode(&huge, &options), Err(JpegError::Truncated(_))));
}

#[test]
fn scans_have_a_limit() {
    let bytes = golden("progressive.jpg");
    let scan = marker(&bytes, 0xda, 0);
    // up to the tables of the second scan
    let length = marker(&bytes[scan..], 0xc4, 0);
    let repeated = bytes[scan..scan + length].repeat(600);
    let bomb = [&bytes[..scan], &repeated, &bytes[scan..]].concat();
    assert_eq!(error(&bomb), JpegError::Unsupported("more than 500 scans".into()));
}
