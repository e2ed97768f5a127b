//! Places the scaled picture in the output and fills what it leaves open
//! (01 §5.7 steps C and D).

use super::geometry::Geometry;
use crate::codecs::bitmap::{Area, Bitmap, Channels, PixelType, naive};

/// Gives a crop that reaches outside the source its transparent rim (02 §3.3).
pub(super) fn extended(source: Bitmap, geometry: &Geometry) -> Bitmap {
    if !geometry.reaches_outside() {
        return source;
    }
    let crop = geometry.crop;
    let source = source.with_alpha();
    let mut whole = Bitmap::zeroed(crop.width, crop.height, source.channels);
    if let Some(inside) = geometry.inside() {
        let x = (i64::from(inside.x) - crop.x) as u32;
        let y = (i64::from(inside.y) - crop.y) as u32;
        let area = Area { x: 0, y: 0, width: source.width, height: source.height };
        whole.paste_part(&source, area, x, y);
    }
    whole
}

/// The output of a format that keeps alpha: always with an alpha channel,
/// margins transparent, `bgc` ignored (02 §3.1).
pub(super) fn on_transparent(picture: Bitmap, geometry: &Geometry) -> Bitmap {
    let picture = picture.with_alpha();
    if !geometry.has_margins() {
        return picture;
    }
    let mut view = Bitmap::zeroed(geometry.width, geometry.height, picture.channels);
    place(&mut view, &picture, geometry);
    view
}

/// The output of a format without alpha: flattened onto `background`, an RGB
/// colour that is converted by the plain formula (02 §3.1 `bgc`).
pub(super) fn on_background(picture: Bitmap, geometry: &Geometry, background: [u8; 3]) -> Bitmap {
    let [r, g, b] = background;
    let kind = picture.channels.pixel_type();
    let colour = naive::colour([r, g, b, 0], PixelType::Rgb, kind);
    let picture = flattened(picture, colour);
    if !geometry.has_margins() {
        return picture;
    }
    let mut view = Bitmap::zeroed(geometry.width, geometry.height, picture.channels);
    let n = view.channels.count();
    for pixel in view.data.chunks_exact_mut(n) {
        pixel.copy_from_slice(&colour[..n]);
    }
    place(&mut view, &picture, geometry);
    view
}

/// The alpha channel as a picture of its own, `req=mask`: opaque is white. What the
/// picture does not cover is transparent (02 §4.3).
pub(super) fn mask(picture: Bitmap, geometry: &Geometry, kind: PixelType) -> Bitmap {
    let (width, height) = (picture.width, picture.height);
    let mut mask = picture.opacity().unwrap_or_else(|| {
        let data = vec![255; width as usize * height as usize];
        Bitmap { width, height, channels: Channels::Gray, data }
    });
    if geometry.has_margins() {
        let mut view = Bitmap::zeroed(geometry.width, geometry.height, Channels::Gray);
        place(&mut view, &mask, geometry);
        mask = view;
    }
    naive::convert(mask, kind)
}

fn place(view: &mut Bitmap, picture: &Bitmap, geometry: &Geometry) {
    if geometry.shows_nothing() {
        return;
    }
    let (x, y) = geometry.window_place();
    let area = Area { x: 0, y: 0, width: picture.width, height: picture.height };
    view.paste_part(picture, area, x, y);
}

/// colour * alpha + background * (1 - alpha), rounded half down as in 02 §8
/// row 93: (255,0,0,128) on white is (255,127,127).
fn flattened(picture: Bitmap, background: [u8; 4]) -> Bitmap {
    if !picture.channels.has_alpha() {
        return picture;
    }
    let mut picture = picture;
    let n = picture.channels.count();
    for pixel in picture.data.chunks_exact_mut(n) {
        let alpha = u32::from(pixel[n - 1]);
        for (colour, under) in pixel[..n - 1].iter_mut().zip(background) {
            let sum = u32::from(*colour) * alpha + u32::from(under) * (255 - alpha);
            *colour = ((sum + 127) / 255) as u8;
        }
    }
    picture.without_alpha()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    fn pixel(data: &[u8]) -> Bitmap {
        let channels = if data.len() == 4 { Channels::Rgba } else { Channels::GrayAlpha };
        Bitmap { width: 1, height: 1, channels, data: data.to_vec() }
    }

    #[test]
    fn row_93_flattens_half_red_on_white() {
        // 0 * 128/255 + 255 * 127/255 = 127
        assert_eq!(flattened(pixel(&[255, 0, 0, 128]), [255; 4]).data, [255, 127, 127]);
    }

    #[test]
    fn opaque_and_transparent_pixels_are_exact() {
        assert_eq!(flattened(pixel(&[1, 2, 3, 255]), [9, 8, 7, 0]).data, [1, 2, 3]);
        assert_eq!(flattened(pixel(&[1, 2, 3, 0]), [9, 8, 7, 0]).data, [9, 8, 7]);
        assert_eq!(flattened(pixel(&[40, 0]), [9, 0, 0, 0]).data, [9]);
    }
}
