//! `op_contrast`.

use std::f64::consts::FRAC_PI_4;

use super::tables::{Tables, level};

/// 127.5 + (v - 127.5) * tan(pi/4 * (1 + `adjustment` / 100)); -100 is flat
/// gray, 0 neutral, 100 a threshold (02 §4.4).
pub fn contrast(adjustment: i8) -> Tables {
    let adjustment = f64::from(adjustment.clamp(-100, 100));
    let slope = libm::tan(FRAC_PI_4 * (1.0 + adjustment / 100.0));
    Tables::in_rgb(|_, value| level(127.5 + (f64::from(value) - 127.5) * slope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Bitmap, Channels};

    fn contrasted(adjustment: i8, data: Vec<u8>) -> Vec<u8> {
        let picture =
            Bitmap { width: data.len() as u32, height: 1, channels: Channels::Gray, data };
        contrast(adjustment).apply(picture).data
    }

    #[test]
    fn row_107_contrast_of_150() {
        assert_eq!(contrasted(-100, vec![150]), [128]);
        assert_eq!(contrasted(50, vec![150]), [182]);
    }

    #[test]
    fn the_ends_are_flat_and_a_threshold() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(contrasted(-100, all.clone()), [128; 256]);
        let threshold: Vec<u8> = all.iter().map(|v| if *v < 128 { 0 } else { 255 }).collect();
        assert_eq!(contrasted(100, all), threshold);
    }

    #[test]
    fn every_value_equals_the_sine_over_the_cosine() {
        for adjustment in -99..=99i8 {
            let angle = std::f64::consts::PI / 400.0 * f64::from(100 + i16::from(adjustment));
            let all: Vec<u8> = (0..=255).collect();
            for (value, got) in all.clone().iter().zip(contrasted(adjustment, all)) {
                let exact = 127.5 + (f64::from(*value) - 127.5) * angle.sin() / angle.cos();
                let expected = exact.clamp(0.0, 255.0);
                // half a level of rounding
                assert!((f64::from(got) - expected).abs() <= 0.5 + 1e-6, "{adjustment} {value}");
            }
        }
    }
}
