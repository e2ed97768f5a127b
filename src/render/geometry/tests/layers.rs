//! 01 §11.4, and 02 §8 from row 40 on as far as layers decide them.

use super::*;
use crate::modifiers::plan::Flip;

/// The last layer of a request: its size and its top-left on the canvas.
#[track_caller]
fn last(requested: Option<&str>, text: &str) -> (Size, (i64, i64)) {
    let scene = scene_from(requested, text);
    let layer = scene.layers.last().unwrap();
    (layer.geometry.size, (layer.x, layer.y))
}

/// Size of layer 0, which is the canvas.
#[track_caller]
fn canvases(rows: &[(&str, &str, &str, (u32, u32))]) {
    for (name, requested, text, (width, height)) in rows {
        let scene = scene_from(Some(requested), text);
        assert_eq!(scene.canvas, size(*width, *height), "{name}: {text}");
        assert_eq!((scene.layers[0].x, scene.layers[0].y), (0, 0), "{name}: layer 0 stays");
    }
}

#[test]
fn placement_vectors_of_01_11_4() {
    let solid = "layer=1&color=ff0000&size=200,100";
    let half = "layer=1&src=400x200&scale=.5&anchor=100,50";
    let corner = "layer=0&originN=-0.5,-0.5&layer=1&color=ff0000&size=200,100";
    for (name, text, (width, height), place) in [
        ("E1", format!("{solid}&pos=10,20"), (200, 100), (410, 220)),
        ("E2", format!("{solid}&posN=0.5,0.5"), (200, 100), (900, 450)),
        ("E3", format!("{corner}&originN=-0.5,-0.5&pos=30,40"), (200, 100), (30, 40)),
        ("E4", format!("{solid}&origin=0,0"), (200, 100), (500, 250)),
        ("E5", half.to_string(), (200, 100), (450, 225)),
        ("E6", format!("{half}&crop=100,50,200,100"), (100, 50), (500, 250)),
        ("E7", format!("{half}&flip=lr"), (200, 100), (350, 225)),
        ("E8", format!("{solid}&rotate=90"), (100, 200), (450, 150)),
        ("E9", format!("{solid}&anchor=0,0&rotate=90"), (100, 200), (400, 250)),
        ("E10", "layer=1&color=ff0000&size=300,300&rotate=-30".to_string(), (410, 410), (295, 45)),
        ("E16", "layer=1&src=400x400&sizeN=0.5,0.5".to_string(), (250, 250), (375, 125)),
        ("E21", "layer=1&src=is(1000x500?size=300,300)".to_string(), (300, 150), (350, 175)),
        ("E23", "layer=1&src=100x50&pos=10,10".to_string(), (100, 50), (460, 235)),
    ] {
        assert_eq!(last(Some("1000x500"), &text), (size(width, height), place), "{name}: {text}");
    }
}

#[test]
fn e2_is_cut_by_the_canvas() {
    let scene = scene_from(Some("1000x500"), "layer=1&color=ff0000&size=200,100&posN=0.5,0.5");
    let seen = scene.layers[1].rectangle().intersection(&Rectangle::of(scene.canvas));
    assert_eq!(seen, Some(Rectangle { x: 900, y: 450, width: 100, height: 50 }));
}

#[test]
fn origins_of_e5_to_e9() {
    for (name, text, origin) in [
        ("E5", "src=400x200&scale=.5&anchor=100,50", (50.0, 25.0)),
        ("E6", "src=400x200&scale=.5&anchor=100,50&crop=100,50,200,100", (0.0, 0.0)),
        ("E7", "src=400x200&scale=.5&anchor=100,50&flip=lr", (150.0, 25.0)),
        ("E9", "color=ff0000&size=200,100&anchor=0,0&rotate=90", (100.0, 0.0)),
    ] {
        let scene = scene_from(Some("1000x500"), &format!("layer=1&{text}"));
        let geometry = scene.layers[1].geometry;
        assert_eq!(geometry.origin, point(origin.0, origin.1), "{name}");
        assert_eq!(geometry.anchor, Some(geometry.origin), "{name}");
    }
}

#[test]
fn canvas_vectors_of_01_11_4() {
    canvases(&[
        ("E11", "400x300", "size=200,0&extend=0,30,0,0", (200, 180)),
        ("E12", "1000x1000", "cropN=.2,.3,.8,.9&extend=5,5,5,5&bgColor=255,0,0", (810, 910)),
        ("E13", "1000x500", "cropN=0.1,0,0.8,1", (800, 500)),
        ("E14", "200x100", "extendN=.1,.1,.1,.1", (240, 120)),
        // ruling 19: the scaled rectangle, not the box
        ("E15", "1600x1200", "size=1000,1000", (1000, 750)),
        ("E17", "1000x500@300", "res=30", (100, 50)),
        ("E18", "1000x500@300", "res=30&scale=.5", (500, 250)),
        ("E18", "1000x500@300", "res=30&scale=.5&size=200,0", (200, 100)),
        ("E19", "100x100", "size=200,200", (200, 200)),
        ("E25", "1000x500", "layer=0&pos=50,50", (1000, 500)),
    ]);
    let content = |requested: &str, text: &str| base(requested, text).content;
    assert_eq!(
        content("400x300", "size=200,0&extend=0,30,0,0"),
        Rectangle { x: 0, y: 30, width: 200, height: 150 },
        "E11"
    );
    let e12 = base("1000x1000", "cropN=.2,.3,.8,.9&extend=5,5,5,5");
    assert_eq!(e12.crop, Rectangle { x: 200, y: 300, width: 800, height: 900 }, "E12");
    assert_eq!(e12.content, Rectangle { x: 5, y: 5, width: 800, height: 900 }, "E12");
    assert_eq!(
        content("200x100", "extendN=.1,.1,.1,.1"),
        Rectangle { x: 20, y: 10, width: 200, height: 100 },
        "E14"
    );
}

#[test]
fn e20_is_example_a() {
    let text = "layer=0&originN=0,0&layer=1&src=500x1000&size=800,800&originN=-0.5,0&posN=-0.5,0";
    assert_eq!(last(Some("1000x1000"), text), (size(400, 800), (0, 100)));
}

#[test]
fn e23_effects_are_placed_from_their_layer() {
    let scene = scene_from(
        Some("1000x500"),
        "layer=1&src=100x50&pos=10,10&effect=-1&color=0,0,0&pos=3,4&effect=2&color=0,0,0&posN=.1,.1",
    );
    // posN .1 of layer 0's 1000 x 500
    let expected =
        [PlacedEffect { number: -1, x: 463, y: 239 }, PlacedEffect { number: 2, x: 560, y: 285 }];
    assert_eq!(scene.layers[1].effects, expected);
}

#[test]
fn effects_of_the_composite_are_placed_from_the_canvas() {
    let scene = scene_from(Some("1000x500"), "effect=-1&color=0,0,0&pos=3,4");
    assert_eq!(scene.effects, [PlacedEffect { number: -1, x: 3, y: 4 }]);
    assert_eq!(scene.layers[0].effects, []);
}

#[test]
fn e24_a_solid_layer_0_is_the_canvas_where_no_picture_is_requested() {
    let scene = scene_from(None, "color=ff0000&size=300,200");
    assert_eq!(scene.canvas, size(300, 200));
    assert_eq!(scene.view.size, size(300, 200));
    // of a requested picture it is the fill under transparent parts, in its box
    assert_eq!(scene_from(Some("1000x500"), "color=ff0000&size=300,200").canvas, size(300, 150));
}

#[test]
fn rows_40_to_62_of_02_8() {
    canvases(&[
        ("40", "A", "crop=100,100,500,400", (500, 400)),
        ("41", "A", "cropN=0.1,0,0.8,1", (2400, 2000)),
        ("42", "A", "crop=-50,-50,3100,2100&fmt=png-alpha", (3100, 2100)),
        ("43", "A", "crop=-50,-50,3100,2100&fmt=png-alpha&bgColor=255,0,0", (3100, 2100)),
        ("45", "A", "size=800,800", (800, 533)),
        ("46", "A", "size=800,0", (800, 533)),
        ("47", "A", "size=0,0", (3000, 2000)),
        ("48", "B", "size=2000,0", (2000, 1000)),
        ("49", "A", "size=300,0&scale=.5&res=1", (300, 200)),
        ("50", "A", "scale=.3423", (1027, 685)),
        ("51", "A", "res=75", (750, 500)),
        ("57", "A", "size=300,0&rotate=90", (200, 300)),
        ("58", "B", "size=100,0&rotate=30", (112, 94)),
        ("59", "B", "size=100,0&extend=5,5,5,5", (110, 60)),
        ("60", "B", "size=100,0&extendN=.1,0,.1,0", (120, 50)),
        ("61", "B", "size=100,0&rotate=90&extendN=.5,0,0,0", (75, 100)),
        ("85", "A", "hide=1&fmt=jpeg", (3000, 2000)),
        ("151", "C", "req=mask&fmt=tif,gray", (400, 400)),
        ("138", "A", "printRes=300&fmt=png", (3000, 2000)),
    ]);
    assert_eq!(base("A", "cropN=0.1,0,0.8,1").crop.x, 300, "41");
    assert_eq!(base("B", "size=100,0&extend=5,5,5,5").content.x, 5, "59");
    let turned = base("A", "size=300,0&rotate=90").shape;
    assert!(matches!(turned, Shape::Turned { quarters: Some(1), .. }), "57: {turned:?}");
    assert!(scene_from(Some("A"), "hide=1&fmt=jpeg").layers[0].hidden, "85");
    assert_eq!(
        scene_of(&plan("size=100,0&extend=-60,0,-60,0"), Some("B")),
        Err(GeometryError::LayerEmpty { layer: 0, command: "extend", width: -20, height: 50 }),
        "62"
    );
}

#[test]
fn row_53_size_n_is_of_layer_0_after_its_transforms() {
    let text = "layer=0&size=1000,0&layer=1&src=C&sizeN=.3,.3";
    assert_eq!(last(Some("A"), text).0, size(200, 200));
    // 1000 + 500 wide with its margin: .3 of it is 450, .3 of 667 is 200.1
    let text = "layer=0&size=1000,0&extend=0,0,500,0&layer=1&color=ff0000&sizeN=.3,.3";
    assert_eq!(last(Some("A"), text).0, size(450, 200));
}

#[test]
fn row_63_flip_stays_with_what_it_was_written_for() {
    let horizontal = Flip { horizontal: true, vertical: false };
    assert_eq!(plan("flip=lr").composite.surface.flip, horizontal);
    assert_eq!(base("A", "flip=lr").flip, Flip::default());
    assert_eq!(base("A", "layer=0&flip=lr").flip, horizontal);
}

#[test]
fn rows_65_to_72_of_02_8() {
    let q = "layer=0&color=255,255,255&size=1000,1000";
    let p = "layer=1&color=255,0,0&size=200,100";
    for (row, layer_0, layer_1, (width, height), place) in [
        ("65", "", "", (200, 100), (400, 450)),
        ("66", "", "&pos=10,20", (200, 100), (410, 470)),
        ("67", "", "&originN=-0.5,0&posN=-0.5,0", (200, 100), (0, 450)),
        ("68", "", "&originN=0.5,0&posN=0.5,0", (200, 100), (800, 450)),
        ("69", "", "&extend=0,0,100,0", (300, 100), (350, 450)),
        ("70", "", "&anchor=0,0&flip=lr", (200, 100), (300, 500)),
        ("71", "", "&rotate=90", (100, 200), (450, 400)),
        ("72", "", "&anchor=0,0&rotate=90", (100, 200), (400, 500)),
        // C20: 500 - 100.5 = 399.5 and 500 - 50.5 = 449.5 are rounded up
        ("C20", "", "&extend=0,0,1,1", (201, 101), (400, 450)),
        // layer 0's anchor is what the others are placed by
        ("C24", "&anchor=100,50", "", (200, 100), (0, 0)),
    ] {
        let text = format!("{q}{layer_0}&{p}{layer_1}");
        assert_eq!(last(None, &text), (size(width, height), place), "row {row}: {text}");
    }
}

#[test]
fn row_73_tracks_the_anchor_through_crop_and_scale() {
    let text = "layer=1&src=A&crop=100,100,500,400&scale=.5&anchor=200,200";
    let scene = scene_from(Some("B"), text);
    let geometry = scene.layers[1].geometry;
    assert_eq!((geometry.size, geometry.origin), (size(250, 200), point(50.0, 50.0)));
}

#[test]
fn a_stored_anchor_yields_to_the_command_and_that_to_origin() {
    let facts = SourceFacts { anchor: Some((10.0, 20.0)), ..SourceFacts::of_size(400, 200) };
    for (text, origin) in [
        ("wid=9", (10.0, 20.0)),
        ("scale=.5", (5.0, 10.0)),
        ("anchor=100,50", (100.0, 50.0)),
        ("anchorN=.25,-.25", (300.0, 50.0)),
        ("anchor=100,50&origin=1,2", (1.0, 2.0)),
        ("anchor=100,50&originN=-.5,.5", (0.0, 200.0)),
    ] {
        let geometry = layer_geometry(plan(text).base(), &Extent::Picture(facts), None).unwrap();
        assert_eq!(geometry.origin, point(origin.0, origin.1), "{text}");
    }
}

#[test]
fn res_without_a_known_resolution_does_nothing() {
    let geometry = base("B", "res=30");
    assert_eq!((geometry.size, geometry.without_resolution), (size(1000, 500), true));
    assert!(!base("A", "res=30").without_resolution);
    assert!(!base("B", "res=30&scale=1").without_resolution);
}

#[test]
fn self_sizing_layers_lie_by_their_own_zero_point() {
    // row 96 as a layer: a path from 0,0 to 100,100 at layer 0's origin
    let path = "layer=1&color=ff0000&clipPath=M0,0,L100,0,L100,100,Z";
    assert_eq!(last(Some("B"), path), (size(100, 100), (500, 250)));
    // row 97's two triangles reach from 10,10 to 15,15
    let row_97 = "layer=1&color=ff0000&clipPath=m10,10,l5,0,l0,5,z,m2,2,l1,0,l0,1";
    assert_eq!(last(Some("B"), row_97), (size(5, 5), (510, 260)));
    let sized = format!("{path}&size=300,200");
    assert_eq!(last(Some("B"), &sized), (size(300, 200), (350, 150)));
    // a line from 24.5 above to 5 below its base line: rows -25 to 5
    assert_eq!(last(Some("B"), "layer=1&text=x"), (size(120, 30), (500, 225)));
    assert_eq!(last(Some("B"), "layer=1&text=x&origin=0,0"), (size(120, 30), (500, 250)));
    assert_eq!(last(Some("B"), "layer=1&text=x&size=80,40"), (size(80, 40), (460, 230)));
}

#[test]
fn a_mask_gives_a_solid_layer_its_size() {
    let text = "layer=1&color=ff0000&mask=C";
    assert_eq!(last(Some("B"), text).0, size(400, 400));
    assert_eq!(last(Some("B"), &format!("{text}&crop=0,0,200,100&scale=.5")).0, size(100, 50));
    assert_eq!(last(Some("B"), &format!("{text}&size=50,100")).0, size(50, 50));
    // without the stored anchor of the mask: 500 - 400 / 2, 250 - 200 / 2
    let picture = |_: &ImageSource| {
        let size = SourceFacts::of_size(1000, 500);
        Some(SourceFacts { anchor: Some((500.0, 250.0)), ..size })
    };
    let lookup = Lookup { picture: &picture, text: &self::text };
    let scene = scene(&plan(&format!("{text}&scale=.4")), Some(&ImageSource::Exported), &lookup);
    let layer = &scene.unwrap().layers[1];
    assert_eq!((layer.geometry.anchor, layer.x, layer.y), (None, 300, 150));
    // a picture keeps its own size
    assert_eq!(last(Some("B"), "layer=1&src=A&mask=C").0, size(3000, 2000));
}

#[test]
fn nested_requests_are_pictures_of_their_views_size() {
    for (text, wanted) in [
        ("layer=1&src=is(A?wid=30)", (30, 20)),
        ("layer=1&src=is(A?wid=30&hei=30&fit=stretch)", (30, 30)),
        ("layer=1&src=is(?layer=0&src=C&size=10,0)", (10, 10)),
        ("layer=1&src=is(?color=ff0000&size=30,20)&scale=2", (60, 40)),
        ("layer=1&src=is(B?layer=0&src=is(C?wid=50)&wid=10)", (10, 10)),
        ("layer=1&src=is(B?rect=0,0,7,8)", (7, 8)),
    ] {
        assert_eq!(last(Some("A"), text).0, size(wanted.0, wanted.1), "{text}");
    }
}

#[test]
fn layers_that_show_nothing_are_left_out() {
    let scene = scene_from(Some("B"), "layer=2&hide=0&layer=5&src=C&hide=1");
    let layers: Vec<_> = scene.layers.iter().map(|layer| (layer.number, layer.hidden)).collect();
    assert_eq!(layers, [(0, false), (5, true)]);
}

#[test]
fn what_cannot_be_placed_names_the_layer() {
    let error = |requested: Option<&str>, text: &str| scene_of(&plan(text), requested).unwrap_err();
    assert_eq!(error(None, "wid=9"), GeometryError::NoSize { layer: 0 });
    assert_eq!(error(Some("B"), "cropPathE=a"), GeometryError::UnknownPaths);
    assert_eq!(error(Some("B"), "layer=1&src=C&cropPathE=a"), GeometryError::UnknownPaths);
    assert_eq!(error(None, "color=ff0000&size=9,0"), GeometryError::NoSize { layer: 0 });
    let picture = |_: &ImageSource| facts("B");
    let lookup = Lookup { picture: &picture, text: &|_: &Layer| None };
    assert_eq!(
        scene(&plan("layer=1&text=x"), Some(&ImageSource::Exported), &lookup),
        Err(GeometryError::UnknownText { layer: 1 })
    );
    assert_eq!(
        error(Some("B"), "layer=3&src=lost").to_string(),
        "the size of 'lost' on layer 3 is not known"
    );
    assert_eq!(
        error(Some("B"), "layer=3&src=C&scale=1e300").to_string(),
        "scale makes layer 3 18446744073709551615 x 18446744073709551615 pixels, more than \
         4294967295 a side"
    );
    assert_eq!(
        error(Some("1000000x9"), "layer=3&src=C&posN=2e9,0"),
        GeometryError::LayerTooFar { layer: 3, command: "pos" }
    );
}
