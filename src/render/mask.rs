//! Which mask layer 0 has and how it is used (02 §1 L1, §3.3 `mask`, `maskUse`).

use crate::codecs::bitmap::{Bitmap, PixelType};
use crate::modifiers::plan::MaskUse;

/// `maskUse` on the alpha channel: where nothing masks, an inverted mask hides
/// everything. Colours that were stored premultiplied (`associated`) belong to the
/// foreground alone: behind it all is black.
pub(super) fn used(picture: Bitmap, mask_use: MaskUse, associated: bool) -> Bitmap {
    let associated = associated && picture.channels.has_alpha();
    match mask_use {
        MaskUse::Normal => picture,
        MaskUse::Off if associated => on_black(picture).without_alpha(),
        MaskUse::Off => picture.without_alpha(),
        MaskUse::Invert => {
            let mut picture = picture.with_alpha();
            let (n, black) = (picture.channels.count(), black(picture.channels.pixel_type()));
            for pixel in picture.data.chunks_exact_mut(n) {
                let (colours, alpha) = pixel.split_at_mut(n - 1);
                if associated {
                    colours.copy_from_slice(black);
                }
                alpha[0] = 255 - alpha[0];
            }
            picture
        }
    }
}

/// Lays the picture on black; the alpha channel stays as it is.
fn on_black(mut picture: Bitmap) -> Bitmap {
    let (n, black) = (picture.channels.count(), black(picture.channels.pixel_type()));
    for pixel in picture.data.chunks_exact_mut(n) {
        let alpha = u32::from(pixel[n - 1]);
        for (colour, black) in pixel[..n - 1].iter_mut().zip(black) {
            let sum = u32::from(*colour) * alpha + u32::from(*black) * (255 - alpha);
            *colour = ((sum + 127) / 255) as u8;
        }
    }
    picture
}

fn black(kind: PixelType) -> &'static [u8] {
    match kind {
        PixelType::Gray => &[0],
        PixelType::Rgb => &[0, 0, 0],
        PixelType::Cmyk => &[0, 0, 0, 255],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    fn picture(channels: Channels, data: &[u8]) -> Bitmap {
        let width = (data.len() / channels.count()) as u32;
        Bitmap { width, height: 1, channels, data: data.to_vec() }
    }

    /// The table of 02 §3.3 `maskUse`, line by line.
    #[test]
    fn mask_use_without_mask() {
        let rgb = picture(Channels::Rgb, &[1, 2, 3]);
        assert_eq!(used(rgb.clone(), MaskUse::Normal, false), rgb);
        assert_eq!(used(rgb.clone(), MaskUse::Off, false), rgb);
        assert_eq!(used(rgb, MaskUse::Invert, false).data, [1, 2, 3, 0]);
    }

    #[test]
    fn mask_use_with_unassociated_alpha() {
        let rgba = picture(Channels::Rgba, &[1, 2, 3, 200, 4, 5, 6, 0]);
        assert_eq!(used(rgba.clone(), MaskUse::Normal, false), rgba);
        assert_eq!(used(rgba.clone(), MaskUse::Invert, false).data, [1, 2, 3, 55, 4, 5, 6, 255]);
        assert_eq!(used(rgba, MaskUse::Off, false).data, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn mask_use_with_premultiplied_alpha() {
        let rgba = picture(Channels::Rgba, &[100, 200, 255, 51, 4, 5, 6, 0]);
        assert_eq!(used(rgba.clone(), MaskUse::Normal, true), rgba);
        assert_eq!(used(rgba.clone(), MaskUse::Invert, true).data, [0, 0, 0, 204, 0, 0, 0, 255]);
        // 51 of 255 is a fifth
        assert_eq!(used(rgba, MaskUse::Off, true).data, [20, 40, 51, 0, 0, 0]);
        let cmyk = picture(Channels::CmykAlpha, &[100, 0, 0, 50, 51]);
        assert_eq!(used(cmyk, MaskUse::Off, true).data, [20, 0, 0, 10 + 204]);
    }
}
