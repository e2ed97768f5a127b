//! `op_usm` and `op_usmR`.

use super::gaussian::{Edge, blurred};
use crate::codecs::bitmap::Bitmap;

/// Unsharp mask (02 §4.5): out = v + `amount` * d where d = v - Gaussian(v) and
/// |d| is at least `threshold`; elsewhere v.
///
/// `amount` is 0 to 5, `sigma` 0 to 250 pixels of this picture: the radius of
/// `op_usm` times the reduction (ruling 11), that of `op_usmR` as it is. Either
/// at 0 is neutral. `mono` takes d from the Rec.601 brightness and adds it to
/// R, G and B; gray ignores it. Alpha is sharpened too, edges are replicated,
/// and colours are compared with visible neighbours only.
pub fn usm(picture: Bitmap, amount: f64, sigma: f64, threshold: u8, mono: bool) -> Bitmap {
    let mut picture = picture;
    if amount.is_nan() || amount <= 0.0 {
        return picture;
    }
    let amount = amount as f32;
    let n = picture.channels.count();
    let colours = n - usize::from(picture.channels.has_alpha());
    blurred(&mut picture, sigma, Edge::Replicated, |row, soft| {
        if !mono || colours != 3 {
            for (value, soft) in row.iter_mut().zip(soft) {
                *value = masked(*value, f32::from(*value) - soft, amount, threshold);
            }
            return;
        }
        for (pixel, soft) in row.chunks_exact_mut(n).zip(soft.chunks_exact(n)) {
            let difference = brightness(pixel.iter().map(|value| f32::from(*value)))
                - brightness(soft.iter().copied());
            for value in &mut pixel[..3] {
                *value = masked(*value, difference, amount, threshold);
            }
            for (value, soft) in pixel[3..].iter_mut().zip(&soft[3..]) {
                *value = masked(*value, f32::from(*value) - soft, amount, threshold);
            }
        }
    });
    picture
}

fn masked(value: u8, difference: f32, amount: f32, threshold: u8) -> u8 {
    let sharpened = (f32::from(value) + amount * difference + 0.5) as u8;
    // a thousandth of a level covers the error of single precision
    if difference.abs() + 1e-3 < f32::from(threshold) { value } else { sharpened }
}

fn brightness(rgb: impl Iterator<Item = f32>) -> f32 {
    rgb.zip([0.299, 0.587, 0.114]).map(|(value, share)| value * share).sum()
}

#[cfg(test)]
mod tests;
