//! YCbCr that is not JPEG (TIFF 6.0, section 21).

use super::directory::{Directory, tag};
use super::{CodecError, damaged};

/// The way from Y, Cb and Cr to R, G and B, in tables of 2^-16.
pub(super) struct YCbCr {
    luma: [i32; 256],
    red: [i32; 256],
    green_of_cb: [i32; 256],
    green_of_cr: [i32; 256],
    blue: [i32; 256],
}

const ONE: f64 = 65536.0;

impl YCbCr {
    /// By the file's coefficients and levels, where it has them.
    pub fn read(directory: &Directory<'_>) -> Result<YCbCr, CodecError> {
        let values = |tag, default: &[f64]| -> Result<Vec<f64>, CodecError> {
            let Some(field) = directory.field(tag) else { return Ok(default.to_vec()) };
            let values: Option<_> = (0..default.len()).map(|index| field.real(index)).collect();
            values.ok_or_else(|| damaged(format!("field {tag} is not {} numbers", default.len())))
        };
        let coefficients = values(tag::YCBCR_COEFFICIENTS, &[0.299, 0.587, 0.114])?;
        let full = [0.0, 255.0, 128.0, 255.0, 128.0, 255.0];
        Ok(YCbCr::new(&coefficients, &values(tag::REFERENCE_BLACK_WHITE, &full)?))
    }

    /// `levels` are those of no and full Y, Cb and Cr.
    fn new(coefficients: &[f64], levels: &[f64]) -> YCbCr {
        let [luma_red, luma_green, luma_blue] = *coefficients else { return YCbCr::flat() };
        let [y0, y1, cb0, cb1, cr0, cr1] = *levels else { return YCbCr::flat() };
        let table = |black: f64, white: f64, range: f64, factor: f64| {
            std::array::from_fn(|code| {
                let range = if white == black { 0.0 } else { range / (white - black) };
                // a cast keeps to the limits of its type; a third of them leaves room for sums
                let value = (code as f64 - black) * range * factor * ONE;
                value.round().clamp(-5e8, 5e8) as i32
            })
        };
        let (red, blue) = (2.0 - 2.0 * luma_red, 2.0 - 2.0 * luma_blue);
        let green = if luma_green == 0.0 { 0.0 } else { 1.0 / luma_green };
        YCbCr {
            luma: table(y0, y1, 255.0, 1.0),
            red: table(cr0, cr1, 127.0, red),
            green_of_cb: table(cb0, cb1, 127.0, -luma_blue * blue * green),
            green_of_cr: table(cr0, cr1, 127.0, -luma_red * red * green),
            blue: table(cb0, cb1, 127.0, blue),
        }
    }

    fn flat() -> YCbCr {
        let none = [0; 256];
        YCbCr { luma: none, red: none, green_of_cb: none, green_of_cr: none, blue: none }
    }

    /// One colour.
    pub fn rgb(&self, y: u8, cb: u8, cr: u8) -> [u8; 3] {
        let (y, cb, cr) = (self.luma[usize::from(y)], usize::from(cb), usize::from(cr));
        let green = self.green_of_cb[cb] + self.green_of_cr[cr];
        [self.red[cr], green, self.blue[cb]]
            .map(|part| ((y + part + (1 << 15)) >> 16).clamp(0, 255) as u8)
    }

    /// Row `row` of the units in `data`: each has `h` by `v` values of Y, then one of Cb and
    /// one of Cr, which all its pixels get, wherever in it they were measured (libtiff does
    /// the same). `out` are RGB pixels.
    pub fn expand(&self, data: &[u8], (h, v): (usize, usize), row: usize, out: &mut [u8]) {
        let units = data.chunks_exact(h * v + 2);
        for (unit, out) in units.zip(out.chunks_mut(3 * h)) {
            let (cb, cr) = (unit[h * v], unit[h * v + 1]);
            for (y, pixel) in unit[row * h..].iter().zip(out.as_chunks_mut::<3>().0) {
                *pixel = self.rgb(*y, cb, cr);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_range_is_that_of_jfif_but_for_the_scale_of_chroma() {
        let plain = YCbCr::new(&[0.299, 0.587, 0.114], &[0.0, 255.0, 128.0, 255.0, 128.0, 255.0]);
        for y in [0, 7, 128, 255] {
            assert_eq!(plain.rgb(y, 128, 128), [y; 3]);
        }
        // R = 76 + 127 * 1.402 = 254.05; G = 76 - 0.114 * 1.772 / 0.587 * -43
        // - 0.299 * 1.402 / 0.587 * 127 = 76 + 14.8 - 90.7 = 0.1; B = 76 - 43 * 1.772 = -0.2
        assert_eq!(plain.rgb(76, 85, 255), [254, 0, 0]);
    }

    #[test]
    fn levels_of_video_are_stretched() {
        let video = YCbCr::new(&[0.299, 0.587, 0.114], &[16.0, 235.0, 128.0, 240.0, 128.0, 240.0]);
        assert_eq!(video.rgb(16, 128, 128), [0; 3]);
        assert_eq!(video.rgb(235, 128, 128), [255; 3]);
        // (126 - 16) * 255 / 219 = 128.08
        assert_eq!(video.rgb(126, 128, 128), [128; 3]);
    }

    #[test]
    fn levels_that_make_no_sense_do_not_break_it() {
        let odd = YCbCr::new(&[1e300, 0.0, 1e300], &[9.0, 9.0, 0.0, 1e-300, 5.0, 4.0]);
        odd.rgb(255, 255, 255);
    }
}
