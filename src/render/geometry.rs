//! Sizes and places, computed without a pixel (01 §5.1, §5.7; 02 §3.1, §3.3).

use crate::codecs::bitmap::Area;
use crate::modifiers::plan::{Crop, Fit, FitMode, Plan, View};

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
    /// Output pixels per source pixel.
    pub scale_x: f64,
    pub scale_y: f64,
    /// `wid` or `hei` alone asked for more than the picture has, and enlarging
    /// was not allowed (02 §8 row 19).
    pub not_enlarged: bool,
}

/// A rectangle that may reach outside the picture that it is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    pub x: i64,
    pub y: i64,
    pub width: u32,
    pub height: u32,
}

/// Why a plan makes no sense for a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    #[error("the scaled picture would be {width} x {height} pixels, more than {} a side", u32::MAX)]
    ScaledTooLarge { width: u64, height: u64 },
}

/// Rounds half up; an exact half survives the error of its representation (01 C20).
fn round(value: f64) -> f64 {
    (value + 0.5 + 1e-9).floor()
}

/// A length in whole pixels, at least 1 (01 C20).
fn length(value: f64) -> u64 {
    round(value).max(1.0) as u64
}

/// Applies the plan to an upright picture of `width` x `height` pixels.
pub fn geometry(plan: &Plan, width: u32, height: u32) -> Result<Geometry, GeometryError> {
    let crop = crop_rectangle(plan.base().source.crop, width, height);
    let view = &plan.view;
    let (w, h) = (f64::from(crop.width), f64::from(crop.height));
    let scale = scale(view, w, h);
    let (scaled_w, scaled_h) = (length(w * scale.x), length(h * scale.y));
    let (Ok(scaled_width), Ok(scaled_height)) = (u32::try_from(scaled_w), u32::try_from(scaled_h))
    else {
        return Err(GeometryError::ScaledTooLarge { width: scaled_w, height: scaled_h });
    };
    let (view_width, view_height) = view_size(view, scaled_width, scaled_height);
    let align = alignment(view);
    Ok(Geometry {
        crop,
        source_width: width,
        source_height: height,
        scaled_width,
        scaled_height,
        width: view_width,
        height: view_height,
        offset_x: offset(view_width, scaled_width, align.0),
        offset_y: offset(view_height, scaled_height, align.1),
        scale_x: scale.x,
        scale_y: scale.y,
        not_enlarged: scale.not_enlarged,
    })
}

fn crop_rectangle(crop: Option<Crop>, width: u32, height: u32) -> Rectangle {
    let whole = Rectangle { x: 0, y: 0, width, height };
    match crop {
        None | Some(Crop::Pixels { width: 0, height: 0, .. }) => whole,
        Some(Crop::Pixels { x, y, width, height }) => {
            Rectangle { x: x.into(), y: y.into(), width: width.max(1), height: height.max(1) }
        }
        Some(Crop::Normalised { width, height, .. }) if width == 0.0 && height == 0.0 => whole,
        Some(Crop::Normalised { x, y, width: w, height: h }) => {
            let (x, width) = normalised(x, w, width);
            let (y, height) = normalised(y, h, height);
            Rectangle { x, y, width, height }
        }
    }
}

/// Both edges are rounded (02 §3.3).
fn normalised(start: f64, length: f64, side: u32) -> (i64, u32) {
    let side = f64::from(side);
    let first = round(start * side);
    let last = round((start + length) * side);
    (first as i64, (last - first).max(1.0) as u32)
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

/// 01 §5.7 step B.
fn scale(view: &View, width: f64, height: f64) -> Scale {
    if let Some(inverse) = view.scale {
        return Scale::both(1.0 / inverse);
    }
    let capped = |scale: f64| if view.fit.upscale { scale } else { scale.min(1.0) };
    match (view.width, view.height) {
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

fn view_size(view: &View, scaled_width: u32, scaled_height: u32) -> (u32, u32) {
    let width = view.width.unwrap_or(scaled_width);
    let height = view.height.unwrap_or(scaled_height);
    if view.scale.is_some() {
        return (width, height);
    }
    let one_side = view.width.is_some() != view.height.is_some();
    match view.fit.mode {
        _ if one_side => (scaled_width, scaled_height),
        FitMode::Constrain => (scaled_width, scaled_height),
        // where upscaling is not allowed, the view is still not smaller than asked for
        FitMode::Wrap => (width.max(scaled_width), height.max(scaled_height)),
        FitMode::Fit | FitMode::Crop | FitMode::Stretch | FitMode::Hfit | FitMode::Vfit => {
            (width, height)
        }
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

impl Geometry {
    /// Pixels of the output.
    pub fn output_pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The part of the crop that lies inside the source; `None` if all of it
    /// is outside.
    pub fn inside(&self) -> Option<Area> {
        let side = |start: i64, length: u32, limit: u32| {
            let first = start.clamp(0, limit.into());
            let last = (start + i64::from(length)).clamp(0, limit.into());
            (last > first).then_some((first as u32, (last - first) as u32))
        };
        let (x, width) = side(self.crop.x, self.crop.width, self.source_width)?;
        let (y, height) = side(self.crop.y, self.crop.height, self.source_height)?;
        Some(Area { x, y, width, height })
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

    /// The part of the scaled picture that the view shows, in scaled pixels.
    pub fn window(&self) -> Area {
        let side = |offset: i64, scaled: u32, view: u32| {
            let first = (-offset).clamp(0, i64::from(scaled) - 1);
            let last = (i64::from(view) - offset).clamp(first + 1, scaled.into());
            (first as u32, (last - first) as u32)
        };
        let (x, width) = side(self.offset_x, self.scaled_width, self.width);
        let (y, height) = side(self.offset_y, self.scaled_height, self.height);
        Area { x, y, width, height }
    }

    /// Where the top-left of [`Geometry::window`] lies in the output.
    pub fn window_place(&self) -> (u32, u32) {
        (self.offset_x.max(0) as u32, self.offset_y.max(0) as u32)
    }

    /// Whether the scaled picture leaves a part of the output uncovered.
    pub fn has_margins(&self) -> bool {
        let window = self.window();
        (window.width, window.height) != (self.width, self.height)
    }

    /// The factor of `op_usm` radii, at most 1 (ruling 11). `fit=stretch` has
    /// two scales; their geometric mean is used.
    pub fn reduction(&self) -> f64 {
        (self.scale_x * self.scale_y).sqrt().min(1.0)
    }
}

#[cfg(test)]
mod tests;
