//! When a repeating job fires: Quartz cron expressions in IANA time zones, as
//! 03 §2.4 rules.
//!
//! An expression speaks of the wall clock. Where clocks go forward, firings of
//! the skipped time come at the first instant after it; where they go back, the
//! repeated time fires on its first pass only.

mod calendar;
mod days;
mod expression;
mod field;
mod zone;

#[cfg(test)]
mod tests;

use expression::Expression;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::ops::Range;

/// The expression cannot be read.
pub const CRON_SYNTAX: &str = "CRON_SYNTAX";
/// Quartz has it, this server does not.
pub const CRON_UNSUPPORTED: &str = "CRON_UNSUPPORTED";
/// Less than 60 seconds between two firings.
pub const CRON_TOO_FREQUENT: &str = "CRON_TOO_FREQUENT";
/// No moment from 1970 to 2099 is meant, or none that is still to come.
pub const CRON_NEVER_FIRES: &str = "CRON_NEVER_FIRES";
/// No IANA time zone has that name.
pub const TIME_ZONE_UNKNOWN: &str = "TIME_ZONE_UNKNOWN";

/// Why a schedule is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScheduleError {
    /// Stable word for programs: one of the constants of this module.
    pub reason: &'static str,
    /// Text for people: the field, the value, what is allowed.
    pub message: String,
    /// Bytes of the expression that are wrong; for `TIME_ZONE_UNKNOWN`, bytes of
    /// the zone's name.
    pub span: Range<usize>,
}

/// An expression that can fire, in its zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    expression: Expression,
    zone: TimeZone,
}

impl Schedule {
    /// Reads `expression` for `zone`, or for `server_zone` when that is absent or
    /// empty. Zones are IANA names in any case, from the database inside the
    /// program: the machine needs none.
    pub fn parse(
        expression: &str,
        zone: Option<&str>,
        server_zone: &str,
    ) -> Result<Schedule, ScheduleError> {
        let parsed = Expression::parse(expression)?;
        let zone = zone::find(zone.filter(|name| !name.is_empty()).unwrap_or(server_zone))?;
        Ok(Schedule { expression: parsed, zone })
    }

    /// The first firing later than `moment`, to the second; `None` when the last
    /// one before 2100 is over.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let mut from = self.zone.to_datetime(moment).with().subsec_nanosecond(0).build().ok()?;
        // Wall clock times of a repeated hour are over on its second pass, so
        // that more than one may have to be looked at.
        loop {
            let civil = calendar::first_match(&self.expression, from)?;
            let instant = zone::instant(&self.zone, civil)?;
            if instant > moment {
                return Some(instant);
            }
            from = civil.checked_add(jiff::Span::new().seconds(1)).ok()?;
        }
    }

    /// The first firing later than `now`, for a schedule that is about to be
    /// stored: one that is over is refused with `CRON_NEVER_FIRES`.
    pub fn first_after(&self, now: Timestamp) -> Result<Timestamp, ScheduleError> {
        self.next_after(now).ok_or_else(|| ScheduleError {
            reason: CRON_NEVER_FIRES,
            message: format!(
                "expression {} never fires again: its years are over",
                quoted(&self.expression.text)
            ),
            span: 0..self.expression.text.len(),
        })
    }

    /// The zone whose wall clock the expression speaks of.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

/// The value as a message shows it: whole when short.
fn quoted(value: &str) -> String {
    const SHOWN: usize = 40;
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?} …", value.get(..end).unwrap_or_default()),
        None => format!("{value:?}"),
    }
}
