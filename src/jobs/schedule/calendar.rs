//! The days and times that an expression means.

use super::days::Days;
use super::expression::Expression;
use jiff::civil::{Date, DateTime, Time, date, time};

/// The first wall clock time not before `from` that the expression means, to
/// the second. At most 1,560 months are looked at.
pub(super) fn first_match(expression: &Expression, from: DateTime) -> Option<DateTime> {
    for &year in expression.years.range(from.year()..) {
        let first_month = if year == from.year() { i16::from(from.month()) } else { 1 };
        for &month in expression.months.range(first_month..) {
            let mut day = Date::new(year, i8::try_from(month).ok()?, 1).ok()?.max(from.date());
            let last = day.last_of_month();
            while day <= last {
                if expression.days.contain(day) {
                    let earliest = if day == from.date() { from.time() } else { Time::midnight() };
                    if let Some(time) = first_time(expression, earliest) {
                        return Some(day.to_datetime(time));
                    }
                }
                day = day.tomorrow().ok()?;
            }
        }
    }
    None
}

/// The first time of a day not before `from`.
fn first_time(expression: &Expression, from: Time) -> Option<Time> {
    let from = [i16::from(from.hour()), i16::from(from.minute()), i16::from(from.second())];
    for &hour in expression.hours.range(from[0]..) {
        let minute_from = if hour == from[0] { from[1] } else { 0 };
        for &minute in expression.minutes.range(minute_from..) {
            let second_from = if (hour, minute) == (from[0], from[1]) { from[2] } else { 0 };
            if let Some(&second) = expression.seconds.range(second_from..).next() {
                let parts = [hour, minute, second].map(|part| i8::try_from(part).ok());
                let [Some(hour), Some(minute), Some(second)] = parts else { return None };
                return Time::new(hour, minute, second, 0).ok();
            }
        }
    }
    None
}

impl Days {
    /// Whether the day is one of them.
    pub(super) fn contain(&self, day: Date) -> bool {
        let number = i16::from(day.day());
        let last = i16::from(day.days_in_month());
        match self {
            Days::OfMonth(days) => days.contains(&number),
            Days::Last { before, weekday: false } => number == last - before,
            Days::Last { before, weekday: true } => is_nearest_weekday(day, last - before),
            Days::Nearest(target) => is_nearest_weekday(day, *target),
            Days::OfWeek(days) => days.contains(&day_of_week(day)),
            Days::LastOfWeek(wanted) => day_of_week(day) == *wanted && number + 7 > last,
            Days::Nth { weekday, nth } => {
                day_of_week(day) == *weekday && (number - 1) / 7 + 1 == *nth
            }
        }
    }
}

/// 1 is Sunday, 7 is Saturday, as Quartz counts.
fn day_of_week(day: Date) -> i16 {
    i16::from(day.weekday().to_sunday_one_offset())
}

/// Whether `day` is the day from Monday to Friday that is nearest to day
/// `target` of its month without leaving the month. A month that has no such day
/// has no nearest one.
fn is_nearest_weekday(day: Date, target: i16) -> bool {
    let last = i16::from(day.days_in_month());
    let Some(of_target) = i8::try_from(target)
        .ok()
        .and_then(|number| Date::new(day.year(), day.month(), number).ok())
    else {
        return false;
    };
    let nearest = match day_of_week(of_target) {
        7 if target == 1 => target + 2,
        7 => target - 1,
        1 if target == last => target - 2,
        1 => target + 1,
        _ => target,
    };
    i16::from(day.day()) == nearest
}

/// Earlier than every firing that there can be.
pub(super) fn beginning() -> DateTime {
    date(1970, 1, 1).to_datetime(time(0, 0, 0, 0))
}
