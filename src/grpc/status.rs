//! Errors of the domain on the wire (03 §6.3): the only place that knows gRPC
//! codes. Every status carries an `ErrorInfo`, wrong fields a `BadRequest`.

use crate::blobs::BlobError;
use crate::error::{CallerError, Error, OperatorError, Problem, VIOLATIONS_SHOWN, Violation};
use crate::store::StoreError;
use prost::Message as _;
use prost_types::Any;
use std::collections::BTreeMap;
use tonic::{Code, Status};
use tonic_types::pb;

/// `ErrorInfo.domain` (ruling 15).
pub const DOMAIN: &str = "offprint";

/// Room for the details in a response's trailers. Clients refuse long ones:
/// grpc's C core, which Python and Node stand on, at 8 KiB with everything.
const MAX_DETAILS: usize = 4096;

/// Room for the text, for the same reason.
const MAX_MESSAGE: usize = 1024;

/// `google.rpc.ErrorInfo` with its metadata in order: the same event must be
/// the same bytes at every replay.
#[derive(Clone, PartialEq, prost::Message)]
struct ErrorInfo {
    #[prost(string, tag = "1")]
    reason: String,
    #[prost(string, tag = "2")]
    domain: String,
    #[prost(btree_map = "string, string", tag = "3")]
    metadata: BTreeMap<String, String>,
}

impl From<Error> for Status {
    fn from(error: Error) -> Status {
        match error {
            Error::Caller(error) => caller(error),
            Error::Operator(error) => operator(&error),
            Error::Bug(text) => {
                tracing::error!("bug: {text}");
                let text = "an internal error happened; the server's log has more";
                with_info(Code::Internal, text, "EXCEPTION", [("ips_code", "30000".into())])
            }
        }
    }
}

impl From<CallerError> for Status {
    fn from(error: CallerError) -> Status {
        caller(error)
    }
}

fn caller(error: CallerError) -> Status {
    let text = error.to_string();
    match error {
        CallerError::Invalid(violations) => invalid(&text, &violations),
        CallerError::NotFound { reason, what, name } => {
            let resource = pb::ResourceInfo {
                resource_type: what.to_owned(),
                resource_name: name,
                ..Default::default()
            };
            let info = info(reason, []);
            let details = vec![any("ErrorInfo", &info), any("ResourceInfo", &resource)];
            build(Code::NotFound, &text, details)
        }
        CallerError::AlreadyExists { reason, .. } => {
            with_info(Code::AlreadyExists, &text, reason, [])
        }
        CallerError::OutOfRange { reason, metadata, .. } => {
            with_info(Code::OutOfRange, &text, reason, metadata)
        }
        CallerError::PermissionDenied { reason, .. } => {
            with_info(Code::PermissionDenied, &text, reason, [])
        }
        CallerError::Exhausted { reason, metadata, .. } => {
            with_info(Code::ResourceExhausted, &text, reason, metadata)
        }
        CallerError::Aborted { reason, .. } => with_info(Code::Aborted, &text, reason, []),
        CallerError::Precondition { reason, .. } => {
            with_info(Code::FailedPrecondition, &text, reason, [])
        }
        CallerError::DataLoss { reason, .. } => with_info(Code::DataLoss, &text, reason, []),
        CallerError::Unavailable { reason, .. } => {
            let retry =
                pb::RetryInfo { retry_delay: Some(prost_types::Duration { seconds: 1, nanos: 0 }) };
            let details = vec![any("ErrorInfo", &info(reason, [])), any("RetryInfo", &retry)];
            build(Code::Unavailable, &text, details)
        }
    }
}

fn operator(error: &OperatorError) -> Status {
    tracing::error!(%error, "storage");
    match error {
        OperatorError::Blob(BlobError::Full(_)) | OperatorError::Store(StoreError::Full) => {
            with_info(Code::ResourceExhausted, &error.to_string(), "STORAGE_FULL", [])
        }
        OperatorError::Blob(BlobError::Missing(_)) => {
            with_info(Code::Internal, &error.to_string(), "ORIGINAL_MISSING", [])
        }
        _ => {
            let text = "the server can't reach its storage; its log has more";
            with_info(Code::Unavailable, text, "STORAGE_FAILED", [])
        }
    }
}

/// All wrong fields together. When a later version would accept every one of
/// them the code is UNIMPLEMENTED, else INVALID_ARGUMENT.
fn invalid(text: &str, violations: &[Violation]) -> Status {
    let unimplemented = violations.iter().all(Violation::is_unimplemented);
    let code = if unimplemented { Code::Unimplemented } else { Code::InvalidArgument };
    let first = violations.first();
    let same = violations.iter().all(|v| Some(v.reason) == first.map(|f| f.reason));
    let reason = first.filter(|_| same).map_or("INVALID_PARAMETER", |v| v.reason);
    let missing = reason == "MISSING_PARAMETER";
    let mut metadata = vec![("ips_code", if missing { "30002" } else { "30001" }.to_owned())];
    if let Some(first) = first {
        metadata.push(("field", first.field.clone()));
    }
    let mut bad_request = pb::BadRequest::default();
    let mut room = MAX_DETAILS;
    for violation in violations.iter().take(VIOLATIONS_SHOWN) {
        let field = pb::bad_request::FieldViolation {
            field: violation.field.clone(),
            description: violation.description.clone(),
            reason: violation.reason.to_owned(),
            ..Default::default()
        };
        let size = field.encoded_len() + 4;
        if size > room && !bad_request.field_violations.is_empty() {
            break;
        }
        room = room.saturating_sub(size);
        bad_request.field_violations.push(field);
    }
    if bad_request.field_violations.len() < violations.len() {
        metadata.push(("violations_total", violations.len().to_string()));
    }
    let info = info(reason, metadata);
    build(code, text, vec![any("ErrorInfo", &info), any("BadRequest", &bad_request)])
}

/// A problem of an asset or a warning of a job, as data of an event.
pub fn problem(problem: &Problem) -> pb::Status {
    let code = match problem.reason.as_str() {
        "ASSET_NOT_FOUND" | "ORIGINAL_MISSING" => Code::NotFound,
        "ASSET_IN_TRASH" | "NO_ORIGINAL" | "UNSUPPORTED_ASSET_TYPE" | "NAME_COLLISION" => {
            Code::FailedPrecondition
        }
        "DECODE_FAILED" => Code::InvalidArgument,
        "OUTPUT_TOO_LARGE" | "INPUT_TOO_LARGE" => Code::OutOfRange,
        "STORAGE_FULL" => Code::ResourceExhausted,
        "STORAGE_FAILED" => Code::Unavailable,
        "RENDER_FAILED" | "POISON" => Code::Internal,
        _ => Code::Ok,
    };
    let info = ErrorInfo {
        reason: problem.reason.clone(),
        domain: DOMAIN.into(),
        metadata: problem.metadata.clone(),
    };
    pb::Status {
        code: code as i32,
        message: problem.message.clone(),
        details: vec![any("ErrorInfo", &info)],
    }
}

fn with_info(
    code: Code,
    text: &str,
    reason: &str,
    metadata: impl IntoIterator<Item = (&'static str, String)>,
) -> Status {
    build(code, text, vec![any("ErrorInfo", &info(reason, metadata))])
}

fn info(reason: &str, metadata: impl IntoIterator<Item = (&'static str, String)>) -> ErrorInfo {
    ErrorInfo {
        reason: reason.to_owned(),
        domain: DOMAIN.to_owned(),
        metadata: metadata.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
    }
}

fn build(code: Code, text: &str, details: Vec<Any>) -> Status {
    let mut text = text.to_owned();
    if text.len() > MAX_MESSAGE {
        text.truncate(text.floor_char_boundary(MAX_MESSAGE));
        text.push('…');
    }
    let status = pb::Status { code: code as i32, message: text.clone(), details };
    Status::with_details(code, text, status.encode_to_vec().into())
}

fn any(name: &str, message: &impl prost::Message) -> Any {
    Any {
        type_url: format!("type.googleapis.com/google.rpc.{name}"),
        value: message.encode_to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::StatusExt as _;

    #[test]
    fn all_wrong_fields_come_back_together() {
        let status: Status = CallerError::Invalid(vec![
            Violation::new("export_job.fmt", "MISSING_PARAMETER", "say ORIG or CONVERT"),
            Violation::unimplemented("locale"),
        ])
        .into();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(
            status.message(),
            "2 problems: export_job.fmt: say ORIG or CONVERT; \
             locale is not supported by this version: leave it unset"
        );
        let details = status.get_error_details();
        let fields: Vec<_> = details
            .bad_request()
            .map(|b| b.field_violations.iter().map(|v| v.field.clone()).collect())
            .unwrap_or_default();
        assert_eq!(fields, ["export_job.fmt", "locale"]);
        let info = details.error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("INVALID_PARAMETER", DOMAIN));
    }

    #[test]
    fn a_field_of_a_later_version_is_unimplemented() {
        let status: Status = CallerError::Invalid(vec![Violation::unimplemented("locale")]).into();
        assert_eq!(status.code(), Code::Unimplemented);
        assert!(status.message().contains("locale"));
    }

    /// 100,000 wrong handles must not become trailers that a client refuses.
    #[test]
    fn many_violations_stay_below_what_clients_accept() {
        let violations: Vec<_> = (0..100_000)
            .map(|i| {
                let field = format!("export_job.asset_handle_array.items[{i}]");
                Violation::new(field, "ASSET_NOT_FOUND", format!("there is no asset \"a|{i}\""))
            })
            .collect();
        let status: Status = CallerError::Invalid(violations).into();
        assert!(status.details().len() * 4 / 3 + status.message().len() < 8000);
        let details = status.get_error_details();
        assert_eq!(details.error_info().unwrap().metadata["violations_total"], "100000");
    }
}
