//! Why an asset could not be converted.

use crate::codecs::CodecError;
use crate::render::RenderError;
use crate::render::geometry::GeometryError;

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
    /// Of `mask=`, or the one that is stored with the asset.
    #[error("mask {name:?} can't be used: {detail}")]
    Mask { name: String, detail: String },
    #[error(
        "the conversion would take about {:.1} MB of memory, more than the limit of {:.1} MB \
         (limits.max_asset_memory_bytes)", *.bytes as f64 / 1e6, *.limit as f64 / 1e6
    )]
    TooMuchMemory { bytes: u64, limit: u64 },
    /// `progress` said so.
    #[error("the conversion was stopped")]
    Stopped,
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
            ConversionError::Mask { .. } => "MASK_UNUSABLE",
            ConversionError::TooMuchMemory { .. } => "MEMORY_LIMIT",
            ConversionError::Stopped => "STOPPED",
        }
    }
}
