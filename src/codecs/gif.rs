//! GIF sources: the first frame as it is displayed (02 §5.1, cases O-26).

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let Some([w0, w1, h0, h1]) = bytes.get(6..10) else {
        return Err(CodecError::damaged(Kind::Gif, "the header is cut off"));
    };
    let width = u16::from_le_bytes([*w0, *w1]).into();
    let height = u16::from_le_bytes([*h0, *h1]).into();
    let mut info = source_info(Kind::Gif, width, height, exif::Exif::default());
    // A transparent index or a frame smaller than the screen, known only later.
    info.has_alpha = true;
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let damaged = |error| CodecError::from_image(Kind::Gif, error);
    let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let mut bitmap = Bitmap::zeroed(width, height, Channels::Rgba);
    decoder.read_image(&mut bitmap.data).map_err(damaged)?;
    Ok(Stored::new(bitmap))
}
