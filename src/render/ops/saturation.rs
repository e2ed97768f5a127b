//! `op_saturation`.

use crate::codecs::bitmap::Bitmap;

/// Y + (v - Y) * (1 + `adjustment` / 100) with the Rec.601 brightness Y, not
/// rounded in between; -100 to 100, 0 is neutral (02 §4.4). Gray has no
/// saturation and stays as it is.
pub fn saturation(picture: Bitmap, adjustment: i8) -> Bitmap {
    if adjustment == 0 || picture.channels.is_gray() {
        return picture;
    }
    let mut picture = picture.to_rgb();
    let adjustment = i32::from(adjustment);
    for pixel in picture.data.chunks_exact_mut(picture.channels.count()) {
        if let [r, g, b, ..] = pixel {
            let thousandths = i32::from(*r) * 299 + i32::from(*g) * 587 + i32::from(*b) * 114;
            for value in [r, g, b] {
                let scaled = i32::from(*value) * 1000 * (100 + adjustment);
                let sum = scaled - thousandths * adjustment;
                *value = ((sum + 50_000).max(0) / 100_000).min(255) as u8;
            }
        }
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    fn saturated(pixel: [u8; 3], adjustment: i8) -> Vec<u8> {
        let data = pixel.to_vec();
        let picture = Bitmap { width: 1, height: 1, channels: Channels::Rgb, data };
        saturation(picture, adjustment).data
    }

    #[test]
    fn row_110_saturation_of_two_reds() {
        // Y = 76.245; Y = 129.9: 129.9 + 70.1 * 1.5 = 235.05, 129.9 - 29.9 * 1.5 = 85.05
        assert_eq!(saturated([255, 0, 0], -100), [76, 76, 76]);
        assert_eq!(saturated([200, 100, 100], 50), [235, 85, 85]);
    }

    #[test]
    fn every_colour_of_a_grid_equals_the_float_formula() {
        for adjustment in [-100, -37, -1, 1, 50, 99, 100i8] {
            for code in 0..9 * 9 * 9 {
                let rgb = [code / 81, code / 9 % 9, code % 9].map(|step| (step * 255 / 8) as u8);
                let [r, g, b] = rgb.map(f64::from);
                let y = 0.299 * r + 0.587 * g + 0.114 * b;
                for (value, got) in rgb.into_iter().zip(saturated(rgb, adjustment)) {
                    let exact = y + (f64::from(value) - y) * (1.0 + f64::from(adjustment) / 100.0);
                    let error = f64::from(got) - exact.clamp(0.0, 255.0);
                    // half a level of rounding
                    assert!(error.abs() <= 0.5 + 1e-9, "{rgb:?} {adjustment}");
                }
            }
        }
    }

    #[test]
    fn grays_keep_their_value_whatever_the_adjustment() {
        for value in 0..=255 {
            assert_eq!(saturated([value; 3], 77), [value; 3]);
            assert_eq!(saturated([value; 3], -100), [value; 3]);
        }
    }
}
