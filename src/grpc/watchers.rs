//! Who watches: what a client may ask of WatchJob, and how many streams there
//! may be. [`super::watch`] is one stream.

use super::watch::{Pace, Watch, WatchStream, draining};
use crate::config::Config;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::Jobs;
use crate::proto;
use crate::store::jobs::JobRow;
use crate::store::schedules::ScheduleRow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What a client watches.
pub enum Watched {
    Run(JobRow),
    Schedule(ScheduleRow),
}

/// All open streams.
#[derive(Clone)]
pub struct Watchers {
    jobs: Arc<Jobs>,
    config: Arc<Config>,
    /// Ends every stream when the server drains.
    drain: CancellationToken,
    open: Arc<Mutex<HashMap<i64, usize>>>,
}

impl Watchers {
    pub fn new(jobs: Arc<Jobs>, config: Arc<Config>, drain: CancellationToken) -> Watchers {
        Watchers { jobs, config, drain, open: Arc::default() }
    }

    /// Opens a stream. Of a schedule it is that of the active run, else of the next.
    pub async fn watch(
        &self,
        watched: Watched,
        request: proto::WatchJobRequest,
    ) -> Result<WatchStream, Error> {
        let pace = self.pace(&request)?;
        let job = match watched {
            Watched::Run(job) => job,
            Watched::Schedule(schedule) => {
                let active = match self.jobs.store.active_run(schedule.id).await? {
                    Some(run) => self.jobs.store.job(run).await?,
                    None => None,
                };
                match active {
                    Some(job) => job,
                    None => return Ok(self.await_run(schedule, pace)?),
                }
            }
        };
        let after = i64::try_from(request.after_sequence).unwrap_or(i64::MAX);
        if after > job.last_seq {
            return Err(CallerError::OutOfRange {
                reason: "SEQUENCE_AHEAD",
                message: format!(
                    "after_sequence is {}, but the job's last event is {}",
                    request.after_sequence, job.last_seq
                ),
                metadata: vec![("last_sequence", job.last_seq.to_string())],
            }
            .into());
        }
        if self.drain.is_cancelled() {
            return Err(draining().into());
        }
        let place = Place::take(self, job.id)?;
        let (jobs, drain) = (self.jobs.clone(), self.drain.clone());
        Ok(Watch::open(jobs, drain, &job, after, pace, place))
    }

    fn await_run(&self, schedule: ScheduleRow, pace: Pace) -> Result<WatchStream, CallerError> {
        if self.drain.is_cancelled() {
            return Err(draining());
        }
        // its number can be that of no run
        let place = Place::take(self, -schedule.id)?;
        Ok(Watch::await_run(self.jobs.clone(), self.drain.clone(), schedule, pace, place))
    }

    fn pace(&self, request: &proto::WatchJobRequest) -> Result<Pace, CallerError> {
        let mut violations = Vec::new();
        let mut span = |field: &'static str, given: Option<prost_types::Duration>| {
            given.and_then(|d| match Duration::try_from(d) {
                Ok(d) => Some(d),
                Err(_) => {
                    let text = format!("{field} must not be negative");
                    violations.push(Violation::new(field, "INVALID_PARAMETER", text));
                    None
                }
            })
        };
        let heartbeat = span("heartbeat_interval", request.heartbeat_interval)
            .unwrap_or(Duration::from_secs(self.config.watch.heartbeat_seconds));
        let progress = span("min_progress_interval", request.min_progress_interval)
            .unwrap_or(Duration::from_millis(250));
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations));
        }
        Ok(Pace {
            heartbeat: heartbeat.clamp(Duration::from_secs(1), Duration::from_secs(60)),
            progress: (!request.omit_progress)
                .then(|| progress.clamp(Duration::from_millis(100), Duration::from_secs(60))),
            patience: Duration::from_secs(self.config.watch.slow_consumer_seconds.max(1)),
        })
    }
}

/// A place among the open streams; given back when dropped.
pub(super) struct Place {
    open: Arc<Mutex<HashMap<i64, usize>>>,
    job: i64,
}

impl Place {
    fn take(watchers: &Watchers, job: i64) -> Result<Place, CallerError> {
        let limits = &watchers.config.limits;
        let mut open = watchers.open.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |what: &str, limit: usize, setting: &str| CallerError::Exhausted {
            reason: "TOO_MANY_WATCHERS",
            message: format!("{limit} streams watch {what} already ({setting})"),
            metadata: Vec::new(),
        };
        if open.values().sum::<usize>() >= limits.max_watchers {
            return Err(full("this server's jobs", limits.max_watchers, "limits.max_watchers"));
        }
        let count = open.entry(job).or_insert(0);
        if *count >= limits.max_watchers_per_job {
            let setting = "limits.max_watchers_per_job";
            return Err(full("this job", limits.max_watchers_per_job, setting));
        }
        *count += 1;
        drop(open);
        Ok(Place { open: watchers.open.clone(), job })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.job) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.job);
            }
        }
    }
}
