//! The palette entry nearest to a colour.

/// Bits of a level that choose the coarse and the fine cell.
const COARSE_BITS: u32 = 3;
const FINE_BITS: u32 = 5;

/// Exact search of the nearest entry: least squared distance in RGB, the first
/// entry of several. Space is divided into cells, and of each the entries are
/// listed that are nearest to any of its colours; a cell's list is made when it
/// is first asked for, from the list of the coarser cell around it.
pub(super) struct Nearest {
    entries: Vec<Entry>,
    coarse: Vec<Option<Vec<Entry>>>,
    /// Parts of `candidates`; empty ones are not made yet.
    fine: Vec<(u32, u32)>,
    candidates: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    colour: [u8; 3],
    index: u8,
}

impl Nearest {
    /// Of a palette of 1 to 256 colours; with none, every colour gets index 0.
    pub fn new(palette: &[[u8; 3]]) -> Nearest {
        let entries =
            palette.iter().zip(0..=255).map(|(&colour, index)| Entry { colour, index }).collect();
        Nearest {
            entries,
            coarse: vec![None; 1 << (3 * COARSE_BITS)],
            fine: vec![(0, 0); 1 << (3 * FINE_BITS)],
            candidates: Vec::new(),
        }
    }

    /// Index of the entry nearest to `colour`.
    pub fn index(&mut self, colour: [u8; 3]) -> u8 {
        let cell = cell(colour, FINE_BITS);
        let (mut from, mut to) = self.fine[cell];
        if from == to {
            (from, to) = self.make(colour);
            self.fine[cell] = (from, to);
        }
        // The distance above the index, so that the least of both is the answer.
        let mut best = u32::MAX;
        for entry in &self.candidates[from as usize..to as usize] {
            best = best.min(distance(colour, entry.colour) << 8 | u32::from(entry.index));
        }
        best as u8
    }

    /// Lists the candidates of the fine cell of `colour`.
    fn make(&mut self, colour: [u8; 3]) -> (u32, u32) {
        let coarse = &mut self.coarse[cell(colour, COARSE_BITS)];
        let around = coarse.get_or_insert_with(|| {
            let mut list = Vec::new();
            select(&self.entries, colour, COARSE_BITS, &mut list);
            list
        });
        let from = self.candidates.len() as u32;
        select(around, colour, FINE_BITS, &mut self.candidates);
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

/// Appends the entries that can be nearest to a colour of the cell of `colour`:
/// those whose least distance to the cell is not above the least of all
/// entries' greatest distances to it.
fn select(entries: &[Entry], colour: [u8; 3], bits: u32, list: &mut Vec<Entry>) {
    let mask = 255u8 << (8 - bits);
    let low = colour.map(|level| level & mask);
    let high = colour.map(|level| level | !mask);
    let farthest = |entry: &Entry| {
        let corner = std::array::from_fn(|c| {
            let middle = (u32::from(low[c]) + u32::from(high[c])) / 2;
            if u32::from(entry.colour[c]) <= middle { high[c] } else { low[c] }
        });
        distance(entry.colour, corner)
    };
    let closest = |entry: &Entry| {
        let point = std::array::from_fn(|c| entry.colour[c].clamp(low[c], high[c]));
        distance(entry.colour, point)
    };
    let reach = entries.iter().map(farthest).min().unwrap_or(0);
    list.extend(entries.iter().filter(|entry| closest(entry) <= reach));
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
        assert_eq!(Nearest::new(&[]).index([1, 2, 3]), 255);
    }
}
