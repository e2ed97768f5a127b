//! The modifiers that assets have of their own: checked when they are saved,
//! and resolved together with a request when a job is submitted (03 R1).

use super::diagnostics::{located, warning};
use super::vocabulary::ExportRequest;
use crate::error::Problem;
use crate::modifiers::{
    self, Defaults, Diagnostic, LONGEST_DEFINITION, Macros, Severity, SourceName, Sources,
    Strictness, reason,
};
use crate::store::assets::AssetRow;
use std::collections::{HashMap, HashSet};

/// What an asset's own modifiers make of the commands of a job.
#[derive(Debug, Default)]
pub(super) struct OwnCommands {
    /// Empty when they are those of the job.
    pub effective: String,
    /// Extension of the converted file.
    pub extension: String,
    /// JSON list of `Problem`s; empty: none.
    pub warnings: String,
    /// JSON of a `Problem`; empty: the asset can be tried.
    pub refusal: String,
}

/// Resolves assets' modifiers for one job. Equal texts are resolved once.
pub(super) struct AssetCommands<'a> {
    pub export: &'a ExportRequest,
    pub macros: &'a Macros,
    pub defaults: &'a Defaults,
    /// The commands of the job without any asset's.
    pub effective: &'a str,
    pub known: HashMap<(&'a str, &'a str), OwnCommands>,
}

impl<'a> AssetCommands<'a> {
    /// `None` when the asset has no modifiers, and the job's commands hold.
    pub fn of(&mut self, asset: &'a AssetRow) -> Option<&OwnCommands> {
        let texts = (asset.url_modifier.as_str(), asset.url_post_apply_modifier.as_str());
        if texts == ("", "") {
            return None;
        }
        if !self.known.contains_key(&texts) {
            let own = self.resolve(texts.0, texts.1);
            self.known.insert(texts, own);
        }
        self.known.get(&texts)
    }

    fn resolve(&self, asset_modifier: &str, asset_post_modifier: &str) -> OwnCommands {
        let sources = Sources {
            asset_modifier,
            is_modifier: &self.export.is_modifier,
            macro_call: &self.export.macro_call,
            asset_post_modifier,
        };
        // The request's own names were judged for the job already, as strictly as
        // it asked; the asset's were judged when they were saved.
        let resolution =
            modifiers::resolve(&sources, self.macros, self.defaults, Strictness::Lenient);
        let Some(plan) = resolution.plan else {
            let refusal = serde_json::to_string(&refusal(&resolution.diagnostics));
            return OwnCommands { refusal: refusal.unwrap_or_default(), ..OwnCommands::default() };
        };
        let warnings: Vec<Problem> =
            resolution.diagnostics.iter().filter(|d| is_of_asset(d)).map(warning).collect();
        let effective = match resolution.effective_request {
            same if same == self.effective => String::new(),
            // Nothing is left of the job's commands; empty would mean them.
            none if none.is_empty() => "fmt=jpeg".to_owned(),
            own => own,
        };
        OwnCommands {
            effective,
            extension: plan.output.format.extension().to_owned(),
            warnings: match warnings.is_empty() {
                true => String::new(),
                false => serde_json::to_string(&warnings).unwrap_or_default(),
            },
            refusal: String::new(),
        }
    }
}

/// Why an asset can't be exported: the reason of the first problem, the text of
/// all.
fn refusal(diagnostics: &[Diagnostic]) -> Problem {
    const SHOWN: usize = 10;
    let errors = || diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let texts: Vec<String> = errors().take(SHOWN).map(located).collect();
    let text = format!(
        "the asset's own modifiers don't go with this request: {} (SetUrlModifier changes them)",
        texts.join("; ")
    );
    match errors().next() {
        Some(first) => Problem { message: text, ..warning(first) },
        None => Problem::new(reason::COMMAND_CONFLICT, text),
    }
}

/// Whether a diagnostic is about text of the asset, or of a macro it calls.
fn is_of_asset(diagnostic: &Diagnostic) -> bool {
    let outermost = diagnostic.invoked_at.last().map_or(&diagnostic.source, |(source, _)| source);
    matches!(outermost, SourceName::AssetModifier | SourceName::AssetPostModifier)
}

/// 03 §5: newlines and blanks at the edges, and a leading `?` or `&`, go.
pub fn trimmed(text: &str) -> &str {
    text.trim().trim_start_matches(['?', '&']).trim()
}

/// Checks a modifier that is being saved with an asset. As for an image format,
/// unknown commands and commands that this version can't carry out are only
/// warnings.
pub fn check_url_modifier(text: &str, macros: &Macros) -> Vec<Diagnostic> {
    if text.is_empty() {
        return Vec::new();
    }
    if text.chars().count() <= LONGEST_DEFINITION {
        return modifiers::check_definition(text, macros);
    }
    // An asset's modifier may be longer than a definition: then it is checked as
    // a part of a request, which gives the size that a fit needs.
    let sources =
        Sources { asset_modifier: text, is_modifier: "wid=1&fmt=jpeg", ..Sources::default() };
    let resolution =
        modifiers::resolve(&sources, macros, &Defaults::default(), Strictness::Lenient);
    let mut diagnostics = resolution.diagnostics;
    diagnostics.retain(is_of_asset);
    for diagnostic in &mut diagnostics {
        if diagnostic.reason == reason::UNIMPLEMENTED_COMMAND {
            diagnostic.severity = Severity::Warning;
        }
    }
    diagnostics
}

/// Checks a post-modifier: as [`check_url_modifier`], and without `template=`
/// (01 §2.4).
pub fn check_post_modifier(text: &str, macros: &Macros) -> Vec<Diagnostic> {
    let mut diagnostics = check_url_modifier(text, macros);
    let mut seen = HashSet::new();
    if let Some((name, at)) = template(text, macros, &mut seen) {
        let (message, span) = match name {
            None => ("template= may not stand in a post-modifier".to_owned(), at..at + WORD.len()),
            Some(name) => (
                format!("template= may not stand in a post-modifier, and ${name}$ has one"),
                0..text.len(),
            ),
        };
        diagnostics.push(Diagnostic {
            severity: Severity::Error,
            reason: reason::COMMAND_CONFLICT,
            message,
            source: SourceName::MacroDefinition(String::new()),
            span,
            suggestion: None,
            invoked_at: Vec::new(),
        });
    }
    diagnostics
}

const WORD: &str = "template";

/// The first `template=` of a text, at any depth of nesting: the macro that
/// holds it, and its byte there.
fn template(
    text: &str,
    macros: &Macros,
    seen: &mut HashSet<String>,
) -> Option<(Option<String>, usize)> {
    let is_command = |at: &usize| {
        let before = text[..*at].trim_end();
        let starts = before.is_empty() || before.ends_with(['&', '?', '{', '(']);
        starts && text[*at + WORD.len()..].trim_start().starts_with('=')
    };
    let lower = text.to_ascii_lowercase();
    if let Some(at) = lower.match_indices(WORD).map(|(at, _)| at).find(is_command) {
        return Some((None, at));
    }
    for segment in text.split(['&', '?', '{', '}', '(', ')']) {
        let segment = segment.trim();
        let Some(name) = segment.strip_prefix('$').and_then(|s| s.strip_suffix('$')) else {
            continue;
        };
        // Each macro once: they may call each other in a circle.
        if seen.insert(name.to_ascii_lowercase())
            && let Some(definition) = macros.get(name)
            && let Some((inner, at)) = template(definition, macros, seen)
        {
            return Some((inner.or_else(|| Some(name.to_owned())), at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str, macros: &Macros) -> Vec<&'static str> {
        let found = check_post_modifier(text, macros);
        found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.reason).collect()
    }

    #[test]
    fn a_post_modifier_has_no_template_at_any_depth() {
        let mut macros = Macros::new();
        macros.insert("outer", "wid=3&$inner$");
        macros.insert("inner", "template=T");
        macros.insert("ring", "$ring$");
        for wrong in ["template=T", "wid=3& Template =T", "src=is{x?template=T}", "$outer$"] {
            assert!(errors(wrong, &macros).contains(&reason::COMMAND_CONFLICT), "{wrong}");
        }
        for right in ["wid=3", "id=template", "ts=x,template=T", "wid=3&mytemplate=T"] {
            assert_eq!(errors(right, &macros), Vec::<&str>::new(), "{right}");
        }
        assert_eq!(errors("$ring$", &macros), [reason::MACRO_RECURSION]);
    }

    #[test]
    fn an_assets_modifier_may_have_4096_bytes() {
        let filled = |end: &str, length: usize| {
            let text = format!("wid=3&fit=fit&id={}{end}", "x".repeat(length));
            let all = check_url_modifier(&text, &Macros::new());
            let errors = all.into_iter().filter(|d| d.severity == Severity::Error);
            errors.map(|d| d.reason).collect::<Vec<_>>()
        };
        assert_eq!(filled("", 4096 - 17), Vec::<&str>::new());
        assert_eq!(filled("", 4096 - 16), [reason::MODIFIER_TOO_LONG]);
        // A long text is judged like a short one.
        for length in [10, 1000] {
            assert_eq!(filled("&qlt=750", length), [reason::VALUE_OUT_OF_RANGE], "{length}");
            assert_eq!(filled("&rotate=5", length), Vec::<&str>::new(), "{length}");
            assert_eq!(filled("&widt=5", length), Vec::<&str>::new(), "{length}");
        }
    }

    #[test]
    fn a_fit_may_wait_for_the_size_of_the_request() {
        for text in ["fit=crop".to_owned(), format!("fit=crop&id={}", "x".repeat(1000))] {
            let all = check_url_modifier(&text, &Macros::new());
            assert!(all.iter().all(|d| d.severity == Severity::Warning), "{all:?}");
        }
    }
}
