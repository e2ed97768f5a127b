//! Metadata of TIFF files: tags of the first directory.
//!
//! TIFF 6.0 section 2; BigTIFF (Adobe Pagemaker 7 and libtiff) differs in the
//! width of counts and offsets only.

use super::bytes::{Order, slice};
use super::embedded::Metadata;
use super::xmp::Xmp;

/// Tag of the XMP packet, of type BYTE (XMP Specification Part 3, 3.3).
pub const XMP: u16 = 700;
/// Tag of the image resource blocks, of type BYTE or UNDEFINED (Adobe Photoshop
/// TIFF Technical Notes).
pub const RESOURCES: u16 = 34377;

/// How a file writes its directories.
struct Layout {
    order: Order,
    big: bool,
}

pub(super) fn read(bytes: &[u8]) -> Metadata {
    let Some((layout, directory)) = header(bytes) else { return Metadata::default() };
    let xmp = layout.tag(bytes, directory, XMP).and_then(Xmp::new);
    let blocks = layout.tag(bytes, directory, RESOURCES);
    Metadata::new(xmp, blocks.unwrap_or_default())
}

/// Byte order, kind and the offset of the first directory.
fn header(bytes: &[u8]) -> Option<(Layout, usize)> {
    let order = if bytes.starts_with(b"II") { Order::Little } else { Order::Big };
    match order.u16(bytes, 2)? {
        42 => Some((Layout { order, big: false }, order.size(bytes, 4)?)),
        // bytes of an offset, and a zero
        43 if order.u16(bytes, 4)? == 8 => {
            let layout = Layout { order, big: true };
            let directory = layout.offset(bytes, 8)?;
            Some((layout, directory))
        }
        _ => None,
    }
}

impl Layout {
    /// The bytes of a tag in a directory.
    fn tag<'a>(&self, bytes: &'a [u8], directory: usize, tag: u16) -> Option<&'a [u8]> {
        let (count, mut entry, step) = if self.big {
            (self.order.u64(bytes, directory)?, directory.checked_add(8)?, 20)
        } else {
            let count = self.order.u16(bytes, directory)?;
            (u64::from(count), directory.checked_add(2)?, 12)
        };
        for _ in 0..count {
            // also ends a directory that claims more entries than there are bytes
            if self.order.u16(bytes, entry)? == tag {
                return self.value(bytes, entry);
            }
            entry = entry.checked_add(step)?;
        }
        None
    }

    /// ```text
    /// 2      tag
    /// 2      type
    /// 4 | 8  count
    /// 4 | 8  the value if it fits, else its offset
    /// ```
    fn value<'a>(&self, bytes: &'a [u8], entry: usize) -> Option<&'a [u8]> {
        // BYTE, ASCII, SBYTE and UNDEFINED: one byte each
        if !matches!(self.order.u16(bytes, entry + 2)?, 1 | 2 | 6 | 7) {
            return None;
        }
        let width = if self.big { 8 } else { 4 };
        let count = self.offset(bytes, entry + 4)?;
        let value = entry + 4 + width;
        let at = if count <= width { value } else { self.offset(bytes, value)? };
        slice(bytes, at, count)
    }

    fn offset(&self, bytes: &[u8], at: usize) -> Option<usize> {
        if self.big {
            usize::try_from(self.order.u64(bytes, at)?).ok()
        } else {
            self.order.size(bytes, at)
        }
    }
}
