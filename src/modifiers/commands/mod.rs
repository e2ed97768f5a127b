//! The commands: a file a family, with the part of the plan that the family
//! fills, its table of commands, and how each value is read and written.
//!
//! To teach offprint a command: add a row to the table of its family, a variant
//! to the family's `Set`, and the field of the plan that it fills, all in the
//! one file. `docs/commands.md` is generated from the tables.

pub mod adjustments;
pub mod appearance;
pub mod colour_output;
pub mod encoding;
pub mod format;
mod harmless;
mod reference;
pub mod request;
pub mod selection;
pub mod source;
pub mod spatial;
mod table;
pub mod text;
pub mod transform;
pub mod view;

use std::ops::Range;

use super::diagnostic::{Problem, reason, shown};
use super::text::Text;

pub use reference::reference;
pub(super) use selection::{Place, Selection, Target};
pub use table::{commands, one_typo_away};
pub(super) use table::{find, meant, slot_name};

/// A command of the language: a row of its family's table.
#[derive(Debug)]
pub struct Command {
    /// As documented: `op_usmR`.
    pub name: &'static str,
    /// The command whose attribute this one spells another way: `crop` for `cropN`.
    pub spelling_of: Option<&'static str>,
    /// Grammar of the value: `amount[,radius[,threshold[,mono]]]`.
    pub form: &'static str,
    pub reach: Reach,
    /// Whether effects obey it too.
    pub on_effects: bool,
    pub state: State,
    /// What it does, in a few words.
    pub summary: &'static str,
    pub(super) read: Read,
}

/// What a command acts on (02 §1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The whole request, wherever the command stands.
    Request,
    /// The layer it stands in; before any `layer=` that is layer 0.
    Layer,
    /// The layer it stands in; before any `layer=` the composite.
    LayerOrComposite,
    /// The layer it stands in; before any `layer=` the finished view.
    LayerOrView,
    /// Layers above 0 and effects; without meaning elsewhere.
    PlacedLayer,
    /// Opens a segment: `layer`, `effect`.
    Selector,
}

/// What this version does with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Carried out.
    Runs,
    /// Read, checked and explained; a job that needs it is refused.
    NotYet,
    /// Accepted without effect, as it means nothing for a file (02 §7).
    NoMeaning,
}

/// How the value of a command is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Read {
    Value(fn(&mut Reading<'_>) -> Result<Value, Problem>),
    /// A command without meaning: its value is checked where it has a grammar.
    Harmless(fn(&mut Reading<'_>) -> Result<(), Problem>),
    /// `src=` and `mask=`, which may hold a whole request.
    Image(fn(source::ImageSource) -> source::Set),
    Selector,
}

/// A decoded value that is being read; not blank.
pub(super) struct Reading<'a> {
    /// The command as documented.
    pub name: &'static str,
    pub value: &'a Text,
    pub warnings: Vec<Problem>,
}

impl Reading<'_> {
    /// Says that the value was read in another way than it is written.
    pub fn compat(&mut self, span: Range<usize>, message: String, read_as: &str) {
        self.warnings.push(Problem::warning(reason::COMPAT, span, message).suggest(read_as));
    }

    /// Says that the command has no effect.
    pub fn ignored(&mut self, message: String) {
        let span = self.value.whole().span;
        self.warnings.push(Problem::warning(reason::IGNORED, span, message));
    }
}

/// A value that was read and checked, by family.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Format(format::FileFormat),
    Encoding(encoding::Set),
    Colour(colour_output::Set),
    View(view::Set),
    Request(request::Set),
    Source(source::Set),
    Transform(transform::Set),
    Appearance(appearance::Set),
    Adjustment(adjustments::Set),
    Spatial(spatial::Set),
    Sharpening(spatial::SharpeningSet),
    Text(text::Set),
}

impl Value {
    /// Text of which nothing is left when it is read: the same as no value.
    pub fn is_nothing(&self) -> bool {
        use text::{Set, TextContent};
        match self {
            Value::Text(Set::Content(TextContent::Text(rtf) | TextContent::TextPs(rtf))) => {
                rtf.is_empty()
            }
            _ => false,
        }
    }

    /// The one spelling of this value: command and value, not yet encoded.
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Value::Format(format) => ("fmt", format.text()),
            Value::Encoding(set) => set.spelled(),
            Value::Colour(set) => set.spelled(),
            Value::View(set) => set.spelled(),
            Value::Request(set) => set.spelled(),
            Value::Source(set) => set.spelled(),
            Value::Transform(set) => set.spelled(),
            Value::Appearance(set) => set.spelled(),
            Value::Adjustment(set) => set.spelled(),
            Value::Spatial(set) => set.spelled(),
            Value::Sharpening(set) => set.spelled(),
            Value::Text(set) => set.spelled(),
        }
    }
}

impl Command {
    const fn row(
        name: &'static str,
        form: &'static str,
        summary: &'static str,
        reach: Reach,
        read: Read,
    ) -> Command {
        Command {
            name,
            spelling_of: None,
            form,
            reach,
            on_effects: false,
            state: State::Runs,
            summary,
            read,
        }
    }

    const fn value(
        name: &'static str,
        form: &'static str,
        summary: &'static str,
        reach: Reach,
        read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
    ) -> Command {
        Command::row(name, form, summary, reach, Read::Value(read))
    }

    const fn spelling_of(self, other: &'static str) -> Command {
        Command { spelling_of: Some(other), ..self }
    }

    const fn on_effects(self) -> Command {
        Command { on_effects: true, ..self }
    }

    const fn not_yet(self) -> Command {
        Command { state: State::NotYet, ..self }
    }
}

/// The error for a command or value that this version cannot carry out.
pub(super) fn not_yet(span: Range<usize>, what: &str) -> Problem {
    Problem::error(
        reason::UNIMPLEMENTED_COMMAND,
        span,
        format!("'{}' is not carried out by this version of offprint; leave it out", shown(what)),
    )
}

/// A list of numbers as values are written.
fn joined<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}
