//! Layer 0: from the cut source to the canvas (02 §1 L1 to L10).

use super::adjust::{LayerSharpening, adjusted};
use super::geometry::{Geometry, Shape, Size};
use super::resample::Extent;
use super::turn::{Turn, quarters};
use super::{RenderError, clip, fill, ops, resample, warp};
use crate::codecs::bitmap::{Area, Bitmap};
use crate::modifiers::plan::{Flip, Layer, Opacity, Plan, Surface};

/// What a layer's pixels come from.
pub(super) struct Cut {
    /// The whole crop, unscaled.
    pub bitmap: Bitmap,
    pub extent: Option<Extent>,
    /// Of the random numbers of `op_noise`.
    pub seed: u64,
}

/// Whether nothing stands between the scaling of the layer and that of the view,
/// so that one scaling does both: only mirroring, quarter turns and opacity, which
/// give the same before and after it.
pub(super) fn is_plain(plan: &Plan, geometry: &Geometry, opaque: bool) -> bool {
    let layer = plan.base();
    let untouched = |surface: &Surface| {
        surface.adjustments == Default::default()
            && surface.spatial == Default::default()
            && surface.clip.is_none()
    };
    let shape = &geometry.layer;
    let filled = layer.paint.colour.is_some() || layer.paint.background.is_some();
    let transparent = !opaque || layer.surface.opacity != Default::default();
    untouched(&layer.surface)
        && untouched(&plan.composite.surface)
        && layer.sharpening == Default::default()
        && quarters(&shape.shape).is_some()
        && (shape.content.x, shape.content.y) == (0, 0)
        && shape.content.size() == shape.size
        && !(filled && transparent)
        && (layer.source.grow_mask.is_none() || opaque)
        && !layer.paint.hidden
}

/// The turns of a plain plan.
pub(super) fn turn_of(plan: &Plan, geometry: &Geometry) -> Turn {
    let quarters = quarters(&geometry.layer.shape).unwrap_or(0);
    Turn::new(geometry.layer.flip, quarters, plan.composite.surface.flip)
}

/// Opacity of layer and composite together, 0 to 1.
pub(super) fn opacity_of(plan: &Plan) -> f64 {
    share(plan.base().surface.opacity) * share(plan.composite.surface.opacity)
}

fn share(opacity: Opacity) -> f64 {
    f64::from(u32::from(opacity.whole) * u32::from(opacity.fill)) / 1e4
}

/// Renders the canvas: the layer at its final size, and what happens to the
/// composite (02 §1 C1).
pub(super) fn canvas(cut: Cut, plan: &Plan, geometry: &Geometry) -> Result<Bitmap, RenderError> {
    let layer = plan.base();
    let mut picture = scaled(cut.bitmap, cut.extent, plan, geometry)?;
    picture = grown_mask(picture, layer, geometry);
    let reduction = geometry.layer.scale.min(1.0);
    let sharpening = LayerSharpening { sharpening: &layer.sharpening, reduction };
    picture = adjusted(picture, &layer.surface, Some(sharpening), cut.seed);
    picture = Turn::of_flip(geometry.layer.flip).apply(picture);
    let opacity = layer.surface.opacity;
    picture = fill::opacity(picture, share(opacity));
    if let Some(colour) = layer.paint.colour {
        picture = fill::under(picture, colour);
    }
    picture = shaped(picture, plan, geometry);
    if let Some(colour) = layer.paint.background {
        picture = fill::under(picture, colour);
    }
    if layer.paint.hidden {
        picture = fill::opacity(picture, 0.0);
    }
    picture = clipped(picture, &layer.surface);

    let surface = &plan.composite.surface;
    // the composite has another seed, or the noise of both would be the same
    picture = adjusted(picture, surface, None, cut.seed.wrapping_add(1));
    picture = Turn::of_flip(surface.flip).apply(picture);
    let opacity = surface.opacity;
    picture = fill::opacity(picture, share(opacity));
    Ok(clipped(picture, surface))
}

fn scaled(
    cut: Bitmap,
    extent: Option<Extent>,
    plan: &Plan,
    geometry: &Geometry,
) -> Result<Bitmap, RenderError> {
    let Size { width, height } = geometry.layer.scaled;
    let whole = Area { x: 0, y: 0, width, height };
    resample::resample_extent(cut, extent, geometry.layer.scaled, whole, plan.request.res_mode)
}

/// `op_growMask`: its radius counts in pixels of the source, that of
/// `op_growMaskR` in pixels of the layer.
fn grown_mask(picture: Bitmap, layer: &Layer, geometry: &Geometry) -> Bitmap {
    match layer.source.grow_mask {
        None => picture,
        Some(grow) if grow.rendered => ops::grow_mask::grow_mask(picture, grow.radius),
        Some(grow) => {
            let scale = geometry.layer.scale.min(1.0);
            let radius = (f64::from(grow.radius.abs()) * scale + 0.5).floor() as i32;
            ops::grow_mask::grow_mask(picture, radius * grow.radius.signum())
        }
    }
}

/// `rotate` or `perspective`, then `extend`.
fn shaped(picture: Bitmap, plan: &Plan, geometry: &Geometry) -> Bitmap {
    let layer = &geometry.layer;
    let turned = match &layer.shape {
        Shape::Turned { quarters: Some(quarters), .. } => {
            Turn::new(Flip::default(), *quarters, Flip::default()).apply(picture)
        }
        Shape::Turned { .. } => warp::rotated(picture, layer, plan.request.res_mode),
        Shape::Bent { corners } => {
            let sampling =
                plan.base().transform.perspective.map(|p| p.sampling).unwrap_or_default();
            // the corners are given in the final rectangle
            return warp::bent(picture, *corners, layer.size, sampling);
        }
    };
    fill::extended(turned, layer)
}

fn clipped(picture: Bitmap, surface: &Surface) -> Bitmap {
    let Some(path) = &surface.clip else { return picture };
    let mut picture = clip::clipped(picture, path, false);
    if let Some(out) = &surface.clip_out {
        picture = clip::clipped(picture, out, true);
    }
    picture
}
