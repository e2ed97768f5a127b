//! RGB by curves and a matrix to RGB or gray by curves: exact but for the
//! rounding of the last table.

use super::Level;
use super::light::Light;
use crate::colour::device::ToPcs;
use crate::colour::link::Link;

#[derive(Debug)]
pub(super) struct Shaper {
    /// Linear light of each level of red, green and blue.
    curves: [[f32; 256]; 3],
    light: Light,
}

impl Shaper {
    /// Nothing if one of the profiles has tables instead of a matrix.
    pub fn new(link: &Link) -> Option<Shaper> {
        let ToPcs::Matrix { curves, rows } = &link.input else { return None };
        let light = Light::new(link, rows)?;
        let curves = std::array::from_fn(|c| {
            std::array::from_fn(|level| curves[c].at(level as f64 / 255.0) as f32)
        });
        Some(Shaper { curves, light })
    }

    pub fn row<T: Level, const N: usize>(&self, from: &[u8], n: usize, to: &mut [T], m: usize) {
        let [red, green, blue] = &self.curves;
        for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
            let light = [
                red[usize::from(from[0])],
                green[usize::from(from[1])],
                blue[usize::from(from[2])],
            ];
            self.light.put::<T, N>(light, to);
        }
    }
}
