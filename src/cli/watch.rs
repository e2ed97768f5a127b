//! `offprint watch`: a job, live.

use super::client::{self, Client};
use super::follow::{End, News, follow};
use super::job_view::{JobView, succeeded};
use super::output::{remark, say};
use super::status::{EXIT_INTERRUPTED, EXIT_WORK, Failure};
use super::{Connection, Outcome, json, progress};
use clap::Args;
use std::process::ExitCode;

/// Shows a job live: a bar for each running asset, failures as they happen, a table at the end
///
/// Goes on by itself when the connection breaks or the server restarts. Ctrl-C
/// leaves the job running. Exit status: 0 when every asset was exported, 1 when
/// some failed or the job was stopped, 2 when the job cannot be watched.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint watch \"$JOB\"                also for jobs that ended long ago
  offprint watch \"$JOB\" --after 120    only what came after event 120
  offprint watch \"$JOB\" --json | jq 'select(.assetFailed)'")]
pub struct WatchArgs {
    /// The job's handle
    #[arg(value_name = "JOB")]
    job: String,
    /// Only events after this number
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    after: u64,
    /// Every event as one line of JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(args: WatchArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    if args.json {
        return watch_json(&mut client, &args.job, args.after).await;
    }
    let (exit, _) = watch(&mut client, &args.job, args.after).await?;
    Ok(exit)
}

/// Shows a job until it ends or Ctrl-C is pressed: the exit status that says
/// how it ended, and whether it ended.
pub async fn watch(
    client: &mut Client,
    job_handle: &str,
    after: u64,
) -> Result<(ExitCode, bool), Failure> {
    let live = progress::is_live();
    let mut view = JobView::new(live);
    let end = follow(client, job_handle, after, live, &mut |news| match news {
        News::Event(event) => view.event(event),
        News::Reconnecting(text) => view.note(&text),
    })
    .await;
    view.clear();
    match end? {
        End::Finished(finished) => {
            let table = view.table();
            if !table.is_empty() {
                say!("\n{table}");
            }
            Ok((exit(succeeded(&finished)), true))
        }
        End::Interrupted { last_sequence } => Ok((interrupted(job_handle, last_sequence), false)),
    }
}

async fn watch_json(client: &mut Client, job_handle: &str, after: u64) -> Outcome {
    let mut failed: Option<Failure> = None;
    let end = follow(client, job_handle, after, true, &mut |news| match news {
        News::Event(event) => match json::line("WatchJobResponse", event) {
            Ok(line) => say!("{line}"),
            Err(failure) => failed = Some(failure),
        },
        News::Reconnecting(text) => remark!("{text}"),
    })
    .await?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    match end {
        End::Finished(finished) => Ok(exit(succeeded(&finished))),
        End::Interrupted { last_sequence } => Ok(interrupted(job_handle, last_sequence)),
    }
}

fn exit(success: bool) -> ExitCode {
    if success { ExitCode::SUCCESS } else { ExitCode::from(EXIT_WORK) }
}

fn interrupted(job_handle: &str, last_sequence: u64) -> ExitCode {
    remark!(
        "the job goes on; see it again with: offprint watch '{job_handle}' --after {last_sequence}"
    );
    ExitCode::from(EXIT_INTERRUPTED)
}
