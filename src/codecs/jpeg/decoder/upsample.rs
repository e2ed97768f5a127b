//! Rows of a component at the size of the picture.

use super::planes::Plane;

/// How a component comes to the size of the picture, one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Same,
    /// Doubled with a triangle filter: 3/4 of the nearer sample, 1/4 of the other.
    Triangle,
    /// `out` pixels for `of` samples, each the sample at its place.
    Nearest {
        of: usize,
        out: usize,
    },
}

/// Both ways of a component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Upsampling {
    pub across: Way,
    pub down: Way,
}

impl Upsampling {
    /// `samples` of `pixels` lie in an MCU, (across, down); `width` is the
    /// component's. The triangle filter is for doubled sides as in libjpeg: not
    /// for single pixels an MCU block (`smooth`), nor for two columns or fewer.
    pub fn new(
        samples: (usize, usize),
        pixels: (usize, usize),
        width: usize,
        smooth: bool,
    ) -> Upsampling {
        let ratio = |samples, pixels| match samples == pixels {
            true => Way::Same,
            false => Way::Nearest { of: samples, out: pixels },
        };
        let nearest =
            Upsampling { across: ratio(samples.0, pixels.0), down: ratio(samples.1, pixels.1) };
        let doubled = (2 * samples.0 == pixels.0, 2 * samples.1 == pixels.1);
        if !smooth {
            return nearest;
        }
        match (doubled, nearest.across, nearest.down) {
            ((true, true), ..) if width > 2 => {
                Upsampling { across: Way::Triangle, down: Way::Triangle }
            }
            ((true, _), _, Way::Same) if width > 2 => {
                Upsampling { across: Way::Triangle, down: Way::Same }
            }
            ((_, true), Way::Same, _) => Upsampling { across: Way::Same, down: Way::Triangle },
            _ => nearest,
        }
    }

    /// How many rows of the picture can be made from the first `rows` of the
    /// component, when more are to come.
    pub fn ready(&self, rows: usize) -> usize {
        match self.down {
            Way::Same => rows,
            // The lower row of a pair needs the next sample.
            Way::Triangle => (2 * rows).saturating_sub(1),
            Way::Nearest { of, out } => (rows * out).div_ceil(of),
        }
    }

    /// Row `y` of the picture, as many pixels as `out` is long. `sums` is room
    /// for intermediate values. The plane holds the rows around.
    pub fn row<'a>(
        &self,
        plane: &'a Plane,
        y: usize,
        out: &'a mut [u8],
        sums: &mut Vec<u16>,
    ) -> &'a [u8] {
        let width = out.len();
        let (near, far, odd) = match self.down {
            Way::Same => (plane.row(y), None, false),
            Way::Triangle => {
                let far = if y.is_multiple_of(2) { (y / 2).saturating_sub(1) } else { y / 2 + 1 };
                (plane.row(y / 2), Some(plane.row(far)), y % 2 == 1)
            }
            Way::Nearest { of, out } => (plane.row(y * of / out), None, false),
        };
        match (self.across, far) {
            (Way::Same, None) => return near.get(..width).unwrap_or_default(),
            (Way::Same, Some(far)) => {
                let bias = if odd { 2 } else { 1 };
                for ((out, near), far) in out.iter_mut().zip(near).zip(far) {
                    *out = ((3 * u16::from(*near) + u16::from(*far) + bias) >> 2) as u8;
                }
            }
            (Way::Triangle, None) => {
                sums.clear();
                sums.extend(near.iter().map(|near| u16::from(*near)));
                triangle::<2, 1, 2>(sums, out);
            }
            (Way::Triangle, Some(far)) => {
                sums.clear();
                let sum = |(near, far): (&u8, &u8)| 3 * u16::from(*near) + u16::from(*far);
                sums.extend(near.iter().zip(far).map(sum));
                triangle::<4, 8, 7>(sums, out);
            }
            (Way::Nearest { of: 1, out: 2 }, _) => {
                for (pair, near) in out.chunks_mut(2).zip(near) {
                    pair.fill(*near);
                }
            }
            (Way::Nearest { of, out: pixels }, _) => {
                for (x, out) in out.iter_mut().enumerate() {
                    *out = near.get(x * of / pixels).copied().unwrap_or_default();
                }
            }
        }
        out
    }
}

/// Doubles a row: each value gives a left pixel with its left neighbour and a
/// right one with its right, divided by 2^SHIFT after a bias that differs so
/// that roundings level out. Values beyond the ends are those at the ends.
fn triangle<const SHIFT: u16, const LEFT: u16, const RIGHT: u16>(values: &[u16], out: &mut [u8]) {
    let left = |value: u16, other: u16| ((3 * value + other + LEFT) >> SHIFT) as u8;
    let right = |value: u16, other: u16| ((3 * value + other + RIGHT) >> SHIFT) as u8;
    let ([first, ..], [.., last]) = (values, values) else { return };
    let count = values.len();
    let mut put = |index: usize, value: u8| {
        if let Some(out) = out.get_mut(index) {
            *out = value;
        }
    };
    put(0, left(*first, *first));
    put(2 * count - 1, right(*last, *last));
    let Some(inner) = out.get_mut(1..) else { return };
    // From the right pixel of each value to the left one of the next.
    let (pairs, single) = inner.as_chunks_mut::<2>();
    let neighbours = values.iter().zip(&values[1..]);
    for ([a, b], (value, next)) in pairs.iter_mut().zip(neighbours) {
        *a = right(*value, *next);
        *b = left(*next, *value);
    }
    // A picture of odd width has only the left pixel of the last value, one of
    // even width both; a window may end anywhere before.
    if let ([pixel], [value, next, ..]) = (single, &values[pairs.len().min(count - 1)..]) {
        *pixel = right(*value, *next);
    }
}
