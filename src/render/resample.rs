//! The one resampling of a conversion (02 §4.2 `resMode`).
//!
//! fast_image_resize stretches its kernel over the source pixels of one output
//! pixel when it reduces, so every source pixel has its say. The box halving
//! that the spec offers to bound the cost is not used: it would blur first,
//! and the vertical pass is already bounded by the output's width.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{Filter, FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::RenderError;
use super::geometry::Geometry;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::ResMode;

/// Scales `source`, which is the whole crop, to the size of
/// [`Geometry::window`]: only what the view shows is computed. Colours are
/// premultiplied while they are mixed (02 §1, cases O-09).
pub(super) fn resample(
    source: Bitmap,
    geometry: &Geometry,
    mode: ResMode,
) -> Result<Bitmap, RenderError> {
    let window = geometry.window();
    if (source.width, source.height) == (geometry.scaled_width, geometry.scaled_height) {
        return Ok(source.cut(window));
    }
    let failed = |detail: String| RenderError::Resample {
        width: window.width,
        height: window.height,
        detail,
    };
    let pixel_type = match source.channels {
        Channels::Gray => PixelType::U8,
        Channels::GrayAlpha => PixelType::U8x2,
        Channels::Rgb => PixelType::U8x3,
        Channels::Rgba => PixelType::U8x4,
    };
    // source pixels per scaled pixel
    let step_x = f64::from(source.width) / f64::from(geometry.scaled_width);
    let step_y = f64::from(source.height) / f64::from(geometry.scaled_height);
    let (left, top) = (f64::from(window.x) * step_x, f64::from(window.y) * step_y);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(kernel(mode).map_err(|e| failed(e.to_string()))?))
        .crop(
            left,
            top,
            (f64::from(window.width) * step_x).min(f64::from(source.width) - left),
            (f64::from(window.height) * step_y).min(f64::from(source.height) - top),
        )
        .use_alpha(true);
    let view = ImageRef::new(source.width, source.height, &source.data, pixel_type)
        .map_err(|error| failed(error.to_string()))?;
    let mut scaled = Image::new(window.width, window.height, pixel_type);
    Resizer::new()
        .resize(&view, &mut scaled, &options)
        .map_err(|error| failed(error.to_string()))?;
    Ok(Bitmap {
        width: window.width,
        height: window.height,
        channels: source.channels,
        data: scaled.into_vec(),
    })
}

fn kernel(mode: ResMode) -> Result<FilterType, fast_image_resize::CreateFilterError> {
    Ok(match mode {
        ResMode::Bilin => FilterType::Bilinear,
        ResMode::Bicub => FilterType::Custom(Filter::new("bicub", |x| cubic(x, -0.5), 2.0)?),
        ResMode::Sharp2 => FilterType::Lanczos3,
        ResMode::Bisharp => FilterType::Custom(Filter::new("bisharp", |x| cubic(x, -1.0), 2.0)?),
    })
}

/// Keys' cubic convolution kernel with the free parameter `a`.
fn cubic(x: f64, a: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cubic_kernels_are_keys_with_a_half_and_one() {
        for a in [-0.5, -1.0] {
            assert_eq!([cubic(0.0, a), cubic(1.0, a), cubic(2.0, a)], [1.0, 0.0, 0.0]);
            // the weights of the four neighbours of any point add up to 1
            for step in 0..10 {
                let t = f64::from(step) / 10.0;
                let sum: f64 = [-1.0, 0.0, 1.0, 2.0].iter().map(|k| cubic(t - k, a)).sum();
                assert!((sum - 1.0).abs() < 1e-12, "a {a} t {t}: {sum}");
            }
        }
        // Keys 1981: value at 1.5 is a/8
        assert_eq!(cubic(1.5, -0.5), -0.0625);
        assert_eq!(cubic(1.5, -1.0), -0.125);
    }
}
