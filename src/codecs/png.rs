//! PNG sources.

use std::io::Cursor;

use png::{BitDepth, ColorType, Transformations};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, eight_bits, exif, source_info};

/// Reads the chunks around the picture data without unpacking any.
pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let mut chunks = chunks(bytes);
    let header = match chunks.next() {
        Some(Chunk { name: b"IHDR", body, intact }) if body.len() == 13 => {
            if !intact {
                return Err(CodecError::damaged(Kind::Png, "the checksum of chunk IHDR is wrong"));
            }
            body
        }
        _ => return Err(CodecError::damaged(Kind::Png, "there is no complete IHDR chunk")),
    };
    let number = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let (width, height, color_type) = (number(0), number(4), header[9]);

    let mut has_alpha = matches!(color_type, 4 | 6);
    let mut found = exif::Exif::default();
    let mut resolution = None;
    let mut damage = Vec::new();
    for chunk in chunks {
        // Chunks whose name starts in upper case are critical; the decoder checks those.
        if chunk.name[0].is_ascii_uppercase() {
            continue;
        }
        if !chunk.intact {
            let name = String::from_utf8_lossy(chunk.name);
            damage.push(format!("the checksum of chunk {name} is wrong; it was ignored"));
            continue;
        }
        match chunk.name {
            b"tRNS" => has_alpha = true,
            b"eXIf" => found = exif::read(chunk.body),
            b"pHYs" => resolution = physical(chunk.body),
            _ => {}
        }
    }
    let mut info = source_info(Kind::Png, width, height, found);
    info.has_alpha = has_alpha;
    info.resolution = resolution.or(info.resolution);
    info.damage = damage;
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let damaged = |error: png::DecodingError| CodecError::damaged(Kind::Png, error);
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    // The sizes were checked before; what is left are rows and profiles.
    decoder.set_limits(png::Limits { bytes: 512 << 20 });
    let mut reader = decoder.read_info().map_err(damaged)?;
    let profile = reader.info().icc_profile.as_ref().map(|profile| profile.to_vec());
    let length = reader
        .output_buffer_size()
        .ok_or_else(|| CodecError::damaged(Kind::Png, "its declared size is out of range"))?;
    let mut data = vec![0; length];
    let frame = reader.next_frame(&mut data).map_err(damaged)?;
    let channels = match frame.color_type {
        ColorType::Grayscale => Channels::Gray,
        ColorType::GrayscaleAlpha => Channels::GrayAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Indexed => {
            return Err(CodecError::damaged(Kind::Png, "it has a palette type but no palette"));
        }
    };
    data.truncate(frame.buffer_size());
    if frame.bit_depth == BitDepth::Sixteen {
        data = data.chunks_exact(2).map(|b| eight_bits(u16::from_be_bytes([b[0], b[1]]))).collect();
    }
    let bitmap = Bitmap { width: frame.width, height: frame.height, channels, data };
    let mut stored = Stored::new(bitmap);
    stored.profile = profile;
    Ok(stored)
}

/// pHYs in dots per inch; without a unit it is only an aspect ratio.
fn physical(body: &[u8]) -> Option<f64> {
    let [x3, x2, x1, x0, _, _, _, _, unit] = *body else { return None };
    let per_metre = u32::from_be_bytes([x3, x2, x1, x0]);
    (unit == 1 && per_metre > 0).then(|| f64::from(per_metre) * 0.0254)
}

struct Chunk<'a> {
    name: &'a [u8; 4],
    body: &'a [u8],
    /// The checksum is right. Not computed for critical chunks but IHDR, since
    /// the decoder does.
    intact: bool,
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let length = bytes.get(at..at + 4)?;
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let name: &[u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let body = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        let end = at + 8 + length;
        let checksum = bytes.get(end..end + 4)?;
        let unchecked = name[0].is_ascii_uppercase() && name != b"IHDR";
        let intact =
            unchecked || crc32fast::hash(&bytes[at + 4..end]).to_be_bytes() == checksum[..];
        at = end + 4;
        Some(Chunk { name, body, intact })
    })
}
