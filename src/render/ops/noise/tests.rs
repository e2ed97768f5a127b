use super::super::golden::{assert_within, golden};
use super::*;
use crate::codecs::bitmap::Channels;

use Distribution::{Gaussian, Uniform};

fn flat(value: u8, channels: Channels) -> Bitmap {
    let mut picture = Bitmap::zeroed(400, 300, channels);
    picture.data.fill(value);
    picture
}

/// The noise itself, of a gray that nothing drives to the ends.
fn sample(percent: u8, distribution: Distribution, seed: u64) -> Vec<f64> {
    let out = noise(flat(128, Channels::Rgb), percent, distribution, false, seed);
    out.data.iter().map(|value| f64::from(*value) - 128.0).collect()
}

fn moment(values: &[f64], power: i32) -> f64 {
    values.iter().map(|value| value.powi(power)).sum::<f64>() / values.len() as f64
}

/// Greatest distance between the share of values up to a level and `exact`.
fn kolmogorov(values: &[f64], exact: impl Fn(f64) -> f64) -> f64 {
    let mut counts = [0u32; 256];
    for value in values {
        counts[(value + 128.0) as usize] += 1;
    }
    let mut passed = 0;
    let distances = counts.iter().zip(-128i16..).map(|(count, step)| {
        passed += count;
        let share = f64::from(passed) / values.len() as f64;
        (share - exact(f64::from(step) + 0.5)).abs()
    });
    distances.fold(0.0, f64::max)
}

/// Normal distribution by numeric integration.
fn normal(x: f64) -> f64 {
    let width = (x + 9.0) / 4000.0;
    let density = |at: f64| (-at * at / 2.0).exp() / std::f64::consts::TAU.sqrt();
    (0..4000).map(|i| density((f64::from(i) + 0.5) * width - 9.0) * width).sum()
}

#[test]
fn uniform_noise_is_even_within_2_55_levels_a_percent() {
    for percent in [1, 7, 20, 40] {
        let values = sample(percent, Uniform, 1);
        let half = 2.55 * f64::from(percent);
        assert!(values.iter().all(|value| value.abs() <= (half + 0.5).floor()));
        // 360,000 values: 1.95 / sqrt(n) = 0.0033 is passed once in a thousand
        let distance = kolmogorov(&values, |x| ((x + half) / (2.0 * half)).clamp(0.0, 1.0));
        assert!(distance < 0.0033, "{percent}: {distance}");
        // variance of the distribution and of rounding
        let variance = half * half / 3.0 + if percent > 1 { 1.0 / 12.0 } else { 0.0 };
        if percent > 1 {
            assert!((moment(&values, 2) / variance - 1.0).abs() < 0.01, "{percent}");
        }
    }
}

#[test]
fn gaussian_noise_has_half_the_deviation_and_the_tails() {
    for percent in [1, 7, 20, 30] {
        let values = sample(percent, Gaussian, 2);
        let deviation = 2.55 * f64::from(percent) / 2.0;
        let distance = kolmogorov(&values, |x| normal(x / deviation));
        assert!(distance < 0.0033, "{percent}: {distance}");
        let variance = deviation * deviation + 1.0 / 12.0;
        // standard error of the variance: sqrt(2 / n) = 0.24 %
        assert!((moment(&values, 2) / variance - 1.0).abs() < 0.01, "{percent}");
        if percent >= 7 {
            // three for a normal distribution; standard error sqrt(24 / n) = 0.008
            let kurtosis = moment(&values, 4) / moment(&values, 2).powi(2);
            assert!((kurtosis - 3.0).abs() < 0.05, "{percent}: {kurtosis}");
        }
    }
}

#[test]
fn the_mean_stays() {
    for (percent, distribution) in [(40, Uniform), (30, Gaussian), (1, Uniform), (1, Gaussian)] {
        let values = sample(percent, distribution, 3);
        let error = (moment(&values, 2) / values.len() as f64).sqrt();
        assert!(moment(&values, 1).abs() < 4.0 * error, "{percent} {distribution:?}");
    }
}

#[test]
fn neighbours_colours_and_seeds_are_not_correlated() {
    let one = sample(20, Gaussian, 4);
    let other = sample(20, Gaussian, 5);
    let product = |a: &[f64], b: &[f64]| {
        let sum: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        sum / a.len() as f64 / moment(a, 2)
    };
    // standard error 1 / sqrt(n) = 0.0017; next colour, next pixel, pixel below
    for offset in [1, 2, 3, 6, 400 * 3] {
        let correlation = product(&one[..one.len() - offset], &one[offset..]);
        assert!(correlation.abs() < 0.01, "offset {offset}: {correlation}");
    }
    assert!(product(&one, &other).abs() < 0.01);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(sample(20, Uniform, 6), sample(20, Uniform, 6));
    assert_ne!(sample(20, Uniform, 6), sample(20, Uniform, 7));
}

#[test]
fn equals_splitmix_draws_through_the_quantiles_of_scipy() {
    for (name, distribution) in [("uniform", Uniform), ("gaussian", Gaussian)] {
        let got = noise(golden("cutout"), 40, distribution, false, 0x0ff9);
        // a quantile half-way between two levels may fall to either
        assert_within(&got, &golden(&format!("noise-{name}")), 1);
        let exact = got.data.iter().zip(golden(&format!("noise-{name}")).data);
        assert!(exact.filter(|(a, b)| **a != *b).count() < 10, "{name}");
    }
}

#[test]
fn mono_moves_all_colours_of_a_pixel_alike() {
    let out = noise(flat(128, Channels::Rgb), 20, Uniform, true, 8);
    assert!(out.data.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    let out = noise(flat(128, Channels::Rgb), 20, Uniform, false, 8);
    assert!(out.data.chunks_exact(3).any(|pixel| pixel[0] != pixel[1]));
}

#[test]
fn gray_ignores_mono() {
    let gray = flat(128, Channels::Gray);
    assert_eq!(noise(gray.clone(), 20, Uniform, true, 9), noise(gray, 20, Uniform, false, 9));
}

#[test]
fn alpha_and_transparent_pixels_stay() {
    let mut picture = flat(100, Channels::Rgba);
    for (pixel, alpha) in picture.data.chunks_exact_mut(4).zip([0, 1, 128, 255].repeat(30_000)) {
        pixel[3] = alpha;
    }
    let out = noise(picture.clone(), 60, Gaussian, false, 10);
    for (before, after) in picture.data.chunks_exact(4).zip(out.data.chunks_exact(4)) {
        assert_eq!(before[3], after[3]);
        assert!(before[3] > 0 || before == after);
    }
    assert_ne!(picture, out);
}

#[test]
fn white_and_black_saturate_and_do_not_wrap() {
    for value in [0, 255] {
        let out = noise(flat(value, Channels::Gray), 10, Uniform, false, 11);
        assert!(out.data.iter().all(|noisy| noisy.abs_diff(value) <= 26));
        let kept = out.data.iter().filter(|noisy| **noisy == value).count() as f64;
        assert!((kept / out.data.len() as f64 - 0.5).abs() < 0.02, "{kept}");
    }
}
