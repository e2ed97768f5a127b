//! What a person reads when something went wrong. The one place where a gRPC
//! status becomes text.

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Exit status when something failed at work: an asset, a file, a job.
pub const EXIT_WORK: u8 = 1;
/// Exit status when the request itself was wrong or no server answered.
pub const EXIT_REQUEST: u8 = 2;
/// Exit status after Ctrl-C, as shells expect it.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Why a command ended early.
#[derive(Debug)]
pub struct Failure {
    text: String,
    exit: u8,
}

impl Failure {
    /// The work failed: exit status 1. `message` is one line.
    pub fn work(message: impl AsRef<str>) -> Failure {
        Failure { text: format!("error: {}", message.as_ref()), exit: EXIT_WORK }
    }

    /// The request was wrong: exit status 2. `message` is one line.
    pub fn request(message: impl AsRef<str>) -> Failure {
        Failure { text: format!("error: {}", message.as_ref()), exit: EXIT_REQUEST }
    }

    /// The request was wrong; `text` is complete, with its "error:" lines.
    pub fn request_text(text: String) -> Failure {
        Failure { text, exit: EXIT_REQUEST }
    }

    /// All lines to print.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The exit status.
    pub fn exit(&self) -> u8 {
        self.exit
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure { text: render(&status), exit: EXIT_REQUEST }
    }
}

/// The text for a server that cannot be reached.
pub fn no_server(url: &str, error: &tonic::transport::Error) -> Failure {
    let cause = root_cause(error);
    if cause.contains("onnection refused") {
        return Failure::request(format!(
            "no offprint server at {url}: start one with `offprint serve`"
        ));
    }
    Failure::request(format!(
        "cannot reach an offprint server at {url}: {cause}; --server or OFFPRINT_SERVER says where it is"
    ))
}

/// A status as lines: the message with its reason, then one line for each
/// field that was wrong.
pub fn render(status: &Status) -> String {
    let details = status.get_error_details();
    let violations = violations(&details);
    let mut text = match violations.as_slice() {
        [] => format!("error: {}", headline(status, &details)),
        violations => refused(violations),
    };
    if let Some(retry) = details.retry_info().and_then(|info| info.retry_delay) {
        text.push_str(&format!("\n  try again in {:.0} s", retry.as_secs_f64().ceil()));
    }
    text
}

/// The fields that were wrong. The server's message only repeats them.
pub fn refused(violations: &[Violation]) -> String {
    if let [only] = violations {
        return format!("error: {}", only.line());
    }
    let lines: Vec<String> =
        violations.iter().map(|violation| format!("\n  {}", violation.line())).collect();
    format!("error: the request has {} problems:{}", violations.len(), lines.concat())
}

/// One field of a request that was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field, for example `export_job.macro`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
    /// The reason, for example `UNKNOWN_MACRO`; empty when the server gave none.
    pub reason: String,
}

impl Violation {
    /// `field: what is wrong [REASON]`, the reason only when the text does not name it.
    pub fn line(&self) -> String {
        with_reason(&format!("{}: {}", self.field, self.description), &self.reason)
    }
}

/// The fields of a request that were wrong, in the server's order.
pub fn violations(details: &ErrorDetails) -> Vec<Violation> {
    let Some(bad_request) = details.bad_request() else { return Vec::new() };
    bad_request
        .field_violations
        .iter()
        .map(|violation| Violation {
            field: violation.field.clone(),
            description: violation.description.clone(),
            reason: violation.reason.clone(),
        })
        .collect()
}

/// The first line of a status: message and reason, or the code in words when
/// the server gave no message.
pub fn headline(status: &Status, details: &ErrorDetails) -> String {
    // An error below the status was made here, by the transport.
    let is_local = std::error::Error::source(status).is_some();
    if details.error_info().is_none() && (is_local || status.code() == Code::Unavailable) {
        return format!("lost the connection to the server: {}", status_cause(status));
    }
    let message = match status.message() {
        "" => status.code().description(),
        message => message,
    };
    let reason = match details.error_info() {
        Some(info) => info.reason.as_str(),
        None => code_name(status.code()),
    };
    with_reason(message, reason)
}

/// The warning or error of an event: its message and the reason of its ErrorInfo.
pub fn event_text(status: &tonic_types::Status) -> String {
    with_reason(&status.message, &event_reason(status).unwrap_or_default())
}

/// The reason in the ErrorInfo of a status that came as data.
pub fn event_reason(status: &tonic_types::Status) -> Option<String> {
    use prost::Message as _;
    let any = status.details.iter().find(|any| any.type_url.ends_with("/google.rpc.ErrorInfo"))?;
    let info = tonic_types::pb::ErrorInfo::decode(any.value.as_slice()).ok()?;
    Some(info.reason)
}

fn with_reason(message: &str, reason: &str) -> String {
    if reason.is_empty() || message.contains(reason) {
        return message.to_string();
    }
    format!("{message} [{reason}]")
}

/// The code as the wire and other clients write it.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

fn status_cause(status: &Status) -> String {
    match std::error::Error::source(status) {
        Some(source) => root_cause(source),
        None => status.message().to_string(),
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::time::Duration;
    use tonic_types::FieldViolation;

    fn status(message: &str, reason: &str, violations: &[(&str, &str, &str)]) -> Status {
        let mut details = ErrorDetails::new();
        details.set_error_info(reason, "offprint", HashMap::new());
        let violations: Vec<FieldViolation> = violations
            .iter()
            .map(|(field, description, reason)| FieldViolation {
                field: field.to_string(),
                description: description.to_string(),
                reason: reason.to_string(),
                ..FieldViolation::new("", "")
            })
            .collect();
        if !violations.is_empty() {
            details.set_bad_request(violations);
        }
        Status::with_error_details(Code::InvalidArgument, message, details)
    }

    #[test]
    fn every_wrong_field_is_a_line() {
        let status = status(
            "2 fields of the request are wrong",
            "INVALID_PARAMETER",
            &[
                ("export_job.macro", "no macro is named 'nope'", "UNKNOWN_MACRO"),
                ("export_job.asset_handle_array.items[3]", "'zz' is no handle", "INVALID_HANDLE"),
            ],
        );
        assert_eq!(
            render(&status),
            "\
error: the request has 2 problems:
  export_job.macro: no macro is named 'nope' [UNKNOWN_MACRO]
  export_job.asset_handle_array.items[3]: 'zz' is no handle [INVALID_HANDLE]"
        );
    }

    #[test]
    fn a_single_problem_is_said_once() {
        let field = "image_format.name";
        let text = "the name 'a b' contains ' '";
        let status =
            status(&format!("{field}: {text}"), "NAME_SYNTAX", &[(field, text, "NAME_SYNTAX")]);
        assert_eq!(
            render(&status),
            "error: image_format.name: the name 'a b' contains ' ' [NAME_SYNTAX]"
        );
    }

    #[test]
    fn a_status_without_details_shows_its_code() {
        assert_eq!(
            render(&Status::not_found("there is no job j|9")),
            "error: there is no job j|9 [NOT_FOUND]"
        );
        assert_eq!(render(&Status::new(Code::Internal, "")), "error: Internal error [INTERNAL]");
    }

    #[test]
    fn a_lost_connection_is_said_so() {
        assert_eq!(
            render(&Status::unavailable("tcp connect error")),
            "error: lost the connection to the server: tcp connect error"
        );
    }

    #[test]
    fn a_busy_server_says_when_to_try_again() {
        let mut details = ErrorDetails::new();
        details.set_error_info("QUEUE_FULL", "offprint", HashMap::new());
        details.set_retry_info(Some(Duration::from_millis(1500)));
        let status =
            Status::with_error_details(Code::ResourceExhausted, "too many jobs wait", details);
        assert_eq!(render(&status), "error: too many jobs wait [QUEUE_FULL]\n  try again in 2 s");
    }
}
