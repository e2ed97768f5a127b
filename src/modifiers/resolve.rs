//! Sources, macros and defaults make a plan (01 §2.4, 03 §1.3).

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::canonical::default_value;
use super::commands::{self, Kind, Slot, Value};
use super::diagnostic::{Diagnostic, Problem, Severity, SourceName, reason, shown};
use super::expand::{Command, Expander, Item};
use super::macros::{self, Macros};
use super::plan::{Plan, ResMode};
use super::text::Text;
use super::variables::Variables;

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

/// One occurrence of a command that was read without error.
struct Occurrence {
    command: &'static str,
    /// `None`: unset (ruling 25).
    value: Option<Value>,
    frame: usize,
    span: Range<usize>,
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

/// Checks a definition that is being saved (ruling 2, 03 §5): unknown commands
/// and commands that this version cannot carry out are only warnings.
pub fn check_definition(text: &str, macros: &Macros) -> Vec<Diagnostic> {
    let mut expander = Expander::new(macros);
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
    let mut reader = Reader::new(expander, Strictness::Lenient, true);
    reader.read(&[items, Vec::new(), Vec::new()]);
    let mut diagnostics = reader.expander.diagnostics;
    for diagnostic in &mut diagnostics {
        if diagnostic.reason == reason::UNIMPLEMENTED_COMMAND {
            diagnostic.severity = Severity::Warning;
        }
    }
    diagnostics
}

/// Longest definition of a saved macro, in characters (03 §5).
pub const LONGEST_DEFINITION: usize = 512;

/// Reads the values of commands into slots.
struct Reader<'a> {
    expander: Expander<'a>,
    strictness: Strictness,
    /// A definition being saved: its variables may be set by whoever calls it.
    open_variables: bool,
    slots: [Vec<Occurrence>; Slot::COUNT],
    /// Slots with a value in error.
    failed: Vec<Slot>,
    /// Commands whose one warning has been given.
    warned: HashSet<&'static str>,
}

impl<'a> Reader<'a> {
    fn new(expander: Expander<'a>, strictness: Strictness, open_variables: bool) -> Self {
        Reader {
            expander,
            strictness,
            open_variables,
            slots: Default::default(),
            failed: Vec::new(),
            warned: HashSet::new(),
        }
    }

    /// Reads the levels, lowest priority first.
    fn read(&mut self, levels: &[Vec<Item<'a>>; 3]) {
        let definitions = levels.each_ref().map(|items| last_definitions(items));
        for (index, items) in levels.iter().enumerate() {
            let mut variables = Variables::default();
            for earlier in &definitions[..index] {
                variables
                    .earlier
                    .extend(earlier.iter().map(|(name, value)| (name.clone(), *value)));
            }
            for later in &definitions[index + 1..] {
                variables.later.extend(later.iter().map(|(name, value)| (name.clone(), *value)));
            }
            for item in items {
                match item {
                    Item::Variable { name, value } => {
                        variables.preceding.insert(name.to_ascii_lowercase(), value);
                    }
                    Item::Command(command) => self.command(command, &variables),
                }
            }
        }
    }

    fn command(&mut self, command: &Command<'a>, variables: &Variables<'a>) {
        let Some((name, kind)) = commands::find(command.name) else {
            return self.unknown(command);
        };
        if kind == Kind::NotYet {
            return self
                .expander
                .report(command.frame, commands::not_yet(command.name_span.clone(), name));
        }
        if let Kind::Runs(slot) = kind
            && command.value.is_empty()
        {
            return self.keep(slot, name, None, command);
        }
        let Some(value) = self.decode(command, variables) else {
            if let Kind::Runs(slot) = kind {
                self.failed.push(slot);
            }
            return;
        };
        match kind {
            Kind::Runs(slot) if value.is_blank() => self.keep(slot, name, None, command),
            Kind::Runs(slot) => {
                let mut warnings = Vec::new();
                let read = commands::parse(name, slot, &value, &mut warnings);
                for warning in warnings {
                    self.expander.report(command.frame, warning);
                }
                match read {
                    Ok(value) => self.keep(slot, name, Some(value), command),
                    Err(problem) => {
                        self.failed.push(slot);
                        self.expander.report(command.frame, problem);
                    }
                }
            }
            Kind::Harmless(harmless) => match commands::check_harmless(name, harmless, &value) {
                Ok(Some(warning)) if self.warned.insert(name) => {
                    self.expander.report(command.frame, warning)
                }
                Ok(_) => {}
                Err(problem) => self.expander.report(command.frame, problem),
            },
            Kind::Request => {
                if let Err(problem) = commands::check_request(&value) {
                    self.expander.report(command.frame, problem);
                }
            }
            Kind::NotYet => {}
        }
    }

    fn keep(
        &mut self,
        slot: Slot,
        name: &'static str,
        value: Option<Value>,
        command: &Command<'_>,
    ) {
        self.slots[slot as usize].push(Occurrence {
            command: name,
            value,
            frame: command.frame,
            span: command.span.clone(),
        });
    }

    /// Puts variables in and decodes; `None` if the value cannot be read.
    fn decode(&mut self, command: &Command<'a>, variables: &Variables<'a>) -> Option<Text> {
        let (raw, undefined) = match variables.substitute(command.value, command.value_span.clone())
        {
            Ok(found) => found,
            Err(problem) => {
                self.expander.report(command.frame, problem);
                return None;
            }
        };
        if undefined.is_some() && self.open_variables {
            return None;
        }
        let mut problems = Vec::new();
        let value = raw.decoded(&mut problems);
        let lenient = self.strictness == Strictness::Lenient;
        let readable = lenient || problems.is_empty();
        for mut problem in problems {
            if lenient {
                problem.severity = Severity::Warning;
            }
            self.expander.report(command.frame, problem);
        }
        readable.then_some(value)
    }

    /// Ruling 2.
    fn unknown(&mut self, command: &Command<'a>) {
        let near = commands::one_typo_away(command.name);
        let name = shown(command.name);
        let error = match self.strictness {
            Strictness::Strict => true,
            Strictness::Normal => near.is_some(),
            Strictness::Lenient => false,
        };
        let span = command.name_span.clone();
        let problem = match (error, near) {
            (true, Some(near)) => {
                let message = format!("'{name}' is no command; did you mean '{near}'?");
                Problem::error(reason::UNKNOWN_COMMAND, span, message)
            }
            (true, None) => {
                Problem::error(reason::UNKNOWN_COMMAND, span, format!("'{name}' is no command"))
            }
            (false, _) => {
                let message = format!("'{name}' is no command and was ignored");
                Problem::warning(reason::UNKNOWN_COMMAND_IGNORED, span, message)
            }
        };
        self.expander.report(
            command.frame,
            match near {
                Some(near) => problem.suggest(near),
                None => problem,
            },
        );
    }

    /// Ruling 26: `fit` needs a size from somewhere. Not judged when a size may
    /// be hidden behind another error.
    fn check_fit(&mut self) {
        let given =
            |slot: Slot| self.slots[slot as usize].last().is_some_and(|last| last.value.is_some());
        let sized = [Slot::Width, Slot::Height]
            .into_iter()
            .any(|slot| given(slot) || self.failed.contains(&slot));
        let hidden = |diagnostic: &Diagnostic| {
            matches!(
                diagnostic.reason,
                reason::UNKNOWN_MACRO
                    | reason::MACRO_RECURSION
                    | reason::MODIFIER_TOO_LONG
                    | reason::UNKNOWN_COMMAND
            ) && diagnostic.severity == Severity::Error
        };
        if sized || !given(Slot::Fit) || self.expander.diagnostics.iter().any(hidden) {
            return;
        }
        if let Some(Occurrence { frame, span, .. }) = self.slots[Slot::Fit as usize].last() {
            let message = "fit needs wid, hei or both to fit into".to_string();
            let problem = Problem::error(reason::COMMAND_CONFLICT, span.clone(), message);
            self.expander.report(*frame, problem);
        }
    }

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
        for (slot, occurrences) in SLOTS.iter().zip(&self.slots) {
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

/// Every slot in its order.
const SLOTS: [Slot; Slot::COUNT] = [
    Slot::Format,
    Slot::Quality,
    Slot::Width,
    Slot::Height,
    Slot::Fit,
    Slot::Scale,
    Slot::Align,
    Slot::Background,
    Slot::Crop,
    Slot::ResMode,
    Slot::Sharpen,
    Slot::Usm,
    Slot::UsmR,
    Slot::PrintResolution,
];

fn last_definitions<'a>(items: &[Item<'a>]) -> HashMap<String, &'a str> {
    let definitions = items.iter().filter_map(|item| match item {
        Item::Variable { name, value } => Some((name.to_ascii_lowercase(), *value)),
        Item::Command(_) => None,
    });
    definitions.collect()
}
