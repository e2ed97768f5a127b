//! A decoder of JPEG files (ITU-T T.81): sequential and progressive Huffman
//! frames of 8 bits, at full size and at 1/2, 1/4 and 1/8.
//!
//! A smaller picture is not a decoded and shrunk one: blocks are transformed to
//! 4 x 4, 2 x 2 or one pixel, and the coefficients that this does not need are
//! passed over, several with one look-up. Sequential frames are decoded by rows
//! of MCUs, so that memory is that of some rows; of frames in several scans the
//! coefficients have to be held. Integers only: the same pixels everywhere.
//!
//! `markers` reads the segments, `bits` and `huffman` the codes, `block` and
//! `progressive` the blocks, `sequential` and `scans` the scans; `idct`,
//! `upsample` and `colour` make pixels of them, in the rows that `planes` holds.

mod bits;
mod block;
mod coefficients;
mod colour;
mod huffman;
mod idct;
pub(in crate::codecs::jpeg) mod markers;
mod planes;
mod progressive;
mod restart;
mod scans;
mod sequential;
mod stripes;
#[cfg(test)]
mod tests;
mod upsample;

use std::fmt;

use crate::codecs::bitmap::{Area, Bitmap};
pub use colour::Colour;
pub use stripes::{Decoder, PlaneRows, Stripe};

use markers::{EOI, SOS, Scan, Tables, next_segment};

/// Why a file was not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JpegError {
    /// It does not start with a start-of-image marker.
    NotJpeg,
    /// A legal file of a kind that is not decoded here.
    Unsupported(String),
    /// Something in it cannot be right.
    Damaged(String),
    /// It ends before the picture does.
    Truncated(String),
    /// The picture has more pixels than allowed.
    TooLarge { pixels: u64, limit: u64 },
    /// The window that is asked for is empty or leaves the picture.
    Window { window: Area, width: u32, height: u32 },
}

impl fmt::Display for JpegError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JpegError::NotJpeg => f.write_str("it is no jpeg file"),
            JpegError::Unsupported(what) => write!(f, "it has {what}"),
            JpegError::Damaged(what) | JpegError::Truncated(what) => f.write_str(what),
            JpegError::TooLarge { pixels, limit } => {
                write!(f, "it has {pixels} pixels, more than {limit}")
            }
            JpegError::Window { window: Area { x, y, width: w, height: h }, width, height } => {
                write!(f, "window {w} x {h} at {x}, {y} is not in the {width} x {height} picture")
            }
        }
    }
}

impl std::error::Error for JpegError {}

/// What is decoded of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The picture comes at 1/1, 1/2, 1/4 or 1/8; sides are rounded up.
    pub denominator: u8,
    /// The part that is wanted, in pixels of the scaled picture; none is all of
    /// it. The result is the same as if the whole were decoded and cut.
    pub window: Option<Area>,
    /// Most pixels of the unscaled picture.
    pub max_pixels: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { denominator: 1, window: None, max_pixels: 1 << 28 }
    }
}

/// What the segments before the first scan say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Pixels, at least 1.
    pub width: u32,
    /// Pixels, at least 1.
    pub height: u32,
    pub colour: Colour,
    /// Coefficients come in several scans.
    pub progressive: bool,
    /// The picture can be decoded by rows, without holding all coefficients.
    pub streams: bool,
}

/// A decoded picture or part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub bitmap: Bitmap,
    /// What was wrong with the file, one line each.
    pub damage: Vec<String>,
    /// Whether some of that cost picture data: restart intervals are missing.
    pub incomplete: bool,
}

/// The segments before the first scan.
struct Start {
    tables: Tables,
    scan: Scan,
    /// Offset of the first scan's segment.
    header: usize,
    /// Offset of the first scan's data.
    data: usize,
}

impl Start {
    fn read(bytes: &[u8]) -> Result<Start, JpegError> {
        if !bytes.starts_with(&[0xff, markers::SOI]) {
            return Err(JpegError::NotJpeg);
        }
        let mut tables = Tables::new();
        let mut at = 2;
        loop {
            let segment = next_segment(bytes, at)?;
            match segment.marker {
                EOI => return Err(JpegError::Damaged("it has no picture data".into())),
                SOS => {
                    let scan = tables.scan(segment.body)?;
                    return Ok(Start { tables, scan, header: at, data: segment.end });
                }
                _ => tables.read(&segment)?,
            }
            at = segment.end;
        }
    }

    fn header(&self) -> Option<Header> {
        let frame = self.tables.frame.as_ref()?;
        Some(Header {
            width: frame.width as u32,
            height: frame.height as u32,
            colour: Colour::of(frame, &self.tables),
            progressive: frame.progressive,
            streams: !frame.progressive && self.scan.components.len() == frame.components.len(),
        })
    }
}

/// Reads the segments before the first scan.
pub fn read_header(bytes: &[u8]) -> Result<Header, JpegError> {
    Start::read(bytes)?.header().ok_or(JpegError::NotJpeg)
}

/// Decodes a file to interleaved pixels. Four components come as ink, 0 is none.
///
/// Fails if picture data are missing or broken, unless restart markers tell
/// where they go on: then the gap has the colour of what is before it.
pub fn decode(bytes: &[u8], options: &Options) -> Result<Decoded, JpegError> {
    Decoder::new(bytes, options)?.collect()
}
