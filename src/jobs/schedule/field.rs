//! One field of an expression: values, ranges, steps and lists, with the bytes
//! where they stand.

use super::{CRON_SYNTAX, ScheduleError, quoted};
use std::collections::BTreeSet;
use std::ops::Range;

/// What may stand in a field.
pub(super) struct Field {
    pub name: &'static str,
    pub min: i16,
    pub max: i16,
    /// Names of the values from `min` on.
    pub names: &'static [&'static str],
}

pub(super) const SECONDS: Field = Field { name: "seconds", min: 0, max: 59, names: &[] };
pub(super) const MINUTES: Field = Field { name: "minutes", min: 0, max: 59, names: &[] };
pub(super) const HOURS: Field = Field { name: "hours", min: 0, max: 23, names: &[] };
pub(super) const DAY_OF_MONTH: Field = Field { name: "day-of-month", min: 1, max: 31, names: &[] };
pub(super) const MONTH: Field = Field {
    name: "month",
    min: 1,
    max: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
pub(super) const DAY_OF_WEEK: Field = Field {
    name: "day-of-week",
    min: 1,
    max: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
pub(super) const YEAR: Field = Field { name: "year", min: 1970, max: 2099, names: &[] };

/// A piece of the expression and where it begins.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    /// The part of this piece that `text` is a slice of, from byte `offset` on.
    pub(super) fn part(&self, text: &'a str, offset: usize) -> Piece<'a> {
        Piece { text, at: self.at + offset }
    }

    /// The pieces between separators.
    pub(super) fn split(self, separator: char) -> impl Iterator<Item = Piece<'a>> {
        let mut at = self.at;
        self.text.split(separator).map(move |text| {
            let piece = Piece { text, at };
            at += text.len() + separator.len_utf8();
            piece
        })
    }

    /// The pieces before and after the first separator.
    pub(super) fn split_once(self, separator: char) -> Option<(Piece<'a>, Piece<'a>)> {
        let (left, right) = self.text.split_once(separator)?;
        Some((self.part(left, 0), self.part(right, left.len() + separator.len_utf8())))
    }

    /// The piece without its last character, if that is `end` in upper case.
    pub(super) fn strip_end(self, end: char) -> Option<Piece<'a>> {
        let last = self.text.chars().next_back()?;
        let rest = self.text.get(..self.text.len() - last.len_utf8())?;
        last.eq_ignore_ascii_case(&end).then(|| self.part(rest, 0))
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}

pub(super) fn error(reason: &'static str, piece: Piece<'_>, message: String) -> ScheduleError {
    ScheduleError { reason, message, span: piece.span() }
}

/// A syntax error: the field, the value, and what is wrong with it.
pub(super) fn wrong(field: &Field, piece: Piece<'_>, why: impl std::fmt::Display) -> ScheduleError {
    let message = format!("{} field has {}: {why}", field.name, quoted(piece.text));
    error(CRON_SYNTAX, piece, message)
}

/// `*`, values, ranges and steps, and lists of them.
pub(super) fn values(field: &Field, piece: Piece<'_>) -> Result<BTreeSet<i16>, ScheduleError> {
    let mut all = BTreeSet::new();
    for item in piece.split(',') {
        add_item(field, item, &mut all)?;
    }
    Ok(all)
}

/// Adds the values of one item of a list.
fn add_item(field: &Field, item: Piece<'_>, all: &mut BTreeSet<i16>) -> Result<(), ScheduleError> {
    let (range, step) = match item.split_once('/') {
        Some((range, step)) => (range, Some(self::step(field, step)?)),
        None => (item, None),
    };
    // "/5" is "*/5" in Quartz.
    let everything = range.text == "*" || (range.text.is_empty() && step.is_some());
    let (first, last) = if everything {
        (field.min, field.max)
    } else if let Some((first, last)) = range.split_once('-') {
        (value(field, first)?, value(field, last)?)
    } else {
        let first = value(field, range)?;
        (first, if step.is_some() { field.max } else { first })
    };
    if first > last && field.min == YEAR.min {
        return Err(wrong(field, range, "a range of years can't go backwards"));
    }
    // FRI-MON goes on after SAT with SUN, as in Quartz.
    let count = field.max - field.min + 1;
    let last = if first > last { last + count } else { last };
    for value in (first..=last).step_by(usize::from(step.unwrap_or(1))) {
        all.insert(if value > field.max { value - count } else { value });
    }
    Ok(())
}

/// The number behind a slash.
fn step(field: &Field, piece: Piece<'_>) -> Result<u16, ScheduleError> {
    let most = if field.min == YEAR.min { field.max - field.min } else { field.max };
    match number(piece.text) {
        Some(step) if (1..=most).contains(&step) => Ok(step.unsigned_abs()),
        _ => Err(wrong(field, piece, format!("a step is a number from 1 to {most}"))),
    }
}

/// A number or a name.
pub(super) fn value(field: &Field, piece: Piece<'_>) -> Result<i16, ScheduleError> {
    let named = field.names.iter().position(|name| piece.is(name));
    let value = match named.and_then(|index| i16::try_from(index).ok()) {
        Some(index) => Some(field.min + index),
        None => number(piece.text),
    };
    match value {
        Some(value) if (field.min..=field.max).contains(&value) => Ok(value),
        _ => Err(wrong(field, piece, allowed(field, piece))),
    }
}

/// What a value may be, with a hint where another cron is meant.
fn allowed(field: &Field, piece: Piece<'_>) -> String {
    let mut text = format!("a value is a number from {} to {}", field.min, field.max);
    if let (Some(first), Some(last)) = (field.names.first(), field.names.last()) {
        text.push_str(&format!(" or a name from {first} to {last}"));
    }
    let is_day = matches!(field.name, "day-of-month" | "day-of-week");
    match piece.text {
        "0" if field.name == DAY_OF_WEEK.name => text.push_str("; sunday is 1"),
        "?" if !is_day => text.push_str("; \"?\" is for the two day fields"),
        _ => {}
    }
    text
}

/// A number of at most four digits.
pub(super) fn number(text: &str) -> Option<i16> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}
