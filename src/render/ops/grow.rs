//! `op_grow`.

use super::disc::{dilate, erode};
use crate::codecs::bitmap::Bitmap;

/// Dilates (`radius` above 0) or erodes (below) with a Euclidean disc of
/// `radius` pixels, -100 to 100, each component of the picture's own type alone, alpha
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
        picture = picture.with_alpha();
        erode(&mut picture, reach);
    }
    picture
}

#[cfg(test)]
mod tests;
