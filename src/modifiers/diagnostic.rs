//! What is wrong with a modifier, where, and what to do about it.

use std::fmt;
use std::ops::Range;

/// Stable, upper-case names of what can be wrong (03 §1.4, §1.5).
pub mod reason {
    /// Malformed text or value (`E_SYNTAX` of the spec).
    pub const MODIFIER_SYNTAX: &str = "MODIFIER_SYNTAX";
    /// A value outside its range (`E_RANGE`).
    pub const VALUE_OUT_OF_RANGE: &str = "VALUE_OUT_OF_RANGE";
    /// A combination that the language forbids (`E_CONFLICT`).
    pub const COMMAND_CONFLICT: &str = "COMMAND_CONFLICT";
    /// A name one typo away from a command (ruling 2), or any unknown name when strict.
    pub const UNKNOWN_COMMAND: &str = "UNKNOWN_COMMAND";
    /// A command or value of the language that this version cannot carry out.
    pub const UNIMPLEMENTED_COMMAND: &str = "UNIMPLEMENTED_COMMAND";
    /// A call of a macro that is not defined.
    pub const UNKNOWN_MACRO: &str = "UNKNOWN_MACRO";
    /// A macro call that does not follow the grammar.
    pub const MACRO_SYNTAX: &str = "MACRO_SYNTAX";
    /// More than one macro in the `macro` field.
    pub const MULTIPLE_MACROS: &str = "MULTIPLE_MACROS";
    /// Macros that call each other in a circle or too deep.
    pub const MACRO_RECURSION: &str = "MACRO_RECURSION";
    /// A whole URL instead of a modifier.
    pub const MODIFIER_IS_URL: &str = "MODIFIER_IS_URL";
    /// A delivery format that is no file.
    pub const FORMAT_NOT_EXPORTABLE: &str = "FORMAT_NOT_EXPORTABLE";
    /// A `req=` that does not produce an image.
    pub const REQUEST_TYPE_NOT_EXPORTABLE: &str = "REQUEST_TYPE_NOT_EXPORTABLE";
    /// Neither a modifier nor a macro.
    pub const CONVERT_REQUIRES_MODIFIER: &str = "CONVERT_REQUIRES_MODIFIER";
    /// Text over a length limit.
    pub const MODIFIER_TOO_LONG: &str = "MODIFIER_TOO_LONG";
    /// Warning: accepted without effect (`W_IGNORED`).
    pub const IGNORED: &str = "IGNORED";
    /// Warning: accepted under another spelling or meaning (`W_COMPAT`).
    pub const COMPAT: &str = "COMPAT";
    /// Warning: `$shadow$` or `$glow$` outside of an effect (03 §1.5).
    pub const EFFECT_MACRO_WITHOUT_EFFECT: &str = "EFFECT_MACRO_WITHOUT_EFFECT";
    /// Warning: nothing names a format, so it is JPEG.
    pub const FMT_DEFAULTED: &str = "FMT_DEFAULTED";
    /// Warning: `&amp;` was read as `&`.
    pub const XML_ENTITY_DECODED: &str = "XML_ENTITY_DECODED";
    /// Warning: a foreign parameter was skipped (ruling 2).
    pub const UNKNOWN_COMMAND_IGNORED: &str = "UNKNOWN_COMMAND_IGNORED";
}

/// Whether a problem stops the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    Error,
    Warning,
}

/// Which text a span counts in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SourceName {
    /// The `is_modifier` field.
    IsModifier,
    /// The `macro` field.
    MacroCall,
    /// The definition of the named macro; empty for a definition being saved.
    MacroDefinition(String),
    /// The asset's own modifier, before the request.
    AssetModifier,
    /// The asset's own modifier, after the request.
    AssetPostModifier,
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceName::IsModifier => f.write_str("is_modifier"),
            SourceName::MacroCall => f.write_str("macro"),
            SourceName::MacroDefinition(name) if name.is_empty() => f.write_str("definition"),
            SourceName::MacroDefinition(name) => write!(f, "definition of ${name}$"),
            SourceName::AssetModifier => f.write_str("asset modifier"),
            SourceName::AssetPostModifier => f.write_str("asset post-modifier"),
        }
    }
}

/// One problem, with the exact bytes it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// One of [`reason`].
    pub reason: &'static str,
    /// One line, lower case, without full stop.
    pub message: String,
    /// The text that holds the problem.
    pub source: SourceName,
    /// Bytes of that text, on character boundaries.
    pub span: Range<usize>,
    /// What to write instead of the bytes at `span`.
    pub suggestion: Option<String>,
    /// For a problem inside a macro: where it was called, innermost first.
    pub invoked_at: Vec<(SourceName, Range<usize>)>,
}

/// A problem whose source is not known yet: what lexers and value parsers return.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub severity: Severity,
    pub reason: &'static str,
    pub message: String,
    pub span: Range<usize>,
    pub suggestion: Option<String>,
}

impl Problem {
    pub fn error(reason: &'static str, span: Range<usize>, message: String) -> Self {
        Problem { severity: Severity::Error, reason, message, span, suggestion: None }
    }

    pub fn warning(reason: &'static str, span: Range<usize>, message: String) -> Self {
        Problem { severity: Severity::Warning, reason, message, span, suggestion: None }
    }

    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// Text of a client as it may stand in a one-line message: short, printable.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// The nearest span on character boundaries of `text` that covers `span`.
pub(super) fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}
