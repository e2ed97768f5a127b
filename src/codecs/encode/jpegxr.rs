//! JPEG XR (ITU-T T.832, ISO/IEC 29199-2). No crate writes it with a choice of
//! quality and without files, so this is an encoder of our own for what the
//! output needs: 8-bit RGB, with alpha as a second image, in one tile. It decides
//! as Microsoft's jxrlib does (jpegxr/LICENSE-jxrlib), down to the same bytes.

mod bits;
mod codes;
mod macroblock;
mod overlap;
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
/// [`steps`], but never the alpha. Takes 12 bytes of memory a pixel.
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
/// 100. Sixteen indices double the step; of an orthonormal transform it is 2 at
/// 100, 7 at 80 and 26 at 50. Smaller ones make larger files than lossless.
///
/// Colours have 2.3 times the steps of brightness, as jxrlib gives them: eyes are
/// blunter to them, and at equal quality by SSIMULACRA2 files are a seventh smaller.
fn steps(quality: u8) -> [u8; 2] {
    let lost = 100 - quality.clamp(1, 100);
    let luminance = 8 + lost;
    // indices below 16 are the steps themselves, so that fewer make as much
    [luminance, luminance + 13 + (lost / 2).min(6)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy};

    use super::*;
    use crate::modifiers::plan::Format;

    const WIDTH: u32 = 280;
    const HEIGHT: u32 = 40;

    fn options(compression: Compression, quality: u8) -> EncodeOptions<'static> {
        EncodeOptions {
            compression,
            quality,
            resolution: 300.0,
            ..EncodeOptions::of(Format::JpegXr)
        }
    }

    /// The picture of tests/reference/jpegxr.py; alpha is its green.
    fn picture(channels: Channels) -> Bitmap {
        let mut bitmap = Bitmap::zeroed(WIDTH, HEIGHT, channels);
        for (index, pixel) in bitmap.data.chunks_exact_mut(channels.count()).enumerate() {
            let (x, y) = (index as u32 % WIDTH, index as u32 / WIDTH);
            let green = (y * 6 + x / 8) % 256;
            let values = [x * 255 / (WIDTH - 1), green, x * y / 64 % 256, green];
            for (value, right) in pixel.iter_mut().zip(values) {
                *value = right as u8;
            }
        }
        bitmap
    }

    fn samples(bitmap: &Bitmap) -> Samples<'_> {
        let (width, height, pixel) = (bitmap.width, bitmap.height, bitmap.channels.count());
        Samples { data: &bitmap.data, width, height, pixel, first: 0, colour: true }
    }

    /// All after the headers, which jxrlib writes in a longer form.
    fn tile(bytes: &[u8]) -> &[u8] {
        let profile = b"\0\x04\x6f\xff\0\x01";
        let at = bytes.windows(profile.len()).position(|part| part == profile).unwrap();
        &bytes[at + profile.len()..]
    }

    fn golden(name: &str) -> Vec<u8> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/jpegxr/");
        std::fs::read(format!("{path}{name}.jxr")).unwrap()
    }

    #[test]
    fn codestreams_are_those_of_jxrlib() {
        let bitmap = picture(Channels::Rgb);
        let colour = samples(&bitmap);
        for (name, steps) in [("rgb-1", None), ("rgb-16", Some([16; 2])), ("rgb-70", Some([70; 2]))]
        {
            assert!(tile(&plane::encode(colour, steps)) == tile(&golden(name)), "{name}");
        }
        let gray = Samples { first: 1, colour: false, ..colour };
        assert!(tile(&plane::encode(gray, None)) == tile(&golden("gray-1")));
    }

    fn field(file: &[u8], tag: u16) -> Option<u32> {
        let entries = file[34..].chunks_exact(12);
        let count = usize::from(u16::from_le_bytes([file[32], file[33]]));
        let found = entries.take(count).find(|entry| entry[..2] == tag.to_le_bytes())?;
        found[8..].first_chunk().map(|value| u32::from_le_bytes(*value))
    }

    #[test]
    fn the_container_says_where_the_images_are() {
        let file = encode(&picture(Channels::Rgba), options(Compression::Lossless, 1)).unwrap();
        assert_eq!((field(&file, 0xbc80), field(&file, 0xbc81)), (Some(WIDTH), Some(HEIGHT)));
        assert_eq!(field(&file, 0xbc82).map(f32::from_bits), Some(300.0));
        let [start, length, alpha, alpha_length] =
            [0xbcc0, 0xbcc1, 0xbcc2, 0xbcc3].map(|tag| field(&file, tag).unwrap() as usize);
        assert_eq!(start + length, alpha);
        assert_eq!(alpha + alpha_length, file.len());
        assert!(tile(&file[start..alpha]) == tile(&golden("rgb-1")));
        assert!(tile(&file[alpha..]) == tile(&golden("gray-1")));
        let file = encode(&picture(Channels::Rgb), options(Compression::Lossless, 1)).unwrap();
        assert_eq!(field(&file, 0xbcc2), None);
        assert!(file.ends_with(tile(&golden("rgb-1"))));
    }

    #[test]
    fn alpha_is_never_quantised() {
        let file = encode(&picture(Channels::Rgba), options(Compression::Lossy, 1)).unwrap();
        assert!(file.ends_with(tile(&golden("gray-1"))));
    }

    #[test]
    fn better_quality_takes_more_bytes() {
        let bitmap = picture(Channels::Rgb);
        let lossy = |quality| encode(&bitmap, options(Compression::Lossy, quality)).unwrap().len();
        let sizes = [1, 20, 40, 60, 80, 100].map(lossy);
        assert!(sizes.is_sorted(), "{sizes:?}");
        let coarser = |[luminance, chrominance]: [u8; 2]| luminance >= 8 && chrominance > luminance;
        assert!((1..=100).all(|quality| coarser(steps(quality))));
        assert_eq!([steps(100), steps(80)], [[8, 21], [28, 47]]);
    }

    #[test]
    fn other_pixels_are_refused() {
        let error = encode(&picture(Channels::Cmyk), options(Compression::Lossy, 50));
        let text = error.unwrap_err().to_string();
        assert_eq!(text, "jpegxr could not be written: it is written from rgb, not cmyk");
    }

    proptest::proptest! {
        #[test]
        fn any_pixels_are_written(
            (width, height, data) in (1u32..40, 1u32..40).prop_flat_map(|(width, height)| {
                let len = (width * height * 4) as usize;
                (Just(width), Just(height), proptest::collection::vec(0u8.., len))
            }),
            quality in 0u8..102,
        ) {
            let bitmap = Bitmap { width, height, channels: Channels::Rgba, data };
            for compression in [Compression::Lossy, Compression::Lossless] {
                proptest::prop_assert!(encode(&bitmap, options(compression, quality)).is_ok());
            }
        }
    }
}
