//! Prediction of coefficients from the macroblocks to the left and above
//! (T.832 9.6 and 9.7).

use super::transform::Macroblock;

/// The first coefficients of the 16 blocks, in rows: one DC and 15 low-pass.
pub(super) type LowPass = [i32; 16];

/// What a macroblock leaves for its neighbours, one component.
#[derive(Clone, Copy, Default)]
pub(super) struct Left {
    pub(super) low: LowPass,
    /// Which blocks have coefficients, a bit each.
    pub(super) pattern: u32,
}

/// Whence something is predicted.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum From {
    Left,
    Above,
    Both,
    Nothing,
}

/// One direction has to be this much stronger than the other.
const WEIGHT: i32 = 4;

fn stronger(across: i32, along: i32, neither: From) -> From {
    if across * WEIGHT < along {
        From::Above
    } else if along * WEIGHT < across {
        From::Left
    } else {
        neither
    }
}

/// Whence DC comes, by the neighbours of all components: to the left, above,
/// and above to the left.
pub(super) fn direct_from(
    left: Option<&[Left]>,
    above: Option<&[Left]>,
    corner: Option<&[Left]>,
) -> From {
    let (Some(left), Some(above), Some(corner)) = (left, above, corner) else {
        return match (left, above) {
            (None, None) => From::Nothing,
            (None, _) => From::Above,
            _ => From::Left,
        };
    };
    let change = |side: &[Left]| {
        let change = |index: usize| (corner[index].low[0] - side[index].low[0]).abs();
        if side.len() < 3 { change(0) } else { change(0) * 2 + change(1) + change(2) }
    };
    stronger(change(left), change(above), From::Both)
}

/// Whence the high-pass coefficients come, by the low-pass of all components.
pub(super) fn high_from(low: &[LowPass]) -> From {
    let sum = |low: &LowPass, at: &[usize]| at.iter().map(|index| low[*index].abs()).sum::<i32>();
    let mut across = sum(&low[0], &[1, 2, 3]);
    let mut along = sum(&low[0], &[4, 8, 12]);
    for low in low.iter().skip(1) {
        across += low[1].abs();
        along += low[4].abs();
    }
    stronger(across, along, From::Nothing)
}

/// Takes the prediction off the low-pass coefficients of one component.
pub(super) fn predict_low(low: &mut LowPass, from: From, left: &Left, above: &Left) {
    match from {
        From::Left => {
            for index in [0, 1, 2, 3] {
                low[index] -= left.low[index];
            }
        }
        From::Above => {
            for index in [0, 4, 8, 12] {
                low[index] -= above.low[index];
            }
        }
        From::Both => low[0] -= (left.low[0] + above.low[0]) >> 1,
        From::Nothing => {}
    }
}

/// Takes the prediction off the high-pass coefficients of one component, each
/// block's from the block before it in the macroblock.
pub(super) fn predict_high(values: &mut Macroblock, from: From) {
    let (step, within) = match from {
        From::Above => (16, [10, 2, 9]),
        From::Left => (64, [5, 1, 6]),
        _ => return,
    };
    let cross = if step == 16 { 64 } else { 16 };
    for line in 0..4 {
        for block in (1..4).rev() {
            for index in within {
                let at = line * cross + block * step + index;
                values[at] -= values[at - step];
            }
        }
    }
}

/// How the patterns of coded blocks are predicted, of luminance and of the rest.
pub(super) struct PatternModel {
    ones: [i32; 2],
    zeros: [i32; 2],
    state: [State; 2],
}

#[derive(Clone, Copy)]
enum State {
    Neighbours,
    Plain,
    Inverted,
}

impl PatternModel {
    pub(super) fn new() -> PatternModel {
        PatternModel { ones: [-4; 2], zeros: [4; 2], state: [State::Neighbours; 2] }
    }

    /// The difference of a pattern from its prediction; `first` is the
    /// prediction of the first block.
    pub(super) fn difference(&mut self, pattern: u32, first: bool, component: usize) -> u32 {
        let index = component.min(1);
        let difference = match self.state[index] {
            State::Neighbours => {
                let mut predicted = u32::from(first);
                predicted |= (pattern & 0x3300) << 2;
                predicted |= (pattern & 0xcc) << 6;
                predicted |= (pattern & 0x33) << 2;
                predicted |= (pattern & 0x11) << 1;
                predicted |= (pattern & 0x2) << 3;
                predicted ^ pattern
            }
            State::Plain => pattern,
            State::Inverted => pattern ^ 0xffff,
        };
        let ones = pattern.count_ones() as i32;
        self.ones[index] = (self.ones[index] + ones - 3).clamp(-16, 15);
        self.zeros[index] = (self.zeros[index] + 16 - ones - 3).clamp(-16, 15);
        self.state[index] = match (self.ones[index], self.zeros[index]) {
            (ones, zeros) if ones < 0 && ones < zeros => State::Plain,
            (ones, zeros) if ones < 0 || zeros < 0 => State::Inverted,
            _ => State::Neighbours,
        };
        difference
    }
}
