//! One layer up to its final rectangle (01 §5.2, §5.3; 02 §1 L2 to L8).
//!
//! Not here: `cropPathE` and `clipPathE`, which need the paths inside the source.

use super::placement::Base;
use super::rounding::{coordinate, is_near, length, side};
use super::{GeometryError, Point, Rectangle, Size};
use crate::modifiers::plan::{
    Anchor, Crop, Extend, Flip, Layer, LayerOrigin, LayerSize, Perspective, Source,
};

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

struct Steps<'a> {
    layer: &'a Layer,
    base: Option<&'a Base>,
}

/// After crop and scale.
struct Scaled {
    crop: Rectangle,
    scale: f64,
    size: Size,
    anchor: Option<Point>,
    without_resolution: bool,
}

/// After rotation or perspective.
#[derive(Clone, Copy)]
struct Turned {
    size: Size,
    shape: Shape,
    anchor: Option<Point>,
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
    fn size(&self, command: &'static str, width: u64, height: u64) -> Result<Size, GeometryError> {
        match (side(width), side(height)) {
            (Some(width), Some(height)) => Ok(Size { width, height }),
            _ => {
                let layer = self.layer.number;
                Err(GeometryError::LayerTooLarge { layer, command, width, height })
            }
        }
    }

    fn too_far(&self, command: &'static str) -> GeometryError {
        GeometryError::LayerTooFar { layer: self.layer.number, command }
    }

    fn pixel(&self, command: &'static str, value: f64) -> Result<i64, GeometryError> {
        coordinate(value).ok_or_else(|| self.too_far(command))
    }

    fn scaled(&self, extent: &Extent) -> Result<Scaled, GeometryError> {
        match extent {
            Extent::Picture(facts) => self.picture(facts),
            Extent::Size => {
                let (width, height) = self.box_size().unwrap_or_default();
                if !(width > 0.0 && height > 0.0) {
                    return Err(GeometryError::NoSize { layer: self.layer.number });
                }
                let size = self.size("size", length(width), length(height))?;
                Ok(self.unscaled(size, anchor(&self.layer.source, size)))
            }
            Extent::Own(bounds) => {
                // whole numbers must not grow by an error of representation
                let outward = |first: f64, last: f64| ((first + 1e-6).floor(), (last - 1e-6).ceil());
                let (left, right) = outward(bounds.left, bounds.right);
                let (top, bottom) = outward(bounds.top, bounds.bottom);
                let size = self.size("size", length(right - left), length(bottom - top))?;
                let own = Point { x: -left, y: -top };
                Ok(self.unscaled(size, anchor(&self.layer.source, size).or(Some(own))))
            }
        }
    }

    fn unscaled(&self, size: Size, anchor: Option<Point>) -> Scaled {
        Scaled { crop: Rectangle::of(size), scale: 1.0, size, anchor, without_resolution: false }
    }

    /// `crop`, then one of `size`, `scale`, `res` (01 §5.2).
    fn picture(&self, facts: &SourceFacts) -> Result<Scaled, GeometryError> {
        let source = &self.layer.source;
        let whole = Size { width: facts.width.max(1), height: facts.height.max(1) };
        let crop = self.crop(source.crop, whole)?;
        // perspective only obeys scale (02 §3.3)
        let bent = self.layer.transform.perspective.is_some();
        let wanted = self.box_size().filter(|_| !bent);
        let resolution = source.resolution.filter(|_| !bent);
        let mut without_resolution = false;
        let scale = match (wanted, source.scale, resolution) {
            (Some((width, height)), _, _) => {
                let x = width / f64::from(crop.width);
                let y = height / f64::from(crop.height);
                match (width > 0.0, height > 0.0) {
                    (true, true) => x.min(y),
                    (true, false) => x,
                    (false, true) => y,
                    (false, false) => 1.0,
                }
            }
            (None, Some(scale), _) => scale,
            (None, None, Some(wanted)) => match facts.resolution.filter(|known| *known > 0.0) {
                Some(known) => wanted / known,
                None => {
                    without_resolution = true;
                    1.0
                }
            },
            (None, None, None) => 1.0,
        };
        let command = match (wanted, source.scale) {
            (Some(_), _) => "size",
            (None, Some(_)) => "scale",
            (None, None) => "res",
        };
        let size = self.size(
            command,
            length(f64::from(crop.width) * scale),
            length(f64::from(crop.height) * scale),
        )?;
        let stored = facts.anchor.map(|(x, y)| Point { x, y });
        let anchor = anchor(source, whole).or(stored).map(|anchor| Point {
            x: (anchor.x - crop.x as f64) * scale,
            y: (anchor.y - crop.y as f64) * scale,
        });
        Ok(Scaled { crop, scale, size, anchor, without_resolution })
    }

    /// `size` or `sizeN` in pixels; a side that is 0 is free. `None`: not given.
    fn box_size(&self) -> Option<(f64, f64)> {
        match self.layer.source.size? {
            LayerSize::Pixels { width: 0, height: 0 } => None,
            LayerSize::Pixels { width, height } => Some((f64::from(width), f64::from(height))),
            // no unit on layer 0: the language refuses it there
            LayerSize::Normalised { width, height } => {
                let base = self.base?.size;
                let (width, height) =
                    (width * f64::from(base.width), height * f64::from(base.height));
                (width > 0.0 || height > 0.0).then_some((width, height))
            }
        }
    }

    fn crop(&self, crop: Option<Crop>, whole: Size) -> Result<Rectangle, GeometryError> {
        match crop {
            None | Some(Crop::Pixels { width: 0, height: 0, .. }) => Ok(Rectangle::of(whole)),
            Some(Crop::Pixels { x, y, width, height }) => Ok(Rectangle {
                x: x.into(),
                y: y.into(),
                width: width.max(1),
                height: height.max(1),
            }),
            Some(Crop::Normalised { width, height, .. }) if width == 0.0 && height == 0.0 => {
                Ok(Rectangle::of(whole))
            }
            Some(Crop::Normalised { x, y, width, height }) => {
                // both edges are rounded (02 §3.3)
                let edges = |start: f64, length: f64, side: u32| {
                    let side = f64::from(side);
                    let first = self.pixel("cropN", start * side)?;
                    let last = self.pixel("cropN", (start + length) * side)?;
                    Ok((first, (last - first).max(1) as u64))
                };
                let (x, width) = edges(x, width, whole.width)?;
                let (y, height) = edges(y, height, whole.height)?;
                let Size { width, height } = self.size("cropN", width, height)?;
                Ok(Rectangle { x, y, width, height })
            }
        }
    }

    /// 01 §5.2 step 4, C22.
    fn turned(&self, size: Size, anchor: Option<Point>) -> Result<Turned, GeometryError> {
        let degrees = self.layer.transform.rotate % 360.0;
        let quarters =
            (degrees % 90.0 == 0.0).then(|| ((degrees / 90.0) as i64).rem_euclid(4) as u8);
        let (sin, cos) = match quarters {
            Some(0) => (0.0, 1.0),
            Some(1) => (1.0, 0.0),
            Some(2) => (0.0, -1.0),
            Some(_) => (-1.0, 0.0),
            None => degrees.to_radians().sin_cos(),
        };
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let turned = Size2 {
            width: (width * cos).abs() + (height * sin).abs(),
            height: (width * sin).abs() + (height * cos).abs(),
        };
        let turned = match quarters {
            Some(_) => self.size("rotate", length(turned.width), length(turned.height))?,
            None => self.size(
                "rotate",
                length((turned.width - 1e-6).ceil()),
                length((turned.height - 1e-6).ceil()),
            )?,
        };
        let about = anchor.unwrap_or(size.centre());
        // the corners relative to the anchor, turned; their least x and y is the
        // top-left of the box
        let (left, top) = (-about.x, -about.y);
        let (right, bottom) = (left + width, top + height);
        let least = |a: f64, b: f64| (a * left).min(a * right) + (b * top).min(b * bottom);
        let box_x = least(cos, -sin);
        let box_y = least(sin, cos);
        let matrix = [
            cos,
            -sin,
            -box_x - cos * about.x + sin * about.y,
            sin,
            cos,
            -box_y - sin * about.x - cos * about.y,
        ];
        let known = [about.x, about.y, box_x, box_y].into_iter().chain(matrix);
        if !known.into_iter().all(is_near) {
            return Err(self.too_far("anchor"));
        }
        Ok(Turned {
            size: turned,
            shape: Shape::Turned { quarters, matrix },
            anchor: anchor.map(|_| Point { x: -box_x, y: -box_y }),
        })
    }

    /// Layers above 0 are bent over the canvas, and so keep its origin; layer 0
    /// over its own rectangle (02 §3.3).
    fn bent(&self, perspective: &Perspective, size: Size) -> Turned {
        let size = self.base.map_or(size, |base| base.size);
        let unit = match perspective.normalised {
            true => (f64::from(size.width), f64::from(size.height)),
            false => (1.0, 1.0),
        };
        let corners = perspective.corners.map(|(x, y)| Point { x: x * unit.0, y: y * unit.1 });
        let anchor = self.base.map(|base| base.origin);
        Turned { size, shape: Shape::Bent { corners }, anchor }
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

/// A size that is not rounded yet.
struct Size2 {
    width: f64,
    height: f64,
}

/// `anchor` or `anchorN` from the top-left of the source (01 §5.3).
fn anchor(source: &Source, size: Size) -> Option<Point> {
    Some(match source.anchor? {
        Anchor::Pixels { x, y } => Point { x: x.into(), y: y.into() },
        Anchor::Normalised { x, y } => Point {
            x: (0.5 + x) * f64::from(size.width),
            y: (0.5 + y) * f64::from(size.height),
        },
    })
}

/// 01 §5.2 step 3.
fn mirrored(anchor: Point, flip: Flip, size: Size) -> Point {
    Point {
        x: if flip.horizontal { f64::from(size.width) - anchor.x } else { anchor.x },
        y: if flip.vertical { f64::from(size.height) - anchor.y } else { anchor.y },
    }
}
