//! Decoded pixels and a plan to the pixels of the output, without I/O.
//!
//! The order is that of spec 02 §1: crop, scale, sharpen, flatten. Colours go
//! to sRGB after scaling, when there are fewest pixels.

#[cfg_attr(not(test), expect(dead_code))]
mod clip;
pub mod colour;
#[cfg_attr(not(test), expect(dead_code))]
mod fill;
pub mod geometry;
pub mod ops;
mod resample;
mod view;
pub mod warp;

use crate::codecs::bitmap::Bitmap;
use crate::modifiers::plan::{PixelType, Plan};
use geometry::Geometry;

/// What a rendered picture is and what happened on the way.
#[derive(Debug)]
pub struct Rendered {
    /// The output's pixels: gray or RGB as the plan says, with alpha only if
    /// the plan keeps it.
    pub bitmap: Bitmap,
    /// Some pixel of the source was not opaque and the output keeps no alpha.
    pub alpha_removed: bool,
    /// The embedded profile could not be used, and why.
    pub profile_ignored: Option<String>,
}

/// Why pixels could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("resampling to {width} x {height} pixels failed: {detail}")]
    Resample { width: u32, height: u32, detail: String },
}

/// Renders `source`, which holds the part of the upright picture that
/// [`Geometry::visible`] asked for.
pub fn render(
    source: Bitmap,
    profile: Option<&[u8]>,
    plan: &Plan,
    geometry: &Geometry,
) -> Result<Rendered, RenderError> {
    let transparent = !source.is_opaque();
    // An alpha channel that says nothing costs a third more work.
    let source = if transparent { source } else { source.without_alpha() };
    let source = view::extended(source, geometry);

    let mut bitmap = resample::resample(source, geometry, plan.request.res_mode)?;
    let profile_ignored = profile.and_then(|profile| colour::to_srgb(&mut bitmap, profile).err());
    if plan.sharpening.sharpen {
        bitmap = ops::sharpen::sharpen(bitmap);
    }
    let reduction = geometry.reduction();
    let masks = [(plan.sharpening.usm, reduction), (plan.sharpening.usm_r, 1.0)];
    for (mask, scale) in masks {
        if let Some(mask) = mask {
            let sigma = mask.radius * scale;
            bitmap = ops::usm::usm(bitmap, mask.amount, sigma, mask.threshold, mask.mono);
        }
    }

    let bitmap = if plan.output.format.alpha {
        view::on_transparent(bitmap, geometry)
    } else {
        view::on_background(bitmap, geometry, plan.view.background)
    };
    let bitmap = match plan.pixel_type() {
        PixelType::Rgb | PixelType::Cmyk => bitmap.to_rgb(),
        PixelType::Gray => bitmap.to_gray(),
    };
    Ok(Rendered {
        bitmap,
        alpha_removed: transparent && !plan.output.format.alpha,
        profile_ignored,
    })
}
