//! Jobs, schedules and artifacts to the wire.

use super::{convert, status};
use crate::jobs::schedules::Trigger;
use crate::jobs::submit::Submitted;
use crate::jobs::vocabulary::{
    Collision, ExportKind, ExportRequest, JobOutcome, JobState, Layout, Package, Rendition,
    job_handle, schedule_handle,
};
use crate::notify::when::MailSetting;
use crate::proto::{self, active_job, scheduled_job};
use crate::store::artifacts::ArtifactRow;
use crate::store::jobs::{Counts, JobRow};
use crate::store::schedules::ScheduleRow;
use std::collections::BTreeSet;

/// Most warnings of one answer; the job's events have them all.
const MAX_WARNINGS: usize = 100;

/// The answer to a submit.
pub fn submitted(answer: Submitted) -> proto::SubmitJobResponse {
    let mut warnings: Vec<_> =
        answer.warnings.iter().take(MAX_WARNINGS).map(status::problem).collect();
    if answer.warnings.len() > MAX_WARNINGS {
        let more = answer.warnings.len() - MAX_WARNINGS;
        let text = format!("{more} more warnings are among the job's events");
        warnings.push(status::problem(&crate::error::Problem::new("MORE_WARNINGS", text)));
    }
    proto::SubmitJobResponse {
        job_handle: answer.job_handle,
        next_fire_time: convert::timestamp(answer.next_fire_ms),
        warnings,
    }
}

/// The fields of `ActiveJob` that a read mask may name.
pub const JOB_FIELDS: [&str; 22] = [
    "company_handle",
    "job_handle",
    "name",
    "original_name",
    "type",
    "state",
    "outcome",
    "submit_user_email",
    "locale",
    "description",
    "server_name",
    "start_date",
    "trigger_time",
    "end_date",
    "total_size",
    "progress",
    "progress_message",
    "last_progress_update",
    "last_sequence",
    "counts",
    "export_job",
    "upload_urls_job",
];

/// A state on the wire.
pub fn state(state: JobState) -> proto::ActiveJobState {
    match state {
        JobState::New => proto::ActiveJobState::New,
        JobState::Waiting => proto::ActiveJobState::WaitingCoordinator,
        JobState::Running => proto::ActiveJobState::Running,
        JobState::Paused => proto::ActiveJobState::Paused,
        JobState::Stopping => proto::ActiveJobState::Stopping,
        JobState::Done => proto::ActiveJobState::Done,
    }
}

/// An outcome on the wire.
pub fn outcome(outcome: JobOutcome) -> proto::JobOutcome {
    match outcome {
        JobOutcome::Succeeded => proto::JobOutcome::Succeeded,
        JobOutcome::SucceededWithWarnings => proto::JobOutcome::SucceededWithWarnings,
        JobOutcome::CompletedWithErrors => proto::JobOutcome::CompletedWithErrors,
        JobOutcome::Stopped => proto::JobOutcome::Stopped,
        JobOutcome::Failed => proto::JobOutcome::Failed,
    }
}

/// Counters on the wire.
pub fn counts(row: Counts) -> proto::JobCounts {
    proto::JobCounts {
        total: row.total,
        success: row.success,
        error: row.error,
        warning: row.warning,
        duplicate: row.duplicate,
        cancelled: row.cancelled,
        transfer_success: row.transfer_success,
        transfer_error: row.transfer_error,
        transfer_warning: row.transfer_warning,
        bytes_out: row.bytes_out,
    }
}

/// Percent of the items that are settled; 100 only when all are.
pub fn percent(counts: Counts) -> i32 {
    let settled = counts.success + counts.error + counts.cancelled;
    match counts.total {
        0 => 100,
        total => (settled * 100 / total) as i32,
    }
}

/// A job on the wire. `handles` are its items'.
pub fn active_job(
    row: &JobRow,
    handles: Vec<String>,
    mask: Option<&BTreeSet<String>>,
) -> proto::ActiveJob {
    let has = |field: &str| mask.is_none_or(|mask| mask.contains(field));
    let text = |field: &str, value: &str| if has(field) { value.to_owned() } else { String::new() };
    let time = |field: &str, ms: i64| convert::timestamp(if has(field) { ms } else { 0 });
    let row_counts = row.counts;
    let settled = row_counts.success + row_counts.error + row_counts.cancelled;
    let message = format!("{settled} of {} assets settled", row_counts.total);
    let ended = JobOutcome::from_code(&row.outcome).map_or(0, |o| outcome(o) as i32);
    let state = state(JobState::from_code(&row.state));
    proto::ActiveJob {
        company_handle: text("company_handle", &row.company),
        job_handle: text("job_handle", &job_handle(&row.company, &row.run_name, row.id)),
        name: text("name", &row.run_name),
        original_name: text("original_name", &row.original_name),
        r#type: if has("type") { proto::JobType::Export as i32 } else { 0 },
        state: if has("state") { state as i32 } else { 0 },
        outcome: if has("outcome") { ended } else { 0 },
        submit_user_email: text("submit_user_email", &row.user_handle),
        locale: text("locale", &row.locale),
        description: text("description", &row.description),
        server_name: String::new(),
        start_date: time("start_date", row.started_ms),
        trigger_time: time("trigger_time", row.submitted_ms),
        end_date: time("end_date", row.ended_ms),
        total_size: if has("total_size") { row_counts.bytes_out } else { 0 },
        progress: if has("progress") { percent(row_counts) } else { 0 },
        progress_message: text("progress_message", &message),
        last_progress_update: time("last_progress_update", row.settled_ms),
        last_sequence: if has("last_sequence") { row.last_seq as u64 } else { 0 },
        counts: has("counts").then(|| counts(row_counts)),
        job: has("export_job")
            .then(|| export_job(&row.request, handles))
            .flatten()
            .map(active_job::Job::ExportJob),
    }
}

fn export_job(request: &str, handles: Vec<String>) -> Option<proto::ExportJob> {
    let request: ExportRequest = serde_json::from_str(request).ok()?;
    let fmt = match request.kind {
        ExportKind::Orig => proto::ExportFmt::Orig,
        ExportKind::Convert => proto::ExportFmt::Convert,
    };
    let collision_policy = match request.collision {
        Collision::Rename => proto::CollisionPolicy::Rename,
        Collision::Fail => proto::CollisionPolicy::Fail,
    };
    let package_mode = match request.package {
        Package::Files => proto::PackageMode::Files,
        Package::Zip => proto::PackageMode::Zip,
    };
    let layout = match request.layout {
        Layout::Flat => proto::ExportLayout::Flat,
        Layout::PreserveFolders => proto::ExportLayout::PreserveFolders,
        Layout::FolderPerAsset => proto::ExportLayout::FolderPerAsset,
    };
    let email_setting = match request.email {
        MailSetting::All => proto::EmailSetting::All,
        MailSetting::Error => proto::EmailSetting::Error,
        MailSetting::ErrorAndWarning => proto::EmailSetting::ErrorAndWarning,
        MailSetting::JobCompletion => proto::EmailSetting::JobCompletion,
        MailSetting::None => proto::EmailSetting::None,
    };
    let wire = |rendition: Rendition| proto::Rendition {
        name: rendition.name,
        is_modifier: rendition.is_modifier,
        r#macro: rendition.macro_call,
    };
    Some(proto::ExportJob {
        asset_handle_array: Some(proto::HandleArray { items: handles }),
        fmt: fmt as i32,
        is_modifier: request.is_modifier,
        r#macro: request.macro_call,
        email_setting: email_setting as i32,
        client_id: request.client_id,
        options: Some(proto::ExportOptions {
            package_mode: package_mode as i32,
            layout: layout as i32,
            collision_policy: collision_policy as i32,
            name_template: request.name_template,
            include_manifest: Some(request.manifest),
            skip_non_convertible: request.skip_non_convertible,
            cc_emails: request.cc_emails,
            strict: request.strict,
            lenient: request.lenient,
        }),
        renditions: request.renditions.into_iter().map(wire).collect(),
    })
}

/// A schedule on the wire. `last_run` is the handle of its latest run.
pub fn scheduled_job(row: &ScheduleRow, last_run: String) -> proto::ScheduledJob {
    let once = row.expression.is_empty();
    let trigger = match Trigger::from_code(&row.trigger_state) {
        Trigger::Normal => proto::JobTriggerState::Normal,
        Trigger::Paused => proto::JobTriggerState::Paused,
        Trigger::Complete => proto::JobTriggerState::Complete,
        Trigger::Blocked => proto::JobTriggerState::Blocked,
    };
    let handles = serde_json::from_str(&row.handles).unwrap_or_default();
    proto::ScheduledJob {
        company_handle: row.company.clone(),
        job_handle: schedule_handle(&row.company, &row.name, row.id),
        name: row.name.clone(),
        original_name: row.original_name.clone(),
        r#type: proto::JobType::Export as i32,
        submit_user_email: row.user_handle.clone(),
        locale: row.locale.clone(),
        description: row.description.clone(),
        exec_time: once.then(|| convert::timestamp(row.next_fire_ms)).flatten(),
        exec_schedule: (!once).then(|| proto::CronSchedule {
            expression: row.expression.clone(),
            time_zone: row.time_zone.clone(),
        }),
        next_fire_time: convert::timestamp(row.next_fire_ms),
        trigger_state: trigger as i32,
        last_run_job_handle: last_run,
        job: export_job(&row.request, handles).map(scheduled_job::Job::ExportJob),
    }
}

/// An artifact on the wire; its id is its number.
pub fn artifact(row: &ArtifactRow) -> proto::Artifact {
    proto::Artifact {
        artifact_id: row.idx.to_string(),
        file_name: row.file_name.clone(),
        mime_type: row.mime_type.clone(),
        size_bytes: row.size,
        sha256: convert::checksum(&row.sha256),
        expire_time: convert::timestamp(row.expires_ms),
        part: row.part as i32,
    }
}
