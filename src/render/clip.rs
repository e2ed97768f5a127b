//! `clipPath` and `clipXPath`: a path makes what lies outside or inside it
//! transparent (02 §3.3).

mod coverage;
mod flatten;
#[cfg(test)]
mod tests;

pub(in crate::render) use coverage::Outline;

use super::geometry::Size;
use crate::codecs::bitmap::Bitmap;
use crate::modifiers::plan::PathDefinition;

/// The picture with its opacity multiplied by the coverage of the path: non-zero
/// rule, 8 bits, edges antialiased. With `exclude` by what the path leaves free.
/// The path is in pixels from the top-left of the picture. The result has alpha.
pub(in crate::render) fn clipped(picture: Bitmap, path: &PathDefinition, exclude: bool) -> Bitmap {
    let mut picture = picture.with_alpha();
    let (stride, n) = (picture.stride(), picture.channels.count());
    if stride == 0 {
        return picture;
    }
    let mut outline = Outline::new(Size { width: picture.width, height: picture.height });
    flatten::flatten(path, |from, to| outline.line(from, to));
    let mut coverage = outline.coverage();
    for row in picture.data.chunks_exact_mut(stride) {
        for (pixel, covered) in row.chunks_exact_mut(n).zip(coverage.next_row()) {
            let kept = if exclude { 255 - covered } else { *covered };
            let alpha = &mut pixel[n - 1];
            *alpha = ((u32::from(*alpha) * u32::from(kept) + 127) / 255) as u8;
        }
    }
    picture
}
