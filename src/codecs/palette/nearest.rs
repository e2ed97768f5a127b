//! The palette entry nearest to a colour.

/// Bits of a level that choose the coarse and the fine cell.
const COARSE_BITS: u32 = 3;
const FINE_BITS: u32 = 5;

/// Exact search of the nearest entry: least squared distance in RGB, the first
/// entry of several. Space is divided into cells, and of each the entries are
/// listed that are nearest to any of its colours, those closest to the cell
/// first; a cell's list is made when it is first asked for, from the list of the
/// coarser cell around it.
pub(super) struct Nearest {
    entries: Vec<Candidate>,
    coarse: Vec<Option<Vec<Candidate>>>,
    /// Parts of `candidates`; empty ones are not made yet.
    fine: Vec<(u32, u32)>,
    candidates: Vec<Candidate>,
}

/// An entry that is nearest to some colour of a cell, or may be.
#[derive(Clone, Copy)]
struct Candidate {
    /// Its distance to any colour of the cell is at least this.
    least: u32,
    colour: [u8; 3],
    index: u8,
}

impl Nearest {
    /// Of a palette of at most 256 colours; with none, every colour gets index 0.
    pub fn new(palette: &[[u8; 3]]) -> Nearest {
        let entries = palette.iter().zip(0..=255);
        let entries = entries.map(|(&colour, index)| Candidate { least: 0, colour, index });
        Nearest {
            entries: entries.collect(),
            coarse: vec![None; 1 << (3 * COARSE_BITS)],
            fine: vec![(0, 0); 1 << (3 * FINE_BITS)],
            candidates: Vec::new(),
        }
    }

    /// Index of the entry nearest to `colour`.
    pub fn index(&mut self, colour: [u8; 3]) -> u8 {
        self.find(colour).1
    }

    /// Squared distance and index of the entry nearest to `colour`.
    pub fn find(&mut self, colour: [u8; 3]) -> (u32, u8) {
        let cell = cell(colour, FINE_BITS);
        let (mut from, mut to) = self.fine[cell];
        if from == to {
            (from, to) = self.make(colour);
            self.fine[cell] = (from, to);
        }
        // The distance above the index, so that the least of both is the answer.
        let mut best = u32::MAX << 8;
        for candidate in &self.candidates[from as usize..to as usize] {
            if candidate.least > best >> 8 {
                break;
            }
            let distance = distance(colour, candidate.colour);
            best = best.min(distance << 8 | u32::from(candidate.index));
        }
        (best >> 8, best as u8)
    }

    /// Lists the candidates of the fine cell of `colour`.
    fn make(&mut self, colour: [u8; 3]) -> (u32, u32) {
        let around = self.coarse[cell(colour, COARSE_BITS)]
            .get_or_insert_with(|| select(&self.entries, colour, COARSE_BITS));
        let mut list = select(around, colour, FINE_BITS);
        list.sort_unstable_by_key(|candidate| (candidate.least, candidate.index));
        let from = self.candidates.len() as u32;
        self.candidates.extend(list);
        (from, self.candidates.len() as u32)
    }
}

/// Number of the cell of `colour`.
fn cell(colour: [u8; 3], bits: u32) -> usize {
    let [r, g, b] = colour.map(|level| usize::from(level >> (8 - bits)));
    (r << (2 * bits)) | (g << bits) | b
}

/// Squared distance, at most 3 * 255^2, which needs 18 bits.
pub(super) fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let square = |c: usize| {
        let difference = i32::from(a[c]) - i32::from(b[c]);
        (difference * difference) as u32
    };
    square(0) + square(1) + square(2)
}

/// Squared distance to `from` and index of each of at most 256 colours, the
/// nearest first.
pub(super) fn nearest_first(palette: &[[u8; 3]], from: [u8; 3]) -> Vec<(u32, u8)> {
    let distances = palette.iter().map(|&colour| distance(from, colour));
    // one number each, because that sorts twice as fast as pairs
    let mut keys: Vec<u32> = distances.zip(0..=255).map(|(d, index)| d << 8 | index).collect();
    keys.sort_unstable();
    keys.into_iter().map(|key| (key >> 8, key as u8)).collect()
}

/// The entries that can be nearest to a colour of the cell of `colour`: those
/// whose least distance to the cell is not above the least of all entries'
/// greatest distances to it.
fn select(entries: &[Candidate], colour: [u8; 3], bits: u32) -> Vec<Candidate> {
    let mask = 255u8 << (8 - bits);
    let low = colour.map(|level| level & mask);
    let high = colour.map(|level| level | !mask);
    let mut reach = u32::MAX;
    let mut list = Vec::with_capacity(entries.len());
    for entry in entries {
        let closest = std::array::from_fn(|c| entry.colour[c].clamp(low[c], high[c]));
        let least = distance(entry.colour, closest);
        let farthest = std::array::from_fn(|c| {
            let to_low = entry.colour[c].abs_diff(low[c]);
            if to_low > entry.colour[c].abs_diff(high[c]) { low[c] } else { high[c] }
        });
        reach = reach.min(distance(entry.colour, farthest));
        list.push(Candidate { least, ..*entry });
    }
    list.retain(|candidate| candidate.least <= reach);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_trying_all_finds(
            palette in prop::collection::vec(any::<[u8; 3]>(), 1..=256),
            colours in prop::collection::vec(any::<[u8; 3]>(), 64),
        ) {
            let mut nearest = Nearest::new(&palette);
            for colour in colours {
                // `min_by_key` gives the first of several
                let wanted = (0..palette.len()).min_by_key(|&i| distance(palette[i], colour));
                prop_assert_eq!(Some(usize::from(nearest.index(colour))), wanted);
            }
        }
    }

    #[test]
    fn a_gray_palette_is_searched_exactly_along_the_whole_axis() {
        // entries 0, 17, ..., 255: level v belongs to round(v / 17)
        let palette: Vec<[u8; 3]> = (0..16).map(|step| [step * 17; 3]).collect();
        let mut nearest = Nearest::new(&palette);
        for level in 0..=255u8 {
            assert_eq!(u32::from(nearest.index([level; 3])), (u32::from(level) * 2 + 17) / 34);
        }
    }

    #[test]
    fn an_empty_palette_does_not_panic() {
        assert_eq!(Nearest::new(&[]).index([1, 2, 3]), 0);
    }
}
