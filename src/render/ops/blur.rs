//! `op_blur`.

use super::gaussian::{Edge, blurred};
use crate::codecs::bitmap::Bitmap;

/// Gaussian with sigma `radius` in pixels, 0 (neutral) to 100 (02 §4.5).
///
/// Alpha is blurred too and colours weigh by it. The edge of an opaque picture
/// is replicated; around any other there is nothing, so that what is cut off
/// at the edge fades out like the rest. A pixel that stays or becomes fully
/// transparent has colour 0.
pub fn blur(picture: Bitmap, radius: f64) -> Bitmap {
    let mut picture = picture;
    let n = picture.channels.count();
    let alpha = picture.channels.has_alpha();
    let edge = if picture.is_opaque() { Edge::Replicated } else { Edge::Transparent };
    blurred(&mut picture, radius, edge, |row, soft| {
        for (value, soft) in row.iter_mut().zip(soft) {
            *value = (soft + 0.5) as u8;
        }
        if alpha {
            for pixel in row.chunks_exact_mut(n).filter(|pixel| pixel[n - 1] == 0) {
                pixel.fill(0);
            }
        }
    });
    picture
}

#[cfg(test)]
mod tests;
