//! Pictures of `tests/golden/warp`, made by `tests/reference/warp.py`.

use crate::codecs::bitmap::{Bitmap, Channels};

pub(in crate::render) fn golden(name: &str) -> Bitmap {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/warp");
    let file = std::fs::File::open(format!("{folder}/{name}.png"))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let channels = match info.color_type {
        png::ColorType::Grayscale => Channels::Gray,
        png::ColorType::Rgb => Channels::Rgb,
        png::ColorType::Rgba => Channels::Rgba,
        other => panic!("{name}: {other:?}"),
    };
    Bitmap { width: info.width, height: info.height, channels, data }
}

/// Largest difference of premultiplied components in levels, and of opacity, of two
/// pictures with alpha.
pub(super) fn differences(got: &Bitmap, expected: &Bitmap) -> (f64, u8) {
    let shape = |picture: &Bitmap| (picture.width, picture.height, picture.channels);
    assert_eq!(shape(got), shape(expected));
    let n = got.channels.count();
    let mut worst = (0.0f64, 0);
    for (a, b) in got.data.chunks_exact(n).zip(expected.data.chunks_exact(n)) {
        let seen = |pixel: &[u8], c: usize| f64::from(pixel[c]) * f64::from(pixel[n - 1]) / 255.0;
        for c in 0..n - 1 {
            worst.0 = worst.0.max((seen(a, c) - seen(b, c)).abs());
        }
        worst.1 = worst.1.max(a[n - 1].abs_diff(b[n - 1]));
    }
    worst
}
