//! `op_sharpen`.

use crate::codecs::bitmap::Bitmap;

/// 3x3 kernel, centre 16, neighbours -1, divided by 8, edges replicated
/// (02 §4.5). Alpha is sharpened too; the neighbours' colours weigh by their
/// alpha, so that a margin without colour never rings.
pub fn sharpen(picture: Bitmap) -> Bitmap {
    let mut picture = picture;
    if picture.data.is_empty() {
        return picture;
    }
    let n = picture.channels.count();
    let alpha = picture.channels.has_alpha();
    let last = picture.height - 1;
    let mut above = weighted(&picture, 0);
    let mut own = above.clone();
    let mut sums = vec![0; picture.stride()];
    for y in 0..picture.height {
        let below = weighted(&picture, (y + 1).min(last));
        let columns: Vec<i32> =
            above.iter().zip(&own).zip(&below).map(|((a, b), c)| a + b + c).collect();
        threes(&columns, n, &mut sums);
        for (sum, own) in sums.iter_mut().zip(&own) {
            *sum -= own;
        }
        for (pixel, sums) in picture.row_mut(y).chunks_exact_mut(n).zip(sums.chunks_exact(n)) {
            let weights = if alpha { sums[n - 1] } else { 8 };
            for (c, (value, sum)) in pixel.iter_mut().zip(sums).enumerate() {
                let weights = if alpha && c == n - 1 { 8 } else { weights };
                *value = doubled_less_mean(*value, *sum, weights);
            }
        }
        above = std::mem::replace(&mut own, below);
    }
    picture
}

/// A row with its colours times alpha.
fn weighted(picture: &Bitmap, y: u32) -> Vec<i32> {
    let row = picture.row(y);
    let mut out: Vec<i32> = row.iter().map(|value| i32::from(*value)).collect();
    if picture.channels.has_alpha() {
        let n = picture.channels.count();
        for pixel in out.chunks_exact_mut(n) {
            let alpha = pixel[n - 1];
            pixel[..n - 1].iter_mut().for_each(|colour| *colour *= alpha);
        }
    }
    out
}

/// Sums of each pixel and its two neighbours in the row.
fn threes(row: &[i32], n: usize, out: &mut [i32]) {
    out.copy_from_slice(row);
    let end = row.len() - n;
    for (out, left) in out[n..].iter_mut().zip(row) {
        *out += left;
    }
    for (out, right) in out.iter_mut().zip(&row[n..]) {
        *out += right;
    }
    for c in 0..n {
        out[c] += row[c];
        out[end + c] += row[end + c];
    }
}

/// 2 * value - sum / weights, rounded half up; without weight the value.
fn doubled_less_mean(value: u8, sum: i32, weights: i32) -> u8 {
    if weights == 0 {
        return value;
    }
    let twice = 2 * (2 * i32::from(value) * weights - sum) + weights;
    twice.div_euclid(2 * weights).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests;
