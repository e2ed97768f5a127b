//! WebP sources; the first frame of an animation.
//!
//! image-webp reads headers and whatever is not a lossy still picture.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder};
use webp::{BitstreamFeatures, BitstreamFormat};

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
    let bitmap = match lossy_still(bytes, width, height, channels) {
        Some(bitmap) => bitmap,
        None => {
            let mut bitmap = Bitmap::zeroed(width, height, channels);
            decoder
                .read_image(&mut bitmap.data)
                .map_err(|error| CodecError::from_image(Kind::Webp, error))?;
            bitmap
        }
    };
    let mut stored = Stored::new(bitmap);
    stored.profile = profile;
    Ok(stored)
}

/// Lossy still pictures by libwebp: a photograph of 2 megapixels takes 14 ms
/// instead of 54 ms and has the same pixels. `None` for anything else, and for
/// what libwebp finds broken, so that there is one judge of damage. The
/// caller's limits have been held against `width` and `height`.
fn lossy_still(bytes: &[u8], width: u32, height: u32, channels: Channels) -> Option<Bitmap> {
    let features = BitstreamFeatures::new(bytes)?;
    let lossy = matches!(features.format(), Some(BitstreamFormat::Lossy));
    let same = (features.width(), features.height()) == (width, height)
        && features.has_alpha() == channels.has_alpha();
    if !lossy || !same || features.has_animation() {
        return None;
    }
    let picture = webp::Decoder::new(bytes).decode()?;
    let bitmap = Bitmap { width, height, channels, data: picture.to_vec() };
    (bitmap.data.len() == bitmap.stride() * height as usize).then_some(bitmap)
}

fn open(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, CodecError> {
    WebPDecoder::new(Cursor::new(bytes)).map_err(|error| CodecError::from_image(Kind::Webp, error))
}
