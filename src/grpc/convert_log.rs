//! Requests for logs to the domain, logs and their rows to the wire.

use super::convert;
use super::convert_job::{counts, outcome};
use crate::error::Violation;
use crate::jobs::log::pages::LogQuery;
use crate::jobs::log::{LogRow, Warning};
use crate::jobs::vocabulary::{JobLogType, JobOutcome, JobState, job_handle};
use crate::notify::locale::Language;
use crate::proto;
use crate::store::jobs::JobRow;
use crate::store::logs::LogOrder;
use prost_types::Timestamp;

/// The order of a list of logs, and whether it is descending.
pub fn order(
    request: &proto::GetJobLogsRequest,
    violations: &mut Vec<Violation>,
) -> (LogOrder, bool) {
    use proto::JobLogSortField::*;
    let order = match proto::JobLogSortField::try_from(request.sort_by) {
        Ok(Unspecified | StartDate) => LogOrder::Start,
        Ok(JobName) => LogOrder::RunName,
        Ok(LogType) => LogOrder::Progress,
        Ok(FileErrorCount) => LogOrder::Errors,
        Ok(FileWarningCount) => LogOrder::Warnings,
        Ok(FileSuccessCount) => LogOrder::Successes,
        Ok(UserId | Email) => LogOrder::User,
        // the same for all jobs of a list
        Ok(CompanyName) => LogOrder::Number,
        Err(_) => {
            violations.push(no_value("sort_by", request.sort_by, "JobLogSortField"));
            LogOrder::Start
        }
    };
    let descending = match descending(request.sort_direction, violations) {
        Some(descending) => descending,
        None => order == LogOrder::Start,
    };
    (order, descending)
}

/// Which rows of a log, and in which order.
pub fn query(
    request: &proto::GetJobLogDetailsRequest,
    violations: &mut Vec<Violation>,
) -> LogQuery {
    let mut query = LogQuery::default();
    for (index, number) in request.log_type_array.iter().enumerate() {
        match JobLogType::try_from(*number) {
            Ok(log_type) if log_type != JobLogType::Unspecified => {
                query.types.insert(log_type);
            }
            _ => {
                let field = format!("log_type_array[{index}]");
                violations.push(no_value(&field, *number, "JobLogType"));
            }
        }
    }
    match proto::JobDetailSortField::try_from(request.sort_by) {
        Ok(sort_by) => query.by_type = sort_by == proto::JobDetailSortField::LogType,
        Err(_) => violations.push(no_value("sort_by", request.sort_by, "JobDetailSortField")),
    }
    query.descending = descending(request.sort_direction, violations).unwrap_or(false);
    query
}

/// Whether a direction is descending; `None` when it is unset.
fn descending(number: i32, violations: &mut Vec<Violation>) -> Option<bool> {
    match proto::SortDirection::try_from(number) {
        Ok(proto::SortDirection::Ascending) => Some(false),
        Ok(proto::SortDirection::Descending) => Some(true),
        Ok(proto::SortDirection::Unspecified) => None,
        Err(_) => {
            violations.push(no_value("sort_direction", number, "SortDirection"));
            None
        }
    }
}

fn no_value(field: &str, number: i32, list: &str) -> Violation {
    let text = format!("{number} is no value of {list} that can be asked for");
    Violation::new(field, "INVALID_PARAMETER", text)
}

/// Jobs started from the first millisecond on and before the second one. A bound
/// inside a millisecond means the next one: dates of jobs are whole milliseconds.
pub fn interval(request: &proto::GetJobLogsRequest, violations: &mut Vec<Violation>) -> (i64, i64) {
    let from = moment("start_date", request.start_date.as_ref(), i64::MIN, violations);
    let until = moment("end_date", request.end_date.as_ref(), i64::MAX, violations);
    if until < from {
        let text = "end_date is before start_date: no job can lie between them";
        violations.push(Violation::new("end_date", "INVALID_PARAMETER", text));
    }
    (from, until)
}

fn moment(
    field: &str,
    time: Option<&Timestamp>,
    unset: i64,
    violations: &mut Vec<Violation>,
) -> i64 {
    /// Years 1 to 9999 (google/protobuf/timestamp.proto).
    const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
    let Some(time) = time else { return unset };
    if !SECONDS.contains(&time.seconds) || !(0..1_000_000_000).contains(&time.nanos) {
        let text = format!(
            "{field} has {} seconds and {} nanos: that is no moment of the years 1 to 9999",
            time.seconds, time.nanos
        );
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
        return unset;
    }
    time.seconds * 1000
        + i64::from(time.nanos).div_euclid(1_000_000)
        + i64::from(time.nanos % 1_000_000 != 0)
}

/// The log of a job, without its rows.
pub fn job_log(row: &JobRow) -> proto::JobLog {
    let ended = JobOutcome::from_code(&row.outcome);
    let failed = ended == Some(JobOutcome::Failed);
    let log_type = match JobState::from_code(&row.state) {
        JobState::Done if failed => JobLogType::FatalError,
        JobState::Done => JobLogType::EndExport,
        _ => JobLogType::BeginExport,
    };
    let start = if row.started_ms == 0 { row.submitted_ms } else { row.started_ms };
    proto::JobLog {
        company_handle: row.company.clone(),
        job_handle: job_handle(&row.company, &row.run_name, row.id),
        job_name: row.run_name.clone(),
        original_job_name: row.original_name.clone(),
        submit_user_email: row.user_handle.clone(),
        log_type: log_type.into(),
        job_sub_type: String::new(),
        start_date: convert::timestamp(start),
        end_date: convert::timestamp(row.ended_ms),
        description: row.description.clone(),
        counts: Some(counts(row.counts)),
        fatal_error: failed,
        outcome: ended.map_or(0, |ended| outcome(ended).into()),
        detail_total_rows: 0,
        detail_array: Vec::new(),
    }
}

/// A row of a log in a language.
pub fn detail(row: &LogRow, language: Language) -> proto::JobLogDetail {
    let asset = row.asset.clone();
    let aux = |warning: &Warning| proto::JobLogDetailAux {
        log_message: warning.message().text(language),
        log_type: JobLogType::ExportWarning.into(),
        date_created: convert::timestamp(warning.time_ms),
        reason: warning.problem.reason.clone(),
    };
    proto::JobLogDetail {
        sequence: u64::try_from(row.seq).unwrap_or_default(),
        log_message: row.message.text(language),
        log_type: row.log_type.into(),
        date_created: convert::timestamp(row.time_ms),
        asset_name: asset.as_ref().map_or(String::new(), |asset| asset.name.clone()),
        asset_type: asset.as_ref().map_or(0, |asset| asset.asset_type),
        asset_handle: asset.map_or(String::new(), |asset| asset.handle),
        aux_array: row.warnings.iter().map(aux).collect(),
        reason: row.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_inside_a_millisecond_means_the_next_one() {
        let at = |seconds, nanos| Some(Timestamp { seconds, nanos });
        let bounds = |start_date, end_date| {
            let request = proto::GetJobLogsRequest { start_date, end_date, ..Default::default() };
            let mut violations = Vec::new();
            let bounds = interval(&request, &mut violations);
            (bounds, violations.into_iter().map(|wrong| wrong.field).collect::<Vec<_>>())
        };
        assert_eq!(bounds(None, None), ((i64::MIN, i64::MAX), vec![]));
        assert_eq!(bounds(at(2, 0), at(2, 1)), ((2000, 2001), vec![]));
        assert_eq!(bounds(at(2, 5_000_000), at(2, 5_000_001)), ((2005, 2006), vec![]));
        assert_eq!(bounds(at(-1, 999_999_999), at(0, 0)), ((0, 0), vec![]));
        assert_eq!(bounds(at(2, 1), at(2, 0)).1, ["end_date"]);
        assert_eq!(bounds(at(i64::MAX, 0), at(0, -1)).1, ["start_date", "end_date"]);
        assert_eq!(bounds(at(253_402_300_799, 1), None).0.0, 253_402_300_799_001);
    }
}
