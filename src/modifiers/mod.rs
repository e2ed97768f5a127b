//! The Image Serving modifier language: text to [`plan::Plan`], without I/O.
//!
//! ```text
//! lexer      text -> segments: commands, variables, macro calls
//! expand     macro calls -> the segments of their definitions
//! variables  $name$ inside raw values
//! text       raw value -> decoded value that knows where its bytes came from
//! commands   decoded value -> checked value, a file a family
//! reader     commands of all sources, lowest priority first -> draft
//! select     layer= and effect=: what the next commands are for
//! nesting    src= and mask=: requests inside of requests
//! draft      what each attribute of each layer was given
//! check      rules between commands, and what is not carried out yet
//! plan       the draft with all defaults filled in
//! canonical  plan -> text
//! resolve    all of it, with provenance and diagnostics
//! definition the same for a definition that is being saved
//! ```
//!
//! Every problem is a [`Diagnostic`] with the exact bytes it is about; one pass
//! finds all of them.

mod canonical;
mod check;
mod colour;
pub mod commands;
mod definition;
mod diagnostic;
mod draft;
mod expand;
mod lexer;
pub mod macro_file;
mod macros;
mod nesting;
mod path;
pub mod plan;
mod presets;
mod profile_names;
mod reader;
mod resolve;
mod rtf;
mod select;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod variables;

pub use commands::selection::{Place, Target};
pub use definition::{
    DefinitionKind, LONGEST_DEFINITION, check_definition, check_text, saved_text,
};
pub use diagnostic::{Diagnostic, Severity, SourceName, reason};
pub use expand::Limits;
pub use macros::{LONGEST_MACRO_NAME, Macros, check_macro_name};
pub use plan::Plan;
pub use presets::shipped_presets;
pub use resolve::{Defaults, Origin, Resolution, Setting, Sources, Strictness, resolve};
