//! Stopping a job: what was started finishes, the rest is cancelled.

use super::event::{self, Event};
use super::vocabulary::JobState;
use super::{Jobs, now_ms};
use crate::error::Error;
use crate::store;

impl Jobs {
    /// Stops a job and says where it stands now. Stopping twice is harmless.
    pub async fn stop_job(&self, id: i64) -> Result<JobState, Error> {
        let mut tx = self.store.begin().await?;
        let job = store::jobs::read(&mut tx, id).await?;
        let Some(mut job) = job else { return Ok(JobState::Done) };
        let from = JobState::from_code(&job.state);
        if !from.may_become(JobState::Stopping) {
            return Ok(from);
        }
        job.state = JobState::Stopping.code().into();
        store::jobs::update(&mut tx, &job).await?;
        let event = Event::JobStateChanged { from, to: JobState::Stopping, actor: "client".into() };
        store::events::append(&mut tx, id, now_ms(), &event::rows(&[event])).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.hints.ring(id);
        self.room.notify_one();
        Ok(JobState::Stopping)
    }
}
