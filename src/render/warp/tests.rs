mod bent;
mod golden;
mod turned;

pub(in crate::render) use golden::golden;

use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::{Layer, ResMode};
use crate::render::geometry::{Extent, LayerGeometry, SourceFacts, layer_geometry};

const MODES: [ResMode; 4] = [ResMode::Bilin, ResMode::Bicub, ResMode::Sharp2, ResMode::Bisharp];
const CHANNELS: [Channels; 4] =
    [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba];

/// The geometry of `rotate=degrees` for a layer of that size.
fn turn(width: u32, height: u32, degrees: f64) -> LayerGeometry {
    let mut layer = Layer::default();
    layer.transform.rotate = degrees;
    let extent = Extent::Picture(SourceFacts::of_size(width, height));
    layer_geometry(&layer, &extent, None).unwrap()
}

fn turned(picture: &Bitmap, degrees: f64, mode: ResMode) -> Bitmap {
    super::rotated(picture.clone(), &turn(picture.width, picture.height, degrees), mode)
}

/// A picture of that colour, the last component alpha where there is alpha.
fn flat(width: u32, height: u32, channels: Channels, pixel: &[u8]) -> Bitmap {
    let data = pixel.repeat(width as usize * height as usize);
    Bitmap { width, height, channels, data }
}

/// A fixed grain that also has transparent and opaque pixels.
fn grain(width: u32, height: u32, channels: Channels) -> Bitmap {
    let mut picture = Bitmap::zeroed(width, height, channels);
    let mut state = 1u32;
    for value in &mut picture.data {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = match state >> 30 {
            0 => 0,
            1 => 255,
            _ => (state >> 20) as u8,
        };
    }
    picture
}

/// Sum of all opacity in pixels.
fn area(picture: &Bitmap) -> f64 {
    let n = picture.channels.count();
    picture.data.chunks_exact(n).map(|pixel| f64::from(pixel[n - 1])).sum::<f64>() / 255.0
}

/// Peak signal to noise of pairs of levels, in dB.
fn psnr(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (count, sum) =
        pairs.fold((0.0, 0.0), |(count, sum), (a, b)| (count + 1.0, sum + (a - b).powi(2)));
    10.0 * (255.0 * 255.0 * count / sum).log10()
}
