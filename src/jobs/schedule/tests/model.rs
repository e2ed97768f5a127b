//! A plain model: every minute is looked at, and the rules are written down as
//! they are said. Compared with schedules of random fields.

use super::*;
use jiff::civil::{Date, DateTime, Weekday, date};
use proptest::prelude::*;

/// One item of a list, with the numbers that it stands for.
#[derive(Debug, Clone)]
enum Item {
    All,
    One(i16),
    Range(i16, i16),
    From(i16, i16),
    RangeStep(i16, i16, i16),
    AllStep(i16),
}

impl Item {
    fn text(&self) -> String {
        match self {
            Item::All => "*".into(),
            Item::One(a) => format!("{a}"),
            Item::Range(a, b) => format!("{a}-{b}"),
            Item::From(a, step) => format!("{a}/{step}"),
            Item::RangeStep(a, b, step) => format!("{a}-{b}/{step}"),
            Item::AllStep(step) => format!("*/{step}"),
        }
    }

    /// Walks from the first value, over the end if need be, and counts.
    fn has(&self, value: i16, min: i16, max: i16) -> bool {
        let (first, last, step) = match *self {
            Item::All => (min, max, 1),
            Item::One(a) => (a, a, 1),
            Item::Range(a, b) => (a, b, 1),
            Item::From(a, step) => (a, max, step),
            Item::RangeStep(a, b, step) => (a, b, step),
            Item::AllStep(step) => (min, max, step),
        };
        let (mut at, mut walked) = (first, 0);
        loop {
            if at == value && walked % step == 0 {
                return true;
            }
            if at == last {
                return false;
            }
            at = if at == max { min } else { at + 1 };
            walked += 1;
        }
    }
}

#[derive(Debug, Clone)]
struct List {
    items: Vec<Item>,
    min: i16,
    max: i16,
}

impl List {
    fn text(&self) -> String {
        self.items.iter().map(Item::text).collect::<Vec<_>>().join(",")
    }

    fn has(&self, value: i8) -> bool {
        self.items.iter().any(|item| item.has(i16::from(value), self.min, self.max))
    }
}

fn list(min: i16, max: i16) -> impl Strategy<Value = List> {
    let value = min..=max;
    let step = 1..=max;
    let item = prop_oneof![
        Just(Item::All),
        value.clone().prop_map(Item::One),
        (value.clone(), value.clone()).prop_map(|(a, b)| Item::Range(a, b)),
        (value.clone(), step.clone()).prop_map(|(a, step)| Item::From(a, step)),
        (value.clone(), value, step.clone()).prop_map(|(a, b, s)| Item::RangeStep(a, b, s)),
        step.prop_map(Item::AllStep),
    ];
    prop::collection::vec(item, 1..4).prop_map(move |items| List { items, min, max })
}

/// What the two day fields say.
#[derive(Debug, Clone)]
enum DayRule {
    Month(List),
    Week(List),
    Last(i8),
    LastWeekday(i8),
    NearestWeekday(i8),
    LastOfWeek(i8),
    Nth(i8, i8),
}

fn day_rule() -> impl Strategy<Value = DayRule> {
    prop_oneof![
        list(1, 31).prop_map(DayRule::Month),
        list(1, 7).prop_map(DayRule::Week),
        (0i8..=30).prop_map(DayRule::Last),
        (0i8..=30).prop_map(DayRule::LastWeekday),
        (1i8..=31).prop_map(DayRule::NearestWeekday),
        (1i8..=7).prop_map(DayRule::LastOfWeek),
        (1i8..=7, 1i8..=5).prop_map(|(day, nth)| DayRule::Nth(day, nth)),
    ]
}

impl DayRule {
    /// Day of month and day of week.
    fn texts(&self) -> (String, String) {
        let question = || "?".to_owned();
        match self {
            DayRule::Month(list) => (list.text(), question()),
            DayRule::Week(list) => (question(), list.text()),
            DayRule::Last(before) => (format!("L-{before}"), question()),
            DayRule::LastWeekday(before) => (format!("L-{before}W"), question()),
            DayRule::NearestWeekday(day) => (format!("{day}W"), question()),
            DayRule::LastOfWeek(day) => (question(), format!("{day}L")),
            DayRule::Nth(day, nth) => (question(), format!("{day}#{nth}")),
        }
    }

    fn has(&self, day: Date) -> bool {
        let last = day.days_in_month();
        let of_week = weekday_number(day);
        let same_weekday = |number: i8| weekday_number(of_month(day, number)) == of_week;
        match self {
            DayRule::Month(list) => list.has(day.day()),
            DayRule::Week(list) => list.has(of_week),
            DayRule::Last(before) => day.day() + before == last,
            DayRule::LastWeekday(before) => {
                last - before >= 1 && nearest(day, last - before) == day.day()
            }
            DayRule::NearestWeekday(target) => {
                *target <= last && nearest(day, *target) == day.day()
            }
            // No later day of the month has this name.
            DayRule::LastOfWeek(wanted) => {
                of_week == *wanted && !(day.day() + 1..=last).any(same_weekday)
            }
            // So many days of this name up to this one.
            DayRule::Nth(wanted, nth) => {
                of_week == *wanted
                    && (1..=day.day()).filter(|number| same_weekday(*number)).count()
                        == *nth as usize
            }
        }
    }
}

fn of_month(day: Date, number: i8) -> Date {
    date(day.year(), day.month(), number)
}

fn weekday_number(day: Date) -> i8 {
    match day.weekday() {
        Weekday::Sunday => 1,
        Weekday::Monday => 2,
        Weekday::Tuesday => 3,
        Weekday::Wednesday => 4,
        Weekday::Thursday => 5,
        Weekday::Friday => 6,
        Weekday::Saturday => 7,
    }
}

/// Of the days from Monday to Friday of the month, the one at the least distance.
fn nearest(day: Date, target: i8) -> i8 {
    (1..=day.days_in_month())
        .filter(|number| (2..=6).contains(&weekday_number(of_month(day, *number))))
        .min_by_key(|number| (number - target).abs())
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every day of twelve years, at noon.
    #[test]
    fn days_of_twelve_years(rule in day_rule(), months in list(1, 12), first in 1970i16..2088) {
        let (of_month, of_week) = rule.texts();
        let text = format!("0 0 12 {of_month} {} {of_week} {first}-{}", months.text(), first + 11);
        let mut expected = Vec::new();
        let mut day = date(first, 1, 1);
        while day.year() < first + 12 {
            if months.has(day.month()) && rule.has(day) {
                expected.push(day.at(12, 0, 0, 0).to_string());
            }
            day = day.tomorrow().unwrap();
        }
        match Schedule::parse(&text, None, "UTC") {
            Ok(_) => {
                prop_assert_eq!(firings(&text, "UTC", "1960-01-01T00:00:00Z", 5000), expected);
            }
            Err(error) => {
                prop_assert_eq!(error.reason, CRON_NEVER_FIRES);
                prop_assert_eq!(expected.len(), 0);
            }
        }
    }

    /// Every minute of the five days around a change of the clocks.
    #[test]
    fn minutes_around_a_change_of_clocks(
        hours in list(0, 23),
        minutes in list(0, 59),
        second in 0i8..60,
        night in prop::sample::select(vec![
            ("Europe/Paris", "2026-03-29T01:00:00Z"),
            ("Europe/Paris", "2026-10-25T01:00:00Z"),
            ("America/New_York", "2026-03-08T07:00:00Z"),
            ("America/New_York", "2026-11-01T06:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
            ("Asia/Kathmandu", "2026-04-04T15:00:00Z"),
        ]),
    ) {
        let (zone, change) = night;
        let text = format!("{second} {} {} * * ?", minutes.text(), hours.text());
        let schedule = schedule(&text, zone);
        let begin = instant(change).as_second() - 60 * 60 * 60;
        let end = begin + 5 * 24 * 60 * 60;
        let reading = |second: i64| -> DateTime {
            schedule.zone().to_datetime(Timestamp::from_second(second).unwrap())
        };
        let meant = |time: DateTime| {
            hours.has(time.hour()) && minutes.has(time.minute()) && time.second() == second
        };
        let mut expected = Vec::new();
        let mut shown = std::collections::HashSet::new();
        for minute in (begin..end).step_by(60) {
            let (before, now) = (reading(minute - 60), reading(minute));
            // Readings that the clocks left out.
            let mut skipped = before.checked_add(jiff::Span::new().minutes(1)).unwrap();
            let mut missed = false;
            while skipped < now {
                missed |= meant(skipped.with().second(second).build().unwrap());
                skipped = skipped.checked_add(jiff::Span::new().minutes(1)).unwrap();
            }
            if missed {
                expected.push(minute);
            }
            let at = minute + i64::from(second);
            // Readings that come again do not count again.
            if shown.insert(reading(at)) && meant(reading(at)) && expected.last() != Some(&at) {
                expected.push(at);
            }
        }
        let mut found = Vec::new();
        let mut moment = Timestamp::from_second(begin - 1).unwrap();
        while let Some(next) = schedule.next_after(moment).filter(|next| next.as_second() < end) {
            found.push(next.as_second());
            moment = next;
        }
        prop_assert_eq!(found, expected);
    }
}
