use super::{Outline, clipped};
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::modifiers::plan::{PathDefinition, Segment, Subpath};
use crate::render::geometry::Size;
use std::f64::consts::{PI, SQRT_2};

fn polygon(points: &[(f64, f64)]) -> Subpath {
    let segments = points[1..].iter().map(|to| Segment::Line { to: *to }).collect();
    Subpath { start: points[0], segments, closed: true }
}

fn path(subpaths: Vec<Subpath>) -> PathDefinition {
    PathDefinition { subpaths }
}

/// Coverage of each pixel, from the alpha of an opaque gray picture.
fn coverage(path: &PathDefinition, width: u32, height: u32) -> Vec<u8> {
    let picture = Bitmap::zeroed(width, height, Channels::Gray);
    clipped(picture, path, false).data.chunks_exact(2).map(|pixel| pixel[1]).collect()
}

fn area(coverage: &[u8]) -> f64 {
    coverage.iter().map(|covered| f64::from(*covered)).sum::<f64>() / 255.0
}

/// Vector 96: `clipPath=M0,0,L100,0,L100,100,Z` covers about 5000 pixels: exactly
/// half of each pixel on the diagonal, 127.5 levels that round to 128.
#[test]
fn vector_96_covers_half_of_a_square() {
    let triangle = path(vec![polygon(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)])]);
    let covered = coverage(&triangle, 400, 400);
    for y in 0..400 {
        for x in 0..400 {
            let expected = match (x < 100 && y < 100, x.cmp(&y)) {
                (true, std::cmp::Ordering::Greater) => 255,
                (true, std::cmp::Ordering::Equal) => 128,
                _ => 0,
            };
            assert_eq!(covered[y * 400 + x], expected, "{x},{y}");
        }
    }
    assert!((area(&covered) - 5000.0).abs() < 0.5);
}

/// A pixel's coverage is its area: quarters of a pixel on the corners.
#[test]
fn a_rectangle_between_pixels_covers_parts_of_them() {
    let square = path(vec![polygon(&[(0.5, 0.5), (2.25, 0.5), (2.25, 2.0), (0.5, 2.0)])]);
    // columns cover 0.5, 1, 0.25; rows 0.5, 1
    let expected = [64, 128, 32, 0, 128, 255, 64, 0, 0, 0, 0, 0];
    assert_eq!(coverage(&square, 4, 3), expected);
}

#[test]
fn a_circle_of_curves_has_its_area() {
    // the usual four cubics are at most 0.03 % from a circle: 1.0003² π r²
    let (r, k) = (40.0, 40.0 * 4.0 / 3.0 * (SQRT_2 - 1.0));
    let at = |x: f64, y: f64| (50.3 + x, 49.6 + y);
    let arc = |first: (f64, f64), second: (f64, f64), to: (f64, f64)| Segment::Cubic {
        first: at(first.0, first.1),
        second: at(second.0, second.1),
        to: at(to.0, to.1),
    };
    let segments = vec![
        arc((r, k), (k, r), (0.0, r)),
        arc((-k, r), (-r, k), (-r, 0.0)),
        arc((-r, -k), (-k, -r), (0.0, -r)),
        arc((k, -r), (r, -k), (r, 0.0)),
    ];
    let circle = path(vec![Subpath { start: at(r, 0.0), segments, closed: true }]);
    let expected = PI * r * r;
    let off = area(&coverage(&circle, 100, 100)) - expected;
    assert!(off.abs() < expected * 0.0006, "{off}");
}

/// `tests/reference/warp.py` counts 16 x 16 points a pixel: 255 / 16 / 2 levels
/// along an edge that is nearly level, and twice that where two edges meet. The
/// middle of the star has winding number 2. Its edges cross at five points; there
/// parts with winding number 2 and 0 may share a pixel and are added.
#[test]
fn a_star_is_filled_by_the_non_zero_rule() {
    let points = [
        (32.0, 3.0),
        (49.045772316481724, 55.461492836873475),
        (4.419361027440544, 23.038507163126532),
        (59.580638972559456, 23.038507163126518),
        (14.95422768351829, 55.46149283687348),
    ];
    let inner = 29.0 * (PI * 0.4).cos() / (PI * 0.2).cos();
    let crossings: Vec<_> = (0..5)
        .map(|k| PI * (0.2 + 0.4 * f64::from(k)))
        .map(|angle| (32.0 + inner * angle.sin(), 32.0 - inner * angle.cos()))
        .collect();
    let star = coverage(&path(vec![polygon(&points)]), 64, 64);
    let expected = crate::render::warp::golden("star");
    for (at, (a, b)) in star.iter().zip(&expected.data).enumerate() {
        let (x, y) = ((at % 64) as f64 + 0.5, (at / 64) as f64 + 0.5);
        let crossed = crossings.iter().any(|c| (c.0 - x).hypot(c.1 - y) < 2.0);
        let tolerance = if crossed { 80 } else { 16 };
        assert!(a.abs_diff(*b) <= tolerance, "{x},{y}: {a} instead of {b}");
    }
    assert!((area(&star) - area(&expected.data)).abs() < 3.0);
}

#[test]
fn direction_decides_about_holes() {
    let outer = [(1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0)];
    let inner = [(3.0, 3.0), (7.0, 3.0), (7.0, 7.0), (3.0, 7.0)];
    let backwards: Vec<_> = inner.iter().rev().copied().collect();
    let same = path(vec![polygon(&outer), polygon(&inner)]);
    let hole = path(vec![polygon(&outer), polygon(&backwards)]);
    assert_eq!(area(&coverage(&same, 10, 10)), 64.0);
    assert_eq!(area(&coverage(&hole, 10, 10)), 48.0);
}

/// The part of a shape inside the picture is the same wherever the rest lies.
#[test]
fn what_lies_outside_does_not_matter() {
    let near = [(-2.0, -2.0), (6.0, -2.0), (6.0, 6.0), (-2.0, 6.0)];
    let far = 2_147_483_648.0;
    let very_far = [(-far, -far), (6.0, -far), (6.0, 6.0), (-far, 6.0)];
    let everything = [(-far, -far), (far, -far), (far, far), (-far, far)];
    let nothing = [(10.0, 0.0), (20.0, 0.0), (20.0, 10.0), (10.0, 10.0)];
    let expected = |points: &[(f64, f64)], pixels: f64| {
        assert_eq!(area(&coverage(&path(vec![polygon(points)]), 10, 10)), pixels, "{points:?}");
    };
    expected(&near, 36.0);
    expected(&very_far, 36.0);
    expected(&everything, 100.0);
    expected(&nothing, 0.0);
    // a diagonal through the picture from far outside on both sides
    let half = [(-1000.0, -1000.0), (1000.0, -1000.0), (1000.0, 1000.0)];
    let covered = coverage(&path(vec![polygon(&half)]), 10, 10);
    assert!((area(&covered) - 50.0).abs() < 0.05);
}

/// Rows of any slope add up: a triangle at random places against the shoelace
/// formula; each pixel that an edge crosses is rounded by 1 / 510.
#[test]
fn triangles_have_their_area() {
    let mut state = 7u64;
    let mut number = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as f64 / (1u64 << 31) as f64 * 60.0
    };
    for _ in 0..500 {
        let [a, b, c] = [(); 3].map(|()| (number(), number()));
        let twice = (b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1);
        let covered = coverage(&path(vec![polygon(&[a, b, c])]), 60, 60);
        let off = area(&covered) - twice.abs() / 2.0;
        assert!(off.abs() < 360.0 / 510.0, "{a:?} {b:?} {c:?}: {off}");
    }
}

#[test]
fn alpha_is_multiplied_and_colour_kept() {
    let square = path(vec![polygon(&[(1.0, 0.0), (2.5, 0.0), (2.5, 1.0), (1.0, 1.0)])]);
    for channels in [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba] {
        let n = channels.count();
        let mut pixel = vec![77; n];
        if channels.has_alpha() {
            pixel[n - 1] = 200;
        }
        let picture = Bitmap { width: 4, height: 1, channels, data: pixel.repeat(4) };
        let full = if channels.has_alpha() { 200u32 } else { 255 };
        let half = |covered: u32| ((full * covered + 127) / 255) as u8;
        let alphas = |picture: Bitmap| -> Vec<u8> {
            assert_eq!(picture.channels, channels.with_alpha(true));
            let n = picture.channels.count();
            let pixels = picture.data.chunks_exact(n);
            pixels
                .map(|pixel| {
                    assert!(pixel[..n - 1].iter().all(|value| *value == 77));
                    pixel[n - 1]
                })
                .collect()
        };
        let full = full as u8;
        assert_eq!(alphas(clipped(picture.clone(), &square, false)), [0, full, half(128), 0]);
        assert_eq!(alphas(clipped(picture, &square, true)), [full, 0, half(127), full]);
    }
}

#[test]
fn corner_sizes_and_paths_do_not_break() {
    for (width, height) in [(1, 1), (2000, 4), (3, 900)] {
        let (w, h) = (f64::from(width), f64::from(height));
        let whole = path(vec![polygon(&[(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)])]);
        assert!(coverage(&whole, width, height).iter().all(|covered| *covered == 255));
        let point = path(vec![polygon(&[(0.5, 0.5)])]);
        assert_eq!(area(&coverage(&point, width, height)), 0.0);
        let line = path(vec![polygon(&[(0.0, 0.0), (w, h)])]);
        assert_eq!(area(&coverage(&line, width, height)), 0.0);
    }
}

#[test]
fn below_the_picture_nothing_is_covered() {
    let mut outline = Outline::new(Size { width: 2, height: 1 });
    let corners = [(0.0, 0.0), (2.0, 0.0), (2.0, 5.0), (0.0, 5.0)];
    for k in 0..4 {
        outline.line(corners[k], corners[(k + 1) % 4]);
    }
    let mut coverage = outline.coverage();
    assert_eq!(coverage.next_row(), [255, 255]);
    assert_eq!(coverage.next_row(), [0, 0]);
}
