//! Photoshop sources (Adobe Photoshop File Formats Specification, October 2013),
//! the merged picture only (02 5.1).
//!
//! Layers are never composed: what counts is the picture that Photoshop merges
//! and appends when it saves with "maximize compatibility".

mod fields;
mod layers;
mod merged;
mod resources;
mod sections;
#[cfg(test)]
mod tests;

use super::bitmap::{Bitmap, Channels, PixelType};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, eight_bits, exif, source_info};
use merged::Merged;
use resources::Resources;
use sections::{Depth, Sections};

/// Reads everything before the pixels. Refuses modes and depths that
/// Adobe's server refuses too, and files without a merged picture.
pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let file = File::read(bytes)?;
    let header = &file.sections.header;
    let mut info = source_info(Kind::Psd, header.width, header.height, exif::Exif::default());
    info.has_alpha = file.channels.has_alpha();
    info.resolution = file.resources.resolution;
    info.damage = file.damage;
    Ok(info)
}

/// The merged picture, 16 bits rounded to 8, and its profile. The caller has
/// held the size that [`probe`] said against its limits.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let file = File::read(bytes)?;
    let merged = Merged::open(&file.sections, file.channels.count())?;
    let mut stored = Stored::new(pixels(&file, &merged)?);
    stored.profile = file.resources.profile.map(<[u8]>::to_vec);
    Ok(stored)
}

struct File<'a> {
    sections: Sections<'a>,
    resources: Resources<'a>,
    channels: Channels,
    damage: Vec<String>,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<File<'a>, CodecError> {
        let sections = Sections::read(bytes)?;
        let resources = Resources::read(sections.resources);
        if resources.without_merged {
            let detail = "it was saved without a merged picture; \
                          save it from photoshop with 'maximize compatibility'";
            return Err(CodecError::unsupported(Kind::Psd, detail));
        }
        let mut damage = Vec::new();
        if resources.broken {
            damage.push("the image resources are broken; some were ignored".to_owned());
        }
        let transparency = layers::merged_transparency(sections.layers).unwrap_or_else(|| {
            damage.push("the layers are broken; they were ignored".to_owned());
            false
        });
        let header = &sections.header;
        let colours = header.pixel_type.components();
        // Extra channels without this mark are saved selections or spot colours.
        let channels = Channels::of(header.pixel_type, transparency && header.channels > colours);
        Ok(File { sections, resources, channels, damage })
    }
}

fn pixels(file: &File<'_>, merged: &Merged<'_>) -> Result<Bitmap, CodecError> {
    let header = &file.sections.header;
    let mut row = Row::new(header.width as usize, header.depth, file.channels);
    let mut matted = file.channels.has_alpha();
    for y in 0..header.height {
        if !matted {
            break;
        }
        row.read(merged, y)?;
        matted = row.may_be_matted();
    }
    let mut out = Bitmap::zeroed(header.width, header.height, file.channels);
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
