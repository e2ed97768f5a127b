//! Blocks of sequential frames (ITU-T T.81, F.2.2).

use super::bits::Window;
use super::huffman::{
    AcTable, DcTable, END_OF_BLOCK, PARTIAL, SKIP_BITS, SKIP_END, VALUE_BITS, number,
};

/// Zigzag order to rows of eight.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The coefficients of a block in rows of eight, and room behind them for what
/// is not kept.
pub(super) type Block = [i16; 128];

/// Where coefficients go and what they are multiplied with, by their places in
/// zigzag order, and on beyond the block as far as an end of block leads.
pub(super) struct Steps {
    /// Place in the block | quantisation step << 16.
    entries: [u32; 256],
    /// The last place in zigzag order that is kept.
    pub last: usize,
}

impl Steps {
    /// Keeps what a transform to `size` x `size` pixels needs (1, 2, 4 or 8).
    pub fn new(table: &[u16; 64], size: usize) -> Steps {
        let mut steps = Steps { entries: [64; 256], last: 0 };
        for (index, place) in ZIGZAG.iter().enumerate() {
            if usize::from(place % 8) < size && usize::from(place / 8) < size {
                steps.entries[index] = u32::from(*place) | u32::from(table[index]) << 16;
                steps.last = index;
            }
        }
        steps
    }

    /// Keeps the first `held` coefficients as they are, in zigzag order.
    pub fn in_order(held: usize) -> Steps {
        let mut steps = Steps { entries: [64; 256], last: held.clamp(1, 64) - 1 };
        for (index, entry) in steps.entries.iter_mut().enumerate().take(held.min(64)) {
            *entry = index as u32 | 1 << 16;
        }
        steps
    }

    /// Puts the coefficient at `index` in its place.
    #[inline(always)]
    pub fn put(&self, block: &mut Block, index: usize, value: i16) {
        let entry = self.entries[index & 255];
        // 16 bits, as the transform has; legal products are within 12.
        block[(entry & 127) as usize] = value.wrapping_mul((entry >> 16) as i16);
    }
}

/// The bits are no code, or run out of the block.
#[derive(Debug)]
pub(super) struct BadCode;

/// The DC difference at the start of a block.
#[inline(always)]
pub(super) fn dc_difference(
    bytes: &[u8],
    window: &mut Window,
    table: &DcTable,
) -> Result<i32, BadCode> {
    window.refill(bytes);
    let entry = table.values[(window.bits >> (64 - VALUE_BITS)) as usize];
    if entry & PARTIAL == 0 {
        window.drop(entry & 31);
        return Ok(entry as i32 >> 16);
    }
    let (length, size) = table.symbols.find(window.bits).ok_or(BadCode)?;
    let difference = number(window.bits, length, size.into());
    window.drop(length + u32::from(size));
    Ok(difference)
}

/// Reads the AC coefficients of a block into `block`, which is 0, multiplied.
/// Returns the place of the last kept one in zigzag order, 0 for none.
#[inline(always)]
pub(super) fn ac_coefficients(
    bytes: &[u8],
    window: &mut Window,
    table: &AcTable,
    steps: &Steps,
    block: &mut Block,
) -> Result<usize, BadCode> {
    let mut index = 1;
    while index <= steps.last {
        window.refill(bytes);
        let entry = table.values[(window.bits >> (64 - VALUE_BITS)) as usize];
        let (taken, run, value) = if entry & PARTIAL == 0 {
            (entry & 31, (entry >> 8 & 255) as usize, (entry >> 16) as i16)
        } else {
            long_code(window.bits, table)?
        };
        window.drop(taken);
        index += run;
        steps.put(block, index, value);
        index += 1;
    }
    if index > END_OF_BLOCK {
        return Ok(index - END_OF_BLOCK - 2);
    }
    let last = index - 1;
    skip(bytes, window, table, index)?;
    Ok(last.min(63))
}

/// Passes over the coefficients of a block from place `index` on.
#[inline(always)]
pub(super) fn skip(
    bytes: &[u8],
    window: &mut Window,
    table: &AcTable,
    mut index: usize,
) -> Result<(), BadCode> {
    while index < 64 {
        window.refill(bytes);
        let entry = table.skips[(window.bits >> (64 - SKIP_BITS)) as usize];
        let places = usize::from(entry >> 8 & 127);
        if entry != 0 && index + places < 64 {
            window.drop(u32::from(entry & 31));
            index += places;
            if entry & SKIP_END != 0 {
                return Ok(());
            }
        } else {
            let (taken, run, _) = long_code(window.bits, table)?;
            window.drop(taken);
            if run == END_OF_BLOCK {
                return Ok(());
            }
            index += run + 1;
        }
    }
    if index == 64 { Ok(()) } else { Err(BadCode) }
}

/// One coefficient without the fast tables: bits taken, zeros before it, value.
#[inline(never)]
fn long_code(bits: u64, table: &AcTable) -> Result<(u32, usize, i16), BadCode> {
    let (length, symbol) = table.symbols.find(bits).ok_or(BadCode)?;
    let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
    if size == 0 {
        return Ok((length, if run == 15 { 15 } else { END_OF_BLOCK }, 0));
    }
    Ok((length + size, run, number(bits, length, size) as i16))
}
