//! Weights of the filters of `resMode` at scale 1 (02 §4.2).

use crate::modifiers::plan::ResMode;
use std::f64::consts::PI;

/// Positions between two pixels that have weights of their own.
pub(super) const PHASES: usize = 1024;
/// Weights are multiples of one part in that many: exact in `f32`, and so coarse
/// that the last bit of the platform's sine does not show.
const ONE: i32 = 1 << 15;

/// Weights of the `T` pixels around a point, for each phase from 0 to [`PHASES`]
/// inclusive. The point lies between pixel `T / 2 - 1` and the next.
pub(super) struct Kernel<const T: usize> {
    weights: Vec<[f32; T]>,
}

impl<const T: usize> Kernel<T> {
    /// Samples `filter`, which is 0 from `T / 2` on.
    pub fn new(filter: impl Fn(f64) -> f64) -> Kernel<T> {
        let weights = (0..=PHASES)
            .map(|phase| {
                let at = (T / 2 - 1) as f64 + phase as f64 / PHASES as f64;
                let exact: [f64; T] = std::array::from_fn(|tap| filter((at - tap as f64).abs()));
                let total: f64 = exact.iter().sum();
                let mut parts = exact.map(|w| (w / total * f64::from(ONE)).round() as i32);
                // the sum must be exact, or flat areas change
                let nearest = T / 2 - 1 + usize::from(phase > PHASES / 2);
                parts[nearest] += ONE - parts.iter().sum::<i32>();
                parts.map(|part| part as f32 / ONE as f32)
            })
            .collect();
        Kernel { weights }
    }

    /// Index before the point and weights around it; `at` is in pixels with the
    /// centre of pixel 0 at 0.5.
    pub fn around(&self, at: f64) -> (i64, &[f32; T]) {
        let at = at - 0.5;
        let before = at.floor();
        let phase = ((at - before) * PHASES as f64 + 0.5) as usize;
        (before as i64, &self.weights[phase.min(PHASES)])
    }
}

/// The filter of a mode at a distance in pixels.
pub(super) fn filter(mode: ResMode, distance: f64) -> f64 {
    match mode {
        ResMode::Bilin => triangle(distance),
        ResMode::Bicub => cubic(distance, -0.5),
        ResMode::Sharp2 => lanczos3(distance),
        ResMode::Bisharp => cubic(distance, -1.0),
    }
}

pub(super) fn triangle(x: f64) -> f64 {
    (1.0 - x).max(0.0)
}

fn cubic(x: f64, a: f64) -> f64 {
    if x < 1.0 {
        ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        a * (((x - 5.0) * x + 8.0) * x - 4.0)
    } else {
        0.0
    }
}

fn lanczos3(x: f64) -> f64 {
    let sinc = |x: f64| if x == 0.0 { 1.0 } else { libm::sin(PI * x) / (PI * x) };
    if x < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}
