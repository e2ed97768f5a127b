//! What holds for every plan, also for values that the language does not let through.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::modifiers::plan::{
    Align, Anchor, Colour, Crop, Effect, Extend, Fit, FitMode, Flip, LayerOrigin, LayerSize, Model,
    Perspective, Position, Region, Sampling, Source, Transform, View, ViewCut,
};

const RED: Colour = Colour { model: Model::Rgb([255, 0, 0]), alpha: 1.0, in_source_space: false };

const MODES: [FitMode; 7] = [
    FitMode::Fit,
    FitMode::Constrain,
    FitMode::Crop,
    FitMode::Wrap,
    FitMode::Stretch,
    FitMode::Hfit,
    FitMode::Vfit,
];

// Strategies are boxed: unboxed they are values too large for the stack of a test.

/// Any real, the usual ones and the worst ones most often.
fn real() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -2.0..2.0,
        4 => -3000.0..3000.0,
        1 => proptest::sample::select(vec![0.0, 0.5, 1e-300, -1e300, 1e300, f64::MAX, f64::MIN]),
        1 => -2_147_483_648.0..2_147_483_648.0,
    ]
}

fn factor() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => 0.01..20.0,
        1 => proptest::sample::select(vec![1e-320, f64::MIN_POSITIVE, 1e-9, 1e9, 1e300, f64::MAX]),
    ]
}

fn int() -> impl Strategy<Value = i32> {
    prop_oneof![8 => -3000..3000, 1 => Just(i32::MIN), 1 => Just(i32::MAX), 1 => any::<i32>()]
}

fn side() -> impl Strategy<Value = u32> {
    prop_oneof![16 => 1u32..4000, 1 => Just(1), 1 => Just(u32::MAX), 1 => any::<u32>()]
}

fn view() -> BoxedStrategy<View> {
    let region = (int(), int(), side(), side()).prop_map(|(x, y, width, height)| Region {
        x,
        y,
        width,
        height,
    });
    let cut = (int(), int(), side(), side(), factor())
        .prop_map(|(x, y, width, height, scale)| ViewCut { x, y, width, height, scale });
    let ratio = prop_oneof![3 => Just(1.0), 1 => factor()];
    let sizes = (of(side()), of(side()), of(factor()), 0usize..7, any::<bool>());
    (sizes, -1.0..=1.0, -1.0..=1.0, of(region), of(cut), ratio)
        .prop_map(
            |(
                (width, height, scale, mode, upscale),
                horizontal,
                vertical,
                region,
                rectangle,
                pixel_ratio,
            )| {
                View {
                    width,
                    height,
                    fit: Fit { mode: MODES[mode], upscale },
                    scale,
                    align: Align { horizontal, vertical },
                    region,
                    rectangle,
                    pixel_ratio,
                    ..View::default()
                }
            },
        )
        .boxed()
}

fn source() -> BoxedStrategy<Source> {
    let crop = prop_oneof![
        (int(), int(), side(), side()).prop_map(|(x, y, width, height)| Crop::Pixels {
            x,
            y,
            width,
            height
        }),
        (real(), real(), real(), real()).prop_map(|(x, y, width, height)| Crop::Normalised {
            x,
            y,
            width,
            height
        }),
    ];
    let size = prop_oneof![
        (0u32..4000, 0u32..4000).prop_map(|(width, height)| LayerSize::Pixels { width, height }),
        (side(), side()).prop_map(|(width, height)| LayerSize::Pixels { width, height }),
        (real(), real()).prop_map(|(width, height)| LayerSize::Normalised { width, height }),
    ];
    let anchor = prop_oneof![
        (int(), int()).prop_map(|(x, y)| Anchor::Pixels { x, y }),
        (real(), real()).prop_map(|(x, y)| Anchor::Normalised { x, y }),
    ];
    let masked = any::<bool>();
    (of(crop), of(size), of(factor()), of(factor()), of(anchor), masked)
        .prop_map(|(crop, size, scale, resolution, anchor, masked)| Source {
            crop,
            size,
            scale,
            resolution,
            anchor,
            mask: masked.then_some(ImageSource::Exported),
            ..Source::default()
        })
        .boxed()
}

fn position() -> impl Strategy<Value = Position> {
    prop_oneof![
        (int(), int()).prop_map(|(x, y)| Position::Pixels { x, y }),
        (real(), real()).prop_map(|(x, y)| Position::Normalised { x, y }),
    ]
}

fn transform() -> BoxedStrategy<Transform> {
    let corner = || (real(), real());
    let perspective = ([corner(), corner(), corner(), corner()], any::<bool>()).prop_map(
        |(corners, normalised)| Perspective { corners, normalised, sampling: Sampling::default() },
    );
    let extend = prop_oneof![
        (int(), int(), int(), int()).prop_map(|(left, top, right, bottom)| Extend::Pixels {
            left,
            top,
            right,
            bottom
        }),
        (real(), real(), real(), real())
            .prop_map(|(left, top, right, bottom)| Extend::Normalised { left, top, right, bottom }),
    ];
    let origin = prop_oneof![
        (int(), int()).prop_map(|(x, y)| LayerOrigin::Pixels { x, y }),
        (real(), real()).prop_map(|(x, y)| LayerOrigin::Normalised { x, y }),
    ];
    let rotate = prop_oneof![2 => Just(0.0), 2 => Just(90.0), 4 => real()];
    let bent = prop_oneof![4 => Just(None), 1 => perspective.prop_map(Some)];
    (rotate, bent, of(extend), of(origin), of(position()))
        .prop_map(|(rotate, perspective, extend, origin, position)| Transform {
            rotate,
            perspective,
            extend,
            origin,
            position,
        })
        .boxed()
}

/// A layer that shows the exported picture, a colour or nothing.
fn layer(number: u32) -> BoxedStrategy<Layer> {
    let flip = (any::<bool>(), any::<bool>())
        .prop_map(|(horizontal, vertical)| Flip { horizontal, vertical });
    (source(), transform(), flip, 0..4, of(position()))
        .prop_map(move |(source, transform, flip, kind, effect)| {
            let mut layer = Layer { number, source, transform, ..Layer::default() };
            layer.surface.flip = flip;
            if kind < 2 {
                layer.source.image = Some(ImageSource::Exported);
            } else if kind == 2 {
                layer.paint.colour = Some(RED);
            }
            layer.effects = vec![Effect { number: 1, position: effect, ..Effect::default() }];
            layer
        })
        .boxed()
}

/// Pictures of a side of at most 5000 pixels are usual, the largest possible.
fn picture() -> impl Strategy<Value = SourceFacts> {
    (side(), side(), of(factor()), of((real(), real()))).prop_map(
        |(width, height, resolution, anchor)| SourceFacts { width, height, resolution, anchor },
    )
}

fn sound(layer: &LayerGeometry) {
    let Size { width, height } = layer.size;
    assert!(width >= 1 && height >= 1 && layer.crop.width >= 1 && layer.scaled.width >= 1);
    assert!(layer.scale.is_finite());
    assert!(layer.origin.x.is_finite() && layer.origin.y.is_finite());
    assert!(layer.anchor.is_none_or(|anchor| anchor.x.is_finite() && anchor.y.is_finite()));
    match layer.shape {
        Shape::Turned { matrix, .. } => assert!(matrix.into_iter().all(f64::is_finite)),
        Shape::Bent { corners } => {
            assert!(corners.into_iter().all(|point| point.x.is_finite() && point.y.is_finite()));
        }
    }
}

/// What the renderer relies on when it cuts and pastes.
fn window_fits(g: &Geometry) {
    let end = |start: u32, length: u32| u64::from(start) + u64::from(length);
    let window = g.window();
    let (x, y) = g.window_place();
    assert!(window.width >= 1 && window.height >= 1);
    assert!(end(window.x, window.width) <= g.scaled_width.into());
    assert!(end(window.y, window.height) <= g.scaled_height.into());
    assert!(end(x, window.width) <= g.width.into());
    assert!(end(y, window.height) <= g.height.into());
    let visible = g.visible();
    assert!(end(visible.x, visible.width) <= g.source_width.into());
    assert!(end(visible.y, visible.height) <= g.source_height.into());
    assert!((0.0..=1.0).contains(&g.reduction()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn one_picture_has_sound_numbers_or_an_error(
        layer in layer(0), view in view(), facts in picture(),
    ) {
        let plan = Plan { layers: vec![layer], view, ..Plan::default() };
        if let Ok(g) = geometry_of(&plan, &facts) {
            sound(&g.layer);
            window_fits(&g);
        }
    }

    #[test]
    fn usual_views_always_have_a_geometry(
        width in 1u32..5000, height in 1u32..5000,
        wid in of(1u32..3000), hei in of(1u32..3000),
        mode in 0usize..7, upscale: bool, scale in of(0.01f64..50.0),
        horizontal in -1.0f64..1.0, vertical in -1.0f64..1.0,
    ) {
        let mut plan = Plan::default();
        plan.view.width = wid;
        plan.view.height = hei;
        plan.view.fit = Fit { mode: MODES[mode], upscale };
        plan.view.scale = scale;
        plan.view.align = Align { horizontal, vertical };
        let g = geometry(&plan, width, height).unwrap();
        prop_assert!(!g.shows_nothing());
        window_fits(&g);
    }

    #[test]
    fn any_plan_has_a_sound_scene_or_an_error(
        base in layer(0), others in vec(layer(1), 0..3), view in view(), facts in picture(),
        requested: bool,
    ) {
        let mut layers = vec![base];
        for (index, layer) in others.into_iter().enumerate() {
            layers.push(Layer { number: index as u32 + 1, ..layer });
        }
        let plan = Plan { layers, view, ..Plan::default() };
        let nested = ImageSource::Nested {
            object: Some(Box::new(ImageSource::Exported)),
            plan: Box::new(plan.clone()),
        };
        let outer = Plan {
            layers: vec![Layer {
                source: Source { image: Some(nested), ..Source::default() },
                ..Layer::default()
            }],
            ..Plan::default()
        };
        let picture = |_: &ImageSource| Some(facts);
        let lookup = Lookup { picture: &picture, text: &text };
        let inner = scene(&plan, requested.then_some(&ImageSource::Exported), &lookup);
        if let Ok(scene) = &inner {
            for layer in &scene.layers {
                sound(&layer.geometry);
            }
            prop_assert_eq!((scene.layers[0].x, scene.layers[0].y), (0, 0));
            prop_assert_eq!(scene.layers[0].geometry.size, scene.canvas);
        }
        if requested {
            // a picture is as large as the view of the request that makes it
            let whole = super::super::scene(&outer, None, &lookup).map(|scene| scene.canvas);
            prop_assert_eq!(whole, inner.map(|scene| scene.view.size));
        }
    }
}
