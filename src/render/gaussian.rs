//! Gaussian blur, a row at a time, so that no second picture is held.
//!
//! Edges are replicated. Colours are weighted by alpha: what lies under a
//! transparent pixel has no part in its neighbours' blur.

use crate::codecs::bitmap::Bitmap;

/// From this sigma on the blur is computed on a reduced picture.
const REDUCE_FROM: f64 = 6.0;
/// Least sigma, in pixels of the reduced picture.
const REDUCED_SIGMA: f64 = 3.0;

/// A picture about to be blurred.
pub(super) struct Blur<'a> {
    picture: &'a Bitmap,
    method: Method,
}

enum Method {
    Direct {
        kernel: Vec<f32>,
        scratch: Vec<f32>,
    },
    /// The blurred picture at `1 / factor` of the size, interpolated. A wide
    /// Gaussian has no detail that this could lose, and the cost no longer
    /// grows with sigma.
    Reduced {
        small: Planes,
        factor: usize,
    },
}

/// Premultiplied components, interleaved as in a [`Bitmap`].
struct Planes {
    width: usize,
    height: usize,
    data: Vec<f32>,
}

impl Blur<'_> {
    /// Prepares a blur with `sigma` pixels, above 0.
    pub fn new(picture: &Bitmap, sigma: f64) -> Blur<'_> {
        let method = if sigma < REDUCE_FROM {
            Method::Direct { kernel: kernel(sigma), scratch: vec![0.0; picture.stride()] }
        } else {
            let factor = (sigma / REDUCED_SIGMA).floor() as usize;
            // averaging and linear interpolation blur too: take their variance off
            let f = factor as f64;
            let spread = (f * f - 1.0) / 12.0 + f * f / 6.0;
            let small_sigma = (sigma * sigma - spread).max(0.0).sqrt() / f;
            let small = blurred(averaged(picture, factor), &kernel(small_sigma));
            Method::Reduced { small, factor }
        };
        Blur { picture, method }
    }

    /// The blurred row `y`, with as many components as the picture has.
    pub fn row(&mut self, y: u32, out: &mut [f32]) {
        let n = self.picture.channels.count();
        match &mut self.method {
            Method::Direct { kernel, scratch } => {
                let radius = kernel.len() as i64 / 2;
                scratch.fill(0.0);
                for (k, weight) in kernel.iter().enumerate() {
                    let from = i64::from(y) + k as i64 - radius;
                    let from = from.clamp(0, i64::from(self.picture.height) - 1) as u32;
                    add_premultiplied(self.picture, from, *weight, scratch);
                }
                horizontal(scratch, n, kernel, out);
            }
            Method::Reduced { small, factor } => interpolate(small, *factor, y as usize, n, out),
        }
        if self.picture.channels.has_alpha() {
            for pixel in out.chunks_exact_mut(n) {
                let coverage = pixel[n - 1] / 255.0;
                if coverage > 0.0 {
                    for colour in &mut pixel[..n - 1] {
                        *colour /= coverage;
                    }
                }
            }
        }
    }
}

/// Samples of the Gaussian to four sigma on either side, adding up to 1.
fn kernel(sigma: f64) -> Vec<f32> {
    let radius = (4.0 * sigma + 0.5).floor().max(1.0) as i64;
    let sample = |x: i64| (-((x * x) as f64) / (2.0 * sigma * sigma)).exp();
    let sum: f64 = (-radius..=radius).map(sample).sum();
    (-radius..=radius).map(|x| (sample(x) / sum) as f32).collect()
}

fn add_premultiplied(picture: &Bitmap, y: u32, weight: f32, sums: &mut [f32]) {
    let row = picture.row(y);
    if !picture.channels.has_alpha() {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += weight * f32::from(*value);
        }
        return;
    }
    let n = picture.channels.count();
    for (sum, pixel) in sums.chunks_exact_mut(n).zip(row.chunks_exact(n)) {
        let alpha = f32::from(pixel[n - 1]);
        let share = weight * alpha / 255.0;
        for (sum, colour) in sum[..n - 1].iter_mut().zip(pixel) {
            *sum += share * f32::from(*colour);
        }
        sum[n - 1] += weight * alpha;
    }
}

fn horizontal(row: &[f32], n: usize, kernel: &[f32], out: &mut [f32]) {
    let width = row.len() / n;
    let radius = kernel.len() / 2;
    for x in 0..width {
        let target = &mut out[x * n..(x + 1) * n];
        target.fill(0.0);
        let inner = x >= radius && x + radius < width;
        for (k, weight) in kernel.iter().enumerate() {
            let from =
                if inner { x + k - radius } else { (x + k).saturating_sub(radius).min(width - 1) };
            for (sum, value) in target.iter_mut().zip(&row[from * n..(from + 1) * n]) {
                *sum += weight * value;
            }
        }
    }
}

/// Means of squares of `factor` pixels a side.
fn averaged(picture: &Bitmap, factor: usize) -> Planes {
    let n = picture.channels.count();
    let (full_width, full_height) = (picture.width as usize, picture.height as usize);
    let (width, height) = (full_width.div_ceil(factor), full_height.div_ceil(factor));
    let mut data = vec![0.0; width * height * n];
    let mut sums = vec![0.0; picture.stride()];
    for (row, out) in data.chunks_exact_mut(width * n).enumerate() {
        let rows = row * factor..((row + 1) * factor).min(full_height);
        sums.fill(0.0);
        let share = 1.0 / rows.len() as f32;
        for y in rows {
            add_premultiplied(picture, y as u32, share, &mut sums);
        }
        for (column, pixel) in out.chunks_exact_mut(n).enumerate() {
            let cells = &sums[column * factor * n..((column + 1) * factor).min(full_width) * n];
            for (c, value) in pixel.iter_mut().enumerate() {
                let sum: f32 = cells.iter().skip(c).step_by(n).sum();
                *value = sum * n as f32 / cells.len() as f32;
            }
        }
    }
    Planes { width, height, data }
}

fn blurred(planes: Planes, kernel: &[f32]) -> Planes {
    let stride = planes.data.len() / planes.height;
    let n = stride / planes.width;
    let radius = kernel.len() as i64 / 2;
    let mut out = vec![0.0; planes.data.len()];
    let mut column_sums = vec![0.0; stride];
    for (y, target) in out.chunks_exact_mut(stride).enumerate() {
        column_sums.fill(0.0);
        for (k, weight) in kernel.iter().enumerate() {
            let from = (y as i64 + k as i64 - radius).clamp(0, planes.height as i64 - 1) as usize;
            for (sum, value) in column_sums.iter_mut().zip(&planes.data[from * stride..]) {
                *sum += weight * value;
            }
        }
        horizontal(&column_sums, n, kernel, target);
    }
    Planes { data: out, ..planes }
}

/// Linear interpolation between the middles of the reduced pixels.
fn interpolate(small: &Planes, factor: usize, y: usize, n: usize, out: &mut [f32]) {
    let stride = small.width * n;
    let (y0, y1, ty) = neighbours(y, factor, small.height);
    let (above, below) = (&small.data[y0 * stride..], &small.data[y1 * stride..]);
    for (x, pixel) in out.chunks_exact_mut(n).enumerate() {
        let (x0, x1, tx) = neighbours(x, factor, small.width);
        for (c, value) in pixel.iter_mut().enumerate() {
            let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
            let top = mix(above[x0 * n + c], above[x1 * n + c], tx);
            let bottom = mix(below[x0 * n + c], below[x1 * n + c], tx);
            *value = mix(top, bottom, ty);
        }
    }
}

/// The two reduced pixels around a full-size position, and the share of the second.
fn neighbours(at: usize, factor: usize, length: usize) -> (usize, usize, f32) {
    let position = (at as f32 + 0.5) / factor as f32 - 0.5;
    let position = position.clamp(0.0, (length - 1) as f32);
    let first = position as usize;
    (first, (first + 1).min(length - 1), position - first as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    fn step_edge(width: u32) -> Bitmap {
        let data = (0..width * 4).map(|i| if i % width < width / 2 { 100 } else { 150 }).collect();
        Bitmap { width, height: 4, channels: Channels::Gray, data }
    }

    /// Half of a step seen through a Gaussian is its distribution function,
    /// here by numeric integration.
    fn expected(distance: f64, sigma: f64) -> f64 {
        let steps = 20_000;
        let low = -8.0 * sigma;
        let width = (distance - low) / f64::from(steps);
        let density = |x: f64| {
            (-x * x / (2.0 * sigma * sigma)).exp() / (sigma * (2.0 * std::f64::consts::PI).sqrt())
        };
        let area: f64 =
            (0..steps).map(|i| density(low + (f64::from(i) + 0.5) * width) * width).sum();
        100.0 + 50.0 * area
    }

    #[test]
    fn a_step_becomes_the_distribution_function_direct_and_reduced() {
        for sigma in [2.0, 5.0, 6.0, 17.0, 60.0] {
            let picture = step_edge(1000);
            let mut row = vec![0.0; 1000];
            Blur::new(&picture, sigma).row(1, &mut row);
            for x in [300, 450, 490, 499, 500, 505, 560, 700] {
                let distance = f64::from(x) + 0.5 - 500.0;
                let difference = f64::from(row[x as usize]) - expected(distance, sigma);
                // 1 % of the step
                assert!(difference.abs() < 0.5, "sigma {sigma} x {x}: {difference}");
            }
        }
    }

    #[test]
    fn transparent_pixels_lend_no_colour() {
        let mut data = [200, 255].repeat(50);
        data.extend([0, 0].repeat(50));
        let picture = Bitmap { width: 100, height: 1, channels: Channels::GrayAlpha, data };
        for sigma in [2.0, 9.0] {
            let mut row = vec![0.0; 200];
            Blur::new(&picture, sigma).row(0, &mut row);
            // two thousandths of a level: single precision
            assert!((row[49 * 2] - 200.0).abs() < 0.002, "{}", row[49 * 2]);
            // half a pixel from the edge at sigma 2: 255 * 0.599 = 152.7
            assert!(row[49 * 2 + 1] < 154.0, "alpha itself is blurred");
        }
    }
}
