//! The geometry of a request of one picture, which is layer 0.

use super::layer::{Extent, LayerGeometry, SourceFacts, layer_geometry};
use super::view::{ViewGeometry, view_geometry};
use super::{GeometryError, Rectangle};
use crate::codecs::bitmap::Area;
use crate::modifiers::plan::Plan;

/// What a plan makes of an upright picture of a certain size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    /// Cut of the upright source in its pixels; may reach outside it.
    pub crop: Rectangle,
    /// Size of the upright source in pixels.
    pub source_width: u32,
    pub source_height: u32,
    /// Size of the whole scaled picture, of which the view may show a part.
    pub scaled_width: u32,
    pub scaled_height: u32,
    /// Size of the output in pixels.
    pub width: u32,
    pub height: u32,
    /// Place of the scaled picture's top-left corner in the output; negative
    /// where the view cuts it off.
    pub offset_x: i64,
    pub offset_y: i64,
    /// Output pixels per source pixel, layer and view together.
    pub scale_x: f64,
    pub scale_y: f64,
    /// `wid` or `hei` alone asked for more than the picture has, and enlarging
    /// was not allowed (02 §8 row 19).
    pub not_enlarged: bool,
    /// The source on its way to the composite.
    pub layer: LayerGeometry,
    /// The composite on its way to the output.
    pub view: ViewGeometry,
}

/// Applies the plan to an upright picture of `width` x `height` pixels, the
/// source of layer 0. Other layers have no part in it, see [`super::scene`].
pub fn geometry(plan: &Plan, width: u32, height: u32) -> Result<Geometry, GeometryError> {
    geometry_of(plan, &SourceFacts::of_size(width, height))
}

/// The same for a picture of which more than the size is known.
pub fn geometry_of(plan: &Plan, facts: &SourceFacts) -> Result<Geometry, GeometryError> {
    if !plan.composite.surface.crop_paths.is_empty() {
        return Err(GeometryError::UnknownPaths);
    }
    let layer = layer_geometry(plan.base(), &Extent::Picture(*facts), None)?;
    let view = view_geometry(&plan.view, layer.size)?;
    Ok(Geometry {
        crop: layer.crop,
        source_width: facts.width,
        source_height: facts.height,
        scaled_width: view.scaled.width,
        scaled_height: view.scaled.height,
        width: view.size.width,
        height: view.size.height,
        offset_x: view.x,
        offset_y: view.y,
        scale_x: layer.scale * view.scale_x,
        scale_y: layer.scale * view.scale_y,
        not_enlarged: view.not_enlarged,
        layer,
        view,
    })
}

impl Geometry {
    /// Pixels of the output.
    pub fn output_pixels(&self) -> u64 {
        self.view.size.pixels()
    }

    /// The part of the crop that lies inside the source; `None` if all of it
    /// is outside.
    pub fn inside(&self) -> Option<Area> {
        let source = Rectangle { x: 0, y: 0, width: self.source_width, height: self.source_height };
        self.crop.intersection(&source).map(area)
    }

    /// Whether the crop shows pixels that the source does not have.
    pub fn reaches_outside(&self) -> bool {
        let whole = |area: Area| (area.width, area.height) == (self.crop.width, self.crop.height);
        !self.inside().is_some_and(whole)
    }

    /// The part of the upright source to decode. Where the crop shows nothing
    /// of the source it is one pixel, so that a broken source still fails.
    pub fn visible(&self) -> Area {
        self.inside().unwrap_or(Area { x: 0, y: 0, width: 1, height: 1 })
    }

    /// Whether the view shows nothing of the picture, as only `rgn` and `rect`
    /// can bring about. [`Geometry::window`] must then not be drawn.
    pub fn shows_nothing(&self) -> bool {
        self.view.covered().is_none()
    }

    /// The part of the scaled picture that the view shows, in scaled pixels. One
    /// pixel where it shows nothing.
    pub fn window(&self) -> Area {
        match self.view.covered() {
            Some(covered) => area(Rectangle {
                x: covered.x - self.offset_x,
                y: covered.y - self.offset_y,
                ..covered
            }),
            None => Area { x: 0, y: 0, width: 1, height: 1 },
        }
    }

    /// Where the top-left of [`Geometry::window`] lies in the output.
    pub fn window_place(&self) -> (u32, u32) {
        self.view.covered().map_or((0, 0), |covered| (covered.x as u32, covered.y as u32))
    }

    /// Whether the scaled picture leaves a part of the output uncovered.
    pub fn has_margins(&self) -> bool {
        self.view.covered() != Some(Rectangle::of(self.view.size))
    }

    /// The factor of `op_usm` radii, at most 1 (ruling 11). `fit=stretch` has
    /// two scales; their geometric mean is used.
    pub fn reduction(&self) -> f64 {
        (self.scale_x * self.scale_y).sqrt().min(1.0)
    }
}

/// A rectangle that is known to lie inside a picture.
fn area(rectangle: Rectangle) -> Area {
    Area {
        x: rectangle.x as u32,
        y: rectangle.y as u32,
        width: rectangle.width,
        height: rectangle.height,
    }
}
