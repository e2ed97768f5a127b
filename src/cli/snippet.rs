//! Problems of a modifier with carets under the bytes they are about.

use crate::modifiers::{Diagnostic, Macros, Severity, SourceName, Sources};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

/// The texts that spans count in.
pub struct Texts<'a> {
    pub sources: &'a Sources<'a>,
    pub macros: &'a Macros,
}

impl Texts<'_> {
    fn get(&self, source: &SourceName) -> &str {
        match source {
            SourceName::IsModifier => self.sources.is_modifier,
            SourceName::MacroCall => self.sources.macro_call,
            SourceName::AssetModifier => self.sources.asset_modifier,
            SourceName::AssetPostModifier => self.sources.asset_post_modifier,
            SourceName::MacroDefinition(name) => self.macros.get(name).unwrap_or_default(),
        }
    }
}

/// All problems, one below the other, in colour when `styled`.
pub fn render(diagnostics: &[Diagnostic], texts: &Texts<'_>, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let reports: Vec<String> =
        diagnostics.iter().map(|diagnostic| renderer.render(&[group(diagnostic, texts)])).collect();
    reports.join("\n\n")
}

fn group<'a>(diagnostic: &'a Diagnostic, texts: &'a Texts<'a>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.reason);
    let text = texts.get(&diagnostic.source);
    if text.is_empty() {
        return Group::with_title(title);
    }
    let mut here = AnnotationKind::Primary.span(within(text, &diagnostic.span));
    let suggestion = diagnostic.suggestion.as_ref();
    if let Some(suggestion) = suggestion.filter(|text| !diagnostic.message.contains(*text)) {
        here = here.label(format!("did you mean '{suggestion}'?"));
    }
    let mut group =
        title.element(Snippet::source(text).path(diagnostic.source.to_string()).annotation(here));
    for (source, span) in &diagnostic.invoked_at {
        let caller = texts.get(source);
        let call = AnnotationKind::Context.span(within(caller, span)).label("called here");
        group = group.element(Snippet::source(caller).path(source.to_string()).annotation(call));
    }
    group
}

/// The span, cut to the text in case the text is another one than it counts in.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(source: SourceName, span: Range<usize>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            reason: "UNKNOWN_COMMAND",
            message: "there is no command 'wdi'".into(),
            source,
            span,
            suggestion: Some("wid".into()),
            invoked_at: Vec::new(),
        }
    }

    #[test]
    fn carets_stand_under_the_bytes_that_are_wrong() {
        let sources = Sources { is_modifier: "fmt=png&wdi=400", ..Default::default() };
        let macros = Macros::new();
        let texts = Texts { sources: &sources, macros: &macros };
        assert_eq!(
            render(&[problem(SourceName::IsModifier, 8..11)], &texts, false),
            "\
error[UNKNOWN_COMMAND]: there is no command 'wdi'
 --> is_modifier:1:9
  |
1 | fmt=png&wdi=400
  |         ^^^ did you mean 'wid'?"
        );
    }

    #[test]
    fn a_problem_inside_a_macro_shows_where_the_macro_was_called() {
        let sources = Sources { is_modifier: "fmt=png&$web$", ..Default::default() };
        let mut macros = Macros::new();
        macros.insert("web", "qlt=80&wdi=400");
        let texts = Texts { sources: &sources, macros: &macros };
        let mut wrong = problem(SourceName::MacroDefinition("web".into()), 7..10);
        wrong.invoked_at = vec![(SourceName::IsModifier, 8..13)];
        assert_eq!(
            render(&[wrong], &texts, false),
            "\
error[UNKNOWN_COMMAND]: there is no command 'wdi'
 --> definition of $web$:1:8
  |
1 | qlt=80&wdi=400
  |        ^^^ did you mean 'wid'?
  |
 ::: is_modifier:1:9
  |
1 | fmt=png&$web$
  |         ----- called here"
        );
    }

    #[test]
    fn an_empty_text_has_no_carets_and_a_wrong_span_does_not_panic() {
        let sources = Sources { is_modifier: "é", ..Default::default() };
        let macros = Macros::new();
        let texts = Texts { sources: &sources, macros: &macros };
        assert_eq!(
            render(&[problem(SourceName::MacroCall, 0..0)], &texts, false),
            "error[UNKNOWN_COMMAND]: there is no command 'wdi'"
        );
        let odd = Range { start: 1, end: 99 };
        assert!(render(&[problem(SourceName::IsModifier, odd)], &texts, false).contains("é"));
    }
}
