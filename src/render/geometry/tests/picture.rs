//! The geometry of one picture: the rows of 01 §11.3 and 02 §8 without `rgn` and
//! `rect`, and what the renderer asks of it.

use super::*;

/// name, source, modifier, view, scaled picture, offset
type Row = (&'static str, (u32, u32), &'static str, (u32, u32), (u32, u32), (i64, i64));

fn check(rows: &[Row]) {
    for (name, (width, height), text, view, scaled, offset) in rows {
        let g = geometry(&plan(text), *width, *height).unwrap();
        assert_eq!((g.width, g.height), *view, "{name}: view of {text}");
        assert_eq!((g.scaled_width, g.scaled_height), *scaled, "{name}: picture of {text}");
        assert_eq!((g.offset_x, g.offset_y), *offset, "{name}: offset of {text}");
    }
}

#[test]
fn view_transform_vectors_of_01_11_3() {
    let w = (1000, 500);
    let s = (100, 50);
    check(&[
        ("D1", w, "wid=200&hei=200", (200, 200), (200, 100), (0, 50)),
        ("D2", w, "wid=200&hei=200&align=0,-1", (200, 200), (200, 100), (0, 0)),
        ("D3", (500, 1000), "wid=200&hei=200&align=1,-1", (200, 200), (100, 200), (100, 0)),
        ("D4", (500, 1000), "wid=200&hei=200", (200, 200), (100, 200), (50, 0)),
        ("D5", w, "wid=200", (200, 100), (200, 100), (0, 0)),
        ("D6", w, "hei=200&align=1,1", (400, 200), (400, 200), (0, 0)),
        ("D7", (1000, 667), "wid=200", (200, 133), (200, 133), (0, 0)),
        ("D8", (997, 613), "wid=300", (300, 184), (300, 184), (0, 0)),
        ("D9", w, "wid=200&hei=200&fit=constrain", (200, 100), (200, 100), (0, 0)),
        ("D10", w, "wid=200&hei=200&fit=crop", (200, 200), (400, 200), (-100, 0)),
        ("D11", w, "wid=200&hei=200&fit=crop&align=-1,0", (200, 200), (400, 200), (0, 0)),
        ("D11b", w, "wid=200&hei=200&fit=crop&align=1,0", (200, 200), (400, 200), (-200, 0)),
        ("D12", w, "wid=200&hei=200&fit=wrap", (400, 200), (400, 200), (0, 0)),
        ("D13", w, "wid=200&hei=200&fit=stretch", (200, 200), (200, 200), (0, 0)),
        ("D14", w, "wid=200&hei=200&fit=hfit", (200, 200), (200, 100), (0, 50)),
        ("D15", w, "wid=200&hei=200&fit=vfit", (200, 200), (400, 200), (-100, 0)),
        ("D16", s, "wid=200&hei=200", (200, 200), (100, 50), (50, 75)),
        ("D17", s, "wid=200&hei=200&fit=fit,1", (200, 200), (200, 100), (0, 50)),
        ("D18", s, "wid=200&hei=200&fit=constrain,1", (200, 100), (200, 100), (0, 0)),
        ("D19", s, "wid=200&hei=200&fit=constrain,0", (100, 50), (100, 50), (0, 0)),
        ("D20", s, "wid=200&hei=200&fit=crop,1", (200, 200), (400, 200), (-100, 0)),
        ("D21", s, "wid=200&hei=200&fit=stretch,0", (200, 200), (100, 50), (50, 75)),
        ("D22", (100, 1000), "wid=200&hei=200&fit=crop,0", (200, 200), (100, 1000), (50, -400)),
        ("D23", s, "wid=200", (100, 50), (100, 50), (0, 0)),
        ("D24", w, "scl=2", (500, 250), (500, 250), (0, 0)),
        ("D25", w, "scl=8", (125, 63), (125, 63), (0, 0)),
        ("D26", w, "scl=0.5", (2000, 1000), (2000, 1000), (0, 0)),
        ("D27", w, "scl=1&wid=200&hei=200", (200, 200), (1000, 500), (-400, -150)),
        ("D28", w, "scl=1&wid=200&hei=200&align=1,1", (200, 200), (1000, 500), (-800, -300)),
        ("D29", w, "scl=2&wid=800", (800, 250), (500, 250), (150, 0)),
        ("D30", w, "scl=2&wid=800&hei=100&align=-1,1", (800, 100), (500, 250), (0, -150)),
        ("D44", (333, 100), "wid=200&hei=201", (200, 201), (200, 60), (0, 70)),
    ]);
}

#[test]
fn view_transform_vectors_of_02_8() {
    let a = (3000, 2000);
    let b = (1000, 500);
    check(&[
        ("1", a, "wid=200", (200, 133), (200, 133), (0, 0)),
        ("2", a, "hei=200", (300, 200), (300, 200), (0, 0)),
        ("3", a, "wid=200&hei=200", (200, 200), (200, 133), (0, 33)),
        ("4", a, "wid=200&hei=200&align=0,-1", (200, 200), (200, 133), (0, 0)),
        ("5", a, "wid=200&hei=200&align=0,0.5", (200, 200), (200, 133), (0, 50)),
        ("6", a, "wid=200&align=1,1", (200, 133), (200, 133), (0, 0)),
        ("8", a, "wid=200&hei=200&fit=constrain", (200, 133), (200, 133), (0, 0)),
        ("9", a, "wid=200&hei=200&fit=crop", (200, 200), (300, 200), (-50, 0)),
        ("10", a, "wid=200&hei=200&fit=crop&align=1,0", (200, 200), (300, 200), (-100, 0)),
        ("11", a, "wid=200&hei=200&fit=wrap", (300, 200), (300, 200), (0, 0)),
        ("12", a, "wid=200&hei=200&fit=stretch", (200, 200), (200, 200), (0, 0)),
        ("13", a, "wid=200&hei=100&fit=hfit", (200, 100), (200, 133), (0, -17)),
        ("14", a, "wid=400&hei=200&fit=vfit", (400, 200), (300, 200), (50, 0)),
        ("15", b, "wid=2000&hei=2000", (2000, 2000), (1000, 500), (500, 750)),
        ("16", b, "wid=2000&hei=2000&fit=fit,1", (2000, 2000), (2000, 1000), (0, 500)),
        ("17", b, "wid=2000&hei=2000&fit=constrain,0", (1000, 500), (1000, 500), (0, 0)),
        ("18", b, "wid=2000&hei=2000&fit=constrain,1", (2000, 1000), (2000, 1000), (0, 0)),
        ("19", b, "wid=2000", (1000, 500), (1000, 500), (0, 0)),
        ("20", b, "wid=800&hei=800&fit=crop", (800, 800), (1000, 500), (-100, 150)),
        ("21", b, "wid=800&hei=800&fit=crop,1", (800, 800), (1600, 800), (-400, 0)),
        ("22", b, "wid=800&hei=800&fit=stretch", (800, 800), (800, 500), (0, 150)),
        ("27", a, "scl=8", (375, 250), (375, 250), (0, 0)),
        ("28", a, "scl=8&wid=300", (300, 250), (375, 250), (-38, 0)),
        ("29", a, "scl=8&wid=300&hei=300", (300, 300), (375, 250), (-38, 25)),
        ("30", a, "scl=0.5", (6000, 4000), (6000, 4000), (0, 0)),
        ("31", a, "scl=0.2", (15000, 10000), (15000, 10000), (0, 0)),
        ("40", a, "crop=100,100,500,400", (500, 400), (500, 400), (0, 0)),
        ("41", a, "cropN=0.1,0,0.8,1", (2400, 2000), (2400, 2000), (0, 0)),
        ("42", a, "crop=-50,-50,3100,2100", (3100, 2100), (3100, 2100), (0, 0)),
    ]);
}

#[test]
fn rows_12_and_13_scale_each_axis_as_the_spec_says() {
    let g = geometry(&plan("wid=200&hei=200&fit=stretch"), 3000, 2000).unwrap();
    assert_eq!((g.scale_x, g.scale_y), (1.0 / 15.0, 1.0 / 10.0));
}

#[test]
fn wrap_that_may_not_enlarge_is_never_smaller_than_asked_for() {
    // 02 §3.1: wrap capped at 1 -> per axis max(requested, scaled)
    check(&[("wrap", (100, 50), "wid=200&hei=200&fit=wrap", (200, 200), (100, 50), (50, 75))]);
}

#[test]
fn sizes_are_rounded_never_floored_and_never_zero() {
    // cases O-13, O-14, O-15, O-16, O-54
    check(&[
        ("O-13", (165, 220), "wid=300&fit=fit,1", (300, 400), (300, 400), (0, 0)),
        ("O-14", (500, 399), "wid=100", (100, 80), (100, 80), (0, 0)),
        ("O-15", (1500, 735), "wid=300", (300, 147), (300, 147), (0, 0)),
        ("O-16", (2000, 4), "wid=100", (100, 1), (100, 1), (0, 0)),
        ("O-16", (4, 2000), "hei=100", (1, 100), (1, 100), (0, 0)),
        ("O-16", (1, 1), "wid=1", (1, 1), (1, 1), (0, 0)),
        ("O-54", (1000, 1), "wid=10", (10, 1), (10, 1), (0, 0)),
        ("O-54", (1, 1000), "hei=10", (1, 10), (1, 10), (0, 0)),
        ("O-54", (1500, 80), "wid=10", (10, 1), (10, 1), (0, 0)),
        ("O-55", (400, 300), "wid=1&hei=1", (1, 1), (1, 1), (0, 0)),
    ]);
}

#[test]
fn the_default_fit_pads_and_does_not_enlarge() {
    // cases O-17
    let s = (400, 300);
    check(&[
        ("pads", s, "wid=800&hei=600", (800, 600), (400, 300), (200, 150)),
        ("smaller", s, "wid=800&hei=600&fit=constrain,0", (400, 300), (400, 300), (0, 0)),
        ("enlarges", s, "wid=800&hei=600&fit=fit,1", (800, 600), (800, 600), (0, 0)),
    ]);
    assert!(geometry(&plan("wid=800"), 400, 300).unwrap().not_enlarged);
    assert!(!geometry(&plan("wid=800&fit=fit,1"), 400, 300).unwrap().not_enlarged);
    assert!(!geometry(&plan("wid=800&hei=600"), 400, 300).unwrap().not_enlarged);
    assert!(!geometry(&plan("wid=400"), 400, 300).unwrap().not_enlarged);
}

#[test]
fn crop_of_two_zeros_is_the_whole_picture() {
    // ruling 21
    check(&[
        ("crop", (30, 20), "crop=0,0,0,0", (30, 20), (30, 20), (0, 0)),
        ("cropN", (30, 20), "cropN=0,0,0,0", (30, 20), (30, 20), (0, 0)),
    ]);
}

#[test]
fn crop_is_cut_to_what_the_source_has() {
    let g = geometry(&plan("crop=-50,-50,3100,2100"), 3000, 2000).unwrap();
    assert_eq!(g.inside(), Some(Area { x: 0, y: 0, width: 3000, height: 2000 }));
    assert!(g.reaches_outside());
    let g = geometry(&plan("crop=100,100,500,400"), 3000, 2000).unwrap();
    assert_eq!(g.inside(), Some(Area { x: 100, y: 100, width: 500, height: 400 }));
    assert!(!g.reaches_outside());
    let g = geometry(&plan("crop=4000,0,10,10"), 3000, 2000).unwrap();
    assert_eq!(g.inside(), None);
    assert_eq!(g.visible(), Area { x: 0, y: 0, width: 1, height: 1 });
}

#[test]
fn radii_shrink_with_the_picture_and_never_grow() {
    // 02 §8 row 116: s = 0.2
    let reduction = |text| geometry(&plan(text), 3000, 2000).unwrap().reduction();
    assert_eq!(reduction("wid=600"), 0.2);
    assert_eq!(reduction("scl=0.5"), 1.0);
}

#[test]
fn the_layer_and_the_view_scale_together() {
    // 3000 -> 600 -> 300: one tenth; radii shrink with it
    let g = geometry(&plan("size=600,0&wid=300"), 3000, 2000).unwrap();
    assert_eq!((g.scale_x, g.scale_y, g.reduction()), (0.1, 0.1, 0.1));
    assert_eq!((g.layer.size, g.view.scaled), (size(600, 400), size(300, 200)));
    assert_eq!((g.scaled_width, g.scaled_height), (300, 200));
}

#[test]
fn a_view_beside_the_picture_shows_nothing() {
    let g = geometry(&plan("rgn=5000,0,100,100"), 3000, 2000).unwrap();
    assert!(g.shows_nothing() && g.has_margins());
    assert_eq!((g.width, g.height, g.window_place()), (100, 100, (0, 0)));
    let g = geometry(&plan("rgn=2950,0,100,100"), 3000, 2000).unwrap();
    assert!(!g.shows_nothing());
    assert_eq!(g.window(), Area { x: 2950, y: 0, width: 50, height: 100 });
}
