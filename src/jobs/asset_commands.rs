//! The modifiers that assets have of their own: resolved together with a
//! request when a job is submitted (03 R1).

use super::diagnostics::{located, warning};
use crate::error::Problem;
use crate::modifiers::{
    self, Defaults, Diagnostic, Macros, Severity, SourceName, Sources, Strictness, reason,
};
use crate::store::assets::AssetRow;
use std::collections::HashMap;

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

impl OwnCommands {
    pub fn warnings(&self) -> Vec<Problem> {
        serde_json::from_str(&self.warnings).unwrap_or_default()
    }
}

/// Resolves assets' modifiers for one job. Equal texts are resolved once.
pub(super) struct AssetCommands<'a> {
    /// The job's own commands, if they give an output, and the renditions'.
    pub outputs: &'a [OutputCommands],
    pub macros: &'a Macros,
    pub defaults: &'a Defaults,
    /// By the number of the output and the texts of the asset.
    pub known: HashMap<(usize, &'a str, &'a str), OwnCommands>,
}

/// Commands of a request that give an output, as they will be carried out.
#[derive(Debug, Default)]
pub(super) struct OutputCommands {
    /// Which of the request's renditions; `None`: the job's own.
    pub rendition: Option<usize>,
    pub is_modifier: String,
    pub macro_call: String,
    pub effective: String,
    pub resolved_macro: String,
    /// Extension of converted files.
    pub extension: String,
}

impl<'a> AssetCommands<'a> {
    /// What the asset makes of output `number`. `None` when the asset has no modifiers,
    /// and the request's commands hold.
    pub fn of(&mut self, number: usize, asset: &'a AssetRow) -> Option<&OwnCommands> {
        let key = (number, asset.url_modifier.as_str(), asset.url_post_apply_modifier.as_str());
        if (key.1, key.2) == ("", "") {
            return None;
        }
        if !self.known.contains_key(&key) {
            let own = self.resolve(self.outputs.get(number)?, key.1, key.2);
            self.known.insert(key, own);
        }
        self.known.get(&key)
    }

    fn resolve(
        &self,
        output: &OutputCommands,
        asset_modifier: &str,
        asset_post_modifier: &str,
    ) -> OwnCommands {
        let sources = Sources {
            asset_modifier,
            is_modifier: &output.is_modifier,
            macro_call: &output.macro_call,
            asset_post_modifier,
        };
        // The request's own names were judged for the job already, as strictly as
        // it asked; the asset's were judged when they were saved.
        let resolution =
            modifiers::resolve(&sources, self.macros, self.defaults, Strictness::Lenient);
        let Some(plan) = resolution.executable() else {
            let refusal = serde_json::to_string(&refusal(&resolution.diagnostics));
            return OwnCommands { refusal: refusal.unwrap_or_default(), ..OwnCommands::default() };
        };
        let warnings: Vec<Problem> =
            resolution.diagnostics.iter().filter(|d| is_of_asset(d)).map(warning).collect();
        let extension = plan.output.format.extension().to_owned();
        let effective = match resolution.effective_request {
            same if same == output.effective => String::new(),
            own => own,
        };
        OwnCommands {
            effective,
            extension,
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
