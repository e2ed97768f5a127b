//! Rotation and perspective of a layer (01 §5.2 step 4; 02 §3.3).

use super::layer::{Shape, Steps};
use super::rounding::{is_near, length};
use super::{GeometryError, Point, Size};
use crate::modifiers::plan::Perspective;

/// After rotation or perspective.
#[derive(Clone, Copy)]
pub(super) struct Turned {
    pub size: Size,
    pub shape: Shape,
    pub anchor: Option<Point>,
}

impl Steps<'_> {
    /// 01 §5.2 step 4, C22.
    pub(super) fn turned(
        &self,
        size: Size,
        anchor: Option<Point>,
    ) -> Result<Turned, GeometryError> {
        let degrees = self.layer.transform.rotate % 360.0;
        let quarters =
            (degrees % 90.0 == 0.0).then(|| ((degrees / 90.0) as i64).rem_euclid(4) as u8);
        let (sin, cos) = match quarters {
            Some(0) => (0.0, 1.0),
            Some(1) => (1.0, 0.0),
            Some(2) => (0.0, -1.0),
            Some(_) => (-1.0, 0.0),
            None => libm::sincos(degrees.to_radians()),
        };
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        // whole already where the turn is lossless
        let side = |extent: f64| length((extent - 1e-6).ceil());
        let turned = self.size(
            "rotate",
            side((width * cos).abs() + (height * sin).abs()),
            side((width * sin).abs() + (height * cos).abs()),
        )?;
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
        if ![about.x, about.y, box_x, box_y].into_iter().all(is_near) {
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
    pub(super) fn bent(&self, perspective: &Perspective, size: Size) -> Turned {
        let size = self.base.map_or(size, |base| base.size);
        let unit = match perspective.normalised {
            true => (f64::from(size.width), f64::from(size.height)),
            false => (1.0, 1.0),
        };
        let corners = perspective.corners.map(|(x, y)| Point { x: x * unit.0, y: y * unit.1 });
        let anchor = self.base.map(|base| base.origin);
        Turned { size, shape: Shape::Bent { corners }, anchor }
    }
}
