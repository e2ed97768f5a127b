//! WebP through libwebp. Neither profile nor print resolution is written (02 §5).

use webp::{Encoder, PixelLayout, WebPConfig, WebPEncodingError};

use super::{EncodeOptions, greatest_side};
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::{Compression, Format};

/// Effort of the lossy encoder, 0 to 6. Of a photograph of 2 megapixels at
/// quality 80: method 2 makes 162,388 bytes in 66 ms, 4 makes 154,806 in 145 ms,
/// 6 makes 145,372 in 392 ms at 0.2 dB less.
const LOSSY_METHOD: i32 = 4;

/// Effort of the lossless encoder, 0 to 6, and its second scale, 0 to 100. Of
/// logo.png 0 makes 174,348 bytes, 1 makes 127,380, 3 makes 111,304; from there
/// on more time gains less than 4 %. Photographs take 0.3 s a megapixel.
const LOSSLESS_METHOD: i32 = 3;
const LOSSLESS_EFFORT: f32 = 30.0;

/// Lossless only when asked for: lossy is the default of `fmt=webp`.
///
/// Lossless keeps every byte, also the colours of transparent pixels. Lossy
/// keeps the alpha channel exactly and lets go of the colours of pixels whose
/// alpha is 0.
pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    let rgb;
    let (layout, data) = match bitmap.channels {
        Channels::Rgb => (PixelLayout::Rgb, &bitmap.data),
        Channels::Rgba => (PixelLayout::Rgba, &bitmap.data),
        Channels::Gray | Channels::GrayAlpha => {
            rgb = bitmap.clone().to_rgb();
            let alpha = rgb.channels.has_alpha();
            (if alpha { PixelLayout::Rgba } else { PixelLayout::Rgb }, &rgb.data)
        }
        Channels::Cmyk | Channels::CmykAlpha => {
            return Err(failed("it cannot hold cmyk pixels".into()));
        }
    };
    let (width, height) = (bitmap.width, bitmap.height);
    let limit = greatest_side(Format::Webp);
    if width.max(height) > limit {
        let detail = format!("{width} x {height} pixels are more than {limit} on a side");
        return Err(failed(detail));
    }
    let config = match options.compression {
        Compression::Lossless => lossless(),
        _ => lossy(options.quality),
    };
    let config = config.map_err(|()| failed("libwebp is of another version".into()))?;
    match Encoder::new(data, layout, width, height).encode_advanced(&config) {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(error) => Err(failed(reason(error))),
    }
}

/// libwebp's quality as it is, 1 to 100, one thread, no metadata. Chroma is
/// averaged in the plain way: the iterated conversion ("sharp YUV") takes twice
/// the time and makes 2 to 8 % more bytes, about what it is better by.
fn lossy(quality: u8) -> Result<WebPConfig, ()> {
    let mut config = WebPConfig::new()?;
    config.quality = f32::from(quality.clamp(1, 100));
    config.method = LOSSY_METHOD;
    config.alpha_compression = 1;
    config.alpha_quality = 100;
    Ok(config)
}

fn lossless() -> Result<WebPConfig, ()> {
    let mut config = WebPConfig::new()?;
    config.lossless = 1;
    // without it the colours of transparent pixels are replaced
    config.exact = 1;
    config.quality = LOSSLESS_EFFORT;
    config.method = LOSSLESS_METHOD;
    Ok(config)
}

fn failed(detail: String) -> CodecError {
    CodecError::Encode { format: "webp", detail }
}

fn reason(error: WebPEncodingError) -> String {
    match error {
        WebPEncodingError::VP8_ENC_ERROR_PARTITION0_OVERFLOW => {
            "its first partition is more than 512 KiB; use a lower qlt or a smaller picture".into()
        }
        other => format!("libwebp reports {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Area;
    use crate::codecs::encode::samples::{self, mean_error, waves};

    const LOSSY: EncodeOptions<'static> = EncodeOptions {
        compression: Compression::Lossy,
        quality: 80,
        ..EncodeOptions::of(Format::Webp)
    };
    const LOSSLESS: EncodeOptions<'static> =
        EncodeOptions { compression: Compression::Lossless, ..LOSSY };

    /// Alpha from 0 on the left to 255 on the right.
    fn picture(width: u32, height: u32, channels: Channels) -> Bitmap {
        waves(width, height, channels, |x| x * 255 / (width - 1).max(1))
    }

    fn read(bytes: &[u8]) -> Bitmap {
        samples::read(bytes).bitmap
    }

    /// Names of the chunks of a RIFF file.
    fn chunks(bytes: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = 12;
        while at < bytes.len() {
            let size = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap());
            names.push(String::from_utf8_lossy(&bytes[at..at + 4]).into_owned());
            at += 8 + size.next_multiple_of(2) as usize;
        }
        names
    }

    #[test]
    fn lossy_files_have_lossy_chunks_and_no_metadata() {
        let options = EncodeOptions { profile: Some(&[7; 500]), ..LOSSY };
        let plain = encode(&picture(40, 30, Channels::Rgb), options).unwrap();
        assert_eq!(chunks(&plain), ["VP8 "]);
        let alpha = encode(&picture(40, 30, Channels::Rgba), options).unwrap();
        assert_eq!(chunks(&alpha), ["VP8X", "ALPH", "VP8 "]);
        let exact = encode(&picture(40, 30, Channels::Rgba), LOSSLESS).unwrap();
        assert_eq!(chunks(&exact), ["VP8L"]);
    }

    #[test]
    fn lossy_is_near_and_keeps_alpha_exactly() {
        for (width, height) in [(1, 1), (3, 5), (161, 107)] {
            for channels in [Channels::Rgb, Channels::Rgba] {
                let source = picture(width, height, channels);
                let back = read(&encode(&source, EncodeOptions { quality: 90, ..LOSSY }).unwrap());
                assert_eq!((back.width, back.height), (width, height));
                if !source.is_opaque() {
                    let alpha =
                        |b: &Bitmap| b.data.iter().skip(3).step_by(4).copied().collect::<Vec<_>>();
                    assert_eq!(alpha(&source), alpha(&back));
                }
                let (source, back) = (source.without_alpha(), back.without_alpha());
                // alpha 0 in the left column lets its colours go
                let error = mean_error(
                    &source.clone().cut(Area { x: width - 1, y: 0, width: 1, height }),
                    &back.clone().cut(Area { x: width - 1, y: 0, width: 1, height }),
                );
                assert!(error < 8.0 || width == 1, "{width} x {height} {channels:?}: {error}");
            }
        }
    }

    #[test]
    fn lossless_keeps_every_byte_also_under_alpha_0() {
        for channels in [Channels::Rgb, Channels::Rgba, Channels::Gray, Channels::GrayAlpha] {
            for (width, height) in [(1, 1), (3, 5), (161, 107)] {
                let source = picture(width, height, channels);
                let back = read(&encode(&source, LOSSLESS).unwrap());
                let source = source.to_rgb();
                assert_eq!(
                    source.with_alpha(),
                    back.with_alpha(),
                    "{width} x {height} {channels:?}"
                );
            }
        }
    }

    #[test]
    fn more_quality_is_more_bytes_and_less_error() {
        let source = picture(161, 107, Channels::Rgb);
        let mut last = (0, f64::MAX);
        for quality in [1, 40, 80, 100] {
            let bytes = encode(&source, EncodeOptions { quality, ..LOSSY }).unwrap();
            let now = (bytes.len(), mean_error(&source, &read(&bytes)));
            assert!(now.0 > last.0 && now.1 < last.1, "{quality}: {last:?} {now:?}");
            last = now;
        }
    }

    #[test]
    fn the_same_picture_makes_the_same_bytes() {
        for options in [LOSSY, LOSSLESS] {
            let [one, other] =
                [(); 2].map(|()| encode(&picture(161, 107, Channels::Rgba), options).unwrap());
            assert!(one == other);
        }
    }

    #[test]
    fn a_side_of_16384_pixels_is_refused() {
        let error = encode(&Bitmap::zeroed(16_384, 1, Channels::Rgb), LOSSY).unwrap_err();
        assert_eq!(
            error.to_string(),
            "webp could not be written: 16384 x 1 pixels are more than 16383 on a side"
        );
    }
}
