//! Bytes and a plan to bytes: the pure function that every export is.
//!
//! The same source, plan and version give the same bytes on any machine and
//! any number of threads (ruling 16).

use std::path::Path;

use crate::codecs::bitmap::Bitmap;
use crate::codecs::sniff::Kind;
use crate::codecs::{self, CodecError, EncodeOptions, Request, SourceInfo};
use crate::modifiers::plan::{Format, Plan, Surface};
use crate::render::colour::Colours;
use crate::render::geometry::{Geometry, GeometryError, geometry};
use crate::render::{self, RenderError, render};

/// What a conversion may cost at most (ruling 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of a source, width times height; setting `limits.max_input_pixels`.
    pub max_input_pixels: u64,
    /// Pixels of an output; setting `limits.max_output_pixels`.
    pub max_output_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_input_pixels: 1_000_000_000, max_output_pixels: 100_000_000 }
    }
}

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

/// Something that the owner of the asset should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable, upper case: `ALPHA_REMOVED`, `CONTENT_EXTENSION_MISMATCH`,
    /// `NOT_ENLARGED`, `SOURCE_DAMAGED`, `CMYK_WITHOUT_PROFILE`,
    /// `PROFILE_IGNORED`, `CROP_OUTSIDE`.
    pub reason: &'static str,
    pub message: String,
}

/// Why an asset could not be converted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConversionError {
    #[error(transparent)]
    Decode(CodecError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Encode(CodecError),
    #[error(
        "source has {width} x {height} pixels, more than the limit of {limit} \
         (limits.max_input_pixels)"
    )]
    SourceTooLarge { width: u32, height: u32, limit: u64 },
    #[error(
        "crop of {width} x {height} pixels is larger than the limit of {limit} \
         (limits.max_input_pixels)"
    )]
    CropTooLarge { width: u32, height: u32, limit: u64 },
    #[error(
        "the scaled, turned or extended picture would have {width} x {height} pixels, more than \
         the limit of {limit} (the source, or limits.max_output_pixels if that is more)"
    )]
    LayerTooLarge { width: u32, height: u32, limit: u64 },
    #[error(
        "output would have {width} x {height} pixels, more than the limit of {limit} \
         (limits.max_output_pixels)"
    )]
    OutputTooLarge { width: u32, height: u32, limit: u64 },
    #[error(
        "{format} files cannot be larger than {limit} pixels a side, the output would be {width} x {height}"
    )]
    SideTooLong { format: &'static str, width: u32, height: u32, limit: u32 },
    #[error(
        "the jpeg is larger than {kilobytes} kilobytes even at quality 1; raise jpegSize or make \
         the picture smaller"
    )]
    JpegTooLarge { kilobytes: u32 },
    #[error(transparent)]
    Geometry(#[from] GeometryError),
}

impl ConversionError {
    /// Stable, upper-case name of the kind of failure (03 §6.3).
    pub fn reason(&self) -> &'static str {
        match self {
            ConversionError::Decode(_) => "DECODE_FAILED",
            ConversionError::Render(RenderError::Profile(_)) => "PROFILE_UNUSABLE",
            ConversionError::Render(_) | ConversionError::Encode(_) => "RENDER_FAILED",
            ConversionError::SourceTooLarge { .. } | ConversionError::CropTooLarge { .. } => {
                "INPUT_TOO_LARGE"
            }
            ConversionError::OutputTooLarge { .. }
            | ConversionError::LayerTooLarge { .. }
            | ConversionError::SideTooLong { .. }
            | ConversionError::JpegTooLarge { .. }
            | ConversionError::Geometry(_) => "OUTPUT_TOO_LARGE",
        }
    }
}

/// Converts one file. `file_name` is only compared with the content.
/// `progress` hears the stage that begins and the share of the whole that is
/// done, 0 to 1, never falling.
pub fn convert(
    source: &[u8],
    file_name: &str,
    plan: &Plan,
    limits: &Limits,
    progress: &mut dyn FnMut(Stage, f64),
) -> Result<Converted, ConversionError> {
    convert_with(source, file_name, plan, limits, Colours::shipped(), progress)
}

/// The same with the profiles and colour defaults of a company.
pub fn convert_with(
    source: &[u8],
    file_name: &str,
    plan: &Plan,
    limits: &Limits,
    colours: &Colours,
    progress: &mut dyn FnMut(Stage, f64),
) -> Result<Converted, ConversionError> {
    progress(Stage::Decode, 0.0);
    let info = codecs::probe(source).map_err(ConversionError::Decode)?;
    let geometry = geometry(plan, info.width, info.height)?;
    check_limits(&info, plan, &geometry, limits)?;

    let least = render::least_size(plan, &geometry);
    let request =
        Request { area: geometry.visible(), least_width: least.width, least_height: least.height };
    let decoded = codecs::decode(source, &info, request).map_err(ConversionError::Decode)?;

    progress(Stage::Render, 0.6);
    let picture = render::Source {
        bitmap: decoded.bitmap,
        profile: decoded.profile.as_deref(),
        seed: seed(source, plan),
    };
    let rendered = render(picture, plan, &geometry, colours)?;

    progress(Stage::Encode, 0.75);
    let mut warnings = Warnings::default();
    warnings.of_source(&info, file_name, decoded.damage, rendered.cmyk_by_formula);
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
    let embedded = rendered.profile.as_deref().filter(|_| plan.output.colour.embed);
    let embedded = embedded.map(|profile| profile.bytes());
    let options = EncodeOptions {
        format: plan.output.format.format,
        compression: plan.output.format.compression,
        quality: encoding.quality,
        full_chroma: encoding.full_chroma,
        scans: encoding.scans,
        profile: embedded,
        resolution: encoding.print_resolution.or(info.resolution).unwrap_or(PRINT_RESOLUTION),
    };
    let (width, height) = (rendered.bitmap.width, rendered.bitmap.height);
    let bytes = encoded(rendered.bitmap, options, encoding.jpeg_kilobytes)?;
    progress(Stage::Encode, 1.0);
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

/// Before anything is allocated.
fn check_limits(
    info: &SourceInfo,
    plan: &Plan,
    geometry: &Geometry,
    limits: &Limits,
) -> Result<(), ConversionError> {
    let format = plan.output.format.format;
    let (width, height) = (info.width, info.height);
    let limit = limits.max_input_pixels;
    if u64::from(width) * u64::from(height) > limit {
        return Err(ConversionError::SourceTooLarge { width, height, limit });
    }
    let (width, height) = (geometry.crop.width, geometry.crop.height);
    if u64::from(width) * u64::from(height) > limit {
        return Err(ConversionError::CropTooLarge { width, height, limit });
    }
    let (width, height) = (geometry.width, geometry.height);
    let limit = limits.max_output_pixels;
    if geometry.output_pixels() > limit {
        return Err(ConversionError::OutputTooLarge { width, height, limit });
    }
    // what is made on the way takes memory too: no more than an output or the source
    let source = u64::from(info.width) * u64::from(info.height);
    let limit = limits.max_output_pixels.max(source);
    for size in render::intermediate_sizes(plan, geometry) {
        if size.pixels() > limit {
            let (width, height) = (size.width, size.height);
            return Err(ConversionError::LayerTooLarge { width, height, limit });
        }
    }
    let limit = codecs::greatest_side(format);
    if width.max(height) > limit {
        let format = format.name();
        return Err(ConversionError::SideTooLong { format, width, height, limit });
    }
    Ok(())
}

/// What to ask for instead, where there is such a format.
fn alpha_removed(format: Format) -> String {
    let keep = match format {
        Format::Jpeg | Format::ProgressiveJpeg => "png-alpha".into(),
        other => format!("{}-alpha", other.name()),
    };
    format!("transparent parts were filled with the background colour; fmt={keep} keeps them")
}

#[derive(Default)]
struct Warnings(Vec<Warning>);

impl Warnings {
    fn add(&mut self, reason: &'static str, message: impl Into<String>) {
        self.0.push(Warning { reason, message: message.into() });
    }

    fn of_source(&mut self, info: &SourceInfo, file_name: &str, found: Vec<String>, cmyk: bool) {
        let extension = Path::new(file_name).extension().and_then(|extension| extension.to_str());
        if let Some(extension) = extension.filter(|extension| promises_other(extension, info.kind))
        {
            let extension = extension.to_ascii_lowercase();
            let content = info.kind.name();
            self.add(
                "CONTENT_EXTENSION_MISMATCH",
                format!("extension {extension}, content {content}; the content counts"),
            );
        }
        for damage in info.damage.iter().cloned().chain(found) {
            self.add("SOURCE_DAMAGED", damage);
        }
        if cmyk {
            self.add(
                "CMYK_WITHOUT_PROFILE",
                "cmyk colours were converted by the plain formula, without a colour profile",
            );
        }
    }

    fn of_geometry(&mut self, geometry: &Geometry, plan: &Plan) {
        if geometry.not_enlarged {
            let (width, height) = (geometry.width, geometry.height);
            let (side, wanted) = match (plan.view.width, plan.view.height) {
                (Some(wanted), _) => ("wid", wanted),
                (_, wanted) => ("hei", wanted.unwrap_or_default()),
            };
            self.add(
                "NOT_ENLARGED",
                format!(
                    "{side}={wanted} is more than the picture has; it stays at {width} x {height} \
                     pixels, fit=fit,1 enlarges it"
                ),
            );
        }
        if geometry.inside().is_none() {
            let (width, height) = (geometry.source_width, geometry.source_height);
            self.add(
                "CROP_OUTSIDE",
                format!("crop lies outside the picture of {width} x {height} pixels"),
            );
        }
    }
}

/// Whether the extension stands for another kind of file. Extensions that
/// stand for none promise nothing.
fn promises_other(extension: &str, kind: Kind) -> bool {
    let lower = extension.to_ascii_lowercase();
    Kind::of_extension(&lower).is_some() && !kind.extensions().contains(&&*lower)
}
