//! Against littlecms: the results of `tests/reference/colour.py`.

use std::path::Path;

use super::lut::Point;
use super::pcs;
use super::{Intent, PixelType, Profile, Profiles, Transform};
use crate::codecs::bitmap::{Bitmap, Channels};

/// In the order of the script.
const SETTINGS: [(Intent, bool); 7] = [
    (Intent::Perceptual, false),
    (Intent::Perceptual, true),
    (Intent::Relative, false),
    (Intent::Relative, true),
    (Intent::Saturation, false),
    (Intent::Saturation, true),
    (Intent::Absolute, false),
];

fn golden(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/colour").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shipped(name: &str) -> std::sync::Arc<Profile> {
    let name = match name {
        "srgb" => "sRGB",
        "adobe" => "AdobeRGB",
        "prophoto" => "ProPhoto",
        "rec2020" => "Rec2020",
        "gray" => "sGray",
        "fogra" => "CoatedFogra39",
        "swop" => "WebCoatedGrade3",
        other => other,
    };
    Profiles::shipped().find(name).unwrap()
}

/// The grid of the script, the last component varies fastest.
fn grid(pixel_type: PixelType) -> Bitmap {
    let levels: Vec<u8> = match pixel_type {
        PixelType::Gray => (0..=255).step_by(5).collect(),
        PixelType::Rgb => (0..=255).step_by(51).collect(),
        PixelType::Cmyk => vec![0, 40, 100, 178, 255],
    };
    let n = pixel_type.components();
    let count = levels.len().pow(n as u32);
    let data = (0..count).flat_map(|index| {
        let levels = &levels;
        (0..n).map(move |c| levels[index / levels.len().pow((n - 1 - c) as u32) % levels.len()])
    });
    let (data, channels) = (data.collect(), Channels::of(pixel_type, false));
    Bitmap { width: count as u32, height: 1, channels, data }
}

/// Mean and maximum of CIEDE2000 for each setting.
fn compare(source: &str, destination: &str) {
    let (from, to) = (shipped(source), shipped(destination));
    let n = to.pixel_type().components();
    let grid = grid(from.pixel_type());
    let expected = golden(&format!("{source}-{destination}.bin"));
    let len = grid.width as usize * n;
    assert_eq!(expected.len(), SETTINGS.len() * len);
    let to_lab = to.to_pcs(Intent::Relative).unwrap();
    // Our own way to L*a*b* is checked by the pairs that end in RGB, whose levels
    // are compared as well.
    let lab = |colour: &[u8]| {
        let mut point: Point = [0.0; 4];
        for (value, level) in point.iter_mut().zip(colour) {
            *value = f64::from(*level) / 255.0;
        }
        pcs::lab(to_lab.xyz(point))
    };
    for ((intent, black_point), expected) in SETTINGS.into_iter().zip(expected.chunks_exact(len)) {
        let transform = Transform::new(&from, &to, intent, black_point).unwrap();
        let ours = transform.apply(grid.clone(), false).unwrap();
        let (mut sum, mut worst) = (0.0, 0.0f64);
        for (ours, expected) in ours.data.chunks_exact(n).zip(expected.chunks_exact(n)) {
            let difference = ciede2000(lab(ours), lab(expected));
            sum += difference;
            worst = worst.max(difference);
            if to.pixel_type() == PixelType::Rgb {
                // rounding, and what one level of a steep curve makes of it
                let most = ours.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(most <= Some(3), "{source} to {destination}: {ours:?} {expected:?}");
            }
        }
        let mean = sum / f64::from(grid.width);
        let what = format!("{source} to {destination}, {intent:?}, black point {black_point}");
        println!("{what}: mean {mean:.3}, most {worst:.2}");
        assert!(mean < 0.5 && worst < 2.0, "{what}: mean {mean:.3}, most {worst:.2}");
    }
}

#[test]
fn rgb_to_rgb_is_as_littlecms_has_it() {
    compare("adobe", "srgb");
    compare("srgb", "prophoto");
    compare("rec2020", "srgb");
}

#[test]
fn cmyk_to_rgb_is_as_littlecms_has_it() {
    compare("fogra", "srgb");
    compare("swop", "adobe");
}

#[test]
fn rgb_to_cmyk_is_as_littlecms_has_it() {
    compare("srgb", "fogra");
    compare("prophoto", "swop");
}

#[test]
fn gray_is_as_littlecms_has_it() {
    compare("gray", "srgb");
    compare("gray", "fogra");
    compare("srgb", "gray");
    compare("fogra", "gray");
}

#[test]
fn cmyk_to_cmyk_is_as_littlecms_has_it() {
    compare("fogra", "swop");
}

#[test]
fn o05_white_and_mid_gray_of_a_gray_profile_stay() {
    let transform =
        Transform::new(&shipped("gray"), &shipped("srgb"), Intent::Relative, true).unwrap();
    for level in [0, 128, 255] {
        assert_eq!(transform.colour([level, 0, 0, 0])[..3], [level; 3]);
    }
}

#[test]
fn o07_wide_gamuts_become_the_colours_that_were_checked() {
    for (name, colour, expected) in [
        ("adobe", [100, 150, 100, 0], [66, 151, 97]),
        ("DisplayP3", [200, 100, 50, 0], [215, 93, 31]),
    ] {
        let transform =
            Transform::new(&shipped(name), &shipped("srgb"), Intent::Relative, true).unwrap();
        let seen = transform.colour(colour);
        for (seen, expected) in seen.into_iter().zip(expected) {
            assert!(seen.abs_diff(expected) <= 2, "{name}: {seen} {expected}");
        }
    }
}

#[test]
fn the_results_are_those_of_every_other_machine() {
    // Sums of what x86-64 gave; a machine that rounds otherwise fails here.
    for (source, destination, expected) in [
        ("adobe", "srgb", ADOBE_TO_SRGB),
        ("fogra", "srgb", FOGRA_TO_SRGB),
        ("srgb", "fogra", SRGB_TO_FOGRA),
    ] {
        let (from, to) = (shipped(source), shipped(destination));
        let transform = Transform::new(&from, &to, Intent::Relative, true).unwrap();
        let out = transform.apply(grid(from.pixel_type()), true).unwrap();
        // FNV-1a
        let sum = out.data.iter().fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        });
        assert_eq!(sum, expected, "{source} to {destination}: {sum:#x}");
    }
}

const ADOBE_TO_SRGB: u64 = 0x33fa_3019_0531_9791;
const FOGRA_TO_SRGB: u64 = 0xbd66c591f6d54b43;
const SRGB_TO_FOGRA: u64 = 0x4e4d2cb1033b0c8c;

#[test]
fn ciede2000_has_the_published_values() {
    // Sharma, Wu and Dalal 2005, table 1: pairs 1, 4, 7, 10, 15, 17, 21, 25, 30, 34
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
        ([50.0, -0.001, 2.49], [50.0, 0.0011, -2.49], 4.7461),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [50.0, 3.1736, 0.5854], 1.0000),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        let seen = ciede2000(one, other);
        assert!((seen - expected).abs() < 1e-4, "{one:?} {other:?}: {seen}");
    }
}

/// The colour difference of CIE 142-2001 with all factors 1.
fn ciede2000(one: [f64; 3], other: [f64; 3]) -> f64 {
    let chroma = |[_, a, b]: [f64; 3]| a.hypot(b);
    let mean = (chroma(one) + chroma(other)) / 2.0;
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let stretch = 1.0 + 0.5 * (1.0 - seventh(mean));
    let polar = |[l, a, b]: [f64; 3]| {
        let a = a * stretch;
        (l, a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0))
    };
    let ((l1, c1, h1), (l2, c2, h2)) = (polar(one), polar(other));
    let colourless = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if colourless => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (dl, dc) = (l2 - l1, c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = ((l1 + l2) / 2.0, (c1 + c2) / 2.0);
    let h = match h1 + h2 {
        sum if colourless => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0)
        - 0.2 * cos(4.0 * h - 63.0);
    let middle = (l - 50.0).powi(2);
    let (sl, sc) = (1.0 + 0.015 * middle / (20.0 + middle).sqrt(), 1.0 + 0.045 * c);
    let sh = 1.0 + 0.015 * c * t;
    let blue = 60.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let r = -2.0 * seventh(c) * blue.to_radians().sin();
    let (l, c, h) = (dl / sl, dc / sc, dh / sh);
    (l * l + c * c + h * h + r * c * h).sqrt()
}
