//! Every failure is somebody's: the caller's, an asset's, the operator's, or
//! ours. The four are different types; `grpc::status` maps them to the wire.

use crate::blobs::BlobError;
use crate::store::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a request gets when it is not answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Caller(#[from] CallerError),
    /// Disk or database; the caller may try again later.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// A bug of ours.
    #[error("internal error: {0}")]
    Bug(String),
}

/// Storage is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Error::Operator(error.into())
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        Error::Operator(error.into())
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Error::Bug(error.to_string())
    }
}

/// What is wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum CallerError {
    /// Fields with wrong values; all of them at once.
    #[error("{}", describe(.0))]
    Invalid(Vec<Violation>),
    #[error("{what} {name:?} does not exist")]
    NotFound { reason: &'static str, what: &'static str, name: String },
    #[error("{message}")]
    AlreadyExists { reason: &'static str, message: String },
    #[error("{message}")]
    OutOfRange { reason: &'static str, message: String, metadata: Vec<(&'static str, String)> },
    #[error("{message}")]
    PermissionDenied { reason: &'static str, message: String },
    #[error("{message}")]
    Exhausted { reason: &'static str, message: String, metadata: Vec<(&'static str, String)> },
    #[error("{message}")]
    Aborted { reason: &'static str, message: String },
    /// Right by itself, but not in the state that things are in.
    #[error("{message}")]
    Precondition { reason: &'static str, message: String },
    #[error("{message}")]
    DataLoss { reason: &'static str, message: String },
    /// The server is stopping; the client resumes with another connection.
    #[error("{message}")]
    Unavailable { reason: &'static str, message: String },
}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, such as `export_job.asset_handle_array.items[3]`.
    pub field: String,
    /// Stable word for programs.
    pub reason: &'static str,
    /// Text for people.
    pub description: String,
}

impl Violation {
    pub fn new(
        field: impl Into<String>,
        reason: &'static str,
        description: impl Into<String>,
    ) -> Self {
        Violation { field: field.into(), reason, description: description.into() }
    }

    /// A field that this version does not honour, and therefore refuses.
    pub fn unimplemented(field: impl Into<String>) -> Self {
        let field = field.into();
        let description = format!("{field} is not supported by this version: leave it unset");
        Violation { field, reason: "UNIMPLEMENTED_FIELD", description }
    }

    /// Whether a later version will accept the value.
    pub fn is_unimplemented(&self) -> bool {
        self.reason.starts_with("UNIMPLEMENTED_")
    }
}

/// At most this many violations are written out; a job may have a million.
pub const VIOLATIONS_SHOWN: usize = 100;

fn describe(violations: &[Violation]) -> String {
    let shown: Vec<String> = violations
        .iter()
        .take(10)
        .map(|v| match v.description.starts_with(&v.field) {
            true => v.description.clone(),
            false => format!("{}: {}", v.field, v.description),
        })
        .collect();
    let more = violations.len().saturating_sub(shown.len());
    match (violations.len(), more) {
        (1, _) => shown.join(""),
        (count, 0) => format!("{count} problems: {}", shown.join("; ")),
        (count, more) => format!("{count} problems: {}; and {more} more", shown.join("; ")),
    }
}

/// A problem of one asset, or a warning: data of an event, never the status of
/// a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable word for programs, such as `DECODE_FAILED`.
    pub reason: String,
    /// Text for people.
    pub message: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl Problem {
    pub fn new(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Problem { reason: reason.into(), message: message.into(), metadata: BTreeMap::new() }
    }

    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        let reason = match &error {
            BlobError::Full(_) => "STORAGE_FULL",
            BlobError::Missing(_) => "ORIGINAL_MISSING",
            BlobError::Io(_) => "STORAGE_FAILED",
        };
        Problem::new(reason, error.to_string())
    }
}
