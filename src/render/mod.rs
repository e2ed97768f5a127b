//! Decoded pixels and a plan to the pixels of the output, without I/O.
//!
//! It reads like the table of spec 02 §1: mask, cut, layer, composite, view,
//! sharpening, colour, background. Where nothing stands between the scaling of the
//! layer and that of the view, one scaling does both, and colours are converted
//! after it, when there are fewest pixels.

mod adjust;
mod clip;
pub mod colour;
mod fill;
pub mod geometry;
mod layer;
mod mask;
pub mod ops;
mod resample;
mod turn;
mod view;
pub mod warp;

use std::sync::Arc;

use crate::codecs::bitmap::{Area, Bitmap, PixelType as Pixels};
use crate::colour::Profile;
use crate::modifiers::plan::{Plan, RequestKind, ResMode};
use colour::Colours;
use geometry::Geometry;

/// What is rendered: the part of the upright picture that
/// [`Geometry::visible`] asked for.
#[derive(Debug)]
pub struct Source<'a> {
    pub bitmap: Bitmap,
    /// Size of `bitmap` relative to the part that was asked for: 1, or less where the
    /// decoder shrank it. Its sides are then rounded up.
    pub scale: f64,
    /// The colours were stored multiplied by the alpha channel, as in TIFF with
    /// associated alpha; `bitmap` has them divided again.
    pub associated_alpha: bool,
    /// Gray, of the size of `bitmap`: replaces its alpha channel.
    pub mask: Option<Bitmap>,
    /// The embedded profile.
    pub profile: Option<&'a [u8]>,
    /// Of random numbers; the same for the same source.
    pub seed: u64,
}

/// What a rendered picture is and what happened on the way.
#[derive(Debug)]
pub struct Rendered {
    /// The output's pixels, of the output's pixel type, with alpha only if the
    /// plan keeps it.
    pub bitmap: Bitmap,
    /// The profile of these pixels, if they have one.
    pub profile: Option<Arc<Profile>>,
    /// Some pixel was not opaque and the output keeps no alpha.
    pub alpha_removed: bool,
    /// The embedded profile could not be used, and why.
    pub profile_ignored: Option<String>,
    /// CMYK colours were converted by the plain formula, for want of a profile.
    pub cmyk_by_formula: bool,
}

/// Why pixels could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("resampling to {width} x {height} pixels failed: {detail}")]
    Resample { width: u32, height: u32, detail: String },
    /// `icc=` names a profile that is not there or does not go with the request.
    #[error("{0}")]
    Profile(String),
}

/// The least size that the cut source must be decoded to: what it is scaled to first,
/// of which the view may show a part only.
pub fn least_size(plan: &Plan, geometry: &Geometry) -> geometry::Size {
    // transparency is not known yet; only opaque pictures may be scaled once
    match layer::is_plain(plan, geometry, false) {
        true => {
            let turn = layer::turn_of(plan, geometry);
            let (_, size) = turn.before(geometry.window(), geometry.view.scaled);
            size
        }
        false => geometry.layer.scaled,
    }
}

/// The sizes of the pictures between the source and the view.
pub fn intermediate_sizes(plan: &Plan, geometry: &Geometry) -> Vec<geometry::Size> {
    match layer::is_plain(plan, geometry, false) {
        true => Vec::new(),
        false => {
            let layer = &geometry.layer;
            vec![layer.scaled, layer.content.size(), layer.size]
        }
    }
}

/// The part `area` of a mask that is brought to the size of its picture.
pub fn scaled_mask(
    mask: Bitmap,
    size: geometry::Size,
    area: Area,
    mode: ResMode,
) -> Result<Bitmap, RenderError> {
    resample::resample(mask, size, area, mode)
}

/// Renders one picture, which is layer 0.
pub fn render(
    source: Source<'_>,
    plan: &Plan,
    geometry: &Geometry,
    colours: &Colours,
) -> Result<Rendered, RenderError> {
    let Source { bitmap, scale, associated_alpha, mask, profile, seed } = source;
    let bitmap = match mask {
        None => mask::used(bitmap, plan.base().source.mask_use, associated_alpha),
        Some(mask) => {
            let bitmap = bitmap.with_opacity(&mask);
            mask::used(bitmap, plan.base().source.mask_use, false)
        }
    };
    let transparent = !bitmap.is_opaque();
    // an alpha channel that says nothing costs a third more work
    let bitmap = if transparent { bitmap } else { bitmap.without_alpha() };
    let opaque = !transparent && !geometry.reaches_outside();
    let plain = layer::is_plain(plan, geometry, opaque);

    let kind = bitmap.channels.pixel_type();
    // what makes pixels transparent knows no five components
    let opacity = layer::opacity_of(plan);
    let early = kind == Pixels::Cmyk && !(opaque && plain && opacity == 1.0);
    let (bitmap, kind, profile, early) = match early {
        false => (bitmap, kind, profile, None),
        true => {
            let converted = colour::to_screen(bitmap, kind, profile, plan, colours)?;
            (
                converted.bitmap,
                Pixels::Rgb,
                None,
                Some((converted.ignored, converted.cmyk_by_formula)),
            )
        }
    };

    let extent = resample::Extent::of(&bitmap, geometry.visible(), scale);
    let bitmap = view::extended(bitmap, geometry);
    let bitmap = if plain {
        let turn = layer::turn_of(plan, geometry);
        let (window, size) = turn.before(geometry.window(), geometry.view.scaled);
        let scaled =
            resample::resample_extent(bitmap, extent, size, window, plan.request.res_mode)?;
        fill::opacity(turn.apply(scaled), opacity)
    } else {
        let canvas = layer::canvas(layer::Cut { bitmap, extent, seed }, plan, geometry)?;
        let size = geometry.view.scaled;
        resample::resample(canvas, size, geometry.window(), plan.request.res_mode)?
    };
    let bitmap = adjust::sharpened(bitmap, &plan.sharpening, geometry.reduction());

    if plan.request.kind == RequestKind::Mask {
        let bitmap = view::mask(bitmap, geometry, colour::pixels(plan.pixel_type()));
        return Ok(Rendered {
            bitmap,
            profile: None,
            alpha_removed: false,
            profile_ignored: None,
            cmyk_by_formula: false,
        });
    }
    let keeps_alpha = plan.output.format.alpha;
    let alpha_removed = (transparent || !bitmap.is_opaque()) && !keeps_alpha;
    let converted = colour::to_output(bitmap, kind, profile, plan, colours)?;
    let bitmap = match keeps_alpha {
        true => view::on_transparent(converted.bitmap, geometry),
        false => view::on_background(converted.bitmap, geometry, plan.view.background),
    };
    let (profile_ignored, cmyk_by_formula) =
        early.unwrap_or((converted.ignored, converted.cmyk_by_formula));
    Ok(Rendered {
        bitmap,
        profile: converted.profile,
        alpha_removed,
        profile_ignored,
        cmyk_by_formula,
    })
}
