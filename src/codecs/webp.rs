//! WebP sources; the first frame of an animation.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let mut decoder = open(bytes)?;
    let (width, height) = decoder.dimensions();
    let exif = decoder.exif_metadata().ok().flatten();
    let exif = exif.map(|block| exif::read(&block)).unwrap_or_default();
    let mut info = source_info(Kind::Webp, width, height, exif);
    info.has_alpha = decoder.color_type().has_alpha();
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let mut decoder = open(bytes)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        other => return Err(CodecError::unsupported(Kind::Webp, format!("{other:?} pixels"))),
    };
    let profile = decoder.icc_profile().ok().flatten();
    let mut bitmap = Bitmap::zeroed(width, height, channels);
    decoder
        .read_image(&mut bitmap.data)
        .map_err(|error| CodecError::from_image(Kind::Webp, error))?;
    let mut stored = Stored::new(bitmap);
    stored.profile = profile;
    Ok(stored)
}

fn open(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, CodecError> {
    WebPDecoder::new(Cursor::new(bytes)).map_err(|error| CodecError::from_image(Kind::Webp, error))
}
