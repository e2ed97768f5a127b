//! Pictures that the tests of several encoders write, and how they look at the result.

use crate::codecs::bitmap::{Area, Bitmap, Channels};
use crate::codecs::{Decoded, Request, decode, probe};

/// Smooth colours of 40 x 30 pixels, so that JPEG loses little; half opaque.
pub(super) fn smooth(channels: Channels) -> Bitmap {
    let (width, height) = (40u32, 30u32);
    let n = channels.count();
    let mut bitmap = Bitmap::zeroed(width, height, channels);
    for (index, pixel) in bitmap.data.chunks_exact_mut(n).enumerate() {
        let (x, y) = (index % width as usize, index / width as usize);
        for (c, value) in pixel.iter_mut().enumerate() {
            let is_alpha = channels.has_alpha() && c == n - 1;
            *value = if is_alpha { 100 + x } else { 40 + x * (c + 1) + y } as u8;
        }
    }
    bitmap
}

/// Waves of colour; `opacity` of a column.
pub(super) fn waves(
    width: u32,
    height: u32,
    channels: Channels,
    opacity: impl Fn(u32) -> u32,
) -> Bitmap {
    let mut bitmap = Bitmap::zeroed(width, height, channels);
    let n = channels.count();
    for (index, pixel) in bitmap.data.chunks_exact_mut(n).enumerate() {
        let (x, y) = (index as u32 % width, index as u32 / width);
        for (c, value) in pixel.iter_mut().enumerate() {
            let wave = (x * (c as u32 + 1) + y * 2) % 200;
            let is_alpha = channels.has_alpha() && c == n - 1;
            *value = if is_alpha { opacity(x) as u8 } else { 28 + wave.abs_diff(100) as u8 };
        }
    }
    bitmap
}

/// What our own decoder makes of a file.
pub(super) fn read(bytes: &[u8]) -> Decoded {
    let info = probe(bytes).unwrap();
    let (width, height) = (info.width, info.height);
    let area = Area { x: 0, y: 0, width, height };
    decode(bytes, &info, Request { area, least_width: width, least_height: height }).unwrap()
}

/// Mean difference of two pictures of one size, in levels.
pub(super) fn mean_error(one: &Bitmap, other: &Bitmap) -> f64 {
    let sum: u64 = one.data.iter().zip(&other.data).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.data.len() as f64
}
