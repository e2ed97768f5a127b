//! JPEG sources.

pub(super) mod abbreviated;
pub mod decoder;
mod header;

use super::bitmap::{Area, Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, Decoded, Request, SourceInfo, exif, orientation, source_info};
use decoder::{JpegError, Options};

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let header = header::read(bytes)?;
    let exif = header.exif.map(exif::read).unwrap_or_default();
    let mut info = source_info(Kind::Jpeg, header.width.into(), header.height.into(), exif);
    // What the JFIF marker says is about this file; EXIF may be the camera's.
    info.resolution = header.density.or(info.resolution);
    Ok(info)
}

/// The part of the upright picture that is asked for, at 1/1, 1/2, 1/4 or 1/8.
///
/// Strict: a file whose picture data end early or break fails (cases O-21), it never
/// comes back with a grey bottom. Two decoders have to agree that a file is broken; the
/// second also knows kinds that ours does not.
pub(super) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    request: Request,
) -> Result<Decoded, CodecError> {
    let header = header::read(bytes)?;
    let (width, height) = super::stored_size(info);
    let denominator = denominator(info, &request);
    let area = orientation::stored_area(info.orientation, request.area, width, height);
    // at a smaller scale it is always the whole picture
    let window = (denominator == 1).then_some(area);
    let options = Options { denominator, window, max_pixels: u64::MAX };
    let (bitmap, mut damage, denominator) = match decoder::decode(bytes, &options) {
        Ok(ours) if !ours.incomplete => (ours.bitmap, ours.damage, denominator),
        Ok(ours) => (whole(bytes, &ours.damage.join("; "))?.cut(area), Vec::new(), 1),
        Err(JpegError::Unsupported(what)) => {
            let other = second_decoder(bytes)
                .map_err(|_| CodecError::unsupported(Kind::Jpeg, format!("it has {what}")))?;
            (other.cut(area), Vec::new(), 1)
        }
        Err(error) => (whole(bytes, &error.to_string())?.cut(area), Vec::new(), 1),
    };
    if !header.ends_properly(bytes) {
        let missing = "the end-of-image marker is missing".to_owned();
        if !damage.contains(&missing) {
            damage.push(missing);
        }
    }
    Ok(Decoded {
        bitmap: orientation::upright(bitmap, info.orientation),
        scale: 1.0 / f64::from(denominator),
        profile: header.profile(),
        damage,
    })
}

/// A picture as it is stored, whole and at full size, as inside another file.
pub(super) fn decode_whole(bytes: &[u8]) -> Result<Bitmap, CodecError> {
    let header = header::read(bytes)?;
    let (width, height) = (header.width.into(), header.height.into());
    let info = source_info(Kind::Jpeg, width, height, exif::Exif::default());
    let area = Area { x: 0, y: 0, width, height };
    let request = Request { area, least_width: width, least_height: height };
    Ok(decode(bytes, &info, request)?.bitmap)
}

/// The smallest scale whose pixels are still twice as fine as those asked for: closer
/// to them the blocks of the transform would show in the result, which stays within 40
/// dB of the full size this way. Only of whole pictures: a part would begin between
/// pixels.
fn denominator(info: &SourceInfo, request: &Request) -> u8 {
    let whole = Area { x: 0, y: 0, width: info.width, height: info.height };
    if request.area != whole {
        return 1;
    }
    let fits = |denominator: u32| {
        info.width.div_ceil(denominator) >= request.least_width.saturating_mul(FINER)
            && info.height.div_ceil(denominator) >= request.least_height.saturating_mul(FINER)
    };
    [8, 4, 2].into_iter().find(|denominator| fits(*denominator)).map_or(1, |found| found as u8)
}

/// Pixels along each side for one that is asked for.
const FINER: u32 = 2;

/// What the other decoder makes of a file in which ours found `detail`.
fn whole(bytes: &[u8], detail: &str) -> Result<Bitmap, CodecError> {
    second_decoder(bytes).map_err(|_| CodecError::damaged(Kind::Jpeg, detail))
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
