//! Reads expanded commands into a draft: variables, decoding, layers, values.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::commands::{self, Place, Reach, Read, Reading, Target, Value};
use super::diagnostic::{Problem, reason, shown};
use super::draft::{Draft, Occurrence};
use super::expand::{Command, Expander, Item};
use super::nesting::Pool;
use super::resolve::{Defaults, Strictness};
use super::text::Text;
use super::variables::{Definitions, TooLong, Variables};

/// Reads the values of commands.
pub(super) struct Reader<'a> {
    pub expander: Expander<'a>,
    pub defaults: Defaults,
    strictness: Strictness,
    /// A definition being saved: its variables may be set by whoever calls it.
    pub defining: bool,
    /// Commands whose one warning has been given, with the reason.
    warned: HashSet<(&'static str, &'static str)>,
    /// Unknown names and the commands that they misspell.
    typos: HashMap<String, Option<&'static str>>,
    /// Bytes of all values so far, with their variables put in.
    value_bytes: usize,
    /// Where `template=` stands, at any depth.
    pub templates: Vec<(usize, Range<usize>)>,
    /// How many requests are around the one that is being read.
    pub depth: usize,
}

/// A decoded value.
pub(super) struct Decoded {
    pub value: Text,
    /// The first reference in it that nothing defines.
    pub undefined: Option<String>,
}

impl<'a> Reader<'a> {
    pub fn new(
        expander: Expander<'a>,
        defaults: Defaults,
        strictness: Strictness,
        defining: bool,
    ) -> Self {
        Reader {
            expander,
            defaults,
            strictness,
            defining,
            warned: HashSet::new(),
            typos: HashMap::new(),
            value_bytes: 0,
            templates: Vec::new(),
            depth: 0,
        }
    }

    /// Reads the sources of a request, lowest priority first. `around` holds the
    /// definitions of the request that this one is nested in.
    pub fn read<const N: usize>(
        &mut self,
        sources: &[Vec<Item<'a>>; N],
        around: Option<&Definitions<'a, '_>>,
    ) -> Draft {
        let mut draft = Draft::default();
        let own: Vec<Definitions<'a, '_>> =
            sources.iter().map(|items| definitions(items)).collect();
        // what nested requests see; most requests have none
        let pool = OnceCell::new();
        let pool = Pool { around, sources, definitions: &pool };
        for (index, items) in sources.iter().enumerate() {
            let mut variables = Variables {
                later: own[index + 1..].iter().rev().collect(),
                preceding: Definitions::default(),
                earlier: own[..index].iter().rev().chain(around).collect(),
            };
            // each text starts with the composite (01 §4.1)
            let mut target = Some(Target::COMPOSITE);
            for item in items {
                match item {
                    Item::Variable { name, value } => variables.preceding.define(name, value),
                    Item::EffectMacro { frame, span } => {
                        if target.is_some_and(|target| target.effect == 0) {
                            self.effect_macro_without_effect(*frame, span.clone());
                        }
                    }
                    Item::Command(command) => {
                        self.command(command, &variables, &pool, &mut target, &mut draft);
                    }
                }
            }
        }
        draft
    }

    fn command(
        &mut self,
        command: &Command<'a>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
        target: &mut Option<Target>,
        draft: &mut Draft,
    ) {
        if self.expander.is_full() {
            return;
        }
        let Some((known, slot)) = commands::find(command.name) else {
            return self.unknown(command);
        };
        if known.reach == Reach::Selector {
            return self.select(known.name, command, target, draft);
        }
        if known.name == "template" {
            self.templates.push((command.frame, command.span.clone()));
        }
        if self.depth > 0 && IGNORED_INSIDE.contains(&known.name) {
            let message = format!("{} has no effect inside of a nested request", known.name);
            return self.warn_once(known.name, command, message);
        }
        let aim = match *target {
            _ if known.reach == Reach::Request => Some(Target::request()),
            // the layer could not be told, which is reported
            None => None,
            Some(at) => match aim(known, at) {
                Ok(aim) => Some(aim),
                Err(message) => {
                    self.warn_once(known.name, command, message);
                    None
                }
            },
        };
        let keep = |draft: &mut Draft, value: Option<Value>| {
            if let Some(aim) = aim {
                let occurrence = Occurrence {
                    command: known,
                    value,
                    frame: command.frame,
                    span: command.span.clone(),
                    name_span: command.name_span.clone(),
                };
                draft.keep((aim, slot), occurrence);
            }
        };
        let fail = |draft: &mut Draft| draft.failed.extend(aim.map(|aim| (aim, slot)));
        if command.value.is_empty() {
            if !matches!(known.read, Read::Harmless(_)) {
                keep(draft, None);
            }
            return;
        }
        if let Read::Image(set) = known.read {
            return match self.image(command, variables, pool) {
                Some(image) => keep(draft, Some(Value::Source(set(image)))),
                None => fail(draft),
            };
        }
        let Some(Decoded { value, undefined }) = self.decode(command, variables) else {
            return fail(draft);
        };
        // a space may be text, nothing is none
        let says_nothing = value.is_blank() && (known.name != "text" || value.len() == 0);
        if says_nothing && !matches!(known.read, Read::Harmless(_)) {
            return keep(draft, None);
        }
        if value.is_blank() && known.name != "text" {
            return;
        }
        let mut reading = Reading { name: known.name, value: &value, warnings: Vec::new() };
        let read = match known.read {
            Read::Value(read) => read(&mut reading).map(Some),
            Read::Harmless(check) => check(&mut reading).map(|()| None),
            Read::Image(_) | Read::Selector => Ok(None),
        };
        let warnings = reading.warnings;
        for warning in warnings {
            match known.read {
                Read::Harmless(_) => self.warn(known.name, command.frame, warning),
                _ => self.expander.report(command.frame, warning),
            }
        }
        match read {
            Ok(Some(value)) => keep(draft, Some(value).filter(|value| !value.is_nothing())),
            Ok(None) => {}
            Err(mut problem) => {
                if let Some(variable) = undefined {
                    problem.message +=
                        &format!("; no variable '{}' is defined before it", shown(&variable));
                }
                fail(draft);
                self.expander.report(command.frame, problem);
            }
        }
    }

    fn decode(&mut self, command: &Command<'a>, variables: &Variables<'a, '_>) -> Option<Decoded> {
        self.decode_at(command.frame, command.value, command.value_span.clone(), variables)
    }

    /// Puts variables in and decodes; `None` if the value cannot be read.
    pub fn decode_at(
        &mut self,
        frame: usize,
        value: &'a str,
        place: Range<usize>,
        variables: &Variables<'a, '_>,
    ) -> Option<Decoded> {
        let limit = self.expander.limits.expanded_bytes.max(self.expander.limits.modifier_bytes);
        let left = limit - self.value_bytes.min(limit);
        let (raw, undefined) = match variables.substitute(value, place.clone(), left) {
            Ok(found) => found,
            Err(TooLong) => {
                if self.value_bytes <= limit {
                    let message = format!(
                        "variables make the values of this request longer than {limit} bytes (limits.max_expanded_modifier_bytes)"
                    );
                    let problem = Problem::error(reason::MODIFIER_TOO_LONG, place, message);
                    self.expander.report(frame, problem);
                    // said once; the next values that hold variables are passed over
                    self.value_bytes = limit + 1;
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
            let written = value.whole().text;
            if written.strip_suffix('%').is_some_and(|number| number.parse::<f64>().is_ok()) {
                problem.message = format!(
                    "'{}' ends in a percent sign: numbers are written without one, and in text it is written '%25'",
                    shown(written)
                );
                problem.suggestion = None;
            }
            if lenient {
                problem.severity = super::diagnostic::Severity::Warning;
                problem.message += "; it was read as a literal '%'";
            }
            self.expander.report(frame, problem);
        }
        readable.then_some(Decoded { value, undefined })
    }

    /// Gives a warning of a command the first time.
    pub fn warn(&mut self, command: &'static str, frame: usize, warning: Problem) {
        if self.warned.insert((command, warning.reason)) {
            self.expander.report(frame, warning);
        }
    }

    fn warn_once(&mut self, name: &'static str, command: &Command<'_>, message: String) {
        let warning = Problem::warning(reason::IGNORED, command.span.clone(), message);
        self.warn(name, command.frame, warning);
    }

    fn unknown(&mut self, command: &Command<'a>) {
        let near = match self.typos.get(command.name) {
            Some(near) => *near,
            None => {
                let near = commands::one_typo_away(command.name);
                self.typos.insert(command.name.to_string(), near);
                near
            }
        };
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
                let problem = Problem::warning(reason::UNKNOWN_COMMAND_IGNORED, span, message);
                match commands::meant(command.name, command.span.end == command.name_span.end) {
                    Some(meant) => Problem {
                        message: format!("{}; did you mean '{meant}'?", problem.message),
                        ..problem
                    }
                    .suggest(meant),
                    None => problem,
                }
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
}

/// Commands without effect inside of a nested request (01 §1.3),
/// and what else is for files alone.
const IGNORED_INSIDE: &[&str] = &[
    "fmt",
    "qlt",
    "iccEmbed",
    "printRes",
    "quantize",
    "req",
    "bgc",
    "jpegSize",
    "pscan",
    "pathEmbed",
    "xmpEmbed",
];

/// What a command acts on that stands in the segment `at`; the error says why it
/// acts on nothing there (01 §4.3).
fn aim(command: &commands::Command, at: Target) -> Result<Target, String> {
    let name = command.name;
    if at.effect != 0 {
        return match command.on_effects {
            true => Ok(at),
            false => Err(format!("{name} is ignored: an effect does not obey it")),
        };
    }
    match (command.reach, at.place) {
        (Reach::Layer, Place::Composite) => Ok(Target::layer(0)),
        (Reach::PlacedLayer, Place::Composite | Place::Layer(0)) => {
            Err(format!("{name} is ignored: layer 0 and the composite stay where they are"))
        }
        _ => Ok(at),
    }
}

fn definitions<'a, 's>(items: &[Item<'a>]) -> Definitions<'a, 's> {
    let mut found = Definitions::default();
    define_all(items, &mut found);
    found
}

pub(super) fn define_all<'a>(items: &[Item<'a>], definitions: &mut Definitions<'a, '_>) {
    for item in items {
        if let Item::Variable { name, value } = item {
            definitions.define(name, value);
        }
    }
}
