//! A palette made for one picture.
//!
//! First the colours are cut into boxes as in X. Wu, "Efficient Statistical
//! Computations for Optimal Color Quantization" (Graphics Gems II, 1991): always
//! the cut, across any axis of any box, that lessens the squared error most.
//! Then rounds of k-means (Lloyd) move each colour to the mean of the pixels
//! nearest to it.

use super::histogram::{Bin, Histogram};
use super::nearest::{distance, nearest_first};

/// Most rounds of k-means; more lessen the error by less than 1 %.
const ROUNDS: usize = 6;

/// At most `most` colours, `forced` ones first.
pub(super) fn palette(histogram: &Histogram, most: usize, forced: &[[u8; 3]]) -> Vec<[u8; 3]> {
    let mut palette: Vec<[u8; 3]> = Vec::with_capacity(most);
    for &colour in forced {
        if palette.len() < most && !palette.contains(&colour) {
            palette.push(colour);
        }
    }
    // Bins whose colour is there already need none of their own.
    let mut open: Vec<Bin> =
        histogram.bins.iter().filter(|bin| !palette.contains(&bin.colour)).copied().collect();
    let room = most - palette.len();
    if histogram.exact && open.len() <= room {
        open.sort_unstable_by_key(|bin| bin.colour);
        palette.extend(open.iter().map(|bin| bin.colour));
        return palette;
    }
    let fixed = palette.len();
    let parts = cut(&mut open, room);
    let mut owners = vec![0; open.len()];
    for part in &parts {
        owners[part.from..part.to].fill(palette.len());
        palette.push(part.total.mean());
    }
    refine(&mut palette, fixed, &open, &mut owners);
    palette
}

/// Pixels and the sums of their levels.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: u64,
    sum: [u64; 3],
}

impl Moments {
    fn add(&mut self, count: u64, sum: [u64; 3]) {
        self.count += count;
        for (total, more) in self.sum.iter_mut().zip(sum) {
            *total += more;
        }
    }

    fn minus(self, part: Moments) -> Moments {
        Moments {
            count: self.count - part.count,
            sum: std::array::from_fn(|c| self.sum[c] - part.sum[c]),
        }
    }

    /// |sum|^2 / count. The squared error of pixels about their mean is the sum of
    /// their squares less this.
    fn explained(&self) -> f64 {
        let square = |sum: u64| sum as f64 * sum as f64;
        (square(self.sum[0]) + square(self.sum[1]) + square(self.sum[2])) / self.count as f64
    }

    /// Mean colour, rounded; there must be pixels.
    fn mean(&self) -> [u8; 3] {
        self.sum.map(|sum| ((sum + self.count / 2) / self.count) as u8)
    }
}

/// A part of the bins, and its best cut.
struct Part {
    from: usize,
    to: usize,
    total: Moments,
    /// How much the cut lessens the squared error; 0 if there is nothing to cut.
    gain: f64,
    axis: usize,
    /// The last level of the lower half.
    level: u8,
}

/// At most `most` parts of the bins, which it reorders.
fn cut(bins: &mut [Bin], most: usize) -> Vec<Part> {
    if bins.is_empty() || most == 0 {
        return Vec::new();
    }
    let mut parts = vec![part(bins, 0, bins.len())];
    while parts.len() < most {
        let best = (1..parts.len())
            .fold(0, |best, index| if parts[index].gain > parts[best].gain { index } else { best });
        let Part { from, to, gain, axis, level, .. } = parts[best];
        if gain <= 0.0 {
            break;
        }
        let mut middle = from;
        for index in from..to {
            if bins[index].colour[axis] <= level {
                bins.swap(middle, index);
                middle += 1;
            }
        }
        parts[best] = part(bins, from, middle);
        parts.push(part(bins, middle, to));
    }
    parts
}

/// Finds the best cut of the bins `from..to`, of which there is at least one.
fn part(bins: &[Bin], from: usize, to: usize) -> Part {
    let mut levels = [[Moments::default(); 256]; 3];
    let mut total = Moments::default();
    for bin in &bins[from..to] {
        total.add(bin.count, bin.sum);
        for (axis, level) in bin.colour.into_iter().enumerate() {
            levels[axis][usize::from(level)].add(bin.count, bin.sum);
        }
    }
    let whole = total.explained();
    let mut part = Part { from, to, total, gain: 0.0, axis: 0, level: 0 };
    for (axis, levels) in levels.iter().enumerate() {
        let mut lower = Moments::default();
        for (level, here) in (0..=255).zip(levels) {
            if here.count == 0 {
                continue;
            }
            lower.add(here.count, here.sum);
            if lower.count == total.count {
                break;
            }
            let gain = lower.explained() + total.minus(lower).explained() - whole;
            if gain > part.gain {
                part = Part { gain, axis, level, ..part };
            }
        }
    }
    part
}

/// Moves the colours after the first `fixed` to the means of the pixels nearest
/// to them. A colour that no pixel is nearest to moves to the worst served bin.
/// `owners` are guesses of the index of the colour nearest to each bin.
fn refine(palette: &mut [[u8; 3]], fixed: usize, bins: &[Bin], owners: &mut [usize]) {
    for _ in 0..ROUNDS {
        let around: Vec<Vec<(u32, u8)>> =
            palette.iter().map(|&colour| nearest_first(palette, colour)).collect();
        let mut served = vec![Moments::default(); palette.len()];
        let mut errors = Vec::with_capacity(bins.len());
        for (bin, owner) in bins.iter().zip(owners.iter_mut()) {
            let guessed = distance(bin.colour, palette[*owner]);
            let mut best = (guessed, *owner);
            for &(apart, index) in &around[*owner] {
                // The triangle inequality: a colour that is more than twice as far
                // from the guess as the bin is cannot be nearer to the bin.
                if apart > 4 * guessed {
                    break;
                }
                let index = usize::from(index);
                best = best.min((distance(bin.colour, palette[index]), index));
            }
            *owner = best.1;
            served[best.1].add(bin.count, bin.sum);
            errors.push(bin.count * u64::from(best.0));
        }
        let mut moved = false;
        for (colour, served) in palette.iter_mut().zip(&served).skip(fixed) {
            let to = if served.count > 0 {
                served.mean()
            } else {
                let Some((worst, error)) =
                    errors.iter_mut().enumerate().max_by_key(|(_, error)| **error)
                else {
                    continue;
                };
                *error = 0;
                bins[worst].colour
            };
            moved |= *colour != to;
            *colour = to;
        }
        if !moved {
            break;
        }
    }
}
