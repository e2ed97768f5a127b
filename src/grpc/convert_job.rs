//! SubmitJobRequest to the domain, jobs and artifacts to the wire.

use super::{assets, convert, status};
use crate::config::Config;
use crate::error::{CallerError, Violation};
use crate::jobs::submit::{Submit, Submitted};
use crate::jobs::vocabulary::{
    Collision, ExportKind, ExportRequest, JobOutcome, JobState, job_handle,
};
use crate::proto::{self, active_job, submit_job_request};
use crate::store::artifacts::ArtifactRow;
use crate::store::jobs::{Counts, JobRow};
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Most warnings of one answer; the job's events have them all.
const MAX_WARNINGS: usize = 100;

/// Checks the fields of a request and collects what is wrong with them; the
/// job's own checks go on from there.
pub fn submit(config: &Config, request: proto::SubmitJobRequest) -> Result<Submit, CallerError> {
    let digest = hex::encode(Sha256::digest(request.encode_to_vec()));
    let company = convert::company(config, &request.company_handle)?;
    let mut violations = Vec::new();
    for (field, set) in
        [("user_handle", !request.user_handle.is_empty()), ("locale", !request.locale.is_empty())]
    {
        if set {
            violations.push(Violation::unimplemented(field));
        }
    }
    match request.schedule {
        None => {}
        Some(submit_job_request::Schedule::ExecTime(_)) => {
            violations.push(Violation::unimplemented("exec_time"));
        }
        Some(submit_job_request::Schedule::ExecSchedule(_)) => {
            violations.push(Violation::unimplemented("exec_schedule"));
        }
    }
    check_name(&request.job_name, &mut violations);
    if request.description.len() > 4096 {
        let text = format!("{} bytes: at most 4096 are allowed", request.description.len());
        violations.push(Violation::new("description", "INVALID_PARAMETER", text));
    }
    if !request.request_id.is_empty() && !is_uuid(&request.request_id) {
        let text = format!(
            "{:?} is not a UUID such as 123e4567-e89b-42d3-a456-426614174000",
            request.request_id
        );
        violations.push(Violation::new("request_id", "INVALID_PARAMETER", text));
    }
    let job = match request.job {
        Some(submit_job_request::Job::ExportJob(job)) => job,
        Some(submit_job_request::Job::UploadUrlsJob(_)) => {
            violations.push(Violation::unimplemented("upload_urls_job"));
            return Err(CallerError::Invalid(violations));
        }
        None => {
            let text = "say what to do: export_job is missing";
            violations.push(Violation::new("export_job", "MISSING_PARAMETER", text));
            return Err(CallerError::Invalid(violations));
        }
    };
    let export = export_request(&job, &mut violations);
    Ok(Submit {
        company,
        job_name: request.job_name,
        description: request.description,
        handles: job.asset_handle_array.unwrap_or_default().items,
        export,
        request_id: request.request_id,
        digest,
        validate_only: request.validate_only,
        violations,
    })
}

fn export_request(job: &proto::ExportJob, violations: &mut Vec<Violation>) -> ExportRequest {
    let kind = match proto::ExportFmt::try_from(job.fmt) {
        Ok(proto::ExportFmt::Orig) => ExportKind::Orig,
        Ok(proto::ExportFmt::Convert) => ExportKind::Convert,
        _ => {
            let text = "say EXPORT_FMT_ORIG for the files as uploaded or EXPORT_FMT_CONVERT for \
                conversions";
            violations.push(Violation::new("export_job.fmt", "MISSING_PARAMETER", text));
            // A modifier that was given is checked too; none is not asked for.
            match job.is_modifier.is_empty() && job.r#macro.is_empty() {
                true => ExportKind::Orig,
                false => ExportKind::Convert,
            }
        }
    };
    if assets::mails(job.email_setting) {
        violations.push(Violation::unimplemented("export_job.email_setting"));
    }
    if job.client_id.len() > 256 {
        let text = format!("{} bytes: at most 256 are allowed", job.client_id.len());
        violations.push(Violation::new("export_job.client_id", "INVALID_PARAMETER", text));
    }
    let options = job.options.clone().unwrap_or_default();
    let flat = [proto::ExportLayout::Unspecified as i32, proto::ExportLayout::Flat as i32];
    for (field, set) in [
        ("package_mode", options.package_mode == proto::PackageMode::Zip as i32),
        ("layout", !flat.contains(&options.layout)),
        ("name_template", !options.name_template.is_empty()),
        ("include_manifest", options.include_manifest == Some(true)),
        ("cc_emails", !options.cc_emails.is_empty()),
    ] {
        if set {
            violations.push(Violation::unimplemented(format!("export_job.options.{field}")));
        }
    }
    if options.strict && options.lenient {
        let text = "strict and lenient exclude each other";
        violations.push(Violation::new("export_job.options.strict", "INVALID_PARAMETER", text));
    }
    let collision = match proto::CollisionPolicy::try_from(options.collision_policy) {
        Ok(proto::CollisionPolicy::Fail) => Collision::Fail,
        Ok(_) => Collision::Rename,
        Err(_) => {
            let field = "export_job.options.collision_policy";
            let text = format!("{} is no value of CollisionPolicy", options.collision_policy);
            violations.push(Violation::new(field, "INVALID_PARAMETER", text));
            Collision::Rename
        }
    };
    if proto::PackageMode::try_from(options.package_mode).is_err() {
        let text = format!("{} is no value of PackageMode", options.package_mode);
        let field = "export_job.options.package_mode";
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
    }
    ExportRequest {
        kind,
        is_modifier: job.is_modifier.clone(),
        macro_call: job.r#macro.clone(),
        client_id: job.client_id.clone(),
        collision,
        skip_non_convertible: options.skip_non_convertible,
        strict: options.strict,
        lenient: options.lenient,
    }
}

/// 03 §2.1: 1 to 128 characters, no control characters and no `|`.
fn check_name(name: &str, violations: &mut Vec<Violation>) {
    let problem = if name.chars().count() > 128 {
        format!("{} characters: at most 128 are allowed", name.chars().count())
    } else if let Some(c) = name.chars().find(|c| c.is_control() || *c == '|') {
        format!("{c:?} is not allowed in the name of a job")
    } else {
        return;
    };
    violations.push(Violation::new("job_name", "INVALID_PARAMETER", problem));
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The answer to a submit.
pub fn submitted(answer: Submitted) -> proto::SubmitJobResponse {
    let mut warnings: Vec<_> =
        answer.warnings.iter().take(MAX_WARNINGS).map(status::problem).collect();
    if answer.warnings.len() > MAX_WARNINGS {
        let more = answer.warnings.len() - MAX_WARNINGS;
        let text = format!("{more} more warnings are among the job's events");
        warnings.push(status::problem(&crate::error::Problem::new("MORE_WARNINGS", text)));
    }
    proto::SubmitJobResponse { job_handle: answer.job_handle, next_fire_time: None, warnings }
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
        transfer_success: 0,
        transfer_error: 0,
        transfer_warning: 0,
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
        submit_user_email: String::new(),
        locale: String::new(),
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
            .then(|| export_job(row, handles))
            .flatten()
            .map(active_job::Job::ExportJob),
    }
}

fn export_job(row: &JobRow, handles: Vec<String>) -> Option<proto::ExportJob> {
    let request: ExportRequest = serde_json::from_str(&row.request).ok()?;
    let fmt = match request.kind {
        ExportKind::Orig => proto::ExportFmt::Orig,
        ExportKind::Convert => proto::ExportFmt::Convert,
    };
    let collision_policy = match request.collision {
        Collision::Rename => proto::CollisionPolicy::Rename,
        Collision::Fail => proto::CollisionPolicy::Fail,
    };
    Some(proto::ExportJob {
        asset_handle_array: Some(proto::HandleArray { items: handles }),
        fmt: fmt as i32,
        is_modifier: request.is_modifier,
        r#macro: request.macro_call,
        email_setting: proto::EmailSetting::None as i32,
        client_id: request.client_id,
        options: Some(proto::ExportOptions {
            package_mode: proto::PackageMode::Files as i32,
            layout: proto::ExportLayout::Flat as i32,
            collision_policy: collision_policy as i32,
            skip_non_convertible: request.skip_non_convertible,
            strict: request.strict,
            lenient: request.lenient,
            ..Default::default()
        }),
    })
}

/// An artifact on the wire; its id is the item's index.
pub fn artifact(row: &ArtifactRow) -> proto::Artifact {
    proto::Artifact {
        artifact_id: row.idx.to_string(),
        file_name: row.file_name.clone(),
        mime_type: row.mime_type.clone(),
        size_bytes: row.size,
        sha256: convert::checksum(&row.sha256),
        expire_time: None,
        part: 0,
    }
}
