//! Pixels to bytes. No metadata is written but the print resolution and, where
//! it is asked for, the colour profile.

mod eps;
mod gif;
mod jpeg;
mod page;
mod pdf;
mod png;
mod tiff;
mod webp;

use super::CodecError;
use super::bitmap::Bitmap;
use crate::modifiers::plan::{Compression, Format};

/// How a file is to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncodeOptions<'a> {
    pub format: Format,
    /// Of TIFF and PDF.
    pub compression: Compression,
    /// Of JPEG and PDF with jpeg compression, 1 to 100.
    pub quality: u8,
    /// Scans of a progressive JPEG, 2 to 64; `None` is the encoder's choice.
    pub scans: Option<u8>,
    /// JPEG in 4:4:4 instead of 4:2:0; gray and CMYK take no notice (02 §4.2).
    pub full_chroma: bool,
    /// Print resolution in dots per inch, above 0; rounded to what the format
    /// can store. WebP and GIF store none.
    pub resolution: f64,
    /// ICC profile of the pixels to embed. Formats that carry none (WebP and
    /// GIF, 02 §4.1 `iccEmbed`) take no notice.
    pub profile: Option<&'a [u8]>,
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
        Format::Webp => webp::encode(&bitmap),
        Format::Gif => gif::encode(&bitmap),
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
        Format::Jpeg | Format::ProgressiveJpeg | Format::Gif => u16::MAX.into(),
        Format::Webp => 16_383,
        Format::Png | Format::Png8 => i32::MAX as u32,
        _ => u32::MAX,
    }
}

#[cfg(test)]
mod tests;
