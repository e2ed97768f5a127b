//! `op_hue`.

use crate::codecs::bitmap::Bitmap;

/// Turns the hue by `degrees`, -180 to 180, with saturation and lightness of
/// HSL kept; 0 is neutral (02 §4.4). Gray has no hue and stays as it is.
pub fn hue(picture: Bitmap, degrees: i16) -> Bitmap {
    let degrees = i32::from(degrees).rem_euclid(360);
    if degrees == 0 || picture.channels.is_gray() {
        return picture;
    }
    let mut picture = picture.to_rgb();
    for pixel in picture.data.chunks_exact_mut(picture.channels.count()) {
        if let [r, g, b, ..] = pixel {
            [*r, *g, *b] = turned([*r, *g, *b], degrees);
        }
    }
    picture
}

/// Lightness and saturation of HSL are a function of the greatest and the
/// least component, so only the one between them moves along the hexagon.
/// Angles are held as degrees times chroma: whole numbers.
fn turned([r, g, b]: [u8; 3], degrees: i32) -> [u8; 3] {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    if most == least {
        return [r, g, b];
    }
    let [red, green, blue] = [r, g, b].map(i32::from);
    let chroma = i32::from(most) - i32::from(least);
    let angle = if r == most {
        60 * (green - blue)
    } else if g == most {
        120 * chroma + 60 * (blue - red)
    } else {
        240 * chroma + 60 * (red - green)
    };
    // from -60 * chroma to below 659 * chroma
    let mut angle = angle + degrees * chroma;
    if angle < 0 {
        angle += 360 * chroma;
    } else if angle >= 360 * chroma {
        angle -= 360 * chroma;
    }
    let sextant = angle / (60 * chroma);
    let way = angle - sextant * 60 * chroma;
    let rising = (i32::from(least) + (way + 30) / 60) as u8;
    let falling = (i32::from(least) + (60 * chroma - way + 30) / 60) as u8;
    match sextant {
        0 => [most, rising, least],
        1 => [falling, most, least],
        2 => [least, most, rising],
        3 => [least, falling, most],
        4 => [rising, least, most],
        _ => [most, least, falling],
    }
}

#[cfg(test)]
mod tests {
    use super::super::golden::{assert_within, golden};
    use super::*;

    #[test]
    fn row_111_120_degrees_make_red_green() {
        assert_eq!(turned([255, 0, 0], 120), [0, 255, 0]);
    }

    #[test]
    fn thirds_of_a_turn_permute_the_components() {
        for [r, g, b] in [[1, 2, 3], [200, 10, 99], [0, 255, 254], [77, 5, 77], [9, 9, 8]] {
            assert_eq!(turned([r, g, b], 120), [b, r, g]);
            assert_eq!(turned([r, g, b], 240), [g, b, r]);
        }
    }

    #[test]
    fn lightness_and_saturation_are_kept_at_every_angle() {
        for degrees in 1..360 {
            for rgb in [[255u8, 0, 0], [12, 200, 77], [3, 3, 250], [90, 91, 89], [0, 255, 255]] {
                let out = turned(rgb, degrees);
                assert_eq!(out.iter().max(), rgb.iter().max(), "{rgb:?} {degrees}");
                assert_eq!(out.iter().min(), rgb.iter().min(), "{rgb:?} {degrees}");
            }
        }
    }

    #[test]
    fn equals_the_turn_by_pythons_colorsys() {
        for degrees in [37, -100, 180, -180] {
            let got = hue(golden("cutout"), degrees);
            // 1 level where colorsys lies half-way but for its last bits
            assert_within(&got, &golden(&format!("hue{degrees:+}")), 1);
        }
    }
}
