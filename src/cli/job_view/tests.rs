use super::*;
use crate::proto::{
    AssetCancelled, AssetCompleted, AssetFailed, AssetStarted, AssetWarning, JobAccepted,
    JobStarted, JobWarning,
};
use prost::Message as _;

fn asset(index: i32, name: &str) -> Option<AssetRef> {
    Some(AssetRef {
        index,
        asset_handle: format!("a|{}", index + 1),
        asset_name: name.into(),
        ..Default::default()
    })
}

fn status(message: &str, reason: &str) -> Option<tonic_types::Status> {
    let info = tonic_types::pb::ErrorInfo { reason: reason.into(), ..Default::default() };
    Some(tonic_types::Status {
        code: 3,
        message: message.into(),
        details: vec![prost_types::Any {
            type_url: "type.googleapis.com/google.rpc.ErrorInfo".into(),
            value: info.encode_to_vec(),
        }],
    })
}

fn milliseconds(value: i32) -> Option<prost_types::Duration> {
    Some(prost_types::Duration { seconds: 0, nanos: value * 1_000_000 })
}

/// A job of four assets: one good, one with a warning, one broken, one cancelled.
fn events() -> Vec<Event> {
    let output = |name: &str| OutputFile {
        name: name.into(),
        size_bytes: 312_000,
        width: 640,
        height: 427,
        ..Default::default()
    };
    let counts = JobCounts {
        total: 4,
        success: 2,
        error: 1,
        warning: 1,
        cancelled: 1,
        bytes_out: 624_000,
        ..Default::default()
    };
    vec![
        Event::JobAccepted(JobAccepted { original_name: "export".into(), total: 4 }),
        Event::JobStarted(JobStarted { run_name: "export_20260102".into(), ..Default::default() }),
        Event::JobWarning(JobWarning {
            warning: status("no fmt, so jpeg is written", "FMT_DEFAULTED"),
        }),
        Event::AssetStarted(AssetStarted { asset: asset(0, "rocket.jpg"), ..Default::default() }),
        Event::AssetCompleted(AssetCompleted {
            asset: asset(0, "rocket.jpg"),
            files: vec![output("rocket.png")],
            elapsed: milliseconds(123),
            counts: None,
        }),
        Event::AssetWarning(AssetWarning {
            asset: asset(1, "logo.png"),
            warning: status("the transparency is lost", "ALPHA_REMOVED"),
        }),
        Event::AssetCompleted(AssetCompleted {
            asset: asset(1, "logo.png"),
            files: vec![output("logo.jpg")],
            elapsed: milliseconds(45),
            counts: None,
        }),
        Event::AssetFailed(AssetFailed {
            asset: asset(2, "broken.jpg"),
            error: status("the file ends in the middle", "DECODE_FAILED"),
            ..Default::default()
        }),
        Event::AssetCancelled(AssetCancelled { asset: asset(3, "") }),
        Event::JobFinished(JobFinished {
            outcome: JobOutcome::CompletedWithErrors.into(),
            counts: Some(counts),
            elapsed: milliseconds(900),
            ..Default::default()
        }),
    ]
}

#[test]
fn events_as_lines() {
    let lines: Vec<String> = events().iter().filter_map(line).collect();
    assert_eq!(
        lines.join("\n"),
        "\
accepted  export, 4 assets
started   export_20260102
warning   no fmt, so jpeg is written [FMT_DEFAULTED]
done      rocket.jpg -> rocket.png (312 kB, 640x427) in 0.12 s
warning   logo.png: the transparency is lost [ALPHA_REMOVED]
done      logo.png -> logo.jpg (312 kB, 640x427) in 0.04 s
failed    broken.jpg: the file ends in the middle [DECODE_FAILED]
cancelled a|4
finished  completed with errors: 2 of 4 assets exported, 1 with warnings, 1 failed, 1 cancelled, 624 kB in 0.90 s"
    );
}

#[test]
fn the_final_table_is_in_the_order_of_the_request() {
    let mut view = JobView::new(false);
    for event in events().iter().rev() {
        view.record(event);
    }
    // Warnings come before the end of their asset, as the contract says.
    view.rows.clear();
    for event in &events() {
        view.record(event);
    }
    assert_eq!(
        view.table(),
        "\
asset       output        size   pixels    time  status
rocket.jpg  rocket.png  312 kB  640x427  0.12 s  ok
logo.png    logo.jpg    312 kB  640x427  0.04 s  ok, 1 warning
broken.jpg                                       failed: the file ends in the middle [DECODE_FAILED]
a|4                                              cancelled"
    );
}

#[test]
fn a_large_job_shows_what_needs_attention() {
    let mut view = JobView::new(false);
    for index in 0..1000 {
        view.record(&Event::AssetCompleted(AssetCompleted {
            asset: asset(index, "x.jpg"),
            ..Default::default()
        }));
    }
    view.record(&Event::AssetFailed(AssetFailed {
        asset: asset(1000, "broken.jpg"),
        error: status("the file ends in the middle", "DECODE_FAILED"),
        ..Default::default()
    }));
    assert_eq!(
        view.table(),
        "\
asset       output  size  pixels  time  status
broken.jpg                              failed: the file ends in the middle [DECODE_FAILED]
… and 1000 further assets"
    );
}

#[test]
fn a_fatal_error_is_part_of_the_ending() {
    let finished = JobFinished {
        outcome: JobOutcome::Failed.into(),
        counts: Some(JobCounts { total: 1, ..Default::default() }),
        fatal_error: true,
        error: status("the macro $web$ is gone", "UNKNOWN_MACRO"),
        elapsed: milliseconds(10),
    };
    assert_eq!(
        ending(&finished),
        "failed: the macro $web$ is gone [UNKNOWN_MACRO]: 0 of 1 asset exported, 0 B in 0.01 s"
    );
    assert!(!succeeded(&finished));
}
