//! What goes away by itself: artifacts whose time is over, jobs that were deleted
//! while they ran, and logs that are old enough (03 §3.4, §4.4).

use super::finish::request;
use super::vocabulary::{JobState, Package};
use super::{Jobs, now_ms};
use crate::blobs::job_key;
use crate::error::Error;
use crate::store;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked after.
const LOOK: Duration = Duration::from_secs(30);

/// Rows that are looked at in one step.
const BATCH: i64 = 200;

/// Cleans up until the server stops.
pub(super) async fn run(jobs: Arc<Jobs>) {
    if let Err(error) = jobs.remove_packed_outputs().await {
        tracing::error!(%error, "outputs that were packed before a crash stay");
    }
    loop {
        if let Err(error) = jobs.clean_up(now_ms()).await {
            tracing::error!(%error, "cleaning up failed; trying again");
        }
        tokio::select! {
            () = jobs.drain.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

impl Jobs {
    /// Outputs that are in an archive and whose removal a crash cut off.
    async fn remove_packed_outputs(&self) -> Result<(), Error> {
        let blobs = self.blobs.clone();
        let packed = tokio::task::spawn_blocking(move || blobs.packed_with_outputs()).await??;
        for id in packed {
            let job = self.store.job(id).await?;
            let request = job.as_ref().map(request).transpose()?;
            let zipped = request.is_some_and(|request| request.package == Package::Zip);
            let done = job.is_some_and(|job| JobState::from_code(&job.state) == JobState::Done);
            if zipped && done {
                let blobs = self.blobs.clone();
                tokio::task::spawn_blocking(move || blobs.remove_packed(id)).await??;
            }
        }
        Ok(())
    }

    /// One round, as of a time.
    pub async fn clean_up(&self, now_ms: i64) -> Result<(), Error> {
        loop {
            let expired = self.store.expired(now_ms, BATCH).await?;
            for artifact in &expired {
                // The row first: a file without a row costs room, a row without its
                // file would promise what is not there.
                let mut tx = self.store.begin().await?;
                store::artifacts::mark_expired(&mut tx, artifact.job_id, artifact.idx).await?;
                tx.commit().await.map_err(store::StoreError::from)?;
                self.remove(artifact.blob.clone()).await?;
            }
            if (expired.len() as i64) < BATCH {
                break;
            }
        }
        for id in self.store.deleted_with_artifacts().await? {
            let mut tx = self.store.begin().await?;
            store::artifacts::mark_all_expired(&mut tx, id).await?;
            tx.commit().await.map_err(store::StoreError::from)?;
            self.remove(job_key(id)).await?;
        }
        let days = i64::try_from(self.config.jobs.keep_logs_days).unwrap_or(i64::MAX);
        if days == 0 {
            return Ok(());
        }
        let before = now_ms.saturating_sub(days.saturating_mul(24 * 3_600_000));
        for id in self.store.jobs_ended_before(before, BATCH).await? {
            self.remove(job_key(id)).await?;
            let mut tx = self.store.begin().await?;
            store::jobs::purge(&mut tx, id).await?;
            tx.commit().await.map_err(store::StoreError::from)?;
        }
        Ok(())
    }

    async fn remove(&self, key: String) -> Result<(), Error> {
        let blobs = self.blobs.clone();
        tokio::task::spawn_blocking(move || blobs.remove(&key)).await??;
        Ok(())
    }
}
