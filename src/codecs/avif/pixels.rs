//! Samples of AV1 to red, green, blue and opacity of 8 bits (ITU-T H.273, 8.3).

use super::frame::Frame;
use super::sequence::Coding;
use super::{damaged, unsupported};
use crate::codecs::CodecError;
use crate::codecs::bitmap::Bitmap;

/// How samples become colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Matrix {
    /// The planes are green, blue and red.
    Identity,
    /// The planes are brightness and two differences of colour; the parts of red
    /// and of blue in the brightness.
    Luma { red: f32, blue: f32 },
    /// Brightness, a difference of green and one of orange.
    YCgCo,
}

impl Matrix {
    /// By the number of H.273, table 4. 2, not said, is taken for BT.601.
    pub fn of(number: u16, coding: Coding) -> Result<Matrix, CodecError> {
        Ok(match number {
            0 if coding.half_width && !coding.monochrome => {
                return Err(damaged("its rgb planes are not of one size"));
            }
            0 => Matrix::Identity,
            1 => Matrix::Luma { red: 0.2126, blue: 0.0722 },
            4 => Matrix::Luma { red: 0.30, blue: 0.11 },
            2 | 5 | 6 => Matrix::Luma { red: 0.299, blue: 0.114 },
            7 => Matrix::Luma { red: 0.212, blue: 0.087 },
            8 => Matrix::YCgCo,
            9 => Matrix::Luma { red: 0.2627, blue: 0.0593 },
            _ => return Err(unsupported(format!("the colour matrix {number} of h.273"))),
        })
    }
}

/// From samples to numbers: brightness 0 to 1, differences -0.5 to 0.5.
#[derive(Debug, Clone, Copy)]
struct Scale {
    black: f32,
    luma: f32,
    middle: f32,
    chroma: f32,
}

impl Scale {
    fn of(depth: u8, full_range: bool) -> Scale {
        // 8, 10 or 12 bits
        let step = f32::from(1u16 << (depth.clamp(8, 12) - 8));
        if full_range {
            let most = 256.0 * step - 1.0;
            Scale { black: 0.0, luma: 1.0 / most, middle: 128.0 * step, chroma: 1.0 / most }
        } else {
            Scale {
                black: 16.0 * step,
                luma: 1.0 / (219.0 * step),
                middle: 128.0 * step,
                chroma: 1.0 / (224.0 * step),
            }
        }
    }

    fn luma(&self, sample: u32) -> f32 {
        (sample as f32 - self.black) * self.luma
    }

    /// Of a sample times [`CHROMA_UNIT`].
    fn chroma(&self, sample: u32) -> f32 {
        (sample as f32 / CHROMA_UNIT as f32 - self.middle) * self.chroma
    }
}

/// 0 to 1 as 0 to 255, rounded to the nearest; what lies outside is cut off.
fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

/// Where a tile goes: its left upper corner. What reaches over the right and
/// lower edge of the picture is left away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub x: u32,
    pub y: u32,
}

/// Paints the colours of a tile into a gray picture, if the tile is monochrome,
/// or an RGB one; opacity stays as it is.
pub(super) fn paint_colours(
    frame: &Frame,
    matrix: Matrix,
    full_range: bool,
    place: Place,
    into: &mut Bitmap,
) -> Result<(), CodecError> {
    let scale = Scale::of(frame.coding.depth, full_range);
    let n = into.channels.count();
    let mut luma = Vec::new();
    let mut chroma = Chroma::default();
    let (mut blues, mut reds) = (Vec::new(), Vec::new());
    for y in 0..frame.height.min(into.height.saturating_sub(place.y)) {
        let mut whole = frame.row(0, y, &mut luma);
        let row = row_of(into, place, y);
        if frame.coding.monochrome {
            for (pixel, sample) in row.chunks_exact_mut(n).zip(&luma) {
                pixel[0] = byte(scale.luma(*sample));
            }
        } else {
            whole &= chroma.row(frame, 1, y, &mut blues) && chroma.row(frame, 2, y, &mut reds);
            let samples = luma.iter().zip(blues.iter().zip(&reds));
            for (pixel, (luma, (blue, red))) in row.chunks_exact_mut(n).zip(samples) {
                let colour = colour(matrix, &scale, *luma, *blue, *red);
                pixel[..3].copy_from_slice(&colour.map(byte));
            }
        }
        if !whole {
            return Err(damaged("its av1 picture is shorter than it says"));
        }
    }
    Ok(())
}

/// Red, green and blue, 0 to 1, of samples of the three planes; those of the
/// last two are times [`CHROMA_UNIT`].
fn colour(matrix: Matrix, scale: &Scale, luma: u32, blue: u32, red: u32) -> [f32; 3] {
    let (y, cb, cr) = (scale.luma(luma), scale.chroma(blue), scale.chroma(red));
    match matrix {
        // no plane is halved, so that the samples are whole again
        Matrix::Identity => [scale.luma(red / CHROMA_UNIT), y, scale.luma(blue / CHROMA_UNIT)],
        Matrix::Luma { red: kr, blue: kb } => {
            let (r, b) = (y + 2.0 * (1.0 - kr) * cr, y + 2.0 * (1.0 - kb) * cb);
            [r, (y - kr * r - kb * b) / (1.0 - kr - kb), b]
        }
        Matrix::YCgCo => [y - cb + cr, y + cb, y - cb - cr],
    }
}

/// Paints the brightness of a tile as the opacity of a picture.
pub(super) fn paint_alpha(
    frame: &Frame,
    full_range: bool,
    place: Place,
    into: &mut Bitmap,
) -> Result<(), CodecError> {
    let scale = Scale::of(frame.coding.depth, full_range);
    let n = into.channels.count();
    let mut samples = Vec::new();
    for y in 0..frame.height.min(into.height.saturating_sub(place.y)) {
        if !frame.row(0, y, &mut samples) {
            return Err(damaged("its av1 picture is shorter than it says"));
        }
        for (pixel, sample) in row_of(into, place, y).chunks_exact_mut(n).zip(&samples) {
            pixel[n - 1] = byte(scale.luma(*sample));
        }
    }
    Ok(())
}

/// Row `y` of a tile, up to the right edge of the picture.
fn row_of(into: &mut Bitmap, place: Place, y: u32) -> &mut [u8] {
    let n = into.channels.count();
    into.row_mut(place.y + y).get_mut(place.x as usize * n..).unwrap_or_default()
}

/// Chroma in full size is counted in sixteenths, which bilinear weights need.
const CHROMA_UNIT: u32 = 16;

/// Chroma planes brought to full size, bilinear: a halved sample is taken to lie
/// in the middle of the pixels that it stands for, so that neighbours have the
/// weights 3/4 and 1/4.
#[derive(Default)]
struct Chroma {
    near: Vec<u32>,
    far: Vec<u32>,
}

impl Chroma {
    /// Row `y` of the picture from a plane, in sixteenths; false if it is missing.
    fn row(&mut self, frame: &Frame, plane: usize, y: u32, full: &mut Vec<u32>) -> bool {
        let (width, height) = frame.plane_size(plane);
        full.clear();
        let whole = if frame.coding.half_height {
            let [near, far] = neighbours(y, height);
            let whole =
                frame.row(plane, near, &mut self.near) && frame.row(plane, far, &mut self.far);
            for (near, far) in self.near.iter_mut().zip(&self.far) {
                *near = *near * 3 + far;
            }
            whole
        } else {
            let whole = frame.row(plane, y, &mut self.near);
            self.near.iter_mut().for_each(|sample| *sample *= 4);
            whole
        };
        let at = |x: u32| self.near.get(x as usize).copied().unwrap_or_default();
        if frame.coding.half_width {
            full.extend((0..frame.width).map(|x| {
                let [near, far] = neighbours(x, width);
                at(near) * 3 + at(far)
            }));
        } else {
            full.extend(self.near.iter().map(|sample| sample * 4));
        }
        whole
    }
}

/// The nearest and the second nearest of `count` halved samples to pixel `at`.
fn neighbours(at: u32, count: u32) -> [u32; 2] {
    let near = at / 2;
    let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(count - 1) };
    [near, far]
}

/// Divides colours that were multiplied by their opacity.
pub(super) fn divide_by_alpha(bitmap: &mut Bitmap) {
    let n = bitmap.channels.count();
    for pixel in bitmap.data.chunks_exact_mut(n) {
        let Some((alpha, colours)) = pixel.split_last_mut() else { continue };
        let alpha = u32::from(*alpha);
        if alpha < 255 {
            for colour in colours {
                let divided = (u32::from(*colour) * 255 + alpha / 2).checked_div(alpha);
                *colour = divided.unwrap_or(0).min(255) as u8;
            }
        }
    }
}
