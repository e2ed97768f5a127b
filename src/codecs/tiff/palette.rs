//! Palette TIFF, read as gray indices (see [`photometric`](super::photometric)).

use crate::codecs::bitmap::{Bitmap, Channels};
use crate::codecs::sniff::Kind;
use crate::codecs::{CodecError, eight_bits};

/// Looks up the colours of gray `samples` that were widened from `bits` bits.
/// `map` has all reds, then all greens, then all blues, 16 bits each.
pub(super) fn coloured(
    samples: &[u8],
    map: &[u16],
    bits: u8,
    width: u32,
    height: u32,
) -> Result<Bitmap, CodecError> {
    let colours = 1usize << bits;
    if map.len() < 3 * colours {
        let detail = format!("the palette has {} values, not {}", map.len(), 3 * colours);
        return Err(CodecError::damaged(Kind::Tiff, detail));
    }
    // old writers put 8-bit values there; libtiff tells them the same way
    let old = map.iter().all(|value| *value < 256);
    let mut out = Bitmap::zeroed(width, height, Channels::Rgb);
    for (pixel, sample) in out.data.chunks_exact_mut(3).zip(samples) {
        let index = (usize::from(*sample) * (colours - 1) + 127) / 255;
        for (number, colour) in pixel.iter_mut().enumerate() {
            let value = map[number * colours + index];
            *colour = if old { value as u8 } else { eight_bits(value) };
        }
    }
    Ok(out)
}
