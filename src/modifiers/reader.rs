//! Reads expanded commands into a draft: variables, decoding, layers, values.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::commands::{self, Place, Reach, Read, Reading, Selection, Target, Value};
use super::diagnostic::{Problem, reason, shown};
use super::draft::{Draft, Occurrence};
use super::expand::{Command, Expander, Item};
use super::lexer;
use super::plan::ImageSource;
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
    /// How many requests are around the one that is being read.
    depth: usize,
}

/// A decoded value.
struct Decoded {
    value: Text,
    /// The first reference in it that nothing defines.
    undefined: Option<String>,
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
        if value.is_blank() && !matches!(known.read, Read::Harmless(_)) && known.name != "text" {
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
            Ok(Some(value)) => keep(draft, Some(value)),
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

    fn effect_macro_without_effect(&mut self, frame: usize, span: Range<usize>) {
        let message = "this macro is made for an effect, but no 'effect=' stands before it; its commands fall on the layer".to_string();
        let warning = Problem::warning(reason::EFFECT_MACRO_WITHOUT_EFFECT, span, message);
        self.expander.report(frame, warning.suggest("effect=-1"));
    }

    /// `layer=` and `effect=` change what the next commands are for.
    fn select(
        &mut self,
        name: &'static str,
        command: &Command<'a>,
        target: &mut Option<Target>,
        draft: &mut Draft,
    ) {
        let mut raw = Text::at(command.value_span.clone());
        raw.push_verbatim(command.value, command.value_span.start);
        let (value, problem) = raw.decoded();
        let selected = match problem {
            Some(problem) => Err(problem),
            None if value.is_blank() => Err(Problem::error(
                reason::MODIFIER_SYNTAX,
                command.span.clone(),
                format!("{name} needs a value, such as '{name}=1'"),
            )),
            None if name == "layer" => commands::selection::layer(&value)
                .and_then(|selection| self.layer(selection, command, draft)),
            None => commands::selection::effect(&value)
                .map(|number| Target { effect: number, ..target.unwrap_or(Target::COMPOSITE) }),
        };
        *target = match selected {
            Ok(selected) => {
                if selected != Target::COMPOSITE {
                    draft.opened.entry(selected).or_insert((command.frame, command.span.clone()));
                }
                Some(selected)
            }
            Err(problem) => {
                draft.lost_commands = true;
                self.expander.report(command.frame, problem);
                None
            }
        };
    }

    /// Finds or binds a layer's name (01 §4.1).
    fn layer(
        &mut self,
        selection: Selection,
        command: &Command<'a>,
        draft: &mut Draft,
    ) -> Result<Target, Problem> {
        let span = || command.value_span.clone();
        match selection {
            Selection::Composite => Ok(Target::COMPOSITE),
            Selection::Number { layer, name: None } => Ok(Target::layer(layer)),
            Selection::Number { layer, name: Some(name) } => {
                match draft.numbers.get(&name) {
                    Some(other) if *other != layer => {
                        let message = format!(
                            "layer {layer} cannot be named '{}': layer {other} has that name",
                            shown(&name)
                        );
                        return Err(Problem::error(reason::COMMAND_CONFLICT, span(), message));
                    }
                    Some(_) => {}
                    None => {
                        draft.numbers.insert(name.clone(), layer);
                        draft.names.push((name, layer));
                    }
                }
                Ok(Target::layer(layer))
            }
            Selection::Name(name) => match draft.numbers.get(&name) {
                Some(layer) => Ok(Target::layer(*layer)),
                None => {
                    let message = format!(
                        "no layer is named '{}' before this; name one with 'layer=1,{0}'",
                        shown(&name)
                    );
                    let near = draft
                        .names
                        .iter()
                        .take(MOST_NAMES_COMPARED)
                        .find(|(known, _)| strsim::osa_distance(known, &name) == 1);
                    let problem = Problem::error(reason::MODIFIER_SYNTAX, span(), message);
                    Err(match near {
                        Some((near, _)) => problem.suggest(near.clone()),
                        None => problem,
                    })
                }
            },
        }
    }

    /// Reads `src=` and `mask=`. `None` if it is in error.
    fn image(
        &mut self,
        command: &Command<'a>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
    ) -> Option<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        match lexer::nested(text, command.value_span.clone()) {
            None => self.object(command, command.value_span.clone(), variables),
            Some(None) => None,
            Some(Some(nested)) if nested.prefix == "is" => {
                self.nested(command, nested.inner, variables, pool)
            }
            Some(Some(nested)) => {
                let what = match nested.prefix {
                    "" => "a picture from a foreign address".to_string(),
                    prefix => format!("a nested request of the kind '{prefix}'"),
                };
                let message =
                    format!("{what} is not carried out by an export; name an asset instead");
                let problem = Problem::error(
                    reason::UNIMPLEMENTED_COMMAND,
                    command.value_span.clone(),
                    message,
                );
                self.expander.report(command.frame, problem);
                let inside = match nested.prefix {
                    "" => Vec::new(),
                    _ => self.images_inside(command, &nested.inner, variables, pool),
                };
                let text = text[nested.inner].to_string();
                Some(ImageSource::Foreign { prefix: nested.prefix, text, inside })
            }
        }
    }

    /// The pictures that a request to another renderer names; its other commands
    /// are not known here.
    fn images_inside(
        &mut self,
        command: &Command<'a>,
        inner: &Range<usize>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
    ) -> Vec<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        let Some(query) = text[inner.clone()].find('?').map(|at| inner.start + at + 1) else {
            return Vec::new();
        };
        if !self.enter(command) {
            return Vec::new();
        }
        let mut items = Vec::new();
        self.expander.read_nested(command.frame, query..inner.end, &mut items);
        let mut images = Vec::new();
        for item in &items {
            if let Item::Command(inside) = item
                && inside.name.eq_ignore_ascii_case("src")
            {
                images.extend(self.image(inside, variables, pool));
            }
        }
        self.depth -= 1;
        images
    }

    /// Steps into a nested request; false where that is too deep.
    fn enter(&mut self, command: &Command<'a>) -> bool {
        let limit = self.expander.limits.nesting;
        if self.depth == limit {
            let message = format!(
                "requests are nested deeper than {limit} levels (limits.max_nested_requests)"
            );
            let span = command.value_span.clone();
            let problem = Problem::error(reason::MODIFIER_SYNTAX, span, message);
            self.expander.report(command.frame, problem);
            return false;
        }
        self.depth += 1;
        true
    }

    /// Reads `object?query` between the brackets of `is()` (01 §1.3, C17).
    fn nested(
        &mut self,
        command: &Command<'a>,
        inner: Range<usize>,
        variables: &Variables<'a, '_>,
        pool: &Pool<'a, '_, '_>,
    ) -> Option<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        let question = text[inner.clone()].find('?').map(|at| inner.start + at);
        let path = lexer::trimmed(text, inner.start..question.unwrap_or(inner.end));
        let object = match path.is_empty() {
            true => None,
            false => Some(Box::new(self.object(command, path, variables)?)),
        };
        if !self.enter(command) {
            return None;
        }
        let mut items = Vec::new();
        if let Some(question) = question {
            self.expander.read_nested(command.frame, question + 1..inner.end, &mut items);
        }
        let draft = self.read(&[items], Some(pool.definitions()));
        let mut plan = self.finish(&draft);
        plan.forget_file();
        self.depth -= 1;
        Some(ImageSource::Nested { object, plan: Box::new(plan) })
    }

    /// Reads the name of an asset at `span` (01 §6.2).
    fn object(
        &mut self,
        command: &Command<'a>,
        span: Range<usize>,
        variables: &Variables<'a, '_>,
    ) -> Option<ImageSource> {
        let text = self.expander.frames[command.frame].text;
        let Decoded { value, .. } =
            self.decode_at(command.frame, &text[span.clone()], span, variables)?;
        let name = value.untrimmed();
        let bad = match name.text.chars().find(|c| *c == ',' || c.is_control()) {
            Some(odd) => format!("contains '{}', which no name can", shown(&odd.to_string())),
            None if name.text.trim().is_empty() => "is empty".into(),
            None if name.text.starts_with(['(', '{']) => {
                "starts like a nested request, which no variable can bring".into()
            }
            None if name.text.eq_ignore_ascii_case("$object$") => {
                return Some(ImageSource::Exported);
            }
            None => return Some(ImageSource::Object(name.text.to_string())),
        };
        let message = format!("the asset name '{}' {bad}", shown(name.text));
        let problem = Problem::error(reason::MODIFIER_SYNTAX, name.span, message);
        self.expander.report(command.frame, problem);
        None
    }

    fn decode(&mut self, command: &Command<'a>, variables: &Variables<'a, '_>) -> Option<Decoded> {
        self.decode_at(command.frame, command.value, command.value_span.clone(), variables)
    }

    /// Puts variables in and decodes; `None` if the value cannot be read.
    fn decode_at(
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
                match meant(command) {
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

/// What an unknown name is surely meant to be: a command without its `=`, or the
/// name that other services give to one.
fn meant(command: &Command<'_>) -> Option<String> {
    const ELSEWHERE: &[(&str, &str)] = &[
        ("width", "wid"),
        ("height", "hei"),
        ("quality", "qlt"),
        ("format", "fmt"),
        ("background", "bgc"),
        ("blur", "op_blur"),
        ("sharpen", "op_sharpen"),
        ("usm", "op_usm"),
    ];
    let name = command.name;
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
        return Some(ours.to_string());
    }
    if command.span.end != command.name_span.end || name.len() > 40 {
        return None;
    }
    let end = name.find(|c: char| !c.is_ascii_alphabetic() && c != '_')?;
    let (start, rest) = name.split_at(end);
    let known = commands::find(start)?.0.name;
    let value = rest.trim_start_matches([':', ' ', '-', '>']);
    (!value.is_empty()).then(|| format!("{known}={value}"))
}

/// Names of layers that an unknown name is compared with.
const MOST_NAMES_COMPARED: usize = 100;

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

/// All definitions of a request, made when a nested request asks for them.
struct Pool<'a, 's, 'p> {
    around: Option<&'s Definitions<'a, 's>>,
    sources: &'p [Vec<Item<'a>>],
    definitions: &'p OnceCell<Definitions<'a, 's>>,
}

impl<'a, 's> Pool<'a, 's, '_> {
    fn definitions(&self) -> &Definitions<'a, 's> {
        self.definitions.get_or_init(|| {
            let mut pool = Definitions::around(self.around);
            for items in self.sources {
                define_all(items, &mut pool);
            }
            pool
        })
    }
}

fn definitions<'a, 's>(items: &[Item<'a>]) -> Definitions<'a, 's> {
    let mut found = Definitions::default();
    define_all(items, &mut found);
    found
}

fn define_all<'a>(items: &[Item<'a>], definitions: &mut Definitions<'a, '_>) {
    for item in items {
        if let Item::Variable { name, value } = item {
            definitions.define(name, value);
        }
    }
}
