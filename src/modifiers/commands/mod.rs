//! The commands: which exist, how their values are read, what they set.

mod format;
mod geometry;
mod harmless;
mod names;
mod operations;

use super::diagnostic::{Problem, reason, shown};
use super::plan::{Align, Crop, Fit, ResMode, UnsharpMask};
use super::text::Text;

pub(super) use format::FileFormat;
pub(super) use harmless::Harmless;
pub(super) use names::{Kind, find, one_typo_away};

/// The places of the plan that commands fill, in the order of canonical text.
/// `crop` and `cropN` share one (G3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Format,
    Quality,
    Width,
    Height,
    Fit,
    Scale,
    Align,
    Background,
    Crop,
    ResMode,
    Sharpen,
    Usm,
    UsmR,
    PrintResolution,
}

impl Slot {
    pub const ALL: [Slot; Slot::COUNT] = [
        Slot::Format,
        Slot::Quality,
        Slot::Width,
        Slot::Height,
        Slot::Fit,
        Slot::Scale,
        Slot::Align,
        Slot::Background,
        Slot::Crop,
        Slot::ResMode,
        Slot::Sharpen,
        Slot::Usm,
        Slot::UsmR,
        Slot::PrintResolution,
    ];
    pub const COUNT: usize = Slot::PrintResolution as usize + 1;
}

/// A value that was read and checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    Format(FileFormat),
    /// Quality 1 to 100; whether chroma keeps its full resolution, if said.
    Quality(u8, Option<bool>),
    Width(u32),
    Height(u32),
    Fit(Fit),
    Scale(f64),
    Align(Align),
    Background([u8; 3]),
    Crop(Crop),
    ResMode(ResMode),
    Sharpen(bool),
    Usm(UnsharpMask),
    UsmR(UnsharpMask),
    PrintResolution(f64),
}

/// Reads the value of a command that this version carries out. `value` is
/// decoded and not blank. Warnings go to `warnings`.
pub(super) fn parse(
    command: &'static str,
    slot: Slot,
    value: &Text,
    warnings: &mut Vec<Problem>,
) -> Result<Value, Problem> {
    Ok(match slot {
        Slot::Format => Value::Format(format::file_format(value, warnings)?),
        Slot::Quality => format::quality(value)?,
        Slot::PrintResolution => Value::PrintResolution(format::print_resolution(value)?),
        Slot::Width => Value::Width(geometry::length("wid", value)?),
        Slot::Height => Value::Height(geometry::length("hei", value)?),
        Slot::Fit => Value::Fit(geometry::fit(value)?),
        Slot::Scale => Value::Scale(geometry::scale(value)?),
        Slot::Align => Value::Align(geometry::align(value)?),
        Slot::Background => Value::Background(super::colour::colour("bgc", value)?.to_rgb()),
        Slot::Crop if command == "cropN" => Value::Crop(geometry::crop_normalised(value)?),
        Slot::Crop => Value::Crop(geometry::crop_pixels(value)?),
        Slot::ResMode => Value::ResMode(operations::res_mode(value, warnings)?),
        Slot::Sharpen => Value::Sharpen(operations::sharpen(value)?),
        Slot::Usm => Value::Usm(operations::unsharp_mask("op_usm", value, warnings)?),
        Slot::UsmR => Value::UsmR(operations::unsharp_mask("op_usmR", value, warnings)?),
    })
}

/// Judges a command without meaning in a file export (02 §7).
pub(super) fn check_harmless(
    command: &'static str,
    kind: Harmless,
    value: &Text,
) -> Result<Option<Problem>, Problem> {
    harmless::check(command, kind, value)
}

/// Judges `req=` (02 §7, 03 §1.4).
pub(super) fn check_request(value: &Text) -> Result<(), Problem> {
    harmless::check_request(value)
}

/// The error for a command or value that this version cannot carry out.
pub(super) fn not_yet(span: std::ops::Range<usize>, what: &str) -> Problem {
    Problem::error(
        reason::UNIMPLEMENTED_COMMAND,
        span,
        format!("'{}' is not carried out by this version of offprint; leave it out", shown(what)),
    )
}
