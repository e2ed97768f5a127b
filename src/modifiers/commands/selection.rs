//! `layer` and `effect`: which part of the picture the next commands are for
//! (01 §4.1, 02 §3.2).

use super::{Command, Reach, Read, State};
use crate::modifiers::diagnostic::{Problem, reason, shown};
use crate::modifiers::text::{Piece, Text};
use crate::modifiers::value::{count, int};

pub(super) const COMMANDS: &[Command] = &[
    Command {
        state: State::NotYet,
        ..Command::row(
            "layer",
            "number|comp[,name] or name",
            "opens the commands of a layer or of the composite",
            Reach::Selector,
            Read::Selector,
        )
    },
    Command {
        state: State::NotYet,
        ..Command::row(
            "effect",
            "number",
            "opens the commands of an effect: below its layer if negative, else above",
            Reach::Selector,
            Read::Selector,
        )
    },
];

/// Where commands belong that are not for the whole request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Place {
    /// Request and view commands.
    Request,
    /// The composite, which is also where every text starts.
    #[default]
    Composite,
    Layer(u32),
}

/// What a command sets something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Target {
    pub place: Place,
    /// Number of the effect of that layer; 0 for the layer itself.
    pub effect: i32,
}

impl Target {
    pub const COMPOSITE: Target = Target { place: Place::Composite, effect: 0 };

    pub const fn request() -> Target {
        Target { place: Place::Request, effect: 0 }
    }

    pub const fn layer(number: u32) -> Target {
        Target { place: Place::Layer(number), effect: 0 }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.place {
            Place::Request | Place::Composite => f.write_str("comp")?,
            Place::Layer(number) => write!(f, "layer {number}")?,
        }
        match self.effect {
            0 => Ok(()),
            number => write!(f, " effect {number}"),
        }
    }
}

/// The value of `layer=`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Selection {
    Composite,
    Number { layer: u32, name: Option<String> },
    Name(String),
}

/// Largest layer and effect number.
const MOST: i64 = i32::MAX as i64;

/// Reads `layer=`; variables are never put in here (01 §3).
pub(in crate::modifiers) fn layer(value: &Text) -> Result<Selection, Problem> {
    let items = value.items();
    count("layer", "number,name", &items, 1..=2)?;
    let first = &items[0];
    let digits = first.text.strip_prefix(['+', '-']).unwrap_or(first.text);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if first.text.eq_ignore_ascii_case("comp") {
        return match items.get(1) {
            None => Ok(Selection::Composite),
            Some(_) => Err(bad_name(&items[1], "the composite takes no name")),
        };
    }
    if !number {
        return match items.get(1) {
            None => Ok(Selection::Name(name(first)?)),
            Some(_) => Err(bad_name(first, "a name is given to a numbered layer: 'layer=1,name'")),
        };
    }
    let layer = int("the number of layer", first, 0..=MOST)? as u32;
    let name = items.get(1).map(name).transpose()?;
    Ok(Selection::Number { layer, name })
}

/// Reads `effect=`.
pub(in crate::modifiers) fn effect(value: &Text) -> Result<i32, Problem> {
    let piece = value.whole();
    let number = int("the number of effect", &piece, -MOST..=MOST)? as i32;
    if number == 0 {
        return Err(Problem::error(
            reason::VALUE_OUT_OF_RANGE,
            piece.span,
            "effect is 0, but must be below 0 (behind its layer) or above 0 (in front of it)"
                .into(),
        ));
    }
    Ok(number)
}

fn name(piece: &Piece<'_>) -> Result<String, Problem> {
    if piece.text.is_empty() {
        return Err(bad_name(piece, "the name is empty"));
    }
    if piece.text.contains('$') {
        return Err(bad_name(piece, "variables are not put into layer"));
    }
    if let Some(wrong) = piece.text.chars().find(|c| !c.is_ascii_graphic() && *c != ' ') {
        return Err(bad_name(piece, &format!("'{}' is not ASCII", shown(&wrong.to_string()))));
    }
    if piece.text.eq_ignore_ascii_case("comp") {
        return Err(bad_name(piece, "'comp' is the composite and no name"));
    }
    if piece.text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad_name(piece, "a name must not be all digits"));
    }
    Ok(piece.text.to_string())
}

fn bad_name(piece: &Piece<'_>, why: &str) -> Problem {
    Problem::error(
        reason::MODIFIER_SYNTAX,
        piece.span.clone(),
        format!("'{}' cannot select a layer: {why}", shown(piece.text)),
    )
}
