//! Metadata of JPEG files: XMP in APP1, image resources in APP13.

use super::bytes::{Order, slice};
use super::embedded::Metadata;
use super::xmp::{Piece, Xmp};

/// What APP1 starts with if it holds a standard packet.
pub(super) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// The same for a piece of an extended one, before GUID, length and offset.
pub(super) const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// What APP13 starts with if it holds image resources.
pub(super) const RESOURCES: &[u8] = b"Photoshop 3.0\0";

const SOS: u8 = 0xda;
const EOI: u8 = 0xd9;
const APP1: u8 = 0xe1;
const APP13: u8 = 0xed;

/// Reads the segments before the picture data.
pub(super) fn read(bytes: &[u8]) -> Metadata {
    let mut xmp = None;
    let mut pieces = Vec::new();
    // resources may be cut into segments anywhere
    let mut blocks = Vec::new();
    let mut at = 2;
    while let Some((marker, body)) = segment(bytes, &mut at) {
        match marker {
            APP1 => {
                if let Some(packet) = body.strip_prefix(XMP) {
                    xmp = xmp.or_else(|| Xmp::new(packet));
                } else if let Some(piece) = body.strip_prefix(EXTENDED_XMP) {
                    pieces.extend(extended(piece));
                }
            }
            APP13 => blocks.extend_from_slice(body.strip_prefix(RESOURCES).unwrap_or_default()),
            _ => {}
        }
    }
    let mut metadata = Metadata::new(xmp, &blocks);
    if let Some(xmp) = &mut metadata.xmp {
        xmp.extend(&pieces);
    }
    metadata
}

/// The next segment's marker and body, with `at` moved behind it; `None` where
/// the picture data start and where the file ends or breaks.
fn segment<'a>(bytes: &'a [u8], at: &mut usize) -> Option<(u8, &'a [u8])> {
    loop {
        // what is no marker is skipped, as decoders do
        *at += bytes.get(*at..)?.iter().position(|byte| *byte == 0xff)?;
        *at += bytes.get(*at..)?.iter().position(|byte| *byte != 0xff)?;
        let marker = *bytes.get(*at)?;
        *at += 1;
        match marker {
            SOS | EOI => return None,
            // markers without a body
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = usize::from(Order::Big.u16(bytes, *at)?);
                let body = slice(bytes, *at + 2, length.checked_sub(2)?)?;
                *at += length;
                return Some((marker, body));
            }
        }
    }
}

/// ```text
/// 32  GUID
/// 4   bytes of the whole extended packet
/// 4   offset of this piece
/// n   the piece
/// ```
fn extended(body: &[u8]) -> Option<Piece<'_>> {
    Some(Piece {
        guid: slice(body, 0, 32)?,
        length: Order::Big.size(body, 32)?,
        offset: Order::Big.size(body, 36)?,
        bytes: body.get(40..)?,
    })
}
