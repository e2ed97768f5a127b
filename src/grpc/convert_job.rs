//! SubmitJobRequest to the domain, jobs and artifacts to the wire.

use super::{convert, status};
use crate::config::Config;
use crate::error::{CallerError, Violation};
use crate::jobs::now_ms;
use crate::jobs::schedule::{Schedule, TIME_ZONE_UNKNOWN};
use crate::jobs::schedules::{Trigger, When};
use crate::jobs::submit::{Submit, Submitted};
use crate::jobs::vocabulary::{
    Collision, ExportKind, ExportRequest, JobOutcome, JobState, Layout, Package, Rendition,
    job_handle, schedule_handle,
};
use crate::notify::locale::{LOCALE_SYNTAX, Locale};
use crate::notify::when::MailSetting;
use crate::proto::{self, active_job, scheduled_job, submit_job_request};
use crate::store::artifacts::ArtifactRow;
use crate::store::jobs::{Counts, JobRow};
use crate::store::schedules::ScheduleRow;
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Most addresses of `cc_emails`: the limit of EmailArray (03 §2.5).
const MAX_CC: usize = 5;

/// Most renditions of one job.
const MAX_RENDITIONS: usize = 32;

/// How far exec_time may be over (03 §2.4).
const PAST_MS: i64 = 60_000;

/// Most warnings of one answer; the job's events have them all.
const MAX_WARNINGS: usize = 100;

/// Checks the fields of a request and collects what is wrong with them; the
/// job's own checks go on from there.
pub fn submit(config: &Config, request: proto::SubmitJobRequest) -> Result<Submit, CallerError> {
    let digest = hex::encode(Sha256::digest(request.encode_to_vec()));
    let company = convert::company(config, &request.company_handle)?;
    let mut violations = Vec::new();
    let schedule = schedule(config, request.schedule, &mut violations);
    if request.user_handle.len() > 320 {
        let text = format!("{} bytes: at most 320 are allowed", request.user_handle.len());
        violations.push(Violation::new("user_handle", "INVALID_PARAMETER", text));
    }
    if !request.locale.is_empty()
        && let Err(error) = Locale::parse(&request.locale)
    {
        violations.push(Violation::new("locale", LOCALE_SYNTAX, error.to_string()));
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
        locale: request.locale,
        user_handle: request.user_handle,
        schedule,
        firing: None,
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
    if job.client_id.len() > 256 {
        let text = format!("{} bytes: at most 256 are allowed", job.client_id.len());
        violations.push(Violation::new("export_job.client_id", "INVALID_PARAMETER", text));
    }
    let options = job.options.clone().unwrap_or_default();
    for address in &options.cc_emails {
        if !address.contains('@') || address.len() > 320 {
            let text = format!("{address:?} is no mail address");
            violations.push(Violation::new(
                "export_job.options.cc_emails",
                "INVALID_PARAMETER",
                text,
            ));
        }
    }
    if options.cc_emails.len() > MAX_CC {
        let text = format!("{} addresses: at most {MAX_CC} are allowed", options.cc_emails.len());
        violations.push(Violation::new("export_job.options.cc_emails", "INVALID_PARAMETER", text));
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
    let package = word("export_job.options.package_mode", options.package_mode, violations);
    let package = match package {
        proto::PackageMode::Files => Package::Files,
        proto::PackageMode::Zip | proto::PackageMode::Unspecified => Package::Zip,
    };
    let layout = match word("export_job.options.layout", options.layout, violations) {
        proto::ExportLayout::Unspecified | proto::ExportLayout::Flat => Layout::Flat,
        proto::ExportLayout::PreserveFolders => Layout::PreserveFolders,
        proto::ExportLayout::FolderPerAsset => Layout::FolderPerAsset,
    };
    let email = match word("export_job.email_setting", job.email_setting, violations) {
        proto::EmailSetting::Unspecified | proto::EmailSetting::None => MailSetting::None,
        proto::EmailSetting::All => MailSetting::All,
        proto::EmailSetting::Error => MailSetting::Error,
        proto::EmailSetting::ErrorAndWarning => MailSetting::ErrorAndWarning,
        proto::EmailSetting::JobCompletion => MailSetting::JobCompletion,
    };
    let renditions = renditions(job, kind, violations);
    ExportRequest {
        kind,
        is_modifier: job.is_modifier.clone(),
        macro_call: job.r#macro.clone(),
        client_id: job.client_id.clone(),
        collision,
        package,
        layout,
        name_template: options.name_template,
        manifest: options.include_manifest.unwrap_or(package == Package::Zip),
        renditions,
        email,
        cc_emails: options.cc_emails,
        skip_non_convertible: options.skip_non_convertible,
        strict: options.strict,
        lenient: options.lenient,
    }
}

/// 03 §2.1: 1 to 128 characters, no control characters and no `|`.
/// The value of an enum; `Default` with a violation when it has none.
fn word<T: TryFrom<i32> + Default>(field: &str, number: i32, violations: &mut Vec<Violation>) -> T {
    T::try_from(number).unwrap_or_else(|_| {
        let text = format!("{number} is no value of this enum");
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
        T::default()
    })
}

/// When to run; `None`: now.
fn schedule(
    config: &Config,
    wanted: Option<submit_job_request::Schedule>,
    violations: &mut Vec<Violation>,
) -> Option<When> {
    match wanted? {
        submit_job_request::Schedule::ExecTime(time) => {
            let ms =
                time.seconds.checked_mul(1000)?.checked_add(i64::from(time.nanos) / 1_000_000)?;
            if ms < now_ms() - PAST_MS {
                let text = "it is more than 60 seconds over";
                violations.push(Violation::new("exec_time", "EXEC_TIME_IN_PAST", text));
            }
            Some(When::Once(ms.max(1)))
        }
        submit_job_request::Schedule::ExecSchedule(cron) => {
            let zone = Some(cron.time_zone.as_str()).filter(|zone| !zone.is_empty());
            match Schedule::parse(&cron.expression, zone, &config.jobs.time_zone) {
                Ok(schedule) => Some(When::Repeat {
                    expression: cron.expression,
                    time_zone: cron.time_zone,
                    schedule,
                }),
                Err(wrong) => {
                    let field = match wrong.reason {
                        TIME_ZONE_UNKNOWN => "exec_schedule.time_zone",
                        _ => "exec_schedule.expression",
                    };
                    violations.push(Violation::new(field, wrong.reason, wrong.message));
                    None
                }
            }
        }
    }
}

fn renditions(
    job: &proto::ExportJob,
    kind: ExportKind,
    violations: &mut Vec<Violation>,
) -> Vec<Rendition> {
    let field = "export_job.renditions";
    if !job.renditions.is_empty() && kind == ExportKind::Orig {
        let text = "renditions are conversions: say EXPORT_FMT_CONVERT";
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
    }
    if job.renditions.len() > MAX_RENDITIONS {
        let text =
            format!("{} renditions: at most {MAX_RENDITIONS} are allowed", job.renditions.len());
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
    }
    let mut names = BTreeSet::new();
    for (number, rendition) in job.renditions.iter().enumerate() {
        let name = &rendition.name;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let problem = if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
            format!("{name:?} is no name: 1 to 64 letters, digits, \"-\", \"_\" and \".\"")
        } else if !names.insert(name.to_ascii_lowercase()) {
            format!("{name:?} comes more than once")
        } else {
            continue;
        };
        violations.push(Violation::new(format!("{field}[{number}].name"), "NAME_SYNTAX", problem));
    }
    let domain = |rendition: &proto::Rendition| Rendition {
        name: rendition.name.clone(),
        is_modifier: rendition.is_modifier.clone(),
        macro_call: rendition.r#macro.clone(),
        effective: String::new(),
    };
    job.renditions.iter().take(MAX_RENDITIONS).map(domain).collect()
}

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
