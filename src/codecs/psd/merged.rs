//! Unpacks the samples of the merged picture: all rows of the first channel,
//! then all of the second and so on.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::fields::Fields;
use super::sections::{Depth, Sections};
use crate::codecs::CodecError;
use crate::codecs::sniff::Kind;

/// Two bytes of PackBits give at most 128.
const PACK_BITS_GAIN: usize = 64;
/// Most bytes that one of deflate gives (zlib, technical details).
const DEFLATE_GAIN: usize = 1032;

/// Where the rows are.
pub(super) struct Merged<'a> {
    rows: Rows<'a>,
    height: usize,
    row_bytes: usize,
}

enum Rows<'a> {
    Plain(Cow<'a, [u8]>),
    /// The packed rows of all wanted channels.
    PackBits(Vec<&'a [u8]>),
}

impl<'a> Merged<'a> {
    /// Finds the rows of the first `channels` channels. The file is long enough
    /// for them if this succeeds, whatever its header claims.
    pub fn open(sections: &Sections<'a>, channels: usize) -> Result<Merged<'a>, CodecError> {
        let header = &sections.header;
        let height = header.height as usize;
        let row_bytes = header.depth.row_bytes(header.width as usize);
        let wanted = channels * height * row_bytes;
        let mut fields = Fields::of(sections.merged);
        let compression = fields.u16().ok_or_else(cut)?;
        let rows = match compression {
            0 => Rows::Plain(Cow::Borrowed(fields.take(wanted).ok_or_else(cut)?)),
            1 => {
                let lengths = fields.take(header.channels * height * 2).ok_or_else(cut)?;
                let mut rows = Vec::with_capacity(channels * height);
                for length in lengths.chunks_exact(2).take(channels * height) {
                    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                    if length * PACK_BITS_GAIN < row_bytes {
                        return Err(short_row());
                    }
                    rows.push(fields.take(length).ok_or_else(cut)?);
                }
                Rows::PackBits(rows)
            }
            2 | 3 if compression == 2 || header.depth != Depth::One => {
                let mut samples = inflate(fields.rest, wanted)?;
                if compression == 3 {
                    undo_prediction(&mut samples, row_bytes, header.depth);
                }
                Rows::Plain(Cow::Owned(samples))
            }
            other => return Err(damaged(format!("its merged picture has compression {other}"))),
        };
        Ok(Merged { rows, height, row_bytes })
    }

    /// Unpacks row `y` of a channel into `out`, which has the bytes of one row.
    /// Both numbers are in range.
    pub fn row(&self, channel: usize, y: u32, out: &mut [u8]) -> Result<(), CodecError> {
        let number = channel * self.height + y as usize;
        match &self.rows {
            Rows::Plain(samples) => {
                out.copy_from_slice(&samples[number * self.row_bytes..][..self.row_bytes]);
                Ok(())
            }
            Rows::PackBits(rows) => unpack_bits(rows[number], out).ok_or_else(short_row),
        }
    }
}

/// PackBits (TIFF 6.0 section 9). Nothing if `packed` does not fill `out`; what
/// goes beyond it is dropped.
fn unpack_bits(mut packed: &[u8], mut out: &mut [u8]) -> Option<()> {
    while !out.is_empty() {
        let (&count, rest) = packed.split_first()?;
        packed = rest;
        match count {
            0..=127 => {
                let wanted = (usize::from(count) + 1).min(out.len());
                let (literal, rest) = packed.split_at_checked(wanted)?;
                let (start, left) = out.split_at_mut(wanted);
                start.copy_from_slice(literal);
                (packed, out) = (rest, left);
            }
            // no operation
            128 => {}
            129..=255 => {
                let (&value, rest) = packed.split_first()?;
                let (start, left) = out.split_at_mut((257 - usize::from(count)).min(out.len()));
                start.fill(value);
                (packed, out) = (rest, left);
            }
        }
    }
    Some(())
}

fn inflate(packed: &[u8], wanted: usize) -> Result<Vec<u8>, CodecError> {
    if packed.len().saturating_mul(DEFLATE_GAIN) < wanted {
        return Err(cut());
    }
    let mut samples = vec![0; wanted];
    match ZlibDecoder::new(packed).read_exact(&mut samples) {
        Ok(()) => Ok(samples),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(cut()),
        Err(error) => Err(damaged(format!("its zip data are broken: {error}"))),
    }
}

/// Every sample of a row but the first is stored as the difference from the one
/// before it.
fn undo_prediction(samples: &mut [u8], row_bytes: usize, depth: Depth) {
    for row in samples.chunks_exact_mut(row_bytes) {
        let mut before = 0u16;
        if depth == Depth::Sixteen {
            for sample in row.chunks_exact_mut(2) {
                before = before.wrapping_add(u16::from_be_bytes([sample[0], sample[1]]));
                sample.copy_from_slice(&before.to_be_bytes());
            }
        } else {
            for sample in row {
                before = before.wrapping_add(u16::from(*sample));
                *sample = before as u8;
            }
        }
    }
}

fn cut() -> CodecError {
    damaged("the file ends inside its merged picture")
}

fn short_row() -> CodecError {
    damaged("a row of its merged picture is too short")
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Psd, detail)
}
