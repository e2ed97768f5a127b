//! Checks texts that are being saved to be part of later requests (03 §5).

use super::diagnostic::{Diagnostic, Problem, Severity, SourceName, reason};
use super::expand::Expander;
use super::macros::Macros;
use super::reader::Reader;
use super::resolve::{Defaults, Strictness};

/// Longest definition of a saved macro, in characters (03 §5).
pub const LONGEST_DEFINITION: usize = 512;

/// What a text is saved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionKind {
    /// The definition of a macro, at most [`LONGEST_DEFINITION`] characters.
    Macro,
    /// An asset's modifier, as long as any.
    AssetModifier,
    /// An asset's post-modifier, which must not hold `template=` (01 §2.4).
    AssetPostModifier,
}

/// The text of a macro or an asset's modifier as it is saved: newlines and blanks
/// at the edges, and a leading `?` or `&`, go (03 §5).
pub fn saved_text(text: &str) -> &str {
    text.trim().trim_start_matches(['?', '&']).trim()
}

/// Checks a macro's definition that is being saved.
pub fn check_definition(text: &str, macros: &Macros) -> Vec<Diagnostic> {
    check_text(DefinitionKind::Macro, text, macros, &Defaults::default())
}

/// Checks a text that is being saved (ruling 2, 03 §5): unknown commands and
/// commands that this version cannot carry out are only warnings, as rules
/// between commands are judged with the whole request.
pub fn check_text(
    kind: DefinitionKind,
    text: &str,
    macros: &Macros,
    defaults: &Defaults,
) -> Vec<Diagnostic> {
    let mut expander = Expander::new(macros, defaults.limits);
    let source = match kind {
        DefinitionKind::Macro => SourceName::MacroDefinition(String::new()),
        DefinitionKind::AssetModifier => SourceName::AssetModifier,
        DefinitionKind::AssetPostModifier => SourceName::AssetPostModifier,
    };
    let frame = expander.open(source, text);
    let length = text.chars().count();
    if kind == DefinitionKind::Macro && length > LONGEST_DEFINITION {
        let from = text.char_indices().nth(LONGEST_DEFINITION).map_or(text.len(), |(at, _)| at);
        let message =
            format!("the definition has {length} characters; the limit is {LONGEST_DEFINITION}");
        expander
            .report(frame, Problem::error(reason::MODIFIER_TOO_LONG, from..text.len(), message));
        return expander.diagnostics;
    }
    let mut items = Vec::new();
    expander.read(frame, &mut items);
    if kind == DefinitionKind::Macro && items.is_empty() && !expander.has_error() {
        let message = "the definition is empty; write commands joined by '&'".to_string();
        expander.report(frame, Problem::error(reason::MODIFIER_SYNTAX, 0..text.len(), message));
    }
    let mut reader = Reader::new(expander, *defaults, Strictness::Lenient, true);
    let draft = reader.read(&[items], None);
    reader.finish(&draft);
    reader.report_unimplemented(&draft);
    let templates = std::mem::take(&mut reader.templates);
    for diagnostic in &mut reader.expander.diagnostics {
        if diagnostic.reason == reason::UNIMPLEMENTED_COMMAND {
            diagnostic.severity = Severity::Warning;
        }
    }
    if kind == DefinitionKind::AssetPostModifier {
        for (frame, span) in templates {
            let message = "template= may not stand in a post-modifier".to_string();
            let problem = Problem::error(reason::COMMAND_CONFLICT, span, message);
            reader.expander.report(frame, problem);
        }
    }
    reader.expander.diagnostics
}
