//! Unpacked samples to pixels.

use super::CodecError;
use super::lab::{Lab, ToSrgb};
use super::page::Page;
use super::palette::Palette;
use super::ycbcr::YCbCr;
use crate::codecs::bitmap::{Channels, PixelType};

/// What the first samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    Gray {
        white_is_zero: bool,
    },
    Rgb,
    /// The one sample is an index into the colour map.
    Palette,
    Cmyk,
    /// With as many pixels across and down as share a Cb and a Cr.
    YCbCr((u32, u32)),
    Lab(Lab),
}

impl Model {
    /// Samples of one colour.
    pub fn samples(self) -> usize {
        match self {
            Model::Gray { .. } | Model::Palette => 1,
            Model::Rgb | Model::YCbCr(_) | Model::Lab(_) => 3,
            Model::Cmyk => 4,
        }
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Model::Gray { .. } => PixelType::Gray,
            Model::Cmyk => PixelType::Cmyk,
            Model::Rgb | Model::Palette | Model::YCbCr(_) | Model::Lab(_) => PixelType::Rgb,
        }
    }
}

/// Makes pixels of a page's samples.
pub(super) struct Colours {
    pub channels: Channels,
    /// Which samples make a pixel: the colours and the alpha.
    pub wanted: Vec<usize>,
    way: Way,
    /// The colours are premultiplied.
    associated: bool,
}

/// How samples become colours.
enum Way {
    Same,
    Inverted,
    Palette(Box<Palette>),
    YCbCr(Box<YCbCr>),
    Lab(ToSrgb),
}

impl Colours {
    pub fn new(page: &Page<'_>) -> Result<Colours, CodecError> {
        let way = match page.model {
            Model::Gray { white_is_zero: true } => Way::Inverted,
            Model::Gray { .. } | Model::Rgb | Model::Cmyk => Way::Same,
            Model::Palette => {
                Way::Palette(Box::new(Palette::read(&page.directory, page.sample.bits)?))
            }
            Model::YCbCr(_) => Way::YCbCr(Box::new(YCbCr::read(&page.directory)?)),
            Model::Lab(kind) => Way::Lab(ToSrgb::new(kind)),
        };
        Ok(Colours {
            channels: channels(page),
            wanted: (0..page.model.samples()).chain(page.alpha.map(|(index, _)| index)).collect(),
            // L*a*b* that were multiplied by alpha are left as they are
            associated: page.alpha.is_some_and(|(_, associated)| associated)
                && !matches!(page.model, Model::Lab(_)),
            way,
        })
    }

    /// Whether the wanted samples lie where the pixel's channels are.
    pub fn is_direct(&self) -> bool {
        matches!(self.way, Way::Same | Way::Inverted | Way::YCbCr(_))
    }

    /// The table of YCbCr that has to be expanded from units.
    pub fn ycbcr(&self) -> Option<&YCbCr> {
        match &self.way {
            Way::YCbCr(ycbcr) => Some(ycbcr),
            _ => None,
        }
    }

    /// Makes pixels of wanted samples that lie where the pixels are to be.
    pub fn convert_in_place(&self, row: &mut [u8]) {
        let n = self.channels.count();
        match &self.way {
            Way::Inverted if n == 1 => row.iter_mut().for_each(|value| *value = 255 - *value),
            Way::Inverted => row.iter_mut().step_by(n).for_each(|value| *value = 255 - *value),
            Way::YCbCr(ycbcr) => {
                for pixel in row.chunks_exact_mut(n) {
                    let rgb = ycbcr.rgb(pixel[0], pixel[1], pixel[2]);
                    pixel[..3].copy_from_slice(&rgb);
                }
            }
            Way::Same | Way::Palette(_) | Way::Lab(_) => {}
        }
        if self.associated {
            for pixel in row.chunks_exact_mut(n) {
                let (colours, alpha) = pixel.split_at_mut(n - 1);
                if alpha[0] != 255 {
                    colours.iter_mut().for_each(|colour| *colour = divided(*colour, alpha[0]));
                }
            }
        }
    }

    /// Makes pixels of a row of wanted samples of 1 or 2 `bytes`.
    pub fn convert(&self, samples: &[u8], bytes: usize, out: &mut [u8]) {
        match &self.way {
            Way::Palette(palette) => palette.colour(samples, out),
            Way::Lab(to_srgb) => to_srgb.convert(samples, bytes, self.channels.count(), out),
            Way::Same | Way::Inverted | Way::YCbCr(_) => {}
        }
    }

    /// The profile of pixels whose colours are no longer what one in the file is about.
    pub fn profile(&self) -> Option<&'static [u8]> {
        matches!(self.way, Way::Lab(_)).then_some(super::lab::SRGB)
    }
}

/// The channels of a page's pixels.
pub(super) fn channels(page: &Page<'_>) -> Channels {
    Channels::of(page.model.pixel_type(), page.alpha.is_some())
}

/// Undoes premultiplication.
fn divided(colour: u8, alpha: u8) -> u8 {
    if alpha == 0 {
        return 0;
    }
    let alpha = u32::from(alpha);
    ((u32::from(colour) * 255 + alpha / 2) / alpha).min(255) as u8
}
