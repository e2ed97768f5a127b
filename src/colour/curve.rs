//! Curves of one component: the `curv` and `para` tags of a profile and the
//! tables inside its LUTs (ICC.1 10.6, 10.18).

/// A function from 0..1 to 0..1.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Curve {
    Identity,
    /// (a x + b)^g + e from x = d on, c x + f below.
    Formula {
        g: f64,
        a: f64,
        b: f64,
        c: f64,
        d: f64,
        e: f64,
        f: f64,
    },
    /// At least two values at equal distances, straight lines between them.
    Table(Vec<f32>),
}

impl Curve {
    fn gamma(g: f64) -> Curve {
        if g == 1.0 {
            return Curve::Identity;
        }
        Curve::Formula { g, a: 1.0, b: 0.0, c: 0.0, d: 0.0, e: 0.0, f: 0.0 }
    }

    /// A table of big-endian 16-bit values, at least two.
    pub fn table16(bytes: &[u8]) -> Curve {
        let values = bytes.chunks_exact(2).map(|v| u16::from_be_bytes([v[0], v[1]]));
        Curve::Table(values.map(|value| f32::from(value) / 65535.0).collect())
    }

    /// A table of 8-bit values, at least two.
    pub fn table8(bytes: &[u8]) -> Curve {
        Curve::Table(bytes.iter().map(|value| f32::from(*value) / 255.0).collect())
    }

    /// Reads a `curv` or `para` element at the start of `bytes`; also says how
    /// many bytes it has.
    pub fn read(bytes: &[u8]) -> Result<(Curve, usize), String> {
        let short = || "a curve is cut off".to_owned();
        let start = bytes.get(..12).ok_or_else(short)?;
        if start.starts_with(b"curv") {
            let count = u32::from_be_bytes([start[8], start[9], start[10], start[11]]) as usize;
            let len = count.checked_mul(2).and_then(|len| len.checked_add(12)).ok_or_else(short)?;
            let values = bytes.get(12..len).ok_or_else(short)?;
            let curve = match values {
                [] => Curve::Identity,
                // u8Fixed8Number
                [whole, part] => Curve::gamma(f64::from(*whole) + f64::from(*part) / 256.0),
                values => Curve::table16(values),
            };
            return Ok((curve, len));
        }
        if !start.starts_with(b"para") {
            let name = String::from_utf8_lossy(&start[..4]).into_owned();
            return Err(format!("a curve has the unknown type {name:?}"));
        }
        let kind = u16::from_be_bytes([start[8], start[9]]);
        let count = match kind {
            0 => 1,
            1 => 3,
            2 => 4,
            3 => 5,
            4 => 7,
            other => return Err(format!("a curve has the unknown formula {other}")),
        };
        let len = 12 + count * 4;
        let mut p = [0.0; 7];
        let numbers = bytes.get(12..len).ok_or_else(short)?.chunks_exact(4);
        for (number, value) in p.iter_mut().zip(numbers) {
            *number = s15_fixed16(value);
        }
        let [g, a, b, c, d, e, f] = p;
        // where a x + b reaches 0
        let foot = if a == 0.0 { 0.0 } else { -b / a };
        let curve = match kind {
            0 => Curve::gamma(g),
            1 => Curve::Formula { g, a, b, c: 0.0, d: foot, e: 0.0, f: 0.0 },
            2 => Curve::Formula { g, a, b, c: 0.0, d: foot, e: c, f: c },
            3 => Curve::Formula { g, a, b, c, d, e: 0.0, f: 0.0 },
            _ => Curve::Formula { g, a, b, c, d, e, f },
        };
        Ok((curve, len))
    }

    /// The value at `x`; both are brought into 0..1, whatever the profile says.
    pub fn at(&self, x: f64) -> f64 {
        let x = unit(x);
        match self {
            Curve::Identity => x,
            Curve::Formula { g, a, b, c, d, e, f } => {
                unit(if x >= *d { power(a * x + b, *g) + e } else { c * x + f })
            }
            Curve::Table(values) => {
                let place = x * (values.len() - 1) as f64;
                let index = (place as usize).min(values.len() - 2);
                let (low, high) = (f64::from(values[index]), f64::from(values[index + 1]));
                low + (high - low) * (place - index as f64)
            }
        }
    }

    /// The `x` at which the curve has the value `y`; the nearest where it has
    /// none, the greatest where it has several. Tables have to be made
    /// [`rising`](Curve::rising) first.
    pub fn inverse_at(&self, y: f64) -> f64 {
        let y = unit(y);
        match self {
            Curve::Identity => y,
            Curve::Formula { g, a, b, c, d, e, f } => {
                let x = if y >= power(a * d + b, *g) + e || *c <= 0.0 {
                    (power(y - e, 1.0 / g) - b) / a
                } else {
                    (y - f) / c
                };
                unit(x)
            }
            Curve::Table(values) => {
                let after = values.partition_point(|value| f64::from(*value) <= y);
                let index = after.saturating_sub(1).min(values.len() - 2);
                let (low, high) = (f64::from(values[index]), f64::from(values[index + 1]));
                let part = if high > low { unit((y - low) / (high - low)) } else { 1.0 };
                (index as f64 + part) / (values.len() - 1) as f64
            }
        }
    }

    /// The same curve, but no value of a table lies below one before it.
    pub fn rising(mut self) -> Curve {
        if let Curve::Table(values) = &mut self {
            let mut most = 0.0f32;
            for value in values {
                most = most.max(*value);
                *value = most;
            }
        }
        self
    }
}

/// A signed number with 16 bits behind the point, from 4 bytes.
pub(super) fn s15_fixed16(bytes: &[u8]) -> f64 {
    match *bytes {
        [a, b, c, d] => f64::from(i32::from_be_bytes([a, b, c, d])) / 65536.0,
        _ => 0.0,
    }
}

/// `base` to the power of `g`, 0 where that is no number.
fn power(base: f64, g: f64) -> f64 {
    if base <= 0.0 { 0.0 } else { libm::pow(base, g) }
}

/// Brings a value into 0..1; what is no number becomes 0.
pub(super) fn unit(value: f64) -> f64 {
    if value >= 1.0 {
        1.0
    } else if value > 0.0 {
        value
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn para(kind: u16, numbers: &[f64]) -> Curve {
        let mut bytes = b"para\0\0\0\0".to_vec();
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 0]);
        for number in numbers {
            bytes.extend(((number * 65536.0).round() as i32).to_be_bytes());
        }
        let (curve, len) = Curve::read(&bytes).unwrap();
        assert_eq!(len, bytes.len());
        curve
    }

    #[test]
    fn the_formula_of_srgb_gives_its_published_values() {
        let curve = para(3, &[2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045]);
        // IEC 61966-2-1: 0.5 -> ((0.5 + 0.055) / 1.055)^2.4 = 0.214041
        assert!((curve.at(0.5) - 0.214_041).abs() < 2e-5);
        assert!((curve.at(0.02) - 0.02 / 12.92).abs() < 2e-5);
    }

    #[test]
    fn a_single_number_is_a_gamma() {
        let (curve, _) = Curve::read(b"curv\0\0\0\0\0\0\0\x01\x02\x33").unwrap();
        // 0x0233 / 256 = 2.19921875; 0.5^2.19921875 = 0.217756
        assert!((curve.at(0.5) - 0.217_756).abs() < 1e-6);
    }

    #[test]
    fn tables_are_straight_between_their_values() {
        let (curve, _) = Curve::read(b"curv\0\0\0\0\0\0\0\x03\0\0\x40\0\xff\xff").unwrap();
        let low = f64::from(0x4000u16) / 65535.0;
        assert!((curve.at(0.25) - low / 2.0).abs() < 1e-7);
        assert!((curve.at(0.75) - (low + 1.0) / 2.0).abs() < 1e-7);
    }

    #[test]
    fn every_kind_of_formula_is_inverted() {
        for (kind, numbers) in [
            (0, vec![2.2]),
            (1, vec![2.2, 0.9, 0.1]),
            (2, vec![1.8, 0.8, 0.1, 0.1]),
            (3, vec![2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045]),
            (4, vec![2.4, 0.9, 0.05, 0.07, 0.04, 0.0, 0.0]),
        ] {
            let curve = para(kind, &numbers);
            for step in 1..=20 {
                let x = f64::from(step) / 20.0;
                let back = curve.at(curve.inverse_at(curve.at(x)));
                assert!((back - curve.at(x)).abs() < 1e-4, "kind {kind} at {x}");
            }
        }
    }

    #[test]
    fn a_table_that_is_flat_or_falls_is_inverted_to_its_far_end() {
        let table = Curve::Table(vec![0.0, 0.0, 0.0, 0.5, 0.4, 1.0, 1.0]).rising();
        assert_eq!(table.inverse_at(0.0), 2.0 / 6.0);
        assert_eq!(table.inverse_at(0.5), 4.0 / 6.0);
        assert_eq!(table.inverse_at(1.0), 1.0);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_curve_leave_its_range(
            kind in 0u16..6, bytes: [u8; 28], x in -1.0..2.0f64
        ) {
            let element = [b"para\0\0\0\0", &kind.to_be_bytes()[..], &[0, 0], &bytes].concat();
            if let Ok((curve, _)) = Curve::read(&element) {
                for value in [curve.at(x), curve.inverse_at(x)] {
                    assert!((0.0..=1.0).contains(&value), "{curve:?} {value}");
                }
            }
        }
    }
}
