//! BMP sources.

mod header;
#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let windows = header::readable(bytes);
    let decoder = open(&windows)?;
    let (width, height) = decoder.dimensions();
    let mut info = source_info(Kind::Bmp, width, height, exif::Exif::default());
    info.has_alpha = decoder.color_type() == ColorType::Rgba8;
    info.resolution = resolution(bytes);
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let windows = header::readable(bytes);
    let decoder = open(&windows)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        ColorType::L8 => Channels::Gray,
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        other => return Err(CodecError::unsupported(Kind::Bmp, format!("{other:?} pixels"))),
    };
    let mut bitmap = Bitmap::zeroed(width, height, channels);
    decoder
        .read_image(&mut bitmap.data)
        .map_err(|error| CodecError::from_image(Kind::Bmp, error))?;
    Ok(Stored::new(bitmap))
}

fn open(bytes: &[u8]) -> Result<BmpDecoder<Cursor<&[u8]>>, CodecError> {
    BmpDecoder::new(Cursor::new(bytes)).map_err(|error| CodecError::from_image(Kind::Bmp, error))
}

/// biXPelsPerMeter of a 40-byte or later header, in dots per inch.
fn resolution(bytes: &[u8]) -> Option<f64> {
    let header_size = u32::from_le_bytes(bytes.get(14..18)?.try_into().ok()?);
    let per_metre = u32::from_le_bytes(bytes.get(38..42)?.try_into().ok()?);
    (header_size >= 40 && per_metre > 0).then(|| f64::from(per_metre) * 0.0254)
}
