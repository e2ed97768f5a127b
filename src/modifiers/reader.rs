//! Reads expanded commands into slots: variables, decoding, values, verdicts.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::commands::{self, Kind, Slot, Value};
use super::diagnostic::{Diagnostic, Problem, Severity, reason, shown};
use super::expand::{Command, Expander, Item, LONGEST_MODIFIER};
use super::resolve::Strictness;
use super::text::Text;
use super::variables::{TooLong, Variables};

/// Most bytes that all values of a request may have once their variables are put
/// in. Stops a short request from growing without bound.
const LONGEST_VALUES: usize = 16 * LONGEST_MODIFIER;

/// One occurrence of a command that was read without error.
pub(super) struct Occurrence {
    pub command: &'static str,
    /// `None`: unset (ruling 25).
    pub value: Option<Value>,
    pub frame: usize,
    pub span: Range<usize>,
}

/// Reads the values of commands into slots.
pub(super) struct Reader<'a> {
    pub expander: Expander<'a>,
    strictness: Strictness,
    /// A definition being saved: its variables may be set by whoever calls it.
    defining: bool,
    /// What each slot was given, lowest priority first.
    pub slots: [Vec<Occurrence>; Slot::COUNT],
    /// Slots with a value in error.
    pub failed: Vec<Slot>,
    /// Commands whose one warning has been given.
    warned: HashSet<&'static str>,
    /// Bytes of all values so far, with their variables put in.
    value_bytes: usize,
}

impl<'a> Reader<'a> {
    pub fn new(expander: Expander<'a>, strictness: Strictness, defining: bool) -> Self {
        Reader {
            expander,
            strictness,
            defining,
            slots: Default::default(),
            failed: Vec::new(),
            warned: HashSet::new(),
            value_bytes: 0,
        }
    }

    /// Reads the levels, lowest priority first.
    pub fn read(&mut self, levels: &[Vec<Item<'a>>; 3]) {
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
        let Some((value, undefined)) = self.decode(command, variables) else {
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
                    Err(mut problem) => {
                        if let Some(variable) = undefined {
                            problem.message += &format!(
                                "; no variable '{}' is defined before it",
                                shown(&variable)
                            );
                        }
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

    /// Puts variables in and decodes; `None` if the value cannot be read. Also
    /// returns the first reference that nothing defines.
    fn decode(
        &mut self,
        command: &Command<'a>,
        variables: &Variables<'a>,
    ) -> Option<(Text, Option<String>)> {
        let left = LONGEST_VALUES - self.value_bytes.min(LONGEST_VALUES);
        let place = command.value_span.clone();
        let (raw, undefined) = match variables.substitute(command.value, place.clone(), left) {
            Ok(found) => found,
            Err(TooLong) => {
                if self.value_bytes <= LONGEST_VALUES {
                    let message = format!(
                        "variables make the values of this request longer than {LONGEST_VALUES} bytes"
                    );
                    self.expander.report(
                        command.frame,
                        Problem::error(reason::MODIFIER_TOO_LONG, place, message),
                    );
                    // said once; the next values that hold variables are passed over
                    self.value_bytes = LONGEST_VALUES + 1;
                }
                return None;
            }
        };
        self.value_bytes += raw.len();
        if undefined.is_some() && self.defining {
            return None;
        }
        let (value, problem) = raw.decoded();
        let lenient = self.strictness == Strictness::Lenient && !self.defining;
        let readable = lenient || problem.is_none();
        if let Some(mut problem) = problem {
            if lenient {
                problem.severity = Severity::Warning;
            }
            self.expander.report(command.frame, problem);
        }
        readable.then_some((value, undefined))
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
    pub fn check_fit(&mut self) {
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
}

fn last_definitions<'a>(items: &[Item<'a>]) -> HashMap<String, &'a str> {
    let definitions = items.iter().filter_map(|item| match item {
        Item::Variable { name, value } => Some((name.to_ascii_lowercase(), *value)),
        Item::Command(_) => None,
    });
    definitions.collect()
}
