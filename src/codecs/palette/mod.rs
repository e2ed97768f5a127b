//! Colour quantization: a picture as indices into at most 256 colours, for GIF
//! and palette PNG (02 §4.2 `quantize`).
//!
//! An adaptive palette comes from a histogram of the picture ([`histogram`]),
//! cut into boxes of little variance and then refined ([`adaptive`]); the
//! others are fixed ([`fixed`]). Each pixel gets the nearest colour in sRGB
//! ([`nearest`]), with what it misses diffused to its neighbours or not
//! ([`dither`]). The same picture gives the same bytes on every machine: sums
//! are integers, and the only fractions are sums, products and quotients of
//! IEEE doubles, which round alike everywhere.

mod adaptive;
mod dither;
mod fixed;
mod histogram;
mod nearest;
mod pixels;
#[cfg(test)]
mod tests;

use super::bitmap::Bitmap;
use nearest::Nearest;
use pixels::Pixels;

/// Most entries of a palette, the key included.
const MOST_ENTRIES: usize = 256;

/// How a picture is reduced to a palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub kind: Kind,
    /// Floyd-Steinberg error diffusion.
    pub diffuse: bool,
    /// Keeps transparency with a key entry, if there is one: pixels below half
    /// opacity show the key, the others are blended on this colour (02 §3.1
    /// `bgc`), which is also the colour of the entry, for readers that do not
    /// know keys. Without it, alpha is not looked at.
    pub key: Option<[u8; 3]>,
}

/// Where the colours come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// From the picture.
    Adaptive {
        /// Most colours beside the key, 1 to 256; 256 with a key are 255 (02 §4.2).
        colours: u16,
        /// Colours that the palette has in any case. They count toward `colours`;
        /// repeated ones, and those beyond `colours`, are dropped.
        forced: Vec<[u8; 3]>,
    },
    /// The 216 colours of the web cube.
    Web,
    /// The 256 colours of the Macintosh. With a key, which 02 §4.2 does not
    /// allow, its darkest gray makes room.
    Mac,
}

/// A picture of palette indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    pub width: u32,
    pub height: u32,
    /// 1 to 256 colours in sRGB: forced ones first and in their order, the key last.
    pub palette: Vec<[u8; 3]>,
    /// Index of the key, the last one, if transparency was to be kept.
    pub transparent: Option<u8>,
    /// `width * height` indices into `palette`, rows from the top.
    pub indices: Vec<u8>,
}

/// Reduces a picture to a palette. A picture whose colours fit into the palette
/// comes out exact, diffusion or not. CMYK is read by the plain formulas (01 C37).
pub fn quantize(bitmap: &Bitmap, options: &Options) -> Indexed {
    let pixels = Pixels::new(bitmap, options.key);
    let room = MOST_ENTRIES - usize::from(options.key.is_some());
    let mut palette = match &options.kind {
        Kind::Adaptive { colours, forced } => {
            let most = usize::from(*colours).clamp(1, room);
            adaptive::palette(&histogram::of(&pixels), most, forced)
        }
        Kind::Web => fixed::web(),
        Kind::Mac => fixed::mac(),
    };
    if palette.len() > room {
        palette.remove(fixed::DARKEST_GRAY);
    }
    if palette.is_empty() && options.key.is_none() {
        palette.push([0; 3]);
    }
    let transparent = options.key.map(|_| palette.len() as u8);
    let mut nearest = Nearest::new(&palette);
    let hidden = transparent.unwrap_or(0);
    let indices = if options.diffuse {
        dither::diffused(&pixels, &palette, &mut nearest, hidden)
    } else {
        dither::plain(&pixels, &mut nearest, hidden)
    };
    palette.extend(options.key);
    Indexed { width: bitmap.width, height: bitmap.height, palette, transparent, indices }
}
