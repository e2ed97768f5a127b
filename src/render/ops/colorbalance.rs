//! `op_colorbalance`.

use super::brightness::shifted;
use super::tables::Tables;

/// Each colour shifted as by `op_brightness`; -100 to 100, 0 is neutral (02 §4.4).
pub fn colorbalance(red: i8, green: i8, blue: i8) -> Tables {
    let adjustments = [red, green, blue];
    Tables::in_rgb(|component, value| {
        adjustments.get(component).map_or(value, |adjustment| shifted(value, *adjustment))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Bitmap, Channels};

    fn balanced(adjustments: [i8; 3]) -> Vec<u8> {
        let data = vec![10, 20, 30];
        let picture = Bitmap { width: 1, height: 1, channels: Channels::Rgb, data };
        let [red, green, blue] = adjustments;
        colorbalance(red, green, blue).apply(picture).data
    }

    #[test]
    fn row_108_full_red_leaves_green_and_blue() {
        assert_eq!(balanced([100, 0, 0]), [255, 20, 30]);
    }

    #[test]
    fn each_component_moves_on_its_own() {
        // 20 + 2.55 * 10 = 45.5; 30 - 2.55 * 4 = 19.8
        assert_eq!(balanced([0, 10, -4]), [10, 46, 20]);
    }
}
