//! How the composite lies in the output (01 §5.7; 02 §3.1).
//!
//! `DefaultPix` and `MaxPix` have no part in it: an export writes the full
//! composite and has its own limits (rulings 8 and 9).

use super::rounding::{coordinate, length, side};
use super::{GeometryError, Rectangle, Size};
use crate::modifiers::plan::{Fit, FitMode, Region, View, ViewCut};

/// Place and scale of the composite in the output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewGeometry {
    /// Size of the output.
    pub size: Size,
    /// Size of the whole scaled composite, of which the output may show a part.
    pub scaled: Size,
    /// Place of the scaled composite's top-left corner in the output; negative
    /// where it is cut off.
    pub x: i64,
    pub y: i64,
    /// Output pixels per composite pixel.
    pub scale_x: f64,
    pub scale_y: f64,
    /// The part of the output, in its pixels, that belongs to the view: all of
    /// it but for `rect`, which may reach outside. What lies outside is
    /// background even where the composite would go on.
    pub shown: Rectangle,
    /// `wid` or `hei` alone asked for more than the composite has, and
    /// enlarging was not allowed (ruling 12, 02 §8 row 19).
    pub not_enlarged: bool,
}

/// Applies the view commands to a composite.
pub fn view_geometry(view: &View, composite: Size) -> Result<ViewGeometry, GeometryError> {
    let wanted = wanted_size(view)?;
    let region = view.region.unwrap_or(Region {
        x: 0,
        y: 0,
        width: composite.width,
        height: composite.height,
    });
    let (width, height) = (f64::from(region.width), f64::from(region.height));
    let scale = scale(view, wanted, width, height);
    let region_size = scaled_size(width * scale.x, height * scale.y)?;
    let size = view_size(view, wanted, region_size);
    let align = alignment(view);
    let x = axis(
        offset(size.width, region_size.width, align.0),
        f64::from(region.x) * scale.x,
        (f64::from(composite.width) - f64::from(region.x)) * scale.x,
    )?;
    let y = axis(
        offset(size.height, region_size.height, align.1),
        f64::from(region.y) * scale.y,
        (f64::from(composite.height) - f64::from(region.y)) * scale.y,
    )?;
    let whole = ViewGeometry {
        size,
        scaled: scaled_size((x.1 - x.0) as f64, (y.1 - y.0) as f64)?,
        x: x.0,
        y: y.0,
        scale_x: scale.x,
        scale_y: scale.y,
        shown: Rectangle::of(size),
        not_enlarged: scale.not_enlarged,
    };
    match view.rectangle {
        Some(cut) => whole.cut(cut),
        None => Ok(whole),
    }
}

/// First and last edge of the composite along one axis of the output: `before`
/// and `after` are what it has on both sides of the region's start, scaled.
/// Both are rounded from there, so that the region's own edges fall on them.
fn axis(offset: i64, before: f64, after: f64) -> Result<(i64, i64), GeometryError> {
    let pixel = |at: f64| coordinate(at).ok_or(GeometryError::ViewTooFar { command: "rgn" });
    Ok((offset - pixel(before)?, offset + pixel(after)?))
}

impl ViewGeometry {
    /// `rect=`: the view, scaled once more, and cut (02 §3.1). Edges are scaled,
    /// not lengths, so that tiles fit together and no gap opens between them.
    fn cut(self, cut: ViewCut) -> Result<ViewGeometry, GeometryError> {
        let edge = |at: i64| {
            coordinate(at as f64 * cut.scale).ok_or(GeometryError::ViewTooFar { command: "rect" })
        };
        let left = edge(self.x)?;
        let top = edge(self.y)?;
        let right = edge(self.x + i64::from(self.scaled.width))?;
        let bottom = edge(self.y + i64::from(self.scaled.height))?;
        let view = scaled_size(
            f64::from(self.size.width) * cut.scale,
            f64::from(self.size.height) * cut.scale,
        )?;
        let (x, y) = (i64::from(cut.x), i64::from(cut.y));
        let size = Size { width: cut.width.max(1), height: cut.height.max(1) };
        Ok(ViewGeometry {
            size,
            scaled: scaled_size((right - left) as f64, (bottom - top) as f64)?,
            x: left - x,
            y: top - y,
            scale_x: self.scale_x * cut.scale,
            scale_y: self.scale_y * cut.scale,
            shown: Rectangle { x: -x, y: -y, width: view.width, height: view.height },
            ..self
        })
    }

    /// The part of the output that shows the composite; `None` if none of it
    /// does.
    pub fn covered(&self) -> Option<Rectangle> {
        let composite = Rectangle {
            x: self.x,
            y: self.y,
            width: self.scaled.width,
            height: self.scaled.height,
        };
        self.shown.intersection(&composite)?.intersection(&Rectangle::of(self.size))
    }
}

/// A scaled size, each side at least 1.
fn scaled_size(width: f64, height: f64) -> Result<Size, GeometryError> {
    let (width, height) = (length(width), length(height));
    match (side(width), side(height)) {
        (Some(width), Some(height)) => Ok(Size { width, height }),
        _ => Err(GeometryError::ScaledTooLarge { width, height }),
    }
}

/// `wid` and `hei` with `dpr` (02 §4.3).
fn wanted_size(view: &View) -> Result<(Option<u32>, Option<u32>), GeometryError> {
    let times = |pixels: Option<u32>| pixels.map(|n| length(f64::from(n) * view.pixel_ratio));
    let (width, height) = (times(view.width), times(view.height));
    let most = u64::from(u32::MAX);
    if width.max(height).is_some_and(|pixels| pixels > most) {
        let (width, height) = (width.unwrap_or_default(), height.unwrap_or_default());
        return Err(GeometryError::ViewTooLarge { width, height });
    }
    Ok((width.and_then(side), height.and_then(side)))
}

struct Scale {
    x: f64,
    y: f64,
    not_enlarged: bool,
}

impl Scale {
    fn both(scale: f64) -> Scale {
        Scale { x: scale, y: scale, not_enlarged: false }
    }
}

/// 01 §5.7 step B, of a region of `width` x `height`.
fn scale(view: &View, wanted: (Option<u32>, Option<u32>), width: f64, height: f64) -> Scale {
    if let Some(inverse) = view.scale {
        return Scale::both(1.0 / inverse);
    }
    let capped = |scale: f64| if view.fit.upscale { scale } else { scale.min(1.0) };
    match wanted {
        (None, None) => Scale::both(1.0),
        (Some(wanted), None) => one_side(f64::from(wanted) / width, capped),
        (None, Some(wanted)) => one_side(f64::from(wanted) / height, capped),
        (Some(wanted_width), Some(wanted_height)) => {
            // each is capped before one is chosen [r-fit]
            let x = capped(f64::from(wanted_width) / width);
            let y = capped(f64::from(wanted_height) / height);
            match view.fit.mode {
                FitMode::Fit | FitMode::Constrain => Scale::both(x.min(y)),
                FitMode::Crop | FitMode::Wrap => Scale::both(x.max(y)),
                FitMode::Stretch => Scale { x, y, not_enlarged: false },
                FitMode::Hfit => Scale::both(x),
                FitMode::Vfit => Scale::both(y),
            }
        }
    }
}

/// 01 C28: without `fit=...,1` a single side does not enlarge.
fn one_side(wanted: f64, capped: impl Fn(f64) -> f64) -> Scale {
    let scale = capped(wanted);
    Scale { not_enlarged: scale < wanted, ..Scale::both(scale) }
}

fn view_size(view: &View, wanted: (Option<u32>, Option<u32>), scaled: Size) -> Size {
    let width = wanted.0.unwrap_or(scaled.width);
    let height = wanted.1.unwrap_or(scaled.height);
    let exact = Size { width, height };
    if view.scale.is_some() {
        return exact;
    }
    let one_side = wanted.0.is_some() != wanted.1.is_some();
    match view.fit.mode {
        _ if one_side => scaled,
        FitMode::Constrain => scaled,
        // where upscaling is not allowed, the view is still not smaller than asked for
        FitMode::Wrap => Size { width: width.max(scaled.width), height: height.max(scaled.height) },
        FitMode::Fit | FitMode::Crop | FitMode::Stretch | FitMode::Hfit | FitMode::Vfit => exact,
    }
}

/// Alignment that counts: centred with one dimension, `constrain` and `stretch`.
fn alignment(view: &View) -> (f64, f64) {
    let ignored = match (view.width, view.height) {
        (Some(_), None) | (None, Some(_)) => true,
        _ => view.scale.is_none() && ignores_align(view.fit),
    };
    if ignored { (0.0, 0.0) } else { (view.align.horizontal, view.align.vertical) }
}

fn ignores_align(fit: Fit) -> bool {
    matches!(fit.mode, FitMode::Constrain | FitMode::Stretch)
}

/// 01 C30.
fn offset(view: u32, scaled: u32, align: f64) -> i64 {
    let space = f64::from(view) - f64::from(scaled);
    (space * (1.0 + align) / 2.0 + 1e-9).floor() as i64
}
