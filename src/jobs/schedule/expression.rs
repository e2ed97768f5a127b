//! The text of a Quartz cron expression: seconds, minutes, hours, day of month,
//! month, day of week, and perhaps year.
//!
//! Source: the CronExpression class and the cron trigger tutorial of Quartz 2.3,
//! with the rulings of 03 §2.4.

use super::days::{Days, days};
use super::field::{HOURS, MINUTES, MONTH, Piece, SECONDS, YEAR, error, values};
use super::{CRON_NEVER_FIRES, CRON_SYNTAX, CRON_TOO_FREQUENT, ScheduleError, calendar, quoted};
use std::collections::BTreeSet;

/// Longest expression in bytes; lists of every value of every field fit.
const MAX_BYTES: usize = 2048;

/// What an expression means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    /// As it was given.
    pub text: String,
    pub seconds: BTreeSet<i16>,
    pub minutes: BTreeSet<i16>,
    pub hours: BTreeSet<i16>,
    pub days: Days,
    pub months: BTreeSet<i16>,
    pub years: BTreeSet<i16>,
}

impl Expression {
    /// Reads an expression that fires at least once, and never twice within a
    /// minute of the wall clock.
    pub(super) fn parse(text: &str) -> Result<Expression, ScheduleError> {
        let whole = Piece { text, at: 0 };
        if text.len() > MAX_BYTES {
            let message = format!("expression has {} bytes, at most {MAX_BYTES}", text.len());
            return Err(error(CRON_SYNTAX, whole, message));
        }
        let fields = fields(text);
        let (required, year) = match fields.as_slice() {
            [rest @ .., year] if rest.len() == 6 => (rest, Some(*year)),
            all => (all, None),
        };
        let &[seconds, minutes, hours, day_of_month, month, day_of_week] = required else {
            let hint = if fields.len() == 5 { "; put \"0\" before it for the seconds" } else { "" };
            let message = format!(
                "expression {} has {} fields, not 6 or 7: seconds, minutes, hours, day-of-month, \
                 month, day-of-week and, if wanted, year{hint}",
                quoted(text),
                fields.len()
            );
            return Err(error(CRON_SYNTAX, whole, message));
        };
        let expression = Expression {
            text: text.to_owned(),
            seconds: values(&SECONDS, seconds)?,
            minutes: values(&MINUTES, minutes)?,
            hours: values(&HOURS, hours)?,
            days: days(day_of_month, day_of_week)?,
            months: values(&MONTH, month)?,
            years: match year {
                Some(year) => values(&YEAR, year)?,
                None => (YEAR.min..=YEAR.max).collect(),
            },
        };
        if calendar::first_match(&expression, calendar::beginning()).is_none() {
            let message = format!(
                "expression {} never fires: no day from {} to {} is meant",
                quoted(text),
                YEAR.min,
                YEAR.max
            );
            return Err(error(CRON_NEVER_FIRES, whole, message));
        }
        // Every minute that is meant fires as often as there are seconds, and two
        // minutes are 60 seconds apart.
        if expression.seconds.len() > 1 {
            let message = format!(
                "seconds field {} fires {} times a minute; firings must be at least 60 seconds \
                 apart, so give one value from 0 to 59",
                quoted(seconds.text),
                expression.seconds.len()
            );
            return Err(error(CRON_TOO_FREQUENT, seconds, message));
        }
        Ok(expression)
    }
}

/// The fields between blanks.
fn fields(text: &str) -> Vec<Piece<'_>> {
    let mut at = 0;
    let mut fields = Vec::new();
    for part in text.split(|c: char| c.is_ascii_whitespace()) {
        if !part.is_empty() {
            fields.push(Piece { text: part, at });
        }
        at += part.len() + 1;
    }
    fields
}
