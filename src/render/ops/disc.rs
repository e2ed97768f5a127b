//! The greatest and the least value in a disc around each pixel.
//!
//! A disc is a stack of runs. The greatest of a run of any length is that of
//! two runs, each as long as a power of two, that overlap; those come from
//! doubling. So a pixel costs a few steps a row of the disc (time grows with the
//! radius, not its square), and all steps go along whole rows of bytes.

use std::collections::VecDeque;

use crate::codecs::bitmap::Bitmap;

/// Each component becomes its greatest value among the pixels at most `radius`
/// away (Euclidean). Outside the picture there is 0.
pub(super) fn dilate(picture: &mut Bitmap, radius: u32) {
    if radius > 0 && !picture.data.is_empty() {
        spread(picture, radius, 0);
    }
}

/// Each component becomes its least value among the pixels at most `radius`
/// away (Euclidean). Outside the picture there is 0.
pub(super) fn erode(picture: &mut Bitmap, radius: u32) {
    let least = u64::from(picture.width.min(picture.height));
    if 2 * u64::from(radius) >= least {
        picture.data.fill(0);
    } else if radius > 0 {
        spread(picture, radius, 255);
    }
}

/// Dilates the values combined with `flip` by exclusive or: 0 for the
/// values themselves, 255 for their negatives, whose dilation is erosion.
fn spread(picture: &mut Bitmap, radius: u32, flip: u8) {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let n = picture.channels.count();
    // beyond the far side of the picture there is nothing to find
    let reach = (radius as usize).min(width - 1);
    let rows = (radius as usize).min(height - 1);
    let square = u64::from(radius) * u64::from(radius);
    let half_widths: Vec<usize> =
        (0..=rows as u64).map(|row| ((square - row * row).isqrt() as usize).min(reach)).collect();

    let mut runs = Runs::new(width, reach, n, flip);
    let mut widest = vec![0; width * n];
    let mut open: VecDeque<Vec<u8>> = VecDeque::new();
    let mut spare: Vec<Vec<u8>> = vec![];
    let mut first = 0;
    for y in 0..height {
        while first + open.len() < (y + rows + 1).min(height) {
            let at = first + open.len();
            // the disc reaches above or below the picture
            let outside = at < radius as usize || at + radius as usize >= height;
            let mut target = spare.pop().unwrap_or_else(|| vec![0; width * n]);
            target.fill(if outside { flip } else { 0 });
            open.push_back(target);
        }
        runs.load(picture.row(y as u32));
        let mut filled = None;
        for (distance, half) in half_widths.iter().enumerate() {
            if filled.replace(half) != Some(half) {
                runs.greatest(*half, &mut widest);
            }
            if let Some(target) = y.checked_sub(distance).and_then(|at| open.get_mut(at - first)) {
                raise(target, &widest);
            }
            if distance > 0
                && let Some(target) = open.get_mut(y + distance - first)
            {
                raise(target, &widest);
            }
        }
        let complete = if y + 1 == height { height } else { (y + 1).saturating_sub(rows) };
        while first < complete {
            let Some(done) = open.pop_front() else { break };
            for (to, from) in picture.row_mut(first as u32).iter_mut().zip(&done) {
                *to = from ^ flip;
            }
            spare.push(done);
            first += 1;
        }
    }
}

fn raise(target: &mut [u8], values: &[u8]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target = (*target).max(*value);
    }
}

/// The greatest values of all runs of a row whose length is a power of two.
struct Runs {
    /// Level k: byte i is the greatest of 2^k pixels from there on.
    levels: Vec<Vec<u8>>,
    reach: usize,
    n: usize,
    flip: u8,
}

impl Runs {
    fn new(width: usize, reach: usize, n: usize, flip: u8) -> Runs {
        let count = (2 * reach + 1).ilog2() as usize + 1;
        let padded = vec![flip; (width + 2 * reach) * n];
        Runs { levels: vec![padded; count], reach, n, flip }
    }

    fn load(&mut self, row: &[u8]) {
        let padding = self.reach * self.n;
        for (to, from) in self.levels[0][padding..].iter_mut().zip(row) {
            *to = from ^ self.flip;
        }
        for k in 1..self.levels.len() {
            let (shorter, longer) = self.levels.split_at_mut(k);
            let (from, to) = (&shorter[k - 1], &mut longer[0]);
            let second = &from[self.n << (k - 1)..];
            for ((to, a), b) in to.iter_mut().zip(from).zip(second) {
                *to = (*a).max(*b);
            }
        }
    }

    /// The greatest of the pixels up to `half`, at most the reach, away in the row.
    fn greatest(&self, half: usize, out: &mut [u8]) {
        let length = 2 * half + 1;
        let k = length.ilog2() as usize;
        let start = (self.reach - half) * self.n;
        let left = &self.levels[k][start..];
        let right = &left[(length - (1 << k)) * self.n..];
        for ((out, a), b) in out.iter_mut().zip(left).zip(right) {
            *out = (*a).max(*b);
        }
    }
}

#[cfg(test)]
mod tests;
