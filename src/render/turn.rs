//! Mirroring and quarter turns, which lose nothing and so can wait until the
//! picture is small.

use super::geometry::{Shape, Size};
use crate::codecs::bitmap::{Area, Bitmap};
use crate::codecs::orientation::{stored_area, swaps_sides, upright};
use crate::modifiers::plan::Flip;

/// Mirrorings and quarter turns one after another, each as the EXIF orientation
/// that it puts right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    steps: [u8; 3],
}

impl Turn {
    /// The layer is mirrored, then turned by quarters, then the composite is
    /// mirrored.
    pub fn new(layer: Flip, quarters: u8, composite: Flip) -> Turn {
        let quarter = match quarters % 4 {
            1 => 6,
            2 => 3,
            3 => 8,
            _ => 1,
        };
        Turn { steps: [mirror(layer), quarter, mirror(composite)] }
    }

    /// Of mirroring alone.
    pub fn of_flip(flip: Flip) -> Turn {
        Turn::new(flip, 0, Flip::default())
    }

    /// Where the rectangle `area` of the turned picture, of which `turned` is the
    /// size, lies before the turn, and that picture's size.
    pub fn before(&self, area: Area, turned: Size) -> (Area, Size) {
        let mut area = area;
        let mut size = turned;
        for step in self.steps.iter().rev() {
            if swaps_sides(*step) {
                size = Size { width: size.height, height: size.width };
            }
            area = stored_area(*step, area, size.width, size.height);
        }
        (area, size)
    }

    pub fn apply(&self, picture: Bitmap) -> Bitmap {
        self.steps.iter().fold(picture, |picture, step| upright(picture, *step))
    }
}

fn mirror(flip: Flip) -> u8 {
    match (flip.horizontal, flip.vertical) {
        (false, false) => 1,
        (true, false) => 2,
        (true, true) => 3,
        (false, true) => 4,
    }
}

/// The quarter turns of a shape that is made of nothing else.
pub(super) fn quarters(shape: &Shape) -> Option<u8> {
    match shape {
        Shape::Turned { quarters, .. } => *quarters,
        Shape::Bent { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    /// 3 x 2 pixels: 1 2 3 / 4 5 6.
    fn numbers() -> Bitmap {
        Bitmap { width: 3, height: 2, channels: Channels::Gray, data: vec![1, 2, 3, 4, 5, 6] }
    }

    const LR: Flip = Flip { horizontal: true, vertical: false };
    const UD: Flip = Flip { horizontal: false, vertical: true };
    const NONE: Flip = Flip { horizontal: false, vertical: false };

    #[test]
    fn row_63_and_quarter_turns_clockwise() {
        let turned = |turn: Turn| turn.apply(numbers()).data;
        assert_eq!(turned(Turn::of_flip(LR)), [3, 2, 1, 6, 5, 4]);
        assert_eq!(turned(Turn::of_flip(UD)), [4, 5, 6, 1, 2, 3]);
        // clockwise: the left column becomes the top row, read upwards
        assert_eq!(turned(Turn::new(NONE, 1, NONE)), [4, 1, 5, 2, 6, 3]);
        assert_eq!(turned(Turn::new(NONE, 2, NONE)), [6, 5, 4, 3, 2, 1]);
        assert_eq!(turned(Turn::new(NONE, 3, NONE)), [3, 6, 2, 5, 1, 4]);
        // mirrored, turned, mirrored: 3 2 1 / 6 5 4, then 6 3 / 5 2 / 4 1
        assert_eq!(turned(Turn::new(LR, 1, UD)), [4, 1, 5, 2, 6, 3]);
    }

    #[test]
    fn a_window_of_the_turned_picture_is_found_before_the_turn() {
        for quarters in 0..4 {
            for (first, last) in [(NONE, NONE), (LR, UD), (UD, LR), (LR, NONE)] {
                let turn = Turn::new(first, quarters, last);
                let whole = turn.apply(numbers());
                let size = Size { width: whole.width, height: whole.height };
                let area = Area { x: 1, y: 0, width: size.width - 1, height: 1 };
                let (before, untouched) = turn.before(area, size);
                assert_eq!((untouched.width, untouched.height), (3, 2));
                let part = turn.apply(numbers().cut(before));
                assert_eq!(part, whole.cut(area), "{turn:?}");
            }
        }
    }
}
