//! XMP of WebP files: the chunk `XMP ` (WebP Container Specification, "Metadata").

use super::bytes::{Order, slice};
use super::xmp::Xmp;

/// ```text
/// 12  RIFF, size, WEBP
///     chunks: 4 name, 4 size, data, a zero if the size is odd
/// ```
pub(super) fn xmp(bytes: &[u8]) -> Option<Xmp> {
    if slice(bytes, 8, 4)? != b"WEBP" {
        return None;
    }
    let mut at = 12;
    while let Some(size) = Order::Little.size(bytes, at + 4) {
        let data = slice(bytes, at + 8, size)?;
        if slice(bytes, at, 4)? == b"XMP " {
            return Xmp::new(data);
        }
        at += 8 + size.checked_next_multiple_of(2)?;
    }
    None
}
