//! Bytes to pixels and pixels to bytes. One format a file.
//!
//! A conversion first asks [`probe`] for the facts of the header, which costs
//! no memory, then computes its geometry, and only then asks [`decode`] for
//! the part of the upright picture that it needs. A decoder may answer at any
//! scale not below the one asked for and says which it used.

mod avif;
pub mod bitmap;
mod bmp;
mod encode;
mod eps;
mod exif;
mod gif;
pub mod jpeg;
mod jpeg2000;
pub mod orientation;
pub mod palette;
mod png;
mod psd;
pub mod sniff;
mod svg;
mod tiff;
mod webp;

use bitmap::{Area, Bitmap};
pub use encode::{Embedded, EncodeOptions, encode, greatest_side, holds_metadata, holds_profile};
use sniff::{Kind, sniff};

/// The facts of a file's header.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInfo {
    pub kind: Kind,
    /// Width of the upright picture in pixels, at least 1.
    pub width: u32,
    /// Height of the upright picture in pixels, at least 1.
    pub height: u32,
    /// EXIF orientation of the stored pixels, 1 to 8.
    pub orientation: u8,
    /// Whether pixels may be transparent.
    pub has_alpha: bool,
    /// The colours are stored multiplied by the alpha channel.
    pub associated_alpha: bool,
    /// Print resolution in dots per inch, if the file says one.
    pub resolution: Option<f64>,
    /// Damage that does not touch the pixels, one line each.
    pub damage: Vec<String>,
}

/// What is asked of a decoder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// Part of the upright picture, inside its bounds.
    pub area: Area,
    /// Least width and height, in pixels, that the part must come in; a decoder
    /// that can shrink while decoding stays at or above it.
    pub least_width: u32,
    pub least_height: u32,
}

/// A decoded part of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Upright pixels of the requested area, 8 bits a component.
    pub bitmap: Bitmap,
    /// Size of `bitmap` relative to the requested area; 1 is full size.
    pub scale: f64,
    /// Embedded ICC profile.
    pub profile: Option<Vec<u8>>,
    /// Damage that was found while decoding but did not cost pixels, one line each.
    pub damage: Vec<String>,
}

/// Pixels as they are stored, before cutting and turning.
struct Stored {
    bitmap: Bitmap,
    profile: Option<Vec<u8>>,
    damage: Vec<String>,
}

impl Stored {
    fn new(bitmap: Bitmap) -> Stored {
        Stored { bitmap, profile: None, damage: Vec::new() }
    }

    /// These pixels turned as the file says.
    fn upright(self, orientation: u8) -> Decoded {
        let Stored { bitmap, profile, damage } = self;
        let bitmap = orientation::upright(bitmap, orientation);
        Decoded { bitmap, scale: 1.0, profile, damage }
    }
}

/// Why a file was not read or written. All but [`CodecError::Encode`] are about
/// the source file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CodecError {
    #[error("file is empty (0 bytes)")]
    Empty,
    #[error("file is not a picture: its content is {}", .0.name())]
    NotAPicture(Kind),
    #[error("{} files are not read by this version; it reads jpeg, png, tiff, gif, webp, avif, jpeg 2000, bmp, psd, svg and eps of photoshop", .0.name())]
    NotRead(Kind),
    #[error("{} is damaged: {detail}; upload a whole file", .kind.name())]
    Damaged { kind: Kind, detail: String },
    #[error("{} is of a kind that is not supported: {detail}; save it as png or as plain 8-bit rgb", .kind.name())]
    Unsupported { kind: Kind, detail: String },
    /// The process that decoded it ended.
    #[error("{} could not be decoded: its decoder broke down over it: {detail}", .kind.name())]
    Broke { kind: Kind, detail: String },
    #[error("{format} could not be written: {detail}")]
    Encode { format: &'static str, detail: String },
}

impl CodecError {
    fn damaged(kind: Kind, detail: impl ToString) -> CodecError {
        CodecError::Damaged { kind, detail: lower_start(&detail.to_string()) }
    }

    fn unsupported(kind: Kind, detail: impl ToString) -> CodecError {
        CodecError::Unsupported { kind, detail: lower_start(&detail.to_string()) }
    }

    /// Tells a damaged picture from one that `image` does not support.
    fn from_image(kind: Kind, error: image::ImageError) -> CodecError {
        match error {
            image::ImageError::Unsupported(error) => CodecError::unsupported(kind, error),
            error => CodecError::damaged(kind, error),
        }
    }
}

/// A decoder's message as part of ours: no capital at the start (acronyms keep
/// theirs) and no full stop.
fn lower_start(message: &str) -> String {
    let message = message.trim_end_matches(['.', ' ']);
    let mut letters = message.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(message.chars().skip(1)).collect()
        }
        _ => message.to_owned(),
    }
}

/// Reads the header only. Cheap, and never allocates by a declared size.
pub fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let kind = sniff(bytes);
    let info = guarded(kind, || match kind {
        Kind::Jpeg => jpeg::probe(bytes),
        Kind::Png => png::probe(bytes),
        Kind::Gif => gif::probe(bytes),
        Kind::Tiff => tiff::probe(bytes),
        Kind::Webp => webp::probe(bytes),
        Kind::Bmp => bmp::probe(bytes),
        Kind::Psd => psd::probe(bytes),
        Kind::Jp2 => jpeg2000::probe(bytes),
        Kind::Avif => avif::probe(bytes),
        Kind::Heic => Err(CodecError::unsupported(kind, avif::NO_HEVC)),
        Kind::PostScript => eps::probe(bytes),
        Kind::Svg => svg::probe(bytes),
        Kind::Empty => Err(CodecError::Empty),
        other if other.is_picture() => Err(CodecError::NotRead(other)),
        other => Err(CodecError::NotAPicture(other)),
    })?;
    if info.width == 0 || info.height == 0 {
        return Err(CodecError::damaged(
            kind,
            format!("the header says {} x {} pixels", info.width, info.height),
        ));
    }
    Ok(info)
}

/// Decodes the requested part of the upright picture. `info` comes from
/// [`probe`] of the same bytes.
pub fn decode(bytes: &[u8], info: &SourceInfo, request: Request) -> Result<Decoded, CodecError> {
    if info.kind == Kind::Jpeg {
        // the one that reads parts and smaller sizes by itself
        return guarded(info.kind, || jpeg::decode(bytes, info, request));
    }
    let (width, height) = stored_size(info);
    let area = orientation::stored_area(info.orientation, request.area, width, height);
    if info.kind == Kind::Tiff {
        // strips and tiles that are not wanted stay packed
        let stored = guarded(info.kind, || tiff::decode_area(bytes, area))?;
        return Ok(stored.upright(info.orientation));
    }
    let stored = guarded(info.kind, || match info.kind {
        Kind::Png => png::decode(bytes),
        Kind::Gif => gif::decode(bytes),
        Kind::Webp => webp::decode(bytes),
        Kind::Bmp => bmp::decode(bytes),
        Kind::Psd => psd::decode(bytes),
        Kind::Jp2 => jpeg2000::decode(bytes),
        Kind::Avif => avif::decode(bytes),
        Kind::PostScript => eps::decode(bytes),
        Kind::Svg => svg::decode(bytes),
        other => Err(CodecError::NotRead(other)),
    })?;
    let bitmap = &stored.bitmap;
    if (bitmap.width, bitmap.height) != (width, height) {
        let detail = format!(
            "the header says {width} x {height} pixels, the data have {} x {}",
            bitmap.width, bitmap.height
        );
        return Err(CodecError::damaged(info.kind, detail));
    }
    let part = Stored { bitmap: stored.bitmap.cut(area), ..stored };
    Ok(part.upright(info.orientation))
}

/// A decoder that panics on a broken file fails that file, not the process.
fn guarded<T>(kind: Kind, decode: impl FnOnce() -> Result<T, CodecError>) -> Result<T, CodecError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(CodecError::damaged(kind, "the decoder broke down over it, which is a defect of it"))
    })
}

/// Facts of a header whose `width` and `height` are as stored.
fn source_info(kind: Kind, width: u32, height: u32, exif: exif::Exif) -> SourceInfo {
    let orientation = exif.orientation.unwrap_or(1);
    let swap = orientation::swaps_sides(orientation);
    SourceInfo {
        kind,
        width: if swap { height } else { width },
        height: if swap { width } else { height },
        orientation,
        has_alpha: false,
        associated_alpha: false,
        resolution: exif.resolution,
        damage: Vec::new(),
    }
}

fn stored_size(info: &SourceInfo) -> (u32, u32) {
    if orientation::swaps_sides(info.orientation) {
        (info.height, info.width)
    } else {
        (info.width, info.height)
    }
}

/// 16 bits to 8, rounded to the nearest (ruling 18): v * 255 / 65535.
fn eight_bits(value: u16) -> u8 {
    // 65535 / 255 = 257
    ((u32::from(value) + 128) / 257) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_are_rounded_not_truncated() {
        for value in 0..=u16::MAX {
            let exact = f64::from(value) * 255.0 / 65535.0;
            assert_eq!(f64::from(eight_bits(value)), (exact + 0.5).floor(), "{value}");
        }
    }

    #[test]
    fn files_that_are_no_pictures_say_what_they_are() {
        let text = |bytes| probe(bytes).unwrap_err().to_string();
        assert_eq!(text(b""), "file is empty (0 bytes)");
        assert_eq!(text(b"hello"), "file is not a picture: its content is text");
        assert!(text(b"%PDF-1.4").starts_with("pdf files are not read by this version"));
    }

    #[test]
    fn messages_of_decoders_start_in_lower_case() {
        assert_eq!(lower_start("Exhausted data in the image."), "exhausted data in the image");
        assert_eq!(lower_start("CRC error"), "CRC error");
        assert_eq!(lower_start(""), "");
    }

    proptest::proptest! {
        #[test]
        fn probe_never_panics(tail: Vec<u8>, kind in 0usize..8) {
            let magic: [&[u8]; 8] = [
                b"8BPS\0\x01",
                b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"II*\0\x08\0\0\0",
                b"MM\0*\0\0\0\x08", b"RIFF\x24\0\0\0WEBPVP8X", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
            ];
            let bytes = [magic[kind], &tail[..]].concat();
            let _ = probe(&bytes);
        }
    }
}
