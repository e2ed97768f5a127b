//! `op_grow`.

use super::disc::{dilate, erode};
use crate::codecs::bitmap::Bitmap;

/// Dilates (`radius` above 0) or erodes (below) with a Euclidean disc of
/// `radius` pixels, each component of the picture's own type alone, alpha
/// included; 0 is neutral (02 §4.5).
///
/// Outside counts as transparent: eroding a picture without alpha gives it
/// alpha, with a transparent rim. The colour under a transparent pixel never
/// spreads.
pub fn grow(picture: Bitmap, radius: i32) -> Bitmap {
    let mut picture = picture;
    let reach = radius.unsigned_abs();
    if radius > 0 {
        if picture.channels.has_alpha() {
            let n = picture.channels.count();
            for pixel in picture.data.chunks_exact_mut(n).filter(|pixel| pixel[n - 1] == 0) {
                pixel.fill(0);
            }
        }
        dilate(&mut picture, reach);
    } else if radius < 0 {
        picture = with_alpha(picture);
        erode(&mut picture, reach);
    }
    picture
}

fn with_alpha(picture: Bitmap) -> Bitmap {
    if picture.channels.has_alpha() {
        return picture;
    }
    let channels = picture.channels.with_alpha(true);
    let n = channels.count();
    let mut out = Bitmap::zeroed(picture.width, picture.height, channels);
    for (to, from) in out.data.chunks_exact_mut(n).zip(picture.data.chunks_exact(n - 1)) {
        to[..n - 1].copy_from_slice(from);
        to[n - 1] = 255;
    }
    out
}

#[cfg(test)]
mod tests;
