//! Colour spaces of JPEG files (ITU-T T.871; Adobe technical note 5116).

use super::markers::{Frame, Tables};
use crate::codecs::bitmap::Channels;

/// What the components are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
    /// CMY as YCbCr, and black.
    Ycck,
}

impl Colour {
    /// By the number of components, then the JFIF marker, then the Adobe marker,
    /// then the components' names, as libjpeg decides.
    pub(super) fn of(frame: &Frame, tables: &Tables) -> Colour {
        let names: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
        match (names.len(), tables.adobe) {
            (1, _) => Colour::Gray,
            (4, None | Some(0)) => Colour::Cmyk,
            (4, Some(_)) => Colour::Ycck,
            _ if tables.jfif => Colour::YCbCr,
            (_, Some(0)) => Colour::Rgb,
            (_, None) if names == b"RGB" => Colour::Rgb,
            _ => Colour::YCbCr,
        }
    }

    /// The channels of decoded pixels.
    pub fn channels(self) -> Channels {
        match self {
            Colour::Gray => Channels::Gray,
            Colour::YCbCr | Colour::Rgb => Channels::Rgb,
            Colour::Cmyk | Colour::Ycck => Channels::Cmyk,
        }
    }
}

/// Full-range BT.601 to RGB in 16-bit fixed point; equal to libjpeg's tables.
/// The whole parts of the factors are taken out, so that the rest fits 16 bits.
#[inline(always)]
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i16::from(y), i16::from(cb) - 128, i16::from(cr) - 128);
    // 1.402 = 1 + 0.402, 1.772 = 2 - 0.228, 0.714136 = 1 - 0.285864, 0.344136
    let red = y + cr + rounded(cr, 26345);
    let green = i32::from(cr) * 18734 - i32::from(cb) * 22554 + (1 << 15);
    let green = y - cr + (green >> 16) as i16;
    let blue = y + 2 * cb + rounded(cb, -14942);
    [red, green, blue].map(|value| value.clamp(0, 255) as u8)
}

/// `value * factor / 2^16`, rounded; `value` is -128 to 127. In two steps, of
/// which each keeps to 16 bits for vector units: floor((floor(2 p) + 1) / 2).
#[inline(always)]
fn rounded(value: i16, factor: i16) -> i16 {
    (((i32::from(2 * value) * i32::from(factor)) >> 16) as i16 + 1) >> 1
}

/// Pixels that are converted at a time.
const PART: usize = 128;

/// A row of YCbCr to RGB. Four bytes a pixel suit vector units, so there is a
/// second step that drops the fourth.
fn row_to_rgb([y, cb, cr]: [&[u8]; 3], out: &mut [u8]) {
    let mut padded = [[0; 4]; PART];
    let parts = y.chunks(PART).zip(cb.chunks(PART)).zip(cr.chunks(PART));
    for (((y, cb), cr), out) in parts.zip(out.chunks_mut(3 * PART)) {
        for (((y, cb), cr), to) in y.iter().zip(cb).zip(cr).zip(&mut padded) {
            let [r, g, b] = rgb(*y, *cb, *cr);
            *to = [r, g, b, 0];
        }
        // Four pixels of three bytes are three words.
        let (fours, rest) = out.as_chunks_mut::<12>();
        for (from, to) in padded.as_chunks::<4>().0.iter().zip(&mut *fours) {
            let [a, b, c, d] = from.map(u32::from_le_bytes);
            let words = [a | b << 24, b >> 8 | c << 16, c >> 16 | d << 8];
            for (word, to) in words.iter().zip(to.as_chunks_mut::<4>().0) {
                *to = word.to_le_bytes();
            }
        }
        let left = padded.iter().skip(4 * fours.len());
        for ([r, g, b, _], to) in left.zip(rest.as_chunks_mut::<3>().0) {
            *to = [*r, *g, *b];
        }
    }
}

/// Converts a row. `planes` are as long as the row has pixels; `out` is
/// interleaved in the colour's channels.
pub(super) fn convert(colour: Colour, planes: [&[u8]; 4], out: &mut [u8]) {
    let [a, b, c, d] = planes;
    let three = a.iter().zip(b).zip(c).map(|((a, b), c)| [*a, *b, *c]);
    match colour {
        Colour::Gray => out.copy_from_slice(a),
        Colour::YCbCr => row_to_rgb([a, b, c], out),
        Colour::Rgb => {
            for (values, pixel) in three.zip(out.as_chunks_mut().0) {
                *pixel = values;
            }
        }
        // Four components are stored as 255 less the ink, whether the Adobe
        // marker says so or not; everybody reads them like that.
        Colour::Cmyk => {
            for (([c, m, y], k), pixel) in three.zip(d).zip(out.as_chunks_mut().0) {
                *pixel = [255 - c, 255 - m, 255 - y, 255 - k];
            }
        }
        Colour::Ycck => {
            for (([y, cb, cr], k), pixel) in three.zip(d).zip(out.as_chunks_mut().0) {
                let [c, m, y] = rgb(y, cb, cr);
                *pixel = [c, m, y, 255 - k];
            }
        }
    }
}
