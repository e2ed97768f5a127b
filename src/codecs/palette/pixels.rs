//! The colours of a picture, a row at a time.

use crate::codecs::bitmap::{Bitmap, PixelType, naive};

/// Pixels below this opacity get the key colour (02 §3.1 `bgc`: 50 %).
const KEY_BELOW: u8 = 128;

/// A picture as RGB colours, with nothing where the key shows.
pub(super) struct Pixels<'a> {
    bitmap: &'a Bitmap,
    /// What shows through partly opaque pixels; `None` ignores alpha.
    background: Option<[u8; 3]>,
}

impl<'a> Pixels<'a> {
    pub fn new(bitmap: &'a Bitmap, background: Option<[u8; 3]>) -> Pixels<'a> {
        let background = background.filter(|_| bitmap.channels.has_alpha());
        Pixels { bitmap, background }
    }

    pub fn width(&self) -> usize {
        self.bitmap.width as usize
    }

    pub fn height(&self) -> u32 {
        self.bitmap.height
    }

    /// Replaces `row` by the pixels of row `y`, which must be below the height.
    pub fn read_row(&self, y: u32, row: &mut Vec<Option<[u8; 3]>>) {
        let channels = self.bitmap.channels;
        row.clear();
        row.resize(self.width(), None);
        let bytes = self.bitmap.row(y).chunks_exact(channels.count());
        let pixels = row.iter_mut().zip(bytes);
        match channels.pixel_type() {
            PixelType::Gray => pixels.for_each(|(out, p)| *out = Some([p[0]; 3])),
            PixelType::Rgb => pixels.for_each(|(out, p)| *out = Some([p[0], p[1], p[2]])),
            PixelType::Cmyk => {
                pixels.for_each(|(out, p)| *out = Some(naive::rgb_of([p[0], p[1], p[2], p[3]])));
            }
        }
        let Some(background) = self.background else { return };
        let bytes = self.bitmap.row(y).chunks_exact(channels.count());
        for (pixel, bytes) in row.iter_mut().zip(bytes) {
            let alpha = bytes[channels.count() - 1];
            *pixel = pixel
                .filter(|_| alpha >= KEY_BELOW)
                .map(|colour| blended(colour, alpha, background));
        }
    }
}

/// colour * alpha + background * (1 - alpha), rounded as 02 §8 row 93 has it.
fn blended(colour: [u8; 3], alpha: u8, background: [u8; 3]) -> [u8; 3] {
    let (over, under) = (u32::from(alpha), u32::from(255 - alpha));
    std::array::from_fn(|c| {
        ((u32::from(colour[c]) * over + u32::from(background[c]) * under + 127) / 255) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    #[test]
    fn pixels_below_half_opacity_are_the_key_and_the_others_lie_on_the_background() {
        let data = vec![255, 0, 0, 127, 255, 0, 0, 128, 1, 2, 3, 255];
        let bitmap = Bitmap { width: 3, height: 1, channels: Channels::Rgba, data };
        let mut row = Vec::new();
        Pixels::new(&bitmap, Some([255; 3])).read_row(0, &mut row);
        // 02 §8 row 93: (255, 0, 0, 128) on white is (255, 127, 127)
        assert_eq!(row, [None, Some([255, 127, 127]), Some([1, 2, 3])]);
        Pixels::new(&bitmap, None).read_row(0, &mut row);
        assert_eq!(row, [Some([255, 0, 0]), Some([255, 0, 0]), Some([1, 2, 3])]);
    }
}
