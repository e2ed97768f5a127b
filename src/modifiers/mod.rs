//! The Image Serving modifier language: text to [`plan::Plan`], without I/O.
//!
//! ```text
//! lexer      text -> segments: commands, variables, macro calls
//! expand     macro calls -> the segments of their definitions
//! variables  $name$ inside raw values
//! text       raw value -> decoded value that knows where its bytes came from
//! commands   decoded value -> checked value, a file a family
//! resolve    all of it, lowest priority first -> plan and diagnostics
//! ```
//!
//! Every problem is a [`Diagnostic`] with the exact bytes it is about; one pass
//! finds all of them.

mod canonical;
mod colour;
mod commands;
mod diagnostic;
mod expand;
mod lexer;
pub mod macro_file;
mod macros;
pub mod plan;
mod presets;
mod resolve;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod variables;

pub use diagnostic::{Diagnostic, Severity, SourceName, reason};
pub use expand::LONGEST_MODIFIER;
pub use macros::{LONGEST_MACRO_NAME, Macros, check_macro_name};
pub use plan::Plan;
pub use presets::shipped_presets;
pub use resolve::{
    Defaults, LONGEST_DEFINITION, Origin, Resolution, Setting, Sources, Strictness,
    check_definition, resolve,
};
