//! Admission: each job has a window of offered items, so that a huge job does
//! not stand in the way of a small one, and a stopped job gets no more.

use super::{Jobs, now_ms, vocabulary::JobState};
use crate::error::Error;
use crate::store;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often rows are looked at although nobody rang: finds items whose worker
/// died and offers that got lost.
const SWEEP: Duration = Duration::from_secs(2);

/// Most items cancelled in one transaction.
const CANCEL_BATCH: i64 = 500;

/// Offers items until the server stops.
pub(super) async fn run(jobs: Arc<Jobs>) {
    // Jobs with nothing left to promote, until the next sweep.
    let mut dry: HashSet<i64> = HashSet::new();
    let mut last_sweep: Option<Instant> = None;
    loop {
        let sweep = last_sweep.is_none_or(|at| at.elapsed() >= SWEEP);
        if sweep {
            dry.clear();
            last_sweep = Some(Instant::now());
        }
        if let Err(error) = pass(&jobs, sweep, &mut dry).await {
            tracing::error!(%error, "admission failed; trying again");
        }
        tokio::select! {
            () = jobs.drain.cancelled() => return,
            () = jobs.room.notified() => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

async fn pass(jobs: &Jobs, sweep: bool, dry: &mut HashSet<i64>) -> Result<(), Error> {
    let window = jobs.config.jobs.window;
    for (job, state) in jobs.store.unfinished_jobs().await? {
        if JobState::from_code(&state) == JobState::Stopping {
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
        let promoted = store::items::promote(&mut tx, job, room as i64).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        if promoted.len() < room {
            dry.insert(job);
        }
        jobs.queue.offer(job, &promoted);
    }
    Ok(())
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
