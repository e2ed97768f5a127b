//! Bytes and a plan to bytes: the pure function that every export is.
//!
//! The same source, plan and version give the same bytes on any machine and
//! any number of threads (ruling 16).

mod asset;
mod embed;
mod error;
mod limits;
mod memory;
mod warnings;

use crate::codecs::bitmap::Bitmap;
use crate::codecs::{self, EncodeOptions, Request};
use crate::decoding::Decoders;
use crate::modifiers::plan::{Plan, Surface};
use crate::render::colour::Colours;
use crate::render::geometry::geometry_of;
use crate::render::{self, render};
pub use asset::{Asset, MaskFile};
pub use error::ConversionError;
pub use limits::Limits;
pub use memory::{SourceSize, memory_of};
pub use warnings::Warning;
use warnings::{Warnings, alpha_removed};

/// What a conversion is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Decode,
    Render,
    Encode,
}

/// A finished conversion.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The output file.
    pub bytes: Vec<u8>,
    /// Width of the output in pixels.
    pub width: u32,
    /// Height of the output in pixels.
    pub height: u32,
    pub warnings: Vec<Warning>,
}

/// Converts one file with the profiles that this program ships. `file_name` is only
/// compared with the content. `progress` hears the stage that begins and the share of
/// the whole that is done, 0 to 1, never falling.
pub fn convert(
    source: &[u8],
    file_name: &str,
    plan: &Plan,
    limits: &Limits,
    progress: &mut dyn FnMut(Stage, f64),
) -> Result<Converted, ConversionError> {
    let mut go_on = |stage, done| {
        progress(stage, done);
        true
    };
    let asset = Asset::of_file(source, file_name);
    let decoders = &Decoders::here();
    let engine = Engine { limits, colours: Colours::shipped(), decoders };
    convert_asset(&asset, plan, engine, &mut go_on)
}

/// What conversions of a company are made with.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    pub limits: &'a Limits,
    /// Its profiles and colour defaults.
    pub colours: &'a Colours,
    pub decoders: &'a Decoders,
}

/// Converts an asset. When `progress` answers `false`, nothing more is done.
pub fn convert_asset(
    asset: &Asset<'_>,
    plan: &Plan,
    engine: Engine<'_>,
    progress: &mut dyn FnMut(Stage, f64) -> bool,
) -> Result<Converted, ConversionError> {
    let Engine { limits, colours, decoders } = engine;
    let source = asset.bytes;
    let mut enter = |stage, done| match progress(stage, done) {
        true => Ok(()),
        false => Err(ConversionError::Stopped),
    };
    enter(Stage::Decode, 0.0)?;
    let info = codecs::probe(source).map_err(ConversionError::Decode)?;
    let geometry = geometry_of(plan, &asset.facts(&info))?;
    limits.check(&info, plan, &geometry)?;

    let least = render::least_size(plan, &geometry);
    let area = geometry.visible();
    // masks and the margins of a crop are in full size
    let least = match asset.mask.is_some() || geometry.reaches_outside() {
        false => least,
        true => render::geometry::Size { width: area.width, height: area.height },
    };
    let request = Request { area, least_width: least.width, least_height: least.height };
    let decoded = decoders.decode(source, &info, request).map_err(ConversionError::Decode)?;
    let mask = asset.mask(&info, area, plan, engine)?;

    enter(Stage::Render, 0.6)?;
    let picture = render::Source {
        bitmap: decoded.bitmap,
        scale: decoded.scale,
        associated_alpha: info.associated_alpha,
        mask,
        profile: decoded.profile.as_deref(),
        seed: seed(source, plan),
    };
    let rendered = render(picture, plan, &geometry, colours)?;

    enter(Stage::Encode, 0.75)?;
    let mut warnings = Warnings::default();
    warnings.of_source(&info, asset.file_name, decoded.damage, rendered.cmyk_by_formula);
    warnings.of_geometry(&geometry, plan);
    if rendered.alpha_removed {
        warnings.add("ALPHA_REMOVED", alpha_removed(plan.output.format.format));
    }
    if let Some(reason) = rendered.profile_ignored {
        let instead = if rendered.cmyk_by_formula {
            "cmyk colours are converted by the plain formula"
        } else {
            "colours are taken as sRGB"
        };
        warnings.add("PROFILE_IGNORED", format!("{reason}; {instead}"));
    }
    let encoding = &plan.output.encoding;
    let kept = embed::embedded(source, &info, plan, &geometry, &mut warnings);
    let embedded = rendered.profile.as_deref().filter(|_| plan.output.colour.embed);
    let embedded = embedded.map(|profile| profile.bytes());
    let options = EncodeOptions {
        format: plan.output.format.format,
        compression: plan.output.format.compression,
        quality: encoding.quality,
        full_chroma: encoding.full_chroma,
        scans: encoding.scans,
        palette: Some(&encoding.palette),
        background: plan.view.background,
        embedded: Some(&kept),
        profile: embedded,
        resolution: encoding.print_resolution.or(info.resolution).unwrap_or(PRINT_RESOLUTION),
    };
    let (width, height) = (rendered.bitmap.width, rendered.bitmap.height);
    let bytes = encoded(rendered.bitmap, options, encoding.jpeg_kilobytes)?;
    enter(Stage::Encode, 1.0)?;
    Ok(Converted { bytes, width, height, warnings: warnings.0 })
}

/// Encodes, with a lower quality where a JPEG must not be larger than so many
/// kilobytes; 0 is no limit (02 §4.2 `jpegSize`).
fn encoded(
    bitmap: Bitmap,
    options: EncodeOptions<'_>,
    kilobytes: u32,
) -> Result<Vec<u8>, ConversionError> {
    if kilobytes == 0 {
        return codecs::encode(bitmap, options).map_err(ConversionError::Encode);
    }
    let limit = kilobytes as usize * 1024;
    let with = |quality: u8| {
        let options = EncodeOptions { quality, ..options };
        codecs::encode(bitmap.clone(), options).map_err(ConversionError::Encode)
    };
    let first = with(options.quality)?;
    if first.len() <= limit {
        return Ok(first);
    }
    // the largest quality that fits lies in least..most
    let (mut least, mut most) = (0, options.quality);
    let mut best = None;
    while most - least > 1 {
        let quality = least + (most - least) / 2;
        let bytes = with(quality)?;
        match bytes.len() <= limit {
            true => {
                best = Some(bytes);
                least = quality;
            }
            false => most = quality,
        }
    }
    best.ok_or(ConversionError::JpegTooLarge { kilobytes })
}

/// The seed of random numbers: the same for the same file (ruling 16). Most plans
/// need none.
fn seed(source: &[u8], plan: &Plan) -> u64 {
    let noisy = |surface: &Surface| surface.spatial.noise.percent > 0;
    match noisy(&plan.base().surface) || noisy(&plan.composite.surface) {
        true => u64::from(crc32fast::hash(source)) << 32 | (source.len() as u64 & 0xFFFF_FFFF),
        false => 0,
    }
}

/// Dots per inch where neither the source nor the request says any (ruling 6).
const PRINT_RESOLUTION: f64 = 72.0;
