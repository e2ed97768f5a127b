//! GIF: a palette of up to 256 colours.

use gif::{Encoder, Frame};

use super::EncodeOptions;
use super::indexed::indexed;
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, PixelType};

pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    let failed = |detail: String| CodecError::Encode { format: "gif", detail };
    if bitmap.channels.pixel_type() == PixelType::Cmyk {
        return Err(failed("it cannot hold cmyk pixels".into()));
    }
    let side = |pixels: u32| {
        u16::try_from(pixels).map_err(|_| failed(format!("{pixels} pixels are more than 65535")))
    };
    let (width, height) = (side(bitmap.width)?, side(bitmap.height)?);
    let indexed = indexed(bitmap, options);
    let palette = indexed.palette.as_flattened();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height, palette)
        .map_err(|error| failed(error.to_string()))?;
    let frame = Frame {
        width,
        height,
        transparent: indexed.transparent,
        buffer: indexed.indices.into(),
        ..Frame::default()
    };
    encoder.write_frame(&frame).map_err(|error| failed(error.to_string()))?;
    drop(encoder);
    Ok(bytes)
}
