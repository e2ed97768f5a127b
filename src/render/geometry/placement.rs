//! Where layers and effects lie on the canvas (01 §5.4).

use super::rounding::coordinate;
use super::{GeometryError, LayerGeometry, Point, Size};
use crate::modifiers::plan::Position;

/// Layer 0, which is the canvas and what the other layers are placed by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Base {
    /// Size of its final rectangle: the canvas.
    pub size: Size,
    /// Its origin, in canvas pixels.
    pub origin: Point,
}

impl Base {
    /// `geometry` is that of layer 0.
    pub fn of(geometry: &LayerGeometry) -> Base {
        Base { size: geometry.size, origin: geometry.origin }
    }

    fn offset(&self, position: Option<Position>) -> Point {
        match position {
            None => Point { x: 0.0, y: 0.0 },
            Some(Position::Pixels { x, y }) => Point { x: x.into(), y: y.into() },
            Some(Position::Normalised { x, y }) => {
                Point { x: x * f64::from(self.size.width), y: y * f64::from(self.size.height) }
            }
        }
    }
}

/// Top-left of a layer above 0 in canvas pixels: O0 + p - On, the sum rounded
/// (01 C20). `number` is for the error.
pub fn layer_place(
    base: &Base,
    number: u32,
    origin: Point,
    position: Option<Position>,
) -> Result<(i64, i64), GeometryError> {
    let offset = base.offset(position);
    rounded(
        number,
        Point { x: base.origin.x + offset.x - origin.x, y: base.origin.y + offset.y - origin.y },
    )
}

/// Top-left of an effect whose layer, number `number`, lies at `parent`.
/// `posN` is in units of layer 0 here too.
pub fn effect_place(
    base: &Base,
    number: u32,
    parent: (i64, i64),
    position: Option<Position>,
) -> Result<(i64, i64), GeometryError> {
    let offset = base.offset(position);
    rounded(number, Point { x: parent.0 as f64 + offset.x, y: parent.1 as f64 + offset.y })
}

fn rounded(layer: u32, place: Point) -> Result<(i64, i64), GeometryError> {
    match (coordinate(place.x), coordinate(place.y)) {
        (Some(x), Some(y)) => Ok((x, y)),
        _ => Err(GeometryError::LayerTooFar { layer, command: "pos" }),
    }
}
