//! Writes macroblocks (T.832 8.7): DC, low-pass, which blocks have more, and
//! those blocks with the bits below the model.

use super::bits::BitWriter;
use super::codes::{AdaptiveCode, BitModel, Scan, put_level};
use super::predict::{LowPass, PatternModel};
use super::transform::Macroblock;

/// Place in a block of the coefficient in row `index / 4`, column `index % 4`.
const COEFFICIENT: [usize; 16] = [0, 5, 1, 6, 10, 12, 8, 14, 2, 4, 3, 7, 9, 13, 11, 15];
/// Where the blocks start, in the order in which they are written.
pub(super) const BLOCKS: [usize; 16] =
    [0, 64, 16, 80, 128, 192, 144, 208, 32, 96, 48, 112, 160, 224, 176, 240];
/// First orders of coefficients: across, and down for the high-pass.
const ACROSS: [usize; 16] = [0, 1, 4, 5, 2, 8, 6, 9, 3, 12, 10, 7, 13, 11, 14, 15];
const DOWN: [usize; 16] = [0, 4, 8, 5, 1, 12, 9, 6, 2, 13, 3, 15, 7, 10, 14, 11];
/// Sizes of the alphabets of the codes below.
const ALPHABETS: [usize; 21] = [5, 4, 8, 7, 7, 12, 6, 6, 12, 6, 6, 7, 7, 12, 6, 6, 12, 6, 6, 7, 7];

/// Code of a long run, whatever the band.
const RUN: usize = 0;
/// Code of the blocks of a chrominance component.
const CHROMA_BLOCKS: usize = 1;
/// Code of which components have a DC.
const DIRECT: usize = 2;
/// Codes of the sizes of DC, luminance and the rest.
const DIRECT_LEVEL: usize = 3;
/// First code of the 8 of the low-pass, and of the high-pass.
const LOW: usize = 5;
const HIGH: usize = 13;

/// All that a stream of macroblocks remembers.
pub(super) struct Writer {
    pub(super) bits: BitWriter,
    /// Three components instead of one.
    colour: bool,
    codes: [AdaptiveCode; 21],
    block_code: AdaptiveCode,
    quarter_code: AdaptiveCode,
    direct: BitModel,
    low: BitModel,
    high: BitModel,
    low_scan: Scan,
    across: Scan,
    down: Scan,
    full: i32,
    empty: i32,
    patterns: PatternModel,
}

/// One macroblock, quantised and predicted.
pub(super) struct Quantised<'a> {
    pub(super) low: &'a [LowPass],
    pub(super) high: &'a [Macroblock],
    /// The high-pass coefficients are predicted from above.
    pub(super) from_above: bool,
    /// Counted from the left.
    pub(super) column: u32,
    pub(super) last_column: bool,
}

impl Writer {
    pub(super) fn new(bits: BitWriter, colour: bool) -> Writer {
        Writer {
            bits,
            colour,
            codes: ALPHABETS.map(AdaptiveCode::new),
            block_code: AdaptiveCode::new(if colour { 9 } else { 5 }),
            quarter_code: AdaptiveCode::new(5),
            direct: BitModel::direct(colour),
            low: BitModel::low(colour),
            high: BitModel::high(colour),
            low_scan: Scan::new(ACROSS),
            across: Scan::new(ACROSS.map(|index| COEFFICIENT[index])),
            down: Scan::new(DOWN.map(|index| COEFFICIENT[index])),
            full: 1,
            empty: 1,
            patterns: PatternModel::new(),
        }
    }

    /// Which blocks of a component have coefficients above the model bits.
    pub(super) fn pattern(&self, high: &Macroblock, component: usize) -> u32 {
        let low_bits = self.high.bits[component.min(1)];
        let coded =
            |start: usize| high[start + 1..start + 16].iter().any(|v| v.abs() >> low_bits != 0);
        (0..16).map(|block| u32::from(coded(BLOCKS[block])) << block).sum()
    }

    /// Writes a macroblock; `patterns` and the predictions of their first blocks
    /// are by component.
    pub(super) fn put(&mut self, block: &Quantised<'_>, patterns: &[u32], firsts: &[bool]) {
        if block.column.is_multiple_of(16) {
            self.low_scan.forget();
        }
        let adapt = block.column.is_multiple_of(16) || block.last_column;
        self.put_direct(block.low);
        self.put_low(block.low);
        if adapt {
            self.codes[..HIGH].iter_mut().for_each(AdaptiveCode::adapt);
        }
        if block.column.is_multiple_of(16) {
            self.across.forget();
            self.down.forget();
        }
        self.put_patterns(patterns, firsts);
        self.put_high(block, patterns);
        if adapt {
            self.block_code.adapt();
            self.quarter_code.adapt();
            self.codes[HIGH..].iter_mut().for_each(AdaptiveCode::adapt);
        }
    }

    fn put_direct(&mut self, low: &[LowPass]) {
        let large = |index: usize, bits: u32| low[index][0].abs() >> bits != 0;
        let bits = self.direct.bits;
        if self.colour {
            let symbol = usize::from(large(0, bits[0])) << 2
                | usize::from(large(1, bits[1])) << 1
                | usize::from(large(2, bits[1]));
            self.codes[DIRECT].put(symbol, &mut self.bits);
        } else {
            self.bits.flag(large(0, bits[0]));
        }
        let mut counts = [0; 2];
        for (index, low) in low.iter().enumerate() {
            let part = index.min(1);
            let size = low[0].unsigned_abs();
            if size >> bits[part] != 0 {
                let code = &mut self.codes[DIRECT_LEVEL + part];
                put_level(size >> bits[part], code, &mut self.bits);
                counts[part] += 1;
            }
            self.bits.put(size, bits[part]);
            if size != 0 {
                self.bits.flag(low[0] < 0);
            }
        }
        self.direct.update(counts, self.colour);
    }

    fn put_low(&mut self, low: &[LowPass]) {
        let bits = self.low.bits;
        let mut runs = Vec::with_capacity(3);
        for (index, low) in low.iter().enumerate() {
            runs.push(self.low_scan.runs(bits[index.min(1)], |at| low[at]));
        }
        if self.colour {
            let coded = |index: usize| u32::from(!runs[index].is_empty()) << index;
            let coded = coded(0) | coded(1) | coded(2);
            self.put_low_coded(coded);
        } else {
            self.bits.flag(!runs[0].is_empty());
        }
        let mut counts = [0; 2];
        for (index, (low, runs)) in low.iter().zip(&runs).enumerate() {
            let part = index.min(1);
            counts[part] += runs.len() as i32;
            self.put_runs(runs, LOW, part);
            for value in &low[1..] {
                put_low_bits(*value, bits[part], &mut self.bits);
            }
        }
        self.low.update(counts, self.colour);
    }

    /// Which of three components have low-pass coefficients.
    fn put_low_coded(&mut self, coded: u32) {
        if self.empty <= 0 || self.full < 0 {
            let value = if self.full < self.empty { 7 - coded } else { coded };
            match value {
                0 => self.bits.put(0, 1),
                1 => self.bits.put(4, 3),
                value => self.bits.put(value + 8, 4),
            }
        } else {
            self.bits.put(coded, 3);
        }
        let count = |hit: bool| if hit { -3 } else { 1 };
        self.full = (self.full + count(coded == 7)).clamp(-8, 7);
        self.empty = (self.empty + count(coded == 0)).clamp(-8, 7);
    }

    fn put_patterns(&mut self, patterns: &[u32], firsts: &[bool]) {
        const LENGTH: [u32; 16] = [0, 2, 2, 2, 2, 2, 3, 2, 2, 3, 3, 2, 3, 2, 2, 0];
        const CODE: [u32; 16] = [0, 0, 1, 0, 2, 1, 4, 3, 3, 5, 6, 2, 7, 1, 0, 0];
        let mut differences = [0; 3];
        for (index, (pattern, first)) in patterns.iter().zip(firsts).enumerate() {
            differences[index] = self.patterns.difference(*pattern, *first, index);
        }
        let any = differences[0] | differences[1] | differences[2];
        let quarter = |pattern: u32, index: usize| (pattern >> (4 * index) & 15) as usize;
        let mut quarters = 0;
        for index in 0..4 {
            quarters |= usize::from(quarter(any, index) != 0) << index;
        }
        self.quarter_code.put(quarters.count_ones() as usize, &mut self.bits);
        self.bits.put(CODE[quarters], LENGTH[quarters]);
        for index in 0..4 {
            if quarter(any, index) == 0 {
                continue;
            }
            let chroma = [quarter(differences[1], index), quarter(differences[2], index)];
            self.put_quarter(quarter(differences[0], index), chroma);
            for blocks in chroma.into_iter().filter(|blocks| *blocks != 0) {
                let ones = blocks.count_ones() as usize;
                let (code, length) = self.codes[CHROMA_BLOCKS].peek(ones - 1);
                self.bits.put(code, length);
                self.bits.put(CODE[blocks], LENGTH[blocks]);
            }
        }
    }

    /// Four blocks of luminance, and whether there are any of chrominance.
    fn put_quarter(&mut self, blocks: usize, chroma: [usize; 2]) {
        const CLASS: [usize; 16] = [0, 1, 1, 2, 1, 3, 3, 4, 1, 3, 3, 4, 2, 4, 4, 5];
        const LENGTH: [u32; 16] = [0, 2, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 0];
        const CODE: [u32; 16] = [0, 0, 1, 0, 2, 0, 1, 0, 3, 2, 3, 1, 1, 2, 3, 0];
        let class = CLASS[blocks];
        let chroma = u32::from(chroma[0] != 0) | u32::from(chroma[1] != 0) << 1;
        let symbol = match (chroma, class) {
            (0, class) => class - 1,
            (_, 3..) => 8,
            (_, class) => class + 5,
        };
        self.block_code.put(symbol, &mut self.bits);
        match chroma {
            0 => {}
            1 => self.bits.put(1, 1),
            chroma => self.bits.put(3 - chroma, 2),
        }
        if symbol == 8 {
            match class {
                3 => self.bits.put(1, 1),
                class => self.bits.put(5 - class as u32, 2),
            }
        }
        self.bits.put(CODE[blocks], LENGTH[blocks]);
    }

    fn put_high(&mut self, macroblock: &Quantised<'_>, patterns: &[u32]) {
        let bits = self.high.bits;
        let mut counts = [0; 2];
        for (index, high) in macroblock.high.iter().enumerate() {
            let part = index.min(1);
            for (block, start) in BLOCKS.iter().enumerate() {
                if patterns[index] >> block & 1 != 0 {
                    let scan =
                        if macroblock.from_above { &mut self.down } else { &mut self.across };
                    let runs = scan.runs(bits[part], |at| high[start + at]);
                    counts[part] += runs.len() as i32;
                    self.put_runs(&runs, HIGH, part);
                }
                for at in &COEFFICIENT[1..] {
                    put_low_bits(high[start + at], bits[part], &mut self.bits);
                }
            }
        }
        self.high.update(counts, self.colour);
    }

    /// The coefficients of a block: runs of zeros and levels.
    fn put_runs(&mut self, runs: &[(usize, i32)], band: usize, part: usize) {
        let Some(&(first_run, first_level)) = runs.first() else { return };
        // what comes after a coefficient: nothing, another, or a run of zeros
        let next = |index: usize| match runs.get(index + 1) {
            None => 0,
            Some((0, _)) => 1,
            Some(_) => 2,
        };
        let first = band + 3 * part;
        let mut after = next(0);
        let direct = usize::from(first_run == 0);
        let large = usize::from(first_level.abs() > 1);
        let (code, length) = self.codes[first].pick(after * 4 + large * 2 + direct);
        self.bits.put(code << 1 | u32::from(first_level < 0), length + 1);
        let mut context = direct & after;
        if large != 0 {
            let code = &mut self.codes[band + 6 + context];
            put_level(first_level.unsigned_abs() - 1, code, &mut self.bits);
        }
        let mut place = 1;
        if first_run > 0 {
            self.put_run(first_run, 15 - place);
        }
        place += first_run + 1;
        for (index, &(run, level)) in runs.iter().enumerate().skip(1) {
            if after == 2 {
                self.put_run(run, 15 - place);
            }
            place += run + 1;
            after = next(index);
            let large = usize::from(level.abs() > 1);
            let symbol = after * 2 + large;
            let (code, length) = match place {
                ..15 => self.codes[first + 1 + context].pick(symbol),
                15 => [(0, 1), (6, 3), (2, 2), (7, 3)][symbol],
                _ => (symbol as u32, 1),
            };
            self.bits.put(code << 1 | u32::from(level < 0), length + 1);
            context &= after;
            if large != 0 {
                let code = &mut self.codes[band + 6 + context];
                put_level(level.unsigned_abs() - 1, code, &mut self.bits);
            }
        }
    }

    /// A run of 1 to `most` zeros.
    fn put_run(&mut self, run: usize, most: usize) {
        const CLASS: [[usize; 14]; 3] = [
            [0, 1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4],
            [0, 1, 2, 2, 3, 3, 4, 4, 4, 4, 0, 0, 0, 0],
            [0, 1, 2, 3, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0],
        ];
        const EXTRA: [[u32; 5]; 3] = [[0, 0, 1, 1, 3], [0, 0, 1, 1, 2], [0, 0, 0, 0, 1]];
        if most < 5 {
            if most > 1 {
                let length = [3, 3, 2, 1][most - run] - (4 - most as u32);
                self.bits.put(u32::from(run != most), length);
            }
            return;
        }
        let bin = match most {
            ..7 => 2,
            7..11 => 1,
            _ => 0,
        };
        let class = CLASS[bin][run - 1];
        let (code, length) = self.codes[RUN].peek(class);
        self.bits.put(code, length);
        self.bits.put(run as u32 + 1, EXTRA[bin][class]);
    }
}

/// The low bits of a coefficient, with its sign if nothing else tells it.
fn put_low_bits(value: i32, count: u32, bits: &mut BitWriter) {
    if count == 0 {
        return;
    }
    let size = value.unsigned_abs();
    bits.put(size, count);
    if size >> count == 0 && size != 0 {
        bits.flag(value < 0);
    }
}
