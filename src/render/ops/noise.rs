//! `op_noise`.

use crate::codecs::bitmap::Bitmap;

/// How noise is distributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// Evenly within 2.55 levels a percent to either side.
    Uniform,
    /// With a standard deviation of half of that.
    Gaussian,
}

/// Random draws are 16 bits wide.
const DRAWS: usize = 1 << 16;

/// Adds noise of `percent`, 0 (neutral) to 100, to the colours of the
/// foreground: alpha and fully transparent pixels stay (02 §4.5).
///
/// `mono` moves all colours of a pixel alike. The noise of a pixel follows from
/// `seed` and its place alone.
pub fn noise(
    picture: Bitmap,
    percent: u8,
    distribution: Distribution,
    mono: bool,
    seed: u64,
) -> Bitmap {
    if percent == 0 {
        return picture;
    }
    let mut picture = picture;
    let steps = steps(distribution, 2.55 * f64::from(percent));
    let start = mixed(seed);
    let n = picture.channels.count();
    let alpha = picture.channels.has_alpha();
    let colours = n - usize::from(alpha);
    for (pixel, place) in picture.data.chunks_exact_mut(n).zip(0u64..) {
        if alpha && pixel[n - 1] == 0 {
            continue;
        }
        let draws = mixed(start.wrapping_add(place.wrapping_mul(GOLDEN)));
        for (value, shift) in pixel[..colours].iter_mut().zip([0, 16, 32, 48]) {
            let draw = draws >> if mono { 0 } else { shift };
            let step = steps[draw as usize % DRAWS];
            *value = (i16::from(*value) + step).clamp(0, 255) as u8;
        }
    }
    picture
}

/// What each draw adds, in whole levels: values are whole, so that rounding
/// the noise is rounding the sum. `half` is half the width of the uniform
/// distribution and twice the deviation of the Gaussian one.
fn steps(distribution: Distribution, half: f64) -> Vec<i16> {
    let share: &dyn Fn(f64) -> f64 = match distribution {
        Distribution::Uniform => &|step| uniform_share(step, half),
        Distribution::Gaussian => &|step| gaussian_share(step, half / 2.0),
    };
    // more than five deviations, or all of the even range
    let last = (3.0 * half).ceil() as i16;
    let mut steps = Vec::with_capacity(DRAWS);
    let mut passed = 0.0;
    for step in -last..=last {
        passed += share(f64::from(step));
        steps.resize(((passed * DRAWS as f64).round() as usize).clamp(steps.len(), DRAWS), step);
    }
    steps.resize(DRAWS, 0);
    steps
}

/// Probability of a level `step` away from `step` - 0.5 to `step` + 0.5.
fn uniform_share(step: f64, half: f64) -> f64 {
    ((step + 0.5).min(half) - (step - 0.5).max(-half)).max(0.0) / (2.0 * half)
}

/// The same by Simpson's rule on four parts.
fn gaussian_share(step: f64, deviation: f64) -> f64 {
    let density = |offset: f64| {
        let distance = (step + offset) / deviation;
        libm::exp(-distance * distance / 2.0) / (deviation * std::f64::consts::TAU.sqrt())
    };
    let weighted = [(-0.5, 1.0), (-0.25, 4.0), (0.0, 2.0), (0.25, 4.0), (0.5, 1.0)];
    weighted.iter().map(|(offset, weight)| weight * density(*offset)).sum::<f64>() / 12.0
}

/// Odd, near 2^64 over the golden ratio: steps that spread evenly.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output function of SplitMix64.
fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests;
