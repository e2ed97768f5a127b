//! Expressions and zones that are refused: the reason, and the bytes that are
//! wrong.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn refused(expression: &str) -> ScheduleError {
    match Schedule::parse(expression, None, "UTC") {
        Err(error) => error,
        Ok(_) => panic!("{expression:?} was accepted"),
    }
}

#[test]
fn wrong_expressions_and_their_places() {
    for (expression, reason, place) in [
        // Vector 53 of 03 §8.
        ("0 0 12 1 * 2", CRON_SYNTAX, "2"),
        ("0 15 10 1C * ?", CRON_UNSUPPORTED, "1C"),
        ("0 15 10 ? * 2c", CRON_UNSUPPORTED, "2c"),
        ("0 15 10 C * ?", CRON_UNSUPPORTED, "C"),
        ("", CRON_SYNTAX, ""),
        ("   ", CRON_SYNTAX, "   "),
        ("0 12 * * MON", CRON_SYNTAX, "0 12 * * MON"),
        ("0 0 12 * * ? 2030 x", CRON_SYNTAX, "0 0 12 * * ? 2030 x"),
        ("60 0 0 * * ?", CRON_SYNTAX, "60"),
        ("0 0,61,5 0 * * ?", CRON_SYNTAX, "61"),
        ("0 0 24 * * ?", CRON_SYNTAX, "24"),
        ("0 0 0 32 * ?", CRON_SYNTAX, "32"),
        ("0 0 0 0 * ?", CRON_SYNTAX, "0"),
        ("0 0 0 1 13 ?", CRON_SYNTAX, "13"),
        ("0 0 0 ? * 0", CRON_SYNTAX, "0"),
        ("0 0 0 ? * 8", CRON_SYNTAX, "8"),
        ("0 0 0 ? * MONDAY", CRON_SYNTAX, "MONDAY"),
        ("0 0 0 ? MON *", CRON_SYNTAX, "MON"),
        ("0 0 0 1 1 ? 1969", CRON_SYNTAX, "1969"),
        ("0 0 0 1 1 ? 2100", CRON_SYNTAX, "2100"),
        ("0 0 0 1 1 ? 2030-2029", CRON_SYNTAX, "2030-2029"),
        ("0 0/0 0 * * ?", CRON_SYNTAX, "0"),
        ("0 0/60 0 * * ?", CRON_SYNTAX, "60"),
        ("0 0 0 1/32 * ?", CRON_SYNTAX, "32"),
        ("0 1/2/3 0 * * ?", CRON_SYNTAX, "2/3"),
        ("0 , 0 * * ?", CRON_SYNTAX, ""),
        ("0 1- 0 * * ?", CRON_SYNTAX, ""),
        ("0 -1 0 * * ?", CRON_SYNTAX, ""),
        ("0 +1 0 * * ?", CRON_SYNTAX, "+1"),
        ("0 ? 0 * * ?", CRON_SYNTAX, "?"),
        ("0 0 0 ? * ?", CRON_SYNTAX, "?"),
        ("0 0 0 ?,1 * ?", CRON_SYNTAX, "?"),
        ("0 0 0 1 * MON", CRON_SYNTAX, "MON"),
        ("0 0 0 L * 6L", CRON_SYNTAX, "6L"),
        ("0 0 L * * ?", CRON_SYNTAX, "L"),
        ("0 0 0 L-31 * ?", CRON_SYNTAX, "31"),
        ("0 0 0 1-5W * ?", CRON_SYNTAX, "1-5W"),
        ("0 0 0 W * ?", CRON_SYNTAX, ""),
        ("0 0 0 ? * 6#6", CRON_SYNTAX, "6"),
        ("0 0 0 ? * 6#0", CRON_SYNTAX, "0"),
        ("0 0 0 ? * #3", CRON_SYNTAX, ""),
        ("0 0 0 6#3 * ?", CRON_SYNTAX, "6#3"),
        ("0 0 0 1,L * ?", CRON_UNSUPPORTED, "L"),
        ("0 0 0 1,15W * ?", CRON_UNSUPPORTED, "15W"),
        ("0 0 0 ? * 2#1,2#3", CRON_UNSUPPORTED, "2#1"),
        ("0 0 0 ? * 2,6L", CRON_UNSUPPORTED, "6L"),
        ("0 0 0 30 2 ?", CRON_NEVER_FIRES, "0 0 0 30 2 ?"),
        ("0 0 0 31 4,6,9,11 ?", CRON_NEVER_FIRES, "0 0 0 31 4,6,9,11 ?"),
        ("0 0 0 29 2 ? 2023", CRON_NEVER_FIRES, "0 0 0 29 2 ? 2023"),
        ("0 0 0 L-30 2 ?", CRON_NEVER_FIRES, "0 0 0 L-30 2 ?"),
        // A fifth Monday in February needs a leap year that begins it on one.
        ("0 0 0 ? 2 2#5 2026", CRON_NEVER_FIRES, "0 0 0 ? 2 2#5 2026"),
        ("* * * * * ?", CRON_TOO_FREQUENT, "*"),
        ("0/30 0 12 1 1 ?", CRON_TOO_FREQUENT, "0/30"),
        ("0,59 0 12 1 1 ? 2030", CRON_TOO_FREQUENT, "0,59"),
        ("59-0 0 12 1 1 ?", CRON_TOO_FREQUENT, "59-0"),
        ("0 0 0 １ * ?", CRON_SYNTAX, "１"),
    ] {
        let error = refused(expression);
        assert_eq!(error.reason, reason, "{expression}: {error}");
        assert_eq!(&expression[error.span.clone()], place, "{expression}: {error}");
        let first = error.message.chars().next().unwrap();
        assert!(first.is_lowercase(), "{error}");
    }
}

#[test]
fn once_a_minute_is_slow_enough() {
    for expression in ["0 * * * * ?", "59 * * * * ?", "7,7,7-7 */1 * * * ?", "0/59 1 1 1 1 ?"] {
        let frequent = expression.starts_with("0/59");
        assert_eq!(Schedule::parse(expression, None, "UTC").is_err(), frequent, "{expression}");
    }
}

#[test]
fn messages_name_field_value_and_range() {
    for (expression, expected) in [
        ("0 61 0 * * ?", "minutes field has \"61\": a value is a number from 0 to 59"),
        (
            "0 0 0 ? * 0",
            "day-of-week field has \"0\": a value is a number from 1 to 7 or a name from SUN to \
             SAT; sunday is 1",
        ),
        (
            "0 12 * * MON",
            "expression \"0 12 * * MON\" has 5 fields, not 6 or 7: seconds, minutes, hours, \
             day-of-month, month, day-of-week and, if wanted, year; put \"0\" before it for the \
             seconds",
        ),
        (
            "0 0 12 1 * 2",
            "day-of-week field has \"2\": day-of-month is \"1\" already; one of the two day \
             fields must be \"?\"",
        ),
        (
            "0/20 * * * * ?",
            "seconds field \"0/20\" fires 3 times a minute; firings must be at least 60 seconds \
             apart, so give one value from 0 to 59",
        ),
        (
            "0 0 0 30 2 ?",
            "expression \"0 0 0 30 2 ?\" never fires: no day from 1970 to 2099 is meant",
        ),
    ] {
        assert_eq!(refused(expression).message, expected);
    }
}

#[test]
fn refusals_are_quick_and_short() {
    let started = Instant::now();
    for expression in [
        "0 0 0 30 2 ?".to_owned(),
        "0 0 0 31 2,4,6,9,11 ? *".to_owned(),
        "9".repeat(1 << 20),
        "0 ".repeat(1 << 20),
        format!("0 {} 0 * * ?", "1,".repeat(900)),
        "*".repeat(2000),
    ] {
        assert!(refused(&expression).message.len() < 400);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_answered(expression in any::<String>(), zone in any::<String>()) {
        let _ = Schedule::parse(&expression, Some(&zone), "UTC");
    }

    #[test]
    fn text_of_the_right_letters_is_answered(
        expression in "([0-9*?,/LWC#-]{1,4}|MON|JAN-|FRIL| ){1,12}",
        moment in -10_000_000_000i64..10_000_000_000,
    ) {
        match Schedule::parse(&expression, None, "Europe/Paris") {
            Ok(schedule) => {
                let moment = Timestamp::from_second(moment).unwrap();
                if let Some(next) = schedule.next_after(moment) {
                    prop_assert!(next > moment);
                }
            }
            Err(error) => prop_assert!(expression.get(error.span).is_some()),
        }
    }
}
