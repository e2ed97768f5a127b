//! XMP of PNG files: an `iTXt` chunk with a keyword of its own (XMP Specification
//! Part 3, 1.1.5).

use std::io::Read;

use super::bytes::{Order, slice};
use super::xmp::{self, Xmp};

const KEYWORD: &[u8] = b"XML:com.adobe.xmp\0";

/// The packet of the first such chunk whose checksum is right.
pub(super) fn xmp(bytes: &[u8]) -> Option<Xmp> {
    let mut at = 8;
    // length, name, data, checksum of name and data
    while let Some(length) = Order::Big.size(bytes, at) {
        let body = slice(bytes, at.checked_add(8)?, length)?;
        let checked = slice(bytes, at + 4, length.checked_add(4)?)?;
        let checksum = Order::Big.u32(bytes, at + 8 + length)?;
        if checked.starts_with(b"IEND") {
            return None;
        }
        if checked.starts_with(b"iTXt")
            && let Some(text) = body.strip_prefix(KEYWORD)
            && checksum == crc32fast::hash(checked)
        {
            return packet(text);
        }
        at += 12 + length;
    }
    None
}

/// PNG, 11.3.3.4, after the keyword:
///
/// ```text
/// 1  1 if the text is compressed
/// 1  compression method, 0 zlib
/// n  language, zero, translated keyword, zero
/// n  text
/// ```
fn packet(text: &[u8]) -> Option<Xmp> {
    let (head, rest) = text.split_at_checked(2)?;
    let mut fields = rest.splitn(3, |byte| *byte == 0);
    let text = fields.nth(2)?;
    match head {
        [0, _] => Xmp::new(text),
        [1, 0] => {
            // one byte more than is taken, lest a cut packet pass for a whole one
            let most = xmp::MOST as u64 + 1;
            let mut packet = Vec::new();
            flate2::read::ZlibDecoder::new(text).take(most).read_to_end(&mut packet).ok()?;
            Xmp::new(&packet)
        }
        _ => None,
    }
}
