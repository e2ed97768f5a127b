use super::super::golden::{assert_within, golden, grain};
use super::*;
use crate::codecs::bitmap::Channels;

#[test]
fn equals_the_gaussian_filter_of_scipy() {
    for (name, radius) in [("0.7", 0.7), ("3", 3.0), ("5", 5.0), ("12", 12.0), ("60", 60.0)] {
        // opaque: the edge is replicated; 1 level where the reference lies half-way
        let got = blur(golden("scene"), radius);
        assert_within(&got, &golden(&format!("blur-scene-{name}")), 1);
        // cut out: nothing outside, colours weigh by alpha
        let got = blur(golden("cutout"), radius);
        assert_within(&got, &golden(&format!("blur-cutout-{name}")), 1);
    }
}

#[test]
fn an_alpha_channel_that_says_nothing_changes_nothing() {
    let plain = golden("scene");
    let data = plain.data.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    let with_alpha = Bitmap { channels: Channels::Rgba, data, ..plain.clone() };
    for radius in [2.0, 20.0] {
        let soft = blur(with_alpha.clone(), radius);
        assert!(soft.is_opaque());
        // single precision may round a value that lies half-way the other way
        assert_within(&soft.without_alpha(), &blur(plain.clone(), radius), 1);
    }
}

#[test]
fn the_colour_of_transparent_pixels_never_shows() {
    let clean = |hidden: u8| {
        let mut picture = golden("cutout");
        for pixel in picture.data.chunks_exact_mut(4).filter(|pixel| pixel[3] == 0) {
            pixel[..3].fill(hidden);
        }
        picture
    };
    for radius in [1.0, 4.0, 50.0] {
        assert_eq!(blur(clean(0), radius), blur(clean(255), radius));
    }
}

#[test]
fn what_is_not_opaque_fades_at_the_edge() {
    // half of a Gaussian lies outside: 254 at the edge becomes
    // 254 * (0.5 + half of the sample in the middle)
    let picture = Bitmap {
        width: 200,
        height: 1,
        channels: Channels::GrayAlpha,
        data: [90, 254].repeat(200),
    };
    let soft = blur(picture, 2.0);
    // vertically: the middle weight alone, 0.19947
    let across = 0.199_47;
    let edge = 254.0 * across * (0.5 + across / 2.0);
    assert!((f64::from(soft.data[1]) - edge).abs() <= 1.0, "{} {edge}", soft.data[1]);
    assert_eq!(soft.data[0], 90);
}

#[test]
fn a_radius_of_0_keeps_every_byte() {
    for channels in [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba] {
        let picture = grain(9, 7, channels);
        assert_eq!(blur(picture.clone(), 0.0), picture);
    }
}
