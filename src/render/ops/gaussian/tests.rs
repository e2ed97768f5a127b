use super::super::golden::{golden, psnr, zone_plate};
use super::*;
use crate::codecs::bitmap::Channels;

/// The filtered picture, not rounded.
fn soft(picture: &Bitmap, sigma: f64, edge: Edge) -> Vec<f32> {
    let mut out = vec![];
    blurred(&mut picture.clone(), sigma, edge, |_, row| out.extend_from_slice(row));
    out
}

/// A Gaussian of eight sigma in double precision, straight from its definition.
fn exact(picture: &Bitmap, sigma: f64, edge: Edge) -> Vec<f64> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let values: Vec<f64> = picture.data.iter().map(|value| f64::from(*value)).collect();
    let rows = exact_rows(&transposed(&values, width), height, sigma, edge);
    exact_rows(&transposed(&rows, height), width, sigma, edge)
}

fn transposed(values: &[f64], width: usize) -> Vec<f64> {
    let column = |x: usize| values.iter().skip(x).step_by(width).copied();
    (0..width).flat_map(column).collect()
}

fn exact_rows(values: &[f64], length: usize, sigma: f64, edge: Edge) -> Vec<f64> {
    let reach = (8.0 * sigma).ceil() as i64;
    let weight = |x: i64| (-((x * x) as f64) / (2.0 * sigma * sigma)).exp();
    let total: f64 = (-reach..=reach).map(weight).sum();
    // what each value of a row gives to the one at `at`
    let shares = |at: usize| {
        let mut shares = vec![0.0; length];
        for offset in -reach..=reach {
            let from = at as i64 + offset;
            let inside = from.clamp(0, length as i64 - 1);
            if edge == Edge::Replicated || inside == from {
                shares[inside as usize] += weight(offset) / total;
            }
        }
        shares
    };
    let matrix: Vec<Vec<f64>> = (0..length).map(shares).collect();
    let sum = |row: &[f64], shares: &[f64]| row.iter().zip(shares).map(|(a, b)| a * b).sum();
    let filtered = |row| matrix.iter().map(move |shares| sum(row, shares));
    values.chunks_exact(length).flat_map(filtered).collect()
}

#[test]
fn photographs_and_zone_plates_are_70_db_from_a_double_precision_gaussian() {
    // a gray photograph: the green of the scene
    let scene = golden("scene");
    let data = scene.data.chunks_exact(3).map(|pixel| pixel[1]).collect();
    let photograph = Bitmap { channels: Channels::Gray, data, ..scene };
    for picture in [zone_plate(100), photograph] {
        for edge in [Edge::Replicated, Edge::Transparent] {
            for sigma in [0.3, 1.0, 2.0, 4.2, 4.3, 5.6, 5.7, 9.0, 17.0, 33.3, 100.0, 250.0] {
                let exact = exact(&picture, sigma, edge);
                let soft = soft(&picture, sigma, edge);
                let soft: Vec<f64> = soft.into_iter().map(f64::from).collect();
                let pairs = || exact.iter().copied().zip(soft.iter().copied());
                let worst = pairs().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                // 255 levels in two directions, of the weights 1e-4 for the
                // reduction and 6e-5 a filter for the cut at four sigma
                assert!(worst < 0.1, "sigma {sigma} {edge:?}: {worst}");
                let quality = psnr(pairs());
                assert!(quality > 70.0, "sigma {sigma} {edge:?}: {quality} dB");
                // rounding to 8 bits costs 0.5 levels at worst: 54.2 dB
                let quality = psnr(pairs().map(|(a, b)| (a, (b + 0.5).floor())));
                assert!(quality > 54.0, "sigma {sigma} {edge:?}: {quality} dB");
            }
        }
    }
}

/// Half of a step seen through a Gaussian is its distribution function, here
/// by numeric integration.
fn distribution(distance: f64, sigma: f64) -> f64 {
    let steps = 20_000;
    let width = (distance + 8.0 * sigma) / f64::from(steps);
    let density =
        |x: f64| (-x * x / (2.0 * sigma * sigma)).exp() / (sigma * std::f64::consts::TAU.sqrt());
    (0..steps).map(|i| density((f64::from(i) + 0.5) * width - 8.0 * sigma) * width).sum()
}

#[test]
fn a_step_becomes_the_distribution_function() {
    let data = (0..4000).map(|at| if at % 1000 < 500 { 100 } else { 150 }).collect();
    let picture = Bitmap { width: 1000, height: 4, channels: Channels::Gray, data };
    for sigma in [2.0, 5.0, 6.0, 17.0, 60.0] {
        let soft = soft(&picture, sigma, Edge::Replicated);
        for x in [300, 450, 490, 499, 500, 505, 560, 700u16] {
            let exact = 100.0 + 50.0 * distribution(f64::from(x) + 0.5 - 500.0, sigma);
            let difference = f64::from(soft[usize::from(x) + 1000]) - exact;
            // pixels are samples: next to the step at sigma 2 they sum up to
            // 0.5 - 0.19947 / 2 = 0.4003, the integral is 0.4013
            assert!(difference.abs() < 0.06, "sigma {sigma} x {x}: {difference}");
        }
    }
}

#[test]
fn transparent_pixels_lend_no_colour() {
    let mut data = [200, 255].repeat(50);
    data.extend([77, 0].repeat(50));
    let picture = Bitmap { width: 100, height: 1, channels: Channels::GrayAlpha, data };
    for sigma in [2.0, 9.0, 60.0] {
        for edge in [Edge::Replicated, Edge::Transparent] {
            let soft = soft(&picture, sigma, edge);
            for pixel in soft.chunks_exact(2).filter(|pixel| pixel[1] > 0.0) {
                // two thousandths of a level: single precision
                assert!((pixel[0] - 200.0).abs() < 0.002, "sigma {sigma}: {pixel:?}");
            }
        }
    }
}

#[test]
fn flat_pictures_stay_flat_to_the_edge() {
    for (width, height) in [(1, 1), (1, 90), (90, 1), (2, 3), (64, 64)] {
        let data = vec![201; width as usize * height as usize];
        let picture = Bitmap { width, height, channels: Channels::Gray, data };
        for sigma in [1e-300, 0.01, 0.5, 3.0, 5.0, 40.0, 250.0] {
            for value in soft(&picture, sigma, Edge::Replicated) {
                assert!((value - 201.0).abs() < 0.002, "{width} x {height} {sigma}: {value}");
            }
        }
    }
}

#[test]
fn rows_are_handed_over_as_they_were() {
    for sigma in [1.0, 30.0] {
        let mut picture = zone_plate(40);
        let before = picture.clone();
        let mut y = 0;
        blurred(&mut picture, sigma, Edge::Replicated, |row, _| {
            assert_eq!(row, before.row(y));
            row.fill(0);
            y += 1;
        });
        assert_eq!(y, 40);
    }
}

#[test]
fn no_sigma_is_no_blur() {
    for sigma in [0.0, -1.0, f64::NAN] {
        blurred(&mut zone_plate(4), sigma, Edge::Replicated, |_, _| panic!("sigma {sigma}"));
    }
    assert_eq!(soft(&zone_plate(4), f64::INFINITY, Edge::Replicated).len(), 16);
}
