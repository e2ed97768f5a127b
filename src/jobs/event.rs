//! What happens to a job, as stored and replayed (03 §6.2). Progress and
//! heartbeats are not events: they are never stored.

use super::vocabulary::{JobOutcome, JobState};
use crate::error::Problem;
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
}
