//! Damaged files never panic, and give no more than they hold.

use proptest::prelude::*;

use crate::metadata::insert::jpeg_segments;
use crate::metadata::tests::{BLOCKS, FILES};
use crate::metadata::{Metadata, paths, read, resources};

/// Reads and does with it what an export does.
fn use_all(bytes: &[u8]) {
    let Metadata { xmp, paths, clipping_path } = read(bytes);
    if let Some(xmp) = &xmp {
        assert!(!xmp.packet.is_empty());
    }
    for path in &paths {
        let turned =
            path.upright(6).mapped((7.0, 3.0), [0.5, 1.0, -2.0, 0.1, 3.0, 4.0], (1.0, 9.0));
        for shape in turned.shapes(65_535.0, 1.0) {
            assert!(!shape.path.subpaths.is_empty());
        }
        assert!(path.pixel_box(300_000.0, 300_000.0).is_some());
    }
    let closed: Vec<_> = paths.iter().filter_map(|path| path.closed()).collect();
    if let Ok(blocks) = paths::write(&closed, clipping_path.as_deref()) {
        assert_eq!(paths::read(&resources::read(&blocks)).len(), closed.len());
        let segments = jpeg_segments(xmp.as_ref(), &blocks);
        assert!(segments.iter().flatten().all(|segment| segment.data.len() <= 65533));
    }
}

#[test]
fn every_cut_of_every_file() {
    for (_, file) in FILES {
        for length in 0..file.len() {
            use_all(&file[..length]);
        }
    }
}

#[test]
fn every_byte_of_every_file_at_its_ends() {
    for (_, file) in FILES {
        let mut file = file.to_vec();
        for at in 0..file.len() {
            let byte = file[at];
            for wrong in [0, 1, 0x7f, 0x80, 0xff] {
                file[at] = wrong;
                use_all(&file);
            }
            file[at] = byte;
        }
    }
}

const STARTS: [&[u8]; 10] = [
    b"",
    b"\xff\xd8\xff\xe1\0\x40http://ns.adobe.com/xap/1.0/\0",
    b"\xff\xd8\xff\xe1\0\x60http://ns.adobe.com/xmp/extension/\0",
    b"\xff\xd8\xff\xed\x01\0Photoshop 3.0\08BIM\x07\xd0",
    b"II*\0\x08\0\0\0\x02\0\xbc\x02\x01\0",
    b"MM\0\x2b\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x05\x86\x49\0\x07",
    b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x08\0\x03\0\0\0\0",
    b"\x89PNG\r\n\x1a\n\0\0\0\x20iTXtXML:com.adobe.xmp\0",
    b"RIFF\0\0\0\0WEBP",
    b"RIFF\xff\xff\xff\xffWEBPXMP ",
];

proptest! {
    #[test]
    fn any_bytes(
        start in 0..STARTS.len(),
        rest in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        use_all(&[STARTS[start], &rest].concat());
    }

    #[test]
    fn any_blocks(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        resources::read(&bytes);
        resources::read(&[b"8BIM", &bytes[..]].concat());
    }

    #[test]
    fn several_wrong_bytes(
        file in 0..FILES.len(),
        wrong in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = FILES[file].1.to_vec();
        for (at, byte) in wrong {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        use_all(&bytes);
    }

    /// Records of any selector, operation and rule.
    #[test]
    fn any_path_records(
        records in proptest::collection::vec((0u16..10, any::<[u8; 24]>()), 0..40),
    ) {
        let data: Vec<u8> = records
            .iter()
            .flat_map(|(selector, body)| [&selector.to_be_bytes()[..], body].concat())
            .collect();
        let resource = resources::Resource { id: 2000, name: b"any", data: &data };
        let blocks = resources::write(&[resource]).expect("short");
        let psd = [
            b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\x08\0\x03\0\0\0\0\0\0\xff\xff",
            &blocks[..],
        ]
        .concat();
        use_all(&psd);
    }

    /// What was read and is in reach is written as it was.
    #[test]
    fn paths_come_back(scale in -3.0f64..3.0, x in -5.0f64..5.0) {
        let read_paths = paths::read(&resources::read(BLOCKS));
        let moved: Vec<_> = read_paths
            .iter()
            .map(|path| path.mapped((1.0, 1.0), [scale, 0.0, 0.0, scale, x, 0.0], (1.0, 1.0)))
            .collect();
        let once = paths::write(&moved, None).expect("in reach");
        let again = paths::write(&paths::read(&resources::read(&once)), None).expect("in reach");
        prop_assert_eq!(once, again);
    }
}
