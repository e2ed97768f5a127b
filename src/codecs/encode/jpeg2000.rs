use super::{EncodeOptions, openjpeg};
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, PixelType};
use crate::modifiers::plan::Compression;

/// OpenJPEG's search for the rate always leaves out the coding pass that gains
/// least for its bytes. In a file this small, which is a flat or a tiny picture,
/// that can be a whole colour.
const SMALL_FILE: usize = 2048;
/// Keeps every coding pass; only the rounding of the 9/7 wavelet is lost.
const EVERYTHING: f32 = 0.0;

/// A JP2 file (ISO/IEC 15444-1): gray or sRGB, alpha not premultiplied, one
/// tile, with the print resolution. `Compression::Lossless` is exact; any other
/// is lossy with the PSNR of [`decibels`]. Takes 8 bytes of memory a component.
pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    let failed = |detail: &str| CodecError::Encode { format: "jpeg2000", detail: detail.into() };
    if bitmap.channels.pixel_type() == PixelType::Cmyk {
        return Err(failed("it cannot hold cmyk pixels"));
    }
    let side = |pixels: u32| pixels > 0 && i32::try_from(pixels).is_ok();
    if !side(bitmap.width) || !side(bitmap.height) {
        let detail = format!("{} x {} pixels do not fit", bitmap.width, bitmap.height);
        return Err(failed(&detail));
    }
    let lossless = options.compression == Compression::Lossless;
    let decibels = (!lossless).then(|| decibels(options.quality));
    let mut bytes = openjpeg::jp2(bitmap, decibels).map_err(failed)?;
    if !lossless && bytes.len() <= SMALL_FILE {
        let whole = openjpeg::jp2(bitmap, Some(EVERYTHING)).map_err(failed)?;
        if whole.len() <= SMALL_FILE {
            bytes = whole;
        }
    }
    insert_resolution(&mut bytes, options.resolution)
        .ok_or_else(|| failed("the header box is not where it belongs"))?;
    Ok(bytes)
}

/// The peak signal-to-noise ratio, over all components, that a quality of 1 to
/// 100 asks for: 25 to 45 dB in even steps, so 80 is 41 dB. Photographs show no
/// loss from 40 dB on; a JPEG of quality 80 has 32 to 36 dB.
fn decibels(quality: u8) -> f32 {
    25.0 + 20.0 * (f32::from(quality.clamp(1, 100)) - 1.0) / 99.0
}

/// Puts a display resolution (15444-1 I.5.3.7) at the end of the header box.
fn insert_resolution(file: &mut Vec<u8>, dots_per_inch: f64) -> Option<()> {
    let mut at = 0;
    let (start, end) = loop {
        let length = u32::from_be_bytes(*file.get(at..)?.first_chunk()?);
        let end = at.checked_add(usize::try_from(length).ok().filter(|length| *length >= 8)?)?;
        if file.get(at + 4..at + 8)? == b"jp2h" {
            break (at, end);
        }
        at = end;
    };
    let grid = resolution_box(dots_per_inch);
    let length = u32::try_from(end - start + grid.len()).ok()?;
    file.get_mut(start..start + 4)?.copy_from_slice(&length.to_be_bytes());
    if end > file.len() {
        return None;
    }
    file.splice(end..end, grid);
    Some(())
}

/// Points a metre are `numerator` / 254 x 10^`exponent`, both ways.
fn resolution_box(dots_per_inch: f64) -> [u8; 26] {
    // dpi / 0.0254 = dpi x 100 / 254 x 10^2; fewer digits where 16 bits overflow
    let (mut numerator, mut exponent) = (dots_per_inch * 100.0, 2u8);
    while numerator > f64::from(u16::MAX) && exponent < 100 {
        numerator /= 10.0;
        exponent += 1;
    }
    let numerator = (numerator.round().max(1.0) as u16).to_be_bytes();
    let mut grid = *b"\0\0\0\x1ares \0\0\0\x12resdnn\0\xfenn\0\xfeee";
    grid[16..18].copy_from_slice(&numerator);
    grid[20..22].copy_from_slice(&numerator);
    grid[24..].fill(exponent);
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Area, Channels};
    use crate::codecs::{Request, decode, probe};
    use crate::modifiers::plan::Format;

    const SIZES: [(u32, u32); 6] = [(1, 1), (3, 5), (12, 348), (64, 2), (257, 129), (33, 33)];
    const CHANNELS: [Channels; 4] =
        [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba];

    fn options(compression: Compression, quality: u8) -> EncodeOptions<'static> {
        EncodeOptions {
            compression,
            quality,
            resolution: 300.0,
            ..EncodeOptions::of(Format::Jpeg2000)
        }
    }

    /// Waves and an edge, every component another.
    fn picture(width: u32, height: u32, channels: Channels) -> Bitmap {
        let mut bitmap = Bitmap::zeroed(width, height, channels);
        let count = channels.count();
        for (index, pixel) in bitmap.data.chunks_exact_mut(count).enumerate() {
            let (x, y) = (index as u32 % width, index as u32 / width);
            for (c, value) in pixel.iter_mut().enumerate() {
                let wave = libm::sin(f64::from(x) / 9.0 + c as f64) * libm::cos(f64::from(y) / 7.0);
                let edge = if x > y { 30.0 } else { 0.0 };
                *value = (110.0 + 90.0 * wave + edge) as u8;
            }
        }
        bitmap
    }

    fn read(bytes: &[u8]) -> Bitmap {
        let info = probe(bytes).unwrap();
        let area = Area { x: 0, y: 0, width: info.width, height: info.height };
        let request = Request { area, least_width: info.width, least_height: info.height };
        let decoded = decode(bytes, &info, request).unwrap();
        assert_eq!(decoded.damage, Vec::<String>::new());
        decoded.bitmap
    }

    fn psnr(one: &Bitmap, other: &Bitmap) -> f64 {
        let square = |(a, b): (&u8, &u8)| f64::from(a.abs_diff(*b)).powi(2);
        let sum: f64 = one.data.iter().zip(&other.data).map(square).sum();
        10.0 * libm::log10(65025.0 * one.data.len() as f64 / sum)
    }

    #[test]
    fn lossless_files_come_back_exactly() {
        for (width, height) in SIZES {
            for channels in CHANNELS {
                let source = picture(width, height, channels);
                let bytes = encode(&source, options(Compression::Lossless, 1)).unwrap();
                assert_eq!(read(&bytes), source, "{width} x {height} {channels:?}");
            }
        }
    }

    #[test]
    fn lossy_files_reach_the_quality_that_is_asked_for() {
        for channels in CHANNELS {
            let source = picture(257, 129, channels);
            let mut last = 0;
            for quality in [1, 30, 60, 90, 100] {
                let bytes = encode(&source, options(Compression::Lossy, quality)).unwrap();
                let reached = psnr(&source, &read(&bytes));
                let asked = f64::from(decibels(quality));
                // The rate control reckons with the noise of the wavelets, not of the pixels.
                assert!(reached > asked - 1.5, "{channels:?} {quality}: {reached} of {asked}");
                assert!(bytes.len() > last);
                last = bytes.len();
            }
        }
    }

    #[test]
    fn small_and_flat_pictures_survive_loss() {
        for (width, height) in SIZES {
            for channels in CHANNELS {
                let mut source = Bitmap::zeroed(width, height, channels);
                source.data.fill(200);
                let bytes = encode(&source, options(Compression::Lossy, 80)).unwrap();
                let back = read(&bytes);
                let worst = back.data.iter().map(|value| value.abs_diff(200)).max();
                // the rounding of the 9/7 wavelet
                assert!(worst <= Some(1), "{width} x {height} {channels:?}: {worst:?}");
            }
        }
    }

    #[test]
    fn the_same_picture_gives_the_same_bytes() {
        let source = picture(100, 80, Channels::Rgba);
        let [one, other] =
            [0, 1].map(|_| encode(&source, options(Compression::Lossy, 50)).unwrap());
        assert_eq!(one, other);
    }

    #[test]
    fn the_header_says_colour_opacity_and_resolution() {
        let bytes =
            encode(&picture(9, 9, Channels::Rgba), options(Compression::Lossless, 1)).unwrap();
        let found = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        // enumerated colour space 16 is sRGB; channel 3 is opacity of the whole image
        assert!(found(b"colr\x01\0\0\0\0\0\x10"));
        assert!(found(b"cdef\0\x04\0\0\0\0\0\x01\0\x01\0\0\0\x02\0\x02\0\0\0\x03\0\x03\0\x01\0\0"));
        let bytes =
            encode(&picture(9, 9, Channels::Gray), options(Compression::Lossless, 1)).unwrap();
        assert!(bytes.windows(11).any(|window| window == b"colr\x01\0\0\0\0\0\x11"));
        for dots in [0.5, 72.0, 300.0, 9600.0] {
            let mut wanted = options(Compression::Lossless, 1);
            wanted.resolution = dots;
            let bytes = encode(&picture(4, 4, Channels::Rgb), wanted).unwrap();
            let told = probe(&bytes).unwrap().resolution.unwrap();
            assert!((told / dots - 1.0).abs() < 1e-4, "{told} of {dots}");
        }
    }

    #[test]
    fn cmyk_is_refused() {
        let error = encode(&picture(4, 4, Channels::Cmyk), options(Compression::Lossy, 50));
        let text = error.unwrap_err().to_string();
        assert_eq!(text, "jpeg2000 could not be written: it cannot hold cmyk pixels");
    }
}
