//! `perspective=` (02 §3.3).

use super::kernel::{Kernel, triangle};
use super::sampler::{Sample, Sampler};
use crate::codecs::bitmap::Bitmap;
use crate::modifiers::plan::Sampling;
use crate::render::clip::Outline;
use crate::render::fill::placed;
use crate::render::geometry::{Point, Size};

/// Samples of a pixel along each side with `R3`.
const SIDE: u32 = 4;

/// The picture with its corners at four points of a rectangle of that size,
/// clockwise from the top-left. The points may lie outside. The result has alpha
/// unless the picture fills it unchanged; what the picture does not cover is
/// transparent.
///
/// `R1` takes the pixel at each pixel's centre, `R2` mixes the four around it, `R3`
/// does so at 4 x 4 points a pixel; both have antialiased edges. A jitter of n
/// percent moves each point by up to n / 2 percent of their distance, always in
/// the same way. Where the corners are only moved by whole pixels, so are the
/// picture's. Four points in a line show nothing.
pub fn bent(picture: Bitmap, corners: [Point; 4], size: Size, sampling: Sampling) -> Bitmap {
    if let Some((x, y)) = moved(&picture, &corners) {
        return placed(picture, x, y, size);
    }
    let result = Bitmap::zeroed(size.width, size.height, picture.channels.with_alpha(true));
    let Some(homography) = Homography::new(&picture, &corners) else { return result };
    let bend = Bend { corners, homography, size, sampling };
    let alpha = picture.channels.has_alpha();
    match (result.channels.count() - 1, alpha) {
        (1, true) => bend.drawn::<1, true>(&picture, result),
        (1, false) => bend.drawn::<1, false>(&picture, result),
        (3, true) => bend.drawn::<3, true>(&picture, result),
        (3, false) => bend.drawn::<3, false>(&picture, result),
        (_, true) => bend.drawn::<4, true>(&picture, result),
        (_, false) => bend.drawn::<4, false>(&picture, result),
    }
}

/// How far the picture is moved, if nothing else happens to it.
fn moved(picture: &Bitmap, corners: &[Point; 4]) -> Option<(i64, i64)> {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let Point { x, y } = corners[0];
    let unbent = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let same = corners
        .iter()
        .zip(unbent)
        .all(|(corner, (right, down))| corner.x - x == right && corner.y - y == down);
    let whole = |value: f64| value.fract() == 0.0 && value.abs() < 1e15;
    (same && whole(x) && whole(y)).then_some((x as i64, y as i64))
}

/// From the result to the picture.
struct Homography {
    /// Corner that both sides of the formula are measured from.
    origin: Point,
    /// Rows for x, y and the divisor.
    rows: [[f64; 3]; 3],
}

impl Homography {
    /// `None` if the corners are in a line.
    fn new(picture: &Bitmap, corners: &[Point; 4]) -> Option<Homography> {
        let origin = corners[0];
        let [_, p1, p2, p3] = corners.map(|p| (p.x - origin.x, p.y - origin.y));
        // of the unit square to the corners (Heckbert 1989, 2.2.3)
        let (dx1, dy1) = (p1.0 - p2.0, p1.1 - p2.1);
        let (dx2, dy2) = (p3.0 - p2.0, p3.1 - p2.1);
        let (sx, sy) = (p2.0 - p1.0 - p3.0, p2.1 - p1.1 - p3.1);
        let divisor = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / divisor;
        let h = (dx1 * sy - sx * dy1) / divisor;
        let (a, d) = (p1.0 * (1.0 + g), p1.1 * (1.0 + g));
        let (b, e) = (p3.0 * (1.0 + h), p3.1 * (1.0 + h));
        // its inverse; the corner at 0,0 leaves few terms
        let determinant = a * e - b * d;
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let rows = [
            [e * width, -b * width, 0.0],
            [-d * height, a * height, 0.0],
            [d * h - e * g, b * g - a * h, determinant],
        ]
        .map(|row| row.map(|value| value / determinant));
        let usable = rows.iter().flatten().all(|value| value.is_finite());
        usable.then_some(Homography { origin, rows })
    }

    /// The point of the picture that is seen at a point of the result; `None` beyond
    /// the horizon.
    fn source(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (x, y) = (x - self.origin.x, y - self.origin.y);
        let [x, y, divisor] = self.rows.map(|row| row[0] * x + row[1] * y + row[2]);
        (divisor > 0.0).then_some((x / divisor, y / divisor))
    }
}

struct Bend {
    corners: [Point; 4],
    homography: Homography,
    size: Size,
    sampling: Sampling,
}

impl Bend {
    fn drawn<const C: usize, const A: bool>(&self, picture: &Bitmap, result: Bitmap) -> Bitmap {
        let sampler = Sampler::<C, A>::new(picture);
        let size = (f64::from(picture.width), f64::from(picture.height));
        match self.sampling {
            Sampling::Nearest => self.nearest(&sampler, size, result),
            Sampling::Bilinear => self.smooth(result, |kernel, x, y| {
                let (x, y) = self.homography.source(x + 0.5, y + 0.5)?;
                Some((sampler.at(kernel, x, y), 1.0))
            }),
            Sampling::Supersampling => {
                self.smooth(result, |kernel, x, y| self.mean(&sampler, size, kernel, (x, y), 0))
            }
            Sampling::Jittered(percent) => self
                .smooth(result, |kernel, x, y| self.mean(&sampler, size, kernel, (x, y), percent)),
        }
    }

    fn nearest<const C: usize, const A: bool>(
        &self,
        sampler: &Sampler<'_, C, A>,
        size: (f64, f64),
        mut result: Bitmap,
    ) -> Bitmap {
        let stride = result.stride().max(1);
        for (y, row) in result.data.chunks_exact_mut(stride).enumerate() {
            for (x, pixel) in row.chunks_exact_mut(C + 1).enumerate() {
                let centre = self.homography.source(x as f64 + 0.5, y as f64 + 0.5);
                if let Some((x, y)) = centre.filter(|at| is_inside(*at, size)) {
                    let from = sampler.nearest(x, y);
                    pixel[C] = 255;
                    pixel[..from.len()].copy_from_slice(from);
                }
            }
        }
        result
    }

    /// Draws every pixel that the picture touches: `sample` gives the sum of some
    /// samples and their number for a pixel's top-left corner.
    fn smooth<const C: usize>(
        &self,
        mut result: Bitmap,
        sample: impl Fn(&Kernel<2>, f64, f64) -> Option<(Sample<C>, f32)>,
    ) -> Bitmap {
        let kernel = Kernel::<2>::new(triangle);
        let mut outline = Outline::new(self.size);
        for (from, to) in self.corners.iter().zip(self.corners.iter().cycle().skip(1)) {
            outline.line((from.x, from.y), (to.x, to.y));
        }
        let mut coverage = outline.coverage();
        let stride = result.stride().max(1);
        for (y, row) in result.data.chunks_exact_mut(stride).enumerate() {
            let pixels = row.chunks_exact_mut(C + 1).zip(coverage.next_row()).enumerate();
            for (x, (pixel, covered)) in pixels.filter(|(_, (_, covered))| **covered > 0) {
                if let Some((sum, count)) = sample(&kernel, x as f64, y as f64) {
                    sum.write(count, *covered, pixel);
                }
            }
        }
        result
    }

    /// The samples of one pixel that fall on the picture; if none does, its centre.
    fn mean<const C: usize, const A: bool>(
        &self,
        sampler: &Sampler<'_, C, A>,
        size: (f64, f64),
        kernel: &Kernel<2>,
        (x, y): (f64, f64),
        percent: u8,
    ) -> Option<(Sample<C>, f32)> {
        let step = 1.0 / f64::from(SIDE);
        let reach = f64::from(percent) / 100.0 * step;
        let mut sum = Sample::NONE;
        let mut count = 0.0;
        for index in 0..SIDE * SIDE {
            let (mut right, mut down) =
                (f64::from(index % SIDE) + 0.5, f64::from(index / SIDE) + 0.5);
            right *= step;
            down *= step;
            if percent > 0 {
                let (a, b) = noise(x as u32, y as u32, index);
                right += a * reach;
                down += b * reach;
            }
            let at = self.homography.source(x + right, y + down);
            if let Some((x, y)) = at.filter(|at| is_inside(*at, size)) {
                sum.add(&sampler.at(kernel, x, y));
                count += 1.0;
            }
        }
        if count > 0.0 {
            return Some((sum, count));
        }
        let (x, y) = self.homography.source(x + 0.5, y + 0.5)?;
        Some((sampler.at(kernel, x, y), 1.0))
    }
}

fn is_inside((x, y): (f64, f64), (width, height): (f64, f64)) -> bool {
    x >= 0.0 && x < width && y >= 0.0 && y < height
}

/// Two numbers from -0.5 to 0.5 that only depend on the pixel and the sample
/// (SplitMix64, Steele 2014).
fn noise(x: u32, y: u32, sample: u32) -> (f64, f64) {
    let mut z = (u64::from(y) << 32 | u64::from(x))
        .wrapping_mul(u64::from(SIDE * SIDE))
        .wrapping_add(sample.into())
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let number = |bits: u32| f64::from(bits) / f64::from(u32::MAX) - 0.5;
    (number(z as u32), number((z >> 32) as u32))
}
