//! Sources, macros and defaults make a plan (01 §2.4, 03 §1.3).

use std::ops::Range;

use super::canonical::default_value;
use super::commands::{Slot, Value};
use super::diagnostic::{Diagnostic, Problem, SourceName, reason};
use super::expand::Expander;
use super::macros::{self, Macros};
use super::plan::{Plan, ResMode};
use super::reader::{Occurrence, Reader};

/// The texts that make a request, lowest priority first (03 R1).
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// The asset's `urlModifier`.
    pub asset_modifier: &'a str,
    /// The `is_modifier` field of the job.
    pub is_modifier: &'a str,
    /// The `macro` field: empty for none, `web` or `$web$`.
    pub macro_call: &'a str,
    /// The asset's `urlPostApplyModifier`.
    pub asset_post_modifier: &'a str,
}

/// How names that are no command are treated (ruling 2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strictness {
    /// One typo away from a command is an error, other names are warnings.
    #[default]
    Normal,
    /// Every unknown name is an error.
    Strict,
    /// Every unknown name and bad percent escape is a warning.
    Lenient,
}

/// Company-wide defaults (ruling 6).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Defaults {
    /// `BkgColor`, RGB.
    pub background: [u8; 3],
    /// First value of `JpegQuality`, 1 to 100.
    pub jpeg_quality: u8,
    /// Second value of `JpegQuality`: 4:4:4 instead of 4:2:0.
    pub full_chroma: bool,
    pub res_mode: ResMode,
}

impl Default for Defaults {
    fn default() -> Self {
        let Plan { view, output, res_mode, .. } = Plan::default();
        Defaults {
            background: view.background,
            jpeg_quality: output.quality,
            full_chroma: output.full_chroma,
            res_mode,
        }
    }
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// `None` exactly when a diagnostic is an error.
    pub plan: Option<Plan>,
    /// Keyword of the effective format, as `png-alpha`; `jpeg` if none is valid.
    pub format: String,
    /// What was asked, as canonical text: a fixed order, no macros, no variables,
    /// no defaults. Equal requests have equal texts.
    pub effective_request: String,
    /// What decides each setting, in the order of the canonical text; defaults
    /// among them.
    pub settings: Vec<Setting>,
    /// In the order of the sources and of their text.
    pub diagnostics: Vec<Diagnostic>,
}

/// One decided setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The command as documented, as `wid`.
    pub command: String,
    /// Canonical text of the value; empty if the command was unset.
    pub value: String,
    pub origin: Origin,
    /// Values that lost, first given first.
    pub overrode: Vec<(String, Origin)>,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nothing asked for it: a default of ruling 6.
    Default,
    /// A command at these bytes of a source.
    Given { source: SourceName, span: Range<usize> },
}

/// Resolves a request. Finds all problems at once; never panics.
pub fn resolve(
    sources: &Sources<'_>,
    macros: &Macros,
    defaults: &Defaults,
    strictness: Strictness,
) -> Resolution {
    let mut expander = Expander::new(macros);
    let mut levels = [Vec::new(), Vec::new(), Vec::new()];
    let asset = expander.open(SourceName::AssetModifier, sources.asset_modifier);
    expander.read(asset, &mut levels[0]);
    let modifier = expander.open(SourceName::IsModifier, sources.is_modifier);
    expander.read(modifier, &mut levels[1]);
    let call = expander.open(SourceName::MacroCall, sources.macro_call);
    if !sources.macro_call.trim_ascii().is_empty() {
        match macros::parse_call(sources.macro_call) {
            Ok(name) => {
                let span = super::lexer::trimmed(sources.macro_call, 0..sources.macro_call.len());
                expander.call(call, &name, span, &mut levels[1]);
            }
            Err(problem) => expander.report(call, problem),
        }
    } else if levels[1].is_empty() && !expander.has_error() {
        for frame in [modifier, call] {
            let message =
                "fmt=convert needs is_modifier, macro or both: they say what to convert to"
                    .to_string();
            expander
                .report(frame, Problem::error(reason::CONVERT_REQUIRES_MODIFIER, 0..0, message));
        }
    }
    let post = expander.open(SourceName::AssetPostModifier, sources.asset_post_modifier);
    expander.read(post, &mut levels[2]);

    let mut reader = Reader::new(expander, strictness, false);
    reader.read(&levels);
    reader.check_fit();
    if reader.slots[Slot::Format as usize].last().is_none_or(|last| last.value.is_none())
        && !reader.failed.contains(&Slot::Format)
        && !reader.expander.has_error()
    {
        let frame = if sources.is_modifier.is_empty() { call } else { modifier };
        let message = "nothing names a format, so it is jpeg; add 'fmt=' to choose".to_string();
        reader.expander.report(frame, Problem::warning(reason::FMT_DEFAULTED, 0..0, message));
    }
    reader.finish(defaults)
}

impl Reader<'_> {
    fn origin(&self, occurrence: &Occurrence) -> Origin {
        let source = self.expander.frames[occurrence.frame].source.clone();
        Origin::Given { source, span: occurrence.span.clone() }
    }

    fn finish(self, defaults: &Defaults) -> Resolution {
        let mut plan = Plan { res_mode: defaults.res_mode, ..Plan::default() };
        plan.view.background = defaults.background;
        plan.output.quality = defaults.jpeg_quality;
        plan.output.full_chroma = defaults.full_chroma;
        let winners = || self.slots.iter().filter_map(|occurrences| occurrences.split_last());
        let mut format = "jpeg";
        for (winner, _) in winners() {
            if let Some(value) = &winner.value {
                value.apply(&mut plan);
                if let Value::Format(file_format) = value {
                    format = file_format.keyword;
                }
            }
        }

        let mut settings = Vec::new();
        let mut effective = Vec::new();
        for (slot, occurrences) in Slot::ALL.iter().zip(&self.slots) {
            let text = |occurrence: &Occurrence| {
                occurrence.value.map(|value| value.text()).unwrap_or_default()
            };
            match occurrences.split_last() {
                Some((winner, losers)) => {
                    let value = text(winner);
                    if winner.value.is_some() {
                        effective.push(format!("{}={value}", winner.command));
                    }
                    settings.push(Setting {
                        command: winner.command.to_string(),
                        value,
                        origin: self.origin(winner),
                        overrode: losers
                            .iter()
                            .map(|loser| (text(loser), self.origin(loser)))
                            .collect(),
                    });
                }
                None => {
                    if let Some((command, value)) = default_value(*slot, &plan, defaults) {
                        settings.push(Setting {
                            command: command.to_string(),
                            value,
                            origin: Origin::Default,
                            overrode: Vec::new(),
                        });
                    }
                }
            }
        }
        let failed = self.expander.has_error();
        Resolution {
            plan: (!failed).then_some(plan),
            format: format.to_string(),
            effective_request: effective.join("&"),
            settings,
            diagnostics: self.expander.diagnostics,
        }
    }
}
