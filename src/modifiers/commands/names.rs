//! Every command of the language (02 §1.1) and what this version does with it.
//!
//! To teach offprint a command: give it a slot, read its value in the file of
//! its family, and change its row here.

use super::{Harmless, Slot};

/// What happens to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::modifiers) enum Kind {
    /// Carried out: its value goes into a slot of the plan.
    Runs(Slot),
    /// Has no meaning in a file export (02 §7).
    Harmless(Harmless),
    /// `req=`: only images can be exported (02 §7).
    Request,
    /// Known, but not carried out by this version.
    NotYet,
}

use Harmless::*;
use Kind::{Harmless as Ignored, NotYet, Request, Runs};

/// All commands as the documentation spells them.
const COMMANDS: &[(&str, Kind)] = &[
    // view
    ("align", Runs(Slot::Align)),
    ("bgc", Runs(Slot::Background)),
    ("fit", Runs(Slot::Fit)),
    ("hei", Runs(Slot::Height)),
    ("rect", NotYet),
    ("rgn", NotYet),
    ("scl", Runs(Slot::Scale)),
    ("wid", Runs(Slot::Width)),
    // request
    ("bfc", Ignored(Switch)),
    ("cache", Ignored(Cache)),
    ("defaultImage", Ignored(DefaultImage)),
    ("dpr", Ignored(Dpr)),
    ("effectMask", NotYet),
    ("fmt", Runs(Slot::Format)),
    ("icc", NotYet),
    ("iccEmbed", NotYet),
    ("id", Ignored(Silent)),
    ("imageSet", Ignored(Unused)),
    ("jpegSize", NotYet),
    ("locale", Ignored(Unused)),
    ("network", Ignored(Switch)),
    ("pathEmbed", NotYet),
    ("printRes", Runs(Slot::PrintResolution)),
    ("pscan", NotYet),
    ("qlt", Runs(Slot::Quality)),
    ("quantize", NotYet),
    ("req", Request),
    ("resMode", Runs(Slot::ResMode)),
    ("template", NotYet),
    ("type", Ignored(Unused)),
    ("xmpEmbed", NotYet),
    // source and mask
    ("anchor", NotYet),
    ("anchorN", NotYet),
    ("crop", Runs(Slot::Crop)),
    ("cropN", Runs(Slot::Crop)),
    ("mask", NotYet),
    ("maskUse", NotYet),
    ("op_growMask", NotYet),
    ("op_growMaskR", NotYet),
    ("perspective", NotYet),
    ("perspectiveN", NotYet),
    ("res", NotYet),
    ("scale", NotYet),
    ("src", NotYet),
    // layer
    ("bgColor", NotYet),
    ("blendMode", NotYet),
    ("color", NotYet),
    ("effect", NotYet),
    ("extend", NotYet),
    ("extendN", NotYet),
    ("hide", NotYet),
    ("layer", NotYet),
    ("map", Ignored(Unused)),
    ("mapA", Ignored(Unused)),
    ("origin", NotYet),
    ("originN", NotYet),
    ("pos", NotYet),
    ("posN", NotYet),
    ("rotate", NotYet),
    ("size", NotYet),
    ("sizeN", NotYet),
    // text
    ("pathAttr", NotYet),
    ("text", NotYet),
    ("textAngle", NotYet),
    ("textAttr", NotYet),
    ("textFlowPath", NotYet),
    ("textFlowXPath", NotYet),
    ("textPath", NotYet),
    ("textPs", NotYet),
    // composite
    ("clipPath", NotYet),
    ("clipPathE", NotYet),
    ("clipXPath", NotYet),
    ("clipXPathE", NotYet),
    ("cropPathE", NotYet),
    ("flip", NotYet),
    ("opac", NotYet),
    // operations
    ("colorize", NotYet),
    ("op_blur", NotYet),
    ("op_brightness", NotYet),
    ("op_colorbalance", NotYet),
    ("op_colorize", NotYet),
    ("op_contrast", NotYet),
    ("op_grow", NotYet),
    ("op_hue", NotYet),
    ("op_invert", NotYet),
    ("op_noise", NotYet),
    ("op_saturation", NotYet),
    ("op_sharpen", Runs(Slot::Sharpen)),
    ("op_usm", Runs(Slot::Usm)),
    ("op_usmR", Runs(Slot::UsmR)),
];

/// A command by its name in any case.
pub(in crate::modifiers) fn find(name: &str) -> Option<(&'static str, Kind)> {
    COMMANDS.iter().copied().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// The command that `name` misspells by one letter: one wrong, missing or extra,
/// or two swapped (ruling 2). Names under three letters are too short to tell.
pub(in crate::modifiers) fn one_typo_away(name: &str) -> Option<&'static str> {
    const SHORTEST: usize = 3;
    let written = name.to_ascii_lowercase();
    let letters = written.chars().count();
    if letters < SHORTEST {
        return None;
    }
    COMMANDS
        .iter()
        .map(|(known, _)| *known)
        .filter(|known| known.len() >= SHORTEST && known.len().abs_diff(letters) <= 1)
        .find(|known| strsim::osa_distance(&written, &known.to_ascii_lowercase()) == 1)
}
