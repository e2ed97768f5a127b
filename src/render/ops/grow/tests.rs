use super::super::golden::{assert_within, golden, grain};
use super::*;
use crate::codecs::bitmap::Channels;

#[test]
fn row_119_grow_3_makes_one_opaque_pixel_a_disc_of_29() {
    let mut picture = Bitmap::zeroed(11, 11, Channels::Rgba);
    let middle = 5 * 11 + 5;
    picture.data[middle * 4..][..4].copy_from_slice(&[200, 100, 50, 255]);
    let grown = grow(picture, 3);
    let visible: Vec<&[u8]> = grown.data.chunks_exact(4).filter(|pixel| pixel[3] > 0).collect();
    assert_eq!(visible.len(), 29);
    assert!(visible.iter().all(|pixel| **pixel == [200, 100, 50, 255]));
}

#[test]
fn equals_grey_morphology_by_scipy() {
    for source in ["scene", "cutout"] {
        for radius in [4, -6, 40] {
            let got = grow(golden(source), radius);
            assert_within(&got, &golden(&format!("grow-{source}{radius:+}")), 0);
        }
    }
}

#[test]
fn eroding_an_opaque_picture_leaves_a_transparent_rim() {
    let picture = Bitmap { width: 5, height: 4, channels: Channels::Gray, data: vec![70; 20] };
    let eroded = grow(picture.clone(), -1);
    assert_eq!(eroded.channels, Channels::GrayAlpha);
    let inside = |at: usize| (1..4).contains(&(at % 5)) && (1..3).contains(&(at / 5));
    let expected: Vec<u8> =
        (0..20).flat_map(|at| if inside(at) { [70, 255] } else { [0, 0] }).collect();
    assert_eq!(eroded.data, expected);
    // nothing is left of it
    assert!(grow(picture, -2).data.iter().all(|value| *value == 0));
}

#[test]
fn the_colour_under_transparent_pixels_never_spreads() {
    for radius in [1, 3, -1, -3] {
        let hide = |hidden: u8| {
            let mut picture = golden("cutout");
            for pixel in picture.data.chunks_exact_mut(4).filter(|pixel| pixel[3] == 0) {
                pixel[..3].fill(hidden);
            }
            grow(picture, radius)
        };
        assert_within(&hide(255), &hide(0), 0);
    }
}

#[test]
fn a_radius_of_0_keeps_every_byte() {
    for channels in [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba] {
        let picture = grain(9, 7, channels);
        assert_eq!(grow(picture.clone(), 0), picture);
    }
}
