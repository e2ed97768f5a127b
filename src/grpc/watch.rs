//! WatchJob: replays stored events, then follows the job live (03 §6.2).
//!
//! Each stream reads rows at its own pace and holds one page of them, so a slow
//! reader costs little and never slows the job. Hints make it quick; without
//! them it would still see everything at the next look.

use super::watchers::Place;
use super::{convert, convert_job, job_events};
use crate::error::{CallerError, Error};
use crate::jobs::event::{AssetRef, Event};
use crate::jobs::vocabulary::{JobState, job_handle, schedule_handle};
use crate::jobs::{Jobs, now_ms};
use crate::proto;
use crate::proto::watch_job_response::Event as Wire;
use crate::store::jobs::JobRow;
use crate::store::schedules::ScheduleRow;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// Events read at once.
const PAGE: i64 = 256;

/// Messages ready for a client before its stream waits for it.
const AHEAD: usize = 16;

/// Rows are looked at this often although nobody rang.
const LOOK: Duration = Duration::from_secs(2);

/// The messages of one stream, then the status that it ends with. The status
/// does not go through the channel: a client that reads nothing keeps that full.
pub struct WatchStream {
    messages: mpsc::Receiver<proto::WatchJobResponse>,
    end: Arc<OnceLock<Status>>,
    ended: bool,
}

impl tokio_stream::Stream for WatchStream {
    type Item = Result<proto::WatchJobResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.messages.poll_recv(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(message)) => Poll::Ready(Some(Ok(message))),
            Poll::Ready(None) if self.ended => Poll::Ready(None),
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(self.end.get().cloned().map(Err))
            }
        }
    }
}

/// How a client wants to watch.
pub(super) struct Pace {
    pub heartbeat: Duration,
    /// Least time between two progress messages of one asset; none wanted.
    pub progress: Option<Duration>,
    /// How long a write may block.
    pub patience: Duration,
}

/// Why a stream ends before the job does.
enum End {
    /// The client left.
    Gone,
    /// The status to end with.
    Status(Status),
}

impl From<Error> for End {
    fn from(error: Error) -> End {
        End::Status(error.into())
    }
}

pub(super) struct Watch {
    jobs: Arc<Jobs>,
    drain: CancellationToken,
    handle: String,
    job: i64,
    /// Number of the last event that was sent, or that the client has.
    sent: i64,
    pace: Pace,
    messages: mpsc::Sender<proto::WatchJobResponse>,
    /// Running assets, to name them in progress messages.
    names: HashMap<i64, AssetRef>,
    seen_progress: u64,
    end: Arc<OnceLock<Status>>,
    _place: Place,
}

impl Watch {
    /// Starts to follow a job after event `after`. The place is given back at
    /// the end.
    pub(super) fn open(
        jobs: Arc<Jobs>,
        drain: CancellationToken,
        job: &JobRow,
        after: i64,
        pace: Pace,
        place: Place,
    ) -> WatchStream {
        let (messages, receiver) = mpsc::channel(AHEAD);
        let end = Arc::new(OnceLock::new());
        let watch = Watch {
            jobs,
            drain,
            handle: job_handle(&job.company, &job.run_name, job.id),
            job: job.id,
            sent: after,
            pace,
            messages,
            names: HashMap::new(),
            seen_progress: 0,
            end: end.clone(),
            _place: place,
        };
        tokio::spawn(watch.run());
        WatchStream { messages: receiver, end, ended: false }
    }

    /// Waits for the next run of a schedule and follows that.
    pub(super) fn await_run(
        jobs: Arc<Jobs>,
        drain: CancellationToken,
        schedule: ScheduleRow,
        pace: Pace,
        place: Place,
    ) -> WatchStream {
        let (messages, receiver) = mpsc::channel(AHEAD);
        let end = Arc::new(OnceLock::new());
        let watch = Watch {
            jobs,
            drain,
            handle: schedule_handle(&schedule.company, &schedule.name, schedule.id),
            job: 0,
            sent: 0,
            pace,
            messages,
            names: HashMap::new(),
            seen_progress: 0,
            end: end.clone(),
            _place: place,
        };
        tokio::spawn(watch.run_of(schedule));
        WatchStream { messages: receiver, end, ended: false }
    }

    async fn run_of(mut self, schedule: ScheduleRow) {
        match self.first_run_after(&schedule).await {
            Ok(Some(run)) => {
                self.handle = job_handle(&run.company, &run.run_name, run.id);
                self.job = run.id;
                self.run().await;
            }
            // it was deleted, or will not fire again
            Ok(None) | Err(End::Gone) => {}
            Err(End::Status(status)) => {
                let _ = self.end.set(status);
            }
        }
    }

    async fn first_run_after(&self, schedule: &ScheduleRow) -> Result<Option<JobRow>, End> {
        let mut look = tokio::time::interval(Duration::from_millis(500));
        let mut last_message = Instant::now();
        loop {
            tokio::select! {
                () = self.messages.closed() => return Err(End::Gone),
                () = self.drain.cancelled() => return Err(End::Status(draining().into())),
                _ = look.tick() => {
                    let now = self.jobs.store.schedule(schedule.id).await.map_err(Error::from)?;
                    let Some(now) = now else { return Ok(None) };
                    if now.last_run != schedule.last_run {
                        return Ok(self.jobs.store.job(now.last_run).await.map_err(Error::from)?);
                    }
                    if now.next_fire_ms == 0 {
                        return Ok(None);
                    }
                }
                () = tokio::time::sleep_until(last_message + self.pace.heartbeat) => {
                    self.send(self.unnumbered(Wire::Heartbeat(proto::Heartbeat {
                        state: proto::ActiveJobState::New as i32,
                        job_progress: 0,
                    }))).await?;
                    last_message = Instant::now();
                }
            }
        }
    }

    async fn run(mut self) {
        if let Err(End::Status(status)) = self.follow().await {
            let _ = self.end.set(status);
        }
    }

    async fn follow(&mut self) -> Result<(), End> {
        // Listening begins before the first look, so that nothing falls between.
        let mut bell = self.jobs.hints.listen(self.job);
        let mut look = tokio::time::interval(LOOK);
        let mut progress = tokio::time::interval(self.pace.progress.unwrap_or(LOOK));
        progress.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last_message = Instant::now();
        let messages = self.messages.clone();
        let mut behind = true;
        loop {
            if behind {
                let before = self.sent;
                if self.catch_up().await? {
                    return Ok(());
                }
                if self.sent != before {
                    last_message = Instant::now();
                }
                behind = false;
            }
            tokio::select! {
                () = messages.closed() => return Err(End::Gone),
                () = self.drain.cancelled() => return Err(End::Status(draining().into())),
                () = bell.heard() => behind = true,
                _ = look.tick() => behind = true,
                _ = progress.tick(), if self.pace.progress.is_some() => {
                    if self.send_progress().await? {
                        last_message = Instant::now();
                    }
                }
                () = tokio::time::sleep_until(last_message + self.pace.heartbeat) => {
                    self.send_heartbeat().await?;
                    last_message = Instant::now();
                }
            }
        }
    }

    /// Sends all stored events that were not sent yet. True after the last
    /// event that the job will ever have.
    async fn catch_up(&mut self) -> Result<bool, End> {
        loop {
            let rows = self.jobs.store.events(self.job, self.sent, PAGE).await;
            let rows = rows.map_err(Error::from)?;
            if rows.is_empty() {
                // Only a client that has the last event already comes here
                // after the end.
                return self.is_done().await;
            }
            for row in rows {
                let event = Event::from_payload(&row.payload).map_err(|e| {
                    Error::Bug(format!("event {} of job {}: {e}", row.seq, self.job))
                })?;
                self.remember(&event);
                let message = proto::WatchJobResponse {
                    sequence: row.seq as u64,
                    last_sequence: row.seq as u64,
                    event_time: convert::timestamp(row.time_ms),
                    job_handle: self.handle.clone(),
                    event: Some(job_events::event(&event)),
                };
                self.send(message).await?;
                self.sent = row.seq;
                if matches!(event, Event::JobFinished { .. }) {
                    return Ok(true);
                }
            }
        }
    }

    async fn is_done(&self) -> Result<bool, End> {
        let job = self.jobs.store.job(self.job).await.map_err(Error::from)?;
        Ok(job.is_none_or(|job| {
            JobState::from_code(&job.state) == JobState::Done && job.last_seq == self.sent
        }))
    }

    fn remember(&mut self, event: &Event) {
        match event {
            Event::AssetStarted { asset, .. } => {
                self.names.insert(asset.index, asset.clone());
            }
            Event::AssetCompleted { asset, .. } | Event::AssetFailed { asset, .. } => {
                self.names.remove(&asset.index);
            }
            _ => {}
        }
    }

    async fn send_progress(&mut self) -> Result<bool, End> {
        let reports = self.jobs.progress.newer(self.job, self.seen_progress);
        if reports.is_empty() {
            return Ok(false);
        }
        let job = self.jobs.store.job(self.job).await.map_err(Error::from)?;
        let counts = job.map(|job| job.counts).unwrap_or_default();
        let mut sent = false;
        for (idx, report) in reports {
            self.seen_progress = self.seen_progress.max(report.version);
            if !self.names.contains_key(&idx) {
                // Started before this stream's first event.
                let asset = self.jobs.running_asset(self.job, idx).await?;
                let Some(asset) = asset else { continue };
                self.names.insert(idx, asset);
            }
            let Some(asset) = self.names.get(&idx) else { continue };
            let message = self.unnumbered(Wire::AssetProgress(proto::AssetProgress {
                asset: Some(job_events::asset(asset)),
                progress: report.fraction,
                stage: report.stage.name().to_owned(),
                counts: Some(convert_job::counts(counts)),
                job_progress: convert_job::percent(counts),
            }));
            // Progress gives way to a client that is behind.
            match self.messages.try_send(message) {
                Ok(()) => sent = true,
                Err(mpsc::error::TrySendError::Full(_)) => break,
                Err(mpsc::error::TrySendError::Closed(_)) => return Err(End::Gone),
            }
        }
        Ok(sent)
    }

    async fn send_heartbeat(&mut self) -> Result<(), End> {
        let job = self.jobs.store.job(self.job).await.map_err(Error::from)?;
        let job = job.unwrap_or_default();
        let message = self.unnumbered(Wire::Heartbeat(proto::Heartbeat {
            state: convert_job::state(JobState::from_code(&job.state)) as i32,
            job_progress: convert_job::percent(job.counts),
        }));
        self.send(message).await
    }

    fn unnumbered(&self, event: Wire) -> proto::WatchJobResponse {
        proto::WatchJobResponse {
            sequence: 0,
            last_sequence: self.sent as u64,
            event_time: convert::timestamp(now_ms()),
            job_handle: self.handle.clone(),
            event: Some(event),
        }
    }

    async fn send(&self, message: proto::WatchJobResponse) -> Result<(), End> {
        tokio::select! {
            sent = tokio::time::timeout(self.pace.patience, self.messages.send(message)) => {
                match sent {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) => Err(End::Gone),
                    Err(_) => Err(End::Status(self.slow().into())),
                }
            }
            () = self.drain.cancelled() => Err(End::Status(draining().into())),
        }
    }

    fn slow(&self) -> CallerError {
        CallerError::Exhausted {
            reason: "SLOW_CONSUMER",
            message: format!(
                "nothing was read for {} s: watch again with after_sequence {}",
                self.pace.patience.as_secs(),
                self.sent
            ),
            metadata: vec![("last_sequence", self.sent.to_string())],
        }
    }
}

pub(super) fn draining() -> CallerError {
    CallerError::Unavailable {
        reason: "SERVER_DRAINING",
        message: "the server is stopping: watch again with after_sequence set to the last \
            sequence that came"
            .into(),
    }
}
