//! Stopping, pausing, resuming and deleting runs (03 §2.3). What was started
//! finishes. Saying the same thing twice is harmless.

use super::event::{self, Event};
use super::vocabulary::JobState;
use super::{Jobs, now_ms};
use crate::blobs::job_key;
use crate::error::Error;
use crate::store;
use std::sync::atomic::Ordering;

impl Jobs {
    /// Stops a job and says where it stands now: nothing new is started, and what
    /// waits is cancelled.
    pub async fn stop_job(&self, id: i64) -> Result<JobState, Error> {
        self.change_state(id, |_| JobState::Stopping).await
    }

    /// Starts nothing new of a job until it is resumed.
    pub async fn pause_job(&self, id: i64) -> Result<JobState, Error> {
        let state = self.change_state(id, |_| JobState::Paused).await?;
        if state == JobState::Paused {
            self.queue.withdraw(id);
        }
        Ok(state)
    }

    /// Goes on with a paused job.
    pub async fn resume_job(&self, id: i64) -> Result<JobState, Error> {
        let state = self
            .change_state(id, |job| match (JobState::from_code(&job.state), job.started_ms) {
                (JobState::Paused, 0) => JobState::Waiting,
                (JobState::Paused, _) => JobState::Running,
                (other, _) => other,
            })
            .await?;
        self.resweep.store(true, Ordering::Relaxed);
        self.room.notify_one();
        Ok(state)
    }

    /// Stops a run if it is not done and removes its artifacts; its log stays.
    pub async fn delete_job(&self, id: i64) -> Result<(), Error> {
        self.stop_job(id).await?;
        let mut tx = self.store.begin().await?;
        let Some(mut job) = store::jobs::read(&mut tx, id).await? else { return Ok(()) };
        job.deleted = true;
        store::jobs::update(&mut tx, &job).await?;
        let done = JobState::from_code(&job.state) == JobState::Done;
        if done {
            store::artifacts::mark_all_expired(&mut tx, id).await?;
        }
        tx.commit().await.map_err(store::StoreError::from)?;
        if done {
            let blobs = self.blobs.clone();
            tokio::task::spawn_blocking(move || blobs.remove(&job_key(id))).await??;
        }
        Ok(())
    }

    async fn change_state(
        &self,
        id: i64,
        wanted: impl FnOnce(&store::jobs::JobRow) -> JobState,
    ) -> Result<JobState, Error> {
        let mut tx = self.store.begin().await?;
        let job = store::jobs::read(&mut tx, id).await?;
        let Some(mut job) = job else { return Ok(JobState::Done) };
        let from = JobState::from_code(&job.state);
        let to = wanted(&job);
        if from == to || !from.may_become(to) {
            return Ok(from);
        }
        job.state = to.code().into();
        store::jobs::update(&mut tx, &job).await?;
        if to == JobState::Paused {
            store::items::unready(&mut tx, id).await?;
        }
        let event = Event::JobStateChanged { from, to, actor: "client".into() };
        store::events::append(&mut tx, id, now_ms(), &event::rows(&[event])).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.hints.ring(id);
        self.room.notify_one();
        Ok(to)
    }
}
