//! The first steps of a layer: what of its source it shows, and how large (01 §5.2
//! steps 1 and 2; 02 §3.3).

use super::layer::{Extent, SourceFacts, Steps};
use super::rounding::length;
use super::{GeometryError, Point, Rectangle, Size};
use crate::modifiers::plan::{Anchor, Crop, LayerSize, Source};

/// After crop and scale.
pub(super) struct Scaled {
    pub crop: Rectangle,
    pub scale: f64,
    pub size: Size,
    pub anchor: Option<Point>,
    /// `res=` had no effect.
    pub without_resolution: bool,
}

impl Steps<'_> {
    /// 01 §5.2 steps 1 and 2.
    pub(super) fn scaled(&self, extent: &Extent) -> Result<Scaled, GeometryError> {
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
                let outward =
                    |first: f64, last: f64| ((first + 1e-6).floor(), (last - 1e-6).ceil());
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
        if !self.layer.surface.crop_paths.is_empty() {
            return Err(GeometryError::UnknownPaths);
        }
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
}

/// `anchor` or `anchorN` from the top-left of the source (01 §5.3).
fn anchor(source: &Source, size: Size) -> Option<Point> {
    Some(match source.anchor? {
        Anchor::Pixels { x, y } => Point { x: x.into(), y: y.into() },
        Anchor::Normalised { x, y } => {
            Point { x: (0.5 + x) * f64::from(size.width), y: (0.5 + y) * f64::from(size.height) }
        }
    })
}
