use proptest::prelude::*;

use super::*;

fn text(value: &str) -> Text {
    let mut text = Text::at(0..value.len());
    text.push_verbatim(value, 0);
    text
}

fn read(value: &str) -> PathDefinition {
    path("clipPath", &text(value), true).unwrap()
}

/// Points of each subpath.
fn points(path: &PathDefinition) -> Vec<Vec<(f64, f64)>> {
    let of = |subpath: &Subpath| {
        let ends = subpath.segments.iter().map(Segment::end);
        std::iter::once(subpath.start).chain(ends).collect()
    };
    path.subpaths.iter().map(of).collect()
}

#[test]
fn rows_96_to_98_absolute_relative_and_open_subpaths() {
    let triangle = [vec![(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]];
    assert_eq!(points(&read("M0,0,L100,0,L100,100,Z")), triangle, "96");
    // after a closed subpath m counts from its start: 10+2, 10+2
    let closed = points(&read("m10,10,l5,0,l0,5,z,m2,2,l1,0,l0,1"));
    assert_eq!(closed[1], [(12.0, 12.0), (13.0, 12.0), (13.0, 13.0)], "97");
    // after an open one from its end: 15+2, 15+2
    let open = points(&read("m10,10,l5,0,l0,5,m2,2,l1,0,l0,1"));
    assert_eq!(open[1][0], (17.0, 17.0), "98");
}

#[test]
fn row_99_other_letters_and_a_wrong_start_are_syntax_errors() {
    for (input, span) in [("L0,0,L5,5", 0..1), ("M0,0,Q1,1,2,2", 5..6), ("", 0..0), ("M1", 2..2)] {
        let problem = path("clipPath", &text(input), true).unwrap_err();
        assert_eq!((problem.reason, problem.span), (reason::MODIFIER_SYNTAX, span), "{input}");
    }
}

#[test]
fn separators_may_be_anywhere_or_missing() {
    let wanted = read("M0,0,L100,0,C1,2,3,4,5,6,Z");
    for other in
        ["M0 0L100 0C1 2 3 4 5 6z", " M 0,0 L,100,,0 C1,2,3,4,5,6 ", "M0,0 100,0 C1 2,3 4,5 6Z"]
    {
        assert_eq!(read(other), wanted, "{other}");
    }
    assert_eq!(points(&read("M1-2L.5.5")), [vec![(1.0, -2.0), (0.5, 0.5)]], "as in SVG");
    assert_eq!(points(&read("M1e2,2E-1,l1,1")), [vec![(100.0, 0.2), (101.0, 1.2)]]);
}

#[test]
fn letters_repeat_and_z_goes_on_from_the_start() {
    assert_eq!(
        points(&read("m1,1,1,0,l1,1,2,2")),
        [vec![(1.0, 1.0), (2.0, 1.0), (3.0, 2.0), (5.0, 4.0)]]
    );
    assert_eq!(points(&read("M1,1,L2,2,Z,L3,3"))[1], [(1.0, 1.0), (3.0, 3.0)]);
    let curve = read("M1,1,c1,0,2,0,3,3");
    let cubic = Segment::Cubic { first: (2.0, 1.0), second: (3.0, 1.0), to: (4.0, 4.0) };
    assert_eq!(curve.subpaths[0].segments, [cubic]);
}

#[test]
fn open_subpaths_are_closed_but_of_text_path() {
    assert!(read("M0,0,L1,1").is_closed());
    let open = path("textPath", &text("M0,0,L1,1"), false).unwrap();
    assert!(!open.is_closed());
    assert_eq!(open.text(), "M0,0,L1,1");
}

#[test]
fn coordinates_have_a_limit() {
    let problem = path("clipPath", &text("M3000000000,0"), true).unwrap_err();
    assert_eq!(problem.reason, reason::VALUE_OUT_OF_RANGE);
    assert!(path("clipPath", &text("M1e999,0"), true).is_err());
}

#[test]
fn bounds_hold_curves_at_their_farthest_points() {
    assert_eq!(read("M1,2,L5,-3").bounds(), [1.0, -3.0, 5.0, 2.0]);
    // y(t) = 3·(1-t)²·t·4 + 3·(1-t)·t²·4 = 12 t (1-t): 3 at t = 1/2
    assert_eq!(read("M0,0,C0,4,4,4,4,0").bounds(), [0.0, 0.0, 4.0, 3.0]);
}

/// Quadratic curves written as cubics, as vector programs do: the cubic term is
/// only rounding. Right edge by dense sampling in Python.
#[test]
fn bounds_of_a_curve_that_is_almost_quadratic() {
    let curve = read("M83.43,0,C2439.303333333333,0,2522.43,0,332.81,0");
    let right = curve.bounds()[2];
    assert!((right - 1914.96).abs() < 0.01, "{right}");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_span_inside(input in "[MmLlCcZzQ0-9,. e+é-]{0,60}") {
        match path("clipPath", &text(&input), false) {
            Ok(found) => {
                let written = found.text();
                prop_assert_eq!(path("clipPath", &text(&written), false).unwrap(), found);
            }
            Err(problem) => prop_assert!(input.get(problem.span.clone()).is_some(), "{problem:?}"),
        }
    }
}

#[test]
fn a_megabyte_is_read_in_time_that_grows_with_its_length() {
    for piece in ["M0,0,", "Z", "M1,1,l1,1,", ",", "-", "."] {
        let long = format!("M0,0{}", piece.repeat(1_000_000 / piece.len()));
        let started = std::time::Instant::now();
        let _ = path("clipPath", &text(&long), true);
        // a quadratic reader would take minutes
        assert!(started.elapsed().as_secs() < 5, "{piece}");
    }
}
