//! `rotate=` (01 §5.2 step 4).

use super::kernel::{Kernel, filter};
use super::sampler::Sampler;
use crate::codecs::bitmap::Bitmap;
use crate::modifiers::plan::ResMode;
use crate::render::clip::Outline;
use crate::render::geometry::{LayerGeometry, Shape, Size};

/// The scaled and flipped picture turned as the geometry says, in a box of the
/// size of `geometry.content`; margins of `extend` come later. Quarter turns move
/// pixels and keep the channels; else the result has alpha, and is transparent
/// where the picture is not. A bent shape is left as it is.
pub fn rotated(picture: Bitmap, geometry: &LayerGeometry, mode: ResMode) -> Bitmap {
    let Shape::Turned { quarters, matrix } = geometry.shape else { return picture };
    match quarters {
        Some(0) => return picture,
        Some(1) => return quarter_turn(&picture, true),
        Some(2) => return half_turn(picture),
        Some(_) => return quarter_turn(&picture, false),
        None => {}
    }
    let content = geometry.content;
    let [a, b, c, d, e, f] = matrix;
    let turn = Turn {
        matrix: [a, b, c - content.x as f64, d, e, f - content.y as f64],
        result: Bitmap::zeroed(content.width, content.height, picture.channels.with_alpha(true)),
    };
    match turn.result.channels.count() - 1 {
        1 => turn.of_components::<1>(&picture, mode),
        3 => turn.of_components::<3>(&picture, mode),
        _ => turn.of_components::<4>(&picture, mode),
    }
}

fn half_turn(mut picture: Bitmap) -> Bitmap {
    let n = picture.channels.count();
    picture.data.reverse();
    for pixel in picture.data.chunks_exact_mut(n) {
        pixel.reverse();
    }
    picture
}

/// Side of the squares that are turned one after another, so that reads and writes
/// stay in the processor's cache.
const BLOCK: usize = 32;

fn quarter_turn(picture: &Bitmap, clockwise: bool) -> Bitmap {
    let n = picture.channels.count();
    let mut result = Bitmap::zeroed(picture.height, picture.width, picture.channels);
    let (width, height) = (result.width as usize, result.height as usize);
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            for y in top..(top + BLOCK).min(height) {
                for x in left..(left + BLOCK).min(width) {
                    // the picture's rows are the result's columns
                    let (row, column) =
                        if clockwise { (width - 1 - x, y) } else { (x, height - 1 - y) };
                    let (from, to) = ((row * height + column) * n, (y * width + x) * n);
                    result.data[to..to + n].copy_from_slice(&picture.data[from..from + n]);
                }
            }
        }
    }
    result
}

struct Turn {
    /// From the picture to the result.
    matrix: [f64; 6],
    result: Bitmap,
}

impl Turn {
    fn of_components<const C: usize>(self, picture: &Bitmap, mode: ResMode) -> Bitmap {
        match picture.channels.has_alpha() {
            true => self.of_mode(Sampler::<C, true>::new(picture), picture, mode),
            false => self.of_mode(Sampler::<C, false>::new(picture), picture, mode),
        }
    }

    fn of_mode<const C: usize, const A: bool>(
        self,
        sampler: Sampler<'_, C, A>,
        picture: &Bitmap,
        mode: ResMode,
    ) -> Bitmap {
        let filter = |x| filter(mode, x);
        match mode {
            ResMode::Bilin => self.drawn(sampler, picture, &Kernel::<2>::new(filter)),
            ResMode::Bicub | ResMode::Bisharp => {
                self.drawn(sampler, picture, &Kernel::<4>::new(filter))
            }
            ResMode::Sharp2 => self.drawn(sampler, picture, &Kernel::<6>::new(filter)),
        }
    }

    fn drawn<const C: usize, const A: bool, const T: usize>(
        mut self,
        sampler: Sampler<'_, C, A>,
        picture: &Bitmap,
        kernel: &Kernel<T>,
    ) -> Bitmap {
        let [a, b, c, d, e, f] = self.matrix;
        let size = Size { width: self.result.width, height: self.result.height };
        let (right, bottom) = (f64::from(picture.width), f64::from(picture.height));
        let corners = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)]
            .map(|(x, y)| (a * x + b * y + c, d * x + e * y + f));
        let mut outline = Outline::new(size);
        for (from, to) in corners.into_iter().zip(corners.into_iter().cycle().skip(1)) {
            outline.line(from, to);
        }
        let mut coverage = outline.coverage();
        let (stride, n) = (self.result.stride().max(1), C + 1);
        for (y, row) in self.result.data.chunks_exact_mut(stride).enumerate() {
            let y = y as f64 + 0.5 - f;
            let pixels = row.chunks_exact_mut(n).zip(coverage.next_row()).enumerate();
            for (x, (pixel, covered)) in pixels.filter(|(_, (_, covered))| **covered > 0) {
                let x = x as f64 + 0.5 - c;
                // the inverse of a turn is its transpose
                let sample = sampler.at(kernel, a * x + d * y, b * x + e * y);
                sample.write(1.0, *covered, pixel);
            }
        }
        self.result
    }
}
