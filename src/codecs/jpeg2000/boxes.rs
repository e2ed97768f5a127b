//! The boxes of a JP2 file (ISO/IEC 15444-1 Annex I) as far as the decoder does
//! not tell of them.

use std::ops::Range;

use super::damaged;
use crate::codecs::CodecError;

/// What the boxes around a codestream say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct File {
    /// The first codestream; later ones (JPX) are not read.
    pub(super) codestream: Range<usize>,
    /// End of the first codestream.
    pub(super) end: usize,
    /// The opacity channel has been multiplied into the colours (I.5.3.6).
    pub(super) associated_alpha: bool,
    /// Colours are CIELab (enumerated colour space 14 of 15444-2).
    pub(super) lab: bool,
    /// Dots per inch, of the capture or, if that is not said, of display.
    pub(super) resolution: Option<f64>,
}

struct Box<'a> {
    name: [u8; 4],
    /// Where the content lies in the bytes that were walked.
    content: Range<usize>,
    bytes: &'a [u8],
}

/// Walks the boxes up to the first codestream. A bare codestream is a file
/// without boxes.
pub(super) fn read(bytes: &[u8]) -> Result<File, CodecError> {
    let mut file = File {
        codestream: 0..bytes.len(),
        end: bytes.len(),
        associated_alpha: false,
        lab: false,
        resolution: None,
    };
    if bytes.starts_with(b"\xff\x4f\xff\x51") {
        return Ok(file);
    }
    let mut at = 0;
    while let Some(found) = next_box(bytes, &mut at)? {
        match &found.name {
            b"jp2h" => header(found.bytes, &mut file)?,
            b"jp2c" => {
                file.end = found.content.end;
                file.codestream = found.content;
                return Ok(file);
            }
            _ => {}
        }
    }
    Err(damaged("there is no codestream box"))
}

fn header(bytes: &[u8], file: &mut File) -> Result<(), CodecError> {
    let mut at = 0;
    let mut colours_known = false;
    while let Some(found) = next_box(bytes, &mut at)? {
        match &found.name {
            b"cdef" => {
                // entries of channel, type and association after a count
                let entries = found.bytes.get(2..).unwrap_or_default();
                file.associated_alpha |= entries.chunks_exact(6).any(|entry| entry[2..4] == [0, 2]);
            }
            // the first colour specification counts (I.5.3.3)
            b"colr" if !colours_known => {
                colours_known = true;
                file.lab = found.bytes.first() == Some(&1)
                    && found.bytes.get(3..7) == Some(&[0, 0, 0, 14]);
            }
            b"res " => file.resolution = resolution(found.bytes)?,
            _ => {}
        }
    }
    Ok(())
}

/// Vertical resolution in dots per inch (I.5.3.7): numerator / denominator x
/// 10^exponent points a metre.
fn resolution(bytes: &[u8]) -> Result<Option<f64>, CodecError> {
    let mut at = 0;
    let mut resolution = None;
    while let Some(found) = next_box(bytes, &mut at)? {
        let &[n0, n1, d0, d1, _, _, _, _, exponent, _] = found.bytes else { continue };
        let capture = &found.name == b"resc";
        if !capture && (&found.name != b"resd" || resolution.is_some()) {
            continue;
        }
        let ratio =
            f64::from(u16::from_be_bytes([n0, n1])) / f64::from(u16::from_be_bytes([d0, d1]));
        let dots = ratio * 10f64.powi(i32::from(exponent as i8)) * 0.0254;
        if dots.is_finite() && dots > 0.0 {
            resolution = Some(dots);
        }
    }
    Ok(resolution)
}

/// The box at `at` (I.4), which moves behind it; `None` at the end.
fn next_box<'a>(bytes: &'a [u8], at: &mut usize) -> Result<Option<Box<'a>>, CodecError> {
    let Some(rest) = bytes.get(*at..).filter(|rest| !rest.is_empty()) else { return Ok(None) };
    let cut = || damaged(format!("the box at byte {at} is cut off"));
    let &[l0, l1, l2, l3, n0, n1, n2, n3, ref long @ ..] = rest else { return Err(cut()) };
    let (length, start) = match u32::from_be_bytes([l0, l1, l2, l3]) {
        0 => (rest.len() as u64, 8),
        1 => (u64::from_be_bytes(*long.first_chunk().ok_or_else(cut)?), 16),
        length => (length.into(), 8),
    };
    let length = usize::try_from(length).ok().filter(|length| *length <= rest.len());
    let length = length.filter(|length| *length >= start).ok_or_else(cut)?;
    let content = *at + start..*at + length;
    *at = content.end;
    Ok(Some(Box { name: [n0, n1, n2, n3], bytes: &bytes[content.clone()], content }))
}
