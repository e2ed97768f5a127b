//! Blocks of sequential frames (ITU-T T.81, F.2.2).

use super::bits::{Bytes, Window};
use super::huffman::{
    AcTable, DC_BITS, DcTable, END_OF_BLOCK, PARTIAL, SKIP_BITS, SKIP_END, VALUE_BITS, number,
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

/// The DC difference at the start of a block. Leaves at least 25 bits valid.
#[inline(always)]
fn dc_difference(bytes: &Bytes, window: &mut Window, table: &DcTable) -> Result<i32, BadCode> {
    window.refill(bytes);
    let entry = table.values[(window.bits >> (64 - DC_BITS)) as usize];
    if entry & PARTIAL == 0 {
        window.drop(entry);
        return Ok(entry as i32 >> 16);
    }
    let (length, size) = table.symbols.find(window.bits).ok_or(BadCode)?;
    let difference = number(window.bits, length, size.into());
    window.drop(length + u32::from(size));
    Ok(difference)
}

/// A decoded block.
pub(super) struct Found {
    /// What comes behind it.
    pub window: Window,
    /// Its DC coefficient.
    pub dc: i32,
    /// The place of its last kept coefficient in zigzag order.
    pub last: usize,
}

/// Decodes a block into `block`, which is 0, multiplied. `dc` is the block's
/// before. Not to be inlined, so that the window gets registers.
#[inline(never)]
pub(super) fn decode(
    bytes: &Bytes,
    start: &Window,
    (dc_table, table): (&DcTable, &AcTable),
    dc: i32,
    steps: &Steps,
    block: &mut Block,
) -> Result<Found, BadCode> {
    let mut window = *start;
    let dc = dc.wrapping_add(dc_difference(bytes, &mut window, dc_table)?);
    steps.put(block, 0, dc as i16);
    let mut index = 1;
    while index <= steps.last {
        window.refill(bytes);
        // Three look-ups a refill: 56 bits are enough for 11 + 11 + 31.
        for _ in 0..3 {
            let entry = table.values[(window.bits >> (64 - VALUE_BITS)) as usize];
            if entry & PARTIAL != 0 {
                let (taken, run, value) = long_code(window.bits, table)?;
                window.drop(taken);
                index += run;
                steps.put(block, index, value);
                index += 1;
                break;
            }
            window.drop(entry);
            index += (entry >> 8 & 255) as usize;
            steps.put(block, index, (entry >> 16) as i16);
            index += 1;
            if index > steps.last {
                break;
            }
        }
    }
    if index > END_OF_BLOCK {
        return Ok(Found { window, dc, last: index - END_OF_BLOCK - 2 });
    }
    let last = (index - 1).min(63);
    skip(bytes, &mut window, table, index)?;
    Ok(Found { window, dc, last })
}

/// Passes over a block.
#[inline(never)]
pub(super) fn pass(
    bytes: &Bytes,
    start: &Window,
    (dc_table, table): (&DcTable, &AcTable),
    dc: i32,
) -> Result<Found, BadCode> {
    let mut window = *start;
    let dc = dc.wrapping_add(dc_difference(bytes, &mut window, dc_table)?);
    skip(bytes, &mut window, table, 1)?;
    Ok(Found { window, dc, last: 0 })
}

/// Passes over the coefficients of a block from place `index` on.
#[inline(always)]
fn skip(
    bytes: &Bytes,
    window: &mut Window,
    table: &AcTable,
    mut index: usize,
) -> Result<(), BadCode> {
    while index < 64 {
        window.refill(bytes);
        // Two look-ups a refill: 56 bits are enough for 27 + 27.
        for _ in 0..2 {
            let entry = table.skips[(window.bits >> (64 - SKIP_BITS)) as usize];
            let next = index + usize::from(entry >> 8 & 127);
            if next > 63 {
                window.refill(bytes);
                let (taken, run, _) = long_code(window.bits, table)?;
                window.drop(taken);
                if run == END_OF_BLOCK {
                    return Ok(());
                }
                index += run + 1;
                break;
            }
            window.drop(entry.into());
            index = next;
            if entry & SKIP_END != 0 {
                return Ok(());
            }
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
