//! The colour of a picture between its pixels.

use super::kernel::Kernel;
use crate::codecs::bitmap::Bitmap;

/// Sum of premultiplied pixels with `C` colour components.
#[derive(Clone, Copy)]
pub(super) struct Sample<const C: usize> {
    /// Colour times alpha, 0 to 255² but for overshoot.
    pub colour: [f32; C],
    /// 0 to 255 but for overshoot.
    pub alpha: f32,
}

impl<const C: usize> Sample<C> {
    pub const NONE: Sample<C> = Sample { colour: [0.0; C], alpha: 0.0 };

    pub fn add(&mut self, other: &Sample<C>) {
        for (sum, value) in self.colour.iter_mut().zip(other.colour) {
            *sum += value;
        }
        self.alpha += other.alpha;
    }

    /// Writes the pixel of which the picture covers `coverage`, 0 to 255. `to` has
    /// alpha and is zeroed. `count` samples were added up.
    ///
    /// Overshoot is cut off where values are premultiplied: where opacity would be
    /// above 1, it and the colour are reduced alike, as else a flat colour would
    /// get a bright rim along edges of opacity.
    pub fn write(&self, count: f32, coverage: u8, to: &mut [u8]) {
        let visible = (self.alpha / count).min(255.0) * f32::from(coverage) / 255.0;
        let alpha = (visible + 0.5) as u8;
        if alpha == 0 {
            return;
        }
        for (to, colour) in to.iter_mut().zip(self.colour) {
            *to = (colour / self.alpha + 0.5) as u8;
        }
        to[C] = alpha;
    }
}

/// A picture with `C` colour components and, if `A`, alpha.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'a, const C: usize, const A: bool> {
    data: &'a [u8],
    width: usize,
    height: usize,
}

impl<'a, const C: usize, const A: bool> Sampler<'a, C, A> {
    const STRIDE: usize = C + A as usize;

    /// `picture` has those components and at least one pixel.
    pub fn new(picture: &'a Bitmap) -> Self {
        let (width, height) = (picture.width as usize, picture.height as usize);
        Sampler { data: &picture.data, width, height }
    }

    /// The filtered colour at a point in pixels from the top-left. Points outside
    /// are moved to the border.
    pub fn at<const T: usize>(&self, kernel: &Kernel<T>, x: f64, y: f64) -> Sample<C> {
        let (left, across) = kernel.around(x.clamp(0.0, self.width as f64));
        let (top, down) = kernel.around(y.clamp(0.0, self.height as f64));
        let columns = indices::<T>(left, self.width);
        let rows = indices::<T>(top, self.height);
        let mut sum = Sample::NONE;
        for (row, weight) in rows.into_iter().zip(down) {
            let row = &self.data[row * self.width * Self::STRIDE..];
            let mut line = Sample::<C>::NONE;
            for (column, weight) in columns.into_iter().zip(across) {
                let pixel = &row[column * Self::STRIDE..][..Self::STRIDE];
                // without alpha its factor of 255 comes at the end
                let share = if A { *weight * f32::from(pixel[C]) } else { *weight };
                for (sum, value) in line.colour.iter_mut().zip(pixel) {
                    *sum += share * f32::from(*value);
                }
                line.alpha += share;
            }
            for (sum, value) in sum.colour.iter_mut().zip(line.colour) {
                *sum += weight * value;
            }
            sum.alpha += weight * line.alpha;
        }
        if !A {
            sum = Sample { colour: sum.colour.map(|value| value * 255.0), alpha: 255.0 };
        }
        sum
    }

    /// The pixel that covers a point; points outside are moved to the border.
    pub fn nearest(&self, x: f64, y: f64) -> &'a [u8] {
        // negative numbers become 0
        let column = (x as usize).min(self.width - 1);
        let row = (y as usize).min(self.height - 1);
        &self.data[(row * self.width + column) * Self::STRIDE..][..Self::STRIDE]
    }
}

/// Indices of the pixels around a point, moved to the border.
fn indices<const T: usize>(before: i64, length: usize) -> [usize; T] {
    let first = before - (T as i64 / 2 - 1);
    std::array::from_fn(|tap| (first + tap as i64).clamp(0, length as i64 - 1) as usize)
}
