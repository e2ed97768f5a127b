//! JPEG sources.

mod header;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};
use header::Header;

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let header = header::read(bytes)?;
    let exif = header.exif.map(exif::read).unwrap_or_default();
    let mut info = source_info(Kind::Jpeg, header.width.into(), header.height.into(), exif);
    // What the JFIF marker says is about this file; EXIF may be the camera's.
    info.resolution = header.density.or(info.resolution);
    Ok(info)
}

/// Decodes strictly: a file whose picture data end early or break fails
/// (cases O-21), it never comes back with a grey bottom.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let header = header::read(bytes)?;
    // zune-jpeg 0.5 loses restart intervals between progressive scans
    // (cases O-22), garbles 4:2:0 in separate scans and does not give CMYK from
    // YCCK; jpeg-decoder does all three. Of four inks it gives amounts, 255 is
    // full, whether the Adobe marker is there or not.
    let needs_second =
        header.components == 4 || header.restarting_progressive() || header.split_baseline();
    let bitmap = if needs_second {
        second_decoder(bytes)?
    } else {
        match first_decoder(bytes, &header) {
            Ok(bitmap) => bitmap,
            // Two decoders have to agree that a file is broken.
            Err(error) => second_decoder(bytes).map_err(|_| error)?,
        }
    };
    let mut stored = Stored::new(bitmap);
    stored.profile = header.profile();
    if !header.ends_properly(bytes) {
        stored.damage.push("the end-of-image marker is missing".into());
    }
    Ok(stored)
}

fn first_decoder(bytes: &[u8], header: &Header) -> Result<Bitmap, CodecError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| {
        CodecError::damaged(Kind::Jpeg, short(&format!("{error:?}")))
    };
    let (space, channels) = if header.components == 1 {
        (ColorSpace::Luma, Channels::Gray)
    } else {
        (ColorSpace::RGB, Channels::Rgb)
    };
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(space)
        .set_strict_mode(false);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    // Junk between the header's segments is harmless, in the picture data it is not.
    decoder.decode_headers().map_err(damaged)?;
    decoder.set_options(options.set_strict_mode(true));
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let data = decoder.decode().map_err(damaged)?;
    bitmap(width, height, channels, data)
}

fn second_decoder(bytes: &[u8]) -> Result<Bitmap, CodecError> {
    let damaged = |error: jpeg_decoder::Error| match error {
        jpeg_decoder::Error::Unsupported(what) => {
            CodecError::unsupported(Kind::Jpeg, short(&format!("{what:?}")))
        }
        error => CodecError::damaged(Kind::Jpeg, error),
    };
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let data = decoder.decode().map_err(damaged)?;
    let Some(info) = decoder.info() else {
        return Err(CodecError::damaged(Kind::Jpeg, "there is no frame header"));
    };
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    use jpeg_decoder::PixelFormat;
    match info.pixel_format {
        PixelFormat::L8 => bitmap(width, height, Channels::Gray, data),
        PixelFormat::RGB24 => bitmap(width, height, Channels::Rgb, data),
        PixelFormat::CMYK32 => bitmap(width, height, Channels::Cmyk, data),
        PixelFormat::L16 => Err(CodecError::unsupported(Kind::Jpeg, "16-bit lossless jpeg")),
    }
}

fn bitmap(
    width: usize,
    height: usize,
    channels: Channels,
    data: Vec<u8>,
) -> Result<Bitmap, CodecError> {
    if data.len() != width * height * channels.count() {
        return Err(CodecError::damaged(Kind::Jpeg, "the picture data have a wrong length"));
    }
    Ok(Bitmap { width: width as u32, height: height as u32, channels, data })
}

/// The first line of a decoder's own message, which may be long.
fn short(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.trim_matches('"').chars().take(120).collect()
}
