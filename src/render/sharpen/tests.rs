use super::*;
use crate::codecs::bitmap::Channels;

fn gray(width: u32, data: Vec<u8>) -> Bitmap {
    Bitmap { width, height: data.len() as u32 / width, channels: Channels::Gray, data }
}

fn mask(amount: f64, radius: f64, threshold: u8) -> UnsharpMask {
    UnsharpMask { amount, radius, threshold, mono: false }
}

#[test]
fn row_117_sharpen_makes_110_amid_100s_120() {
    // (16 * 110 - 8 * 100) / 8 = 120
    let mut data = vec![100; 25];
    data[12] = 110;
    let out = sharpen(&gray(5, data));
    assert_eq!(out.data[12], 120);
    // its neighbour: (16 * 100 - 7 * 100 - 110) / 8 = 98.75
    assert_eq!(out.data[11], 99);
    assert_eq!(out.data[0], 100);
}

#[test]
fn row_114_usm_applies_from_the_threshold_on() {
    // v = 100, b = 90, amount 1.5: 100 + 1.5 * 10 = 115
    assert_eq!(masked(100, 10.0, mask(1.5, 1.0, 10)), 115);
    assert_eq!(masked(100, 10.0, mask(1.5, 1.0, 11)), 100);
    assert_eq!(masked(100, -10.0, mask(1.5, 1.0, 10)), 85);
}

#[test]
fn flat_areas_are_unchanged_exactly() {
    for value in [0, 1, 77, 128, 254, 255] {
        let flat = gray(40, vec![value; 40 * 40]);
        assert_eq!(sharpen(&flat), flat);
        for radius in [0.3, 1.0, 5.0, 12.0, 250.0] {
            assert_eq!(unsharp(flat.clone(), mask(5.0, radius, 0), 1.0), flat, "radius {radius}");
        }
    }
}

#[test]
fn usm_of_a_step_edge_equals_the_float_formula() {
    // cases O-20. Reference: out = in + amount * (in - gauss(in)) in f64 with
    // the sampled Gaussian, written out here; 1 level for its rounding.
    let data: Vec<u8> = (0..40 * 3).map(|i| if i % 40 < 20 { 100 } else { 150 }).collect();
    let out = unsharp(gray(40, data.clone()), mask(1.0, 1.0, 0), 1.0);
    for x in 0..40i64 {
        let weight = |k: i64| (-((k * k) as f64) / 2.0).exp();
        let total: f64 = (-8..=8).map(weight).sum();
        let soft: f64 =
            (-8..=8).map(|k| f64::from(data[(x + k).clamp(0, 39) as usize]) * weight(k)).sum();
        let value = f64::from(data[x as usize]);
        let exact = value + (value - soft / total);
        let got = f64::from(out.data[40 + x as usize]);
        assert!((got - exact).abs() <= 1.0, "x {x}: {got} instead of {exact}");
    }
}

#[test]
fn mono_keeps_the_differences_between_the_colours() {
    let mut data = [100u8, 50, 20].repeat(15);
    data.extend([130, 80, 50].repeat(15));
    let picture = Bitmap { width: 30, height: 1, channels: Channels::Rgb, data };
    let out = unsharp(picture, UnsharpMask { mono: true, ..mask(2.0, 1.5, 0) }, 1.0);
    for pixel in out.data.chunks_exact(3) {
        // one and the same amount is added to R, G and B; 1 level for rounding
        assert!((i32::from(pixel[0]) - i32::from(pixel[1]) - 50).abs() <= 1, "{pixel:?}");
    }
    assert!(out.data[14 * 3] < 100 && out.data[15 * 3] > 130, "the edge is sharper");
}

#[test]
fn the_radius_is_scaled_by_the_reduction() {
    // 02 §8 row 116: radius 5 at s = 0.2 is sigma 1
    let data: Vec<u8> = (0..30).map(|x| if x < 15 { 100 } else { 150 }).collect();
    let scaled = unsharp(gray(30, data.clone()), mask(1.0, 5.0, 0), 0.2);
    let plain = unsharp(gray(30, data), mask(1.0, 1.0, 0), 1.0);
    assert_eq!(scaled, plain);
}

#[test]
fn a_radius_or_amount_of_0_has_no_effect() {
    let picture = gray(4, vec![1, 200, 3, 90]);
    assert_eq!(unsharp(picture.clone(), mask(5.0, 0.0, 0), 1.0), picture);
    assert_eq!(unsharp(picture.clone(), mask(0.0, 5.0, 0), 1.0), picture);
}

#[test]
fn colours_are_not_sharpened_against_transparent_pixels() {
    let mut data = [200u8, 255].repeat(10);
    data.extend([0, 0].repeat(10));
    let picture = Bitmap { width: 20, height: 1, channels: Channels::GrayAlpha, data };
    assert_eq!(sharpen(&picture), picture);
    assert_eq!(unsharp(picture.clone(), mask(3.0, 2.0, 0), 1.0), picture);
}
