//! Conversion where no profile is known (01 C37; 02 §1): plain formulas that
//! everybody can check, no colour science. CMYK 255 is full ink.

use super::{Bitmap, Channels, PixelType, gray_of};

/// Converts a picture; alpha is passed through. Takes no second picture's
/// memory where the result has no more components than the source.
pub fn convert(mut bitmap: Bitmap, to: PixelType) -> Bitmap {
    let from = bitmap.channels;
    if from.pixel_type() == to {
        return bitmap;
    }
    let channels = Channels::of(to, from.has_alpha());
    let (n, m) = (from.count(), channels.count());
    let kind = from.pixel_type();
    let pixel = |from: &[u8], to: &mut [u8]| {
        let mut components = [0; 4];
        components[..kind.components()].copy_from_slice(&from[..kind.components()]);
        let out = colour(components, kind, channels.pixel_type());
        let count = channels.colours();
        to[..count].copy_from_slice(&out[..count]);
        if channels.has_alpha() {
            to[m - 1] = from[n - 1];
        }
    };
    if m > n {
        let mut out = vec![0; bitmap.data.len() / n * m];
        for (from, to) in bitmap.data.chunks_exact(n).zip(out.chunks_exact_mut(m)) {
            pixel(from, to);
        }
        bitmap.data = out;
    } else {
        let pixels = bitmap.data.len() / n;
        let mut before = [0; 5];
        for index in 0..pixels {
            // A pixel never reaches beyond the one it comes from.
            before[..n].copy_from_slice(&bitmap.data[index * n..][..n]);
            pixel(&before[..n], &mut bitmap.data[index * m..][..m]);
        }
        bitmap.data.truncate(pixels * m);
    }
    bitmap.channels = channels;
    bitmap
}

/// Converts one colour; unused components are 0.
pub fn colour(colour: [u8; 4], from: PixelType, to: PixelType) -> [u8; 4] {
    let [a, b, c, k] = colour;
    match (from, to) {
        (PixelType::Gray, PixelType::Rgb) => [a, a, a, 0],
        (PixelType::Gray, PixelType::Cmyk) => [0, 0, 0, 255 - a],
        (PixelType::Rgb, PixelType::Gray) => [gray_of([a, b, c]), 0, 0, 0],
        (PixelType::Rgb, PixelType::Cmyk) => cmyk_of([a, b, c]),
        (PixelType::Cmyk, PixelType::Rgb) => {
            let [r, g, b] = rgb_of([a, b, c, k]);
            [r, g, b, 0]
        }
        (PixelType::Cmyk, PixelType::Gray) => [gray_of(rgb_of([a, b, c, k])), 0, 0, 0],
        _ => colour,
    }
}

/// R = 255 (1 - C) (1 - K), rounded.
pub fn rgb_of([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    [c, m, y].map(|ink| {
        let product = (255 - u32::from(ink)) * (255 - u32::from(k));
        ((product + 127) / 255) as u8
    })
}

/// Full black replacement: K = 1 - max, C = (max - R) / max. The way back by
/// [`rgb_of`] gives the colour again but for rounding.
pub fn cmyk_of(rgb: [u8; 3]) -> [u8; 4] {
    let most = u32::from(rgb.into_iter().max().unwrap_or_default());
    if most == 0 {
        return [0, 0, 0, 255];
    }
    let [c, m, y] = rgb.map(|value| (((most - u32::from(value)) * 255 + most / 2) / most) as u8);
    [c, m, y, (255 - most) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c37_gray_is_replicated_and_becomes_black_ink_only() {
        assert_eq!(colour([80, 0, 0, 0], PixelType::Gray, PixelType::Rgb)[..3], [80; 3]);
        assert_eq!(colour([80, 0, 0, 0], PixelType::Gray, PixelType::Cmyk), [0, 0, 0, 175]);
    }

    #[test]
    fn c37_rgb_to_gray_is_the_rec601_brightness() {
        assert_eq!(colour([255, 0, 0, 0], PixelType::Rgb, PixelType::Gray)[0], 76);
    }

    #[test]
    fn c37_cmyk_to_rgb() {
        // cases O-04: (255,0,0,0) is cyan
        assert_eq!(rgb_of([255, 0, 0, 0]), [0, 255, 255]);
        assert_eq!(rgb_of([0, 0, 0, 255]), [0, 0, 0]);
        // 255 * (1 - 51/255) * (1 - 128/255) = 101.6
        assert_eq!(rgb_of([51, 0, 0, 128]), [102, 127, 127]);
    }

    #[test]
    fn c37_rgb_to_cmyk_replaces_all_it_can_by_black() {
        assert_eq!(cmyk_of([0, 0, 0]), [0, 0, 0, 255]);
        assert_eq!(cmyk_of([255, 255, 255]), [0, 0, 0, 0]);
        assert_eq!(cmyk_of([255, 0, 0]), [0, 255, 255, 0]);
        // K = 255 - 200; C = (200 - 100) / 200 of 255 = 127.5 -> 128
        assert_eq!(cmyk_of([100, 200, 0]), [128, 0, 255, 55]);
        for value in 0..=255u8 {
            assert_eq!(cmyk_of([value; 3]), [0, 0, 0, 255 - value]);
        }
    }

    #[test]
    fn c37_there_and_back_gives_the_colour_again() {
        let steps = (0..=255u8).step_by(17);
        for r in steps.clone() {
            for g in steps.clone() {
                for b in steps.clone() {
                    let back = rgb_of(cmyk_of([r, g, b]));
                    for (one, other) in [r, g, b].into_iter().zip(back) {
                        assert!(one.abs_diff(other) <= 1, "{r} {g} {b}: {back:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn pictures_keep_their_alpha_whichever_way_they_grow() {
        for (from, data) in [
            (Channels::GrayAlpha, vec![80, 7, 90, 8]),
            (Channels::Rgba, vec![80, 80, 80, 7, 90, 90, 90, 8]),
            (Channels::CmykAlpha, vec![0, 0, 0, 175, 7, 0, 0, 0, 165, 8]),
        ] {
            for (to, expected) in [
                (PixelType::Gray, vec![80, 7, 90, 8]),
                (PixelType::Rgb, vec![80, 80, 80, 7, 90, 90, 90, 8]),
                (PixelType::Cmyk, vec![0, 0, 0, 175, 7, 0, 0, 0, 165, 8]),
            ] {
                let picture = Bitmap { width: 2, height: 1, channels: from, data: data.clone() };
                let out = convert(picture, to);
                assert_eq!(out.channels, Channels::of(to, true));
                assert_eq!(out.data, expected, "{from:?} to {to}");
            }
        }
    }
}
