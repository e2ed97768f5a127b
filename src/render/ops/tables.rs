//! Operations that map each component on its own: one table of 256 entries a
//! component, so that a chain of them costs one pass.

use crate::codecs::bitmap::Bitmap;

/// A table for each colour component; opacity is never mapped.
///
/// A picture of one brightness uses the first table, of three colours the
/// first three, of four inks all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    maps: [[u8; 256]; 4],
    /// Inks are converted to RGB first (02 §4.4).
    in_rgb: bool,
}

impl Tables {
    /// No change: the start of a chain.
    pub fn identity() -> Tables {
        let mut map = [0; 256];
        for (value, entry) in (0..=255).zip(&mut map) {
            *entry = value;
        }
        Tables { maps: [map; 4], in_rgb: false }
    }

    /// An operation in RGB: `map` gives the new value of a component (0 red,
    /// 1 green, 2 blue).
    pub(super) fn in_rgb(map: impl Fn(usize, u8) -> u8) -> Tables {
        Tables { in_rgb: true, ..Tables::in_own_type(map) }
    }

    /// An operation in the picture's own pixel type.
    pub(super) fn in_own_type(map: impl Fn(usize, u8) -> u8) -> Tables {
        let mut tables = Tables::identity();
        for (component, table) in tables.maps.iter_mut().enumerate() {
            for entry in table {
                *entry = map(component, *entry);
            }
        }
        tables
    }

    /// These operations, then `next`: the same bytes as one after the other.
    pub fn then(mut self, next: &Tables) -> Tables {
        for (table, after) in self.maps.iter_mut().zip(&next.maps) {
            for entry in table {
                *entry = after[usize::from(*entry)];
            }
        }
        self.in_rgb |= next.in_rgb;
        self
    }

    /// Whether every value stays as it is.
    pub fn is_identity(&self) -> bool {
        self.maps == Tables::identity().maps
    }

    /// Maps every pixel. Gray becomes RGB where the colours are treated differently.
    pub fn apply(&self, picture: Bitmap) -> Bitmap {
        if self.is_identity() {
            return picture;
        }
        let [red, green, blue, _] = &self.maps;
        let gray = picture.channels.is_gray();
        let keeps_gray = red == green && green == blue;
        let to_rgb = if gray { !keeps_gray } else { self.in_rgb };
        let mut picture = if to_rgb { picture.to_rgb() } else { picture };
        let n = picture.channels.count();
        let colours = n - usize::from(picture.channels.has_alpha());
        for pixel in picture.data.chunks_exact_mut(n) {
            for (value, table) in pixel[..colours].iter_mut().zip(&self.maps) {
                *value = table[usize::from(*value)];
            }
        }
        picture
    }
}

/// The nearest level, half up. A value that is half-way but for the last bits
/// of the platform's mathematics counts as half-way.
pub(super) fn level(value: f64) -> u8 {
    (value + 0.5 + 1e-9) as u8
}

#[cfg(test)]
mod tests {
    use super::super::{
        brightness::brightness, colorbalance::colorbalance, contrast::contrast, invert::invert,
    };
    use super::*;
    use crate::codecs::bitmap::Channels;

    #[test]
    fn a_chain_gives_the_bytes_of_its_operations_one_after_the_other() {
        let data: Vec<u8> = (0..=255).flat_map(|v: u8| [v, 255 - v, v / 2, v]).collect();
        let picture = Bitmap { width: 16, height: 16, channels: Channels::Rgba, data };
        let steps = [brightness(30), contrast(40), colorbalance(-20, 5, 60), invert(true)];
        let chain = steps.iter().fold(Tables::identity(), |chain, step| chain.then(step));
        let slow = steps.iter().fold(picture.clone(), |picture, step| step.apply(picture));
        assert_eq!(chain.apply(picture), slow);
    }

    #[test]
    fn opacity_is_never_mapped() {
        let picture =
            Bitmap { width: 1, height: 1, channels: Channels::GrayAlpha, data: vec![9, 7] };
        assert_eq!(invert(true).apply(picture).data, [246, 7]);
    }

    #[test]
    fn gray_stays_gray_unless_the_colours_differ() {
        let gray = Bitmap { width: 1, height: 1, channels: Channels::Gray, data: vec![100] };
        assert_eq!(brightness(10).apply(gray.clone()).data, [126]);
        assert_eq!(colorbalance(0, 0, 0).apply(gray.clone()), gray);
        // 100 + 25.5 = 125.5, half up
        assert_eq!(colorbalance(10, 10, 10).apply(gray.clone()).data, [126]);
        let tinted = colorbalance(10, 0, 0).apply(gray);
        assert_eq!((tinted.channels, tinted.data), (Channels::Rgb, vec![126, 100, 100]));
    }

    #[test]
    fn levels_round_half_up_and_saturate() {
        let cases = [(0.4, 0), (0.5, 1), (1.5, 2), (-3.0, 0), (254.5, 255), (300.0, 255)];
        for (value, rounded) in cases {
            assert_eq!(level(value), rounded, "{value}");
        }
        assert_eq!(level(0.1 * 3.0 + 0.2 - 1e-12), 1, "half-way but for the last bits");
    }
}
