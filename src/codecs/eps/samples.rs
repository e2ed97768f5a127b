//! How samples are packed, and how they lie in a row.

use std::borrow::Cow;

use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::codecs::sniff::Kind;

/// How the samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Binary,
    Hexadecimal,
    /// JPEG or ASCII85, told apart by their first bytes: the numbers have changed
    /// from version to version of Photoshop.
    Other,
}

impl Encoding {
    /// By its number in `%ImageData:`.
    pub fn of(number: u32) -> Encoding {
        match number {
            1 => Encoding::Binary,
            2 => Encoding::Hexadecimal,
            _ => Encoding::Other,
        }
    }

    /// The bytes that are written, `length` of them at most; a JPEG comes as it
    /// is, with whatever follows it.
    pub fn decode(self, data: &[u8], length: u64) -> Result<Cow<'_, [u8]>, CodecError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        match self {
            Encoding::Binary => Ok(Cow::Borrowed(data)),
            Encoding::Hexadecimal => Ok(Cow::Owned(hexadecimal(data, length))),
            Encoding::Other if data.starts_with(b"\xff\xd8\xff") => Ok(Cow::Borrowed(data)),
            Encoding::Other => ascii85(data).map(Cow::Owned),
        }
    }
}

/// Pairs of digits; other characters between them do not count.
fn hexadecimal(data: &[u8], length: usize) -> Vec<u8> {
    let mut digits = data.iter().filter_map(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(length.min(data.len() / 2));
    while bytes.len() < length {
        let (Some(high), Some(low)) = (digits.next(), digits.next()) else { break };
        bytes.push((high * 16 + low) as u8);
    }
    bytes
}

/// Five digits of base 85 are four bytes, `z` is four zeros, `~>` the end
/// (PostScript Language Reference Manual, ASCII85Decode).
fn ascii85(data: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = [84u8; 5];
    let mut filled = 0;
    for byte in data {
        match byte {
            b'!'..=b'u' => {
                group[filled] = byte - b'!';
                filled += 1;
            }
            b'z' if filled == 0 => bytes.extend([0; 4]),
            b'~' => break,
            byte if byte.is_ascii_whitespace() => {}
            byte => {
                let detail = format!("byte {byte} in the picture is neither ascii85 nor jpeg");
                return Err(CodecError::unsupported(Kind::PostScript, detail));
            }
        }
        if filled == 5 {
            bytes.extend(word(group).to_be_bytes());
            (group, filled) = ([84; 5], 0);
        }
    }
    // A short last group stands for one byte less than it has digits.
    if filled > 1 {
        bytes.extend(&word(group).to_be_bytes()[..filled - 1]);
    }
    Ok(bytes)
}

/// Groups above the greatest word are not valid; they come out wrong, not at all.
fn word(group: [u8; 5]) -> u32 {
    group.into_iter().fold(0, |word: u32, digit| word.wrapping_mul(85).wrapping_add(digit.into()))
}

/// How the samples of a picture lie.
pub(super) struct Layout {
    pub width: u32,
    pub height: u32,
    channels: Channels,
    /// Channels that are drawn by no colour printer, such as a gray version.
    padding: u32,
    /// The samples of a row come channel by channel, not pixel by pixel.
    planar: bool,
}

impl Layout {
    /// Columns, rows, depth, mode, padding channels and block size.
    pub fn new(
        [width, height, depth, mode, padding, block]: [u32; 6],
    ) -> Result<Layout, CodecError> {
        let unsupported = |detail: String| CodecError::unsupported(Kind::PostScript, detail);
        if depth != 8 {
            return Err(unsupported(format!("{depth} bits a sample, not 8")));
        }
        let channels = match mode {
            1 => Channels::Gray,
            3 => Channels::Rgb,
            4 => Channels::Cmyk,
            2 => return Err(unsupported("l*a*b* colours".into())),
            mode => return Err(unsupported(format!("mode {mode} of Photoshop"))),
        };
        let planar = match block {
            // A row of one pixel is the same either way.
            1 => false,
            block if block == width => true,
            block => {
                let detail = format!("blocks of {block} bytes in rows of {width} pixels");
                return Err(unsupported(detail));
            }
        };
        if padding > 16 {
            return Err(unsupported(format!("{padding} padding channels, more than 16")));
        }
        Ok(Layout { width, height, channels, padding, planar })
    }

    /// Channels of a pixel, with padding.
    fn stored(&self) -> usize {
        self.channels.count() + self.padding as usize
    }

    /// Bytes of all samples.
    pub fn length(&self) -> u64 {
        // 32 + 32 + 5 bits could be too many
        (u64::from(self.width) * u64::from(self.height)).saturating_mul(self.stored() as u64)
    }

    /// The picture, if all samples are there.
    pub fn bitmap(&self, samples: &[u8]) -> Result<Bitmap, CodecError> {
        if (samples.len() as u64) < self.length() {
            let detail =
                format!("it has {} of {} bytes of the picture", samples.len(), self.length());
            return Err(CodecError::damaged(Kind::PostScript, detail));
        }
        let mut bitmap = Bitmap::zeroed(self.width, self.height, self.channels);
        let (n, stored, width) = (self.channels.count(), self.stored(), self.width as usize);
        if width == 0 {
            return Ok(bitmap);
        }
        let rows = samples.chunks_exact(width * stored);
        for (from, to) in rows.zip(bitmap.data.chunks_exact_mut(width * n)) {
            for (x, pixel) in to.chunks_exact_mut(n).enumerate() {
                for (c, value) in pixel.iter_mut().enumerate() {
                    *value = if self.planar { from[c * width + x] } else { from[x * stored + c] };
                }
            }
        }
        Ok(bitmap)
    }
}
