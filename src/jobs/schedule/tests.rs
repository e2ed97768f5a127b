//! Schedules against the examples of the Quartz documentation, a calendar, and
//! the nights when clocks change.

mod model;
mod refused;
mod zones;

use super::*;

fn schedule(expression: &str, zone: &str) -> Schedule {
    Schedule::parse(expression, Some(zone), "UTC").expect(expression)
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect(text)
}

/// The first firings after a moment, as wall clock times of the zone.
fn firings(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = schedule(expression, zone);
    let mut moment = instant(after);
    let mut texts = Vec::new();
    while texts.len() < count {
        let Some(next) = schedule.next_after(moment) else { break };
        texts.push(schedule.zone().to_datetime(next).to_string());
        moment = next;
    }
    texts
}

/// 25 November 2026 is a Wednesday, as `cal` shows.
const WEDNESDAY: &str = "2026-11-25T00:00:00Z";

fn check(expression: &str, expected: &[&str]) {
    assert_eq!(firings(expression, "UTC", WEDNESDAY, expected.len()), expected, "{expression}");
}

#[test]
fn examples_of_the_quartz_tutorial() {
    check("0 0 12 * * ?", &["2026-11-25T12:00:00", "2026-11-26T12:00:00"]);
    check("0 15 10 ? * *", &["2026-11-25T10:15:00", "2026-11-26T10:15:00"]);
    check("0 15 10 * * ?", &["2026-11-25T10:15:00", "2026-11-26T10:15:00"]);
    check("0 15 10 * * ? *", &["2026-11-25T10:15:00", "2026-11-26T10:15:00"]);
    check("0 * 14 * * ?", &["2026-11-25T14:00:00", "2026-11-25T14:01:00", "2026-11-25T14:02:00"]);
    check("0 0/5 14 * * ?", &["2026-11-25T14:00:00", "2026-11-25T14:05:00"]);
    check("0 0-5 14 * * ?", &["2026-11-25T14:00:00", "2026-11-25T14:01:00"]);
    check(
        "0 10,44 14 ? 3 WED",
        &["2027-03-03T14:10:00", "2027-03-03T14:44:00", "2027-03-10T14:10:00"],
    );
    check(
        "0 15 10 ? * MON-FRI",
        &[
            "2026-11-25T10:15:00",
            "2026-11-26T10:15:00",
            "2026-11-27T10:15:00",
            "2026-11-30T10:15:00",
        ],
    );
    check("0 15 10 15 * ?", &["2026-12-15T10:15:00", "2027-01-15T10:15:00"]);
    check(
        "0 15 10 L * ?",
        &[
            "2026-11-30T10:15:00",
            "2026-12-31T10:15:00",
            "2027-01-31T10:15:00",
            "2027-02-28T10:15:00",
        ],
    );
    check(
        "0 15 10 L-2 * ?",
        &[
            "2026-11-28T10:15:00",
            "2026-12-29T10:15:00",
            "2027-01-29T10:15:00",
            "2027-02-26T10:15:00",
        ],
    );
    check(
        "0 15 10 ? * 6L",
        &[
            "2026-11-27T10:15:00",
            "2026-12-25T10:15:00",
            "2027-01-29T10:15:00",
            "2027-02-26T10:15:00",
        ],
    );
    check(
        "0 15 10 ? * 6#3",
        &["2026-12-18T10:15:00", "2027-01-15T10:15:00", "2027-02-19T10:15:00"],
    );
    check("0 0 12 1/5 * ?", &["2026-11-26T12:00:00", "2026-12-01T12:00:00", "2026-12-06T12:00:00"]);
    check("0 11 11 11 11 ?", &["2027-11-11T11:11:00", "2028-11-11T11:11:00"]);
}

#[test]
fn lists_of_hours_go_from_one_to_the_next() {
    let all = firings("0 0/5 14,18 * * ?", "UTC", WEDNESDAY, 25);
    assert_eq!(all[11..13], ["2026-11-25T14:55:00", "2026-11-25T18:00:00"]);
    assert_eq!(all[23..], ["2026-11-25T18:55:00", "2026-11-26T14:00:00"]);
}

#[test]
fn years_end() {
    let all = firings("0 15 10 * * ? 2005", "UTC", "2004-12-31T23:00:00Z", 400);
    assert_eq!((all.len(), all[0].as_str()), (365, "2005-01-01T10:15:00"));
    assert_eq!(all[364], "2005-12-31T10:15:00");

    // Last Fridays of 2002 to 2005: 48.
    let all = firings("0 15 10 ? * 6L 2002-2005", "UTC", "1999-01-01T00:00:00Z", 100);
    assert_eq!((all.len(), all[0].as_str()), (48, "2002-01-25T10:15:00"));
    assert_eq!(all[47], "2005-12-30T10:15:00");

    let all = firings("59 59 23 31 12 ?", "UTC", "2097-06-01T00:00:00Z", 9);
    assert_eq!(all, ["2097-12-31T23:59:59", "2098-12-31T23:59:59", "2099-12-31T23:59:59"]);

    let over = schedule("0 0 0 1 1 ? 2005", "UTC").first_after(instant(WEDNESDAY)).unwrap_err();
    assert_eq!((over.reason, over.span.clone()), (CRON_NEVER_FIRES, 0..16));
    assert!(over.message.contains("never fires again"), "{over}");
}

#[test]
fn firings_are_later_than_the_moment_and_begin_in_1970() {
    let every_minute = schedule("0 * * * * ?", "UTC");
    let next = |after| every_minute.next_after(instant(after)).map(|t| t.to_string());
    assert_eq!(next("2026-11-25T10:00:00Z").as_deref(), Some("2026-11-25T10:01:00Z"));
    assert_eq!(next("2026-11-25T09:59:59.999999999Z").as_deref(), Some("2026-11-25T10:00:00Z"));
    assert_eq!(next("2026-11-25T10:00:00.000000001Z").as_deref(), Some("2026-11-25T10:01:00Z"));
    assert_eq!(next("-009999-01-02T02:00:00Z").as_deref(), Some("1970-01-01T00:00:00Z"));
    assert_eq!(next("2099-12-31T23:59:00Z"), None);
    assert_eq!(next("9999-12-30T22:00:00.999999999Z"), None);
    let next_of = |t| every_minute.next_after(t);
    assert_eq!((next_of(Timestamp::MAX), next_of(Timestamp::MIN).is_some()), (None, true));
}

#[test]
fn leap_days() {
    assert_eq!(
        firings("0 0 6 29 2 ?", "UTC", "2024-03-01T00:00:00Z", 2),
        ["2028-02-29T06:00:00", "2032-02-29T06:00:00"]
    );
    // 2000 was a leap year, 2100 is none.
    assert_eq!(firings("0 0 6 29 2 ?", "UTC", "2096-03-01T00:00:00Z", 2), [""; 0]);
    assert_eq!(
        firings("0 0 6 L-28 2 ?", "UTC", "1999-01-01T00:00:00Z", 1),
        ["2000-02-01T06:00:00"]
    );
}

#[test]
fn nearest_weekdays_stay_in_the_month() {
    // 15 November 2026 is a Sunday, 15 August 2026 a Saturday.
    let first = |expression, after| firings(expression, "UTC", after, 1).pop().unwrap_or_default();
    assert_eq!(first("0 0 0 15W * ?", "2026-11-01T00:00:00Z"), "2026-11-16T00:00:00");
    assert_eq!(first("0 0 0 15W * ?", "2026-08-01T00:00:00Z"), "2026-08-14T00:00:00");
    assert_eq!(first("0 0 0 15W * ?", "2026-12-01T00:00:00Z"), "2026-12-15T00:00:00");
    // 1 August 2026 is a Saturday: the Monday after, not the Friday before.
    assert_eq!(first("0 0 0 1W * ?", "2026-07-15T00:00:00Z"), "2026-08-03T00:00:00");
    // 31 January 2027 is a Sunday: the Friday before, not the Monday after.
    assert_eq!(first("0 0 0 31W 1 ?", WEDNESDAY), "2027-01-29T00:00:00");
    assert_eq!(first("0 0 0 LW 1 ?", WEDNESDAY), "2027-01-29T00:00:00");
    // The last day of October 2026 is a Saturday.
    assert_eq!(first("0 0 0 lw * ?", "2026-10-01T00:00:00Z"), "2026-10-30T00:00:00");
    // Three days before the last of November 2026 is Friday 27.
    assert_eq!(first("0 0 0 L-3W * ?", WEDNESDAY), "2026-11-27T00:00:00");
    // Two days before the last of January 2027 is Friday 29, one day is Saturday 30.
    assert_eq!(first("0 0 0 L-1W 1 ?", WEDNESDAY), "2027-01-29T00:00:00");
    // A month without the day has none that is near it.
    assert_eq!(first("0 0 0 31W * ?", "2026-11-01T00:00:00Z"), "2026-12-31T00:00:00");
}

#[test]
fn ranges_go_around_the_end_as_in_quartz() {
    let days = |expression, count| -> Vec<String> {
        let texts = firings(expression, "UTC", "2026-11-24T12:00:00Z", count);
        texts.into_iter().map(|text| text[5..10].to_owned()).collect()
    };
    assert_eq!(days("0 0 0 ? * FRI-MON", 5), ["11-27", "11-28", "11-29", "11-30", "12-04"]);
    assert_eq!(days("0 0 0 ? * 6-2/2", 3), ["11-27", "11-29", "12-04"]);
    assert_eq!(days("0 0 0 1 NOV-FEB ?", 4), ["12-01", "01-01", "02-01", "11-01"]);
    assert_eq!(days("0 0 0 30-2 * ?", 4), ["11-30", "12-01", "12-02", "12-30"]);
    let hours: Vec<String> = firings("0 0 22-2 * * ?", "UTC", "2026-11-25T12:00:00Z", 6)
        .into_iter()
        .map(|text| text[8..13].to_owned())
        .collect();
    assert_eq!(hours, ["25T22", "25T23", "26T00", "26T01", "26T02", "26T22"]);
}

#[test]
fn words_in_any_case_and_any_blanks() {
    for (one, other) in [
        ("0 0 0 ? jan mon", "0 0 0 ? 1 2"),
        ("0 0 0 ? Jan-mar Sun,sAt", "0 0 0 ? 1-3 1,7"),
        ("0 0 0 ? * friL", "0 0 0 ? * 6L"),
        ("0 0 0 ? * Fri#3", "0 0 0 ? * 6#3"),
        ("0 0 0 ? * l", "0 0 0 ? * SAT"),
        ("0 0 0 l * ?", "0 0 0 L * ?"),
        (" 0\t0  0 ? *\n2 ", "0 0 0 ? * 2"),
        ("00 00 00 01 01 ?", "0 0 0 1 1 ?"),
        ("0 /20 0 * * ?", "0 0,20,40 0 * * ?"),
        ("0 */20 0 * * ?", "0 0,20,40 0 * * ?"),
        ("0 5-30/20 0 * * ?", "0 5,25 0 * * ?"),
        ("0 0 0 ? * MON-4", "0 0 0 ? * 2-4"),
        ("0 0 0 1 1 ? 2030/30", "0 0 0 1 1 ? 2030,2060,2090"),
    ] {
        let after = "2025-01-01T00:00:00Z";
        assert_eq!(firings(one, "UTC", after, 9), firings(other, "UTC", after, 9), "{one}");
    }
}

#[test]
fn a_star_beside_a_restricted_day_reads_as_a_question_mark() {
    for (star, question) in [
        ("0 15 10 * * 6#3", "0 15 10 ? * 6#3"),
        ("0 15 10 3 * *", "0 15 10 3 * ?"),
        ("0 15 10 * * *", "0 15 10 * * ?"),
    ] {
        let all = |expression| firings(expression, "UTC", WEDNESDAY, 9);
        assert_eq!(all(star), all(question), "{star}");
    }
}
