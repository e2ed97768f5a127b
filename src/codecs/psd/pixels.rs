//! Samples of separate channels to pixels.

use super::merged::Merged;
use super::sections::{Depth, Header};
use crate::codecs::bitmap::{Bitmap, Channels, PixelType};
use crate::codecs::{CodecError, eight_bits};

/// The first channels of the merged picture as a bitmap, row by row: nothing but
/// the bitmap has the size of the picture.
pub(super) fn interleaved(
    header: &Header,
    channels: Channels,
    merged: &Merged<'_>,
) -> Result<Bitmap, CodecError> {
    let mut row = Row::new(header.width as usize, header.depth, channels);
    let mut matted = channels.has_alpha();
    for y in 0..header.height {
        if !matted {
            break;
        }
        row.read(merged, y)?;
        matted = row.may_be_matted();
    }
    let mut out = Bitmap::zeroed(header.width, header.height, channels);
    for y in 0..header.height {
        row.read(merged, y)?;
        if matted {
            row.remove_matte();
        }
        row.write(out.row_mut(y));
    }
    Ok(out)
}

/// One row of all channels that make the picture, one channel after the other.
struct Row {
    /// Samples from 0, the least light or opacity, to `top`.
    samples: Vec<u16>,
    packed: Vec<u8>,
    width: usize,
    depth: Depth,
    top: u32,
    channels: Channels,
}

impl Row {
    fn new(width: usize, depth: Depth, channels: Channels) -> Row {
        Row {
            samples: vec![0; width * channels.count()],
            packed: vec![0; depth.row_bytes(width)],
            width,
            depth,
            top: if depth == Depth::Sixteen { 65535 } else { 255 },
            channels,
        }
    }

    fn read(&mut self, merged: &Merged<'_>, y: u32) -> Result<(), CodecError> {
        for (channel, samples) in self.samples.chunks_exact_mut(self.width).enumerate() {
            merged.row(channel, y, &mut self.packed)?;
            match self.depth {
                Depth::One => {
                    for (x, sample) in samples.iter_mut().enumerate() {
                        // a set bit is black
                        let black = self.packed[x / 8] >> (7 - x % 8) & 1 == 1;
                        *sample = if black { 0 } else { 255 };
                    }
                }
                Depth::Eight => {
                    for (sample, value) in samples.iter_mut().zip(&self.packed) {
                        *sample = u16::from(*value);
                    }
                }
                Depth::Sixteen => {
                    for (sample, value) in samples.iter_mut().zip(self.packed.chunks_exact(2)) {
                        *sample = u16::from_be_bytes([value[0], value[1]]);
                    }
                }
            }
        }
        Ok(())
    }

    /// Photoshop composes the merged picture onto white although it keeps its
    /// opacity; other programs leave the colours as they are. On white of
    /// opacity a no component is darker than `top` - a, give or take a level of
    /// 8 bits for rounding, so one pixel below that tells the other programs.
    /// Files of Photoshop in gray and RGB were seen to be so; white in CMYK, no
    /// ink, is taken to be the same.
    fn may_be_matted(&self) -> bool {
        let (colours, alphas) = self.samples.split_at(self.width * self.channels.colours());
        colours.chunks_exact(self.width).all(|row| {
            let least = |alpha: u16| (self.top - u32::from(alpha)).saturating_sub(self.top / 255);
            row.iter().zip(alphas).all(|(colour, alpha)| u32::from(*colour) >= least(*alpha))
        })
    }

    /// Undoes white * (1 - a) + colour * a. A wholly transparent pixel stays white.
    fn remove_matte(&mut self) {
        let (colours, alphas) = self.samples.split_at_mut(self.width * self.channels.colours());
        for row in colours.chunks_exact_mut(self.width) {
            for (colour, alpha) in row.iter_mut().zip(&*alphas) {
                let alpha = u32::from(*alpha);
                // top * top + top / 2 is below 1 << 32
                let darkness = (self.top - u32::from(*colour)) * self.top + alpha / 2;
                if let Some(darkness) = darkness.checked_div(alpha) {
                    *colour = (self.top - darkness.min(self.top)) as u16;
                }
            }
        }
    }

    /// Interleaves the samples, 8 bits each.
    fn write(&self, out: &mut [u8]) {
        let n = self.channels.count();
        // Photoshop stores the light that ink leaves
        let inks = if self.channels.pixel_type() == PixelType::Cmyk { 4 } else { 0 };
        for (channel, samples) in self.samples.chunks_exact(self.width).enumerate() {
            for (pixel, sample) in out.chunks_exact_mut(n).zip(samples) {
                let value = if self.top == 65535 { eight_bits(*sample) } else { *sample as u8 };
                pixel[channel] = if channel < inks { 255 - value } else { value };
            }
        }
    }
}
