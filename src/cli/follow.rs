//! Follows a job to its end over any number of broken connections.

use super::client::Client;
use super::status::{Failure, headline};
use crate::proto::watch_job_response::Event;
use crate::proto::{JobFinished, WatchJobRequest, WatchJobResponse};
use std::time::Duration;
use tokio::time::Instant;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// How often the server says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// After this silence the stream is taken for dead: three heartbeats.
const SILENCE: Duration = Duration::from_secs(45);
/// The first wait before connecting again; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait before connecting again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// A server that stays away this long is given up.
const PATIENCE: Duration = Duration::from_secs(600);

/// Something to show.
pub enum News<'a> {
    Event(&'a WatchJobResponse),
    /// The stream broke; a text for the person.
    Reconnecting(String),
}

/// How following ended.
pub enum End {
    Finished(JobFinished),
    /// Ctrl-C. The job goes on; it can be resumed after this event.
    Interrupted {
        last_sequence: u64,
    },
}

/// Follows a job from the event after `after`. `with_progress` asks for the
/// messages that only move a bar.
pub async fn follow(
    client: &mut Client,
    job_handle: &str,
    after: u64,
    with_progress: bool,
    show: &mut dyn FnMut(News<'_>),
) -> Result<End, Failure> {
    let mut last_sequence = after;
    tokio::select! {
        end = until_finished(client, job_handle, &mut last_sequence, with_progress, show) => {
            return end.map(End::Finished);
        }
        signal = tokio::signal::ctrl_c() => {
            signal.map_err(|error| Failure::work(format!("cannot wait for Ctrl-C: {error}")))?;
        }
    }
    Ok(End::Interrupted { last_sequence })
}

async fn until_finished(
    client: &mut Client,
    job_handle: &str,
    last_sequence: &mut u64,
    with_progress: bool,
    show: &mut dyn FnMut(News<'_>),
) -> Result<JobFinished, Failure> {
    let mut wait = FIRST_WAIT;
    let mut heard = Instant::now();
    let mut connected = false;
    loop {
        let before = *last_sequence;
        let broken = match watch(client, job_handle, last_sequence, with_progress, show).await {
            Ok(finished) => return Ok(finished),
            Err(broken) => broken,
        };
        connected |= broken.connected;
        if broken.connected {
            heard = Instant::now();
        }
        if !connected || !can_resume(broken.status.code()) || heard.elapsed() > PATIENCE {
            return Err(broken.status.into());
        }
        if *last_sequence > before || broken.connected {
            wait = FIRST_WAIT;
        }
        let why = headline(&broken.status, &broken.status.get_error_details());
        show(News::Reconnecting(format!(
            "{why}; going on after event {last_sequence} in {} ms",
            wait.as_millis()
        )));
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// A stream that ended before its job.
struct Broken {
    status: Status,
    /// Whether the stream had begun.
    connected: bool,
}

/// One stream, until it ends.
async fn watch(
    client: &mut Client,
    job_handle: &str,
    last_sequence: &mut u64,
    with_progress: bool,
    show: &mut dyn FnMut(News<'_>),
) -> Result<JobFinished, Broken> {
    let request = WatchJobRequest {
        company_handle: client.company.clone(),
        job_handle: job_handle.to_string(),
        after_sequence: *last_sequence,
        heartbeat_interval: prost_types::Duration::try_from(HEARTBEAT).ok(),
        min_progress_interval: None,
        omit_progress: !with_progress,
    };
    let answer = client.jobs.watch_job(request).await;
    let mut stream = answer.map_err(|status| Broken { status, connected: false })?.into_inner();
    let broken = |status| Broken { status, connected: true };
    loop {
        let next = tokio::time::timeout(SILENCE, stream.message()).await;
        let message = next
            .map_err(|_| broken(Status::unavailable("the server was silent for 45 s")))?
            .map_err(broken)?
            .ok_or_else(|| broken(Status::unavailable("the stream ended before the job")))?;
        *last_sequence = (*last_sequence).max(message.last_sequence).max(message.sequence);
        show(News::Event(&message));
        if let Some(Event::JobFinished(finished)) = message.event {
            return Ok(finished);
        }
    }
}

/// Whether a broken stream may simply be asked for again. A connection that
/// died in the middle comes as Unknown, Internal or Cancelled, depending on how
/// it died; a slow reader is thrown out with ResourceExhausted.
fn can_resume(code: Code) -> bool {
    matches!(
        code,
        Code::Unavailable
            | Code::Unknown
            | Code::Internal
            | Code::Cancelled
            | Code::ResourceExhausted
            | Code::DeadlineExceeded
    )
}
