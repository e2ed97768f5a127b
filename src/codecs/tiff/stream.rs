//! The unpacked bytes of one strip or tile, from its start on.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};
use weezl::{BitOrder, LzwStatus, decode::Configuration};

use super::compression::Compression;
use super::fax::Fax;

/// Unpacks as many bytes at a time as are asked for.
pub(super) struct Stream<'a> {
    data: Cow<'a, [u8]>,
    /// The next byte of the data.
    at: usize,
    state: State,
}

enum State {
    Plain,
    PackBits(Run),
    Lzw(Box<weezl::decode::Decoder>),
    Deflate(Box<Decompress>),
    /// The row's length in bytes.
    Fax(Fax, usize),
}

/// What is left of a run of PackBits.
#[derive(Clone, Copy)]
enum Run {
    /// Bytes that are stored.
    Stored(usize),
    /// Bytes of this value.
    Repeated(usize, u8),
}

const CUT: &str = "its data end early";

impl<'a> Stream<'a> {
    /// Bytes that are not packed.
    pub fn plain(data: impl Into<Cow<'a, [u8]>>) -> Stream<'a> {
        Stream { data: data.into(), at: 0, state: State::Plain }
    }

    /// `data` are packed in any way but JPEG, `reversed` begin with the lowest bit of
    /// each byte. `width` is the pixels of a row.
    pub fn new(data: &'a [u8], compression: Compression, reversed: bool, width: u32) -> Self {
        let data = match reversed {
            true => Cow::Owned(data.iter().map(|byte| byte.reverse_bits()).collect()),
            false => Cow::Borrowed(data),
        };
        let state = match compression {
            Compression::None | Compression::Jpeg => State::Plain,
            Compression::PackBits => State::PackBits(Run::Stored(0)),
            Compression::Fax(coding) => {
                State::Fax(Fax::new(coding, width), width.div_ceil(8) as usize)
            }
            Compression::Lzw(_) => {
                // Before TIFF 5 there was another order of bits, which shows in the code
                // that every strip begins with.
                let old = matches!(*data, [0, second, ..] if second & 1 == 1);
                let kind = match old {
                    true => Configuration::new(BitOrder::Lsb, 8),
                    false => Configuration::with_tiff_size_switch(BitOrder::Msb, 8),
                };
                State::Lzw(Box::new(kind.with_yield_on_full_buffer(true).build()))
            }
            Compression::Deflate(_) => State::Deflate(Box::new(Decompress::new(true))),
        };
        Stream { data, at: 0, state }
    }

    /// Fills `out` with what comes next; of fax data with whole rows.
    pub fn read(&mut self, mut out: &mut [u8]) -> Result<(), String> {
        let rest = self.data.get(self.at..).unwrap_or_default();
        match &mut self.state {
            State::Plain => {
                out.copy_from_slice(rest.get(..out.len()).ok_or(CUT)?);
                self.at += out.len();
            }
            State::PackBits(run) => self.at += unpack_bits(run, rest, out)?,
            State::Lzw(decoder) => {
                while !out.is_empty() {
                    let rest = self.data.get(self.at..).unwrap_or_default();
                    let done = decoder.decode_bytes(rest, out);
                    self.at += done.consumed_in;
                    out = &mut out[done.consumed_out..];
                    match done.status {
                        Err(error) => return Err(format!("its lzw data are broken: {error}")),
                        Ok(_) if out.is_empty() => {}
                        Ok(LzwStatus::Ok) if done.consumed_in + done.consumed_out > 0 => {}
                        Ok(_) => return Err(CUT.into()),
                    }
                }
            }
            State::Deflate(inflate) => {
                while !out.is_empty() {
                    let rest = self.data.get(self.at..).unwrap_or_default();
                    let (read, written) = (inflate.total_in(), inflate.total_out());
                    let status = inflate.decompress(rest, out, FlushDecompress::None);
                    let read = (inflate.total_in() - read) as usize;
                    let written = (inflate.total_out() - written) as usize;
                    self.at += read;
                    out = &mut out[written..];
                    match status {
                        Err(error) => return Err(format!("its deflate data are broken: {error}")),
                        Ok(_) if out.is_empty() => {}
                        Ok(Status::Ok) if read + written > 0 => {}
                        Ok(_) => return Err(CUT.into()),
                    }
                }
            }
            State::Fax(fax, length) => {
                for row in out.chunks_exact_mut((*length).max(1)) {
                    fax.next_row(&self.data, row)?;
                }
            }
        }
        Ok(())
    }

    /// Passes over `count` rows that are as long as `row`, which is overwritten.
    pub fn skip(&mut self, count: u64, row: &mut [u8]) -> Result<(), String> {
        if let State::Plain = self.state {
            let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(row.len()));
            self.at = length.and_then(|length| self.at.checked_add(length)).ok_or(CUT)?;
            return Ok(());
        }
        for _ in 0..count {
            self.read(row)?;
        }
        Ok(())
    }
}

/// Unpacks PackBits (section 9); returns the bytes that were used.
fn unpack_bits(run: &mut Run, data: &[u8], mut out: &mut [u8]) -> Result<usize, String> {
    let mut at = 0;
    while !out.is_empty() {
        match run {
            Run::Stored(0) | Run::Repeated(0, _) => {
                let byte = *data.get(at).ok_or(CUT)?;
                at += 1;
                *run = match byte {
                    0..=127 => Run::Stored(usize::from(byte) + 1),
                    // does nothing
                    128 => Run::Stored(0),
                    129.. => {
                        let value = *data.get(at).ok_or(CUT)?;
                        at += 1;
                        Run::Repeated(257 - usize::from(byte), value)
                    }
                };
            }
            Run::Stored(left) => {
                let count = out.len().min(*left);
                let (now, later) = out.split_at_mut(count);
                now.copy_from_slice(data.get(at..at + count).ok_or(CUT)?);
                (at, out) = (at + count, later);
                *left -= count;
            }
            Run::Repeated(left, value) => {
                let count = out.len().min(*left);
                let (now, later) = out.split_at_mut(count);
                now.fill(*value);
                out = later;
                *left -= count;
            }
        }
    }
    Ok(at)
}
