//! Pixels to bytes. No metadata is written but the print resolution and, where
//! it is asked for, the colour profile.

mod avif;
mod eps;
mod gif;
mod indexed;
mod jpeg;
mod jpeg2000;
mod jpegxr;
mod openjpeg;
mod page;
mod pdf;
mod png;
mod tiff;
mod webp;

use super::CodecError;
use super::bitmap::Bitmap;
use crate::metadata::xmp::Xmp;
use crate::modifiers::plan::{Compression, Format, Palette};

/// How a file is to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncodeOptions<'a> {
    pub format: Format,
    /// Of TIFF, PDF, WebP, AVIF, JPEG 2000 and JPEG XR.
    pub compression: Compression,
    /// Of JPEG, TIFF and PDF with jpeg compression and, on scales of their own, lossy WebP, AVIF,
    /// JPEG 2000 and JPEG XR; 1 to 100.
    pub quality: u8,
    /// Scans of a progressive JPEG, 2 to 64; `None` is the encoder's choice.
    pub scans: Option<u8>,
    /// JPEG, also in TIFF and PDF, in 4:4:4 instead of 4:2:0; gray and CMYK take no notice (02 §4.2).
    pub full_chroma: bool,
    /// Print resolution in dots per inch, above 0; rounded to what the format
    /// can store. WebP, AVIF and GIF store none.
    pub resolution: f64,
    /// Colours of GIF and of PNG with a palette; `None` is adaptive, 256 and diffused.
    pub palette: Option<&'a Palette>,
    /// Behind pixels that are partly transparent where a palette has none of these.
    pub background: [u8; 3],
    /// What JPEG and TIFF keep of their source.
    pub embedded: Option<&'a Embedded>,
    /// ICC profile of the pixels to embed. Formats that carry none (WebP,
    /// AVIF and GIF, 02 §4.1 `iccEmbed`) take no notice.
    pub profile: Option<&'a [u8]>,
}

impl EncodeOptions<'static> {
    /// Quality 85, no compression, 72 dots per inch, white behind what is transparent,
    /// and nothing embedded.
    pub const fn of(format: Format) -> EncodeOptions<'static> {
        EncodeOptions {
            format,
            compression: Compression::None,
            quality: 85,
            scans: None,
            full_chroma: false,
            resolution: 72.0,
            palette: None,
            background: [255; 3],
            embedded: None,
            profile: None,
        }
    }
}

/// Parts of a source that are neither pixels nor colours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Embedded {
    pub xmp: Option<Xmp>,
    /// Photoshop image resource blocks; empty: none.
    pub resources: Vec<u8>,
}

/// Writes a file. JPEG, PDF and EPS take no alpha; the caller has flattened the picture.
/// Only JPEG, TIFF, PDF and EPS take CMYK.
/// Width and height do not exceed [`greatest_side`].
pub fn encode(bitmap: Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    match options.format {
        Format::Jpeg => jpeg::encode(&bitmap, options, false),
        Format::ProgressiveJpeg => jpeg::encode(&bitmap, options, true),
        Format::Png => png::encode(&bitmap, options),
        Format::Tiff => tiff::encode(bitmap, options),
        Format::Webp => webp::encode(&bitmap, options),
        Format::Avif => avif::encode(&bitmap, options),
        Format::Gif => gif::encode(&bitmap, options),
        Format::Png8 => png::encode_palette(&bitmap, options),
        Format::Jpeg2000 => jpeg2000::encode(&bitmap, options),
        Format::JpegXr => jpegxr::encode(&bitmap, options),
        Format::Eps => eps::encode(&bitmap, options),
        Format::Pdf => pdf::encode(&bitmap, options),
        other => {
            let detail = "this version does not write it".into();
            Err(CodecError::Encode { format: other.name(), detail })
        }
    }
}

/// The most pixels that a side may have in a format.
pub fn greatest_side(format: Format) -> u32 {
    match format {
        Format::Jpeg | Format::ProgressiveJpeg | Format::Gif | Format::Avif => u16::MAX.into(),
        Format::Webp => 16_383,
        Format::Jpeg2000 | Format::Png | Format::Png8 => i32::MAX as u32,
        _ => u32::MAX,
    }
}

/// Whether such files carry a colour profile (02 §4.1 `iccEmbed`).
pub fn holds_profile(format: Format) -> bool {
    match format {
        Format::Jpeg | Format::ProgressiveJpeg | Format::Png | Format::Png8 => true,
        Format::Tiff | Format::Pdf | Format::Eps => true,
        Format::Gif | Format::Webp | Format::Avif | Format::Heic => false,
        Format::Jpeg2000 | Format::JpegXr => false,
    }
}

/// Whether XMP and Photoshop paths of the source can be put into such files.
pub fn holds_metadata(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::ProgressiveJpeg | Format::Tiff)
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
