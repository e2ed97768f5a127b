//! Rotation and perspective: 02 §8 row 103 and what the rows do not say.

use super::*;

/// Where a point of the scaled picture comes to in the final rectangle.
fn sent(geometry: &LayerGeometry, x: f64, y: f64) -> Point {
    let Shape::Turned { matrix: [a, b, c, d, e, f], .. } = geometry.shape else {
        panic!("{geometry:?}")
    };
    point(a * x + b * y + c, d * x + e * y + f)
}

#[test]
fn quarter_turns_send_corners_to_corners_whatever_the_anchor() {
    // clockwise: the top-left of a picture turned by 90 degrees is at the top right
    let corners = [(0.0, 0.0), (200.0, 0.0), (200.0, 100.0), (0.0, 100.0)];
    for (degrees, turned) in [
        (0, [(0.0, 0.0), (200.0, 0.0), (200.0, 100.0), (0.0, 100.0)]),
        (90, [(100.0, 0.0), (100.0, 200.0), (0.0, 200.0), (0.0, 0.0)]),
        (180, [(200.0, 100.0), (0.0, 100.0), (0.0, 0.0), (200.0, 0.0)]),
        (270, [(0.0, 200.0), (0.0, 0.0), (100.0, 0.0), (100.0, 200.0)]),
    ] {
        for anchor in ["", "&anchor=0,0", "&anchor=-33,71", "&anchorN=.3,.3"] {
            for turn in [degrees, degrees - 360, degrees + 720] {
                let text = format!("rotate={turn}{anchor}&extend=7,9,0,0");
                let geometry = base("200x100", &text);
                for ((x, y), to) in corners.into_iter().zip(turned) {
                    let got = sent(&geometry, x, y);
                    let wanted = point(to.0 + 7.0, to.1 + 9.0);
                    let near = (got.x - wanted.x).abs() < 1e-9 && (got.y - wanted.y).abs() < 1e-9;
                    assert!(near, "{text}: {x},{y} comes to {got:?}, not {wanted:?}");
                }
            }
        }
    }
}

#[test]
fn any_turn_keeps_the_anchor_and_fills_its_box() {
    for degrees in ["1", "30", "-30", "45", "89.9", "135", "200.5", "359"] {
        for anchor in [(0, 0), (200, 100), (-50, 300), (37, 11)] {
            let text = format!("rotate={degrees}&anchor={},{}", anchor.0, anchor.1);
            let geometry = base("200x100", &text);
            let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
            let kept = sent(&geometry, anchor.0.into(), anchor.1.into());
            let tracked = geometry.anchor.unwrap();
            assert!(near(kept.x, tracked.x) && near(kept.y, tracked.y), "{text}");
            let corners = [(0.0, 0.0), (200.0, 0.0), (200.0, 100.0), (0.0, 100.0)]
                .map(|(x, y)| sent(&geometry, x, y));
            let least = |pick: fn(&Point) -> f64| corners.iter().map(pick).fold(f64::MAX, f64::min);
            let most = |pick: fn(&Point) -> f64| corners.iter().map(pick).fold(f64::MIN, f64::max);
            assert!(near(least(|p| p.x), 0.0) && near(least(|p| p.y), 0.0), "{text}");
            let (width, height) = (f64::from(geometry.size.width), f64::from(geometry.size.height));
            for (side, end) in [(width, most(|p| p.x)), (height, most(|p| p.y))] {
                assert!(end <= side + 1e-6 && end > side - 1.0, "{text}: {end} of {side}");
            }
        }
    }
}

#[test]
fn row_103_bends_over_the_canvas() {
    let text = "perspectiveN=0,0,1,0,1,1,0,1";
    let whole =
        [(0.0, 0.0), (3000.0, 0.0), (3000.0, 2000.0), (0.0, 2000.0)].map(|(x, y)| point(x, y));
    let geometry = base("A", text);
    assert_eq!(geometry.shape, Shape::Bent { corners: whole });
    assert_eq!(geometry.size, size(3000, 2000));
    // on another layer the corners are still those of the canvas, wherever layer 0's
    // origin is, and size and res do not count
    for more in ["", "&size=10,10", "&res=3", "&extend=0,0,0,0"] {
        let text = format!("layer=0&anchor=9,9&layer=1&src=A&{text}{more}");
        let scene = scene_from(Some("A"), &text);
        let layer = &scene.layers[1];
        assert_eq!(layer.geometry.shape, Shape::Bent { corners: whole }, "{text}");
        assert_eq!((layer.x, layer.y, layer.geometry.size), (0, 0, size(3000, 2000)), "{text}");
        assert_eq!(layer.geometry.scaled, size(3000, 2000), "{text}");
    }
}

#[test]
fn perspective_keeps_its_place_when_it_is_extended_and_moves_with_pos() {
    let text = "layer=1&src=C&perspective=10,20,90,20,90,80,10,80&extend=5,7,0,0&pos=3,4&scale=.5";
    let scene = scene_from(Some("B"), text);
    let layer = &scene.layers[1];
    assert_eq!((layer.x, layer.y), (3 - 5, 4 - 7));
    assert_eq!(layer.geometry.size, size(1005, 507));
    assert_eq!(layer.geometry.scaled, size(200, 200));
    let Shape::Bent { corners } = layer.geometry.shape else { panic!() };
    assert_eq!(corners[0], point(15.0, 27.0));
}
