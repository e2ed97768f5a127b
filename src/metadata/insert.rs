//! XMP and image resources into finished pictures.

use super::jpeg::{EXTENDED_XMP, RESOURCES, XMP};
use super::xmp::Xmp;
use super::{md5, tiff};

/// Why metadata cannot be embedded; the picture is written without them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InsertError {
    #[error("resource {id} has a part of {bytes} bytes, more than its length field can say")]
    TooLong { id: u16, bytes: usize },
    #[error("{count} paths are more than the {most} that a file can hold")]
    TooManyPaths { count: usize, most: usize },
    #[error("path '{path}' has a subpath of {knots} knots; a subpath has at most 65535")]
    TooManyKnots { path: String, knots: usize },
    #[error(
        "path '{path}' has a point {at} picture sizes away; a stored path stays between -16 and 16"
    )]
    OutOfReach { path: String, at: f64 },
    #[error("the XMP packet has {bytes} bytes; a JPEG file holds at most {most}")]
    XmpTooLong { bytes: usize, most: usize },
}

/// An application segment of a JPEG file, without marker and length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// 1 for APP1 and so on.
    pub number: u8,
    /// At most 65533 bytes.
    pub data: Vec<u8>,
}

/// Most bytes of a segment's data: the length field counts its own two.
const SEGMENT: usize = 65533;
/// Most bytes of a standard packet (XMP Specification Part 3, 1.1.3).
const STANDARD: usize = 65502;
/// Bytes of an extended packet in one segment; there would be room for a few more.
const EXTENDED: usize = 65400;

/// XMP and image resource blocks as segments, to stand behind APP0 and before all
/// others. Resources above one segment continue in the next ones.
///
/// A packet above 65502 bytes becomes an extended one, named by a standard packet
/// that says nothing else: programs that do not know extended XMP find none.
///
/// # Errors
///
/// XMP above 4 GB, or a standard packet that is too long and has an extended one
/// already.
pub fn jpeg_segments(xmp: Option<&Xmp>, blocks: &[u8]) -> Result<Vec<Segment>, InsertError> {
    let mut segments = Vec::new();
    match xmp {
        Some(Xmp { packet, extended: None }) if packet.len() > STANDARD => {
            let packet = without_wrapper(packet);
            let guid = guid(packet);
            segments.push(segment(1, &[XMP, &standard(&guid)]));
            add_extended(&mut segments, &guid, packet)?;
        }
        Some(Xmp { packet, extended }) => {
            if packet.len() > STANDARD {
                return Err(InsertError::XmpTooLong { bytes: packet.len(), most: STANDARD });
            }
            segments.push(segment(1, &[XMP, packet]));
            if let Some(extended) = extended {
                add_extended(&mut segments, &extended.guid, &extended.packet)?;
            }
        }
        None => {}
    }
    for piece in blocks.chunks(SEGMENT - RESOURCES.len()) {
        segments.push(segment(13, &[RESOURCES, piece]));
    }
    Ok(segments)
}

/// XMP and image resource blocks as tags of a TIFF directory with their bytes, of
/// type BYTE both. There is no place for extended XMP.
pub fn tiff_tags<'a>(xmp: Option<&'a Xmp>, blocks: &'a [u8]) -> Vec<(u16, &'a [u8])> {
    let xmp = xmp.map(|xmp| (tiff::XMP, &xmp.packet[..]));
    let blocks = (!blocks.is_empty()).then_some((tiff::RESOURCES, blocks));
    xmp.into_iter().chain(blocks).collect()
}

fn segment(number: u8, parts: &[&[u8]]) -> Segment {
    Segment { number, data: parts.concat() }
}

fn add_extended(
    segments: &mut Vec<Segment>,
    guid: &[u8; 32],
    packet: &[u8],
) -> Result<(), InsertError> {
    let most = u32::MAX as usize;
    let length = u32::try_from(packet.len())
        .map_err(|_| InsertError::XmpTooLong { bytes: packet.len(), most })?;
    for (offset, piece) in (0..length).step_by(EXTENDED).zip(packet.chunks(EXTENDED)) {
        let (length, offset) = (length.to_be_bytes(), offset.to_be_bytes());
        segments.push(segment(1, &[EXTENDED_XMP, guid, &length, &offset, piece]));
    }
    Ok(())
}

/// The name of an extended packet: its MD5 sum in capital hexadecimal digits.
fn guid(packet: &[u8]) -> [u8; 32] {
    let sum = md5::digest(packet);
    let mut guid = [0; 32];
    for (digits, byte) in guid.chunks_exact_mut(2).zip(sum) {
        let nibbles = [byte >> 4, byte & 15];
        for (digit, nibble) in digits.iter_mut().zip(nibbles) {
            *digit = if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
        }
    }
    guid
}

/// A standard packet that only names an extended one.
fn standard(guid: &[u8; 32]) -> Vec<u8> {
    let before: &[u8] = b"<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
        <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
        <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
        <rdf:Description rdf:about=\"\" xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" \
        xmpNote:HasExtendedXMP=\"";
    let after: &[u8] = b"\"/></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
    [before, guid, after].concat()
}

/// The packet without `<?xpacket?>` and the blanks for writing in place, as an
/// extended packet has to be. A packet that is wrapped otherwise stays as it is.
fn without_wrapper(packet: &[u8]) -> &[u8] {
    let (start, end) = (b"<?xpacket begin", b"<?xpacket end");
    let mut body = packet;
    if body.trim_ascii_start().starts_with(start)
        && let Some(close) = body.windows(2).position(|window| window == b"?>")
    {
        body = body.get(close + 2..).unwrap_or_default();
    }
    if let Some(close) = body.windows(end.len()).rposition(|window| window == end) {
        body = body.get(..close).unwrap_or_default();
    }
    body.trim_ascii()
}
