//! Huffman codes (ITU-T T.81, annexes C and F.2.2.3) as look-up tables.

use super::JpegError;

/// A table of a DHT segment.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    /// Codes of 1 to 16 bits.
    counts: [u8; 16],
    /// What they stand for, in the order of the codes.
    symbols: [u8; 256],
}

impl Codes {
    /// Reads a table; returns it with the bytes after it.
    pub fn read<'a>(counts: &[u8; 16], bytes: &'a [u8]) -> Result<(Codes, &'a [u8]), JpegError> {
        let total = counts.iter().map(|count| usize::from(*count)).sum();
        let Some((values, rest)) = bytes.split_at_checked(total).filter(|_| total <= 256) else {
            return Err(JpegError::Damaged("a huffman table is cut off".into()));
        };
        // Codes of all lengths together must not take more than there is.
        let mut free = 1 << 16;
        for (index, count) in counts.iter().enumerate() {
            free -= i32::from(*count) << (15 - index);
        }
        if free < 0 {
            return Err(JpegError::Damaged("a huffman table has too many codes".into()));
        }
        let mut symbols = [0; 256];
        symbols[..total].copy_from_slice(values);
        Ok((Codes { counts: *counts, symbols }, rest))
    }

    /// Every code: (left-aligned in 16 bits, its length, its symbol).
    fn each(&self) -> impl Iterator<Item = (u32, u32, u8)> {
        let lengths = (1u32..=16).zip(self.counts);
        let lengths = lengths.flat_map(|(length, count)| (0..count).map(move |_| length));
        let mut next = 0;
        lengths.zip(self.symbols).map(move |(length, symbol)| {
            let code = next;
            next += 1 << (16 - length);
            (code, length, symbol)
        })
    }
}

/// Bits that are looked up at once for a symbol alone.
const SYMBOL_BITS: u32 = 9;

/// Codes to symbols.
pub(super) struct Symbols {
    /// By the next bits: length << 8 | symbol; 0 for longer codes.
    short: [u16; 1 << SYMBOL_BITS],
    /// For each length from 1: the first left-aligned code that is longer.
    limits: [u32; 16],
    /// For each length: index of its first symbol, less its first code.
    offsets: [i32; 16],
    symbols: [u8; 256],
}

impl Symbols {
    pub fn new(codes: &Codes) -> Symbols {
        let mut table = Symbols {
            short: [0; 1 << SYMBOL_BITS],
            limits: [0; 16],
            offsets: [0; 16],
            symbols: codes.symbols,
        };
        let (mut code, mut index) = (0u32, 0i32);
        for (length, count) in (1u32..=16).zip(codes.counts) {
            table.offsets[length as usize - 1] = index - (code >> (16 - length)) as i32;
            code += u32::from(count) << (16 - length);
            index += i32::from(count);
            table.limits[length as usize - 1] = code;
        }
        for (code, length, symbol) in codes.each().take_while(|code| code.1 <= SYMBOL_BITS) {
            let start = (code >> (16 - SYMBOL_BITS)) as usize;
            let entry = (length << 8) as u16 | u16::from(symbol);
            table.short[start..][..1 << (SYMBOL_BITS - length)].fill(entry);
        }
        table
    }

    /// Length and symbol of the code at the top of `bits`, if it is one.
    #[inline(always)]
    pub fn find(&self, bits: u64) -> Option<(u32, u8)> {
        let entry = self.short[(bits >> (64 - SYMBOL_BITS)) as usize];
        if entry != 0 { Some((u32::from(entry >> 8), entry as u8)) } else { self.find_long(bits) }
    }

    #[cold]
    fn find_long(&self, bits: u64) -> Option<(u32, u8)> {
        let code = (bits >> 48) as u32;
        let index = self.limits.iter().position(|limit| code < *limit)?;
        let length = index as u32 + 1;
        let symbol = (code >> (16 - length)) as i32 + self.offsets[index];
        Some((length, *self.symbols.get(symbol as usize)?))
    }
}

/// The number that `size` bits stand for (F.2.2.1, EXTEND), `size` up to 16.
#[inline(always)]
pub(super) fn extend(bits: u32, size: u32) -> i32 {
    let half = 1 << size >> 1;
    if bits < half { bits as i32 - (1 << size) + 1 } else { bits as i32 }
}

/// The number in the `size` bits after the first `skip` of `bits`; `size` up
/// to 15, `skip` up to 16.
#[inline(always)]
pub(super) fn number(bits: u64, skip: u32, size: u32) -> i32 {
    // two shifts, since 64 is no shift
    extend((bits << skip >> 1 >> (63 - size)) as u32, size)
}

/// Bits that are looked up at once for a DC difference.
pub(super) const DC_BITS: u32 = 9;
/// Bits that are looked up at once for an AC coefficient.
pub(super) const VALUE_BITS: u32 = 11;
/// Bits that are looked up at once to pass over numbers.
pub(super) const SKIP_BITS: u32 = 12;

/// Marks an entry that does not hold the whole of a number.
pub(super) const PARTIAL: u32 = 0x80;
/// The run of an end of block. Far enough that it leads out of the block, and
/// further than any run that goes wrong.
pub(super) const END_OF_BLOCK: usize = 80;

/// Entry of a number that starts at the top of `bits` after a code of `length`
/// bits; `known` bits are right.
fn value_entry(bits: u64, known: u32, length: u32, run: u32, size: u32) -> u32 {
    if length + size > known {
        return PARTIAL;
    }
    let value = if size == 0 { 0 } else { number(bits, length, size) };
    (length + size) | run << 8 | (value as u32) << 16
}

/// Fills `table`, which is looked up by `width` bits, from `entry(code, length,
/// symbol, bits)`, where `bits` are the looked-up bits at the top.
fn fill<T: Copy>(table: &mut [T], width: u32, codes: &Codes, entry: impl Fn(u32, u8, u64) -> T) {
    for (code, length, symbol) in codes.each().take_while(|code| code.1 <= width) {
        let start = (code >> (16 - width)) as usize;
        for (index, slot) in table.iter_mut().enumerate().skip(start).take(1 << (width - length)) {
            *slot = entry(length, symbol, (index as u64) << (64 - width));
        }
    }
}

/// DC differences.
pub(super) struct DcTable {
    /// By the next bits: `PARTIAL`, or bits taken | difference << 16.
    pub values: [u32; 1 << DC_BITS],
    pub symbols: Symbols,
}

impl DcTable {
    pub fn new(codes: &Codes) -> Result<Box<DcTable>, JpegError> {
        if let Some((_, _, size)) = codes.each().find(|code| code.2 > 15) {
            return Err(JpegError::Damaged(format!("a dc difference has {size} bits")));
        }
        let mut table =
            Box::new(DcTable { values: [PARTIAL; 1 << DC_BITS], symbols: Symbols::new(codes) });
        fill(&mut table.values, DC_BITS, codes, |length, size, bits| {
            value_entry(bits, DC_BITS, length, 0, size.into())
        });
        Ok(table)
    }
}

/// AC coefficients of sequential frames.
pub(super) struct AcTable {
    /// By the next bits: `PARTIAL`, or bits taken | zeros before << 8 | value << 16.
    pub values: [u32; 1 << VALUE_BITS],
    /// By the next bits: bits taken by one or more coefficients | places they
    /// take << 8 | `SKIP_END`; `SKIP_NONE` for a code that is longer.
    pub skips: [u16; 1 << SKIP_BITS],
    pub symbols: Symbols,
}

/// Marks an entry of `AcTable::skips` that ends the block.
pub(super) const SKIP_END: u16 = 0x8000;
/// More places than a block has.
const SKIP_NONE: u16 = 127 << 8;

impl AcTable {
    /// `skipping` says whether `skips` is worth filling; unfilled it is right, but slow.
    pub fn new(codes: &Codes, skipping: bool) -> Box<AcTable> {
        let mut table = Box::new(AcTable {
            values: [PARTIAL; 1 << VALUE_BITS],
            skips: [SKIP_NONE; 1 << SKIP_BITS],
            symbols: Symbols::new(codes),
        });
        fill(&mut table.values, VALUE_BITS, codes, |length, symbol, bits| {
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            let run = if size == 0 && run != 15 { END_OF_BLOCK as u32 } else { run };
            value_entry(bits, VALUE_BITS, length, run, size)
        });
        if skipping {
            let AcTable { skips, symbols, .. } = &mut *table;
            for (index, slot) in skips.iter_mut().enumerate() {
                *slot = skip_entry(symbols, (index as u64) << (64 - SKIP_BITS));
            }
        }
        table
    }
}

/// As many coefficients as have their codes in the `SKIP_BITS` known bits. Their
/// numbers may reach beyond, which makes 12 + 15 bits at most.
fn skip_entry(symbols: &Symbols, bits: u64) -> u16 {
    let (mut taken, mut places) = (0, 0);
    while let Some((length, symbol)) = symbols.find(bits << taken) {
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        // More than 63 places fit no block.
        if taken + length > SKIP_BITS || places + run + 1 > 63 {
            break;
        }
        taken += length + size;
        if size == 0 && run != 15 {
            return (taken | places << 8) as u16 | SKIP_END;
        }
        places += run + 1;
        if taken >= SKIP_BITS {
            break;
        }
    }
    if taken == 0 { SKIP_NONE } else { (taken | places << 8) as u16 }
}
