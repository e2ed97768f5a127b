//! `resMode`, `op_sharpen`, `op_usm` and `op_usmR` (02 §4.2, §4.5).

use crate::modifiers::diagnostic::{Problem, reason};
use crate::modifiers::plan::{ResMode, UnsharpMask};
use crate::modifiers::text::Text;
use crate::modifiers::value::{count, flag, int, keyword, real};

const RES_MODES: &[(&str, ResMode)] = &[
    named(ResMode::Bilin),
    named(ResMode::Bicub),
    named(ResMode::Sharp2),
    named(ResMode::Bisharp),
];

const fn named(mode: ResMode) -> (&'static str, ResMode) {
    (mode.keyword(), mode)
}

/// Withdrawn names: as written, as read (ruling 24).
const WITHDRAWN_RES_MODES: &[(&str, &str, ResMode)] =
    &[("sharp", "sharp2", ResMode::Sharp2), ("trilin", "bilin", ResMode::Bilin)];

pub(super) fn res_mode(value: &Text, warnings: &mut Vec<Problem>) -> Result<ResMode, Problem> {
    let word = value.whole();
    for (old, new, mode) in WITHDRAWN_RES_MODES {
        if old.eq_ignore_ascii_case(word.text) {
            let message = format!("resMode={old} is withdrawn and read as resMode={new}");
            warnings.push(Problem::warning(reason::COMPAT, word.span, message).suggest(*new));
            return Ok(*mode);
        }
    }
    keyword("resMode", &word, RES_MODES)
}

pub(super) fn sharpen(value: &Text) -> Result<bool, Problem> {
    flag("op_sharpen", &value.whole())
}

/// `amount[,radius[,threshold[,mono]]]`; what is left out or empty is 0.
pub(super) fn unsharp_mask(
    command: &str,
    value: &Text,
    warnings: &mut Vec<Problem>,
) -> Result<UnsharpMask, Problem> {
    let items = value.items();
    count(command, "amount,radius,threshold,mono", &items, 1..=4)?;
    let item = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let what = |part: &str| format!("the {part} of {command}");
    let amount = real(&what("amount"), &items[0], 0.0..=5.0)?;
    let radius = item(1).map_or(Ok(0.0), |piece| real(&what("radius"), piece, 0.0..=250.0))?;
    let threshold = item(2).map_or(Ok(0), |piece| int(&what("threshold"), piece, 0..=255))? as u8;
    let mono = item(3).map_or(Ok(false), |piece| flag(&what("mono flag"), piece))?;
    if amount > 0.0 && radius == 0.0 {
        warnings.push(Problem::warning(
            reason::IGNORED,
            value.whole().span,
            format!("{command} has the radius 0 and so no effect; the second value is the radius in pixels"),
        ));
    }
    Ok(UnsharpMask { amount, radius, threshold, mono })
}
