//! Sources, macros and defaults make a plan (01 §2.4, 03 §1.3).

use std::ops::Range;

use super::canonical;
use super::commands::Target;
use super::diagnostic::{Diagnostic, Problem, Severity, SourceName, reason};
use super::draft::{Attribute, Draft, Occurrence};
use super::expand::{Expander, Limits};
use super::macros::{self, Macros};
use super::plan::{Intent, Plan, ResMode};
use super::reader::Reader;

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

/// Company-wide defaults (01 §7, ruling 6) and limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Defaults {
    /// `BkgColor`, RGB.
    pub background: [u8; 3],
    /// First value of `JpegQuality`, 1 to 100.
    pub jpeg_quality: u8,
    /// Second value of `JpegQuality`: 4:4:4 instead of 4:2:0.
    pub full_chroma: bool,
    /// `ResMode`
    pub res_mode: ResMode,
    /// `IccRenderIntent`
    pub intent: Intent,
    /// `IccBlackPointCompensation`
    pub black_point: bool,
    /// `IccDither`
    pub dither: bool,
    /// `ApplyEffectMask`
    pub effect_mask: bool,
    pub limits: Limits,
}

impl Default for Defaults {
    fn default() -> Self {
        let Plan { view, output, request, .. } = Plan::default();
        Defaults {
            background: view.background,
            jpeg_quality: output.encoding.quality,
            full_chroma: output.encoding.full_chroma,
            res_mode: request.res_mode,
            intent: output.colour.intent,
            black_point: output.colour.black_point,
            dither: output.colour.dither,
            effect_mask: request.effect_mask,
            limits: Limits::default(),
        }
    }
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// `None` exactly when the request breaks a rule of the language. What is only
    /// not carried out yet has a plan, see [`Resolution::executable`].
    pub plan: Option<Plan>,
    /// Keyword of the effective format, as `png-alpha`; `jpeg` if none is valid.
    pub format: String,
    /// The plan as canonical text: a fixed order, no macros, no variables, nothing
    /// that only repeats a default. Equal plans have equal texts; read again with
    /// `Defaults::default()` it gives the same plan, but for requests to other
    /// renderers (`ir()`, `fxg()`), which stay as written. Empty without a plan.
    pub effective_request: String,
    /// What decides each attribute, in the order of target and of canonical text;
    /// defaults among them.
    pub settings: Vec<Setting>,
    /// In the order of the sources and of their text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Resolution {
    /// The plan, if this version can carry it out.
    pub fn executable(&self) -> Option<&Plan> {
        let refused = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        self.plan.as_ref().filter(|_| !self.diagnostics.iter().any(refused))
    }
}

/// One decided attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// What it is set of: the composite, a layer, an effect.
    pub target: Target,
    /// The command as documented, as `wid`.
    pub command: &'static str,
    /// Canonical text of the value; empty if the command was unset.
    pub value: String,
    pub origin: Origin,
    /// Values that lost, first given first.
    pub overrode: Vec<(String, Origin)>,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nothing asked for it: a company-wide default.
    Default,
    /// A command at these bytes of a source; if that is a macro's definition, also
    /// the calls that led there, innermost first.
    Given { source: SourceName, span: Range<usize>, invoked_at: Vec<(SourceName, Range<usize>)> },
}

/// Resolves a request. Finds all problems at once; never panics.
pub fn resolve(
    sources: &Sources<'_>,
    macros: &Macros,
    defaults: &Defaults,
    strictness: Strictness,
) -> Resolution {
    let mut expander = Expander::new(macros, defaults.limits);
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

    let mut reader = Reader::new(expander, *defaults, strictness, false);
    let draft = reader.read(&levels, None);
    let plan = reader.finish(&draft);
    let request = Target::request();
    if draft.winner(request, "fmt").is_none()
        && !draft.failed(request, "fmt")
        && !reader.expander.has_error()
    {
        let frame = if sources.is_modifier.is_empty() { call } else { modifier };
        let message = "nothing names a format, so it is jpeg; add 'fmt=' to choose".to_string();
        reader.expander.report(frame, Problem::warning(reason::FMT_DEFAULTED, 0..0, message));
    }
    // what is foreign to an export was reported as such, but is no wrong language
    let understood = reader.expander.diagnostics.iter().all(|diagnostic| {
        diagnostic.severity == Severity::Warning
            || diagnostic.reason == reason::UNIMPLEMENTED_COMMAND
    });
    reader.report_unimplemented(&draft);
    let settings = settings(&draft, &plan, &reader.expander);
    let mut diagnostics = reader.expander.diagnostics;
    sort(&mut diagnostics);
    Resolution {
        format: plan.output.format.keyword().to_string(),
        effective_request: if understood { canonical::text(&plan) } else { String::new() },
        plan: understood.then_some(plan),
        settings,
        diagnostics,
    }
}

/// Puts problems into the order in which a reader of the texts meets them.
fn sort(diagnostics: &mut [Diagnostic]) {
    if diagnostics.len() < 2 {
        return;
    }
    diagnostics.sort_by_cached_key(|diagnostic| {
        let (source, span) = match diagnostic.invoked_at.last() {
            Some((source, span)) => (source, span),
            None => (&diagnostic.source, &diagnostic.span),
        };
        let order = match source {
            SourceName::AssetModifier => 0,
            SourceName::IsModifier => 1,
            SourceName::MacroCall | SourceName::MacroDefinition(_) => 2,
            SourceName::AssetPostModifier => 3,
        };
        (order, span.start, diagnostic.span.start)
    });
}

fn settings(draft: &Draft, plan: &Plan, expander: &Expander<'_>) -> Vec<Setting> {
    let origin = |occurrence: &Occurrence| Origin::Given {
        source: expander.frames[occurrence.frame].source.clone(),
        span: occurrence.span.clone(),
        invoked_at: expander.callers(occurrence.frame),
    };
    let text = |occurrence: &Occurrence| match &occurrence.value {
        Some(value) => canonical::spelled(value).1,
        None => String::new(),
    };
    let mut settings: Vec<(Attribute, Setting)> = draft
        .given
        .iter()
        .filter_map(|(attribute, occurrences)| {
            let (winner, losers) = occurrences.split_last()?;
            let setting = Setting {
                target: attribute.0,
                command: winner.command.name,
                value: text(winner),
                origin: origin(winner),
                overrode: losers.iter().map(|loser| (text(loser), origin(loser))).collect(),
            };
            Some((*attribute, setting))
        })
        .collect();
    for (command, value) in canonical::shown_defaults(plan) {
        let Some((_, slot)) = super::commands::find(command) else { continue };
        let attribute = (Target::request(), slot);
        let given = draft.given.get(&attribute).and_then(|given| given.last());
        if given.is_none_or(|last| last.value.is_none()) {
            let origin = Origin::Default;
            let target = attribute.0;
            let setting = Setting { target, command, value, origin, overrode: Vec::new() };
            settings.push((attribute, setting));
        }
    }
    // defaults stand among what was given for the request
    settings.sort_by_key(|(attribute, _)| *attribute);
    settings.into_iter().map(|(_, setting)| setting).collect()
}
