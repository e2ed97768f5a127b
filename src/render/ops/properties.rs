//! What holds for every operation, size and value.

use proptest::prelude::*;

use super::golden::grain;
use super::noise::Distribution;
use super::{
    blur::blur, brightness::brightness, colorbalance::colorbalance, colorize::colorize,
    contrast::contrast, grow::grow, grow_mask::grow_mask, hue::hue, invert::invert, noise::noise,
    saturation::saturation, sharpen::sharpen, usm::usm,
};
use crate::codecs::bitmap::{Bitmap, Channels};

const LAYOUTS: [Channels; 4] = [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba];

fn alpha(picture: &Bitmap) -> Vec<u8> {
    let n = picture.channels.count();
    picture.data.iter().skip(n - 1).step_by(n).copied().collect()
}

#[test]
fn neutral_values_keep_every_byte() {
    for channels in LAYOUTS {
        let picture = grain(13, 9, channels);
        let same = |out: Bitmap| assert_eq!(out, picture, "{channels:?}");
        let p = || picture.clone();
        same(brightness(0).apply(p()));
        same(contrast(0).apply(p()));
        same(colorbalance(0, 0, 0).apply(p()));
        same(invert(false).apply(p()));
        same(saturation(p(), 0));
        same(hue(p(), 0));
        same(blur(p(), 0.0));
        same(grow(p(), 0));
        same(grow_mask(p(), 0));
        same(noise(p(), 0, Distribution::Gaussian, false, 1));
        same(usm(p(), 0.0, 9.0, 0, false));
        same(usm(p(), 2.0, 0.0, 0, true));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_size_and_value_gives_a_whole_picture_of_that_size(
        width in prop_oneof![Just(0u32), Just(1), 2..30u32],
        height in prop_oneof![Just(0u32), Just(1), 2..30u32],
        layout in 0..4usize,
        small in any::<i8>(),
        degrees in any::<i16>(),
        radius in prop_oneof![any::<i32>(), -30..30],
        real in prop_oneof![any::<f64>(), 0.0..100.0, Just(f64::NAN)],
        byte in any::<u8>(),
        flag in any::<bool>(),
    ) {
        let channels = LAYOUTS[layout];
        let picture = grain(width, height, channels);
        let p = || picture.clone();
        let colour = [byte, byte / 2, 255 - byte];
        let tones = [
            brightness(small).apply(p()),
            contrast(small).apply(p()),
            colorbalance(small, 0, small).apply(p()),
            invert(flag).apply(p()),
            saturation(p(), small),
            hue(p(), degrees),
            colorize(p(), colour, flag, real),
            noise(p(), byte, Distribution::Uniform, flag, 3),
            noise(p(), byte, Distribution::Gaussian, flag, 3),
        ];
        let shapes = [
            blur(p(), real),
            grow(p(), radius),
            grow_mask(p(), radius),
            sharpen(p()),
            usm(p(), real, real, byte, flag),
        ];
        for out in tones.iter().chain(&shapes) {
            prop_assert_eq!((out.width, out.height), (width, height));
            let pixels = width as usize * height as usize;
            prop_assert_eq!(out.data.len(), pixels * out.channels.count());
        }
        // tone and noise never touch alpha
        for out in tones {
            prop_assert_eq!(out.channels.has_alpha(), channels.has_alpha());
            if channels.has_alpha() {
                prop_assert_eq!(alpha(&out), alpha(&picture));
            }
        }
    }
}
