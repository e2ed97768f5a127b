use super::{EmbeddedPath, FillRule, Knot, Operation, PixelBox, Shape, Subpath};
use crate::metadata::resources::Resource;
use crate::metadata::tests::golden_paths;
use crate::modifiers::plan::Segment;

/// Straight lines from point to point.
fn polygon(points: &[(f64, f64)], operation: Operation) -> Subpath {
    let knot = |at: &(f64, f64)| Knot { before: *at, anchor: *at, after: *at, linked: false };
    let knots = points.iter().map(knot).collect();
    Subpath { closed: true, operation, rule: FillRule::EvenOdd, knots }
}

fn rectangle([left, top, right, bottom]: [f64; 4], operation: Operation) -> Subpath {
    polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)], operation)
}

fn path(subpaths: Vec<Subpath>) -> EmbeddedPath {
    EmbeddedPath { name: "Path 1".into(), starts_filled: false, subpaths }
}

/// One closed subpath of one knot and one open of two; before them the fill rule
/// and the initial fill, a stray knot and a clipboard record, behind them half a
/// record.
#[test]
fn records_as_the_specification_lays_them_out() {
    let record = |selector: u16, body: &[u8]| {
        let mut record = selector.to_be_bytes().to_vec();
        record.extend_from_slice(body);
        record.resize(26, 0);
        record
    };
    // 8.24 fixed point: y 0.5, x 1; y -0.25, x 0; y 1.5, x -1
    #[rustfmt::skip]
    let knot = [
        0x00, 0x80, 0, 0, 0x01, 0x00, 0, 0,
        0xff, 0xc0, 0, 0, 0x00, 0x00, 0, 0,
        0x01, 0x80, 0, 0, 0xff, 0x00, 0, 0,
    ];
    let data = [
        record(6, &[]),
        record(8, &[0, 1]),
        record(1, &knot),
        record(7, &[0, 0, 0, 1]),
        // 1 knot, subtract, even-odd
        record(0, &[0, 1, 0, 2, 0, 1]),
        record(2, &knot),
        // 9 knots are claimed, operation 7 is not known, non-zero
        record(3, &[0, 9, 0, 7, 0, 2]),
        record(4, &knot),
        record(5, &knot),
        // a subpath without knots
        record(0, &[0, 0, 0, 1, 0, 1]),
        vec![0, 1, 0],
    ]
    .concat();
    let knot =
        |linked| Knot { before: (1.0, 0.5), anchor: (0.0, -0.25), after: (-1.0, 1.5), linked };
    let expected = EmbeddedPath {
        name: "a".into(),
        starts_filled: true,
        subpaths: vec![
            Subpath {
                closed: true,
                operation: Operation::Subtract,
                rule: FillRule::EvenOdd,
                knots: vec![knot(false)],
            },
            Subpath {
                closed: false,
                operation: Operation::Exclude,
                rule: FillRule::NonZero,
                knots: vec![knot(true), knot(false)],
            },
        ],
    };
    let resource = |id| Resource { id, name: b"a", data: &data };
    assert_eq!(super::read(&[resource(2000)]), std::slice::from_ref(&expected));
    assert_eq!(super::read(&[resource(2997), resource(1025), resource(2998)]), [expected]);
}

/// How often the lines of a shape of polygons go around a point, as a signed sum
/// and as the number of crossings of a ray to the right.
fn covers(shape: &Shape, (x, y): (f64, f64)) -> bool {
    let (mut winding, mut crossings) = (0, 0);
    for subpath in &shape.path.subpaths {
        let mut from = subpath.start;
        for to in subpath.segments.iter().map(Segment::end).chain([subpath.start]) {
            let right = from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0) > x;
            if (from.1 > y) != (to.1 > y) && right {
                winding += if to.1 > from.1 { 1 } else { -1 };
                crossings += 1;
            }
            from = to;
        }
    }
    match shape.rule {
        FillRule::EvenOdd => crossings % 2 == 1,
        FillRule::NonZero => winding != 0,
    }
}

/// The pixels of a square picture whose middles are inside.
fn filled(shapes: &[Shape], side: usize) -> String {
    let pixel = |index: usize| {
        let middle = ((index % side) as f64 + 0.5, (index / side) as f64 + 0.5);
        let ground = shapes.first().map_or(0, |shape| shape.operation.ground());
        let covered = shapes.iter().fold(ground, |below, shape| {
            shape.operation.apply(below, if covers(shape, middle) { 255 } else { 0 })
        });
        if covered == 255 { '#' } else { '-' }
    };
    (0..side * side).map(pixel).collect()
}

/// The same paths as `OPERATIONS` of `tests/reference/metadata.py`, which psd-tools
/// filled.
#[test]
fn shapes_are_put_together_as_psd_tools_does() {
    use Operation::{Combine, Continue, Exclude, Intersect, Subtract};
    let (a, b) = ([0.0, 0.0, 0.5, 0.5], [0.25, 0.25, 0.75, 0.75]);
    type Part = ([f64; 4], Operation);
    let paths: [(&str, Vec<Part>); 8] = [
        ("combine", vec![(a, Combine), (b, Combine)]),
        ("exclude", vec![(a, Exclude), (b, Exclude)]),
        ("subtract", vec![(a, Combine), (b, Subtract)]),
        ("intersect", vec![(a, Combine), (b, Intersect)]),
        ("subtract-first", vec![(b, Subtract), (a, Subtract)]),
        ("intersect-first", vec![(b, Intersect), (a, Combine)]),
        (
            "continue",
            vec![
                ([0.0, 0.0, 0.75, 0.75], Combine),
                ([0.125, 0.125, 0.5, 0.5], Continue),
                ([0.25, 0.25, 1.0, 1.0], Exclude),
                ([0.375, 0.375, 0.875, 0.875], Continue),
            ],
        ),
        (
            "mixed",
            vec![
                ([0.0, 0.0, 0.75, 0.75], Combine),
                ([0.125, 0.125, 0.5, 0.5], Subtract),
                ([0.25, 0.25, 1.0, 1.0], Exclude),
                ([0.375, 0.0, 0.625, 1.0], Intersect),
                ([0.5, 0.5, 0.75, 0.75], Combine),
                ([0.0, 0.875, 0.625, 1.0], Exclude),
                ([0.5, 0.75, 0.625, 1.0], Exclude),
            ],
        ),
    ];
    let golden = include_str!("../../../tests/golden/metadata/operations.txt");
    assert_eq!(golden.lines().count(), paths.len());
    for (line, (name, parts)) in golden.lines().zip(paths) {
        let subpaths = parts.iter().map(|(sides, operation)| rectangle(*sides, *operation));
        let shapes = path(subpaths.collect()).shapes(8.0, 8.0);
        assert_eq!(line, format!("{name} {}", filled(&shapes, 8)));
    }
}

#[test]
fn excluding_even_odd_shapes_are_one() {
    use Operation::{Combine, Continue, Exclude, Subtract};
    let shapes = |operations: &[Operation]| {
        let unit = [0.0, 0.0, 1.0, 1.0];
        let subpaths = operations.iter().map(|operation| rectangle(unit, *operation));
        let shapes = path(subpaths.collect()).shapes(1.0, 1.0);
        shapes.iter().map(|shape| shape.path.subpaths.len()).collect::<Vec<_>>()
    };
    assert_eq!(shapes(&[Exclude, Exclude, Exclude]), [3]);
    assert_eq!(shapes(&[Combine, Exclude, Continue]), [3]);
    assert_eq!(shapes(&[Combine, Combine, Exclude, Exclude]), [1, 1, 2]);
    assert_eq!(shapes(&[Subtract, Exclude]), [1, 1]);
    assert_eq!(shapes(&[Continue, Continue]), [2]);
}

/// A pentagram is filled in its middle by the non-zero rule only.
#[test]
fn the_stored_fill_rule_counts() {
    let star = [(0.5, 0.0), (0.8, 1.0), (0.0, 0.4), (1.0, 0.4), (0.2, 1.0)];
    let mut star = path(vec![polygon(&star, Operation::Combine)]);
    assert!(!covers(&star.shapes(2.0, 2.0)[0], (1.0, 1.0)));
    star.subpaths[0].rule = FillRule::NonZero;
    assert!(covers(&star.shapes(2.0, 2.0)[0], (1.0, 1.0)));
}

/// Levels: 255 (a + b - 2ab), 255 (a + b - ab), a - b, 255 ab of 51/255 = 0.2 and
/// 102/255 = 0.4.
#[test]
fn partly_covered_pixels_are_put_together() {
    assert_eq!(Operation::Exclude.apply(51, 102), 112); // 0.44
    assert_eq!(Operation::Combine.apply(51, 102), 133); // 0.52 is 132.6
    assert_eq!(Operation::Subtract.apply(102, 51), 51);
    assert_eq!(Operation::Subtract.apply(51, 102), 0);
    assert_eq!(Operation::Intersect.apply(51, 102), 20); // 0.08 is 20.4
}

/// y from 0.5 over control points at 1.25 back to 0.5 turns in the middle, at
/// (0.5 + 3 * 1.25 + 3 * 1.25 + 0.5) / 8 = 1.0625; upwards at -0.0625. In 48
/// pixels -3 to 51.
#[test]
fn the_box_reaches_to_the_curve_and_not_to_control_points() {
    let leaf = &golden_paths()[0];
    let expected = PixelBox { left: 16, top: -3, right: 48, bottom: 51 };
    assert_eq!(leaf.pixel_box(64.0, 48.0), Some(expected));
    // -1.5625 to 26.5625 and 16.25 to 48.75
    let expected = PixelBox { left: 16, top: -2, right: 49, bottom: 27 };
    assert_eq!(leaf.pixel_box(65.0, 25.0), Some(expected));
    assert_eq!(path(Vec::new()).pixel_box(64.0, 48.0), None);
}

/// A third of 300 pixels is stored as 5592405 / 2^24, 99.999994 pixels, or as the
/// next number, 100.00001.
#[test]
fn borders_of_pixels_stay_borders() {
    for stored in [5_592_405.0, 5_592_406.0] {
        let third = stored / 16_777_216.0;
        let square = path(vec![rectangle([third, third, 2.0 * third, 0.75], Operation::Combine)]);
        let expected = PixelBox { left: 100, top: 100, right: 200, bottom: 225 };
        assert_eq!(square.pixel_box(300.0, 300.0), Some(expected));
    }
}

/// (1, 2) of 4 x 4 pixels, through a = 2, b = 3, c = 5, d = 7, e = 11, f = 13:
/// 2 * 1 + 5 * 2 + 11 = 23 and 3 * 1 + 7 * 2 + 13 = 30; of 46 x 120 pixels 0.5 and
/// 0.25.
#[test]
fn an_affine_map_moves_all_points() {
    let line = polygon(&[(0.25, 0.5)], Operation::Combine);
    let moved =
        path(vec![line]).mapped((4.0, 4.0), [2.0, 3.0, 5.0, 7.0, 11.0, 13.0], (46.0, 120.0));
    assert_eq!(moved, path(vec![polygon(&[(0.5, 0.25)], Operation::Combine)]));
}

/// The point that is 1/4 from the left and 1/8 from the top of the stored picture.
/// EXIF 2.3, 4.6.4: where row 0 and column 0 are seen, such as right and top for 6.
#[test]
fn orientations_turn_points_as_they_turn_pixels() {
    let stored = path(vec![polygon(&[(0.25, 0.125)], Operation::Combine)]);
    let expected = [
        (0.25, 0.125),
        (0.75, 0.125),
        (0.75, 0.875),
        (0.25, 0.875),
        (0.125, 0.25),
        (0.875, 0.25),
        (0.875, 0.75),
        (0.125, 0.75),
    ];
    for (orientation, at) in (1..).zip(expected) {
        let upright = stored.upright(orientation);
        assert_eq!(upright.subpaths[0].knots[0].anchor, at, "orientation {orientation}");
    }
}

#[test]
fn open_subpaths_are_dropped_and_shapes_stay_whole() {
    use Operation::{Combine, Continue, Subtract};
    let unit = [0.0, 0.0, 1.0, 1.0];
    let open = |operation| Subpath { closed: false, ..rectangle(unit, operation) };
    let mixed = path(vec![
        rectangle(unit, Combine),
        open(Subtract),
        rectangle(unit, Continue),
        rectangle(unit, Continue),
        open(Combine),
    ]);
    let closed = mixed.closed().expect("three are closed");
    assert_eq!(closed.name, "Path 1");
    let operations: Vec<_> = closed.subpaths.iter().map(|subpath| subpath.operation).collect();
    assert_eq!(operations, [Combine, Subtract, Continue]);
    assert_eq!(path(vec![open(Combine)]).closed(), None);
}

/// The specification: from -16 up to but not including 16.
#[test]
fn points_out_of_reach_are_reported() {
    let at = |x: f64| path(vec![polygon(&[(x, 0.0)], Operation::Combine)]).storable();
    assert_eq!(at(-16.0), Ok(()));
    assert_eq!(at(15.999_999_9), Ok(()));
    let error = at(16.0).expect_err("too far");
    assert!(error.to_string().starts_with("path 'Path 1' has a point 16 "), "{error}");
    assert!(at(f64::NAN).is_err() && at(f64::INFINITY).is_err());
}
