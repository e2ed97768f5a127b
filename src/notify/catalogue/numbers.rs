//! Numbers, sizes and dates as a language writes them.

use super::{Language, Message, label, mail};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// A number with its thousands grouped.
pub fn number_text(number: i64, language: Language) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(label("number.group", language));
        }
        text.push(digit);
    }
    text
}

/// A size in powers of 1000 with one decimal: `3.4 MB`.
pub fn size_text(bytes: u64, language: Language) -> String {
    const UNITS: [&str; 4] =
        ["number.kilobytes", "number.megabytes", "number.gigabytes", "number.terabytes"];
    if bytes < 1000 {
        return format!("{bytes}\u{a0}{}", label("number.bytes", language));
    }
    let mut unit = 1000u128;
    let mut names = UNITS.iter();
    let mut name = names.next().copied().unwrap_or_default();
    // Rounded half up. What rounds to 1000 is written in the next unit.
    let tenths = |unit: u128| (u128::from(bytes) * 10 + unit / 2) / unit;
    while tenths(unit) >= 10_000
        && let Some(next) = names.next()
    {
        unit *= 1000;
        name = next;
    }
    let whole = i64::try_from(tenths(unit) / 10).unwrap_or(i64::MAX);
    format!(
        "{}{}{}\u{a0}{}",
        number_text(whole, language),
        label("number.decimal", language),
        tenths(unit) % 10,
        label(name, language)
    )
}

/// Hours, minutes and seconds by their symbols, which are the same everywhere.
pub fn duration_text(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}\u{a0}s"),
        (0, _) => format!("{minutes}\u{a0}min {seconds}\u{a0}s"),
        _ => format!("{hours}\u{a0}h {minutes}\u{a0}min {seconds}\u{a0}s"),
    }
}

/// Date and time to the second on the clocks of a zone, with the zone's name and
/// offset.
pub fn date_text(moment: Timestamp, zone: &TimeZone, language: Language) -> String {
    let civil = zone.to_datetime(moment);
    let [english, french, german] = &mail::MONTHS;
    let months = match language {
        Language::English => english,
        Language::French => french,
        Language::German => german,
    };
    let month = usize::from(civil.month().unsigned_abs()).saturating_sub(1);
    let month = months.get(month).copied().unwrap_or_default();
    // The first of a month is an ordinal in French.
    let day = match civil.day() {
        1 if language == Language::French => "1er".to_owned(),
        day => day.to_string(),
    };
    Message::new("date")
        .with("year", civil.year().to_string())
        .with("month", month)
        .with("day", day)
        .with("time", civil.strftime("%H:%M:%S").to_string())
        .with("zone", zone_text(zone, zone.to_offset(moment)))
        .text(language)
}

fn zone_text(zone: &TimeZone, offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '−' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    let offset = format!("UTC{sign}{hours:02}:{minutes:02}");
    match zone.iana_name() {
        Some("UTC") => "UTC".to_owned(),
        Some(name) => format!("{name}, {offset}"),
        None => offset,
    }
}
