//! RGB by curves and a matrix to RGB or gray by curves: exact but for the
//! rounding of the last table.

use super::{FINE, Level};
use crate::colour::device::{FromPcs, ToPcs};
use crate::colour::link::Link;
use crate::colour::pcs::D50;

/// Steps of the tables that lead from linear light to levels. Half a step is
/// 0.05 levels at the steep foot of sRGB's curve.
const STEPS: usize = 1 << 15;

#[derive(Debug)]
pub(super) struct Shaper {
    /// Linear light of each level of red, green and blue.
    light: [[f32; 256]; 3],
    /// Rows of the matrix in `STEPS`, then what is added; one row for gray.
    rows: [[f32; 4]; 3],
    /// One table for each output, all the same one where they agree.
    levels: Vec<Vec<u16>>,
}

impl Shaper {
    /// Nothing if one of the profiles has tables instead of a matrix.
    pub fn new(link: &Link) -> Option<Shaper> {
        let ToPcs::Matrix { curves, rows: to_xyz } = &link.input else { return None };
        let light = std::array::from_fn(|c| {
            std::array::from_fn(|level| curves[c].at(level as f64 / 255.0) as f32)
        });
        let from_xyz = match &link.output {
            FromPcs::Matrix { rows, .. } => *rows,
            FromPcs::Gray { lab: false, .. } => [[0.0, 1.0 / D50[1], 0.0], [0.0; 3], [0.0; 3]],
            FromPcs::Gray { lab: true, .. } | FromPcs::Table { .. } => return None,
        };
        let mut rows = [[0.0; 4]; 3];
        for (row, from_xyz) in rows.iter_mut().zip(from_xyz) {
            for (c, value) in row[..3].iter_mut().enumerate() {
                let sum: f64 =
                    (0..3).map(|k| from_xyz[k] * link.scale[k] * to_xyz[k][c]).sum();
                *value = (sum * STEPS as f64) as f32;
            }
            let plus: f64 = (0..3).map(|k| from_xyz[k] * link.plus[k]).sum();
            row[3] = (plus * STEPS as f64) as f32;
        }
        let table = |inverse: &dyn Fn(f64) -> f64| {
            (0..=STEPS).map(|step| (inverse(step as f64 / STEPS as f64) * FINE + 0.5) as u16)
                .collect::<Vec<u16>>()
        };
        let levels = match &link.output {
            FromPcs::Gray { curve, .. } => vec![table(&|y| curve.inverse_at(y))],
            FromPcs::Matrix { curves: [r, g, b], .. } if r == g && g == b => {
                vec![table(&|y| r.inverse_at(y))]
            }
            FromPcs::Matrix { curves, .. } => {
                curves.iter().map(|curve| table(&|y| curve.inverse_at(y))).collect()
            }
            FromPcs::Table { .. } => return None,
        };
        Some(Shaper { light, rows, levels })
    }

    pub fn row<T: Level, const N: usize>(&self, from: &[u8], n: usize, to: &mut [T], m: usize) {
        let [red, green, blue] = &self.light;
        let last = self.levels.len() - 1;
        let tables: [&[u16]; N] = std::array::from_fn(|c| self.levels[c.min(last)].as_slice());
        for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
            let light =
                [red[usize::from(from[0])], green[usize::from(from[1])], blue[usize::from(from[2])]];
            for c in 0..N {
                let row = &self.rows[c];
                let sum = row[0] * light[0] + row[1] * light[1] + row[2] * light[2] + row[3];
                let step = sum.clamp(0.0, STEPS as f32) + 0.5;
                to[c] = T::of(tables[c][step as usize]);
            }
        }
    }
}
