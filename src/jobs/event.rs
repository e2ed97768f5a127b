//! What happens to a job, as stored and replayed (03 §6.2). Progress and
//! heartbeats are not events: they are never stored.

use super::vocabulary::{JobOutcome, JobState};
use crate::error::Problem;
use crate::store::events::NewEvent;
use crate::store::jobs::Counts;
use serde::{Deserialize, Serialize};

/// The asset that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRef {
    pub index: i64,
    pub handle: String,
    /// File name, or name; empty when the asset is unknown.
    pub name: String,
    /// Number of `AssetType`.
    pub asset_type: i32,
}

/// A file that an asset gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    pub name: String,
    pub mime_type: String,
    pub size: i64,
    pub width: i32,
    pub height: i32,
    /// Hexadecimal.
    pub sha256: String,
    /// Page of a document, from 1; 0: it has no pages.
    #[serde(default)]
    pub page: u32,
}

/// One durable event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    JobAccepted {
        original_name: String,
        total: i64,
        /// Name of the schedule that it is a run of; empty: none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        schedule: String,
    },
    JobStarted {
        run_name: String,
        total: i64,
        resolved_macro: String,
    },
    JobStateChanged {
        from: JobState,
        to: JobState,
        actor: String,
    },
    JobWarning {
        warning: Problem,
    },
    AssetStarted {
        asset: AssetRef,
        attempt: i64,
        effective_request: String,
    },
    AssetWarning {
        asset: AssetRef,
        warning: Problem,
    },
    AssetCompleted {
        asset: AssetRef,
        files: Vec<OutputFile>,
        elapsed_ms: i64,
        counts: Counts,
    },
    AssetFailed {
        asset: AssetRef,
        error: Problem,
        counts: Counts,
    },
    AssetCancelled {
        asset: AssetRef,
    },
    /// A file that can be downloaded now.
    ArtifactReady {
        /// Of its item; stored before an item could have several artifacts, and absent
        /// since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        index: Option<i64>,
        #[serde(default)]
        artifact: i64,
        file: OutputFile,
        /// Part of an archive, from 1; 0 for a single file.
        #[serde(default)]
        part: i64,
        #[serde(default)]
        expires_ms: i64,
    },
    JobFinished {
        outcome: JobOutcome,
        counts: Counts,
        error: Option<Problem>,
        elapsed_ms: i64,
    },
}

/// The reason of the warning that a handle came more than once.
pub const DUPLICATE_HANDLE: &str = "DUPLICATE_HANDLE";

/// What an event is, as far as the rows of the job's log depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    JobAccepted,
    JobStarted,
    JobStateChanged,
    JobWarning,
    /// A `JobWarning` about a handle that came more than once.
    DuplicateSkipped,
    AssetStarted,
    AssetWarning,
    AssetCompleted,
    /// An `AssetCompleted` that has warnings.
    AssetWarned,
    AssetFailed,
    AssetCancelled,
    ArtifactReady,
    JobFinished,
    /// A `JobFinished` with an error of the job as a whole.
    JobFailed,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [EventKind; 14] = [
        EventKind::JobAccepted,
        EventKind::JobStarted,
        EventKind::JobStateChanged,
        EventKind::JobWarning,
        EventKind::DuplicateSkipped,
        EventKind::AssetStarted,
        EventKind::AssetWarning,
        EventKind::AssetCompleted,
        EventKind::AssetWarned,
        EventKind::AssetFailed,
        EventKind::AssetCancelled,
        EventKind::ArtifactReady,
        EventKind::JobFinished,
        EventKind::JobFailed,
    ];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            EventKind::JobAccepted => "job_accepted",
            EventKind::JobStarted => "job_started",
            EventKind::JobStateChanged => "job_state_changed",
            EventKind::JobWarning => "job_warning",
            EventKind::DuplicateSkipped => "duplicate_skipped",
            EventKind::AssetStarted => "asset_started",
            EventKind::AssetWarning => "asset_warning",
            EventKind::AssetCompleted => "asset_completed",
            EventKind::AssetWarned => "asset_warned",
            EventKind::AssetFailed => "asset_failed",
            EventKind::AssetCancelled => "asset_cancelled",
            EventKind::ArtifactReady => "artifact_ready",
            EventKind::JobFinished => "job_finished",
            EventKind::JobFailed => "job_failed",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Event {
    /// The stored form.
    pub fn to_payload(&self) -> String {
        // A tree of plain data: serialising it can't fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored form.
    pub fn from_payload(payload: &str) -> Result<Event, serde_json::Error> {
        serde_json::from_str(payload)
    }

    /// The asset that the event is about.
    pub fn asset(&self) -> Option<&AssetRef> {
        match self {
            Event::AssetStarted { asset, .. }
            | Event::AssetWarning { asset, .. }
            | Event::AssetCompleted { asset, .. }
            | Event::AssetFailed { asset, .. }
            | Event::AssetCancelled { asset } => Some(asset),
            _ => None,
        }
    }

    /// The kind of an event that `before` precede. An asset's warnings are stored
    /// together with its end.
    fn kind(&self, before: &[Event]) -> EventKind {
        match self {
            Event::JobAccepted { .. } => EventKind::JobAccepted,
            Event::JobStarted { .. } => EventKind::JobStarted,
            Event::JobStateChanged { .. } => EventKind::JobStateChanged,
            Event::JobWarning { warning } if warning.reason == DUPLICATE_HANDLE => {
                EventKind::DuplicateSkipped
            }
            Event::JobWarning { .. } => EventKind::JobWarning,
            Event::AssetStarted { .. } => EventKind::AssetStarted,
            Event::AssetWarning { .. } => EventKind::AssetWarning,
            Event::AssetCompleted { asset, .. } => {
                let warns = |event: &Event| {
                    matches!(event, Event::AssetWarning { asset: other, .. }
                        if other.index == asset.index)
                };
                match before.iter().any(warns) {
                    true => EventKind::AssetWarned,
                    false => EventKind::AssetCompleted,
                }
            }
            Event::AssetFailed { .. } => EventKind::AssetFailed,
            Event::AssetCancelled { .. } => EventKind::AssetCancelled,
            Event::ArtifactReady { .. } => EventKind::ArtifactReady,
            Event::JobFinished { error: None, .. } => EventKind::JobFinished,
            Event::JobFinished { error: Some(_), .. } => EventKind::JobFailed,
        }
    }
}

/// Events that happen together as rows to append. The warnings of an asset must
/// be among them when its end is.
pub fn rows(events: &[Event]) -> Vec<NewEvent> {
    let row = |(place, event): (usize, &Event)| NewEvent {
        kind: event.kind(events.get(..place).unwrap_or_default()).code(),
        idx: event.asset().map_or(-1, |asset| asset.index),
        payload: event.to_payload(),
    };
    events.iter().enumerate().map(row).collect()
}
