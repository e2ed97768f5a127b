//! Codes that adapt to what they have coded (T.832 9.8).

use super::bits::BitWriter;
use super::tables::{self, Code};

/// Votes beyond which the table changes.
const THRESHOLD: i32 = 8;
/// Votes do not pile up beyond this.
const MOST_VOTES: i32 = 64;

/// A variable-length code that moves between tables.
pub(super) struct AdaptiveCode {
    symbols: usize,
    codes: &'static [Code],
    /// Rows of votes; none where the code never changes.
    votes: &'static [i8],
    table: usize,
    down: i32,
    up: i32,
}

impl AdaptiveCode {
    /// The code of an alphabet of 4 to 9 or of 12 symbols.
    pub(super) fn new(symbols: usize) -> AdaptiveCode {
        let (codes, votes): (&'static [Code], &'static [i8]) = match symbols {
            4 => (tables::CODES_4.as_flattened(), &[]),
            5 => (tables::CODES_5.as_flattened(), tables::VOTES_5.as_flattened()),
            6 => (tables::CODES_6.as_flattened(), tables::VOTES_6.as_flattened()),
            7 => (tables::CODES_7.as_flattened(), tables::VOTES_7.as_flattened()),
            8 => (tables::CODES_8.as_flattened(), &[]),
            9 => (tables::CODES_9.as_flattened(), tables::VOTES_9.as_flattened()),
            _ => (tables::CODES_12.as_flattened(), tables::VOTES_12.as_flattened()),
        };
        // the two that look both ways start in the second table
        let table = usize::from(votes.len() > symbols);
        AdaptiveCode { symbols, codes, votes, table, down: 0, up: 0 }
    }

    /// Code and length of a symbol, without a vote.
    pub(super) fn peek(&self, symbol: usize) -> (u32, u32) {
        let (code, length) = self.codes[self.table * self.symbols + symbol];
        (code.into(), length.into())
    }

    /// Code and length of a symbol, which votes.
    pub(super) fn pick(&mut self, symbol: usize) -> (u32, u32) {
        let rows = self.votes.len() / self.symbols;
        if rows > 0 {
            let vote =
                |row: usize| i32::from(self.votes[row.min(rows - 1) * self.symbols + symbol]);
            let (down, up) = (vote(self.table.saturating_sub(1)), vote(self.table));
            self.down += down;
            self.up += up;
        }
        self.peek(symbol)
    }

    /// Writes a symbol, which votes.
    pub(super) fn put(&mut self, symbol: usize, bits: &mut BitWriter) {
        let (code, length) = self.pick(symbol);
        bits.put(code, length);
    }

    /// Goes by the votes to the table beside.
    pub(super) fn adapt(&mut self) {
        let last = self.codes.len() / self.symbols - 1;
        if self.table > 0 && self.down < -THRESHOLD {
            (self.table, self.down, self.up) = (self.table - 1, 0, 0);
        } else if self.table < last && self.up > THRESHOLD {
            (self.table, self.down, self.up) = (self.table + 1, 0, 0);
        }
        self.down = self.down.clamp(-MOST_VOTES, MOST_VOTES);
        self.up = self.up.clamp(-MOST_VOTES, MOST_VOTES);
    }
}

/// Writes how large a coefficient is, 1 at least.
pub(super) fn put_level(level: u32, code: &mut AdaptiveCode, bits: &mut BitWriter) {
    const SYMBOL: [usize; 16] = [0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5];
    const EXTRA: [u32; 6] = [0, 0, 1, 2, 2, 2];
    let rest = level - 1;
    if let Some(symbol) = SYMBOL.get(rest as usize) {
        code.put(*symbol, bits);
        bits.put(rest, EXTRA[*symbol]);
        return;
    }
    code.put(6, bits);
    let extra = rest.ilog2();
    match extra {
        22.. => bits.put(0b11_1111 << 3 | (extra - 22), 9),
        19..=21 => bits.put(0b1111 << 2 | (extra - 19), 6),
        _ => bits.put(extra - 4, 4),
    }
    bits.put(rest, extra);
}

/// How many low bits of the coefficients of a band go uncoded (T.832 9.9 model
/// bits), for luminance and for the rest.
pub(super) struct BitModel {
    pub(super) bits: [u32; 2],
    state: [i32; 2],
    weights: [i32; 2],
    /// The weighted count of the rest is divided by 2 to this.
    shift: u32,
}

impl BitModel {
    /// A model that starts with `bits`; of three components if `colour`.
    pub(super) fn direct(colour: bool) -> BitModel {
        BitModel::new(8, [240, if colour { 120 } else { 0 }], 0)
    }

    pub(super) fn low(colour: bool) -> BitModel {
        BitModel::new(4, [12, if colour { 6 } else { 0 }], 0)
    }

    pub(super) fn high(colour: bool) -> BitModel {
        BitModel::new(0, [1, if colour { 8 } else { 0 }], 4)
    }

    fn new(bits: u32, weights: [i32; 2], shift: u32) -> BitModel {
        BitModel { bits: [bits; 2], state: [0; 2], weights, shift }
    }

    /// Learns from the number of coded coefficients of a macroblock.
    pub(super) fn update(&mut self, counts: [i32; 2], colour: bool) {
        let weighted = [counts[0] * self.weights[0], (counts[1] * self.weights[1]) >> self.shift];
        let parts = self.bits.iter_mut().zip(&mut self.state).zip(weighted);
        for ((bits, state), weighted) in parts.take(if colour { 2 } else { 1 }) {
            let delta = (weighted - 70) >> 2;
            if delta <= -8 {
                *state += (delta + 4).max(-16);
                if *state < -8 {
                    *state = if *bits == 0 { -8 } else { 0 };
                    *bits = bits.saturating_sub(1);
                }
            } else if delta >= 8 {
                *state += (delta - 4).min(15);
                if *state > 8 {
                    *state = if *bits >= 15 { 8 } else { 0 };
                    *bits = (*bits + 1).min(15);
                }
            }
        }
    }
}

/// An order of coefficients in which the frequent ones move forward.
#[derive(Clone)]
pub(super) struct Scan([(usize, u32); 16]);

impl Scan {
    pub(super) fn new(order: [usize; 16]) -> Scan {
        let mut scan = Scan(order.map(|index| (index, 0)));
        scan.forget();
        scan
    }

    /// Forgets how frequent the coefficients were, but not their order.
    pub(super) fn forget(&mut self) {
        for (index, (_, total)) in self.0.iter_mut().enumerate() {
            *total = if index == 0 { 32_767 } else { 34 - 2 * index as u32 };
        }
    }

    /// Runs of zeros and levels of a block without its first coefficient, less
    /// `low` bits.
    pub(super) fn runs(&mut self, low: u32, level: impl Fn(usize) -> i32) -> Vec<(usize, i32)> {
        let mut runs = Vec::with_capacity(15);
        let mut run = 0;
        for k in 1..16 {
            let value = level(self.0[k].0);
            let size = value.abs() >> low;
            if size == 0 {
                run += 1;
                continue;
            }
            self.0[k].1 += 1;
            if k > 1 && self.0[k].1 > self.0[k - 1].1 {
                self.0.swap(k, k - 1);
            }
            runs.push((run, if value < 0 { -size } else { size }));
            run = 0;
        }
        runs
    }
}
