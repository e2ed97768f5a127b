//! Headers that image 0.25 refuses or misreads although it can read the pixels
//! after them: it gets them in the words of Windows.

use std::borrow::Cow;

/// BITMAPFILEHEADER.
const FILE_HEADER: usize = 14;
/// BITMAPCOREHEADER, the one of OS/2 1.x.
const CORE: u32 = 12;
/// BITMAPINFOHEADER.
const INFO: u32 = 40;
/// BITMAPV3INFOHEADER: the one before and four masks.
const V3: u32 = 56;
/// OS/2 2.x, cut after the number of bits or whole; its first 40 bytes are
/// those of [`INFO`] but for some compressions.
const OS2_SHORT: u32 = 16;
const OS2: u32 = 64;

const BITFIELDS: u32 = 3;
/// Windows CE.
const ALPHA_BITFIELDS: u32 = 6;
/// OS/2: modified Huffman of 1 bit, run lengths of 24 bits. To Windows these
/// numbers are bitfields and JPEG.
const OS2_COMPRESSIONS: std::ops::RangeInclusive<u32> = 3..=4;

// offsets in the file
const DATA_OFFSET: usize = 10;
const HEADER_SIZE: usize = 14;
const CORE_BITS: usize = 24;
const BITS: usize = 28;
const COMPRESSION: usize = 30;
const COLOURS: usize = 46;

/// The file with a header that `image` reads as it is meant. Files that need no
/// change, and those that are cut or broken, are returned as they are.
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, [u8]> {
    changed(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)
}

fn changed(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = u32_at(bytes, HEADER_SIZE)?;
    match size {
        OS2_SHORT | OS2 => {
            let windows = of_os2(bytes, size)?;
            let better = with_palette(&windows, INFO);
            Some(better.unwrap_or(windows))
        }
        INFO if u32_at(bytes, COMPRESSION)? == ALPHA_BITFIELDS => {
            // the masks after the header become a part of it
            let mut v3 = bytes.to_vec();
            put(&mut v3, HEADER_SIZE, V3)?;
            put(&mut v3, COMPRESSION, BITFIELDS)?;
            Some(v3)
        }
        _ => with_palette(bytes, size),
    }
}

fn of_os2(bytes: &[u8], size: u32) -> Option<Vec<u8>> {
    let old = bytes.get(..FILE_HEADER + size as usize)?;
    let kept = old.len().min(FILE_HEADER + INFO as usize);
    let mut windows = old[..kept].to_vec();
    windows.resize(FILE_HEADER + INFO as usize, 0);
    if OS2_COMPRESSIONS.contains(&u32_at(&windows, COMPRESSION)?) {
        return None;
    }
    windows.extend(&bytes[old.len()..]);
    // grows by 24 bytes or shrinks by 24
    let data = u32_at(bytes, DATA_OFFSET)?.checked_add(INFO)?.checked_sub(size)?;
    put(&mut windows, DATA_OFFSET, data)?;
    put(&mut windows, HEADER_SIZE, INFO)?;
    Some(windows)
}

/// Puts two faults of writers right that other readers put up with: pixels that
/// are said to start where the palette does, and more colours than the bits of
/// a pixel can name. Nothing if the file has neither.
fn with_palette(bytes: &[u8], size: u32) -> Option<Vec<u8>> {
    let core = size == CORE;
    let bits = u16_at(bytes, if core { CORE_BITS } else { BITS })?;
    if !matches!(bits, 1 | 2 | 4 | 8) {
        return None;
    }
    let most = 1 << bits;
    let said = if core { 0 } else { u32_at(bytes, COLOURS)? };
    let data = u32_at(bytes, DATA_OFFSET)?;
    let palette = size.checked_add(FILE_HEADER as u32)?;
    if data != palette && said <= most {
        return None;
    }
    let mut right = bytes.to_vec();
    if data == palette {
        let colours = if said == 0 { most } else { said };
        let length = colours.checked_mul(if core { 3 } else { 4 })?;
        put(&mut right, DATA_OFFSET, palette.checked_add(length)?)?;
    }
    if said > most {
        put(&mut right, COLOURS, most)?;
    }
    Some(right)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn put(bytes: &mut [u8], at: usize, value: u32) -> Option<()> {
    bytes.get_mut(at..at + 4)?.copy_from_slice(&value.to_le_bytes());
    Some(())
}
