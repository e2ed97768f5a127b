use std::borrow::Cow;

use png::{BitDepth, ColorType, Compression, Encoder, Info, PixelDimensions, Unit};

use super::EncodeOptions;
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};

pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    let failed =
        |error: png::EncodingError| CodecError::Encode { format: "png", detail: error.to_string() };
    let mut bytes = Vec::new();
    let colour = match bitmap.channels {
        Channels::Gray => ColorType::Grayscale,
        Channels::GrayAlpha => ColorType::GrayscaleAlpha,
        Channels::Rgb => ColorType::Rgb,
        Channels::Rgba => ColorType::Rgba,
        Channels::Cmyk | Channels::CmykAlpha => {
            let detail = "it cannot hold cmyk pixels".into();
            return Err(CodecError::Encode { format: "png", detail });
        }
    };
    let mut info = Info::with_size(bitmap.width, bitmap.height);
    info.icc_profile = options.profile.map(Cow::Borrowed);
    let mut encoder = Encoder::with_info(&mut bytes, info).map_err(failed)?;
    encoder.set_color(colour);
    encoder.set_depth(BitDepth::Eight);
    // On the sample photographs 30 times as fast as `Balanced` at 2 % less to 5 %
    // more bytes; on the flat colours of logo.png 16 % more.
    encoder.set_compression(Compression::Fast);
    // 300 dpi are 11811 pixels a metre (02 §8 row 138)
    let per_metre = (options.resolution / 0.0254).round().clamp(1.0, f64::from(i32::MAX)) as u32;
    encoder.set_pixel_dims(Some(PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: Unit::Meter,
    }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&bitmap.data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
