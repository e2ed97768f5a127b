use png::{BitDepth, ColorType, Compression, Encoder, PixelDimensions, Unit};

use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};

pub(super) fn encode(bitmap: &Bitmap, resolution: f64) -> Result<Vec<u8>, CodecError> {
    let failed =
        |error: png::EncodingError| CodecError::Encode { format: "png", detail: error.to_string() };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, bitmap.width, bitmap.height);
    encoder.set_color(match bitmap.channels {
        Channels::Gray => ColorType::Grayscale,
        Channels::GrayAlpha => ColorType::GrayscaleAlpha,
        Channels::Rgb => ColorType::Rgb,
        Channels::Rgba => ColorType::Rgba,
    });
    encoder.set_depth(BitDepth::Eight);
    // On the sample photographs 30 times as fast as `Balanced` at 2 % less to 5 %
    // more bytes; on the flat colours of logo.png 16 % more.
    encoder.set_compression(Compression::Fast);
    // 300 dpi are 11811 pixels a metre (02 §8 row 138)
    let per_metre = (resolution / 0.0254).round().clamp(1.0, f64::from(i32::MAX)) as u32;
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
