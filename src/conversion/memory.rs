//! How much memory a conversion takes at its peak, told from the plan and the size
//! of the source, before anything is read.

use crate::modifiers::plan::{Plan, Spatial};
use crate::render;
use crate::render::geometry::{SourceFacts, geometry_of};

/// Bytes of a source pixel while it is decoded: four components, and as much again
/// while they are turned, cut, widened to 16 bits or given a mask.
const DECODED: u64 = 8;

/// Bytes of a pixel between the source and the view: four components before a step,
/// after it, and once more where alpha is multiplied in at 16 bits.
const BETWEEN: u64 = 16;

/// Bytes more where something is blurred, grown or sharpened: whole planes of sums.
const SPATIAL: u64 = 16;

/// Bytes of an output pixel: four components, those of another colour model and the
/// file that is being written.
const WRITTEN: u64 = 12;

/// Upper estimate in bytes for a source of `width` x `height` upright pixels in a
/// file of `file_size` bytes. What cannot be told, as the size of the source is not
/// known (0), is left out.
pub fn memory_of(plan: &Plan, width: u32, height: u32, file_size: u64) -> u64 {
    if width == 0 || height == 0 {
        return file_size;
    }
    let source = u64::from(width) * u64::from(height);
    let decoded = source.saturating_mul(DECODED).saturating_add(file_size);
    // what has no geometry fails before anything is decoded
    let Ok(geometry) = geometry_of(plan, &SourceFacts::of_size(width, height)) else {
        return file_size;
    };
    let sizes = render::intermediate_sizes(plan, &geometry);
    let largest = sizes.iter().map(|size| size.pixels()).max().unwrap_or(0);
    let layer = plan.base();
    let spatial = |spatial: &Spatial| *spatial != Spatial::default();
    let spread = spatial(&layer.surface.spatial)
        || spatial(&plan.composite.surface.spatial)
        || layer.sharpening != Default::default()
        || layer.source.grow_mask.is_some();
    let each = if spread { BETWEEN + SPATIAL } else { BETWEEN };
    let output = geometry.output_pixels();
    let sharpened = plan.sharpening != Default::default();
    let written = if sharpened { WRITTEN + SPATIAL } else { WRITTEN };
    // the source is still there while the first picture is made from it
    decoded
        .saturating_add(largest.saturating_mul(each))
        .saturating_add(output.saturating_mul(written))
}
