//! How much memory a conversion takes at its peak, told from the plan and the size
//! of the source, before anything is read.

use crate::codecs::sniff::Kind;
use crate::modifiers::plan::{Compression, FileFormat, Format, Plan, Spatial};
use crate::render;
use crate::render::geometry::{SourceFacts, geometry_of};

/// Bytes of a source pixel while it is decoded: what the decoder keeps, and four
/// components as much again while they are turned, cut or given a mask.
fn decoding(kind: Kind) -> u64 {
    match kind {
        // a progressive one keeps two bytes for each coefficient
        Kind::Jpeg => 12,
        // the decoder works in 32-bit planes
        Kind::Jp2 => 28,
        // perhaps two bytes a component in the file, and where alpha is multiplied in
        _ => 17,
    }
}

/// Bytes of an output pixel while it is encoded: four components, those of another
/// colour model, the encoder's own planes (measured, for those that are not ours by
/// the memory of the process) and the file.
fn writing(format: &FileFormat) -> u64 {
    match format.format {
        Format::Webp if format.compression == Compression::Lossless => 48,
        Format::Avif => 40,
        Format::Jpeg2000 => 26,
        Format::Webp | Format::JpegXr => 20,
        _ => 14,
    }
}

/// Bytes of a picture that only waits for the next step: four components.
const KEPT: u64 = 4;

/// Bytes of a pixel between the source and the view: four components before a step
/// and after it.
const BETWEEN: u64 = 10;

/// Bytes more where something is blurred, grown or sharpened: rows and planes of sums.
const SPATIAL: u64 = 8;

/// Bytes of a pixel that is scaled up: two bytes a component between the passes.
const ENLARGED: u64 = 20;

/// Bytes of tables, profiles and the coder's own rows.
const TABLES: u64 = 1 << 20;

/// What is known of a source before it is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceSize {
    /// Upright, in pixels; 0 when unknown.
    pub width: u32,
    pub height: u32,
    /// Of the file, in bytes.
    pub file_size: u64,
    /// As the content or else the name says it.
    pub kind: Kind,
}

/// Upper estimate in bytes. What cannot be told, as the size of the source is not
/// known, is left out.
pub fn memory_of(plan: &Plan, source: &SourceSize) -> u64 {
    let SourceSize { width, height, file_size, kind } = *source;
    if width == 0 || height == 0 {
        return file_size;
    }
    // what has no geometry fails before anything is decoded
    let Ok(geometry) = geometry_of(plan, &SourceFacts::of_size(width, height)) else {
        return file_size;
    };
    let times = |pixels: u64, bytes: u64| pixels.saturating_mul(bytes);
    let pixels = u64::from(width) * u64::from(height);
    let output = geometry.output_pixels();
    let layer = plan.base();
    let spatial = |spatial: &Spatial| *spatial != Spatial::default();
    let spread = spatial(&layer.surface.spatial)
        || spatial(&plan.composite.surface.spatial)
        || layer.sharpening != Default::default()
        || layer.source.grow_mask.is_some();
    let step = BETWEEN + if spread { SPATIAL } else { 0 };
    let sizes = render::intermediate_sizes(plan, &geometry);
    let largest = sizes.iter().map(|size| size.pixels()).max().unwrap_or(0);
    let first = sizes.first().map_or(0, |size| size.pixels());

    let read = times(pixels, decoding(kind));
    let scaling = times(pixels, KEPT).saturating_add(times(first, ENLARGED));
    let rendering = times(largest, step);
    let before_view = if largest == 0 { pixels } else { largest };
    let viewing = times(before_view, KEPT).saturating_add(times(output, ENLARGED));
    let sharpened = plan.sharpening != Default::default();
    let sharpening = times(output, if sharpened { KEPT + BETWEEN + SPATIAL } else { 0 });
    let written = times(output, writing(&plan.output.format));
    let steps = [read, scaling, rendering, viewing, sharpening, written];
    steps.into_iter().fold(0, u64::max).saturating_add(file_size + TABLES)
}
