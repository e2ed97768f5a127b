//! Admission: each job has a window of offered items, so that a huge job does
//! not stand in the way of a small one, and a stopped job gets no more.

use super::{Jobs, now_ms, vocabulary::JobState};
use crate::error::Error;
use crate::store;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How often rows are looked at although nobody rang: finds items whose worker
/// died and offers that got lost.
const SWEEP: Duration = Duration::from_secs(2);

/// Jobs that are packed at the same time.
const PACKERS: usize = 2;

/// Most items cancelled in one transaction.
const CANCEL_BATCH: i64 = 500;

/// Offers items until the server stops.
pub(super) async fn run(jobs: Arc<Jobs>) {
    // Jobs with nothing left to promote, until the next sweep.
    let mut dry: HashSet<i64> = HashSet::new();
    let mut last_sweep: Option<Instant> = None;
    let mut packing: HashMap<i64, JoinHandle<()>> = HashMap::new();
    loop {
        let asked = jobs.resweep.swap(false, Ordering::Relaxed);
        let sweep = asked || last_sweep.is_none_or(|at| at.elapsed() >= SWEEP);
        if sweep {
            dry.clear();
            last_sweep = Some(Instant::now());
        }
        if let Err(error) = pass(&jobs, sweep, &mut dry, &mut packing).await {
            tracing::error!(%error, "admission failed; trying again");
        }
        tokio::select! {
            () = jobs.drain.cancelled() => return,
            () = jobs.room.notified() => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

async fn pass(
    jobs: &Arc<Jobs>,
    sweep: bool,
    dry: &mut HashSet<i64>,
    packing: &mut HashMap<i64, JoinHandle<()>>,
) -> Result<(), Error> {
    packing.retain(|_, task| !task.is_finished());
    let window = jobs.config.jobs.window;
    for unfinished in jobs.store.unfinished_jobs().await? {
        let job = unfinished.id;
        let state = JobState::from_code(&unfinished.state);
        if unfinished.packing {
            if !packing.contains_key(&job) && packing.len() < PACKERS {
                packing.insert(job, jobs.tasks.spawn(package(jobs.clone(), job)));
            }
            continue;
        }
        if state == JobState::Paused {
            continue;
        }
        if state == JobState::Stopping {
            jobs.queue.withdraw(job);
            cancel_rest(jobs, job).await?;
            continue;
        }
        if sweep {
            let lost = jobs.store.claimable(job, now_ms(), window as i64).await?;
            jobs.queue.offer(job, &lost);
        }
        let pending = jobs.queue.pending(job);
        if pending > window / 2 || dry.contains(&job) {
            continue;
        }
        let room = window - pending;
        let mut tx = jobs.store.begin().await?;
        let promoted = store::items::promote(&mut tx, job, now_ms(), room as i64).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        if promoted.len() < room {
            dry.insert(job);
        }
        jobs.queue.offer(job, &promoted);
    }
    Ok(())
}

async fn package(jobs: Arc<Jobs>, job: i64) {
    if let Err(error) = jobs.clone().package(job).await {
        tracing::error!(job, %error, "a job could not be packed; trying again");
    }
    jobs.room.notify_one();
}

/// Cancels what a stopped job has not started.
async fn cancel_rest(jobs: &Jobs, job: i64) -> Result<(), Error> {
    loop {
        let mut tx = jobs.store.begin().await?;
        let cancelled = store::items::cancel_batch(&mut tx, job, CANCEL_BATCH).await?;
        let ended = jobs.settle_cancelled(&mut tx, job, &cancelled).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        jobs.hints.ring(job);
        if ended || (cancelled.len() as i64) < CANCEL_BATCH {
            return Ok(());
        }
    }
}
