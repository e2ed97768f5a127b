//! One layer up to its final rectangle (01 §5.2, §5.3; 02 §1 L2 to L8).
//!
//! `cropPathE` needs the paths inside the source, which are not read yet: it is an
//! error.

use super::placement::Base;
use super::rounding::{coordinate, is_near, side};
use super::turning::Turned;
use super::{GeometryError, Point, Rectangle, Size};
use crate::modifiers::plan::{Extend, Flip, Layer, LayerOrigin};

/// What the geometry needs to know of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceFacts {
    /// Upright, in pixels, at least 1.
    pub width: u32,
    pub height: u32,
    /// Of the asset, for `res=`; above 0. `None`: `res=` scales by 1 (02 §3.3).
    pub resolution: Option<f64>,
    /// Stored with the asset: pixels from the top-left. `anchor=` replaces it.
    pub anchor: Option<(f64, f64)>,
}

impl SourceFacts {
    /// A picture of which only the size is known.
    pub fn of_size(width: u32, height: u32) -> SourceFacts {
        SourceFacts { width, height, resolution: None, anchor: None }
    }
}

/// What a layer takes its size from (01 §4.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Extent {
    /// From a picture, or the mask of a solid layer: cut and scaled.
    Picture(SourceFacts),
    /// From `size=` alone: solid colour and text boxes.
    Size,
    /// From what it shows: text without full size, colour in a `clipPath`.
    Own(Bounds),
}

/// The space that self-sizing content takes, in pixels around the point that is
/// its default origin: 0,0 of a path, or the base line of text (02 §3.3, §6.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// What becomes of a layer, up to its final rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerGeometry {
    /// Cut of the upright source in its pixels; may reach outside it. Of a layer
    /// without picture all of it.
    pub crop: Rectangle,
    /// Layer pixels per source pixel, before the rounding of `scaled`.
    pub scale: f64,
    /// Size that the cut is scaled to.
    pub scaled: Size,
    /// Mirrors the scaled picture.
    pub flip: Flip,
    /// What then happens to it.
    pub shape: Shape,
    /// Size of the final rectangle.
    pub size: Size,
    /// Where the turned or bent picture lies in the final rectangle; reaches
    /// outside where `extend` is negative.
    pub content: Rectangle,
    /// The anchor, if the layer or its picture has one, in the final rectangle.
    pub anchor: Option<Point>,
    /// The point of the final rectangle that is placed (01 §5.3).
    pub origin: Point,
    /// `res=` had no effect, as the resolution of the picture is not known.
    pub without_resolution: bool,
}

/// How the scaled and flipped picture gets into the final rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Turned clockwise about the anchor.
    Turned {
        /// Number of quarter turns, 0 to 3, if the turn is lossless.
        quarters: Option<u8>,
        /// `[a, b, c, d, e, f]`: the point x, y of the scaled and flipped picture
        /// comes to a·x + b·y + c, d·x + e·y + f of the final rectangle.
        matrix: [f64; 6],
    },
    /// The corners go to these points of the final rectangle, clockwise from the
    /// top-left.
    Bent { corners: [Point; 4] },
}

/// The geometry of a layer. `base` is the placed layer 0, `None` for layer 0 itself.
pub fn layer_geometry(
    layer: &Layer,
    extent: &Extent,
    base: Option<&Base>,
) -> Result<LayerGeometry, GeometryError> {
    let steps = Steps { layer, base };
    let scaled = steps.scaled(extent)?;
    let flip = layer.surface.flip;
    let mirrored = scaled.anchor.map(|anchor| mirrored(anchor, flip, scaled.size));
    let turned = match &layer.transform.perspective {
        Some(perspective) => steps.bent(perspective, scaled.size),
        None => steps.turned(scaled.size, mirrored)?,
    };
    let extended = steps.extended(turned)?;
    let origin = steps.origin(&extended)?;
    let content = Rectangle {
        x: extended.left,
        y: extended.top,
        width: turned.size.width,
        height: turned.size.height,
    };
    Ok(LayerGeometry {
        crop: scaled.crop,
        scale: scaled.scale,
        scaled: scaled.size,
        flip,
        shape: extended.shape,
        size: extended.size,
        content,
        anchor: extended.anchor,
        origin,
        without_resolution: scaled.without_resolution,
    })
}

/// The steps of one layer, in their order.
pub(super) struct Steps<'a> {
    pub layer: &'a Layer,
    pub base: Option<&'a Base>,
}

/// After extend.
struct Extended {
    left: i64,
    top: i64,
    size: Size,
    shape: Shape,
    anchor: Option<Point>,
}

impl Steps<'_> {
    /// A size that `command` leads to.
    pub(super) fn size(
        &self,
        command: &'static str,
        width: u64,
        height: u64,
    ) -> Result<Size, GeometryError> {
        match (side(width), side(height)) {
            (Some(width), Some(height)) => Ok(Size { width, height }),
            _ => {
                let layer = self.layer.number;
                Err(GeometryError::LayerTooLarge { layer, command, width, height })
            }
        }
    }

    pub(super) fn too_far(&self, command: &'static str) -> GeometryError {
        GeometryError::LayerTooFar { layer: self.layer.number, command }
    }

    /// A coordinate that `command` leads to, rounded.
    pub(super) fn pixel(&self, command: &'static str, value: f64) -> Result<i64, GeometryError> {
        coordinate(value).ok_or_else(|| self.too_far(command))
    }

    /// 01 §5.2 step 5.
    fn extended(&self, turned: Turned) -> Result<Extended, GeometryError> {
        let Turned { size, shape, anchor } = turned;
        let (command, [left, top, right, bottom]) = match self.layer.transform.extend {
            None => return Ok(Extended { left: 0, top: 0, size, shape, anchor }),
            Some(Extend::Pixels { left, top, right, bottom }) => {
                ("extend", [left, top, right, bottom].map(i64::from))
            }
            Some(Extend::Normalised { left, top, right, bottom }) => {
                let (width, height) = (f64::from(size.width), f64::from(size.height));
                let margin = |value: f64| self.pixel("extendN", value);
                let margins = [
                    margin(left * width)?,
                    margin(top * height)?,
                    margin(right * width)?,
                    margin(bottom * height)?,
                ];
                ("extendN", margins)
            }
        };
        let width = i64::from(size.width) + left + right;
        let height = i64::from(size.height) + top + bottom;
        if width < 1 || height < 1 {
            let layer = self.layer.number;
            return Err(GeometryError::LayerEmpty { layer, command, width, height });
        }
        let size = self.size(command, width as u64, height as u64)?;
        let (x, y) = (left as f64, top as f64);
        let moved = |point: Point| Point { x: point.x + x, y: point.y + y };
        let shape = match shape {
            Shape::Turned { quarters, matrix: [a, b, c, d, e, f] } => {
                Shape::Turned { quarters, matrix: [a, b, c + x, d, e, f + y] }
            }
            Shape::Bent { corners } => Shape::Bent { corners: corners.map(moved) },
        };
        Ok(Extended { left, top, size, shape, anchor: anchor.map(moved) })
    }

    /// `origin`, else the anchor, else the centre (01 §5.3, C24).
    fn origin(&self, extended: &Extended) -> Result<Point, GeometryError> {
        let centre = extended.size.centre();
        let origin = match self.layer.transform.origin {
            Some(LayerOrigin::Pixels { x, y }) => Point { x: x.into(), y: y.into() },
            Some(LayerOrigin::Normalised { x, y }) => Point {
                x: centre.x + x * f64::from(extended.size.width),
                y: centre.y + y * f64::from(extended.size.height),
            },
            None => extended.anchor.unwrap_or(centre),
        };
        let corners = match extended.shape {
            Shape::Bent { corners } => corners,
            Shape::Turned { .. } => [origin; 4],
        };
        let near = |point: &Point| is_near(point.x) && is_near(point.y);
        if !corners.iter().all(near) {
            let bent = self.layer.transform.perspective.is_some();
            return Err(self.too_far(if bent { "perspective" } else { "origin" }));
        }
        match near(&origin) {
            true => Ok(origin),
            false => Err(self.too_far("origin")),
        }
    }
}

/// 01 §5.2 step 3.
fn mirrored(anchor: Point, flip: Flip, size: Size) -> Point {
    Point {
        x: if flip.horizontal { f64::from(size.width) - anchor.x } else { anchor.x },
        y: if flip.vertical { f64::from(size.height) - anchor.y } else { anchor.y },
    }
}
