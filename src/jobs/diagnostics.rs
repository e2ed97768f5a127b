//! Diagnostics of the modifier language as violations and warnings of a job.

use crate::error::{Problem, Violation};
use crate::modifiers::{Diagnostic, SourceName, reason};

/// Which field of the request a diagnostic is about.
fn field(diagnostic: &Diagnostic) -> &'static str {
    let outermost = diagnostic.invoked_at.last().map_or(&diagnostic.source, |(source, _)| source);
    match outermost {
        SourceName::MacroCall => "export_job.macro",
        SourceName::AssetModifier => "asset.url_modifier",
        SourceName::AssetPostModifier => "asset.url_post_apply_modifier",
        _ => "export_job.is_modifier",
    }
}

/// The text of a diagnostic with its place, for people without a terminal of
/// ours that could draw carets.
pub fn located(diagnostic: &Diagnostic) -> String {
    let mut text = String::new();
    let whole_field = matches!(
        diagnostic.reason,
        reason::CONVERT_REQUIRES_MODIFIER | reason::FMT_DEFAULTED | reason::MODIFIER_TOO_LONG
    );
    if !whole_field {
        match &diagnostic.source {
            SourceName::IsModifier | SourceName::MacroCall => {}
            other => text.push_str(&format!("in the {other}, ")),
        }
        text.push_str(&format!("byte {}: ", diagnostic.span.start));
    }
    text.push_str(&diagnostic.message);
    if let Some(suggestion) = &diagnostic.suggestion
        && !diagnostic.message.contains(suggestion.as_str())
    {
        text.push_str(&format!("; did you mean {suggestion:?}?"));
    }
    text
}

pub(super) fn violation(diagnostic: &Diagnostic) -> Violation {
    Violation::new(field(diagnostic), diagnostic.reason, located(diagnostic))
}

/// A diagnostic as a warning of the submit answer and of the job.
pub fn warning(diagnostic: &Diagnostic) -> Problem {
    let problem = Problem::new(diagnostic.reason, located(diagnostic));
    let span = &diagnostic.span;
    problem
        .with("field", field(diagnostic))
        .with("source", diagnostic.source.to_string())
        .with("span", format!("{}..{}", span.start, span.end))
}
