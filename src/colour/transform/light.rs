//! The last steps to a profile of curves and a matrix: from three amounts of
//! light to levels of RGB or gray, and from L*a*b* or XYZ to light before that.

use super::{FINE, Level};
use crate::colour::curve::Curve;
use crate::colour::device::FromPcs;
use crate::colour::link::Link;
use crate::colour::pcs::{D50, Encoding};

/// Steps of the tables that lead from linear light to levels. Half a step is
/// 0.05 levels at the steep foot of sRGB's curve.
const STEPS: usize = 1 << 15;

/// Light to levels.
#[derive(Debug)]
pub(super) struct Light {
    /// Rows of the matrix in `STEPS`, then what is added; one row for gray.
    rows: [[f32; 4]; 3],
    /// One table for each output, a single one where they agree.
    levels: Vec<Vec<u16>>,
}

impl Light {
    /// For light that `to_xyz` brings to XYZ. Nothing if the destination has
    /// tables instead of a matrix.
    pub fn new(link: &Link, to_xyz: &[[f64; 3]; 3]) -> Option<Light> {
        let table = |inverse: &Curve| -> Vec<u16> {
            let level = |step: usize| inverse.inverse_at(step as f64 / STEPS as f64);
            (0..=STEPS).map(|step| (level(step) * FINE + 0.5) as u16).collect()
        };
        let (from_xyz, levels) = match &link.output {
            FromPcs::Matrix { rows, curves: [r, g, b] } if r == g && g == b => {
                (*rows, vec![table(r)])
            }
            FromPcs::Matrix { rows, curves } => (*rows, curves.iter().map(table).collect()),
            FromPcs::Gray { curve, lab: false } => {
                ([[0.0, 1.0 / D50[1], 0.0], [0.0; 3], [0.0; 3]], vec![table(curve)])
            }
            FromPcs::Gray { lab: true, .. } | FromPcs::Table { .. } => return None,
        };
        let mut rows = [[0.0; 4]; 3];
        for (row, from_xyz) in rows.iter_mut().zip(from_xyz) {
            for (c, value) in row[..3].iter_mut().enumerate() {
                let sum: f64 = (0..3).map(|k| from_xyz[k] * link.scale[k] * to_xyz[k][c]).sum();
                *value = (sum * STEPS as f64) as f32;
            }
            let plus: f64 = (0..3).map(|k| from_xyz[k] * link.plus[k]).sum();
            row[3] = (plus * STEPS as f64) as f32;
        }
        Some(Light { rows, levels })
    }

    /// Writes the levels of `N` outputs.
    #[inline(always)]
    pub fn put<T: Level, const N: usize>(&self, light: [f32; 3], to: &mut [T]) {
        let last = self.levels.len() - 1;
        for (c, to) in to.iter_mut().enumerate().take(N) {
            let row = &self.rows[c];
            let sum = row[0] * light[0] + row[1] * light[1] + row[2] * light[2] + row[3];
            let step = sum.clamp(0.0, STEPS as f32) + 0.5;
            *to = T::of(self.levels[c.min(last)][step as usize]);
        }
    }
}

/// Straight pieces of the tables from a grid's numbers.
const PIECES: usize = 4096;

/// Numbers of a profile's grid to light, by way of its last curves.
#[derive(Debug)]
pub(super) struct ToLight {
    /// Of each number: its share of the roots of X, Y and Z for L*a*b*, or X, Y
    /// and Z themselves.
    shares: [Vec<f32>; 3],
    lab: bool,
    light: Light,
}

impl ToLight {
    /// `curves` follow the grid.
    pub fn new(link: &Link, curves: &[Curve], encoding: Encoding) -> Option<ToLight> {
        let white = [[D50[0], 0.0, 0.0], [0.0, D50[1], 0.0], [0.0, 0.0, D50[2]]];
        let light = Light::new(link, &white)?;
        let curves: &[Curve; 3] = curves.try_into().ok()?;
        let shares = std::array::from_fn(|c| {
            let share = |piece: usize| {
                // 16 numbers a piece, the last one reaches beyond 65535
                let number = (piece as f64 * 65536.0 / PIECES as f64 / 65535.0).min(1.0);
                let mut numbers = [0.0; 3];
                numbers[c] = curves[c].at(number);
                share(encoding, numbers, c) as f32
            };
            (0..=PIECES).map(share).collect()
        });
        Some(ToLight { shares, lab: encoding != Encoding::Xyz, light })
    }

    #[inline(always)]
    pub fn put<T: Level>(&self, numbers: [u16; 4], to: &mut [T], components: usize) {
        let share = |c: usize| {
            let (piece, part) = (usize::from(numbers[c] >> 4), numbers[c] & 15);
            let (low, high) = (self.shares[c][piece], self.shares[c][piece + 1]);
            low + (high - low) * (f32::from(part) / 16.0)
        };
        let (x, y, z) = (share(0), share(1), share(2));
        let light = if self.lab { [cube(x + y), cube(x), cube(x + z)] } else { [x, y, z] };
        if components == 1 {
            self.light.put::<T, 1>(light, to);
        } else {
            self.light.put::<T, 3>(light, to);
        }
    }
}

/// The share of number `c`.
fn share(encoding: Encoding, numbers: [f64; 3], c: usize) -> f64 {
    if encoding == Encoding::Xyz {
        return encoding.decode(numbers)[c] / D50[c];
    }
    let scale = if encoding == Encoding::Lab2 { 65535.0 / 65280.0 } else { 1.0 };
    let number = numbers[c] * scale;
    match c {
        0 => (number * 100.0 + 16.0) / 116.0,
        1 => (number * 255.0 - 128.0) / 500.0,
        _ => (number * 255.0 - 128.0) / -200.0,
    }
}

/// What the root of a component's light is the root of (CIE L*a*b*).
#[inline(always)]
fn cube(t: f32) -> f32 {
    if t <= 24.0 / 116.0 { 108.0 / 841.0 * (t - 16.0 / 116.0) } else { t * t * t }
}
