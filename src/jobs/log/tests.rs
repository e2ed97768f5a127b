//! From events to rows.

use super::pages::Position;
use super::*;
use crate::jobs::event::{DUPLICATE_HANDLE, OutputFile, rows as stored};
use crate::jobs::vocabulary::JobOutcome;
use crate::notify::locale::Language;
use crate::store::jobs::Counts;

fn job() -> LoggedJob {
    LoggedJob {
        id: 7,
        original_name: "spring".into(),
        client: Some([192, 0, 2, 1].into()),
        total: 1234,
        scheduled: true,
        started_ms: 500,
        begun: true,
        last_seq: 100,
    }
}

fn asset(index: i64, name: &str, asset_type: AssetType) -> AssetRef {
    AssetRef {
        index,
        handle: format!("a|{index}"),
        name: name.into(),
        asset_type: asset_type.into(),
    }
}

fn cat() -> AssetRef {
    asset(3, "cat.png", AssetType::Image)
}

fn completed(names: &[&str]) -> Event {
    let file = |name: &&str| OutputFile {
        page: 0,
        name: name.to_string(),
        mime_type: "image/png".into(),
        size: 5,
        width: 1,
        height: 1,
        sha256: String::new(),
    };
    Event::AssetCompleted {
        asset: cat(),
        files: names.iter().map(file).collect(),
        elapsed_ms: 1,
        counts: Counts::default(),
    }
}

fn warning(reason: &str, text: &str) -> Event {
    Event::AssetWarning { asset: cat(), warning: Problem::new(reason, text) }
}

fn finished(error: Option<Problem>) -> Event {
    let counts = Counts { total: 2, success: 1, cancelled: 1, ..Counts::default() };
    let outcome = if error.is_some() { JobOutcome::Failed } else { JobOutcome::Stopped };
    Event::JobFinished { outcome, counts, error, elapsed_ms: 9 }
}

/// The rows of events that are stored together, from number 10 on at 1000 ms, in
/// the way that a page reads them.
fn rows_of(job: &LoggedJob, events: &[Event]) -> Vec<LogRow> {
    let mut rows = Vec::new();
    let mut warnings = Vec::new();
    for (seq, (event, stored)) in (10..).zip(events.iter().zip(stored(events))) {
        let kind = EventKind::from_code(stored.kind).unwrap();
        assert_eq!(stored.idx, event.asset().map_or(-1, |asset| asset.index));
        let event = Event::from_payload(&stored.payload).unwrap();
        if let Event::AssetWarning { warning, .. } = &event {
            warnings.push(Warning { time_ms: 1000, problem: warning.clone() });
        }
        let event = LoggedEvent { seq, time_ms: 1000, kind, event };
        for (place, log_type) in types(job, kind).into_iter().enumerate() {
            rows.push(row(job, &event, place, log_type, &warnings));
        }
    }
    rows
}

#[test]
fn every_event_gives_its_rows() {
    use JobLogType::*;
    let accepted = || Event::JobAccepted {
        original_name: "spring".into(),
        total: 1234,
        schedule: "nightly".into(),
    };
    let duplicate = || {
        let problem = Problem::new(DUPLICATE_HANDLE, "\"a|3\" comes more than once");
        Event::JobWarning { warning: problem.with("handle", "a|3") }
    };
    let started =
        |asset| Event::AssetStarted { asset, attempt: 1, effective_request: "wid=1".into() };
    let failed = || Event::AssetFailed {
        asset: asset(4, "", AssetType::Unspecified),
        error: Problem::new("ASSET_NOT_FOUND", "\"a|4\" is no asset"),
        counts: Counts::default(),
    };
    for (events, expected) in [
        (
            vec![accepted()],
            vec![
                (BeginExport, "The export has begun."),
                (OriginalJobName, "spring"),
                (JobClient, "192.0.2.1"),
                (JobType, "Export"),
                (TotalFileCount, "1234"),
                (InitiatingJobName, "nightly"),
            ],
        ),
        (
            vec![duplicate()],
            vec![(DuplicateSkipped, "a|3 was requested more than once and is exported only once.")],
        ),
        (
            vec![Event::JobWarning { warning: Problem::new("SOMETHING", "it is odd") }],
            vec![(ExportWarning, "About the job: it is odd")],
        ),
        (vec![started(cat())], vec![(FileBegin, "Export of cat.png (Image, a|3) has begun.")]),
        (
            vec![started(asset(5, "b", AssetType::AdjustedView))],
            vec![(FileBegin, "Export of b (AdjustedView, a|5) has begun.")],
        ),
        (
            vec![started(asset(4, "", AssetType::Unspecified))],
            vec![(FileBegin, "Export of a|4 has begun.")],
        ),
        (
            vec![completed(&["cat.jpg"])],
            vec![
                (ExportSuccess, "cat.png was exported as cat.jpg."),
                (FileEnd, "Export of cat.png has ended."),
            ],
        ),
        (
            vec![warning("ODD", "odd"), completed(&["cat-1.jpg", "cat-2.jpg"])],
            vec![
                (
                    ExportWarning,
                    "cat.png was exported as cat-1.jpg, cat-2.jpg, with a warning: odd",
                ),
                (FileEnd, "Export of cat.png has ended."),
            ],
        ),
        (
            vec![warning("ODD", "odd"), warning("OLD", "old"), completed(&["c.jpg"])],
            vec![
                (ExportWarning, "cat.png was exported as c.jpg, with 2 warnings; the first: odd"),
                (FileEnd, "Export of cat.png has ended."),
            ],
        ),
        (
            vec![failed()],
            vec![
                (
                    ExportError,
                    "a|4 could not be exported: the asset does not exist (\"a|4\" is no asset)",
                ),
                (FileEnd, "Export of a|4 has ended."),
            ],
        ),
        (
            vec![Event::AssetCancelled { asset: cat() }],
            vec![(FileCancel, "cat.png was not processed because the job was stopped.")],
        ),
        (
            vec![finished(None)],
            vec![(
                EndExport,
                "The export has ended: stopped. 2 assets: 1 exported (0 with warnings), 0 \
                 failed, 1 not processed.",
            )],
        ),
        (
            vec![finished(Some(Problem::new("BROKEN", "the disk is gone")))],
            vec![
                (FatalError, "The job could not go on: the disk is gone"),
                (
                    EndExport,
                    "The export has ended: failed. 2 assets: 1 exported (0 with warnings), 0 \
                     failed, 1 not processed.",
                ),
            ],
        ),
        (
            vec![
                Event::JobStarted {
                    run_name: "spring_1".into(),
                    total: 1,
                    resolved_macro: String::new(),
                },
                Event::JobStateChanged {
                    from: JobState::Running,
                    to: JobState::Stopping,
                    actor: "client".into(),
                },
            ],
            vec![],
        ),
    ] {
        let rows = rows_of(&job(), &events);
        let found: Vec<_> =
            rows.iter().map(|row| (row.log_type, row.message.text(Language::English))).collect();
        let expected: Vec<_> =
            expected.into_iter().map(|(log_type, text)| (log_type, text.to_owned())).collect();
        assert_eq!(found, expected, "{events:?}");
    }
}

#[test]
fn a_job_of_no_address_and_no_schedule_has_a_shorter_header() {
    let row = JobRow {
        client_id: "the shop".into(),
        original_name: "x".into(),
        state: "running".into(),
        ..JobRow::default()
    };
    let plain = LoggedJob::of(&row);
    use JobLogType::*;
    let expected = [BeginExport, OriginalJobName, JobType, TotalFileCount];
    assert_eq!(types(&plain, EventKind::JobAccepted), expected);
    let client = |client_id: &str| {
        LoggedJob::of(&JobRow { client_id: client_id.into(), ..row.clone() }).client.is_some()
    };
    for (client_id, is_address) in [
        ("192.0.2.1", true),
        ("2001:db8::1", true),
        (" 192.0.2.1 ", true),
        ("192.0.2.1:80", false),
        ("192.0.2.256", false),
        ("", false),
    ] {
        assert_eq!(client(client_id), is_address, "{client_id:?}");
    }
}

/// A job has no log while it waits, and one from its start or its stop on.
#[test]
fn a_log_begins_with_its_run() {
    let begun = |state: &str, started_ms| {
        LoggedJob::of(&JobRow { state: state.into(), started_ms, ..JobRow::default() }).begun
    };
    assert!(!begun("new", 0) && !begun("waiting", 0));
    assert!(begun("running", 5) && begun("stopping", 0) && begun("done", 0));
    assert!(begun("waiting", 5), "waits again after a restart");
}

/// What a row says besides its text.
#[test]
fn rows_name_the_asset_the_reason_and_the_warnings() {
    let events = [warning("ODD", "odd"), warning("OLD", "old"), completed(&["c.jpg"])];
    let [warned, end] = rows_of(&job(), &events).try_into().unwrap();
    assert_eq!((warned.seq, warned.place, end.seq, end.place), (12, 0, 12, 1));
    assert_eq!((warned.asset.as_ref(), end.asset.as_ref()), (Some(&cat()), Some(&cat())));
    assert_eq!((warned.reason.as_str(), end.reason.as_str()), ("ODD", ""));
    let texts: Vec<_> =
        warned.warnings.iter().map(|w| w.message().text(Language::English)).collect();
    assert_eq!(texts, ["odd", "old"]);
    assert!(end.warnings.is_empty());

    let error = Problem::new("DECODE_FAILED", "cut");
    let failed = Event::AssetFailed { asset: cat(), error, counts: Counts::default() };
    let [failed, end] = rows_of(&job(), &[failed]).try_into().unwrap();
    assert_eq!((failed.reason.as_str(), end.reason.as_str()), ("DECODE_FAILED", ""));

    let problem = Problem::new(DUPLICATE_HANDLE, "twice").with("handle", "a|9");
    let [skipped] = rows_of(&job(), &[Event::JobWarning { warning: problem }]).try_into().unwrap();
    assert_eq!(
        skipped.asset.map(|asset| (asset.handle, asset.name)),
        Some(("a|9".into(), "".into()))
    );
    assert_eq!(skipped.reason, DUPLICATE_HANDLE);

    // as stored by versions that did not write the handle
    let problem = Problem::new(DUPLICATE_HANDLE, "\"a|9\" comes more than once");
    let [skipped] = rows_of(&job(), &[Event::JobWarning { warning: problem }]).try_into().unwrap();
    assert!(skipped.message.text(Language::English).contains("\"a|9\" comes more than once"));
    assert_eq!(skipped.asset, None);
}

/// What was found at submit, an hour before the start, is dated at the start.
#[test]
fn no_row_is_older_than_its_run() {
    let waited = LoggedJob { started_ms: 3_600_000, ..job() };
    let accepted =
        Event::JobAccepted { original_name: "spring".into(), total: 1, schedule: String::new() };
    assert!(rows_of(&waited, &[accepted]).iter().all(|row| row.time_ms == 3_600_000));
    assert!(rows_of(&job(), &[finished(None)]).iter().all(|row| row.time_ms == 1000));
}

/// Only warnings of the same asset make it one with warnings.
#[test]
fn kinds_tell_an_asset_with_warnings_from_one_without() {
    let other = Event::AssetWarning {
        asset: asset(4, "dog.png", AssetType::Image),
        warning: Problem::new("ODD", "odd"),
    };
    let kinds = |events: &[Event]| -> Vec<_> { stored(events).iter().map(|e| e.kind).collect() };
    assert_eq!(kinds(&[other.clone(), completed(&["c"])]), ["asset_warning", "asset_completed"]);
    assert_eq!(
        kinds(&[other, warning("A", "a"), completed(&["c"])]),
        ["asset_warning", "asset_warning", "asset_warned"]
    );
    for kind in EventKind::ALL {
        assert_eq!(EventKind::from_code(kind.code()), Some(kind));
    }
    assert_eq!(EventKind::from_code(""), None);
}

#[test]
fn positions_are_numbers_and_back() {
    for position in [
        Position { group: 0, seq: 1, place: 0 },
        Position { group: 0, seq: 1, place: 5 },
        Position { group: 14, seq: (1 << 48) - 1, place: 15 },
    ] {
        let number = position.to_number();
        assert!(number > 0);
        assert_eq!(Position::from_number(number), position);
    }
    for number in [0, 1, i64::MAX] {
        assert_eq!(Position::from_number(number).to_number(), number);
    }
}

#[test]
fn constants_are_written_as_scene7_writes_them() {
    assert_eq!(constant("JOB_LOG_TYPE_FILE_END", "JOB_LOG_TYPE_"), "FileEnd");
    assert_eq!(constant("ASSET_TYPE_PSD_TEMPLATE", "ASSET_TYPE_"), "PsdTemplate");
    assert_eq!(constant("ASSET_TYPE_IMAGE", "ASSET_TYPE_"), "Image");
}
