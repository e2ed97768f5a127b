//! Error diffusion (01 §9: "Dither = error diffusion"): what rounding to 8
//! bits loses at one pixel is added to its neighbours, by the weights of Floyd
//! and Steinberg, so that soft gradients do not fall into steps.

/// Levels are in 1/256: 65280 is 255.
const ONE: i32 = 256;

/// Diffuses a picture row by row from the top, always from left to right.
#[derive(Debug)]
pub(super) struct Dither {
    components: usize,
    /// Errors in 1/16 of 1/256 of a level, a pixel of margin on both sides.
    here: Vec<i32>,
    below: Vec<i32>,
}

impl Dither {
    /// For rows of `width` pixels of `components` each.
    pub fn new(width: usize, components: usize) -> Dither {
        let len = (width + 2) * components;
        Dither { components, here: vec![0; len], below: vec![0; len] }
    }

    /// The next row: `fine` in 1/256 levels to whole levels in `to`. `step` is
    /// the distance of the pixels in `to`, at least the components.
    pub fn row(&mut self, fine: &[u16], to: &mut [u8], step: usize) {
        let n = self.components;
        self.below.fill(0);
        for (x, (pixel, to)) in fine.chunks_exact(n).zip(to.chunks_exact_mut(step)).enumerate() {
            // place of this pixel in the error rows, past the margin
            let at = (x + 1) * n;
            for (c, (value, to)) in pixel.iter().zip(to).enumerate() {
                let wanted = i32::from(*value) + (self.here[at + c] + 8) / 16;
                let level = ((wanted + ONE / 2) / ONE).clamp(0, 255);
                *to = level as u8;
                // Beyond black and white there is nothing to make up for.
                let error = (wanted - level * ONE).clamp(-ONE, ONE);
                self.here[at + n + c] += error * 7;
                self.below[at - n + c] += error * 3;
                self.below[at + c] += error * 5;
                self.below[at + n + c] += error;
            }
        }
        std::mem::swap(&mut self.here, &mut self.below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diffused(width: usize, height: usize, value: u16) -> Vec<u8> {
        let mut dither = Dither::new(width, 1);
        let mut out = vec![0; width * height];
        for row in out.chunks_exact_mut(width) {
            dither.row(&vec![value; width], row, 1);
        }
        out
    }

    #[test]
    fn the_mean_of_a_flat_area_is_its_fraction() {
        for value in [0, 100 * 256 + 64, 100 * 256 + 128, 77 * 256 + 13, 65280] {
            let out = diffused(64, 64, value);
            let mean = out.iter().map(|v| f64::from(*v)).sum::<f64>() / (64.0 * 64.0);
            // what falls off at the rim is below a fiftieth of a level
            assert!((mean - f64::from(value) / 256.0).abs() < 0.02, "{value}: {mean}");
            let (low, high) = (out.iter().min().unwrap(), out.iter().max().unwrap());
            assert!(high - low <= 1, "only the two nearest levels occur");
        }
    }

    #[test]
    fn whole_levels_stay_as_they_are() {
        assert!(diffused(9, 9, 42 * 256).iter().all(|value| *value == 42));
    }

    #[test]
    fn the_first_errors_go_to_the_neighbours_by_7_3_5_1() {
        // 0.5 rounds up to 1, error -0.5; its right neighbour has
        // 0.5 - 0.5 * 7/16 = 0.28 -> 0, the next 0.5 + 0.28 * 7/16 = 0.62 -> 1
        assert_eq!(diffused(3, 1, 128), [1, 0, 1]);
    }
}
