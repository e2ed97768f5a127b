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
/// core without assembly: 5 takes 2.4 s for 43,888 bytes, 7 takes 1.8 s for
/// 44,776, 9 takes 0.9 s for 46,380 at 0.2 dB less.
const SPEED: u8 = 9;

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
