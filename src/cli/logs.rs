//! `offprint logs`.

use super::client::Client;
use super::output::say;
use super::status::Failure;
use super::table::{self, Side};
use super::{Connection, Outcome, client, json};
use crate::proto::{
    GetAssetJobLogsRequest, GetJobLogDetailsRequest, GetJobLogsRequest, JobLog, JobLogDetail,
    JobLogType, JobOutcome,
};
use clap::Args;
use prost_types::Timestamp;
use std::process::ExitCode;
use tonic::Request;

/// Rows asked for at once; the most that the contract allows.
const PAGE_SIZE: i32 = 1000;

/// Lists the logs of all jobs, or prints the rows of one, or those about an asset
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint logs                                all jobs, newest first
  offprint logs \"$JOB\"                         what happened in one
  offprint logs \"$JOB\" --type export-error     only what failed
  offprint logs --name spring                  all jobs submitted as 'spring'
  offprint logs --asset 'a|7' --locale fr      what happened to one asset, in French")]
pub struct LogsArgs {
    /// Print the rows of this job
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// Print the rows of all jobs submitted under this name
    #[arg(long, value_name = "NAME", conflicts_with = "job")]
    name: Option<String>,
    /// Print the rows about this asset, of all jobs
    #[arg(long, value_name = "HANDLE", conflicts_with_all = ["job", "name", "types"])]
    asset: Option<String>,
    /// Only rows of this type, for example export-error; may be repeated
    #[arg(long = "type", value_name = "TYPE", value_parser = log_type)]
    types: Vec<JobLogType>,
    /// The language of the texts, such as fr or de-CH; empty means the job's
    #[arg(long, default_value = "", value_name = "LOCALE", hide_default_value = true)]
    locale: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub async fn run(args: LogsArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    match &args.asset {
        Some(asset) => print_asset(&mut client, &args, asset).await?,
        None if args.job.is_some() || args.name.is_some() => {
            print_rows(&mut client, &args).await?;
        }
        None if !args.types.is_empty() => {
            return Err(Failure::request("--type chooses rows: say of which JOB, or --name"));
        }
        None => print_list(&mut client, args.json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn print_list(client: &mut Client, as_json: bool) -> Result<(), Failure> {
    let mut request = GetJobLogsRequest {
        company_handle: client.company.clone(),
        page_size: PAGE_SIZE,
        ..Default::default()
    };
    let mut logs = Vec::new();
    loop {
        let page = client.logs.get_job_logs(request.clone()).await?.into_inner();
        logs.extend(page.job_log_array);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    if as_json {
        for log in &logs {
            say!("{}", json::line("JobLog", log)?);
        }
    } else if logs.is_empty() {
        say!("no jobs");
    } else {
        say!("{}", listing(&logs));
    }
    Ok(())
}

async fn print_rows(client: &mut Client, args: &LogsArgs) -> Result<(), Failure> {
    let mut request = GetJobLogDetailsRequest {
        company_handle: client.company.clone(),
        job_handle: args.job.clone().unwrap_or_default(),
        original_name: args.name.clone().unwrap_or_default(),
        log_type_array: args.types.iter().map(|log_type| i32::from(*log_type)).collect(),
        page_size: PAGE_SIZE,
        ..Default::default()
    };
    let mut job = String::new();
    loop {
        let asked = localized(request.clone(), &args.locale)?;
        let page = client.logs.get_job_log_details(asked).await?.into_inner();
        for log in page.job_log_array {
            if args.job.is_none() && !args.json && log.job_handle != job {
                say!("{}", log.job_handle);
            }
            job = log.job_handle;
            print_details(&log.detail_array, args.json)?;
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return Ok(());
        }
    }
}

async fn print_asset(client: &mut Client, args: &LogsArgs, asset: &str) -> Result<(), Failure> {
    let mut request = GetAssetJobLogsRequest {
        company_handle: client.company.clone(),
        asset_handle: asset.to_owned(),
        page_size: PAGE_SIZE,
        ..Default::default()
    };
    let mut job = String::new();
    loop {
        let asked = localized(request.clone(), &args.locale)?;
        let page = client.logs.get_asset_job_logs(asked).await?.into_inner();
        for log in page.job_log_array {
            if args.json {
                say!("{}", json::line("AssetJobLog", &log)?);
                continue;
            }
            if log.job_handle != job {
                say!("{}", log.job_handle);
                job = log.job_handle;
            }
            print_details(log.detail.as_slice(), false)?;
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return Ok(());
        }
    }
}

/// A request whose answer is in the language of a locale.
fn localized<T>(message: T, locale: &str) -> Result<Request<T>, Failure> {
    let mut request = Request::new(message);
    if !locale.is_empty() {
        let value = locale
            .parse()
            .map_err(|_| Failure::request(format!("{locale:?} is no locale such as 'fr'")))?;
        request.metadata_mut().insert("x-ips-locale", value);
    }
    Ok(request)
}

fn print_details(rows: &[JobLogDetail], as_json: bool) -> Result<(), Failure> {
    for row in rows {
        match as_json {
            true => say!("{}", json::line("JobLogDetail", row)?),
            false => say!("{}", lines(row)),
        }
    }
    Ok(())
}

/// A row as a line, and a line for each of its warnings when there are several.
fn lines(row: &JobLogDetail) -> String {
    let mut text = format!(
        "{}  {:<17}  {}",
        moment(row.date_created.as_ref()),
        table::words(row.log_type().as_str_name(), "JOB_LOG_TYPE_"),
        row.log_message
    );
    if row.aux_array.len() > 1 {
        for aux in &row.aux_array {
            text.push_str(&format!("\n{:23}- {}", "", aux.log_message));
        }
    }
    text
}

fn listing(logs: &[JobLog]) -> String {
    let columns = [
        ("job", Side::Left),
        ("name", Side::Left),
        ("state", Side::Left),
        ("started", Side::Left),
        ("assets", Side::Right),
        ("exported", Side::Right),
        ("warnings", Side::Right),
        ("failed", Side::Right),
    ];
    let rows: Vec<Vec<String>> = logs
        .iter()
        .map(|log| {
            let counts = log.counts.unwrap_or_default();
            vec![
                log.job_handle.clone(),
                log.original_job_name.clone(),
                match log.outcome() {
                    JobOutcome::Unspecified => "not ended".to_owned(),
                    outcome => table::words(outcome.as_str_name(), "JOB_OUTCOME_"),
                },
                moment(log.start_date.as_ref()),
                counts.total.to_string(),
                counts.success.to_string(),
                counts.warning.to_string(),
                counts.error.to_string(),
            ]
        })
        .collect();
    table::render(&columns, &rows)
}

/// A moment in UTC, to the second.
fn moment(time: Option<&Timestamp>) -> String {
    let time = time.and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok());
    time.map(|time| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()).unwrap_or_default()
}

/// A type of row as people write it: `export-error`, `ExportError`.
fn log_type(text: &str) -> Result<JobLogType, String> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let types = || (1..=24).filter_map(|number| JobLogType::try_from(number).ok());
    let name = |log_type: JobLogType| log_type.as_str_name().trim_start_matches("JOB_LOG_TYPE_");
    types().find(|log_type| plain(name(*log_type)) == plain(text)).ok_or_else(|| {
        let names: Vec<String> =
            types().map(|log_type| name(log_type).to_lowercase().replace('_', "-")).collect();
        format!("there are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{JobCounts, JobLogDetailAux};

    #[test]
    fn types_are_read_as_people_write_them() {
        for text in ["export-error", "ExportError", "EXPORT_ERROR"] {
            assert_eq!(log_type(text), Ok(JobLogType::ExportError));
        }
        assert!(log_type("error").unwrap_err().contains(", export-error, "));
        assert!(log_type("").is_err());
    }

    #[test]
    fn several_warnings_get_lines_of_their_own() {
        let aux = |text: &str| JobLogDetailAux { log_message: text.into(), ..Default::default() };
        let mut row = JobLogDetail {
            log_message: "cat.png was exported".into(),
            log_type: JobLogType::ExportWarning.into(),
            date_created: Some(Timestamp { seconds: 1_764_000_000, nanos: 5 }),
            aux_array: vec![aux("odd")],
            ..Default::default()
        };
        let line = "2025-11-24 16:00:00Z  export warning     cat.png was exported";
        assert_eq!(lines(&row), line);
        row.aux_array.push(aux("old"));
        let indent = " ".repeat(23);
        assert_eq!(lines(&row), format!("{line}\n{indent}- odd\n{indent}- old"));
    }

    #[test]
    fn the_list_says_how_far_a_job_is() {
        let running = JobLog {
            job_handle: "j|2".into(),
            original_job_name: "spring".into(),
            start_date: Some(Timestamp { seconds: 1_764_000_000, nanos: 0 }),
            counts: Some(JobCounts { total: 8, success: 4, warning: 1, ..Default::default() }),
            ..Default::default()
        };
        let stopped = JobLog {
            job_handle: "j|1".into(),
            original_job_name: "export".into(),
            outcome: JobOutcome::Stopped.into(),
            ..running.clone()
        };
        assert_eq!(
            listing(&[running, stopped]),
            "\
job  name    state      started               assets  exported  warnings  failed
j|2  spring  not ended  2025-11-24 16:00:00Z       8         4         1       0
j|1  export  stopped    2025-11-24 16:00:00Z       8         4         1       0"
        );
    }
}
