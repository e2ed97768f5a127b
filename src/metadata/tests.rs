//! Golden files: `tests/reference/metadata.py`.

mod hostile;
mod insert;
mod resources;

use super::paths::{EmbeddedPath, FillRule, Knot, Operation, Subpath};
use super::xmp::Xmp;
use super::{Metadata, read};

pub(super) const PACKET: &[u8] = include_bytes!("../../tests/golden/metadata/packet.xmp");
pub(super) const BLOCKS: &[u8] = include_bytes!("../../tests/golden/metadata/blocks.bin");
const JPEG: &[u8] = include_bytes!("../../tests/golden/metadata/paths.jpg");
const EXTENDED: &[u8] = include_bytes!("../../tests/golden/metadata/extended.jpg");
const TIFF: &[u8] = include_bytes!("../../tests/golden/metadata/paths.tif");
const BIG_TIFF: &[u8] = include_bytes!("../../tests/golden/metadata/paths-big.tif");
const PSD: &[u8] = include_bytes!("../../tests/golden/metadata/paths.psd");
const PNG: &[u8] = include_bytes!("../../tests/golden/metadata/xmp.png");
const WEBP: &[u8] = include_bytes!("../../tests/golden/metadata/xmp.webp");

pub(super) const FILES: [(&str, &[u8]); 7] = [
    ("paths.jpg", JPEG),
    ("extended.jpg", EXTENDED),
    ("paths.tif", TIFF),
    ("paths-big.tif", BIG_TIFF),
    ("paths.psd", PSD),
    ("xmp.png", PNG),
    ("xmp.webp", WEBP),
];

/// A subpath without curves between the points.
fn polygon(points: &[(f64, f64)], closed: bool, operation: Operation) -> Subpath {
    let knot = |at: &(f64, f64)| Knot { before: *at, anchor: *at, after: *at, linked: false };
    let knots = points.iter().map(knot).collect();
    Subpath { closed, operation, rule: FillRule::EvenOdd, knots }
}

fn rectangle([left, top, right, bottom]: [f64; 4], operation: Operation) -> Subpath {
    let points = [(left, top), (right, top), (right, bottom), (left, bottom)];
    polygon(&points, true, operation)
}

/// What `metadata.py` gave to the writers.
pub(super) fn golden_paths() -> Vec<EmbeddedPath> {
    let knot = |before, anchor, after| Knot { before, anchor, after, linked: true };
    let leaf = Subpath {
        closed: true,
        operation: Operation::Combine,
        rule: FillRule::EvenOdd,
        knots: vec![
            knot((0.25, -0.25), (0.25, 0.5), (0.25, 1.25)),
            knot((0.75, 1.25), (0.75, 0.5), (0.75, -0.25)),
        ],
    };
    let subpaths = vec![
        rectangle([0.125, 0.25, 0.875, 0.75], Operation::Combine),
        polygon(&[(0.0, 0.0), (1.0, 1.0)], false, Operation::Combine),
        rectangle([0.25, 0.375, 0.5, 0.625], Operation::Subtract),
        rectangle([-0.5, -0.5, 1.5, 0.0625], Operation::Continue),
    ];
    let path =
        |name: &str, subpaths| EmbeddedPath { name: name.into(), starts_filled: false, subpaths };
    vec![path("Outline", vec![leaf]), path("Überzug", subpaths)]
}

#[test]
fn xmp_and_paths_of_every_container_that_has_both() {
    for (name, file) in [("jpeg", JPEG), ("tiff", TIFF), ("bigtiff", BIG_TIFF), ("psd", PSD)] {
        let metadata = read(file);
        assert_eq!(metadata.xmp, Xmp::new(PACKET), "{name}");
        assert_eq!(metadata.paths, golden_paths(), "{name}");
        assert_eq!(metadata.clipping_path.as_deref(), Some("Outline"), "{name}");
    }
}

#[test]
fn xmp_of_containers_without_paths() {
    for (name, file) in [("png", PNG), ("webp", WEBP)] {
        assert_eq!(read(file), Metadata { xmp: Xmp::new(PACKET), ..Metadata::default() }, "{name}");
    }
}

/// The standard packet has the GUID; of the two pieces the second stands first.
#[test]
fn extended_xmp_is_put_together() {
    let xmp = read(EXTENDED).xmp.expect("standard packet");
    assert!(xmp.packet.starts_with(b"<?xpacket"));
    let extended = xmp.extended.expect("extended packet");
    assert_eq!(extended.packet, include_bytes!("../../tests/golden/metadata/extended.xmp"));
}

#[test]
fn an_incomplete_extended_packet_is_left_out() {
    // the last piece stands behind the standard packet; its first byte of the offset
    // becomes wrong
    let mut file = EXTENDED.to_vec();
    let marker = b"http://ns.adobe.com/xmp/extension/\0";
    let piece = file.windows(marker.len()).position(|window| window == marker).expect("piece");
    file[piece + marker.len() + 36] = 1;
    let xmp = read(&file).xmp.expect("standard packet");
    assert_eq!(xmp.extended, None);
}

#[test]
fn a_png_chunk_with_a_wrong_checksum_does_not_count() {
    let mut file = PNG.to_vec();
    let text = file.windows(9).position(|window| window == b"XML:com.a").expect("chunk");
    file[text + 30] ^= 1;
    assert_eq!(read(&file), Metadata::default());
}

/// 33 MB of one byte pack to 32 kB; at most 32 MB are taken.
#[test]
fn a_png_chunk_that_unpacks_to_too_much_does_not_count() {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, &vec![b'x'; 33 << 20]).expect("memory");
    let packed = packed.finish().expect("memory");
    let text = [b"iTXtXML:com.adobe.xmp\0\x01\0\0\0", &packed[..]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(u32::try_from(text.len() - 4).expect("small").to_be_bytes());
    file.extend(&text);
    file.extend(crc32fast::hash(&text).to_be_bytes());
    assert_eq!(read(&file), Metadata::default());
}

#[test]
fn the_metadata_that_were_read_before_a_cut_are_kept() {
    let metadata = read(&PSD[..PSD.len() / 2]);
    assert_eq!(metadata.xmp, Xmp::new(PACKET));
    // header, empty colour mode data, size, XMP, first path, half of the second
    let cut = 26 + 4 + 4 + 12 + PACKET.len() + 148 + 300;
    let metadata = read(&PSD[..cut]);
    assert_eq!(metadata.paths, golden_paths()[..1]);
    assert_eq!(metadata.clipping_path, None);
}

#[test]
fn files_of_other_kinds_have_none() {
    for file in [&b""[..], b"BM", b"GIF89a", b"MM", b"II*\0", b"8BPS", b"RIFF", b"\xff\xd8\xff"] {
        assert_eq!(read(file), Metadata::default());
    }
}
