//! `color`, `bgColor`, `extend` and `opac` on the pixels of one layer (02 §3.3,
//! §3.4).

#[cfg(test)]
mod tests;

use super::geometry::{LayerGeometry, Rectangle, Size};
use crate::codecs::bitmap::{Area, Bitmap, PixelType, naive};
use crate::modifiers::plan::{Colour, Model};

/// The picture over a colour: shows the colour where the picture is transparent,
/// mixes both where it is half transparent. A gray picture becomes RGB if the
/// colour is not gray. The result keeps its alpha channel, even if it is opaque
/// now; without alpha channel nothing changes.
pub(in crate::render) fn under(picture: Bitmap, colour: Colour) -> Bitmap {
    let fill_alpha = byte(colour.alpha);
    if fill_alpha == 0 || !picture.channels.has_alpha() {
        return picture;
    }
    let [r, g, b] = colour.to_rgb();
    let gray = r == g && g == b;
    let mut picture = if picture.channels.is_gray() && !gray { picture.to_rgb() } else { picture };
    let n = picture.channels.count();
    let fill = components(colour, n - 1);
    let fill_alpha = u32::from(fill_alpha);
    for pixel in picture.data.chunks_exact_mut(n) {
        let own = u32::from(pixel[n - 1]);
        if own == 255 {
            continue;
        }
        // all times 255
        let (own, rest) = (own * 255, fill_alpha * (255 - own));
        let alpha = own + rest;
        for (value, fill) in pixel.iter_mut().zip(&fill[..n - 1]) {
            let sum = u32::from(*value) * own + u32::from(*fill) * rest;
            *value = ((sum + alpha / 2) / alpha) as u8;
        }
        pixel[n - 1] = ((alpha + 127) / 255) as u8;
    }
    picture
}

/// A colour as the first `count` bytes of a pixel, by the naive formulas (01 C37):
/// one is gray, three are RGB, four are CMYK with 255 full ink.
fn components(colour: Colour, count: usize) -> [u8; 4] {
    let [r, g, b] = colour.to_rgb();
    match (count, colour.model) {
        (4, Model::Cmyk(inks)) => inks.map(|percent| byte(f64::from(percent) / 100.0)),
        (4, _) => naive::colour([r, g, b, 0], PixelType::Rgb, PixelType::Cmyk),
        _ => [r, g, b, 0],
    }
}

/// 0 to 1 as 0 to 255; halves go up in spite of representation error (01 C20).
fn byte(fraction: f64) -> u8 {
    (fraction * 255.0 + 0.5 + 1e-9) as u8
}

/// The turned or bent picture, which has the size of `geometry.content`, in the
/// final rectangle of its layer: margins are added transparent, or cut off where
/// `extend` is negative. The result has alpha if a margin was added.
pub(in crate::render) fn extended(picture: Bitmap, geometry: &LayerGeometry) -> Bitmap {
    let Rectangle { x, y, .. } = geometry.content;
    placed(picture, x, y, geometry.size)
}

/// A rectangle of that size with the picture at `x`, `y` of it. The result has
/// alpha if the picture has, or does not fill the rectangle.
pub(in crate::render) fn placed(picture: Bitmap, x: i64, y: i64, size: Size) -> Bitmap {
    let own = Rectangle { x, y, width: picture.width, height: picture.height };
    let whole = Rectangle::of(size);
    if own == whole {
        return picture;
    }
    let seen = own.intersection(&whole);
    if let Some(seen) = seen.filter(|seen| *seen == whole) {
        return picture.cut(area_of(&seen, x, y));
    }
    let channels = picture.channels.with_alpha(true);
    let mut out = Bitmap::zeroed(size.width, size.height, channels);
    let Some(seen) = seen else { return out };
    let area = area_of(&seen, x, y);
    let (n, m) = (picture.channels.count(), channels.count());
    let (left, top) = (seen.x as usize, seen.y as u32);
    for row in 0..area.height {
        let from = &picture.row(area.y + row)[area.x as usize * n..][..area.width as usize * n];
        let to = &mut out.row_mut(top + row)[left * m..][..area.width as usize * m];
        for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
            to[m - 1] = 255;
            to[..n].copy_from_slice(from);
        }
    }
    out
}

/// The part of a picture at `x`, `y` that is seen in `seen`.
fn area_of(seen: &Rectangle, x: i64, y: i64) -> Area {
    // inside the picture, so both differences are small
    let (x, y) = ((seen.x - x) as u32, (seen.y - y) as u32);
    Area { x, y, width: seen.width, height: seen.height }
}

/// Multiplies the opacity by a share, 0 to 1. The result has alpha unless the share
/// is 1.
pub(in crate::render) fn opacity(picture: Bitmap, share: f64) -> Bitmap {
    if share >= 1.0 {
        return picture;
    }
    let mut levels = [0; 256];
    for (level, alpha) in levels.iter_mut().zip(0..=255u8) {
        *level = byte(f64::from(alpha) / 255.0 * share);
    }
    let mut picture = picture.with_alpha();
    let n = picture.channels.count();
    for alpha in picture.data.iter_mut().skip(n - 1).step_by(n) {
        *alpha = levels[usize::from(*alpha)];
    }
    picture
}
