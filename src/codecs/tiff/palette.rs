//! Palette TIFF. tiff 0.11 refuses it, but reads its indices when the file says
//! that they are gray.

use crate::codecs::bitmap::{Bitmap, Channels};
use crate::codecs::sniff::Kind;
use crate::codecs::{CodecError, eight_bits};

const PHOTOMETRIC_INTERPRETATION: u16 = 262;
const BLACK_IS_ZERO: u16 = 1;

/// The file with its first page called gray, or nothing if it is no classic
/// TIFF whose first directory has the tag.
pub(super) fn as_gray(bytes: &[u8]) -> Option<Vec<u8>> {
    let little = bytes.starts_with(b"II*\0");
    if !little && !bytes.starts_with(b"MM\0*") {
        return None;
    }
    let short = |at: usize| {
        let two = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let (first, second) = (usize::from(short(4)?), usize::from(short(6)?));
    let directory = if little { second << 16 | first } else { first << 16 | second };
    for entry in 0..usize::from(short(directory)?) {
        // 12 bytes each: tag, type, count, value
        let at = directory + 2 + entry * 12;
        if short(at)? == PHOTOMETRIC_INTERPRETATION {
            let value =
                if little { BLACK_IS_ZERO.to_le_bytes() } else { BLACK_IS_ZERO.to_be_bytes() };
            let mut gray = bytes.to_vec();
            gray.get_mut(at + 8..at + 10)?.copy_from_slice(&value);
            return Some(gray);
        }
    }
    None
}

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
