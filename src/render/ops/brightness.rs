//! `op_brightness`.

use super::tables::Tables;

/// v + 2.55 * `adjustment`, which is -100 to 100; 0 is neutral (02 §4.4).
pub fn brightness(adjustment: i8) -> Tables {
    Tables::in_rgb(|_, value| shifted(value, adjustment))
}

/// `value` + 2.55 * `adjustment`, rounded half up and clamped.
pub(super) fn shifted(value: u8, adjustment: i8) -> u8 {
    let hundredths = i32::from(value) * 100 + i32::from(adjustment) * 255;
    (hundredths + 50).div_euclid(100).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Bitmap, Channels};

    #[test]
    fn row_105_brightness_10_makes_100_126() {
        let picture = Bitmap { width: 1, height: 1, channels: Channels::Rgb, data: vec![100; 3] };
        assert_eq!(brightness(10).apply(picture).data, [126; 3]);
    }

    #[test]
    fn every_value_equals_the_float_formula() {
        for adjustment in -100..=100i8 {
            for value in 0..=255u8 {
                // exact halves are half-way in tenths too: no float noise decides
                let exact = (f64::from(value) * 100.0 + 255.0 * f64::from(adjustment)) / 100.0;
                let expected = (exact + 0.5).floor().clamp(0.0, 255.0);
                assert_eq!(f64::from(shifted(value, adjustment)), expected);
            }
        }
    }

    #[test]
    fn the_ends_are_black_and_white() {
        assert!((0..=255).all(|value| shifted(value, 100) == 255 && shifted(value, -100) == 0));
    }
}
