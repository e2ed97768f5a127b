//! The operations of a layer or of the composite, in the order of 02 §4.5
//! (ruling 7).

use super::ops;
use crate::codecs::bitmap::Bitmap;
use crate::modifiers::plan::{Adjustments, Sharpening, Surface};

/// Sharpening that belongs to a layer, with the scale that the layer was
/// reduced by (ruling 11).
pub(super) struct LayerSharpening<'a> {
    pub sharpening: &'a Sharpening,
    pub reduction: f64,
}

/// Applies all operations: shape first, tone next, sharpening late, and noise
/// last, so that nothing filters it.
pub(super) fn adjusted(
    picture: Bitmap,
    surface: &Surface,
    sharpening: Option<LayerSharpening<'_>>,
    seed: u64,
) -> Bitmap {
    let spatial = &surface.spatial;
    let mut picture = ops::grow::grow(picture, spatial.grow.into());
    if spatial.blur > 0.0 {
        picture = ops::blur::blur(picture, spatial.blur);
    }
    picture = toned(picture, &surface.adjustments);
    if let Some(LayerSharpening { sharpening, reduction }) = sharpening {
        picture = sharpened(picture, sharpening, reduction);
    }
    let noise = spatial.noise;
    let kind = match noise.gaussian {
        true => ops::noise::Distribution::Gaussian,
        false => ops::noise::Distribution::Uniform,
    };
    ops::noise::noise(picture, noise.percent, kind, noise.mono, seed)
}

/// brightness, contrast, colorbalance; saturation, hue, colorize; invert. What
/// works on each component alone is done in one pass where it follows on each
/// other.
fn toned(picture: Bitmap, adjustments: &Adjustments) -> Bitmap {
    let [red, green, blue] = adjustments.colour_balance;
    let levels = ops::brightness::brightness(adjustments.brightness)
        .then(&ops::contrast::contrast(adjustments.contrast))
        .then(&ops::colorbalance::colorbalance(red, green, blue));
    let invert = ops::invert::invert(adjustments.invert);
    let mixes =
        adjustments.saturation != 0 || adjustments.hue != 0 || adjustments.colourize.is_some();
    if !mixes {
        return levels.then(&invert).apply(picture);
    }
    let mut picture = levels.apply(picture);
    picture = ops::saturation::saturation(picture, adjustments.saturation);
    picture = ops::hue::hue(picture, adjustments.hue);
    if let Some(colourize) = adjustments.colourize {
        let (normalise, contrast) = (colourize.normalise, colourize.contrast);
        picture = ops::colorize::colorize(picture, colourize.colour, normalise, contrast);
    }
    invert.apply(picture)
}

/// `op_sharpen`, then `op_usm` and `op_usmR`. `reduction` scales the radius of
/// `op_usm`.
pub(super) fn sharpened(picture: Bitmap, sharpening: &Sharpening, reduction: f64) -> Bitmap {
    let mut picture = picture;
    if sharpening.sharpen {
        picture = ops::sharpen::sharpen(picture);
    }
    for (mask, scale) in [(sharpening.usm, reduction), (sharpening.usm_r, 1.0)] {
        if let Some(mask) = mask {
            let sigma = mask.radius * scale;
            picture = ops::usm::usm(picture, mask.amount, sigma, mask.threshold, mask.mono);
        }
    }
    picture
}
