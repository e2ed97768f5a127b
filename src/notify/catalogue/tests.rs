//! The catalogue is whole, and texts come out as people write them.

use super::*;
use Language::{English, French, German};
use std::collections::BTreeSet;

fn rows() -> impl Iterator<Item = &'static Row> {
    log::ROWS.iter().chain(&mail::ROWS).chain(&reasons::ROWS)
}

fn placeholders(template: &str) -> BTreeSet<&str> {
    template.split('{').skip(1).map(|rest| rest.split_once('}').expect(template).0).collect()
}

#[test]
fn every_language_has_every_text_with_the_same_arguments() {
    let mut ids = BTreeSet::new();
    for (id, texts) in rows() {
        assert!(ids.insert(id), "{id} is there twice");
        let [english, french, german] = texts.map(|text| {
            assert!(!text.is_empty() && text.matches('|').count() < 2, "{id}");
            let mut halves: Vec<_> = text.split('|').map(placeholders).collect();
            halves.iter_mut().for_each(|half| {
                half.remove("count");
            });
            assert_eq!(halves.first(), halves.last(), "{id}: {text}");
            halves.into_iter().next().unwrap()
        });
        assert!(english == french && english == german, "{id}");
    }
}

#[test]
fn texts_are_translated() {
    let same = [
        "OriginalJobName",
        "JobClient",
        "JobType",
        "TotalFileCount",
        "InitiatingJobName",
        "Warning",
        "mail.subject",
        "mail.description",
        "mail.cause",
        "mail.colon",
        "mail.total",
        "mail.downloads",
        "number.group",
        "number.decimal",
        "number.bytes",
        "number.kilobytes",
        "number.megabytes",
        "number.gigabytes",
        "number.terabytes",
    ];
    for (id, [english, french, german]) in rows().filter(|(id, _)| !same.contains(id)) {
        assert!(english != french && english != german && french != german, "{id}");
    }
}

/// French puts a blank that does not break before its high punctuation.
#[test]
fn french_punctuation() {
    for (id, [_, french, _]) in rows() {
        for wrong in [" :", " ;", " ?", " !", " »", "« ", "'"] {
            assert!(!french.contains(wrong), "{id}: {french}");
        }
    }
}

#[test]
fn every_log_type_of_03_3_2_has_a_text() {
    for id in [
        "BeginExport",
        "OriginalJobName",
        "JobClient",
        "JobType",
        "TotalFileCount",
        "InitiatingJobName",
        "FileBegin",
        "FileProgress",
        "ExportSuccess",
        "ExportWarning",
        "ExportError",
        "DuplicateSkipped",
        "FileEnd",
        "FileCancel",
        "FatalError",
        "EndExport",
    ] {
        assert!(template(id, English).is_some(), "{id}");
    }
}

#[test]
fn rows_of_a_log() {
    let error = Message::new("ExportError")
        .with("name", "logo.tif")
        .with("reason", "DECODE_FAILED")
        .with("message", "tiff is damaged: no end");
    assert_eq!(
        error.text(English),
        "logo.tif could not be exported: the file is damaged or of an unknown format (tiff is \
         damaged: no end)"
    );
    assert_eq!(
        error.text(French),
        "logo.tif n’a pas pu être exporté\u{a0}: le fichier est endommagé ou d’un format inconnu \
         (tiff is damaged: no end)"
    );
    assert_eq!(
        error.text(German),
        "logo.tif konnte nicht exportiert werden: die Datei ist beschädigt oder hat ein \
         unbekanntes Format (tiff is damaged: no end)"
    );
    let end = |count: i64| {
        Message::new("EndExport")
            .with("outcome", "completed_with_errors")
            .with("count", count)
            .with("success", count - 1)
            .with("warning", 0)
            .with("error", 1)
            .with("cancelled", 0)
    };
    assert_eq!(
        end(1).text(German),
        "Ende des Exports: mit Fehlern abgeschlossen. 1 Asset: 0 exportiert (davon 0 mit \
         Warnungen), 1 fehlgeschlagen, 0 nicht bearbeitet."
    );
    assert_eq!(
        end(1234).text(English),
        "The export has ended: completed with errors. 1,234 assets: 1,233 exported (0 with \
         warnings), 1 failed, 0 not processed."
    );
    assert_eq!(Message::new("BeginExport").text(French), "L’export a commencé.");
    let total = Message::new("TotalFileCount").with("value", "1234567");
    assert_eq!(total.text(German), "1234567");
}

#[test]
fn plurals() {
    let more = |count: i64, language| {
        Message::new("mail.more_problems").with("count", count).text(language)
    };
    assert_eq!(more(1, English), "and 1 more problem");
    assert_eq!(more(2, English), "and 2 more problems");
    assert_eq!(more(0, English), "and 0 more problems");
    assert_eq!(more(0, French), "et 0 autre problème");
    assert_eq!(more(1, French), "et 1 autre problème");
    assert_eq!(more(2000, French), "et 2\u{202f}000 autres problèmes");
    assert_eq!(more(1, German), "und 1 weiteres Problem");
    assert_eq!(more(0, German), "und 0 weitere Probleme");
}

#[test]
fn what_is_not_there_is_shown_as_it_is() {
    assert_eq!(Message::new("Nothing").with("a", "b").text(French), "Nothing");
    assert_eq!(Message::new("FileEnd").text(English), "Export of ? has ended.");
    let braces = Message::new("FileEnd").with("name", "{name}|{x").text(English);
    assert_eq!(braces, "Export of {name}|{x has ended.");
    let unknown = Message::new("FatalError").with("reason", "NEW").with("message", "it broke");
    assert_eq!(unknown.text(German), "Der Auftrag konnte nicht fortgesetzt werden: it broke");
    assert_eq!(outcome_text("exploded", German), "exploded");
}

#[test]
fn the_stored_form_is_plain_json() {
    let message = Message::new("FileProgress").with("name", "a.png").with("percent", 40);
    let stored = r#"{"id":"FileProgress","arguments":{"name":"a.png","percent":40}}"#;
    assert_eq!(serde_json::to_string(&message).unwrap(), stored);
    assert_eq!(serde_json::from_str::<Message>(stored).unwrap(), message);
    assert_eq!(message.text(English), "a.png: 40% done");
    assert_eq!(message.text(French), "a.png\u{a0}: 40\u{a0}% effectués");
    let bare = serde_json::to_string(&Message::new("BeginExport")).unwrap();
    assert_eq!(bare, r#"{"id":"BeginExport"}"#);
}

#[test]
fn numbers_of_each_language() {
    for (number, expected) in [
        (0, ["0", "0", "0"]),
        (999, ["999", "999", "999"]),
        (1000, ["1,000", "1\u{202f}000", "1.000"]),
        (-1234567, ["-1,234,567", "-1\u{202f}234\u{202f}567", "-1.234.567"]),
        (
            i64::MIN,
            [
                "-9,223,372,036,854,775,808",
                "-9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775\u{202f}808",
                "-9.223.372.036.854.775.808",
            ],
        ),
    ] {
        assert_eq!(Language::ALL.map(|language| number_text(number, language)), expected);
    }
}

#[test]
fn sizes_of_each_language() {
    for (bytes, expected) in [
        (0, ["0 bytes", "0 octets", "0 Bytes"]),
        (949, ["949 bytes", "949 octets", "949 Bytes"]),
        (1_000, ["1.0 KB", "1,0 Ko", "1,0 KB"]),
        (3_449_999, ["3.4 MB", "3,4 Mo", "3,4 MB"]),
        (3_450_000, ["3.5 MB", "3,5 Mo", "3,5 MB"]),
        (999_949_999, ["999.9 MB", "999,9 Mo", "999,9 MB"]),
        (999_950_000, ["1.0 GB", "1,0 Go", "1,0 GB"]),
        (2_147_483_648, ["2.1 GB", "2,1 Go", "2,1 GB"]),
        (1_234_000_000_000_000, ["1,234.0 TB", "1\u{202f}234,0 To", "1.234,0 TB"]),
    ] {
        let expected = expected.map(|text| text.replace(' ', "\u{a0}"));
        assert_eq!(Language::ALL.map(|language| size_text(bytes, language)), expected);
    }
    assert!(size_text(u64::MAX, English).ends_with("\u{a0}TB"));
}

#[test]
fn dates_of_each_language_on_the_clocks_of_the_zone() {
    let zone = |name| jiff::tz::TimeZoneDatabase::bundled().get(name).unwrap();
    let moment: jiff::Timestamp = "2026-11-25T13:05:09Z".parse().unwrap();
    let paris = zone("Europe/Paris");
    assert_eq!(
        Language::ALL.map(|language| date_text(moment, &paris, language)),
        [
            "November 25, 2026, 14:05:09 (Europe/Paris, UTC+01:00)",
            "25 novembre 2026 à 14:05:09 (Europe/Paris, UTC+01:00)",
            "25. November 2026, 14:05:09 Uhr (Europe/Paris, UTC+01:00)",
        ]
    );
    let summer: jiff::Timestamp = "2026-08-01T00:00:00Z".parse().unwrap();
    let saint_johns = zone("America/St_Johns");
    assert_eq!(
        date_text(summer, &saint_johns, French),
        "31 juillet 2026 à 21:30:00 (America/St_Johns, UTC−02:30)"
    );
    assert_eq!(
        date_text(summer, &jiff::tz::TimeZone::UTC, French),
        "1er août 2026 à 00:00:00 (UTC)"
    );
    let fixed = jiff::tz::TimeZone::fixed(jiff::tz::offset(-7));
    assert_eq!(date_text(summer, &fixed, English), "July 31, 2026, 17:00:00 (UTC−07:00)");
}

#[test]
fn durations() {
    for (seconds, expected) in [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min 0 s"),
        (90_061, "25 h 1 min 1 s"),
        (-5, "0 s"),
    ] {
        let plain = duration_text(seconds).replace('\u{a0}', " ");
        assert_eq!(plain, expected);
    }
}
