use super::golden::{differences, golden};
use super::*;

/// Weights have 1024 places a pixel: at the steepest edge, 255 levels of a kernel
/// whose slope is below 2 a pixel, that is 255 * 2 / 2048 = 0.25 levels, and both
/// sides round. At the border the reference counts 256 points a pixel: 16 along
/// the edge's profile, so up to 255 / 32 levels of opacity.
#[test]
fn each_filter_equals_its_reference() {
    for (name, degrees) in [("cutout", 30.0), ("cutout", -77.5), ("scene", 30.0)] {
        for (mode, word) in MODES.into_iter().zip(["bilin", "bicub", "sharp2", "bisharp"]) {
            let got = turned(&golden(name), degrees, mode);
            let expected = golden(&format!("turned-{name}-{degrees}-{word}"));
            let worst = differences(&got, &expected);
            let tolerance = if name == "scene" { (8.0, 8) } else { (2.0, 2) };
            assert!(
                worst.0 <= tolerance.0 && worst.1 <= tolerance.1,
                "{name} {degrees} {word}: {worst:?}"
            );
            let inner = got.data.chunks_exact(4).zip(expected.data.chunks_exact(4));
            let inner = inner.filter(|(a, b)| a[3] == 255 && b[3] == 255);
            let off = inner.flat_map(|(a, b)| (0..3).map(|c| a[c].abs_diff(b[c]))).max();
            assert!(off <= Some(1), "{name} {degrees} {word}: {off:?}");
        }
    }
}

/// Pillow computes its filter in double precision at the same pixel centres; both
/// round once.
#[test]
fn bisharp_equals_the_bicubic_of_pillow_inside() {
    let got = turned(&golden("scene"), 30.0, ResMode::Bisharp);
    let expected = golden("pillow-turned-30-bisharp");
    assert_eq!((got.width, got.height), (expected.width, expected.height));
    let (mut compared, mut worst) = (0, 0);
    for y in 3..got.height - 3 {
        for x in 3..got.width - 3 {
            let pixel = |dx: i64, dy: i64| {
                let (x, y) = ((i64::from(x) + dx) as usize, (i64::from(y) + dy) as usize);
                &got.data[(y * got.width as usize + x) * 4..][..4]
            };
            // its border is treated another way
            let inner = (-3..=3).all(|d| pixel(d, 0)[3] == 255 && pixel(0, d)[3] == 255);
            if inner {
                let at = (y * got.width + x) as usize * 3;
                for c in 0..3 {
                    worst = worst.max(pixel(0, 0)[c].abs_diff(expected.data[at + c]));
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 1500, "{compared}");
    assert!(worst <= 1, "{worst}");
}

/// Rounding to bytes alone gives 20 log10(255 / 0.289) = 58.9 dB; a shift of a
/// hundredth of a pixel would give 43 dB on this plate.
#[test]
fn a_turned_zone_plate_is_at_least_55_db_from_double_precision() {
    use std::f64::consts::PI;
    let size = 256u32;
    let plate = |x: u32, y: u32| {
        let square = f64::from(x * x + y * y);
        (127.5 + 127.5 * (square * PI / 2.0 / f64::from(size)).sin()).round() as u8
    };
    let data = (0..size * size).map(|at| plate(at % size, at / size)).collect();
    let picture = Bitmap { width: size, height: size, channels: Channels::Gray, data };
    let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
    let lanczos = move |x: f64| if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 };
    let (sin, cos) = 17f64.to_radians().sin_cos();
    let got = turned(&picture, 17.0, ResMode::Sharp2);
    let half = f64::from(size) / 2.0 * (sin + cos);
    let mut pairs = Vec::new();
    for y in 0..got.height {
        for x in 0..got.width {
            let at = (y * got.width + x) as usize * 2;
            if got.data[at + 1] < 255 {
                continue;
            }
            let (dx, dy) = (f64::from(x) + 0.5 - half, f64::from(y) + 0.5 - half);
            let u = cos * dx + sin * dy + f64::from(size) / 2.0 - 0.5;
            let v = cos * dy - sin * dx + f64::from(size) / 2.0 - 0.5;
            let (mut sum, mut total) = (0.0, 0.0);
            for j in v.floor() as i64 - 2..=v.floor() as i64 + 3 {
                for i in u.floor() as i64 - 2..=u.floor() as i64 + 3 {
                    let weight = lanczos(u - i as f64) * lanczos(v - j as f64);
                    let inside = |at: i64| at.clamp(0, i64::from(size) - 1) as u32;
                    sum += weight * f64::from(plate(inside(i), inside(j)));
                    total += weight;
                }
            }
            pairs.push((f64::from(got.data[at]), (sum / total).clamp(0.0, 255.0)));
        }
    }
    assert!(pairs.len() > 60_000);
    let psnr = psnr(pairs.into_iter());
    assert!(psnr >= 55.0, "{psnr}");
}

#[test]
fn quarter_turns_move_pixels_clockwise() {
    let data = vec![1, 2, 3, 4, 5, 6];
    let picture = Bitmap { width: 3, height: 2, channels: Channels::Gray, data };
    let cases: [(f64, u32, [u8; 6]); 6] = [
        (0.0, 3, [1, 2, 3, 4, 5, 6]),
        (90.0, 2, [4, 1, 5, 2, 6, 3]),
        (180.0, 3, [6, 5, 4, 3, 2, 1]),
        (270.0, 2, [3, 6, 2, 5, 1, 4]),
        (-90.0, 2, [3, 6, 2, 5, 1, 4]),
        (450.0, 2, [4, 1, 5, 2, 6, 3]),
    ];
    for (degrees, width, data) in cases {
        let got = turned(&picture, degrees, ResMode::Sharp2);
        assert_eq!((got.width, got.channels, &got.data[..]), (width, Channels::Gray, &data[..]));
    }
}

#[test]
fn four_quarter_turns_are_none() {
    for channels in CHANNELS {
        for (width, height) in [(1, 1), (70, 45), (2000, 4)] {
            let picture = grain(width, height, channels);
            let quarter = |p: &Bitmap| turned(p, 90.0, ResMode::Bilin);
            let half = quarter(&quarter(&picture));
            assert_eq!(half, turned(&picture, 180.0, ResMode::Bilin));
            assert_eq!(quarter(&quarter(&half)), picture);
        }
    }
}

/// Turning by almost a quarter must give nearly the pixels of the quarter turn: no
/// shift by a part of a pixel. 0.001 degrees move the border of 60 pixels by
/// 0.0005 pixels, 0.13 levels at most.
#[test]
fn almost_a_quarter_turn_is_not_shifted() {
    for mode in MODES {
        let picture = golden("scene");
        let exact = turned(&picture, 90.0, mode).with_alpha();
        let near = turned(&picture, 89.999, mode);
        for y in 0..exact.height {
            for x in 0..exact.width * 4 {
                let (a, b) = (near.row(y)[x as usize], exact.row(y)[x as usize]);
                assert!(a.abs_diff(b) <= 2, "{mode:?} at {x},{y}: {a} {b}");
            }
        }
    }
}

/// What is turned keeps its area: coverage is exact, each of the border pixels is
/// rounded by at most 1 / 510.
#[test]
fn the_area_of_the_picture_is_kept() {
    for (width, height) in [(1, 1), (60, 40), (2000, 4), (3, 700)] {
        for degrees in [0.3, 45.0, 77.7, -120.0, 359.0] {
            for mode in MODES {
                let picture = flat(width, height, Channels::Rgb, &[10, 200, 90]);
                let got = turned(&picture, degrees, mode);
                let expected = f64::from(width * height);
                let border = 3.0 * f64::from(2 * (width + height)) / 510.0;
                let off = (area(&got) - expected).abs();
                assert!(off <= border, "{width} x {height} {degrees}: off by {off}");
            }
        }
    }
}

/// No fringe, no ringing: one colour stays that colour whatever the opacity does.
#[test]
fn a_flat_colour_stays_flat_under_any_opacity() {
    for mode in MODES {
        let mut picture = grain(50, 37, Channels::Rgba);
        for pixel in picture.data.chunks_exact_mut(4) {
            let colour = if pixel[3] == 0 { [60, 255, 60] } else { [128, 20, 240] };
            pixel[..3].copy_from_slice(&colour);
        }
        let got = turned(&picture, 33.0, mode);
        for pixel in got.data.chunks_exact(4).filter(|pixel| pixel[3] > 0) {
            assert_eq!(pixel[..3], [128, 20, 240], "{mode:?}");
        }
        assert!(got.data.chunks_exact(4).any(|pixel| pixel[3] > 200));
    }
}

#[test]
fn layouts_agree_with_each_other() {
    for mode in MODES {
        let gray = grain(40, 30, Channels::GrayAlpha);
        let turned_gray = turned(&gray, 20.0, mode);
        assert_eq!(turned_gray.channels, Channels::GrayAlpha);
        assert_eq!(turned(&gray.to_rgb(), 20.0, mode), turned_gray.to_rgb());
        let opaque = grain(40, 30, Channels::Rgb);
        let with_alpha = turned(&opaque.clone().with_alpha(), 20.0, mode);
        assert_eq!(turned(&opaque, 20.0, mode), with_alpha);
    }
}

#[test]
fn extend_does_not_change_the_turned_pixels() {
    let picture = golden("cutout");
    let mut layer = Layer::default();
    layer.transform.rotate = 30.0;
    let margins = crate::modifiers::plan::Extend::Pixels { left: 7, top: -3, right: 1, bottom: 9 };
    layer.transform.extend = Some(margins);
    let extent = Extent::Picture(SourceFacts::of_size(picture.width, picture.height));
    let geometry = layer_geometry(&layer, &extent, None).unwrap();
    let got = super::super::rotated(picture.clone(), &geometry, ResMode::Bicub);
    let plain = turned(&picture, 30.0, ResMode::Bicub);
    assert_eq!(differences(&got, &plain), (0.0, 0));
}
