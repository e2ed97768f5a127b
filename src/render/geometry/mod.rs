//! Sizes and places, computed without a pixel (01 §5; 02 §1, §3).
//!
//! ```text
//! rounding   reals to pixels, checked
//! layer      one layer up to its final rectangle
//! scaling    its crop and its size
//! turning    its rotation and perspective
//! placement  layers and effects on the canvas
//! view       the composite in the output
//! picture    all of it for a request of one picture
//! scene      all of it for layers and nested requests
//! ```
//!
//! Nothing here overflows: what no picture can have is an error.

mod layer;
mod picture;
mod placement;
mod rounding;
mod scaling;
mod scene;
#[cfg(test)]
mod tests;
mod turning;
mod view;

pub use layer::{Bounds, Extent, LayerGeometry, Shape, SourceFacts, layer_geometry};
pub use picture::{Geometry, geometry, geometry_of};
pub use placement::{Base, effect_place, layer_place};
pub use scene::{Lookup, PlacedEffect, PlacedLayer, Scene, scene};
pub use view::{ViewGeometry, view_geometry};

/// Width and height in pixels, each at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// A point in pixels; x grows to the right, y downwards. Pixel 0 covers 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A rectangle that may reach outside the picture that it is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    pub x: i64,
    pub y: i64,
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// Width times height.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn centre(self) -> Point {
        Point { x: f64::from(self.width) / 2.0, y: f64::from(self.height) / 2.0 }
    }
}

impl Rectangle {
    /// The rectangle of that size at the origin.
    pub fn of(size: Size) -> Rectangle {
        Rectangle { x: 0, y: 0, width: size.width, height: size.height }
    }

    pub fn size(&self) -> Size {
        Size { width: self.width, height: self.height }
    }

    /// What both rectangles cover; `None` if nothing.
    pub fn intersection(&self, other: &Rectangle) -> Option<Rectangle> {
        let (x, width) = overlap((self.x, self.width), (other.x, other.width))?;
        let (y, height) = overlap((self.y, self.height), (other.y, other.height))?;
        Some(Rectangle { x, y, width, height })
    }
}

/// What two stretches, each a start and a length, have in common.
fn overlap(a: (i64, u32), b: (i64, u32)) -> Option<(i64, u32)> {
    let end = |(start, length): (i64, u32)| start.saturating_add(length.into());
    let first = a.0.max(b.0);
    let last = end(a).min(end(b));
    (last > first).then(|| (first, (last - first) as u32))
}

/// Why a plan makes no sense for its pictures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    #[error("the scaled picture would be {width} x {height} pixels, more than {} a side", u32::MAX)]
    ScaledTooLarge { width: u64, height: u64 },
    #[error(
        "wid and hei times dpr would be {width} x {height} pixels, more than {} a side",
        u32::MAX
    )]
    ViewTooLarge { width: u64, height: u64 },
    #[error(
        "{command} makes layer {layer} {width} x {height} pixels, more than {} a side",
        u32::MAX
    )]
    LayerTooLarge { layer: u32, command: &'static str, width: u64, height: u64 },
    #[error(
        "{command} leaves {width} x {height} pixels of layer {layer}; each side must keep at \
         least 1"
    )]
    LayerEmpty { layer: u32, command: &'static str, width: i64, height: i64 },
    #[error("{command} puts layer {layer} more than {} pixels away", rounding::FARTHEST)]
    LayerTooFar { layer: u32, command: &'static str },
    #[error("{command} puts the picture more than {} pixels away", rounding::FARTHEST)]
    ViewTooFar { command: &'static str },
    #[error("layer {layer} has no size; give it src, text, or color with both sides of size")]
    NoSize { layer: u32 },
    #[error("the size of {picture} on layer {layer} is not known")]
    UnknownPicture { layer: u32, picture: String },
    #[error("cropPathE cuts to paths inside a picture, and those are not read yet")]
    UnknownPaths,
    #[error("the space that the text of layer {layer} takes is not known")]
    UnknownText { layer: u32 },
}
