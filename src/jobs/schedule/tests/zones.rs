//! Zones by name, and the nights when clocks change. The instants of changes are
//! those that `zdump -v` prints.

use super::*;

fn instants(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = schedule(expression, zone);
    let mut moment = instant(after);
    (0..count)
        .map(|_| {
            moment = schedule.next_after(moment).unwrap();
            moment.to_string()
        })
        .collect()
}

#[test]
fn a_firing_that_is_skipped_in_spring_comes_at_the_first_instant_after() {
    for (zone, expression, after, expected) in [
        // 29 March 2026, 02:00 to 03:00 at 01:00 UTC.
        (
            "Europe/Paris",
            "0 30 2 * * ?",
            "2026-03-27T12:00:00Z",
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        ),
        (
            "Europe/Paris",
            "59 59 2 29 3 ?",
            "2026-03-27T12:00:00Z",
            ["2026-03-29T01:00:00Z", "2027-03-29T00:59:59Z", "2028-03-29T00:59:59Z"],
        ),
        // Two firings of the gap and the one at its end are one.
        (
            "Europe/Paris",
            "0 0,30 2,3 * * ?",
            "2026-03-29T00:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:00:00Z"],
        ),
        // 8 March 2026, 02:00 to 03:00 at 07:00 UTC.
        (
            "America/New_York",
            "0 0 2 * * ?",
            "2026-03-07T12:00:00Z",
            ["2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z", "2026-03-10T06:00:00Z"],
        ),
        // 4 October 2026, 02:00 to 02:30 at 15:30 UTC of the day before.
        (
            "Australia/Lord_Howe",
            "0 15 2 * * ?",
            "2026-10-02T00:00:00Z",
            ["2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"],
        ),
        // Samoa had no 30 December 2011: it went across the date line at 10:00 UTC.
        (
            "Pacific/Apia",
            "0 0 12 * * ?",
            "2011-12-29T00:00:00Z",
            ["2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"],
        ),
    ] {
        assert_eq!(instants(expression, zone, after, 3), expected, "{zone} {expression}");
    }
}

#[test]
fn a_firing_that_comes_twice_in_autumn_fires_once() {
    for (zone, expression, after, expected) in [
        // 25 October 2026, 03:00 to 02:00 at 01:00 UTC.
        (
            "Europe/Paris",
            "0 30 2 * * ?",
            "2026-10-24T12:00:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        ),
        // Asked between the passes and during the second one.
        (
            "Europe/Paris",
            "0 30 2 * * ?",
            "2026-10-25T00:45:00Z",
            ["2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"],
        ),
        (
            "Europe/Paris",
            "0 30 2 * * ?",
            "2026-10-25T01:10:00Z",
            ["2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"],
        ),
        // Every minute stops for the repeated hour.
        (
            "Europe/Paris",
            "0 * * * * ?",
            "2026-10-25T00:58:00Z",
            ["2026-10-25T00:59:00Z", "2026-10-25T02:00:00Z"],
        ),
        // 1 November 2026, 02:00 to 01:00 at 06:00 UTC.
        (
            "America/New_York",
            "0 0 1 * * ?",
            "2026-11-01T00:00:00Z",
            ["2026-11-01T05:00:00Z", "2026-11-02T06:00:00Z"],
        ),
        // 5 April 2026, 02:00 to 01:30 at 15:00 UTC of the day before.
        (
            "Australia/Lord_Howe",
            "0 45 1 * * ?",
            "2026-04-04T00:00:00Z",
            ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"],
        ),
    ] {
        assert_eq!(instants(expression, zone, after, 2), expected, "{zone} {expression}");
    }
}

#[test]
fn clocks_change_after_the_tables_of_the_database_end() {
    // 26 March and 29 October 2090 are the last Sundays of their months.
    let after = "2090-03-25T12:00:00Z";
    assert_eq!(
        instants("0 30 2 * * ?", "Europe/Paris", after, 2),
        ["2090-03-26T01:00:00Z", "2090-03-27T00:30:00Z"]
    );
    let after = "2090-10-28T12:00:00Z";
    assert_eq!(
        instants("0 30 2 * * ?", "Europe/Paris", after, 2),
        ["2090-10-29T00:30:00Z", "2090-10-30T01:30:00Z"]
    );
}

/// Vector 52 of 03 §8.
#[test]
fn last_friday_in_paris() {
    assert_eq!(
        instants("0 15 10 ? * 6L", "Europe/Paris", "2026-10-01T00:00:00Z", 2),
        ["2026-10-30T09:15:00Z", "2026-11-27T09:15:00Z"]
    );
    assert_eq!(
        instants("0 15 10 ? * 6L", "Europe/Paris", "2026-06-01T00:00:00Z", 1),
        ["2026-06-26T08:15:00Z"]
    );
}

#[test]
fn the_zone_of_the_schedule_wins_over_that_of_the_server() {
    let hour = |zone, server| {
        let schedule = Schedule::parse("0 0 12 * * ?", zone, server).unwrap();
        schedule.next_after(instant("2026-11-25T00:00:00Z")).unwrap().to_string()
    };
    assert_eq!(hour(None, "UTC"), "2026-11-25T12:00:00Z");
    assert_eq!(hour(Some(""), "Asia/Tokyo"), "2026-11-25T03:00:00Z");
    assert_eq!(hour(Some("america/new_york"), "Asia/Tokyo"), "2026-11-25T17:00:00Z");
}

#[test]
fn unknown_zones() {
    let refuse = |zone| Schedule::parse("0 0 12 * * ?", Some(zone), "UTC").unwrap_err();
    for zone in ["Mars/Olympus", "+02:00", "-07:00", "Etc/Unknown", "../etc/passwd", " UTC", "é"] {
        let error = refuse(zone);
        assert_eq!((error.reason, error.span), (TIME_ZONE_UNKNOWN, 0..zone.len()), "{zone}");
    }
    assert_eq!(
        refuse("Europe/Pari").message,
        "time_zone \"Europe/Pari\" is not an IANA time zone name such as \"Europe/Paris\" or \
         \"UTC\"; did you mean \"Europe/Paris\"?"
    );
    assert!(refuse("America/New York").message.ends_with("did you mean \"America/New_York\"?"));
    assert!(refuse(&"x".repeat(1 << 20)).message.len() < 300);
}

#[test]
fn the_database_is_inside_the_program() {
    let schedule = schedule("0 0 12 * * ?", "Pacific/Chatham");
    assert_eq!(schedule.zone().iana_name(), Some("Pacific/Chatham"));
    assert!(jiff::tz::TimeZoneDatabase::bundled().available().count() > 500);
}
