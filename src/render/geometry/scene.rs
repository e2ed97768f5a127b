//! The geometry of a whole request: layers, effects, nested requests.

use super::layer::{Bounds, Extent, LayerGeometry, SourceFacts, layer_geometry};
use super::placement::{Base, effect_place, layer_place};
use super::view::{ViewGeometry, view_geometry};
use super::{GeometryError, Rectangle, Size};
use crate::modifiers::plan::{Content, Effect, ImageSource, Layer, LayerSize, Plan};

/// What the geometry has to ask for.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    /// Facts of a picture by its name, never of a nested request; `None` if it
    /// is not known.
    pub picture: &'a dyn Fn(&ImageSource) -> Option<SourceFacts>,
    /// The space that the text of a layer without both sides of `size` takes;
    /// `None` if it cannot be laid out.
    pub text: &'a dyn Fn(&Layer) -> Option<Bounds>,
}

/// All layers on the canvas, and the canvas in the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Layer 0's final size (01 §4.4).
    pub canvas: Size,
    /// From the bottom to the top; layers that have nothing to show are left out.
    pub layers: Vec<PlacedLayer>,
    /// Of the composite.
    pub effects: Vec<PlacedEffect>,
    pub view: ViewGeometry,
}

/// A layer on the canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedLayer {
    pub number: u32,
    pub geometry: LayerGeometry,
    /// Top-left of its rectangle in canvas pixels.
    pub x: i64,
    pub y: i64,
    /// `hide=1`: neither it nor its effects are drawn.
    pub hidden: bool,
    pub effects: Vec<PlacedEffect>,
}

/// An effect on the canvas; it has the size of its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedEffect {
    pub number: i32,
    /// Top-left of its rectangle in canvas pixels.
    pub x: i64,
    pub y: i64,
}

impl PlacedLayer {
    /// Its rectangle in canvas pixels; what lies outside the canvas is cut off.
    pub fn rectangle(&self) -> Rectangle {
        let Size { width, height } = self.geometry.size;
        Rectangle { x: self.x, y: self.y, width, height }
    }
}

/// Places everything that a plan shows. `requested` is the picture that layer 0
/// shows if it has no source of its own: [`ImageSource::Exported`] for an export.
pub fn scene(
    plan: &Plan,
    requested: Option<&ImageSource>,
    lookup: &Lookup<'_>,
) -> Result<Scene, GeometryError> {
    if !plan.composite.surface.crop_paths.is_empty() {
        return Err(GeometryError::UnknownPaths);
    }
    let layer = plan.base();
    let extent =
        extent(layer, requested, lookup)?.ok_or(GeometryError::NoSize { layer: layer.number })?;
    let geometry = layer_geometry(layer, &extent, None)?;
    let base = Base::of(&geometry);
    let mut layers = vec![placed(layer, geometry, &base, (0, 0))?];
    for layer in plan.layers.iter().skip(1) {
        let Some(extent) = self::extent(layer, requested, lookup)? else { continue };
        let geometry = layer_geometry(layer, &extent, Some(&base))?;
        let place = layer_place(&base, layer.number, geometry.origin, layer.transform.position)?;
        layers.push(placed(layer, geometry, &base, place)?);
    }
    Ok(Scene {
        canvas: base.size,
        layers,
        effects: effects(&plan.composite.effects, 0, &base, (0, 0))?,
        view: view_geometry(&plan.view, base.size)?,
    })
}

fn placed(
    layer: &Layer,
    geometry: LayerGeometry,
    base: &Base,
    place: (i64, i64),
) -> Result<PlacedLayer, GeometryError> {
    Ok(PlacedLayer {
        number: layer.number,
        geometry,
        x: place.0,
        y: place.1,
        hidden: layer.paint.hidden,
        effects: effects(&layer.effects, layer.number, base, place)?,
    })
}

fn effects(
    effects: &[Effect],
    layer: u32,
    base: &Base,
    parent: (i64, i64),
) -> Result<Vec<PlacedEffect>, GeometryError> {
    let place = |effect: &Effect| {
        let (x, y) = effect_place(base, layer, parent, effect.position)?;
        Ok(PlacedEffect { number: effect.number, x, y })
    };
    effects.iter().map(place).collect()
}

/// What the layer takes its size from; `None` if it shows nothing.
fn extent(
    layer: &Layer,
    requested: Option<&ImageSource>,
    lookup: &Lookup<'_>,
) -> Result<Option<Extent>, GeometryError> {
    let number = layer.number;
    let picture = |source: &ImageSource| facts(source, number, lookup).map(Extent::Picture);
    match (layer.content(requested.is_some()), requested) {
        (Content::Requested, Some(source)) | (Content::Image(source), _) => {
            picture(source).map(Some)
        }
        (Content::Text(_), _) if is_full(layer.source.size) => Ok(Some(Extent::Size)),
        (Content::Text(_), _) => {
            let bounds = (lookup.text)(layer);
            Ok(Some(Extent::Own(bounds.ok_or(GeometryError::UnknownText { layer: number })?)))
        }
        (Content::Solid(_), _) => match (&layer.source.mask, &layer.surface.clip) {
            // fitted like a picture (02 §3.3), but the mask's stored anchor is not
            // that of the layer
            (Some(mask), _) => {
                let facts = SourceFacts { anchor: None, ..facts(mask, number, lookup)? };
                Ok(Some(Extent::Picture(facts)))
            }
            (None, Some(clip)) if layer.source.size.is_none() => {
                let [left, top, right, bottom] = clip.bounds();
                Ok(Some(Extent::Own(Bounds { left, top, right, bottom })))
            }
            (None, _) => Ok(Some(Extent::Size)),
        },
        (Content::Requested | Content::Nothing, _) => Ok(None),
    }
}

/// Whether a box has both sides.
fn is_full(size: Option<LayerSize>) -> bool {
    match size {
        Some(LayerSize::Pixels { width, height }) => width > 0 && height > 0,
        Some(LayerSize::Normalised { width, height }) => width > 0.0 && height > 0.0,
        None => false,
    }
}

/// A nested request is a picture of its view's size. Its resolution and anchor are
/// not known.
fn facts(
    source: &ImageSource,
    layer: u32,
    lookup: &Lookup<'_>,
) -> Result<SourceFacts, GeometryError> {
    match source {
        ImageSource::Nested { object, plan } => {
            let Size { width, height } = scene(plan, object.as_deref(), lookup)?.view.size;
            Ok(SourceFacts::of_size(width, height))
        }
        _ => (lookup.picture)(source)
            .ok_or_else(|| GeometryError::UnknownPicture { layer, picture: name(source) }),
    }
}

fn name(source: &ImageSource) -> String {
    match source {
        ImageSource::Exported => "the exported picture".into(),
        ImageSource::Object(name) => format!("'{name}'"),
        ImageSource::Nested { .. } => "a nested request".into(),
        ImageSource::Foreign { prefix, text, .. } => format!("'{prefix}({text})'"),
    }
}
