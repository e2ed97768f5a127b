//! `offprint pause`, `resume`, `delete`, `run` and `schedules`.

use super::output::say;
use super::table::{self, Side};
use super::{Connection, Outcome, client, json};
use crate::proto::{
    ActiveJobState, DeleteJobRequest, ExecuteJobRequest, GetScheduledJobsRequest, PauseJobRequest,
    ResumeJobRequest, ScheduledJob,
};
use clap::Args;
use std::process::ExitCode;

/// A job or a schedule.
#[derive(Debug, Args)]
pub struct ControlArgs {
    /// The handle of the job or the schedule
    #[arg(value_name = "JOB")]
    job: String,
}

/// Lists the schedules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint schedules
  offprint schedules --name nightly --json")]
pub struct SchedulesArgs {
    /// Only those submitted under this name
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    name: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub async fn pause(args: ControlArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let request =
        PauseJobRequest { company_handle: client.company.clone(), job_handle: args.job.clone() };
    match client.jobs.pause_job(request).await?.into_inner().state() {
        ActiveJobState::Paused => say!("{} is paused", args.job),
        other => say!("{} is {}", args.job, table::words(other.as_str_name(), "ACTIVE_JOB_STATE_")),
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn resume(args: ControlArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let request =
        ResumeJobRequest { company_handle: client.company.clone(), job_handle: args.job.clone() };
    let state = client.jobs.resume_job(request).await?.into_inner().state();
    say!("{} is {}", args.job, table::words(state.as_str_name(), "ACTIVE_JOB_STATE_"));
    Ok(ExitCode::SUCCESS)
}

pub async fn delete(args: ControlArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let request =
        DeleteJobRequest { company_handle: client.company.clone(), job_handle: args.job.clone() };
    client.jobs.delete_job(request).await?;
    say!("{} is deleted; its log stays", args.job);
    Ok(ExitCode::SUCCESS)
}

pub async fn execute(args: ControlArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let request = ExecuteJobRequest {
        company_handle: client.company.clone(),
        job_handle: args.job,
        ..Default::default()
    };
    say!("{}", client.jobs.execute_job(request).await?.into_inner().run_job_handle);
    Ok(ExitCode::SUCCESS)
}

pub async fn schedules(args: SchedulesArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut request = GetScheduledJobsRequest {
        company_handle: client.company.clone(),
        original_name: args.name,
        page_size: 1000,
        ..Default::default()
    };
    let mut found = Vec::new();
    loop {
        let page = client.jobs.get_scheduled_jobs(request.clone()).await?.into_inner();
        found.extend(page.job_array);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    if args.json {
        for schedule in &found {
            say!("{}", json::line("ScheduledJob", schedule)?);
        }
    } else if found.is_empty() {
        say!("no schedules");
    } else {
        say!("{}", listing(&found));
    }
    Ok(ExitCode::SUCCESS)
}

fn listing(schedules: &[ScheduledJob]) -> String {
    let columns = [
        ("schedule", Side::Left),
        ("name", Side::Left),
        ("trigger", Side::Left),
        ("next", Side::Left),
        ("expression", Side::Left),
        ("last run", Side::Left),
    ];
    let row = |schedule: &ScheduledJob| {
        let next = schedule.next_fire_time.and_then(|time| {
            Some(jiff::Timestamp::from_second(time.seconds).ok()?.strftime("%F %T UTC").to_string())
        });
        let cron = schedule.exec_schedule.clone().unwrap_or_default();
        vec![
            schedule.job_handle.clone(),
            schedule.original_name.clone(),
            table::words(schedule.trigger_state().as_str_name(), "JOB_TRIGGER_STATE_"),
            next.unwrap_or_default(),
            format!("{} {}", cron.expression, cron.time_zone).trim().to_owned(),
            schedule.last_run_job_handle.clone(),
        ]
    };
    table::render(&columns, &schedules.iter().map(row).collect::<Vec<_>>())
}
