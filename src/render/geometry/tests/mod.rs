//! The vectors of 01 §11.3, §11.4 and 02 §8, read through the language.

mod language;
mod layers;
mod picture;
mod properties;
mod turning;
mod view;

use super::*;
use crate::codecs::bitmap::Area;
use crate::modifiers::plan::{ImageSource, Layer};
use crate::modifiers::{
    Defaults, Macros, Plan, Resolution, Severity, Sources, Strictness, resolve,
};

fn resolved(is_modifier: &str) -> Resolution {
    let sources = Sources { is_modifier, ..Sources::default() };
    resolve(&sources, &Macros::new(), &Defaults::default(), Strictness::Normal)
}

/// The plan of a request that the language accepts, carried out yet or not.
#[track_caller]
fn plan(is_modifier: &str) -> Plan {
    let resolution = resolved(is_modifier);
    resolution.plan.unwrap_or_else(|| panic!("{is_modifier}: {:?}", resolution.diagnostics))
}

/// Pictures of the vectors: `A`, `B` and `C` of 02 §8, and any size as `400x200` or,
/// with a resolution, `400x200@300`.
fn facts(name: &str) -> Option<SourceFacts> {
    let (size, resolution) = match name {
        "A" => ("3000x2000", Some(300.0)),
        "B" => ("1000x500", None),
        "C" => ("400x400", None),
        _ => match name.split_once('@') {
            Some((size, resolution)) => (size, Some(resolution.parse().ok()?)),
            None => (name, None),
        },
    };
    let (width, height) = size.split_once('x')?;
    let size = SourceFacts::of_size(width.parse().ok()?, height.parse().ok()?);
    Some(SourceFacts { resolution, ..size })
}

/// The scene of a plan. `requested` is the picture of layer 0, if there is one.
fn scene_of(plan: &Plan, requested: Option<&str>) -> Result<Scene, GeometryError> {
    let requested = requested.map(|name| ImageSource::Object(name.into()));
    let picture = |source: &ImageSource| match source {
        ImageSource::Object(name) => facts(name),
        _ => None,
    };
    scene(plan, requested.as_ref(), &Lookup { picture: &picture, text: &text })
}

/// Every text is a line of 120 x 29.5 pixels whose base line starts at 0,0.
fn text(_: &Layer) -> Option<Bounds> {
    Some(Bounds { left: 0.0, top: -24.5, right: 120.0, bottom: 5.0 })
}

/// The scene of a request that has one.
#[track_caller]
fn scene_from(requested: Option<&str>, is_modifier: &str) -> Scene {
    scene_of(&plan(is_modifier), requested).unwrap_or_else(|error| panic!("{is_modifier}: {error}"))
}

/// Layer 0 of a request for a picture.
#[track_caller]
fn base(requested: &str, text: &str) -> LayerGeometry {
    scene_from(Some(requested), text).layers[0].geometry
}

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}
