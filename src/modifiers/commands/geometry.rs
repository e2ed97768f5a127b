//! `wid`, `hei`, `fit`, `scl`, `align`, `crop` and `cropN` (02 §3.1, §3.3).

use crate::modifiers::diagnostic::{Problem, reason};
use crate::modifiers::plan::{Align, Crop, Fit, FitMode};
use crate::modifiers::text::{Piece, Text};
use crate::modifiers::value::{count, flag, int, keyword, positive_real, real};

/// Largest number of pixels along one side that the language can name. What an
/// output may really have is the renderer's limit.
const LONGEST_SIDE: i64 = i32::MAX as i64;

const FIT_MODES: &[(&str, FitMode)] = &[
    named(FitMode::Fit),
    named(FitMode::Constrain),
    named(FitMode::Crop),
    named(FitMode::Wrap),
    named(FitMode::Stretch),
    named(FitMode::Hfit),
    named(FitMode::Vfit),
];

const fn named(mode: FitMode) -> (&'static str, FitMode) {
    (mode.keyword(), mode)
}

pub(super) fn length(command: &str, value: &Text) -> Result<u32, Problem> {
    Ok(int(command, &value.whole(), 1..=LONGEST_SIDE)? as u32)
}

pub(super) fn fit(value: &Text) -> Result<Fit, Problem> {
    let items = value.items();
    count("fit", "mode,upscale", &items, 1..=2)?;
    let mode = keyword("the mode of fit", &items[0], FIT_MODES)?;
    let upscale = match items.get(1) {
        Some(piece) if !piece.text.is_empty() => flag("the upscale flag of fit", piece)?,
        _ => false,
    };
    Ok(Fit { mode, upscale })
}

pub(super) fn scale(value: &Text) -> Result<f64, Problem> {
    positive_real("scl", &value.whole())
}

pub(super) fn align(value: &Text) -> Result<Align, Problem> {
    let items = value.items();
    count("align", "horizontal,vertical", &items, 2..=2)?;
    Ok(Align {
        horizontal: real("the horizontal value of align", &items[0], -1.0..=1.0)?,
        vertical: real("the vertical value of align", &items[1], -1.0..=1.0)?,
    })
}

pub(super) fn crop_pixels(value: &Text) -> Result<Crop, Problem> {
    let items = value.items();
    count("crop", "x,y,width,height", &items, 4..=4)?;
    let offset =
        |what: &str, piece: &Piece<'_>| int(what, piece, i64::from(i32::MIN)..=LONGEST_SIDE);
    let x = offset("x of crop", &items[0])? as i32;
    let y = offset("y of crop", &items[1])? as i32;
    let width = int("the width of crop", &items[2], 0..=LONGEST_SIDE)? as u32;
    let height = int("the height of crop", &items[3], 0..=LONGEST_SIDE)? as u32;
    both_or_none("crop", (width == 0, height == 0), &items)?;
    Ok(Crop::Pixels { x, y, width, height })
}

pub(super) fn crop_normalised(value: &Text) -> Result<Crop, Problem> {
    // as far as pixel coordinates reach (02 §3.3 anchor)
    const FARTHEST: f64 = 2_147_483_648.0;
    let items = value.items();
    count("cropN", "x,y,width,height", &items, 4..=4)?;
    let x = real("x of cropN", &items[0], -FARTHEST..=FARTHEST)?;
    let y = real("y of cropN", &items[1], -FARTHEST..=FARTHEST)?;
    let width = real("the width of cropN", &items[2], 0.0..=FARTHEST)?;
    let height = real("the height of cropN", &items[3], 0.0..=FARTHEST)?;
    both_or_none("cropN", (width == 0.0, height == 0.0), &items)?;
    Ok(Crop::Normalised { x, y, width, height })
}

/// Both sizes 0 mean the whole picture, one alone is an error (ruling 21).
fn both_or_none(command: &str, zero: (bool, bool), items: &[Piece<'_>]) -> Result<(), Problem> {
    let (side, piece) = match zero {
        (true, false) => ("width", &items[2]),
        (false, true) => ("height", &items[3]),
        _ => return Ok(()),
    };
    Err(Problem::error(
        reason::VALUE_OUT_OF_RANGE,
        piece.span.clone(),
        format!(
            "the {side} of {command} is 0, but must be above 0; only both sizes together may be 0, for the whole picture"
        ),
    ))
}
