//! `op_colorize`.

use super::tables::level;
use crate::codecs::bitmap::Bitmap;

/// Steps of brightness in one level: fine enough that a steep curve shows no bands.
const STEPS: usize = 16;
/// Brightness from 0 (black) to this (white).
const WHITE: usize = 255 * STEPS;

/// Replaces each colour by a shade of `colour` of the same Rec.601 brightness L
/// (02 §4.4): 0 to 0.5 runs from black to the colour, 0.5 to 1 on to white.
/// The result is RGB; opacity is kept.
///
/// With `normalise` the median L of the visible pixels is moved to 0.5 first,
/// then a `contrast` above 0, in percent, stretches the range from the 1st to
/// the 99th percentile to that part of the whole around 0.5. A median of 0 or
/// 1 cannot be moved and a range of no width cannot be stretched: both are
/// left. Percentiles are interpolated between the two nearest ranks.
pub fn colorize(picture: Bitmap, colour: [u8; 3], normalise: bool, contrast: f64) -> Bitmap {
    let mut picture = picture.to_rgb();
    let mut curve: Vec<f64> = (0..=WHITE).map(|step| step as f64 / WHITE as f64).collect();
    if normalise {
        let histogram = Histogram::of(&picture);
        move_median(&mut curve, &histogram);
        if contrast > 0.0 {
            stretch(&mut curve, &histogram, contrast);
        }
    }
    let shades: Vec<[u8; 3]> = curve.into_iter().map(|light| shade(light, colour)).collect();
    for pixel in picture.data.chunks_exact_mut(picture.channels.count()) {
        let shade = shades[brightness(pixel)];
        pixel[..3].copy_from_slice(&shade);
    }
    picture
}

/// Rec.601 brightness of an RGB pixel from 0 to [`WHITE`].
fn brightness(pixel: &[u8]) -> usize {
    let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(usize::from);
    ((299 * r + 587 * g + 114 * b) * STEPS + 500) / 1000
}

fn shade(light: f64, colour: [u8; 3]) -> [u8; 3] {
    colour.map(|component| {
        let component = f64::from(component);
        if light <= 0.5 {
            level(2.0 * light * component)
        } else {
            level(component + (255.0 - component) * (2.0 * light - 1.0))
        }
    })
}

fn move_median(curve: &mut [f64], histogram: &Histogram) {
    let Some(median) = histogram.percentile(0.5, curve) else { return };
    if median > 0.0 && median < 1.0 {
        let exponent = libm::log(0.5) / libm::log(median);
        for light in curve {
            *light = libm::pow(*light, exponent);
        }
    }
}

fn stretch(curve: &mut [f64], histogram: &Histogram, contrast: f64) {
    let dark = histogram.percentile(0.01, curve);
    let bright = histogram.percentile(0.99, curve);
    let (Some(dark), Some(bright)) = (dark, bright) else { return };
    if bright > dark {
        let slope = contrast / 100.0 / (bright - dark);
        for light in curve {
            *light = (0.5 + (*light - 0.5) * slope).clamp(0.0, 1.0);
        }
    }
}

/// How many visible pixels have each brightness.
struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    fn of(picture: &Bitmap) -> Histogram {
        let mut counts = vec![0; WHITE + 1];
        let n = picture.channels.count();
        let alpha = picture.channels.has_alpha();
        for pixel in picture.data.chunks_exact(n) {
            if !alpha || pixel[n - 1] > 0 {
                counts[brightness(pixel)] += 1;
            }
        }
        Histogram { total: counts.iter().sum(), counts }
    }

    /// The value of `curve` below which the `share` of pixels lies; none
    /// without a visible pixel.
    fn percentile(&self, share: f64, curve: &[f64]) -> Option<f64> {
        let rank = share * self.total.checked_sub(1)? as f64;
        let below = self.at_rank(rank.floor() as u64, curve);
        let above = self.at_rank(rank.ceil() as u64, curve);
        Some(below + (above - below) * rank.fract())
    }

    fn at_rank(&self, rank: u64, curve: &[f64]) -> f64 {
        let mut passed = 0;
        let found = self.counts.iter().zip(curve).find(|(count, _)| {
            passed += **count;
            passed > rank
        });
        found.map_or(1.0, |(_, light)| *light)
    }
}

#[cfg(test)]
mod tests {
    use super::super::golden::{assert_within, golden};
    use super::*;
    use crate::codecs::bitmap::Channels;

    fn gray(data: Vec<u8>) -> Bitmap {
        Bitmap { width: data.len() as u32, height: 1, channels: Channels::Gray, data }
    }

    #[test]
    fn row_112_colorize_200_0_0_off() {
        // 2 * 64/255 * 200 = 100.4
        let out = colorize(gray(vec![0, 64, 255]), [200, 0, 0], false, 0.0);
        assert_eq!(out.channels, Channels::Rgb);
        assert_eq!(out.data, [0, 0, 0, 100, 0, 0, 255, 255, 255]);
    }

    #[test]
    fn the_median_takes_the_colour_itself() {
        let out = colorize(gray(vec![0, 30, 40, 200, 255]), [10, 120, 230], true, 0.0);
        assert_eq!(out.data[6..9], [10, 120, 230]);
        assert_eq!((&out.data[..3], &out.data[12..]), (&[0; 3][..], &[255; 3][..]));
    }

    #[test]
    fn invisible_pixels_have_no_part_in_the_median() {
        let mut data = vec![40, 255];
        data.extend([250, 0].repeat(9));
        let picture = Bitmap { width: 10, height: 1, channels: Channels::GrayAlpha, data };
        let out = colorize(picture, [10, 120, 230], true, 0.0);
        assert_eq!(out.data[..4], [10, 120, 230, 255]);
    }

    #[test]
    fn the_contrast_is_ignored_without_normalising() {
        let picture = gray((0..=255).collect());
        let off = colorize(picture.clone(), [1, 2, 3], false, 0.0);
        assert_eq!(colorize(picture, [1, 2, 3], false, 60.0), off);
    }

    #[test]
    fn black_white_flat_and_invisible_pictures_have_nothing_to_normalise() {
        for value in [0, 255] {
            let picture = gray(vec![value; 8]);
            let off = colorize(picture.clone(), [9, 99, 199], false, 0.0);
            assert_eq!(colorize(picture, [9, 99, 199], true, 50.0), off);
        }
        // flat: the median is moved, nothing is stretched
        assert_eq!(colorize(gray(vec![77; 2]), [9, 99, 199], true, 50.0).data[..3], [9, 99, 199]);
        let unseen =
            Bitmap { width: 1, height: 1, channels: Channels::GrayAlpha, data: vec![255, 0] };
        assert_eq!(colorize(unseen, [9, 99, 199], true, 50.0).data, [255, 255, 255, 0]);
    }

    #[test]
    fn equals_the_formula_in_numpy() {
        for (name, normalise, contrast) in
            [("off", false, 0.0), ("norm", true, 0.0), ("norm-60", true, 60.0)]
        {
            let got = colorize(golden("cutout"), [160, 90, 200], normalise, contrast);
            // brightness in sixteenths of a level moves a result by less than one
            assert_within(&got, &golden(&format!("colorize-{name}")), 1);
        }
    }
}
