//! One codestream (T.832 8.3): headers and macroblocks of an image of one or
//! three components; one tile, spatial order. With loss, blocks overlap once.

use super::bits::BitWriter;
use super::macroblock::{Quantised, Writer};
use super::overlap::Plane;
use super::predict::{From, Left, LowPass, direct_from, high_from, predict_high, predict_low};
use super::transform::{Macroblock, forward, place};

/// Where the DC and low-pass coefficients lie after both stages, in rows.
const LOW_PASS: [usize; 16] =
    [0, 128, 64, 208, 32, 240, 48, 224, 16, 192, 80, 144, 112, 176, 96, 160];

/// Samples of an image, 8 bits each, interleaved with others.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a> {
    pub(super) data: &'a [u8],
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bytes of a pixel.
    pub(super) pixel: usize,
    /// First byte of the samples in a pixel.
    pub(super) first: usize,
    /// Three samples, red, green and blue, instead of one.
    pub(super) colour: bool,
}

/// Fraction bits of samples that are to be quantised.
const FRACTION: u32 = 3;

/// Writes a codestream. `steps` are the indices of the quantisers of luminance
/// and chrominance (T.832 9.5); without them nothing is lost.
pub(super) fn encode(samples: Samples<'_>, steps: Option<[u8; 2]>) -> Vec<u8> {
    let count = if samples.colour { 3 } else { 1 };
    let mut bits = BitWriter::default();
    header(&samples, steps, &mut bits);
    let mut writer = Writer::new(bits, samples.colour);
    let planes = planes(&samples, steps.is_some());
    let columns = samples.width.div_ceil(16);
    let rows = samples.height.div_ceil(16);
    let mut above = vec![Left::default(); columns as usize * count];
    let mut current = above.clone();
    for row in 0..rows {
        for column in 0..columns {
            let at = column as usize * count;
            let mut high = [[0; 256]; 3];
            let high = &mut high[..count];
            for (component, values) in high.iter_mut().enumerate() {
                let chroma = component > 0;
                cut(&planes[component], column, row, values);
                forward(values, chroma && steps.is_some());
                if let Some(steps) = steps {
                    quantise(values, steps[usize::from(chroma)], chroma);
                }
            }
            let mut low: [LowPass; 3] = [[0; 16]; 3];
            for (low, values) in low.iter_mut().zip(&*high) {
                *low = LOW_PASS.map(|index| values[index]);
            }
            let low = &mut low[..count];
            for (kept, low) in current[at..].iter_mut().zip(&*low) {
                kept.low = *low;
            }
            let above_here = (row > 0).then(|| &above[at..at + count]);
            let left = (column > 0).then(|| &current[at - count..at]);
            let corner = (row > 0 && column > 0).then(|| &above[at - count..at]);
            let direct = direct_from(left, above_here, corner);
            let from = high_from(low);
            let none = [Left::default(); 3];
            let (beside, over) = (left.unwrap_or(&none), above_here.unwrap_or(&none));
            let mut patterns = [0; 3];
            let mut firsts = [false; 3];
            for component in 0..count {
                predict_low(&mut low[component], direct, &beside[component], &over[component]);
                predict_high(&mut high[component], from);
                patterns[component] = writer.pattern(&high[component], component);
                firsts[component] = match (left, above_here) {
                    (Some(left), _) => left[component].pattern >> 5 & 1 != 0,
                    (None, Some(above)) => above[component].pattern >> 10 & 1 != 0,
                    (None, None) => true,
                };
            }
            for (kept, pattern) in current[at..].iter_mut().zip(&patterns[..count]) {
                kept.pattern = *pattern;
            }
            let quantised = Quantised {
                low,
                high,
                from_above: from == From::Above,
                column,
                last_column: column + 1 == columns,
            };
            writer.put(&quantised, &patterns[..count], &firsts[..count]);
        }
        std::mem::swap(&mut above, &mut current);
    }
    writer.bits.finish()
}

/// Image header, image plane header, profile and the header of the only tile.
fn header(samples: &Samples<'_>, steps: Option<[u8; 2]>, bits: &mut BitWriter) {
    for byte in b"WMPHOTO\0" {
        bits.put(u32::from(*byte), 8);
    }
    // version 1.1; no tiles, spatial order, upright, no index
    bits.put(0x11 << 6, 14);
    // overlap of one level or none
    bits.put(steps.is_some().into(), 2);
    let short = samples.width.div_ceil(16) <= 255 && samples.height.div_ceil(16) <= 255;
    bits.flag(short);
    // long coefficients; no window, no trimmed bits, no stretched tiles, no alpha
    bits.put(0b100_0000, 7);
    // colours of the source, RGB or gray, in 8 bits
    bits.put(if samples.colour { 0x71 } else { 0x01 }, 8);
    let length = if short { 16 } else { 32 };
    bits.put(samples.width - 1, length);
    bits.put(samples.height - 1, length);
    // colours inside, YUV 4:4:4 or gray; whether samples have a fraction; all bands
    bits.put(if samples.colour { 3 } else { 0 }, 3);
    bits.flag(steps.is_some());
    bits.put(0, 4);
    if samples.colour {
        bits.put(0, 8);
    }
    let steps = steps.unwrap_or_default();
    for band in 0..3 {
        if band > 0 {
            // not the quantisers of the band before
            bits.flag(false);
        }
        // the same quantisers in the whole image
        bits.flag(true);
        if samples.colour {
            // luminance and chrominance apart
            bits.put(1, 2);
            bits.put(steps[0].into(), 8);
            bits.put(steps[1].into(), 8);
        } else {
            bits.put(steps[0].into(), 8);
        }
    }
    bits.align();
    // 4 bytes follow: profile 111 (advanced), level 255 (no limit), the last of them
    bits.put(4, 16);
    bits.put(0x6fff, 16);
    bits.put(1, 16);
    // start of a tile in spatial order
    bits.put(0x0000_0100, 32);
}

/// The components, centred on 0; pixels beyond the edge repeat those at it. What
/// is to lose something gets fraction bits and is filtered.
fn planes(samples: &Samples<'_>, lossy: bool) -> Vec<Plane> {
    let fraction = if lossy { FRACTION } else { 0 };
    let width = samples.width.next_multiple_of(16) as usize;
    let height = samples.height.next_multiple_of(16) as usize;
    let count = if samples.colour { 3 } else { 1 };
    let empty = || Plane { width, height, values: Vec::with_capacity(width * height) };
    let mut planes: Vec<Plane> = (0..count).map(|_| empty()).collect();
    for y in 0..height {
        let line = y.min(samples.height as usize - 1) * samples.width as usize;
        for x in 0..width {
            let across = x.min(samples.width as usize - 1);
            let start = (line + across) * samples.pixel + samples.first;
            let sample = |index: usize| i32::from(samples.data[start + index]) << fraction;
            if !samples.colour {
                planes[0].values.push(sample(0) - (128 << fraction));
                continue;
            }
            // T.832 D.3, undone without loss
            let [red, green, blue] = [sample(0), sample(1), sample(2)];
            let v = blue - red;
            let u = red + ((v + 1) >> 1) - green;
            planes[0].values.push(green + (u >> 1) - (128 << fraction));
            planes[1].values.push(-u);
            planes[2].values.push(v);
        }
    }
    if lossy {
        planes.iter_mut().for_each(Plane::overlap);
    }
    planes
}

/// Copies a macroblock out of a plane.
fn cut(plane: &Plane, column: u32, row: u32, values: &mut Macroblock) {
    for y in 0..16 {
        let start = (row as usize * 16 + y) * plane.width + column as usize * 16;
        for x in 0..16 {
            values[place(x, y)] = plane.values[start + x];
        }
    }
}

/// Size of the step of a quantiser; the index is 1 at least.
fn step_size(index: u8, shift: u32) -> i32 {
    let index = i32::from(index);
    match index {
        ..16 => index << shift,
        _ => ((16 + (index & 15)) << ((index >> 4) - 1)) << shift,
    }
}

/// Divides by the step. DC is rounded to the nearest; the rest goes up only from
/// five eighths on, which costs fewer bits for the same noise.
fn quantise(values: &mut Macroblock, index: u8, chroma: bool) {
    let high = step_size(index, 1);
    // The second stage has halved the chrominance.
    let low = step_size(index, if chroma { 0 } else { 1 });
    for (index, value) in values.iter_mut().enumerate() {
        let (step, offset) = match index {
            0 => (low, low >> 1),
            _ if index % 16 == 0 => (low, (low * 3 + 1) >> 3),
            _ => (high, (high * 3 + 1) >> 3),
        };
        let size = (value.abs() + offset) / step;
        *value = if *value < 0 { -size } else { size };
    }
}
