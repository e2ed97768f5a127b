//! Sharpening of the final view (02 §4.5, 01 §5.7 step E).
//!
//! What the view leaves uncovered is transparent at this stage (02 §1 V2) and
//! has no colour to sharpen against, so margins never ring.

use super::gaussian::Blur;
use crate::codecs::bitmap::Bitmap;
use crate::modifiers::plan::UnsharpMask;

/// `op_sharpen`: 3x3 kernel, centre 16, neighbours -1, divided by 8, edges
/// replicated. Alpha is sharpened too; colours weigh by the alpha of their pixel.
pub(super) fn sharpen(picture: &Bitmap) -> Bitmap {
    let n = picture.channels.count();
    let alpha = picture.channels.has_alpha();
    let (width, height) = (picture.width as usize, picture.height);
    let mut out = Bitmap::zeroed(picture.width, height, picture.channels);
    for y in 0..height {
        let rows = [y.saturating_sub(1), y, (y + 1).min(height - 1)].map(|row| picture.row(row));
        let target = out.row_mut(y);
        for x in 0..width {
            let columns = [x.saturating_sub(1), x, (x + 1).min(width - 1)];
            for c in 0..n {
                let own = i32::from(rows[1][x * n + c]);
                let mut sum = 0;
                let mut weights = 0;
                for row in rows {
                    for column in columns {
                        let weight = if alpha && c < n - 1 {
                            i32::from(row[column * n + n - 1])
                        } else {
                            255
                        };
                        sum += weight * i32::from(row[column * n + c]);
                        weights += weight;
                    }
                }
                // the middle is no neighbour
                let weight =
                    if alpha && c < n - 1 { i32::from(rows[1][x * n + n - 1]) } else { 255 };
                sum -= weight * own;
                weights -= weight;
                target[x * n + c] =
                    if weights == 0 { own as u8 } else { difference_added(own, sum, weights) };
            }
        }
    }
    out
}

/// own + (own - sum / weights), rounded half up.
fn difference_added(own: i32, sum: i32, weights: i32) -> u8 {
    let twice = 2 * (2 * own * weights - sum) + weights;
    twice.div_euclid(2 * weights).clamp(0, 255) as u8
}

/// `op_usm`: out = v + amount * d where d = v - Gaussian(v) and |d| is at
/// least the threshold. `scale` is the factor of the radius.
pub(super) fn unsharp(picture: Bitmap, mask: UnsharpMask, scale: f64) -> Bitmap {
    let sigma = mask.radius * scale;
    if sigma <= 0.0 || mask.amount <= 0.0 {
        return picture;
    }
    let n = picture.channels.count();
    let colours = if picture.channels.has_alpha() { n - 1 } else { n };
    let mut out = Bitmap::zeroed(picture.width, picture.height, picture.channels);
    let mut blurred = vec![0.0; picture.stride()];
    let mut blur = Blur::new(&picture, sigma);
    for y in 0..picture.height {
        blur.row(y, &mut blurred);
        let pixels = picture.row(y).chunks_exact(n).zip(blurred.chunks_exact(n));
        for ((from, soft), to) in pixels.zip(out.row_mut(y).chunks_exact_mut(n)) {
            if mask.mono && colours == 3 {
                let difference = brightness(from) - brightness_of(soft);
                for c in 0..3 {
                    to[c] = masked(from[c], difference, mask);
                }
            } else {
                for c in 0..colours {
                    to[c] = masked(from[c], f32::from(from[c]) - soft[c], mask);
                }
            }
            if colours < n {
                to[colours] = masked(from[colours], f32::from(from[colours]) - soft[colours], mask);
            }
        }
    }
    out
}

fn masked(value: u8, difference: f32, mask: UnsharpMask) -> u8 {
    // a thousandth of a level covers the error of single precision
    if difference.abs() + 1e-3 < f32::from(mask.threshold) {
        return value;
    }
    let sharpened = f32::from(value) + mask.amount as f32 * difference;
    (sharpened + 0.5).clamp(0.0, 255.0) as u8
}

fn brightness(pixel: &[u8]) -> f32 {
    brightness_of(&[f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])])
}

fn brightness_of(pixel: &[f32]) -> f32 {
    0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
}

#[cfg(test)]
mod tests;
