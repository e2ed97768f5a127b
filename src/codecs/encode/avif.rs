//! AVIF through ravif and its encoder rav1e. Neither profile nor print
//! resolution is written (02 §5).
//!
//! 8 bits, 4:4:4, full range, BT.601, as sRGB: halved chroma would smear the
//! edges of text and graphics, and ravif does not write it. Opacity is a second
//! picture, not multiplied into the colours.

use ravif::{AlphaColorMode, BitDepth, Encoder, Img};
use rgb::FromSlice;

use super::{EncodeOptions, greatest_side};
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::{Compression, Format};

/// rav1e's preset, 1 to 10. A photograph of 0.5 megapixels at quality 80 on one
/// core without assembly: 5 takes 2.4 s for 43,888 bytes, 8 takes 1.8 s for
/// 44,776, 9 takes 0.9 s for 46,380 at 0.2 dB less. At quality 100 8 takes 2.8 s.
const SPEED: u8 = 8;

/// Of the opacity, whose edges show every loss; libavif does the same.
const ALPHA_QUALITY: f32 = 100.0;

pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    if options.compression == Compression::Lossless {
        return Err(failed(NO_LOSSLESS.into()));
    }
    let (width, height) = (bitmap.width, bitmap.height);
    let limit = greatest_side(Format::Avif);
    if width.max(height) > limit {
        let detail = format!("{width} x {height} pixels are more than {limit} on a side");
        return Err(failed(detail));
    }
    let encoder = Encoder::new()
        .with_quality(f32::from(options.quality.clamp(1, 100)))
        .with_alpha_quality(ALPHA_QUALITY)
        .with_alpha_color_mode(AlphaColorMode::UnassociatedClean)
        .with_bit_depth(BitDepth::Eight)
        .with_speed(SPEED)
        // one thread is one tile: the bytes do not depend on the machine
        .with_num_threads(Some(1));
    let rgb;
    let bitmap = match bitmap.channels {
        Channels::Rgb | Channels::Rgba => bitmap,
        Channels::Gray | Channels::GrayAlpha => {
            rgb = bitmap.clone().to_rgb();
            &rgb
        }
        Channels::Cmyk | Channels::CmykAlpha => {
            return Err(failed("it cannot hold cmyk pixels".into()));
        }
    };
    let (width, height) = (width as usize, height as usize);
    let file = if bitmap.channels.has_alpha() {
        encoder.encode_rgba(Img::new(bitmap.data.as_rgba(), width, height))
    } else {
        encoder.encode_rgb(Img::new(bitmap.data.as_rgb(), width, height))
    };
    file.map(|file| file.avif_file).map_err(|error| failed(error.to_string()))
}

/// rav1e 0.8 has no lossless transform: even with its finest quantizer and
/// colours stored as they are, bytes are off by up to 2.
const NO_LOSSLESS: &str = "its encoder has no lossless mode; use fmt=webp,,lossless or fmt=png";

fn failed(detail: String) -> CodecError {
    CodecError::Encode { format: "avif", detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::encode::samples::{self, mean_error, waves};

    const PLAIN: EncodeOptions<'static> = EncodeOptions {
        compression: Compression::Lossy,
        quality: 90,
        ..EncodeOptions::of(Format::Avif)
    };

    /// Alpha grows to the right; nothing is quite transparent.
    fn picture(width: u32, height: u32, channels: Channels) -> Bitmap {
        waves(width, height, channels, |x| (x + 1) * 255 / width)
    }

    fn read(bytes: &[u8]) -> Bitmap {
        samples::read(bytes).bitmap
    }

    #[test]
    fn pictures_come_back_near_and_alpha_within_a_level() {
        for (width, height) in [(1, 1), (3, 5), (160, 107)] {
            for channels in [Channels::Rgb, Channels::Rgba, Channels::Gray, Channels::GrayAlpha] {
                let source = picture(width, height, channels).to_rgb();
                let bytes = encode(&picture(width, height, channels), PLAIN).unwrap();
                let back = read(&bytes);
                if source.is_opaque() {
                    assert_eq!(back.channels, Channels::Rgb);
                } else {
                    assert_eq!(back.channels, Channels::Rgba);
                    for (one, other) in source.data.chunks_exact(4).zip(back.data.chunks_exact(4)) {
                        assert!(one[3].abs_diff(other[3]) <= 1);
                    }
                }
                let error = mean_error(&source.without_alpha(), &back.without_alpha());
                assert!(error < 4.0, "{width} x {height} {channels:?}: {error}");
            }
        }
    }

    #[test]
    fn more_quality_is_more_bytes_and_less_error() {
        let source = picture(160, 107, Channels::Rgb);
        let mut last = (0, f64::MAX);
        for quality in [1, 40, 80, 100] {
            let bytes = encode(&source, EncodeOptions { quality, ..PLAIN }).unwrap();
            let now = (bytes.len(), mean_error(&source, &read(&bytes)));
            assert!(now.0 > last.0 && now.1 < last.1, "{quality}: {last:?} {now:?}");
            last = now;
        }
    }

    #[test]
    fn neither_profile_nor_exif_is_written() {
        let options = EncodeOptions { profile: Some(&[7; 500]), resolution: 300.0, ..PLAIN };
        let source = picture(40, 30, Channels::Rgb);
        assert!(encode(&source, options).unwrap() == encode(&source, PLAIN).unwrap());
    }

    #[test]
    fn lossless_cmyk_and_long_sides_are_refused() {
        let text = |bitmap: &Bitmap, options| encode(bitmap, options).unwrap_err().to_string();
        let lossless = EncodeOptions { compression: Compression::Lossless, ..PLAIN };
        assert_eq!(
            text(&picture(4, 4, Channels::Rgb), lossless),
            "avif could not be written: its encoder has no lossless mode; use \
             fmt=webp,,lossless or fmt=png"
        );
        assert_eq!(
            text(&picture(4, 4, Channels::Cmyk), PLAIN),
            "avif could not be written: it cannot hold cmyk pixels"
        );
        assert_eq!(
            text(&Bitmap::zeroed(65_536, 1, Channels::Gray), PLAIN),
            "avif could not be written: 65536 x 1 pixels are more than 65535 on a side"
        );
    }
}
