//! CCITT codings of two-level pictures: T.4 (group 3) in one and two dimensions, T.6
//! (group 4) and the rows of TIFF 6.0 section 10.
//!
//! Each row is decoded to the places where its colour changes. Code words come from the
//! tables of the crate `fax`, here by the first 13 bits.

use std::sync::LazyLock;

use fax::{Bits, maps};

/// Which coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Rows in one dimension without end-of-line codes, each from a new byte or, from the
    /// strip's start, word of 16 bits.
    Rows {
        word: bool,
    },
    /// Rows with end-of-line codes.
    Group3 {
        /// Rows may be coded by the one above.
        two: bool,
    },
    Group4,
}

/// The rows of one strip or tile.
pub(super) struct Fax {
    coding: Coding,
    /// Pixels of a row.
    width: u32,
    /// The next bit.
    at: usize,
    /// Where colours change in the last row: to black, to white, and so on. None of them
    /// is at or behind the width, and each is greater than the one before.
    above: Vec<u32>,
    row: Vec<u32>,
    /// There was a row.
    started: bool,
}

/// Runs by the next bits; the second number is the bits of the code, 0 for none.
type Runs = Vec<(u16, u8)>;

/// The longest code of a run.
const RUN_BITS: u32 = 13;

/// Runs of white, then of black.
static RUNS: LazyLock<[Runs; 2]> =
    LazyLock::new(|| [runs(maps::white::encode), runs(maps::black::encode)]);

fn runs(code: impl Fn(u16) -> Option<Bits>) -> Runs {
    let mut table = vec![(0, 0); 1 << RUN_BITS];
    for run in (0..64).chain((64..=2560).step_by(64)) {
        let Some(Bits { data, len }) = code(run) else { continue };
        let rest = RUN_BITS.saturating_sub(len.into());
        let first = usize::from(data) << rest;
        if let Some(entries) = table.get_mut(first..first + (1 << rest)) {
            entries.fill((run, len));
        }
    }
    table
}

const CUT: &str = "the fax data end early";

impl Fax {
    pub fn new(coding: Coding, width: u32) -> Fax {
        Fax { coding, width, at: 0, above: Vec::new(), row: Vec::new(), started: false }
    }

    /// Decodes the next row to `out`: 8 pixels a byte from the highest bit, 1 is black.
    pub fn next_row(&mut self, data: &[u8], out: &mut [u8]) -> Result<(), String> {
        self.row.clear();
        match self.coding {
            Coding::Rows { word } => {
                self.at = self.at.next_multiple_of(if word { 16 } else { 8 });
                self.by_runs(data)?;
            }
            Coding::Group3 { two } => {
                let mut marks = 0;
                let mut by_runs = true;
                while self.take_end_of_line(data) {
                    marks += 1;
                    if two {
                        by_runs = self.peek(data, 1) == 1;
                        self.at += 1;
                    }
                }
                // six of them end the page
                if marks > 1 && self.started {
                    return Err(CUT.into());
                }
                self.started = true;
                if two && marks == 0 {
                    return Err("a fax row does not begin with an end-of-line code".into());
                }
                if by_runs { self.by_runs(data)? } else { self.by_the_row_above(data)? }
            }
            Coding::Group4 => self.by_the_row_above(data)?,
        }
        if self.at > data.len().saturating_mul(8) {
            return Err(CUT.into());
        }
        while self.row.last().is_some_and(|change| *change >= self.width) {
            self.row.pop();
        }
        out.fill(0);
        for black in self.row.chunks(2) {
            fill(out, black[0], black.get(1).copied().unwrap_or(self.width));
        }
        std::mem::swap(&mut self.above, &mut self.row);
        Ok(())
    }

    /// The next bits, at most 16; behind the end they are 0.
    fn peek(&self, data: &[u8], count: u32) -> u32 {
        let byte = self.at / 8;
        let word = match data.get(byte..byte + 4) {
            Some(&[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]),
            _ => (0..4).fold(0, |word, i| {
                word << 8 | u32::from(data.get(byte + i).copied().unwrap_or_default())
            }),
        };
        word << (self.at % 8) >> (32 - count)
    }

    /// Passes over an end-of-line code, 11 or more zeros and a one, if there is one.
    fn take_end_of_line(&mut self, data: &[u8]) -> bool {
        if self.peek(data, 11) != 0 {
            return false;
        }
        let end = data.len() * 8;
        let mut at = self.at + 11;
        while at < end && data[at / 8] << (at % 8) == 0 {
            at = (at / 8 + 1) * 8;
        }
        while at < end && data[at / 8] & 0x80 >> (at % 8) == 0 {
            at += 1;
        }
        self.at = at + 1;
        at < end
    }

    /// A run: codes of multiples of 64 and one of less.
    fn run(&mut self, data: &[u8], black: bool) -> Result<u32, String> {
        let runs = &RUNS[usize::from(black)];
        let mut sum = 0u32;
        loop {
            let (run, bits) = runs[self.peek(data, RUN_BITS) as usize];
            if bits == 0 {
                if self.at + RUN_BITS as usize > data.len() * 8 {
                    return Err(CUT.into());
                }
                return Err(format!("there is no fax run at bit {}", self.at));
            }
            self.at += usize::from(bits);
            sum = sum.saturating_add(run.into());
            if run < 64 {
                return Ok(sum);
            }
            if sum > self.width {
                return Err(too_long(self.width));
            }
        }
    }

    /// Notes a change of colour. Two at one place are none.
    fn change(&mut self, at: u32) -> Result<(), String> {
        if at > self.width {
            return Err(too_long(self.width));
        }
        if self.row.last() == Some(&at) {
            self.row.pop();
        } else {
            self.row.push(at);
        }
        Ok(())
    }

    fn by_runs(&mut self, data: &[u8]) -> Result<(), String> {
        let (mut at, mut black) = (0u32, false);
        while at < self.width {
            at = at.saturating_add(self.run(data, black)?);
            self.change(at)?;
            black = !black;
        }
        Ok(())
    }

    fn by_the_row_above(&mut self, data: &[u8]) -> Result<(), String> {
        // a0 of the standard, which begins before the first pixel
        let (mut at, mut black) = (-1i64, false);
        // the first change above that is behind a0
        let mut next = 0;
        while at < i64::from(self.width) {
            while self.above.get(next).is_some_and(|change| i64::from(*change) <= at) {
                next += 1;
            }
            // b1 is a change to the other colour; changes to black have even numbers
            let first = next + usize::from((next % 2 == 1) != black);
            let above = |index: usize| self.above.get(index).copied().unwrap_or(self.width);
            let vertical = match self.peek(data, 7) {
                0b1000000.. => (0, 1),
                0b0110000.. => (1, 3),
                0b0100000.. => (-1, 3),
                0b0010000.. => {
                    self.at += 3;
                    let start = at.max(0) as u32;
                    let one = start.saturating_add(self.run(data, black)?);
                    self.change(one)?;
                    let other = one.saturating_add(self.run(data, !black)?);
                    self.change(other)?;
                    at = other.into();
                    continue;
                }
                0b0001000.. => {
                    self.at += 4;
                    at = above(first + 1).into();
                    continue;
                }
                0b0000110.. => (2, 6),
                0b0000100.. => (-2, 6),
                0b0000011 => (3, 7),
                0b0000010 => (-3, 7),
                0b0000001 => return Err("uncompressed parts of fax data".into()),
                _ => return Err(CUT.into()),
            };
            let (offset, bits) = vertical;
            self.at += bits;
            let change = i64::from(above(first)) + offset;
            if change < at.max(0) {
                return Err(format!("a fax row goes back from {at} to {change}"));
            }
            self.change(change as u32)?;
            (at, black) = (change, !black);
        }
        Ok(())
    }
}

fn too_long(width: u32) -> String {
    format!("a fax row is longer than {width} pixels")
}

/// Sets the bits `start..end`.
fn fill(out: &mut [u8], start: u32, end: u32) {
    let (first, last) = (start as usize / 8, end as usize / 8);
    let (head, tail) = (0xffu8 >> (start % 8), !(0xffu8 >> (end % 8)));
    if first == last {
        if let Some(byte) = out.get_mut(first) {
            *byte |= head & tail;
        }
        return;
    }
    if let Some([byte, rest @ ..]) = out.get_mut(first..last) {
        *byte |= head;
        rest.fill(0xff);
    }
    if let Some(byte) = out.get_mut(last) {
        *byte |= tail;
    }
}
