//! JPEG XR (ITU-T T.832, ISO/IEC 29199-2). No crate writes it with a choice of
//! quality and without files, so this is an encoder of our own for what the
//! output needs: 8-bit RGB, with alpha as a second image, in one tile. Order of
//! work and quantiser offsets follow Microsoft's jxrlib (BSD).

mod bits;
mod codes;
mod macroblock;
mod plane;
mod predict;
mod tables;
mod transform;

use super::EncodeOptions;
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::Compression;
use plane::Samples;

/// 24bppRGB and 32bppRGBA (T.832 Annex A, pixel formats); the bytes of a GUID.
const RGB: [u8; 16] = *b"\x24\xc3\xdd\x6f\x03\x4e\xfe\x4b\xb1\x85\x3d\x77\x76\x8d\xc9\x0d";
const RGBA: [u8; 16] = *b"\x2d\xad\xc7\xf5\x8d\x6a\xdd\x43\xa7\xa8\xa2\x99\x35\x26\x1a\xe9";

/// Field types of the container: bytes, 32-bit integer, 32-bit float.
const BYTES: u16 = 1;
const LONG: u16 = 4;
const FLOAT: u16 = 11;

/// A JPEG XR file of RGB pixels with the print resolution, alpha not
/// premultiplied. `Compression::Lossless` is exact; any other quantises by
/// [`steps`], but never the alpha.
pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    let failed = |detail: String| CodecError::Encode { format: "jpegxr", detail };
    let alpha = match bitmap.channels {
        Channels::Rgb => false,
        Channels::Rgba => true,
        other => return Err(failed(format!("it is written from rgb, not {}", other.pixel_type()))),
    };
    let (width, height) = (bitmap.width, bitmap.height);
    if width == 0 || height == 0 {
        return Err(failed(format!("there are no pixels in {width} x {height}")));
    }
    let pixel = bitmap.channels.count();
    let colours = Samples { data: &bitmap.data, width, height, pixel, first: 0, colour: true };
    let steps = match options.compression {
        Compression::Lossless => None,
        _ => Some(steps(options.quality)),
    };
    let image = plane::encode(colours, steps);
    let opacity =
        alpha.then(|| plane::encode(Samples { first: 3, colour: false, ..colours }, None));
    let long = |bytes: &[u8]| u32::try_from(bytes.len()).ok().filter(|length| *length < 1 << 31);
    let (Some(image_length), Some(opacity_length)) =
        (long(&image), long(opacity.as_deref().unwrap_or_default()))
    else {
        return Err(failed("it would be larger than 2 gigabytes".into()));
    };
    let entries = if alpha { 10u16 } else { 8 };
    // a header of 32 bytes with the pixel format, then the entries, then the images
    let start = 32 + 2 + u32::from(entries) * 12 + 4;
    let mut file = b"II\xbc\x01\x20\0\0\0".to_vec();
    file.extend(if alpha { RGBA } else { RGB });
    file.resize(32, 0);
    file.extend(entries.to_le_bytes());
    let resolution = (options.resolution as f32).to_bits();
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    };
    entry(0xbc01, BYTES, 16, 8);
    // upright
    entry(0xbc02, LONG, 1, 0);
    entry(0xbc80, LONG, 1, width);
    entry(0xbc81, LONG, 1, height);
    entry(0xbc82, FLOAT, 1, resolution);
    entry(0xbc83, FLOAT, 1, resolution);
    entry(0xbcc0, LONG, 1, start);
    entry(0xbcc1, LONG, 1, image_length);
    if alpha {
        entry(0xbcc2, LONG, 1, start + image_length);
        entry(0xbcc3, LONG, 1, opacity_length);
    }
    // no further directory
    file.extend([0; 4]);
    file.extend(image);
    file.extend(opacity.unwrap_or_default());
    Ok(file)
}

/// Indices of the quantisers of luminance and chrominance for a quality of 1 to
/// 100. Sixteen indices double the step, which for luminance is 1 at 100 and
/// about 5 at 80, 14 at 50 and 60 at 1.
fn steps(quality: u8) -> [u8; 2] {
    let lost = 100 - u16::from(quality.clamp(1, 100));
    let luminance = 4 + lost * 3 / 4;
    // at most 78 and 86
    [luminance as u8, (luminance + lost / 12) as u8]
}
