//! Against pictures of tests/reference/jpeg.py, and against broken files.

mod damage;
mod golden;
mod hostile;
mod window;

use super::{Decoded, Options, decode};

/// Bytes of a file in tests/golden/jpeg-decoder.
fn golden(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/jpeg-decoder");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

fn scaled(bytes: &[u8], denominator: u8) -> Decoded {
    decode(bytes, &Options { denominator, ..Options::default() }).unwrap()
}

/// Every file, with the channels it has.
const FILES: [(&str, usize); 25] = [
    ("420-1x1", 3),
    ("420-2x3", 3),
    ("420-7x5", 3),
    ("420-17x33", 3),
    ("420-64x48", 3),
    ("444", 3),
    ("422", 3),
    ("440", 3),
    ("411", 3),
    ("410", 3),
    ("441", 3),
    ("luma-low", 3),
    ("uneven", 3),
    ("three", 3),
    ("gray", 1),
    ("rgb", 3),
    ("cmyk", 4),
    ("ycck", 4),
    ("restart", 3),
    ("restart-gray", 1),
    ("progressive", 3),
    ("progressive-restart", 3),
    ("progressive-cmyk", 4),
    ("separate", 3),
    ("partly-separate", 3),
];
