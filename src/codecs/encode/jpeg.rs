use jpeg_encoder::{
    ChromaSubsamplingMethod, ColorType, Encoder, PixelDensity, PixelDensityUnit, SamplingFactor,
};

use super::EncodeOptions;
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};

pub(super) fn encode(
    bitmap: &Bitmap,
    options: EncodeOptions,
    progressive: bool,
) -> Result<Vec<u8>, CodecError> {
    let failed = |detail: String| CodecError::Encode { format: "jpeg", detail };
    let colour = match bitmap.channels {
        Channels::Gray => ColorType::Luma,
        Channels::Rgb => ColorType::Rgb,
        Channels::GrayAlpha | Channels::Rgba => {
            return Err(failed("it cannot keep transparency".into()));
        }
    };
    let side = |pixels: u32| {
        u16::try_from(pixels).map_err(|_| failed(format!("{pixels} pixels are more than 65535")))
    };
    let (width, height) = (side(bitmap.width)?, side(bitmap.height)?);

    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, options.quality);
    encoder.set_sampling_factor(if options.full_chroma {
        SamplingFactor::F_1_1
    } else {
        SamplingFactor::F_2_2
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_progressive(progressive);
    // Progressive scans are far from the standard tables' statistics.
    encoder.set_optimized_huffman_tables(progressive);
    let density = options.resolution.round().clamp(1.0, f64::from(u16::MAX)) as u16;
    encoder
        .set_density(PixelDensity { density: (density, density), unit: PixelDensityUnit::Inches });
    encoder.encode(&bitmap.data, width, height, colour).map_err(|e| failed(e.to_string()))?;
    Ok(bytes)
}
