//! Gaussian filter over a picture, in place and a row at a time, so that no
//! second picture is held.
//!
//! Colours are weighted by alpha: what lies under a transparent pixel has no
//! part in its neighbours' blur.
//!
//! A wide Gaussian is two narrower ones in a row whose variances add up. The
//! first gives only every `factor`-th sample, the second fills the gaps: the
//! cost no longer grows with sigma. Both have the sigma `spread` in reduced
//! pixels. The product of both is the Gaussian wanted times a Gaussian of
//! `spread / sqrt(2)` around a point between the two pixels; summed over the
//! reduced pixels that is constant but for 2 exp(-pi^2 spread^2), 1e-4 of each
//! weight with the least spread of 1. Cutting at four sigma costs as much.

use std::collections::VecDeque;
use std::f64::consts::SQRT_2;

pub(super) use super::gaussian_weights::Edge;
use super::gaussian_weights::{Weights, reach};
use crate::codecs::bitmap::Bitmap;

/// Sigma in pixels beyond which the filter does not go: four times the widest
/// radius of a command.
const MAX_SIGMA: f64 = 1000.0;
/// Least factor of the reduced picture; below, it would be too big to be worth it.
const LEAST_FACTOR: usize = 3;

/// Filters with `sigma` pixels and hands each row to `combine`: the pixels as
/// they were, to be overwritten, and the blurred components, not rounded and
/// not premultiplied. Does nothing when sigma is not above 0.
pub(super) fn blurred(
    picture: &mut Bitmap,
    sigma: f64,
    edge: Edge,
    combine: impl FnMut(&mut [u8], &[f32]),
) {
    if sigma.is_nan() || sigma <= 0.0 || picture.data.is_empty() {
        return;
    }
    let sigma = sigma.min(MAX_SIGMA);
    let (width, height) = (picture.width as usize, picture.height as usize);
    let factor = (sigma / SQRT_2) as usize;
    if factor < LEAST_FACTOR {
        let columns = Weights::same_size(width, sigma, edge);
        let rows = Weights::same_size(height, sigma, edge);
        let mut sums = vec![0.0; picture.stride()];
        let fill = |picture: &Bitmap, y: usize, out: &mut [f32]| {
            premultiply(picture, y, &mut sums);
            along_row(&columns, &sums, picture.channels.count(), out);
        };
        return along_columns(picture, &rows, fill, combine);
    }
    let spread = sigma / SQRT_2 / factor as f64;
    let margin = reach(spread) as usize;
    let reduced = |length: usize| (length - 1) / factor + 2 * margin + 1;
    let (small_width, small_height) = (reduced(width), reduced(height));
    let reducing = |length: usize, small: usize| {
        Weights::reducing((length, small), factor, margin, spread * factor as f64, edge)
    };
    let small = reduce(picture, &reducing(height, small_height), &reducing(width, small_width));
    let columns = Weights::enlarging((small_width, width), factor, margin, spread);
    let rows = Weights::enlarging((small_height, height), factor, margin, spread);
    let stride = small_width * picture.channels.count();
    let fill = |picture: &Bitmap, y: usize, out: &mut [f32]| {
        along_row(&columns, &small[y * stride..][..stride], picture.channels.count(), out);
    };
    along_columns(picture, &rows, fill, combine);
}

/// Filters the columns of the rows that `fill` makes, keeping only the rows
/// that are still needed. Row y of the picture is overwritten after `fill` has
/// seen it.
fn along_columns(
    picture: &mut Bitmap,
    weights: &Weights,
    mut fill: impl FnMut(&Bitmap, usize, &mut [f32]),
    mut combine: impl FnMut(&mut [u8], &[f32]),
) {
    let mut out = vec![0.0; picture.stride()];
    let mut window: VecDeque<Vec<f32>> = VecDeque::new();
    let mut spare = vec![];
    let mut first = 0;
    for y in 0..picture.height {
        let (start, weights) = weights.at(y as usize);
        while first < start {
            spare.extend(window.pop_front());
            first += 1;
        }
        while first + window.len() < start + weights.len() {
            let mut row = spare.pop().unwrap_or_else(|| vec![0.0; out.len()]);
            fill(picture, first + window.len(), &mut row);
            window.push_back(row);
        }
        weighted_sum(weights.iter().zip(window.iter().map(Vec::as_slice)), &mut out);
        if picture.channels.has_alpha() {
            unpremultiply(picture.channels.count(), &mut out);
        }
        combine(picture.row_mut(y), &out);
    }
}

/// The premultiplied picture of `rows` by `columns` outputs.
fn reduce(picture: &Bitmap, rows: &Weights, columns: &Weights) -> Vec<f32> {
    let n = picture.channels.count();
    let mut small = vec![0.0; rows.outputs() * columns.outputs() * n];
    let mut targets = small.chunks_exact_mut(columns.outputs() * n);
    let mut row = vec![0.0; picture.stride()];
    // sums of the reduced rows that row y is a part of
    let mut open: VecDeque<Vec<f32>> = VecDeque::new();
    let mut spare: Vec<Vec<f32>> = vec![];
    let mut first = 0;
    for y in 0..picture.height as usize {
        premultiply(picture, y, &mut row);
        while first + open.len() < rows.outputs() && rows.at(first + open.len()).0 <= y {
            let mut sums = spare.pop().unwrap_or_else(|| vec![0.0; row.len()]);
            sums.fill(0.0);
            open.push_back(sums);
        }
        for (k, sums) in open.iter_mut().enumerate() {
            let (start, weights) = rows.at(first + k);
            if let Some(weight) = weights.get(y - start) {
                for (sum, value) in sums.iter_mut().zip(&row) {
                    *sum += weight * value;
                }
            }
        }
        while let Some(sums) = open.pop_front() {
            let (start, weights) = rows.at(first);
            if start + weights.len() > y + 1 {
                open.push_front(sums);
                break;
            }
            if let Some(target) = targets.next() {
                along_row(columns, &sums, n, target);
            }
            spare.push(sums);
            first += 1;
        }
    }
    small
}

/// Filters a row of `n` interleaved components.
fn along_row(weights: &Weights, row: &[f32], n: usize, out: &mut [f32]) {
    let run = weights.run().filter(|(run, _)| !run.is_empty());
    let run = run.map_or(0..0, |(run, kernel)| {
        let (first, _) = weights.at(run.start);
        let out = &mut out[run.start * n..run.end * n];
        let length = out.len();
        let shifted = (first..).map(|from| &row[from * n..][..length]);
        weighted_sum(kernel.iter().zip(shifted), out);
        run
    });
    let others = (0..run.start).chain(run.end..weights.outputs());
    match n {
        1 => pixels::<1>(weights, row, others, out),
        2 => pixels::<2>(weights, row, others, out),
        3 => pixels::<3>(weights, row, others, out),
        4 => pixels::<4>(weights, row, others, out),
        _ => pixels::<5>(weights, row, others, out),
    }
}

/// The sums of the pixels `which`, of N components.
fn pixels<const N: usize>(
    weights: &Weights,
    row: &[f32],
    which: impl Iterator<Item = usize>,
    out: &mut [f32],
) {
    let (row, _) = row.as_chunks::<N>();
    let (out, _) = out.as_chunks_mut::<N>();
    for x in which {
        let (first, weights) = weights.at(x);
        let mut sums = [0.0; N];
        for (weight, pixel) in weights.iter().zip(&row[first..]) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += weight * value;
            }
        }
        out[x] = sums;
    }
}

/// Adds up slices as long as `out`, each times its weight, in their order.
fn weighted_sum<'a>(parts: impl Iterator<Item = (&'a f32, &'a [f32])> + Clone, out: &mut [f32]) {
    // so many sums stay in registers
    const BLOCK: usize = 32;
    let whole = out.len() / BLOCK * BLOCK;
    let (blocks, rest) = out.split_at_mut(whole);
    for (block, target) in blocks.chunks_exact_mut(BLOCK).enumerate() {
        let mut sums = [0.0; BLOCK];
        for (weight, part) in parts.clone() {
            for (sum, value) in sums.iter_mut().zip(&part[block * BLOCK..][..BLOCK]) {
                *sum += weight * value;
            }
        }
        target.copy_from_slice(&sums);
    }
    rest.fill(0.0);
    for (weight, part) in parts {
        for (sum, value) in rest.iter_mut().zip(&part[whole..]) {
            *sum += weight * value;
        }
    }
}

/// Row `y`, colours times alpha (not divided by 255).
fn premultiply(picture: &Bitmap, y: usize, out: &mut [f32]) {
    let row = picture.row(y as u32);
    if !picture.channels.has_alpha() {
        for (out, value) in out.iter_mut().zip(row) {
            *out = f32::from(*value);
        }
        return;
    }
    let n = picture.channels.count();
    for (out, pixel) in out.chunks_exact_mut(n).zip(row.chunks_exact(n)) {
        let alpha = f32::from(pixel[n - 1]);
        for (out, colour) in out.iter_mut().zip(&pixel[..n - 1]) {
            *out = f32::from(*colour) * alpha;
        }
        out[n - 1] = alpha;
    }
}

fn unpremultiply(n: usize, row: &mut [f32]) {
    for pixel in row.chunks_exact_mut(n) {
        let alpha = pixel[n - 1];
        if alpha > 0.0 {
            for colour in &mut pixel[..n - 1] {
                *colour /= alpha;
            }
        }
    }
}

#[cfg(test)]
mod tests;
