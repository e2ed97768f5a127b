//! Photoshop's image resource blocks: the container of paths, XMP, IPTC and
//! much else in JPEG (APP13), TIFF (tag 34377) and PSD.
//!
//! Adobe Photoshop File Formats Specification, "Image Resource Blocks":
//!
//! ```text
//! 4  signature, 8BIM
//! 2  resource id, big-endian like all numbers
//! n  name: a byte with its length, then that many bytes; a zero follows if
//!    the length byte and the name are an odd number of bytes
//! 4  size of the data
//! n  data; a zero follows if the size is odd
//! ```

use super::bytes::{Order, slice};
use super::insert::InsertError;

/// Id of the resource with the XMP packet.
pub const XMP: u16 = 1060;
/// Id of the resource with the name of the clipping path.
pub const CLIPPING_PATH: u16 = 2999;

/// What Photoshop writes, and what other programs of Adobe wrote: ImageReady
/// (`MeSa`), PhotoDeluxe (`PHUT`), its successors (`AgHg`, `DCSR`). ExifTool
/// knows the same.
const SIGNATURES: [&[u8; 4]; 5] = [b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"];

/// Most blocks of a file that are read; Photoshop writes some fifty, and 998 paths
/// at most.
const MOST: usize = 4096;

/// One resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource<'a> {
    pub id: u16,
    /// Mostly empty, at most 255 bytes; Mac OS Roman in files of Photoshop.
    pub name: &'a [u8],
    pub data: &'a [u8],
}

/// The resources of a series of blocks, in their order. The first damaged block
/// ends the list: without its size nothing after it can be found.
pub fn read(blocks: &[u8]) -> Vec<Resource<'_>> {
    let mut resources = Vec::new();
    let mut at = 0;
    while resources.len() < MOST
        && let Some((resource, next)) = block(blocks, at)
    {
        resources.push(resource);
        at = next;
    }
    resources
}

/// The block at `at` and where the next one starts.
fn block(bytes: &[u8], at: usize) -> Option<(Resource<'_>, usize)> {
    let signature = slice(bytes, at, 4)?;
    if !SIGNATURES.iter().any(|known| signature == *known) {
        return None;
    }
    let id = Order::Big.u16(bytes, at + 4)?;
    let name_at = at + 7;
    let name_length = usize::from(*bytes.get(at + 6)?);
    let name = slice(bytes, name_at, name_length)?;
    let size_at = at + 6 + (1 + name_length).next_multiple_of(2);
    let data_at = size_at + 4;
    let data = slice(bytes, data_at, Order::Big.size(bytes, size_at)?)?;
    // the last block's padding may be missing
    let next = (data_at + data.len()).checked_add(data.len() % 2)?;
    Some((Resource { id, name, data }, next))
}

/// Writes resources as blocks, all of them as `8BIM`.
///
/// # Errors
///
/// A name above 255 bytes or data above 4 GB, which a block cannot say.
pub fn write(resources: &[Resource<'_>]) -> Result<Vec<u8>, InsertError> {
    let mut blocks = Vec::new();
    for resource in resources {
        let too_long = |bytes: usize| InsertError::TooLong { id: resource.id, bytes };
        let name_length =
            u8::try_from(resource.name.len()).map_err(|_| too_long(resource.name.len()))?;
        let size = u32::try_from(resource.data.len()).map_err(|_| too_long(resource.data.len()))?;
        blocks.extend_from_slice(b"8BIM");
        blocks.extend_from_slice(&resource.id.to_be_bytes());
        blocks.push(name_length);
        padded(&mut blocks, resource.name);
        blocks.extend_from_slice(&size.to_be_bytes());
        padded(&mut blocks, resource.data);
    }
    Ok(blocks)
}

/// Appends bytes and a zero if that makes the blocks an even number of bytes.
fn padded(blocks: &mut Vec<u8>, bytes: &[u8]) {
    blocks.extend_from_slice(bytes);
    if !blocks.len().is_multiple_of(2) {
        blocks.push(0);
    }
}
