//! Checks definitions before they are saved (03 §5).

use super::diagnostic::{Diagnostic, Problem, Severity, SourceName, reason};
use super::expand::{Expander, Limits};
use super::macros::Macros;
use super::reader::Reader;
use super::resolve::{Defaults, Strictness};

/// Longest definition of a saved macro, in characters (03 §5).
pub const LONGEST_DEFINITION: usize = 512;

/// Checks a definition that is being saved (ruling 2, 03 §5): unknown commands
/// and commands that this version cannot carry out are only warnings.
pub fn check_definition(text: &str, macros: &Macros) -> Vec<Diagnostic> {
    let mut expander = Expander::new(macros, Limits::default());
    let frame = expander.open(SourceName::MacroDefinition(String::new()), text);
    let length = text.chars().count();
    if length > LONGEST_DEFINITION {
        let from = text.char_indices().nth(LONGEST_DEFINITION).map_or(text.len(), |(at, _)| at);
        let message =
            format!("the definition has {length} characters; the limit is {LONGEST_DEFINITION}");
        expander
            .report(frame, Problem::error(reason::MODIFIER_TOO_LONG, from..text.len(), message));
        return expander.diagnostics;
    }
    let mut items = Vec::new();
    expander.read(frame, &mut items);
    if items.is_empty() && !expander.has_error() {
        let message = "the definition is empty; write commands joined by '&'".to_string();
        expander.report(frame, Problem::error(reason::MODIFIER_SYNTAX, 0..text.len(), message));
    }
    let mut reader = Reader::new(expander, Defaults::default(), Strictness::Lenient, true);
    let draft = reader.read(&[items], None);
    reader.finish(&draft);
    reader.report_unimplemented(&draft);
    let mut diagnostics = reader.expander.diagnostics;
    for diagnostic in &mut diagnostics {
        if diagnostic.reason == reason::UNIMPLEMENTED_COMMAND {
            diagnostic.severity = Severity::Warning;
        }
    }
    diagnostics
}
