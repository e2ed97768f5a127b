//! Scaling (02 §4.2 `resMode`).
//!
//! fast_image_resize stretches its kernel over the source pixels of one output
//! pixel when it reduces, so every source pixel has its say. The box halving
//! that the spec offers to bound the cost is not used: it would blur first,
//! and the vertical pass is already bounded by the output's width.

use fast_image_resize::images::{Image, ImageRef, TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U16, U16x2, U16x3, U16x4};
use fast_image_resize::{
    Filter, FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer,
};

use super::RenderError;
use super::geometry::Size;
use crate::codecs::bitmap::{Area, Bitmap, Channels};
use crate::modifiers::plan::ResMode;

/// Scales `source` to `size` and gives the part `window` of that: only what is
/// asked for is computed.
pub(super) fn resample(
    source: Bitmap,
    size: Size,
    window: Area,
    mode: ResMode,
) -> Result<Bitmap, RenderError> {
    resample_extent(source, None, size, window, mode)
}

/// The part of a bitmap that shows the picture, from its top-left, in its pixels: one
/// that a decoder shrank ends inside its last column and row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub width: f64,
    pub height: f64,
}

impl Extent {
    /// `None`: the whole bitmap, as `area` was not shrunk.
    pub(super) fn of(bitmap: &Bitmap, area: Area, scale: f64) -> Option<Extent> {
        (scale < 1.0).then(|| Extent {
            width: (f64::from(area.width) * scale).min(bitmap.width.into()),
            height: (f64::from(area.height) * scale).min(bitmap.height.into()),
        })
    }
}

/// The same of a bitmap that shows the picture in a part of it.
pub(super) fn resample_extent(
    source: Bitmap,
    extent: Option<Extent>,
    size: Size,
    window: Area,
    mode: ResMode,
) -> Result<Bitmap, RenderError> {
    let whole = Extent { width: source.width.into(), height: source.height.into() };
    let extent = extent.unwrap_or(whole);
    if (extent.width, extent.height) == (size.width.into(), size.height.into()) && extent == whole {
        return Ok(source.cut(window));
    }
    let failed = |detail: String| RenderError::Resample {
        width: window.width,
        height: window.height,
        detail,
    };
    // source pixels per scaled pixel
    let step_x = extent.width / f64::from(size.width);
    let step_y = extent.height / f64::from(size.height);
    let (left, top) = (f64::from(window.x) * step_x, f64::from(window.y) * step_y);
    let kernel = kernel(mode).map_err(|error| failed(error.to_string()))?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(kernel))
        .crop(
            left,
            top,
            (f64::from(window.width) * step_x).min(extent.width - left),
            (f64::from(window.height) * step_y).min(extent.height - top),
        )
        .use_alpha(false);
    let mut scaled = Bitmap::zeroed(window.width, window.height, source.channels);
    // one that is halved at least has few pixels that overshoot in the first pass
    let sharp = mode != ResMode::Bilin && (step_x < 2.0 || step_y < 2.0);
    match source.channels {
        Channels::Gray if sharp => {
            let pack = |pixel: &[u8]| U16::new(raised(pixel[0]));
            in_16_bits(&source, &mut scaled, &options, pack, |pixel, to| {
                to[0] = lowered(pixel.0);
            })
        }
        Channels::Rgb if sharp => {
            let pack = |pixel: &[u8]| U16x3::new([pixel[0], pixel[1], pixel[2]].map(raised));
            in_16_bits(&source, &mut scaled, &options, pack, |pixel, to| {
                to.copy_from_slice(&pixel.0.map(lowered));
            })
        }
        Channels::Cmyk if sharp => {
            let pack =
                |pixel: &[u8]| U16x4::new([pixel[0], pixel[1], pixel[2], pixel[3]].map(raised));
            in_16_bits(&source, &mut scaled, &options, pack, |pixel, to| {
                to.copy_from_slice(&pixel.0.map(lowered));
            })
        }
        Channels::Gray => plain(&source, &mut scaled, PixelType::U8, &options),
        Channels::Rgb => plain(&source, &mut scaled, PixelType::U8x3, &options),
        Channels::Cmyk => plain(&source, &mut scaled, PixelType::U8x4, &options),
        // render brings these to RGB before
        Channels::CmykAlpha => Err("cmyk with alpha cannot be scaled".into()),
        Channels::GrayAlpha => in_16_bits(
            &source,
            &mut scaled,
            &options,
            |pixel| U16x2::new(premultiplied([pixel[0], pixel[1]])),
            |pixel, to| divided(&pixel.0, to),
        ),
        Channels::Rgba => in_16_bits(
            &source,
            &mut scaled,
            &options,
            |pixel| U16x4::new(premultiplied([pixel[0], pixel[1], pixel[2], pixel[3]])),
            |pixel, to| divided(&pixel.0, to),
        ),
    }
    .map_err(failed)?;
    Ok(scaled)
}

/// Opaque pixels.
fn plain(
    source: &Bitmap,
    scaled: &mut Bitmap,
    pixel_type: PixelType,
    options: &ResizeOptions,
) -> Result<(), String> {
    let (width, height) = (scaled.width, scaled.height);
    let view = ImageRef::new(source.width, source.height, &source.data, pixel_type)
        .map_err(|error| error.to_string())?;
    let mut target = Image::from_slice_u8(width, height, &mut scaled.data, pixel_type)
        .map_err(|error| error.to_string())?;
    Resizer::new().resize(&view, &mut target, options).map_err(|error| error.to_string())
}

/// Full opacity in 16 bits. What is above it is room for the overshoot of the
/// sharp kernels: if alpha were cut off there but the colours were not, edges
/// would come out too bright.
const OPAQUE: u32 = 40_000;

/// A level with room for the overshoot of the sharp kernels on both sides: what the
/// first pass cuts off, the second cannot make good.
fn raised(level: u8) -> u16 {
    u16::from(level) * 128 + 16_384
}

fn lowered(raised: u16) -> u8 {
    ((i32::from(raised) - 16_384 + 64) >> 7).clamp(0, 255) as u8
}

/// Pixels that are mixed in 16 bits. Of transparent ones the colours are premultiplied
/// meanwhile and divided after (02 §1, cases O-09), so that faint pixels keep their
/// colour.
fn in_16_bits<P: PixelTrait>(
    source: &Bitmap,
    scaled: &mut Bitmap,
    options: &ResizeOptions,
    pack: impl Fn(&[u8]) -> P,
    unpack: impl Fn(&P, &mut [u8]),
) -> Result<(), String> {
    let n = source.channels.count();
    let pixels: Vec<P> = source.data.chunks_exact(n).map(pack).collect();
    let view = TypedImageRef::new(source.width, source.height, &pixels)
        .map_err(|error| error.to_string())?;
    let mut target = TypedImage::<P>::new(scaled.width, scaled.height);
    Resizer::new().resize_typed(&view, &mut target, options).map_err(|error| error.to_string())?;
    for (pixel, to) in target.pixels().iter().zip(scaled.data.chunks_exact_mut(n)) {
        unpack(pixel, to);
    }
    Ok(())
}

fn premultiplied<const N: usize>(pixel: [u8; N]) -> [u16; N] {
    let alpha = u32::from(pixel[N - 1]);
    let mut out = pixel
        .map(|colour| ((u32::from(colour) * alpha * OPAQUE + 255 * 255 / 2) / (255 * 255)) as u16);
    out[N - 1] = ((alpha * OPAQUE + 127) / 255) as u16;
    out
}

fn divided(pixel: &[u16], to: &mut [u8]) {
    let Some((alpha, colours)) = pixel.split_last() else { return };
    let alpha = u32::from(*alpha);
    let opacity = ((alpha * 255 + OPAQUE / 2) / OPAQUE).min(255) as u8;
    let Some((last, targets)) = to.split_last_mut() else { return };
    *last = opacity;
    if opacity == 0 {
        return;
    }
    for (target, colour) in targets.iter_mut().zip(colours) {
        *target = ((u32::from(*colour) * 255 + alpha / 2) / alpha).min(255) as u8;
    }
}

fn kernel(mode: ResMode) -> Result<FilterType, fast_image_resize::CreateFilterError> {
    Ok(match mode {
        ResMode::Bilin => FilterType::Bilinear,
        ResMode::Bicub => FilterType::Custom(Filter::new("bicub", |x| cubic(x, -0.5), 2.0)?),
        ResMode::Sharp2 => FilterType::Custom(Filter::new("sharp2", lanczos, 3.0)?),
        ResMode::Bisharp => FilterType::Custom(Filter::new("bisharp", |x| cubic(x, -1.0), 2.0)?),
    })
}

/// Lanczos with three lobes; the sine is our own, as the system's differ between
/// machines (ruling 16).
fn lanczos(x: f64) -> f64 {
    let sinc = |x: f64| match x == 0.0 {
        true => 1.0,
        false => libm::sin(std::f64::consts::PI * x) / (std::f64::consts::PI * x),
    };
    if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
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
    fn premultiplying_and_dividing_give_every_colour_back() {
        for colour in 0..=255 {
            for alpha in 1..=255 {
                let mut out = [0; 2];
                divided(&premultiplied([colour, alpha]), &mut out);
                // Half a unit of rounding in each of colour and alpha, where one
                // level of alpha is 157 units: 2 * 0.5 * 255 / (157 * alpha)
                // levels, below a half from alpha 4 on.
                let most = if alpha < 4 { 2 } else { 0 };
                assert!(out[0].abs_diff(colour) <= most, "{colour} at {alpha}: {out:?}");
                assert_eq!(out[1], alpha);
            }
        }
    }

    #[test]
    fn raising_and_lowering_give_every_level_back_and_cut_overshoot() {
        for level in 0..=255 {
            assert_eq!(lowered(raised(level)), level);
        }
        // 10 levels below black, 10 above white
        assert_eq!((lowered(raised(0) - 1280), lowered(raised(255) + 1280)), (0, 255));
    }

    #[test]
    fn overshoot_of_alpha_does_not_brighten_the_colour() {
        // 1.2 times the premultiplied pixel (200, 255)
        let mut out = [0; 2];
        divided(&premultiplied([200, 255]).map(|value| value / 5 * 6), &mut out);
        assert_eq!(out, [200, 255]);
    }

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
