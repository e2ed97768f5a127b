//! The two day fields of an expression, which are one in truth: the days of a
//! month.

use super::field::{DAY_OF_MONTH, DAY_OF_WEEK, Field, Piece, error, number, value, values, wrong};
use super::{CRON_UNSUPPORTED, ScheduleError, quoted};
use std::collections::BTreeSet;

/// The days of a month that are meant. Days of the week count from 1, Sunday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Days {
    OfMonth(BTreeSet<i16>),
    /// `L`, `L-3`, `LW`, `L-3W`: days before the last one, moved to the nearest
    /// day from Monday to Friday if asked.
    Last {
        before: i16,
        weekday: bool,
    },
    /// `15W`.
    Nearest(i16),
    OfWeek(BTreeSet<i16>),
    /// `6L`.
    LastOfWeek(i16),
    /// `6#3`.
    Nth {
        weekday: i16,
        nth: i16,
    },
}

/// What one of the two day fields says.
enum DayField {
    /// `?`
    Unspecified,
    /// `*`
    Every,
    Restricted(Days),
}

/// Both day fields as one. One of them must be `?`; a `*` beside a field that
/// says more is read as one, as the vendor's own example `0 15 10 * * 6#3` needs.
pub(super) fn days(of_month: Piece<'_>, of_week: Piece<'_>) -> Result<Days, ScheduleError> {
    use DayField::{Every, Restricted, Unspecified};
    let every_day = || Days::OfMonth((DAY_OF_MONTH.min..=DAY_OF_MONTH.max).collect());
    match (day_field(&DAY_OF_MONTH, of_month)?, day_field(&DAY_OF_WEEK, of_week)?) {
        (Every, Every) | (Every, Unspecified) | (Unspecified, Every) => Ok(every_day()),
        (Restricted(days), Every | Unspecified) | (Every | Unspecified, Restricted(days)) => {
            Ok(days)
        }
        (Unspecified, Unspecified) => {
            let why = "only one of the two day fields can be \"?\"";
            Err(wrong(&DAY_OF_WEEK, of_week, why))
        }
        (Restricted(_), Restricted(_)) => {
            let why = format!(
                "day-of-month is {} already; one of the two day fields must be \"?\"",
                quoted(of_month.text)
            );
            Err(wrong(&DAY_OF_WEEK, of_week, why))
        }
    }
}

fn day_field(field: &Field, piece: Piece<'_>) -> Result<DayField, ScheduleError> {
    match piece.text {
        "?" => return Ok(DayField::Unspecified),
        "*" => return Ok(DayField::Every),
        _ => {}
    }
    let of_week = field.name == DAY_OF_WEEK.name;
    let is_list = piece.text.contains(',');
    for item in piece.split(',') {
        let special = if of_week { special_of_week(item)? } else { special_of_month(item)? };
        match special {
            Some(days) if !is_list => return Ok(DayField::Restricted(days)),
            Some(_) => {
                let message = format!(
                    "{} field has {} in a list: days with L, W or # must stand alone",
                    field.name,
                    quoted(item.text)
                );
                return Err(error(CRON_UNSUPPORTED, item, message));
            }
            None => {}
        }
    }
    let values = values(field, piece)?;
    Ok(DayField::Restricted(if of_week { Days::OfWeek(values) } else { Days::OfMonth(values) }))
}

/// `L`, `LW`, `L-3`, `L-3W`, `15W`.
fn special_of_month(item: Piece<'_>) -> Result<Option<Days>, ScheduleError> {
    refuse_calendars(&DAY_OF_MONTH, item)?;
    let (rest, weekday) = match item.strip_end('W') {
        Some(rest) => (rest, true),
        None => (item, false),
    };
    if rest.is("L") {
        return Ok(Some(Days::Last { before: 0, weekday }));
    }
    if let Some((last, before)) = rest.split_once('-')
        && last.is("L")
    {
        const MOST: i16 = 30;
        return match number(before.text) {
            Some(before) if before <= MOST => Ok(Some(Days::Last { before, weekday })),
            _ => {
                let why = format!("days before the last are a number from 0 to {MOST}");
                Err(wrong(&DAY_OF_MONTH, before, why))
            }
        };
    }
    if !weekday {
        return Ok(None);
    }
    if rest.text.contains(['-', '/']) {
        let why = "W goes with a single day, as in 15W or LW";
        return Err(wrong(&DAY_OF_MONTH, item, why));
    }
    Ok(Some(Days::Nearest(value(&DAY_OF_MONTH, rest)?)))
}

/// `L`, `6L`, `6#3`.
fn special_of_week(item: Piece<'_>) -> Result<Option<Days>, ScheduleError> {
    refuse_calendars(&DAY_OF_WEEK, item)?;
    if item.is("L") {
        return Ok(Some(Days::OfWeek(BTreeSet::from([DAY_OF_WEEK.max]))));
    }
    if let Some(day) = item.strip_end('L') {
        return Ok(Some(Days::LastOfWeek(value(&DAY_OF_WEEK, day)?)));
    }
    let Some((day, nth)) = item.split_once('#') else { return Ok(None) };
    let weekday = value(&DAY_OF_WEEK, day)?;
    match number(nth.text) {
        Some(nth) if (1..=5).contains(&nth) => Ok(Some(Days::Nth { weekday, nth })),
        _ => Err(wrong(&DAY_OF_WEEK, nth, "the number behind # is from 1 to 5")),
    }
}

/// `1C` counts days of a Quartz calendar, and there are none here.
fn refuse_calendars(field: &Field, item: Piece<'_>) -> Result<(), ScheduleError> {
    match item.strip_end('C') {
        Some(day) if day.text.is_empty() || value(field, day).is_ok() => {
            let message = format!(
                "{} field has {}: C needs a quartz calendar, which this server does not have",
                field.name,
                quoted(item.text)
            );
            Err(error(CRON_UNSUPPORTED, item, message))
        }
        _ => Ok(()),
    }
}
