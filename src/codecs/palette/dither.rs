//! Pixels to indices, with or without error diffusion.

use super::nearest::{Nearest, distance, nearest_first};
use super::pixels::Pixels;

/// Each pixel's nearest entry; `hidden` where nothing shows.
pub(super) fn plain(pixels: &Pixels<'_>, nearest: &mut Nearest, hidden: u8) -> Vec<u8> {
    let mut indices = Vec::with_capacity(pixels.width() * pixels.height() as usize);
    let mut row = Vec::with_capacity(pixels.width());
    for y in 0..pixels.height() {
        pixels.read_row(y, &mut row);
        indices.extend(row.iter().map(|pixel| pixel.map_or(hidden, |c| nearest.index(c))));
    }
    indices
}

/// Floyd-Steinberg: what an entry misses of its pixel goes to the neighbours
/// that come later, 7/16 ahead and 3/16, 5/16, 1/16 below. Every other row runs
/// from right to left, because errors that always travel the same way draw
/// slanted lines through even areas.
///
/// Colours that no mixture of the palette reaches would pile up errors and smear
/// them over their neighbours, so a pixel and its error stay within 0 to 255, and
/// an error is shortened to the [`reach`] of its entry. Hidden pixels neither get
/// an error nor pass one on.
pub(super) fn diffused(
    pixels: &Pixels<'_>,
    palette: &[[u8; 3]],
    nearest: &mut Nearest,
    hidden: u8,
) -> Vec<u8> {
    let reach = reach(palette);
    let width = pixels.width();
    let mut indices = vec![hidden; width * pixels.height() as usize];
    let mut row = Vec::with_capacity(width);
    // What each pixel of this row gets from above, in sixteenths of a level, and
    // behind where the row has been, what the row below gets. Either end has one
    // more pixel to take what leaves the picture.
    let mut errors = vec![[0i32; 3]; width + 2];
    for y in 0..pixels.height() {
        pixels.read_row(y, &mut row);
        let out = &mut indices[y as usize * width..][..width];
        let leftward = y % 2 == 1;
        // what this row gives to the pixel ahead, and below: to the one before and here
        let mut ahead = [0; 3];
        let mut below_before = [0; 3];
        let mut below_here = [0; 3];
        for step in 0..width {
            let x = if leftward { width - 1 - step } else { step };
            let mut error = [0; 3];
            if let Some(colour) = row[x] {
                let wanted: [u8; 3] = std::array::from_fn(|c| {
                    let gotten = (errors[x + 1][c] + ahead[c] + 8) >> 4;
                    (i32::from(colour[c]) + gotten).clamp(0, 255) as u8
                });
                let (distance, index) = nearest.find(wanted);
                out[x] = index;
                let entry = palette[usize::from(index)];
                error = std::array::from_fn(|c| i32::from(wanted[c]) - i32::from(entry[c]));
                error = shortened(error, distance, reach[usize::from(index)]);
            }
            let before = if leftward { x + 2 } else { x };
            for c in 0..3 {
                ahead[c] = error[c] * 7;
                errors[before][c] = below_before[c] + error[c] * 3;
                below_before[c] = below_here[c] + error[c] * 5;
                below_here[c] = error[c];
            }
        }
        errors[if leftward { 1 } else { width }] = below_before;
    }
    indices
}

/// For each entry the squared distance of its farthest neighbour in the Gabriel
/// graph: the entries such that no other lies in the ball between the two. Mixing
/// neighbours takes no greater error, whereas a greater one tells of a colour
/// outside of the palette.
fn reach(palette: &[[u8; 3]]) -> Vec<u32> {
    let farthest = |&entry: &[u8; 3]| {
        let others = nearest_first(palette, entry);
        let alone = |&&(apart, index): &&(u32, u8)| {
            let between = |&(near, other): &(u32, u8)| {
                near + distance(palette[usize::from(other)], palette[usize::from(index)]) < apart
            };
            !others.iter().any(between)
        };
        others.iter().rev().find(alone).map_or(0, |&(apart, _)| apart)
    };
    palette.iter().map(farthest).collect()
}

/// An error whose squared length is `length`, no longer than `most` (squared).
fn shortened(error: [i32; 3], length: u32, most: u32) -> [i32; 3] {
    if length <= most {
        return error;
    }
    // IEEE divides and takes roots exactly rounded, the same everywhere
    let factor = (f64::from(most) / f64::from(length)).sqrt();
    error.map(|level| (f64::from(level) * factor) as i32)
}
