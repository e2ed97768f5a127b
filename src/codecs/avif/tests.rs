//! Against libavif, whose files and decodings tests/reference/avif.py makes.

use std::path::PathBuf;

use proptest::prelude::*;

use super::picture::Picture;
use crate::codecs::bitmap::{Area, Bitmap, Channels};
use crate::codecs::{CodecError, Decoded, Request, SourceInfo, decode, probe};

fn golden(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/avif");
    std::fs::read(folder.join(name)).unwrap()
}

fn read(bytes: &[u8]) -> Result<(SourceInfo, Decoded), CodecError> {
    let info = probe(bytes)?;
    let (width, height) = (info.width, info.height);
    let area = Area { x: 0, y: 0, width, height };
    let decoded = decode(bytes, &info, Request { area, least_width: 1, least_height: 1 })?;
    Ok((info, decoded))
}

fn pixels(name: &str) -> Bitmap {
    read(&golden(name)).unwrap().1.bitmap
}

/// The greatest difference of a byte.
fn difference(one: &Bitmap, other: &Bitmap) -> u8 {
    let size = |bitmap: &Bitmap| (bitmap.width, bitmap.height, bitmap.channels);
    assert_eq!(size(one), size(other));
    one.data.iter().zip(&other.data).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

/// `picture` of avif.py.
fn picture(width: u32, height: u32) -> Bitmap {
    let mut bitmap = Bitmap::zeroed(width, height, Channels::Rgb);
    for (index, pixel) in bitmap.data.chunks_exact_mut(3).enumerate() {
        let (x, y) = (index as u32 % width, index as u32 / width);
        pixel.copy_from_slice(&[(2 * x) as u8, (255 - 2 * y) as u8, (x + y) as u8]);
    }
    bitmap
}

#[test]
fn lossless_files_come_back_exactly() {
    assert_eq!(pixels("exact.avif"), picture(61, 43));
}

#[test]
fn a_sequence_is_its_still_picture() {
    // quality 100 in 8-bit YCbCr
    assert!(difference(&pixels("sequence.avif"), &picture(20, 12)) <= 4);
}

#[test]
fn a_grid_is_put_together() {
    let (info, decoded) = read(&golden("exact-grid.avif")).unwrap();
    assert_eq!((info.width, info.height, info.orientation), (100, 90, 1));
    assert_eq!(decoded.bitmap, picture(100, 90));
}

#[test]
fn a_picture_is_cut_then_turned_then_mirrored() {
    let (info, decoded) = read(&golden("exact-cut-turned.avif")).unwrap();
    // centre 3 to the right and 1 up: left (40 - 24) / 2 + 3, top (30 - 20) / 2 - 1
    let cut = picture(40, 30).cut(Area { x: 11, y: 4, width: 24, height: 20 });
    assert_eq!((info.width, info.height), (20, 24));
    // a quarter turn anticlockwise puts the right column on top; then left and
    // right are swapped
    for y in 0..24 {
        for x in 0..20 {
            let (from_x, from_y) = (23 - y, 19 - x);
            let expected = &cut.row(from_y)[from_x as usize * 3..][..3];
            assert_eq!(&decoded.bitmap.row(y)[x as usize * 3..][..3], expected, "{x}, {y}");
        }
    }
}

#[test]
fn lossy_files_look_as_libavif_shows_them() {
    // libavif rounds chroma on the way: 3 levels where chroma is halved, 1 where not
    for (name, most) in [
        ("420", 3),
        ("422-limited", 3),
        ("444", 1),
        ("ycgco", 1),
        ("2020", 1),
        ("gray", 0),
        ("10-bit", 1),
        ("12-bit", 1),
        ("alpha", 1),
        // colours divided by an opacity of 55 / 255 or more
        ("premultiplied", 5),
    ] {
        let ours = pixels(&format!("{name}.avif"));
        let theirs = image::load_from_memory(&golden(&format!("{name}.png"))).unwrap();
        let channels = match theirs.color().channel_count() {
            1 => Channels::Gray,
            3 => Channels::Rgb,
            _ => Channels::Rgba,
        };
        let (width, height) = (theirs.width(), theirs.height());
        let theirs = Bitmap { width, height, channels, data: theirs.into_bytes() };
        // libyuv does not blend the last column and row of an odd size
        let area = Area { x: 0, y: 0, width: width - 1, height: height - 1 };
        let found = difference(&ours.cut(area), &theirs.cut(area));
        assert!(found <= most, "{name}: {found}");
    }
}

#[test]
fn opacity_is_told_by_the_header() {
    for (name, has_alpha, associated) in
        [("444", false, false), ("alpha", true, false), ("premultiplied", true, true)]
    {
        let info = probe(&golden(&format!("{name}.avif"))).unwrap();
        assert_eq!((info.has_alpha, info.associated_alpha), (has_alpha, associated), "{name}");
    }
}

#[test]
fn the_turn_of_the_container_counts_and_exif_gives_the_resolution() {
    let stored = picture(20, 12);
    for orientation in [1, 6, 7] {
        let (info, decoded) = read(&golden(&format!("orientation-{orientation}.avif"))).unwrap();
        assert_eq!(info.orientation, orientation);
        assert_eq!(info.resolution, Some(300.0));
        let profile: Vec<u8> = (0..200).collect();
        assert_eq!(decoded.profile, Some(profile));
        let upright = crate::codecs::orientation::upright(stored.clone(), orientation);
        // quality 100 in 8-bit YCbCr
        assert!(difference(&decoded.bitmap, &upright) <= 4);
    }
}

/// A file with the first occurrence of some bytes replaced.
fn changed(name: &str, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = golden(name);
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes.splice(at..at + from.len(), to.iter().copied());
    bytes
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_read_says_why() {
    let exact = "exact.avif";
    let size =
        |width: u8, height: u8| [b"ispe", &[0; 7][..], &[width], &[0; 3], &[height]].concat();
    for (bytes, expected) in [
        (changed(exact, b"av01", b"hvc1"), "heic is not decoded by this build"),
        (changed(exact, b"av01", b"jpeg"), "its picture is coded as 'jpeg'"),
        (
            changed(exact, &size(61, 43), &size(61, 44)),
            "the container says 61 x 44 pixels, the av1 data 61 x 43",
        ),
        (changed(exact, &size(61, 43), &size(0, 43)), "its size is 0 x 43"),
        // 10 bits
        (changed(exact, b"av1C\x81\x20\x00", b"av1C\x81\x20\x40"), "differ about how samples"),
        (changed(exact, b"av1C", b"av2C"), "av2C"),
        (changed(exact, b"meta", b"moov"), "an image sequence without a still picture"),
        (changed(exact, b"pitm", b"pitn"), "no primary item is named"),
        (changed("exact-grid.avif", b"dimg", b"cdsc"), "its grid of 2 x 2 has 0 tiles"),
        (changed("exact-grid.avif", &[0, 100, 0, 90], &[0, 64, 0, 90]), "does not make 64 x 90"),
        (
            changed(
                "exact-cut-turned.avif",
                &[0, 0, 0, 24, 0, 0, 0, 1],
                &[0, 0, 0, 24, 0, 0, 0, 5],
            ),
            "a clean aperture of broken pixels",
        ),
    ] {
        let found = refusal(&bytes);
        assert!(found.contains(expected), "{found} / {expected}");
    }
    // PQ
    let colours = b"nclx\0\x01\0\x0d";
    let found = refusal(&changed("exact-cut-turned.avif", colours, b"nclx\0\x09\0\x10"));
    assert!(found.contains("high dynamic range"), "{found}");
}

#[test]
fn wide_colours_without_a_profile_get_one() {
    let profile = |name: &str| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/profiles");
        std::fs::read(folder.join(name)).unwrap()
    };
    let colours = b"nclx\0\x01\0\x0d";
    for (wide, name) in
        [(b"nclx\0\x0c\0\x0d", "DisplayP3-v2-magic.icc"), (b"nclx\0\x09\0\x01", "Rec2020-v4.icc")]
    {
        let (_, decoded) = read(&changed("exact-grid.avif", colours, wide)).unwrap();
        assert_eq!(decoded.profile, Some(profile(name)));
    }
    assert_eq!(read(&golden("exact-grid.avif")).unwrap().1.profile, None);
}

#[test]
fn heic_is_refused_with_the_reason() {
    let error = probe(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").unwrap_err().to_string();
    assert!(error.contains("heic is not decoded by this build"), "{error}");
}

#[test]
fn a_cut_file_is_damaged() {
    for name in ["420.avif", "alpha.avif", "exact-grid.avif", "exact-cut-turned.avif"] {
        let bytes = golden(name);
        for tenth in 1..10 {
            let error = read(&bytes[..bytes.len() * tenth / 10]).unwrap_err();
            assert!(matches!(error, CodecError::Damaged { .. }), "{name} {tenth}: {error}");
        }
    }
}

#[test]
fn little_that_is_seen_of_much_is_refused() {
    // 1 x 1 of 2048 x 2048, before anything is decoded
    let mut bytes =
        changed("exact-cut-turned.avif", &[0, 0, 0, 24, 0, 0, 0, 1], &[0, 0, 0, 1, 0, 0, 0, 1]);
    let at = bytes.windows(4).position(|name| name == b"clap").unwrap();
    bytes[at + 12..at + 20].copy_from_slice(&[0, 0, 0, 1, 0, 0, 0, 1]);
    bytes[at + 20..at + 36].copy_from_slice(&[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
    // 40 x 30 is little enough
    assert!(Picture::read(&bytes).is_ok_and(|picture| picture.area.width == 1));
    assert_eq!(read(&bytes).unwrap().1.bitmap.data.len(), 3);
}

proptest! {
    #[test]
    fn hostile_boxes_never_panic(
        name in prop::sample::select(vec!["exact-grid.avif", "exact-cut-turned.avif", "alpha.avif"]),
        changes in prop::collection::vec((0usize..700, any::<u8>()), 1..8),
    ) {
        let mut bytes = golden(name);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        let _ = Picture::read(&bytes);
    }

    #[test]
    fn arbitrary_boxes_never_panic(tail: Vec<u8>, kind in 0usize..6) {
        let kinds = [b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat"];
        let mut inner = (tail.len() as u32 + 8).to_be_bytes().to_vec();
        inner.extend(kinds[kind]);
        inner.extend(tail);
        let mut bytes = (inner.len() as u32 + 12).to_be_bytes().to_vec();
        bytes.extend(b"meta\0\0\0\0");
        bytes.extend(inner);
        let _ = Picture::read(&bytes);
    }

    #[test]
    fn hostile_av1_data_never_panic(
        changes in prop::collection::vec((0usize..600, any::<u8>()), 1..5),
    ) {
        let mut bytes = golden("420.avif");
        let start = bytes.windows(4).position(|name| name == b"mdat").unwrap() + 4;
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(start + at) {
                *byte = value;
            }
        }
        let _ = read(&bytes);
    }
}
