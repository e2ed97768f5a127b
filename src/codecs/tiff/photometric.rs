//! Colour models that tiff 0.11 refuses although it could unpack their samples:
//! it does when the file calls them by another name.

const PHOTOMETRIC_INTERPRETATION: u16 = 262;
const BLACK_IS_ZERO: u16 = 1;
const RGB: u16 = 2;

/// The file with its first page called gray, or nothing if it is no classic
/// TIFF whose first directory has the tag.
pub(super) fn as_gray(bytes: &[u8]) -> Option<Vec<u8>> {
    renamed(bytes, BLACK_IS_ZERO)
}

/// The file with its first page called RGB, as [`as_gray`].
pub(super) fn as_rgb(bytes: &[u8]) -> Option<Vec<u8>> {
    renamed(bytes, RGB)
}

fn renamed(bytes: &[u8], photometric: u16) -> Option<Vec<u8>> {
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
            let value = if little { photometric.to_le_bytes() } else { photometric.to_be_bytes() };
            let mut renamed = bytes.to_vec();
            renamed.get_mut(at + 8..at + 10)?.copy_from_slice(&value);
            return Some(renamed);
        }
    }
    None
}
