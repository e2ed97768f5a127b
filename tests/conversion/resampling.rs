//! Scaling against a plain implementation in double precision (02 §4.2 `resMode`).

use super::commands::plan_of;
use super::*;
use image::{RgbImage, imageops};
use std::f64::consts::PI;

/// The kernels of 02 §4.2 and how far they reach.
fn kernel(mode: &str) -> (fn(f64) -> f64, f64) {
    fn sinc(x: f64) -> f64 {
        if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) }
    }
    fn cubic(x: f64, a: f64) -> f64 {
        match x.abs() {
            x if x < 1.0 => (a + 2.0) * x.powi(3) - (a + 3.0) * x.powi(2) + 1.0,
            x if x < 2.0 => a * (x.powi(3) - 5.0 * x.powi(2) + 8.0 * x - 4.0),
            _ => 0.0,
        }
    }
    match mode {
        "bilin" => (|x| (1.0 - x.abs()).max(0.0), 1.0),
        "bicub" => (|x| cubic(x, -0.5), 2.0),
        "bisharp" => (|x| cubic(x, -1.0), 2.0),
        _ => (|x| if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }, 3.0),
    }
}

/// Along x only, nothing rounded. When it shrinks, the kernel is stretched over the
/// source pixels of an output pixel; pixel centres lie at halves; at the edges the
/// weights of what is there are scaled up to 1.
fn along_x(rows: &[Vec<[f64; 3]>], width: usize, mode: &str) -> Vec<Vec<[f64; 3]>> {
    let (weight, reach) = kernel(mode);
    let from = rows[0].len();
    let step = from as f64 / width as f64;
    let stretch = step.max(1.0);
    let mut out = vec![vec![[0.0; 3]; width]; rows.len()];
    for x in 0..width {
        let centre = (x as f64 + 0.5) * step;
        let first = (centre - reach * stretch).floor().max(0.0) as usize;
        let last = ((centre + reach * stretch).ceil() as usize).min(from);
        let at = |i: usize| weight((i as f64 + 0.5 - centre) / stretch);
        let weights: Vec<f64> = (first..last).map(at).collect();
        let sum: f64 = weights.iter().sum();
        for (row, to) in rows.iter().zip(&mut out) {
            for (pixel, weight) in row[first..last].iter().zip(&weights) {
                for c in 0..3 {
                    to[x][c] += pixel[c] * weight / sum;
                }
            }
        }
    }
    out
}

fn turned(rows: &[Vec<[f64; 3]>]) -> Vec<Vec<[f64; 3]>> {
    (0..rows[0].len()).map(|x| rows.iter().map(|row| row[x]).collect()).collect()
}

fn reference(source: &RgbImage, width: u32, height: u32, mode: &str) -> Vec<[f64; 3]> {
    let rows: Vec<Vec<[f64; 3]>> =
        source.rows().map(|row| row.map(|pixel| pixel.0.map(f64::from)).collect()).collect();
    let wide = along_x(&rows, width as usize, mode);
    turned(&along_x(&turned(&wide), height as usize, mode)).concat()
}

/// Peak signal-to-noise ratio in dB.
fn psnr(ours: &RgbImage, reference: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    for (pixel, exact) in ours.pixels().zip(reference) {
        for c in 0..3 {
            let off = f64::from(pixel[c]) - exact[c].clamp(0.0, 255.0);
            sum += off * off;
        }
    }
    10.0 * (255.0 * 255.0 * (reference.len() * 3) as f64 / sum).log10()
}

/// cos(k r²), finer towards the rim up to the limit of the grid.
fn zone_plate(side: u32) -> RgbImage {
    let half = f64::from(side) / 2.0;
    RgbImage::from_fn(side, side, |x, y| {
        let (dx, dy) = (f64::from(x) + 0.5 - half, f64::from(y) + 0.5 - half);
        let wave = (PI * (dx * dx + dy * dy) / f64::from(side)).cos();
        image::Rgb([(127.5 + 127.5 * wave).round() as u8; 3])
    })
}

/// A part of a photograph, as large as the debug build can take.
fn photograph(name: &str) -> RgbImage {
    let path = format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    let whole = image::open(path).unwrap().to_rgb8();
    imageops::crop_imm(&whole, 60, 40, 256, 192).to_image()
}

/// At least 50 dB. Rounding to whole levels alone gives 10 log10(255² * 12) = 58.9;
/// the weights of the integer arithmetic and the rounding between the two passes take
/// the rest.
#[test]
fn every_mode_is_within_50_db_of_double_precision() {
    let sources =
        [photograph("chelsea.png"), photograph("coffee.png"), photograph("astronaut.png")];
    for source in sources.iter().chain([&zone_plate(200)]) {
        let (width, height) = source.dimensions();
        let bytes = png(source.clone());
        for mode in ["bilin", "bicub", "sharp2", "bisharp"] {
            for (w, h) in [(width / 3, height / 3), (150, 101), (width * 2, height * 3 / 2)] {
                let text = format!("wid={w}&hei={h}&fit=stretch,1&resMode={mode}&fmt=png");
                let ours = picture(&done(&bytes, &plan_of(&text)).bytes).to_rgb8();
                let found = psnr(&ours, &reference(source, w, h, mode));
                assert!(found >= 50.0, "{text}: {found:.1} dB");
            }
        }
    }
}

/// A picture of 1 x 1 or of two thousand by four comes out whole.
#[test]
fn the_smallest_and_the_longest() {
    let dot = png(RgbImage::from_pixel(1, 1, image::Rgb([9, 90, 200])));
    for mode in ["bilin", "bicub", "sharp2", "bisharp"] {
        let text = format!("wid=7&hei=3&fit=stretch,1&resMode={mode}&fmt=png");
        let out = picture(&done(&dot, &plan_of(&text)).bytes).to_rgb8();
        assert!(out.pixels().all(|pixel| pixel.0 == [9, 90, 200]), "{text}");
        let long = RgbImage::from_fn(2000, 4, |x, y| image::Rgb([(x / 8) as u8, y as u8 * 60, 7]));
        let text = format!("wid=100&resMode={mode}&fmt=png");
        let out = done(&png(long), &plan_of(&text));
        assert_eq!((out.width, out.height), (100, 1), "4 * 100 / 2000 = 0.2, at least 1");
    }
}

/// Cases O-19: levels are mixed as they are stored, not in linear light (which would
/// give 187.5). docs/colour.md says so.
#[test]
fn fine_black_and_white_is_mixed_as_stored() {
    let board = RgbImage::from_fn(512, 512, |x, y| image::Rgb([((x + y) % 2) as u8 * 255; 3]));
    for mode in ["bilin", "bicub", "sharp2", "bisharp"] {
        let text = format!("wid=32&resMode={mode}&fmt=png");
        let out = picture(&done(&png(board.clone()), &plan_of(&text)).bytes).to_luma8();
        let mean = out.iter().map(|v| f64::from(*v)).sum::<f64>() / 1024.0;
        assert!((mean - 127.5).abs() <= 1.0, "{text}: {mean}");
    }
}

/// A step stays where it is: half a pixel of shift would move its middle.
#[test]
fn edges_do_not_move() {
    let step = RgbImage::from_fn(600, 8, |x, _| image::Rgb([if x < 300 { 0 } else { 255 }; 3]));
    let bytes = png(step);
    for mode in ["bilin", "bicub", "sharp2", "bisharp"] {
        for width in [60, 100, 200, 1200] {
            let text = format!("wid={width}&hei=8&fit=stretch,1&resMode={mode}&fmt=png");
            let out = picture(&done(&bytes, &plan_of(&text)).bytes).to_luma8();
            // the mean of a row is the share of it that is white
            let sum: f64 = out.pixels().map(|p| f64::from(p[0])).sum::<f64>() / 8.0 / 255.0;
            let off = (sum - f64::from(width) / 2.0).abs();
            assert!(off < 0.2, "{text}: {off}");
            for x in 0..width / 2 {
                let pair = u16::from(out.get_pixel(x, 4)[0])
                    + u16::from(out.get_pixel(width - 1 - x, 4)[0]);
                assert!(pair.abs_diff(255) <= 1, "{text}: not even at {x}: {pair}");
            }
        }
    }
}

/// JPEG is decoded at a half, a quarter or an eighth where that is enough: the size is
/// the same as of the same picture in PNG (cases O-14) and the pixels are within 40 dB.
/// The view may show only a part of the scaled picture, which is then finer than the
/// output's size tells.
#[test]
fn scaled_decoding_changes_neither_size_nor_picture() {
    const VIEWS: [&str; 12] = [
        "wid=40",
        "wid=79",
        "wid=79&resMode=bilin",
        "wid=100&resMode=bicub",
        "wid=159",
        "wid=213&resMode=bisharp",
        "rgn=200,100,150,150&wid=60",
        "wid=500&rect=100,50,40,40",
        "wid=30&hei=100&fit=crop",
        "scl=4&rect=20,20,60,50",
        "wid=70&rotate=90&flip=lr",
        "size=90,0&op_brightness=10",
    ];
    // rocket.jpg is in Adobe RGB: kept in it, so that nothing is converted twice
    for (name, profile) in [("rocket.jpg", "&icc=AdobeRGB"), ("hubble_deep_field.jpg", "")] {
        let path = format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
        let jpeg = std::fs::read(path).unwrap();
        // at full size nothing is scaled, so this is the full path's source
        let whole = picture(&done(&jpeg, &plan_of(&format!("fmt=png{profile}"))).bytes).to_rgb8();
        let whole = png(whole);
        for view in VIEWS {
            let small = done(&jpeg, &plan_of(&format!("{view}{profile}&fmt=png")));
            let full = done(&whole, &plan_of(&format!("{view}&fmt=png")));
            assert_eq!((small.width, small.height), (full.width, full.height), "{name} {view}");
            let full = picture(&full.bytes).to_rgb8();
            let full: Vec<_> = full.pixels().map(|pixel| pixel.0.map(f64::from)).collect();
            let found = psnr(&picture(&small.bytes).to_rgb8(), &full);
            assert!(found >= 40.0, "{name} {view}: {found:.1} dB");
        }
    }
}
