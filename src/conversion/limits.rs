//! What a conversion may cost, checked before anything is allocated.

use super::ConversionError;
use super::memory::{SourceSize, memory_of};
use crate::codecs::{self, SourceInfo};
use crate::modifiers::plan::Plan;
use crate::render;
use crate::render::geometry::Geometry;

/// What a conversion may cost at most (ruling 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of a source, width times height; setting `limits.max_input_pixels`.
    pub max_input_pixels: u64,
    /// Pixels of an output; setting `limits.max_output_pixels`.
    pub max_output_pixels: u64,
    /// Bytes of memory by the estimate of [`memory_of`]; setting
    /// `limits.max_asset_memory_bytes`.
    pub max_memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_input_pixels: 1_000_000_000,
            max_output_pixels: 100_000_000,
            max_memory_bytes: 16 << 30,
        }
    }
}

impl SourceSize {
    /// From the header of a file.
    fn of(info: &SourceInfo) -> SourceSize {
        let (width, height) = (info.width, info.height);
        SourceSize { width, height, file_size: 0, kind: info.kind }
    }
}

impl Limits {
    /// Before anything is allocated.
    pub(super) fn check(
        &self,
        info: &SourceInfo,
        plan: &Plan,
        geometry: &Geometry,
    ) -> Result<(), ConversionError> {
        let format = plan.output.format.format;
        let (width, height) = (info.width, info.height);
        let limit = self.max_input_pixels;
        if u64::from(width) * u64::from(height) > limit {
            return Err(ConversionError::SourceTooLarge { width, height, limit });
        }
        let (width, height) = (geometry.crop.width, geometry.crop.height);
        if u64::from(width) * u64::from(height) > limit {
            return Err(ConversionError::CropTooLarge { width, height, limit });
        }
        let (width, height) = (geometry.width, geometry.height);
        let limit = self.max_output_pixels;
        if geometry.output_pixels() > limit {
            return Err(ConversionError::OutputTooLarge { width, height, limit });
        }
        // what is made on the way takes memory too: no more than an output or the source
        let source = u64::from(info.width) * u64::from(info.height);
        let limit = self.max_output_pixels.max(source);
        for size in render::intermediate_sizes(plan, geometry) {
            if size.pixels() > limit {
                let (width, height) = (size.width, size.height);
                return Err(ConversionError::LayerTooLarge { width, height, limit });
            }
        }
        let limit = self.max_memory_bytes;
        let bytes = memory_of(plan, &SourceSize::of(info));
        if bytes > limit {
            return Err(ConversionError::TooMuchMemory { bytes, limit });
        }
        let limit = codecs::greatest_side(format);
        if width.max(height) > limit {
            let format = format.name();
            return Err(ConversionError::SideTooLong { format, width, height, limit });
        }
        Ok(())
    }
}
