//! 01 §11.3 and 02 §8 rows 1 to 39: `rgn`, `rect`, `dpr` and what follows.
//! The rows without these are in `picture.rs`.

use super::*;

/// name, composite, modifier, output, scaled composite, its place
type Row = (&'static str, (u32, u32), &'static str, (u32, u32), (u32, u32), (i64, i64), Covered);

/// x, y, width, height of the output that shows the composite.
type Covered = (i64, i64, u32, u32);

#[track_caller]
fn check(rows: &[Row]) {
    for (name, composite, text, output, scaled, place, covered) in rows {
        let view = view_geometry(&plan(text).view, size(composite.0, composite.1)).unwrap();
        assert_eq!(view.size, size(output.0, output.1), "{name}: output of {text}");
        assert_eq!(view.scaled, size(scaled.0, scaled.1), "{name}: scaled by {text}");
        assert_eq!((view.x, view.y), *place, "{name}: place by {text}");
        let (x, y, width, height) = *covered;
        let covered = Rectangle { x, y, width, height };
        assert_eq!(view.covered(), Some(covered), "{name}: covered by {text}");
    }
}

#[test]
fn rgn_steers_scale_and_alignment_and_does_not_cut() {
    let w = (1000, 500);
    let a = (3000, 2000);
    let r = "rgn=100,50,400,200";
    let d33 = "rgn=100,50,400,200&wid=200&hei=200";
    let exact = "rgn=1000,500,1000,1000&wid=200&hei=200";
    check(&[
        ("D31", w, r, (400, 200), (1000, 500), (-100, -50), (0, 0, 400, 200)),
        // scale .5: the composite is 500 x 250, its column 100 is output column 0
        (
            "D32",
            w,
            "rgn=100,50,400,200&wid=200",
            (200, 100),
            (500, 250),
            (-50, -25),
            (0, 0, 200, 100),
        ),
        ("D33", w, d33, (200, 200), (500, 250), (-50, 25), (0, 25, 200, 175)),
        ("D34", w, "rgn=900,400,200,200", (200, 200), (1000, 500), (-900, -400), (0, 0, 100, 100)),
        ("33", a, exact, (200, 200), (600, 400), (-200, -100), (0, 0, 200, 200)),
        // composite rows 250 to 1250 at scale .2: row 250 is output row 0
        (
            "34",
            a,
            "rgn=1000,500,1000,500&wid=200&hei=200",
            (200, 200),
            (600, 400),
            (-200, -50),
            (0, 0, 200, 200),
        ),
        (
            "35",
            a,
            "rgn=2500,0,1000,1000&scl=1",
            (1000, 1000),
            (3000, 2000),
            (-2500, 0),
            (0, 0, 500, 1000),
        ),
    ]);
}

#[test]
fn an_aligned_region_keeps_to_its_side() {
    // scaled region 200 x 100 in 200 x 200: 100 free rows below
    let view =
        view_geometry(&plan("rgn=100,50,400,200&wid=200&hei=200&align=0,-1").view, size(1000, 500));
    assert_eq!(view.unwrap().y, -25);
}

#[test]
fn a_region_up_to_the_edge_leaves_no_gap_there() {
    // 7/3 per pixel. The lower 11 rows are 25.67, so 26; rounded apart, the 100 rows
    // (233.33) less the 89 above (207.67) would be 233 - 208 = 25
    for (text, height) in [
        ("rgn=67,89,33,11&wid=77", 26),
        ("rgn=0,89,33,11&wid=77", 26),
        ("rgn=67,0,33,11&wid=77", 26),
    ] {
        let view = view_geometry(&plan(&format!("{text}&fit=fit,1")).view, size(100, 100)).unwrap();
        assert_eq!(view.size, size(77, height), "{text}");
        assert_eq!(view.covered(), Some(Rectangle::of(view.size)), "{text}");
    }
}

#[test]
fn rect_cuts_the_finished_view() {
    let w = (1000, 500);
    let a = (3000, 2000);
    check(&[
        (
            "D35",
            (2000, 2400),
            "scl=1&rect=0,600,2000,600",
            (2000, 600),
            (2000, 2400),
            (0, -600),
            (0, 0, 2000, 600),
        ),
        (
            "D36",
            w,
            "wid=200&hei=200&rect=0,0,100,100",
            (100, 100),
            (200, 100),
            (0, 50),
            (0, 50, 100, 50),
        ),
        (
            "D37",
            w,
            "wid=200&hei=200&rect=0,0,100,100,0.5",
            (100, 100),
            (100, 50),
            (0, 25),
            (0, 25, 100, 50),
        ),
        (
            "37",
            a,
            "scl=1&rect=0,600,3000,600",
            (3000, 600),
            (3000, 2000),
            (0, -600),
            (0, 0, 3000, 600),
        ),
        ("38", a, "wid=600&rect=0,0,300,200,0.5", (300, 200), (300, 200), (0, 0), (0, 0, 300, 200)),
        ("39", a, "wid=100&rect=50,0,100,67", (100, 67), (100, 67), (-50, 0), (0, 0, 50, 67)),
    ]);
}

#[test]
fn rect_does_not_show_what_the_view_cut_off() {
    // the view shows scaled columns 100 to 300; rect starts 50 columns left of it
    let text = "wid=200&hei=200&fit=crop&rect=-50,0,300,200";
    let view = view_geometry(&plan(text).view, size(1000, 500)).unwrap();
    assert_eq!((view.x, view.scaled), (-50, size(400, 200)));
    assert_eq!(view.covered(), Some(Rectangle { x: 50, y: 0, width: 200, height: 200 }));
    let beyond = view_geometry(&plan("wid=100&rect=500,0,100,50").view, size(1000, 500)).unwrap();
    assert_eq!(beyond.covered(), None);
}

#[test]
fn rect_opens_no_gap_at_the_edge_of_the_picture() {
    // rows 2 and 3 of 4, times .7: from 1.4 to 2.8, so rows 1 and 2 of 3; rounded
    // apart, place and height (1.4) would leave row 2 open
    let text = "wid=4&hei=4&align=0,1&rect=0,0,3,3,0.7";
    let view = view_geometry(&plan(text).view, size(4, 2)).unwrap();
    assert_eq!(view.covered(), Some(Rectangle { x: 0, y: 1, width: 3, height: 2 }));
    let text = "wid=4&hei=4&align=1,0&rect=0,0,3,3,0.7";
    let view = view_geometry(&plan(text).view, size(2, 4)).unwrap();
    assert_eq!(view.covered(), Some(Rectangle { x: 1, y: 0, width: 2, height: 3 }));
}

#[test]
fn tiles_of_rect_fit_together() {
    // the picture lies at the same place of the enlarged view in each tile
    let at = |x: i32, y: i32| {
        let text = format!("wid=333&hei=250&rect={x},{y},100,100,1.7");
        let view = view_geometry(&plan(&text).view, size(997, 613)).unwrap();
        (view.x + i64::from(x), view.y + i64::from(y), view.scaled, view.scale_x)
    };
    for (x, y) in [(100, 0), (0, 100), (300, 200), (-100, 500)] {
        assert_eq!(at(x, y), at(0, 0), "tile at {x},{y}");
    }
}

#[test]
fn row_140_dpr_multiplies_the_view() {
    let output = |text: &str| view_geometry(&plan(text).view, size(3000, 2000)).unwrap().size;
    assert_eq!(output("dpr=on,2&wid=816&hei=500"), size(1632, 1000));
    assert_eq!(output("dpr=off,2&wid=816&hei=500"), size(816, 500));
    // 101 * 1.5 = 151.5, rounded before fit: 152 / 3000 * 2000 = 101.33
    assert_eq!(output("dpr=on,1.5&wid=101"), size(152, 101));
    assert_eq!(output("dpr=on,2"), size(3000, 2000));
}

#[test]
fn d38_to_d43_write_the_full_composite() {
    // ruling 8 takes DefaultPix out of exports, ruling 9 puts limits.max_output_pixels
    // in the place of MaxPix: the vectors' sizes without both
    for (name, composite, text, output) in [
        ("D38", (1000, 500), "fmt=jpeg", (1000, 500)),
        ("D39", (1000, 500), "fmt=jpeg", (1000, 500)),
        ("D40", (300, 200), "fmt=jpeg", (300, 200)),
        ("D41", (1000, 500), "scl=1", (1000, 500)),
        ("D42", (3000, 2000), "scl=1", (3000, 2000)),
        ("D43", (3000, 2000), "scl=1&rect=0,0,2000,2000", (2000, 2000)),
    ] {
        let view = view_geometry(&plan(text).view, size(composite.0, composite.1)).unwrap();
        assert_eq!(view.size, size(output.0, output.1), "{name}");
    }
}

#[test]
fn d47_has_the_margins_of_d1_and_keeps_them_transparent() {
    let plan = plan("wid=200&hei=200&fmt=png-alpha&bgc=ff0000");
    let view = view_geometry(&plan.view, size(1000, 500)).unwrap();
    assert_eq!(view.covered(), Some(Rectangle { x: 0, y: 50, width: 200, height: 100 }));
    assert!(plan.output.format.alpha);
}

#[test]
fn views_that_no_picture_can_have_are_errors() {
    let view = |text: &str| view_geometry(&plan(text).view, size(3000, 2000));
    assert!(matches!(view("scl=1e-9"), Err(GeometryError::ScaledTooLarge { .. })));
    assert!(matches!(
        view("wid=2000000000&dpr=on,9"),
        Err(GeometryError::ViewTooLarge { width: 18_000_000_000, height: 0 })
    ));
    let far = "rgn=2000000000,0,1,1&wid=2000000000&fit=fit,1";
    assert!(matches!(
        view(far),
        Err(GeometryError::ScaledTooLarge { .. } | GeometryError::ViewTooFar { .. })
    ));
    assert!(matches!(
        view("rect=0,0,9,9,1e300"),
        Err(GeometryError::ViewTooFar { command: "rect" })
    ));
}
