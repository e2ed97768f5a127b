//! Metadata of Photoshop's own files: all of it in image resources.

use super::bytes::{Order, slice};
use super::embedded::Metadata;

/// Adobe Photoshop File Formats Specification:
///
/// ```text
/// 26  header: 8BPS, version (1 PSD, 2 PSB), size, depth, mode
/// 4   bytes of the colour mode data, and those
/// 4   bytes of the image resources, and those
/// ```
pub(super) fn read(bytes: &[u8]) -> Metadata {
    resources(bytes).map_or_else(Metadata::default, |blocks| Metadata::new(None, blocks))
}

/// The image resource blocks; those that are there, of a file that was cut.
fn resources(bytes: &[u8]) -> Option<&[u8]> {
    let at = Order::Big.size(bytes, 26)?.checked_add(30)?;
    let size = Order::Big.size(bytes, at)?;
    let rest = bytes.get(at + 4..)?;
    slice(rest, 0, size).or(Some(rest))
}
