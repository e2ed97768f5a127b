use super::super::golden::{assert_within, golden};
use super::*;
use crate::codecs::bitmap::Channels;

fn gray(width: u32, data: Vec<u8>) -> Bitmap {
    Bitmap { width, height: data.len() as u32 / width, channels: Channels::Gray, data }
}

#[test]
fn row_117_sharpen_makes_110_amid_100s_120() {
    // (16 * 110 - 8 * 100) / 8 = 120
    let mut data = vec![100; 25];
    data[12] = 110;
    let out = sharpen(gray(5, data));
    assert_eq!(out.data[12], 120);
    // its neighbour: (16 * 100 - 7 * 100 - 110) / 8 = 98.75
    assert_eq!(out.data[11], 99);
    assert_eq!(out.data[0], 100);
}

#[test]
fn flat_areas_are_unchanged_exactly() {
    for value in [0, 1, 77, 128, 254, 255] {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (40, 40)] {
            let flat = gray(width, vec![value; (width * height) as usize]);
            assert_eq!(sharpen(flat.clone()), flat);
        }
    }
}

#[test]
fn equals_the_kernel_correlated_by_scipy() {
    assert_within(&sharpen(golden("scene")), &golden("sharpen"), 0);
}

#[test]
fn colours_weigh_by_the_alpha_of_their_pixel() {
    let data = vec![100, 255, 100, 255, 60, 85];
    let out =
        sharpen(Bitmap { width: 3, height: 1, channels: Channels::GrayAlpha, data: data.clone() });
    // neighbours: 3 * (100, 255), 2 * (100, 255), 3 * (60, 85)
    let mean = (5.0 * 100.0 * 255.0 + 3.0 * 60.0 * 85.0) / (5.0 * 255.0 + 3.0 * 85.0);
    assert_eq!(f64::from(out.data[2]), (200.0f64 - mean + 0.5).floor());
    // alpha: 2 * 255 - (5 * 255 + 3 * 85) / 8 = 318.75
    assert_eq!(out.data[3], 255);
    // 2 * 85 - (5 * 85 + 3 * 255) / 8 = 21.25
    assert_eq!(out.data[5], 21);
}

#[test]
fn colours_are_not_sharpened_against_transparent_pixels() {
    let mut data = [200u8, 255].repeat(10);
    data.extend([0, 0].repeat(10));
    let picture = Bitmap { width: 20, height: 1, channels: Channels::GrayAlpha, data };
    assert_eq!(sharpen(picture.clone()), picture);
}
