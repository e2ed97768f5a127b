//! L*a*b* TIFF (TIFF 6.0 section 23 and the ICC's addition to it) to sRGB.
//!
//! Colours are under D50. Those outside sRGB are brought to its rim component
//! by component, as littlecms does from such a file to sRGB.

use crate::codecs::eight_bits;

/// The profile of the pixels that [`ToSrgb`] makes.
pub(super) const SRGB: &[u8] = include_bytes!("../../../assets/profiles/sRGB-v2-magic.icc");

/// How a* and b* are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lab {
    /// Signed.
    Cie,
    /// Moved up by 128; of 16 bits, 0xff00 is L* 100.
    Icc,
}

impl Lab {
    fn of_8_bits(self, [l, a, b]: [u8; 3]) -> [f32; 3] {
        let signed = |value: u8| match self {
            Lab::Cie => f32::from(value as i8),
            Lab::Icc => f32::from(value) - 128.0,
        };
        [f32::from(l) / 2.55, signed(a), signed(b)]
    }

    fn of_16_bits(self, [l, a, b]: [u16; 3]) -> [f32; 3] {
        match self {
            Lab::Cie => {
                let signed = |value: u16| f32::from(value as i16) / 256.0;
                [f32::from(l) / 655.35, signed(a), signed(b)]
            }
            Lab::Icc => {
                let moved = |value: u16| f32::from(value) / 256.0 - 128.0;
                [f32::from(l) / 652.8, moved(a), moved(b)]
            }
        }
    }
}

/// L*a*b* to sRGB.
pub(super) struct ToSrgb {
    kind: Lab,
    levels: Levels,
}

impl ToSrgb {
    pub fn new(kind: Lab) -> ToSrgb {
        ToSrgb { kind, levels: Levels::new() }
    }

    /// Converts pixels of `n` samples of 1 or 2 `bytes`, the greatest first: L*, a*, b*
    /// and, if `n` is 4, opacity. `out` has `n` bytes a pixel.
    pub fn convert(&self, pixels: &[u8], bytes: usize, n: usize, out: &mut [u8]) {
        for (pixel, out) in pixels.chunks_exact(n * bytes).zip(out.chunks_exact_mut(n)) {
            let short = |c: usize| u16::from_be_bytes([pixel[2 * c], pixel[2 * c + 1]]);
            let lab = match bytes {
                1 => self.kind.of_8_bits([pixel[0], pixel[1], pixel[2]]),
                _ => self.kind.of_16_bits([0, 1, 2].map(short)),
            };
            out[..3].copy_from_slice(&self.levels.of(lab));
            if n > 3 {
                out[3] = if bytes == 1 { pixel[3] } else { eight_bits(short(3)) };
            }
        }
    }
}

const STEPS: usize = 1 << 14;

/// Levels of sRGB for linear light in `STEPS`.
struct Levels(Vec<u8>);

impl Levels {
    fn new() -> Levels {
        let level = |step: usize| {
            let light = step as f64 / STEPS as f64;
            // IEC 61966-2-1; libm is the same on all machines, the system's is not
            let value = if light <= 0.003_130_8 {
                light * 12.92
            } else {
                1.055 * libm::pow(light, 1.0 / 2.4) - 0.055
            };
            (value * 255.0 + 0.5) as u8
        };
        Levels((0..=STEPS).map(level).collect())
    }

    fn of(&self, [l, a, b]: [f32; 3]) -> [u8; 3] {
        let y = (l + 16.0) / 116.0;
        // white of D50
        let xyz = [0.9642 * cube(y + a / 500.0), cube(y), 0.8249 * cube(y - b / 200.0)];
        // to linear sRGB, adapted from D50 to D65 by Bradford
        const ROWS: [[f32; 3]; 3] = [
            [3.133_856, -1.616_866_7, -0.490_614_6],
            [-0.978_768_4, 1.916_141_5, 0.033_454_0],
            [0.071_945_3, -0.228_991_4, 1.405_242_7],
        ];
        ROWS.map(|row| {
            let light = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2];
            self.0[(light.clamp(0.0, 1.0) * STEPS as f32 + 0.5) as usize]
        })
    }
}

fn cube(t: f32) -> f32 {
    if t <= 24.0 / 116.0 { 108.0 / 841.0 * (t - 16.0 / 116.0) } else { t * t * t }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neutral_colours_stay_neutral() {
        let levels = Levels::new();
        assert_eq!(levels.of([100.0, 0.0, 0.0]), [255; 3]);
        assert_eq!(levels.of([0.0, 0.0, 0.0]), [0; 3]);
        // L* 53.585 is the gray 128 of sRGB
        let gray = levels.of([53.585, 0.0, 0.0]);
        assert!(gray.iter().all(|value| value.abs_diff(128) <= 1), "{gray:?}");
    }

    #[test]
    fn the_primaries_of_srgb_come_back() {
        // L*a*b* of sRGB's primaries under D50 (Lindbloom's calculator)
        let levels = Levels::new();
        for (lab, rgb) in [
            ([54.29, 80.81, 69.89], [255, 0, 0]),
            ([87.82, -79.29, 80.99], [0, 255, 0]),
            ([29.57, 68.30, -112.03], [0, 0, 255]),
        ] {
            let seen = levels.of(lab);
            for (one, other) in seen.into_iter().zip(rgb) {
                // a hundredth of a unit of L*a*b* is up to 3 levels where a
                // component is near 0 and its curve is steep
                assert!(one.abs_diff(other) <= 4, "{lab:?}: {seen:?}");
            }
        }
    }

    #[test]
    fn both_encodings_say_the_same_colour() {
        assert_eq!(Lab::Cie.of_8_bits([255, 0x80, 0x7f]), [100.0, -128.0, 127.0]);
        assert_eq!(Lab::Icc.of_8_bits([255, 0, 255]), [100.0, -128.0, 127.0]);
        assert_eq!(Lab::Cie.of_16_bits([65535, 0x8000, 0x7f00]), [100.0, -128.0, 127.0]);
        assert_eq!(Lab::Icc.of_16_bits([0xff00, 0, 0xff00]), [100.0, -128.0, 127.0]);
    }
}
