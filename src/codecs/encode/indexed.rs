//! The palette of GIF and of PNG with 8 bits a pixel (02 §4.2 `quantize`).

use super::EncodeOptions;
use crate::codecs::bitmap::Bitmap;
use crate::codecs::palette::{Indexed, Kind, Options, quantize};
use crate::modifiers::plan::PaletteKind;

/// A picture with alpha keeps what is at least half transparent as a key colour.
pub(super) fn indexed(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Indexed {
    let kind = match options.palette {
        None => Kind::Adaptive { colours: 256, forced: Vec::new() },
        Some(palette) => match palette.kind {
            PaletteKind::Web => Kind::Web,
            PaletteKind::Mac => Kind::Mac,
            PaletteKind::Adaptive => {
                Kind::Adaptive { colours: palette.colours, forced: palette.forced.clone() }
            }
        },
    };
    let diffuse = options.palette.is_none_or(|palette| palette.dither);
    let key = bitmap.channels.has_alpha().then_some(options.background);
    quantize(bitmap, &Options { kind, diffuse, key })
}
