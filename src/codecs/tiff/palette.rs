//! The colour map of a palette picture.

use super::directory::{Directory, tag};
use super::{CodecError, damaged};
use crate::codecs::eight_bits;

/// The colours of the numbers 0 to 255; those that the file has not are black.
pub(super) struct Palette([[u8; 3]; 256]);

impl Palette {
    /// The map of a picture of `bits` bits, 1 to 8: all reds, then all greens, then all
    /// blues, 16 bits each.
    pub fn read(directory: &Directory<'_>, bits: u16) -> Result<Palette, CodecError> {
        let colours = 1usize << bits.min(8);
        let field = directory.field(tag::COLOR_MAP).ok_or_else(|| damaged("it has no palette"))?;
        let map: Vec<u16> =
            (0..3 * colours).map_while(|index| field.unsigned(index)).map(|v| v as u16).collect();
        if map.len() < 3 * colours {
            let detail = format!("the palette has {} values, not {}", map.len(), 3 * colours);
            return Err(damaged(detail));
        }
        // old writers put 8-bit values there; libtiff tells them the same way
        let old = map.iter().all(|value| *value < 256);
        let level = |value: u16| if old { value as u8 } else { eight_bits(value) };
        let mut palette = [[0; 3]; 256];
        for (index, colour) in palette.iter_mut().enumerate().take(colours) {
            *colour = [0, 1, 2].map(|number| level(map[number * colours + index]));
        }
        Ok(Palette(palette))
    }

    /// Looks up a row.
    pub fn colour(&self, indices: &[u8], out: &mut [u8]) {
        for (index, pixel) in indices.iter().zip(out.as_chunks_mut::<3>().0) {
            *pixel = self.0[usize::from(*index)];
        }
    }
}
