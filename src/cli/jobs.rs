//! `offprint jobs` and `offprint stop`.

use super::output::say;
use super::table::{self, Side};
use super::{Connection, Outcome, client, json};
use crate::proto::{ActiveJob, ActiveJobState, GetActiveJobsRequest, JobOutcome, StopJobRequest};
use clap::Args;
use std::process::ExitCode;

/// Lists the jobs that are not finished, or the ones that are asked for
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint jobs                    all that are not finished
  offprint jobs \"$JOB\"             this one, finished or not
  offprint jobs --name spring      all submitted as 'spring', finished or not")]
pub struct JobsArgs {
    /// Only this job, finished or not
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// Only jobs submitted under this name, finished or not
    #[arg(long, value_name = "NAME", conflicts_with = "job")]
    name: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Stops a job: assets that were started finish, the others are cancelled
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  offprint stop \"$JOB\"")]
pub struct StopArgs {
    /// The job's handle
    #[arg(value_name = "JOB")]
    job: String,
}

pub async fn run(args: JobsArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut request = GetActiveJobsRequest {
        company_handle: client.company.clone(),
        job_handle: args.job.unwrap_or_default(),
        original_name: args.name.unwrap_or_default(),
        page_size: 1000,
        ..Default::default()
    };
    let mut jobs = Vec::new();
    loop {
        let page = client.jobs.get_active_jobs(request.clone()).await?.into_inner();
        jobs.extend(page.job_array);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    if args.json {
        for job in &jobs {
            say!("{}", json::line("ActiveJob", job)?);
        }
    } else if jobs.is_empty() {
        let asked = !request.job_handle.is_empty() || !request.original_name.is_empty();
        say!("{}", if asked { "no such job" } else { "no active jobs" });
    } else {
        say!("{}", listing(&jobs));
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn stop(args: StopArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let request =
        StopJobRequest { company_handle: client.company.clone(), job_handle: args.job.clone() };
    let answer = client.jobs.stop_job(request).await?.into_inner();
    match answer.state() {
        ActiveJobState::Done => say!("{} is finished", args.job),
        _ => say!("{} is stopping: assets that were started finish first", args.job),
    }
    Ok(ExitCode::SUCCESS)
}

fn listing(jobs: &[ActiveJob]) -> String {
    let columns = [
        ("job", Side::Left),
        ("name", Side::Left),
        ("state", Side::Left),
        ("done", Side::Right),
        ("assets", Side::Right),
        ("failed", Side::Right),
        ("size", Side::Right),
    ];
    let rows: Vec<Vec<String>> = jobs
        .iter()
        .map(|job| {
            let counts = job.counts.unwrap_or_default();
            vec![
                job.job_handle.clone(),
                job.original_name.clone(),
                state(job),
                format!("{} %", job.progress),
                counts.total.to_string(),
                counts.error.to_string(),
                table::size(counts.bytes_out),
            ]
        })
        .collect();
    table::render(&columns, &rows)
}

/// The outcome of a finished job, the state of any other.
fn state(job: &ActiveJob) -> String {
    match job.outcome() {
        JobOutcome::Unspecified => table::words(job.state().as_str_name(), "ACTIVE_JOB_STATE_"),
        outcome => table::words(outcome.as_str_name(), "JOB_OUTCOME_"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::JobCounts;

    #[test]
    fn a_finished_job_shows_its_outcome_and_a_running_one_its_state() {
        let running = ActiveJob {
            job_handle: "j|2".into(),
            original_name: "spring".into(),
            state: ActiveJobState::Running.into(),
            progress: 50,
            counts: Some(JobCounts {
                total: 8,
                success: 4,
                bytes_out: 1_200_000,
                ..Default::default()
            }),
            ..Default::default()
        };
        let done = ActiveJob {
            job_handle: "j|1".into(),
            original_name: "export".into(),
            state: ActiveJobState::Done.into(),
            outcome: JobOutcome::CompletedWithErrors.into(),
            progress: 100,
            counts: Some(JobCounts { total: 8, success: 6, error: 2, ..Default::default() }),
            ..Default::default()
        };
        assert_eq!(
            listing(&[running, done]),
            "\
job  name    state                   done  assets  failed     size
j|2  spring  running                 50 %       8       0  1.20 MB
j|1  export  completed with errors  100 %       8       2      0 B"
        );
    }
}
