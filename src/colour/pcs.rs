//! The profile connection space: CIE XYZ and L*a*b* under D50 (ICC.1).
//!
//! Powers and roots come from `libm`, which computes them in plain Rust: the
//! system's own differ in the last bit from one machine to the next, and the
//! same source has to give the same bytes everywhere (ruling 16).

/// White of the connection space.
pub(super) const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

/// XYZ that a profile writes as 1.0: 1 + 32767/32768.
const XYZ_TOP: f64 = 1.0 + 32767.0 / 32768.0;

/// How the numbers 0 to 1 of a profile's tables stand for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Xyz,
    /// 16-bit tables of version 2: 0xff00 is 100.
    Lab2,
    /// All others: 0xffff (or 0xff) is 100.
    Lab,
}

impl Encoding {
    /// XYZ of a table's output.
    pub fn decode(self, [a, b, c]: [f64; 3]) -> [f64; 3] {
        let scale = match self {
            Encoding::Xyz => return [a * XYZ_TOP, b * XYZ_TOP, c * XYZ_TOP],
            Encoding::Lab2 => 65535.0 / 65280.0,
            Encoding::Lab => 1.0,
        };
        xyz([a * scale * 100.0, b * scale * 255.0 - 128.0, c * scale * 255.0 - 128.0])
    }

    /// The input of a table for a colour; outside 0 to 1 where it has no room.
    pub fn encode(self, colour: [f64; 3]) -> [f64; 3] {
        let scale = match self {
            Encoding::Xyz => return colour.map(|value| value / XYZ_TOP),
            Encoding::Lab2 => 65280.0 / 65535.0,
            Encoding::Lab => 1.0,
        };
        let [l, a, b] = lab(colour);
        [l / 100.0 * scale, (a + 128.0) / 255.0 * scale, (b + 128.0) / 255.0 * scale]
    }
}

/// XYZ to L*a*b*.
pub(super) fn lab(xyz: [f64; 3]) -> [f64; 3] {
    let [x, y, z] = [root(xyz[0] / D50[0]), root(xyz[1] / D50[1]), root(xyz[2] / D50[2])];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// L*a*b* to XYZ.
pub(super) fn xyz([l, a, b]: [f64; 3]) -> [f64; 3] {
    let y = (l + 16.0) / 116.0;
    let [x, z] = [y + a / 500.0, y - b / 200.0];
    [cube(x) * D50[0], cube(y) * D50[1], cube(z) * D50[2]]
}

/// L* of a luminance, both 0 to 1.
pub(super) fn lightness(y: f64) -> f64 {
    1.16 * root(y) - 0.16
}

/// Luminance of an L*, both 0 to 1.
pub(super) fn luminance(l: f64) -> f64 {
    cube((l + 0.16) / 1.16)
}

fn root(t: f64) -> f64 {
    let limit = (24.0 / 116.0) * (24.0 / 116.0) * (24.0 / 116.0);
    if t <= limit { 841.0 / 108.0 * t + 16.0 / 116.0 } else { libm::cbrt(t) }
}

fn cube(t: f64) -> f64 {
    if t <= 24.0 / 116.0 { 108.0 / 841.0 * (t - 16.0 / 116.0) } else { t * t * t }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_l_100_and_mid_gray_has_the_luminance_of_the_definition() {
        let white = lab(D50);
        assert!((white[0] - 100.0).abs() < 1e-12 && white[1] == 0.0 && white[2] == 0.0);
        // ((50 + 16) / 116)^3 = 0.184187
        assert!((luminance(0.5) - 0.184_187).abs() < 1e-6);
        // the dark end is linear with 1/903.3
        assert!((luminance(0.01) - 1.0 / 903.3).abs() < 1e-7);
    }

    #[test]
    fn encodings_have_their_white_where_icc_says() {
        // lut16 of version 2: L* 100 is 0xff00, a* 0 is 0x8000
        let white = Encoding::Lab2.encode(D50).map(|value| (value * 65535.0).round() as u32);
        assert_eq!(white, [0xff00, 0x8000, 0x8000]);
        let white = Encoding::Lab.encode(D50).map(|value| (value * 65535.0).round() as u32);
        assert_eq!(white, [0xffff, 0x8080, 0x8080]);
        let one = Encoding::Xyz.encode([1.0; 3]).map(|value| (value * 65535.0).round() as u32);
        assert_eq!(one, [0x8000; 3]);
    }

    proptest::proptest! {
        #[test]
        fn there_and_back_is_the_same(l in 0.0..1.0f64, a in 0.0..1.0f64, b in 0.0..1.0f64) {
            for encoding in [Encoding::Xyz, Encoding::Lab2, Encoding::Lab] {
                let back = encoding.encode(encoding.decode([l, a, b]));
                for (before, after) in [l, a, b].into_iter().zip(back) {
                    assert!((before - after).abs() < 1e-9, "{encoding:?} {before} {after}");
                }
            }
        }
    }
}
