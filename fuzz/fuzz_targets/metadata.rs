//! Any bytes as a file with XMP and paths in it, and both put into a file again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::metadata::paths::write;
use offprint::metadata::{EmbeddedPath, insert, read, resources};

fuzz_target!(|bytes: &[u8]| {
    let found = read(bytes);
    let segments = insert::jpeg_segments(found.xmp.as_ref(), &[]);
    if let Ok(segments) = segments {
        // the length of a segment has 16 bits, two of its bytes count too
        assert!(segments.iter().all(|segment| segment.data.len() <= 65_533));
    }
    for path in &found.paths {
        for orientation in 1..=8 {
            path.upright(orientation);
        }
        path.shapes(640.0, 480.0);
        path.pixel_box(640.0, 480.0);
        path.closed();
    }
    let storable: Vec<EmbeddedPath> =
        found.paths.into_iter().filter(|path| path.storable().is_ok()).collect();
    let Ok(blocks) = write(&storable, found.clipping_path.as_deref()) else { return };
    let again = offprint::metadata::paths::read(&resources::read(&blocks));
    assert_eq!(again.len(), storable.len());
    assert!(again.iter().zip(&storable).all(|(one, other)| one.name == other.name));
});
