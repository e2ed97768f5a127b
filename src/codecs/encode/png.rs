use std::borrow::Cow;

use png::{BitDepth, ColorType, Compression, Encoder, Filter, Info, PixelDimensions, Unit};

use super::EncodeOptions;
use super::indexed::indexed;
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels, PixelType};

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
    encoder.set_pixel_dims(Some(pixel_dimensions(options.resolution)));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&bitmap.data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// One byte a pixel and a palette (02 §5 `png8`). Transparent is what a key stands for.
pub(super) fn encode_palette(
    bitmap: &Bitmap,
    options: EncodeOptions<'_>,
) -> Result<Vec<u8>, CodecError> {
    let failed = |error: png::EncodingError| CodecError::Encode {
        format: "png8",
        detail: error.to_string(),
    };
    if bitmap.channels.pixel_type() == PixelType::Cmyk {
        let detail = "it cannot hold cmyk pixels".into();
        return Err(CodecError::Encode { format: "png8", detail });
    }
    let indexed = indexed(bitmap, options);
    let mut info = Info::with_size(bitmap.width, bitmap.height);
    info.icc_profile = options.profile.map(Cow::Borrowed);
    info.palette = Some(Cow::Owned(indexed.palette.into_flattened()));
    info.trns = indexed.transparent.map(|key| {
        let mut opacity = vec![255; usize::from(key)];
        opacity.push(0);
        Cow::Owned(opacity)
    });
    let mut bytes = Vec::new();
    let mut encoder = Encoder::with_info(&mut bytes, info).map_err(failed)?;
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    // neighbouring indices have nothing to do with each other
    encoder.set_filter(Filter::NoFilter);
    encoder.set_pixel_dims(Some(pixel_dimensions(options.resolution)));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&indexed.indices).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// 300 dpi are 11811 pixels a metre (02 §8 row 138).
fn pixel_dimensions(resolution: f64) -> PixelDimensions {
    let per_metre = (resolution / 0.0254).round().clamp(1.0, f64::from(i32::MAX)) as u32;
    PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }
}
