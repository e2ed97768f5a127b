//! Pictures of `tests/golden/ops`, made by `tests/reference/ops.py`, and comparison.

use crate::codecs::bitmap::{Bitmap, Channels};

pub(super) fn golden(name: &str) -> Bitmap {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/ops");
    let file = std::fs::File::open(format!("{folder}/{name}.png"))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let channels = match info.color_type {
        png::ColorType::Rgb => Channels::Rgb,
        png::ColorType::Rgba => Channels::Rgba,
        other => panic!("{name}: {other:?}"),
    };
    Bitmap { width: info.width, height: info.height, channels, data }
}

/// Every component of every pixel within `tolerance` levels; colours only
/// where both pixels are visible.
pub(super) fn assert_within(got: &Bitmap, expected: &Bitmap, tolerance: u8) {
    let shape = |picture: &Bitmap| (picture.width, picture.height, picture.channels);
    assert_eq!(shape(got), shape(expected));
    let n = got.channels.count();
    let pixels = got.data.chunks_exact(n).zip(expected.data.chunks_exact(n));
    for (at, (a, b)) in pixels.enumerate() {
        let hidden = got.channels.has_alpha() && a[n - 1].min(b[n - 1]) == 0;
        let compared = if hidden { n - 1..n } else { 0..n };
        let worst = compared.map(|c| a[c].abs_diff(b[c])).max();
        assert!(
            worst <= Some(tolerance),
            "pixel {}, {}: {a:?} instead of {b:?}",
            at % got.width as usize,
            at / got.width as usize,
        );
    }
}

/// Peak signal to noise of pairs of levels, in dB.
pub(super) fn psnr(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (count, sum) =
        pairs.fold((0.0, 0.0), |(count, sum), (a, b)| (count + 1.0, sum + (a - b).powi(2)));
    10.0 * (255.0 * 255.0 * count / sum).log10()
}

/// sin(r^2): every frequency up to the finest, strongest test of aliasing.
pub(super) fn zone_plate(size: u32) -> Bitmap {
    let scale = std::f64::consts::PI / 2.0 / f64::from(size);
    let value = |x: u32, y: u32| {
        let square = f64::from(x * x + y * y);
        (127.5 + 127.5 * (square * scale).sin()).round() as u8
    };
    let data = (0..size * size).map(|at| value(at % size, at / size)).collect();
    Bitmap { width: size, height: size, channels: Channels::Gray, data }
}

/// A picture of each pixel layout, of any size, with a fixed grain.
pub(super) fn grain(width: u32, height: u32, channels: Channels) -> Bitmap {
    let mut picture = Bitmap::zeroed(width, height, channels);
    let mut state = 1u32;
    for value in &mut picture.data {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // a third of the bytes at the ends: transparent and opaque pixels too
        *value = match state >> 30 {
            0 => 0,
            1 => 255,
            _ => (state >> 20) as u8,
        };
    }
    picture
}
