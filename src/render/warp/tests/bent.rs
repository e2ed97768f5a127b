use super::super::bent;
use super::golden::{differences, golden};
use super::*;
use crate::modifiers::plan::Sampling;
use crate::render::geometry::{Point, Size};

const SAMPLINGS: [Sampling; 5] = [
    Sampling::Nearest,
    Sampling::Bilinear,
    Sampling::Supersampling,
    Sampling::Jittered(50),
    Sampling::Jittered(200),
];
/// Of the reference pictures.
const CORNERS: [(f64, f64); 4] = [(8.25, 5.0), (70.0, -6.0), (58.5, 52.0), (3.0, 40.0)];

fn points(corners: [(f64, f64); 4]) -> [Point; 4] {
    corners.map(|(x, y)| Point { x, y })
}

fn quad(picture: &Bitmap, corners: [(f64, f64); 4], size: (u32, u32), by: Sampling) -> Bitmap {
    let (width, height) = size;
    bent(picture.clone(), points(corners), Size { width, height }, by)
}

/// Inside, where Pillow's and our pixels are not of the border, `R2` may differ by
/// one level (Pillow does not round but cut off); so may `R1`, which picks another
/// pixel only where the point falls on the line between two.
#[test]
fn r1_and_r2_equal_the_perspective_of_pillow() {
    for (word, sampling) in [("R1", Sampling::Nearest), ("R2", Sampling::Bilinear)] {
        let got = quad(&golden("scene"), CORNERS, (64, 48), sampling);
        let expected = golden(&format!("pillow-bent-{word}"));
        let (mut compared, mut wrong) = (0, 0);
        for y in 2..46usize {
            for x in 2..62usize {
                let at = |x: usize, y: usize| &got.data[(y * 64 + x) * 4..][..4];
                let inner =
                    (0..5).all(|d| at(x + d - 2, y)[3] == 255 && at(x, y + d - 2)[3] == 255);
                if inner {
                    let theirs = &expected.data[(y * 64 + x) * 3..][..3];
                    compared += 1;
                    wrong += usize::from((0..3).any(|c| at(x, y)[c].abs_diff(theirs[c]) > 1));
                }
            }
        }
        assert!(compared > 1500, "{word}: {compared}");
        assert_eq!(wrong, 0, "{word}");
    }
}

/// 4 x 4 points against 16 x 16: on the hard edges of the scene, 230 levels high,
/// the mean of a pixel that an edge crosses may be off by half a step, 230 / 8;
/// over all pixels the difference is small.
#[test]
fn r3_is_near_the_mean_of_256_points() {
    for (sampling, least) in [(Sampling::Supersampling, 45.0), (Sampling::Jittered(100), 36.0)] {
        let got = quad(&golden("scene"), CORNERS, (64, 48), sampling);
        let expected = golden("bent-R3");
        assert!(differences(&got, &expected).1 <= 8);
        let pairs = got.data.iter().zip(&expected.data);
        let psnr = psnr(pairs.map(|(a, b)| (f64::from(*a), f64::from(*b))));
        assert!(psnr >= least, "{sampling:?}: {psnr}");
    }
}

/// Vector 103: `perspectiveN=0,0,1,0,1,1,0,1` fills the canvas.
#[test]
fn the_unit_square_is_the_picture_itself() {
    for sampling in SAMPLINGS {
        for channels in CHANNELS {
            for (width, height) in [(1, 1), (2000, 4), (31, 17)] {
                let picture = grain(width, height, channels);
                let (w, h) = (f64::from(width), f64::from(height));
                let unit = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
                assert_eq!(quad(&picture, unit, (width, height), sampling), picture);
            }
        }
    }
}

/// The homography of a square that is a hair from the picture's own gives its
/// pixels; supersampling has its own softness, 1/8 of each neighbour.
#[test]
fn nearly_the_unit_square_is_not_shifted() {
    let picture = golden("scene");
    let (w, h) = (61.0, 43.0);
    let near = [(0.0, 0.0), (w + 1e-4, 0.0), (w, h), (0.0, h + 1e-4)];
    for sampling in [Sampling::Nearest, Sampling::Bilinear] {
        let got = quad(&picture, near, (61, 43), sampling);
        let (colour, alpha) = differences(&got, &picture.clone().with_alpha());
        assert!(colour <= 1.0 && alpha <= 1, "{sampling:?}: {colour} {alpha}");
    }
}

/// A mirrored square shows the mirrored picture.
#[test]
fn corners_may_run_anticlockwise() {
    let data = vec![1, 2, 3, 4, 5, 6];
    let picture = Bitmap { width: 3, height: 2, channels: Channels::Gray, data };
    let mirrored = [(3.0, 0.0), (0.0, 0.0), (0.0, 2.0), (3.0, 2.0)];
    for sampling in [Sampling::Nearest, Sampling::Bilinear] {
        let got = quad(&picture, mirrored, (3, 2), sampling);
        assert_eq!(got.without_alpha().data, [3, 2, 1, 6, 5, 4], "{sampling:?}");
    }
}

/// The shoelace formula: the quad's area is kept, one part in 510 a border pixel.
#[test]
fn edges_are_antialiased_to_the_exact_area() {
    let corners = [(10.3, 4.9), (90.7, 20.2), (70.1, 88.8), (5.5, 60.0)];
    let next = |k: usize| corners[(k + 1) % 4];
    let twice: f64 = (0..4).map(|k| corners[k].0 * next(k).1 - next(k).0 * corners[k].1).sum();
    for channels in CHANNELS {
        let pixel = [200, 100, 50, 255];
        let alpha = channels.has_alpha();
        let n = channels.count();
        let pixel = if alpha { &pixel[4 - n..] } else { &pixel[..n] };
        for sampling in &SAMPLINGS[1..] {
            let got = quad(&flat(40, 30, channels, pixel), corners, (100, 100), *sampling);
            assert!((area(&got) - twice / 2.0).abs() < 1.0, "{channels:?} {sampling:?}");
            for seen in got.data.chunks_exact(n + usize::from(!alpha)) {
                let colours = seen.len() - 1;
                assert!(seen[colours] == 0 || seen[..colours] == pixel[..colours]);
            }
        }
    }
}

/// Nothing to show, but nothing to break either.
#[test]
fn degenerate_quads_do_not_panic() {
    let far = 281_474_976_710_656.0;
    let quads = [
        [(5.0, 5.0); 4],
        [(0.0, 0.0), (5.0, 5.0), (10.0, 10.0), (20.0, 20.0)],
        [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)],
        [(0.0, 0.0), (10.0, 0.0), (2.0, 2.0), (0.0, 10.0)],
        [(0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (0.0, 10.0)],
        [(-far, -far), (far, -far), (far, far), (-far, far)],
        [(-far, 0.0), (far, 1e-9), (far, 2e-9), (-far, 1e-9)],
        [(f64::NAN, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)],
        [(f64::INFINITY, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)],
    ];
    for corners in quads {
        for sampling in SAMPLINGS {
            for channels in CHANNELS {
                let got = quad(&grain(8, 6, channels), corners, (12, 11), sampling);
                assert_eq!((got.width, got.height), (12, 11));
            }
        }
    }
}

#[test]
fn jitter_is_the_same_each_time_and_not_without_effect() {
    let picture = golden("scene");
    let of = |sampling| quad(&picture, CORNERS, (64, 48), sampling);
    assert_eq!(of(Sampling::Jittered(80)), of(Sampling::Jittered(80)));
    assert_ne!(of(Sampling::Jittered(80)), of(Sampling::Supersampling));
    assert_eq!(of(Sampling::Jittered(0)), of(Sampling::Supersampling));
}
