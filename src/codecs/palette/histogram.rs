//! How often each colour occurs in a picture.

use super::pixels::Pixels;

/// Most bins, which bounds the work of the palette: twice as many take a quarter
/// more of the whole time and lessen the error by about 1 %. A picture of more
/// colours gets wider bins: the lowest bit is dropped of blue, of red and of green,
/// where it is seen least first, and so on until they fit.
const MOST_BINS: usize = 1 << 14;
/// Slots of the hash table; half of them stay empty.
const SLOT_BITS: u32 = 15;
/// Red, green and blue in the order in which they lose a bit.
const COARSENED: [usize; 3] = [2, 0, 1];

/// Pixels of about one colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bin {
    /// Pixels.
    pub count: u64,
    /// Sums of their red, green and blue.
    pub sum: [u64; 3],
    /// Mean of their colours, rounded. No two bins share it.
    pub colour: [u8; 3],
}

/// The colours of a picture, in an order that depends on nothing else.
pub(super) struct Histogram {
    pub bins: Vec<Bin>,
    /// Whether each bin is one single colour.
    pub exact: bool,
}

/// Counts the colours of a picture.
pub(super) fn of(pixels: &Pixels<'_>) -> Histogram {
    let mut counter = Counter::new(0);
    let mut row = Vec::with_capacity(pixels.width());
    for y in 0..pixels.height() {
        pixels.read_row(y, &mut row);
        for &colour in row.iter().flatten() {
            counter.add(colour, 1, colour.map(u64::from));
        }
    }
    for bin in &mut counter.bins {
        bin.colour = bin.sum.map(|sum| ((sum + bin.count / 2) / bin.count) as u8);
    }
    Histogram { exact: counter.dropped_bits == 0, bins: counter.bins }
}

/// Bins found by the upper bits of a colour.
struct Counter {
    bins: Vec<Bin>,
    /// Lower bits, of all three levels, that do not tell bins apart.
    dropped_bits: usize,
    /// The bits of a colour that do.
    mask: u32,
    /// Index of a bin plus one, or 0: a hash table with linear probing.
    slots: Vec<u32>,
    /// The key and the index of the bin that was added to last: in a photograph
    /// every other pixel falls into the bin of the one before.
    last: (u32, usize),
}

impl Counter {
    fn new(dropped_bits: usize) -> Counter {
        let mut mask = [255u8; 3];
        for step in 0..dropped_bits {
            mask[COARSENED[step % 3]] <<= 1;
        }
        Counter {
            bins: Vec::new(),
            dropped_bits,
            mask: pack(mask),
            slots: vec![0; 1 << SLOT_BITS],
            last: (u32::MAX, 0),
        }
    }

    /// Adds `count` pixels of about `colour`, whose levels have these sums.
    fn add(&mut self, colour: [u8; 3], count: u64, sum: [u64; 3]) {
        let key = pack(colour) & self.mask;
        if key != self.last.0 {
            let Some(index) = self.find(key, colour) else {
                self.coarsen();
                return self.add(colour, count, sum);
            };
            self.last = (key, index);
        }
        let bin = &mut self.bins[self.last.1];
        bin.count += count;
        for (total, more) in bin.sum.iter_mut().zip(sum) {
            *total += more;
        }
    }

    /// Index of the bin of `key`, a new one if need be and there is room.
    fn find(&mut self, key: u32, colour: [u8; 3]) -> Option<usize> {
        // Fibonacci hashing: the odd number nearest to 2^32 divided by the golden ratio
        let mut slot = (key.wrapping_mul(0x9E37_79B1) >> (32 - SLOT_BITS)) as usize;
        while let Some(found) = (self.slots[slot] as usize).checked_sub(1) {
            if pack(self.bins[found].colour) & self.mask == key {
                return Some(found);
            }
            slot = (slot + 1) % self.slots.len();
        }
        if self.bins.len() == MOST_BINS {
            return None;
        }
        self.bins.push(Bin { count: 0, sum: [0; 3], colour });
        self.slots[slot] = self.bins.len() as u32;
        Some(self.bins.len() - 1)
    }

    /// Widens the bins.
    fn coarsen(&mut self) {
        let mut coarser = Counter::new(self.dropped_bits + 1);
        for bin in &self.bins {
            coarser.add(bin.colour, bin.count, bin.sum);
        }
        *self = coarser;
    }
}

fn pack([r, g, b]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, r, g, b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Bitmap, Channels};

    #[test]
    fn few_colours_are_counted_one_by_one() {
        let data = vec![1, 2, 3, 1, 2, 3, 1, 2, 4, 1, 2, 3];
        let bitmap = Bitmap { width: 2, height: 2, channels: Channels::Rgb, data };
        let histogram = of(&Pixels::new(&bitmap, None));
        assert!(histogram.exact);
        assert_eq!(
            histogram.bins,
            [
                Bin { count: 3, sum: [3, 6, 9], colour: [1, 2, 3] },
                Bin { count: 1, sum: [1, 2, 4], colour: [1, 2, 4] },
            ]
        );
    }

    #[test]
    fn many_colours_share_bins_and_none_is_lost() {
        // Every colour with an even blue and a multiple of 4 in red and green. Bins of
        // 8 levels of red and green and 16 of blue are the first that are few enough:
        // 32 * 32 * 16 = 16384, of 2 reds * 2 greens * 8 blues each.
        let mut data = Vec::new();
        for r in 0..64u8 {
            for g in 0..64u8 {
                data.extend((0..128u8).flat_map(|b| [r * 4, g * 4, b * 2]));
            }
        }
        let bitmap = Bitmap { width: 8192, height: 64, channels: Channels::Rgb, data };
        let histogram = of(&Pixels::new(&bitmap, None));
        assert!(!histogram.exact);
        assert_eq!(histogram.bins.len(), 16384);
        assert!(histogram.bins.iter().all(|bin| bin.count == 32));
        let red: u64 = histogram.bins.iter().map(|bin| bin.sum[0]).sum();
        // 64 * 128 * 4 * (0 + 1 + ... + 63)
        assert_eq!(red, 64 * 128 * 4 * 2016);
    }
}
