//! The palette entry nearest to a colour.

/// Bits of a level that choose the cell, from coarse to fine.
const LEVELS: [u32; 3] = [2, 4, 5];
const FINEST: usize = LEVELS.len() - 1;

/// Exact search of the nearest entry: least squared distance in RGB, the first
/// entry of several. Space is divided into cells, and of each the entries are
/// listed that are nearest to any of its colours, those closest to the cell
/// first; a cell's list is made when it is first asked for, from the list of the
/// coarser cell around it.
pub(super) struct Nearest {
    /// Of each level of division and each cell its part of `candidates`; empty
    /// ones are not made yet.
    cells: [Vec<(u32, u32)>; LEVELS.len()],
    /// The entries themselves, then lists.
    candidates: Vec<Candidate>,
    entries: u32,
}

/// An entry that is nearest to some colour of a cell, or may be.
#[derive(Clone, Copy)]
struct Candidate {
    /// Its squared distance to any colour of the cell is at least this.
    least: u32,
    colour: [u8; 3],
    index: u8,
}

impl Nearest {
    /// Of a palette of at most 256 colours; with none, every colour gets index 0.
    pub fn new(palette: &[[u8; 3]]) -> Nearest {
        let entries = palette.iter().zip(0..=255);
        let entries = entries.map(|(&colour, index)| Candidate { least: 0, colour, index });
        let candidates: Vec<Candidate> = entries.collect();
        Nearest {
            cells: LEVELS.map(|bits| vec![(0, 0); 1 << (3 * bits)]),
            entries: candidates.len() as u32,
            candidates,
        }
    }

    /// Index of the entry nearest to `colour`.
    pub fn index(&mut self, colour: [u8; 3]) -> u8 {
        self.find(colour).1
    }

    /// Squared distance and index of the entry nearest to `colour`.
    pub fn find(&mut self, colour: [u8; 3]) -> (u32, u8) {
        let (from, to) = self.list(colour, FINEST);
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

    /// The candidates of the cell of `colour` at a level of division.
    fn list(&mut self, colour: [u8; 3], level: usize) -> (u32, u32) {
        let cell = cell(colour, LEVELS[level]);
        let (from, to) = self.cells[level][cell];
        if from < to {
            return (from, to);
        }
        let around = match level.checked_sub(1) {
            Some(coarser) => self.list(colour, coarser),
            None => (0, self.entries),
        };
        let made = self.select(around, colour, LEVELS[level]);
        self.cells[level][cell] = made;
        made
    }

    /// Appends a list of the entries that can be nearest to a colour of the cell of
    /// `colour`, chosen from a list that has them: those whose least distance to the
    /// cell is not above the least of all entries' greatest distances to it.
    fn select(&mut self, (from, to): (u32, u32), colour: [u8; 3], bits: u32) -> (u32, u32) {
        let mask = 255u8 << (8 - bits);
        let low = colour.map(|level| level & mask);
        let high = colour.map(|level| level | !mask);
        let start = self.candidates.len();
        let mut reach = u32::MAX;
        for position in from..to {
            let entry = self.candidates[position as usize];
            let closest = std::array::from_fn(|c| entry.colour[c].clamp(low[c], high[c]));
            let least = distance(entry.colour, closest);
            if least > reach {
                continue;
            }
            let farthest = std::array::from_fn(|c| {
                let to_low = entry.colour[c].abs_diff(low[c]);
                if to_low > entry.colour[c].abs_diff(high[c]) { low[c] } else { high[c] }
            });
            reach = reach.min(distance(entry.colour, farthest));
            self.candidates.push(Candidate { least, ..entry });
        }
        self.candidates[start..].sort_unstable_by_key(|entry| (entry.least, entry.index));
        let kept = self.candidates[start..].partition_point(|entry| entry.least <= reach);
        self.candidates.truncate(start + kept);
        (start as u32, self.candidates.len() as u32)
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
