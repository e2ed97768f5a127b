use image::ExtendedColorType;
use image::codecs::webp::WebPEncoder;

use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};

/// Lossless.
pub(super) fn encode(bitmap: &Bitmap) -> Result<Vec<u8>, CodecError> {
    let colour = match bitmap.channels {
        Channels::Gray => ExtendedColorType::L8,
        Channels::GrayAlpha => ExtendedColorType::La8,
        Channels::Rgb => ExtendedColorType::Rgb8,
        Channels::Rgba => ExtendedColorType::Rgba8,
        Channels::Cmyk | Channels::CmykAlpha => {
            let detail = "it cannot hold cmyk pixels".into();
            return Err(CodecError::Encode { format: "webp", detail });
        }
    };
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .encode(&bitmap.data, bitmap.width, bitmap.height, colour)
        .map_err(|error| CodecError::Encode { format: "webp", detail: error.to_string() })?;
    Ok(bytes)
}
