//! GIF: a palette of up to 256 colours, errors diffused (02 §4.2 `quantize`,
//! default `adaptive,diffuse,256`).

use std::collections::HashMap;

use color_quant::NeuQuant;
use gif::{Encoder, Frame};

use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, PixelType, naive};

/// Pixels below this opacity get the key colour (02 §3.1 `bgc`: 50 %).
const KEY_BELOW: u8 = 128;

pub(super) fn encode(bitmap: &Bitmap) -> Result<Vec<u8>, CodecError> {
    let failed = |detail: String| CodecError::Encode { format: "gif", detail };
    if bitmap.channels.pixel_type() == PixelType::Cmyk {
        return Err(failed("it cannot hold cmyk pixels".into()));
    }
    let side = |pixels: u32| {
        u16::try_from(pixels).map_err(|_| failed(format!("{pixels} pixels are more than 65535")))
    };
    let (width, height) = (side(bitmap.width)?, side(bitmap.height)?);
    let keyed = bitmap.channels.has_alpha() && pixels(bitmap).any(|pixel| pixel.is_none());
    let most = if keyed { 255 } else { 256 };
    let (mut palette, indices) = match exact(bitmap, most) {
        Some(exact) => exact,
        None => diffused(bitmap, most),
    };
    if keyed {
        // The entry after the colours is the key; its colour is never seen.
        palette.extend([0, 0, 0]);
    }
    let key = (palette.len() / 3).saturating_sub(1) as u8;

    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height, &palette)
        .map_err(|error| failed(error.to_string()))?;
    let indices: Vec<u8> = indices.into_iter().map(|index| index.unwrap_or(key)).collect();
    let frame = Frame {
        width,
        height,
        transparent: keyed.then_some(key),
        buffer: indices.into(),
        ..Frame::default()
    };
    encoder.write_frame(&frame).map_err(|error| failed(error.to_string()))?;
    drop(encoder);
    Ok(bytes)
}

/// Every pixel as a colour, or nothing where the key shows.
fn pixels(bitmap: &Bitmap) -> impl Iterator<Item = Option<[u8; 3]>> {
    let channels = bitmap.channels;
    let colours = channels.colours();
    bitmap.data.chunks_exact(channels.count()).map(move |pixel| {
        let shows = !channels.has_alpha() || pixel[colours] >= KEY_BELOW;
        let mut colour = [0; 4];
        colour[..colours].copy_from_slice(&pixel[..colours]);
        let [r, g, b, _] = naive::colour(colour, channels.pixel_type(), PixelType::Rgb);
        shows.then_some([r, g, b])
    })
}

/// The palette and indices of a picture that has few enough colours.
fn exact(bitmap: &Bitmap, most: usize) -> Option<(Vec<u8>, Vec<Option<u8>>)> {
    let mut palette = Vec::new();
    let mut known = HashMap::new();
    let mut indices = Vec::with_capacity(bitmap.width as usize * bitmap.height as usize);
    for pixel in pixels(bitmap) {
        let Some(colour) = pixel else {
            indices.push(None);
            continue;
        };
        let next = known.len();
        let index = *known.entry(colour).or_insert(next);
        if index >= most {
            return None;
        }
        if index == next {
            palette.extend(colour);
        }
        indices.push(Some(index as u8));
    }
    Some((palette, indices))
}

/// An adaptive palette, with Floyd-Steinberg diffusion of what it misses.
fn diffused(bitmap: &Bitmap, most: usize) -> (Vec<u8>, Vec<Option<u8>>) {
    let opaque: Vec<u8> = pixels(bitmap).flatten().flat_map(|[r, g, b]| [r, g, b, 255]).collect();
    // Learns from every n-th pixel: all of an ordinary picture, and of a big one
    // about half a million, so that the time does not grow with it.
    let sample = (opaque.len() / 4 / 500_000).clamp(1, 30) as i32;
    let quantizer = NeuQuant::new(sample, most, &opaque);
    let palette = quantizer.color_map_rgb();

    let width = bitmap.width as usize;
    let mut indices = Vec::with_capacity(opaque.len() / 4);
    // errors in sixteenths of a level, for this row and the next
    let mut here = vec![[0i32; 3]; width + 2];
    let mut below = vec![[0i32; 3]; width + 2];
    let mut x = 0;
    for pixel in pixels(bitmap) {
        match pixel {
            None => indices.push(None),
            Some(colour) => {
                let wanted: [u8; 3] = std::array::from_fn(|c| {
                    (i32::from(colour[c]) + here[x + 1][c] / 16).clamp(0, 255) as u8
                });
                let index = quantizer.index_of(&[wanted[0], wanted[1], wanted[2], 255]);
                indices.push(Some(index as u8));
                for c in 0..3 {
                    let error = i32::from(wanted[c]) - i32::from(palette[index * 3 + c]);
                    here[x + 2][c] += error * 7;
                    below[x][c] += error * 3;
                    below[x + 1][c] += error * 5;
                    below[x + 2][c] += error;
                }
            }
        }
        x += 1;
        if x == width {
            x = 0;
            std::mem::swap(&mut here, &mut below);
            below.fill([0; 3]);
        }
    }
    (palette, indices)
}
