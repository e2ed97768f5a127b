//! GIF sources: the first frame as it is displayed (02 §5.1, cases O-26).

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::{ImageDecoder, Limits};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

/// Bytes that a frame may take for each pixel of the screen.
const SCREEN_BYTES: u64 = 8;

/// Bytes that any frame may take.
const FRAME_BYTES: u64 = 16 << 20;

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
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    // a frame may claim to be far larger than the screen that the limits were held against
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(width) * u64::from(height) * SCREEN_BYTES + FRAME_BYTES);
    decoder.set_limits(limits).map_err(damaged)?;
    let mut bitmap = Bitmap::zeroed(width, height, Channels::Rgba);
    decoder.read_image(&mut bitmap.data).map_err(damaged)?;
    Ok(Stored::new(bitmap))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 34 bytes that a fuzzer made: a frame of 32767 x 32767 on a screen of one pixel.
    #[test]
    fn a_frame_far_larger_than_its_screen_is_refused() {
        let bytes = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\xff\x7f\xff\x7f\x80\0\0\0\xff\xff\xff\
                      \x02\x02L\x01\0;";
        let error = decode(bytes).map(drop).unwrap_err().to_string();
        assert!(error.contains("limit") || error.contains("memory"), "{error}");
    }
}
