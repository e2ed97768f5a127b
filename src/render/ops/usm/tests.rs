use super::super::golden::golden;
use super::*;
use crate::codecs::bitmap::Channels;

fn gray(width: u32, data: Vec<u8>) -> Bitmap {
    Bitmap { width, height: data.len() as u32 / width, channels: Channels::Gray, data }
}

#[test]
fn row_114_usm_applies_from_the_threshold_on() {
    // v = 100, b = 90, amount 1.5: 100 + 1.5 * 10 = 115
    assert_eq!(masked(100, 10.0, 1.5, 10), 115);
    assert_eq!(masked(100, 10.0, 1.5, 11), 100);
    assert_eq!(masked(100, -10.0, 1.5, 10), 85);
}

#[test]
fn equals_the_formula_on_the_gaussian_filter_of_scipy() {
    for source in ["scene", "cutout"] {
        for mono in [false, true] {
            let got = usm(golden(source), 1.5, 6.0, 9, mono);
            let expected = golden(&format!("usm-{source}-mono-{}", u8::from(mono)));
            let n = got.channels.count();
            let mut beyond = 0;
            for (a, b) in got.data.chunks_exact(n).zip(expected.data.chunks_exact(n)) {
                if n == 3 || b[3] > 0 {
                    beyond += a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > 1).count();
                }
            }
            // a difference of 9 but for the last bits is a jump of 13 levels
            assert!(beyond <= 2, "{source} {mono}: {beyond}");
        }
    }
}

#[test]
fn flat_areas_are_unchanged_exactly() {
    for value in [0, 1, 77, 128, 254, 255] {
        let flat = gray(40, vec![value; 40 * 40]);
        for radius in [0.3, 1.0, 5.0, 12.0, 250.0] {
            assert_eq!(usm(flat.clone(), 5.0, radius, 0, false), flat, "radius {radius}");
        }
    }
}

#[test]
fn a_step_edge_equals_the_float_formula() {
    // cases O-20. Reference: out = in + amount * (in - gauss(in)) in f64 with
    // the sampled Gaussian, written out here; 1 level for its rounding.
    let data: Vec<u8> = (0..40 * 3).map(|i| if i % 40 < 20 { 100 } else { 150 }).collect();
    let out = usm(gray(40, data.clone()), 1.0, 1.0, 0, false);
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
    let out = usm(picture, 2.0, 1.5, 0, true);
    for pixel in out.data.chunks_exact(3) {
        // one and the same amount is added to R, G and B; 1 level for rounding
        assert!((i32::from(pixel[0]) - i32::from(pixel[1]) - 50).abs() <= 1, "{pixel:?}");
    }
    assert!(out.data[14 * 3] < 100 && out.data[15 * 3] > 130, "the edge is sharper");
}

#[test]
fn gray_ignores_mono() {
    let picture = gray(6, vec![1, 200, 3, 90, 77, 5]);
    assert_eq!(usm(picture.clone(), 2.0, 1.0, 3, true), usm(picture, 2.0, 1.0, 3, false));
}

#[test]
fn alpha_is_sharpened_too() {
    let mut data = [50u8, 100].repeat(10);
    data.extend([50, 150].repeat(10));
    let picture = Bitmap { width: 20, height: 1, channels: Channels::GrayAlpha, data };
    let out = usm(picture, 1.0, 1.0, 0, false);
    // half a pixel from the step the Gaussian has 0.6995 of the own side:
    // (1 + weight of the middle 0.39894) / 2; 100 - 50 * 0.3005 = 85
    assert_eq!((out.data[19], out.data[21]), (85, 165));
    assert!(out.data.iter().step_by(2).all(|colour| *colour == 50), "{:?}", out.data);
}

#[test]
fn a_radius_or_amount_of_0_has_no_effect() {
    let picture = gray(4, vec![1, 200, 3, 90]);
    assert_eq!(usm(picture.clone(), 5.0, 0.0, 0, false), picture);
    assert_eq!(usm(picture.clone(), 0.0, 5.0, 0, false), picture);
}

#[test]
fn colours_are_not_sharpened_against_transparent_pixels() {
    let mut data = [200u8, 255].repeat(10);
    data.extend([0, 0].repeat(10));
    let picture = Bitmap { width: 20, height: 1, channels: Channels::GrayAlpha, data };
    assert_eq!(usm(picture.clone(), 3.0, 2.0, 0, false), picture);
}
