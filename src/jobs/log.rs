//! The log of a job (03 §3). Nothing is written twice: the rows of a log are read
//! out of the job's events, each as a message that is put into words for its
//! reader.
//!
//! `JobLogType::FileProgress` is in no log: progress is volatile (03 §6.2).

pub mod pages;

use super::event::{AssetRef, Event, EventKind};
use super::vocabulary::{AssetType, JobLogType, JobState};
use crate::error::Problem;
use crate::notify::catalogue::Message;
use crate::notify::locale::Locale;
use crate::store::jobs::JobRow;
use std::net::IpAddr;

/// What the log of a job needs to know besides its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedJob {
    pub id: i64,
    pub original_name: String,
    /// Where the job came from: its client id, when that is an IP address.
    pub client: Option<IpAddr>,
    pub total: i64,
    /// Whether it is the run of a schedule.
    pub scheduled: bool,
    /// When the first asset was started; 0 before.
    pub started_ms: i64,
    /// Whether there is a log: a job that waits for a worker has none yet.
    pub begun: bool,
    /// Events beyond this number are not looked at.
    pub last_seq: i64,
}

impl LoggedJob {
    /// What of a job's row its log shows.
    pub fn of(row: &JobRow) -> LoggedJob {
        let state = JobState::from_code(&row.state);
        LoggedJob {
            id: row.id,
            original_name: row.original_name.clone(),
            client: row.client_id.trim().parse().ok(),
            total: row.counts.total,
            scheduled: row.schedule_id != 0,
            started_ms: row.started_ms,
            begun: row.started_ms != 0 || matches!(state, JobState::Stopping | JobState::Done),
            last_seq: row.last_seq,
        }
    }
}

/// The locale of a job, for readers who ask for none; `server` is the one of jobs
/// without.
pub fn locale_of(job: &JobRow, server: &str) -> Locale {
    let locale = if job.locale.is_empty() { server } else { &job.locale };
    Locale::parse(locale).unwrap_or_default()
}

/// A stored event.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    pub seq: i64,
    pub time_ms: i64,
    pub kind: EventKind,
    pub event: Event,
}

/// A warning about an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub time_ms: i64,
    pub problem: Problem,
}

impl Warning {
    /// What a person reads of it.
    pub fn message(&self) -> Message {
        with_problem(Message::new("Warning"), &self.problem)
    }
}

/// One row of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRow {
    /// The event that it comes from.
    pub seq: i64,
    /// Its place among the rows of that event, from 0.
    pub place: usize,
    pub time_ms: i64,
    pub log_type: JobLogType,
    pub message: Message,
    /// The asset; a duplicate handle is one of which only the handle is known.
    pub asset: Option<AssetRef>,
    /// The reason of the error or of the first warning; empty when nothing is wrong.
    pub reason: String,
    pub warnings: Vec<Warning>,
}

/// The types of the rows that an event of a kind gives, in order. An event gives
/// at most six.
pub fn types(job: &LoggedJob, kind: EventKind) -> Vec<JobLogType> {
    use JobLogType::*;
    match kind {
        EventKind::JobAccepted => header(job),
        EventKind::JobWarning => vec![ExportWarning],
        EventKind::DuplicateSkipped => vec![DuplicateSkipped],
        EventKind::AssetStarted => vec![FileBegin],
        EventKind::AssetCompleted => vec![ExportSuccess, FileEnd],
        EventKind::AssetWarned => vec![ExportWarning, FileEnd],
        EventKind::AssetFailed => vec![ExportError, FileEnd],
        EventKind::AssetCancelled => vec![FileCancel],
        EventKind::JobFinished => vec![EndExport],
        EventKind::JobFailed => vec![FatalError, EndExport],
        EventKind::JobStarted
        | EventKind::JobStateChanged
        | EventKind::AssetWarning
        | EventKind::ArtifactReady => Vec::new(),
    }
}

/// The rows that a log begins with. They come from the first event, not from
/// `JobStarted`: what was found at submit follows them, and a job that was stopped
/// before its start has them too.
fn header(job: &LoggedJob) -> Vec<JobLogType> {
    use JobLogType::*;
    let mut types = vec![BeginExport, OriginalJobName];
    types.extend(job.client.map(|_| JobClient));
    types.extend([JobType, TotalFileCount]);
    types.extend(job.scheduled.then_some(InitiatingJobName));
    types
}

/// The row of an event at a place of [`types`]. `warnings` are those of the asset.
pub fn row(
    job: &LoggedJob,
    event: &LoggedEvent,
    place: usize,
    log_type: JobLogType,
    warnings: &[Warning],
) -> LogRow {
    let problem = problem(&event.event, warnings);
    let warnings = match log_type {
        JobLogType::ExportWarning => warnings.to_vec(),
        _ => Vec::new(),
    };
    let tells_why = matches!(
        log_type,
        JobLogType::ExportWarning
            | JobLogType::ExportError
            | JobLogType::DuplicateSkipped
            | JobLogType::FatalError
    );
    let reason = problem.filter(|_| tells_why).map_or(String::new(), |p| p.reason.clone());
    LogRow {
        seq: event.seq,
        place,
        // What was found at submit belongs to the run that it was found for.
        time_ms: event.time_ms.max(job.started_ms),
        log_type,
        message: message(job, event, log_type, &warnings),
        asset: event.event.asset().cloned().or_else(|| duplicate(&event.event)),
        reason,
        warnings,
    }
}

/// What is wrong, according to an event.
fn problem<'a>(event: &'a Event, warnings: &'a [Warning]) -> Option<&'a Problem> {
    match event {
        Event::JobWarning { warning } => Some(warning),
        Event::AssetFailed { error, .. } => Some(error),
        Event::JobFinished { error, .. } => error.as_ref(),
        Event::AssetCompleted { .. } => warnings.first().map(|warning| &warning.problem),
        _ => None,
    }
}

/// The handle that came more than once.
fn duplicate(event: &Event) -> Option<AssetRef> {
    let Event::JobWarning { warning } = event else { return None };
    let handle = warning.metadata.get("handle")?.clone();
    let asset_type = AssetType::Unspecified.into();
    Some(AssetRef { index: -1, handle, name: String::new(), asset_type })
}

fn message(
    job: &LoggedJob,
    event: &LoggedEvent,
    log_type: JobLogType,
    warnings: &[Warning],
) -> Message {
    let message = Message::new(&constant(log_type.as_str_name(), "JOB_LOG_TYPE_"));
    match (log_type, &event.event) {
        (JobLogType::OriginalJobName, _) => message.with("value", job.original_name.as_str()),
        (JobLogType::JobClient, _) => {
            message.with("value", job.client.map_or(String::new(), |client| client.to_string()))
        }
        // digits for programs, not a number of the reader's language
        (JobLogType::TotalFileCount, _) => message.with("value", job.total.to_string()),
        (JobLogType::InitiatingJobName, Event::JobAccepted { schedule, .. }) => {
            message.with("value", schedule.as_str())
        }
        (JobLogType::DuplicateSkipped, Event::JobWarning { warning }) => {
            match warning.metadata.get("handle") {
                Some(handle) => message.with("handle", handle.as_str()),
                None => with_problem(Message::new("Warning"), warning),
            }
        }
        (JobLogType::ExportWarning, Event::JobWarning { warning }) => {
            with_problem(Message::new("JobWarning"), warning)
        }
        (_, Event::AssetStarted { asset, .. }) => begin(asset),
        (_, Event::AssetCompleted { asset, files, .. }) => {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            let message = message.with("name", name(asset)).with("files", names.join(", "));
            match warnings.first() {
                Some(first) => with_problem(message, &first.problem)
                    .with("count", i64::try_from(warnings.len()).unwrap_or(i64::MAX)),
                None => message.with("count", i64::try_from(files.len()).unwrap_or(i64::MAX)),
            }
        }
        (_, Event::AssetFailed { asset, error, .. }) => {
            with_problem(message.with("name", name(asset)), error)
        }
        (_, Event::AssetCancelled { asset }) => message.with("name", name(asset)),
        (JobLogType::EndExport, Event::JobFinished { outcome, counts, .. }) => message
            .with("outcome", outcome.code())
            .with("count", counts.total)
            .with("success", counts.success)
            .with("warning", counts.warning)
            .with("error", counts.error)
            .with("cancelled", counts.cancelled),
        (_, Event::JobFinished { error: Some(error), .. }) => with_problem(message, error),
        _ => message,
    }
}

fn begin(asset: &AssetRef) -> Message {
    let known = AssetType::try_from(asset.asset_type).ok().filter(|t| *t != AssetType::Unspecified);
    match known {
        Some(asset_type) => Message::new("FileBegin")
            .with("name", name(asset))
            .with("type", constant(asset_type.as_str_name(), "ASSET_TYPE_"))
            .with("handle", asset.handle.as_str()),
        None => Message::new("FileBegin.unknown").with("handle", asset.handle.as_str()),
    }
}

/// An asset by its name, or by its handle when the name is unknown.
fn name(asset: &AssetRef) -> &str {
    if asset.name.is_empty() { &asset.handle } else { &asset.name }
}

fn with_problem(message: Message, problem: &Problem) -> Message {
    message.with("reason", problem.reason.as_str()).with("message", problem.message.as_str())
}

/// The name of a constant as Scene7 writes it: `JOB_LOG_TYPE_FILE_END` is
/// `FileEnd`.
fn constant(enum_name: &str, prefix: &str) -> String {
    let mut constant = String::new();
    for word in enum_name.strip_prefix(prefix).unwrap_or(enum_name).split('_') {
        let mut letters = word.chars();
        constant.extend(letters.next());
        constant.push_str(&letters.as_str().to_ascii_lowercase());
    }
    constant
}

#[cfg(test)]
mod tests;
