//! A path as areas of a picture: what it covers, and the box around it.

use super::{EmbeddedPath, Operation, Subpath};
use crate::modifiers::plan::{self, PathDefinition, Segment};

/// What counts as inside of a shape whose curves cross or lie in each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillRule {
    EvenOdd,
    NonZero,
}

/// A part of a path, to be filled by itself and then put together with the parts
/// before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Never [`Operation::Continue`]. The first shape meets an empty picture if it
    /// excludes or combines, and a full one if it subtracts or intersects.
    pub operation: Operation,
    pub rule: FillRule,
    /// In pixels of the picture.
    pub path: PathDefinition,
}

/// Whole pixels, right and bottom outside. It may reach out of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelBox {
    pub left: i64,
    pub top: i64,
    pub right: i64,
    pub bottom: i64,
}

/// How far a path may reach into a pixel that its box leaves out: what covers less
/// of it than one of 255 levels. The stored fractions are coarser than pixels of
/// large pictures, by up to 1/512 pixel at 32768, so a path along the border of
/// pixels would else seem to enter the next.
const UNSEEN: f64 = 1.0 / 256.0;

impl Operation {
    /// Coverage, 0 to 255, of a pixel that the shapes before cover by `below` and
    /// the shape that has this operation by `own`. Borders of the two are taken
    /// as independent of each other but for subtraction, where they mostly
    /// coincide. [`Operation::Continue`] counts as `Exclude`.
    pub fn apply(self, below: u8, own: u8) -> u8 {
        let (below, own) = (u32::from(below), u32::from(own));
        let both = below * own;
        let covered = match self {
            Operation::Exclude | Operation::Continue => 255 * (below + own) - 2 * both,
            Operation::Combine => 255 * (below + own) - both,
            Operation::Subtract => 255 * below.saturating_sub(own),
            Operation::Intersect => both,
        };
        ((covered + 127) / 255) as u8
    }

    /// Coverage, 0 or 255, that the first shape of a path meets.
    pub fn ground(self) -> u8 {
        match self {
            Operation::Subtract | Operation::Intersect => 255,
            Operation::Exclude | Operation::Combine | Operation::Continue => 0,
        }
    }
}

impl EmbeddedPath {
    /// The areas of the path in a picture of `width` x `height` pixels, in the
    /// order in which they are put together. Open subpaths are closed by a
    /// straight line.
    ///
    /// Even-odd shapes that exclude each other are given as one: the area is the
    /// same, and where their borders coincide no seam is left.
    pub fn shapes(&self, width: f64, height: f64) -> Vec<Shape> {
        let mut shapes: Vec<Shape> = Vec::new();
        for subpath in &self.subpaths {
            let Some(outline) = outline(subpath, width, height) else { continue };
            let even_odd = |rule| rule == FillRule::EvenOdd;
            let joins = match (subpath.operation, shapes.as_slice()) {
                (Operation::Continue, _) => true,
                (Operation::Exclude, [earlier @ .., last]) => {
                    let alike = last.operation == Operation::Exclude
                        || (earlier.is_empty() && last.operation == Operation::Combine);
                    alike && even_odd(last.rule) && even_odd(subpath.rule)
                }
                _ => false,
            };
            match shapes.last_mut().filter(|_| joins) {
                Some(shape) => shape.path.subpaths.push(outline),
                None => shapes.push(Shape {
                    operation: match subpath.operation {
                        Operation::Continue => Operation::Exclude,
                        operation => operation,
                    },
                    rule: subpath.rule,
                    path: PathDefinition { subpaths: vec![outline] },
                }),
            }
        }
        shapes
    }

    /// The smallest box of whole pixels around all curves of the path, open ones
    /// too, in a picture of `width` x `height` pixels. Curves count with their
    /// farthest points, control points do not. `None` without a knot.
    pub fn pixel_box(&self, width: f64, height: f64) -> Option<PixelBox> {
        let subpaths: Vec<plan::Subpath> =
            self.subpaths.iter().filter_map(|subpath| outline(subpath, width, height)).collect();
        if subpaths.is_empty() {
            return None;
        }
        let [left, top, right, bottom] = PathDefinition { subpaths }.bounds();
        Some(PixelBox {
            left: (left + UNSEEN).floor() as i64,
            top: (top + UNSEEN).floor() as i64,
            right: (right - UNSEEN).ceil() as i64,
            bottom: (bottom - UNSEEN).ceil() as i64,
        })
    }
}

/// The curves of a subpath in pixels. Only a closed one has the curve from the
/// last knot to the first.
fn outline(subpath: &Subpath, width: f64, height: f64) -> Option<plan::Subpath> {
    let pixels = |(x, y): (f64, f64)| (x * width, y * height);
    let first = subpath.knots.first()?;
    let arrivals = subpath.knots.iter().skip(1).chain(subpath.closed.then_some(first));
    let segments = subpath.knots.iter().zip(arrivals).map(|(from, to)| {
        if from.after == from.anchor && to.before == to.anchor {
            Segment::Line { to: pixels(to.anchor) }
        } else {
            Segment::Cubic {
                first: pixels(from.after),
                second: pixels(to.before),
                to: pixels(to.anchor),
            }
        }
    });
    let segments = segments.collect();
    Some(plan::Subpath { start: pixels(first.anchor), segments, closed: subpath.closed })
}
