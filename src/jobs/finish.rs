//! Settling items: state, artifact, events and counters in one transaction,
//! and the end of the job when the last one is settled.

use super::event::{self, AssetRef, Event, OutputFile};
use super::vocabulary::{JobOutcome, JobState, TrashState};
use super::{Jobs, now_ms};
use crate::error::{Error, Problem};
use crate::proto::AssetType;
use crate::store::artifacts::ArtifactRow;
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use crate::store::jobs::JobRow;
use crate::store::{self, Tx};

/// A finished export of one item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exported {
    pub file: OutputFile,
    /// Key of the bytes.
    pub blob: String,
    pub warnings: Vec<Problem>,
}

/// What came of one attempt.
pub(super) type Attempted = Result<Exported, Problem>;

impl Jobs {
    /// An item as events name it, while it runs.
    pub async fn running_asset(&self, job: i64, idx: i64) -> Result<Option<AssetRef>, Error> {
        let item = self.store.item(job, idx).await?;
        let Some(item) = item.filter(|item| item.state == "running") else { return Ok(None) };
        let context = self.context(job).await?;
        let asset = self.store.asset(&context.company, item.asset_id).await?;
        Ok(Some(asset_ref(&item, asset.as_ref())))
    }

    /// Ends an attempt. False when the claim had been lost: somebody else owns
    /// the item, and the caller must throw its output away.
    pub(super) async fn settle(
        &self,
        item: &ItemRow,
        asset: &AssetRef,
        attempted: &Attempted,
        elapsed_ms: i64,
    ) -> Result<bool, Error> {
        let mut tx = self.store.begin().await?;
        let state = if attempted.is_ok() { "done" } else { "failed" };
        let ours =
            store::items::settle(&mut tx, item.job_id, item.idx, item.attempt, state).await?;
        if !ours {
            return Ok(false);
        }
        let mut job = read_job(&mut tx, item.job_id).await?;
        let mut events = Vec::new();
        match attempted {
            Ok(exported) => {
                job.counts.success += 1;
                job.counts.warning += i64::from(!exported.warnings.is_empty());
                job.counts.bytes_out += exported.file.size;
                store::artifacts::insert(&mut tx, &artifact_row(item, exported)).await?;
                for warning in &exported.warnings {
                    let warning = warning.clone();
                    events.push(Event::AssetWarning { asset: asset.clone(), warning });
                }
                events.push(Event::AssetCompleted {
                    asset: asset.clone(),
                    files: vec![exported.file.clone()],
                    elapsed_ms,
                    counts: job.counts,
                });
                events.push(Event::ArtifactReady { index: item.idx, file: exported.file.clone() });
            }
            Err(problem) => {
                job.counts.error += 1;
                events.push(Event::AssetFailed {
                    asset: asset.clone(),
                    error: problem.clone(),
                    counts: job.counts,
                });
            }
        }
        let ended = self.record(&mut tx, &mut job, events).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.after_commit(job.id, ended);
        Ok(true)
    }

    /// Counts cancelled items and ends the job when they were the last ones.
    pub(super) async fn settle_cancelled(
        &self,
        tx: &mut Tx,
        job: i64,
        cancelled: &[ItemRow],
    ) -> Result<bool, Error> {
        let mut job = read_job(tx, job).await?;
        job.counts.cancelled += cancelled.len() as i64;
        let mut events = Vec::with_capacity(cancelled.len());
        for item in cancelled {
            events.push(Event::AssetCancelled { asset: asset_ref(item, None) });
        }
        let ended = self.record(tx, &mut job, events).await?;
        if ended {
            self.contexts.forget(job.id);
        }
        Ok(ended)
    }

    /// Writes events and counters; adds the end of the job when all items are
    /// settled.
    async fn record(
        &self,
        tx: &mut Tx,
        job: &mut JobRow,
        mut events: Vec<Event>,
    ) -> Result<bool, Error> {
        let now = now_ms();
        job.settled_ms = now;
        let counts = job.counts;
        let settled = counts.success + counts.error + counts.cancelled;
        let state = JobState::from_code(&job.state);
        let ended = settled >= counts.total && state != JobState::Done;
        if ended {
            let outcome = outcome(job, state);
            job.state = JobState::Done.code().into();
            job.outcome = outcome.code().into();
            job.ended_ms = now;
            events.push(Event::JobFinished {
                outcome,
                counts,
                error: None,
                elapsed_ms: now - job.submitted_ms,
            });
        }
        store::jobs::update(tx, job).await?;
        if !events.is_empty() {
            store::events::append(tx, job.id, now, &event::rows(&events)).await?;
        }
        Ok(ended)
    }

    fn after_commit(&self, job: i64, ended: bool) {
        if ended {
            self.contexts.forget(job);
        }
        self.hints.ring(job);
    }
}

/// 03 §2.2: every asset failing is still COMPLETED_WITH_ERRORS.
fn outcome(job: &JobRow, state: JobState) -> JobOutcome {
    if state == JobState::Stopping {
        JobOutcome::Stopped
    } else if job.counts.error > 0 {
        JobOutcome::CompletedWithErrors
    } else if job.counts.warning > 0 || job.job_warnings > 0 {
        JobOutcome::SucceededWithWarnings
    } else {
        JobOutcome::Succeeded
    }
}

async fn read_job(tx: &mut Tx, id: i64) -> Result<JobRow, Error> {
    let job = store::jobs::read(tx, id).await?;
    job.ok_or_else(|| Error::Bug(format!("job {id} has items but no row")))
}

fn artifact_row(item: &ItemRow, exported: &Exported) -> ArtifactRow {
    ArtifactRow {
        job_id: item.job_id,
        idx: item.idx,
        file_name: exported.file.name.clone(),
        mime_type: exported.file.mime_type.clone(),
        size: exported.file.size,
        width: exported.file.width,
        height: exported.file.height,
        sha256: exported.file.sha256.clone(),
        blob: exported.blob.clone(),
    }
}

/// An item as events name it.
pub(super) fn asset_ref(item: &ItemRow, asset: Option<&AssetRow>) -> AssetRef {
    let visible = asset.filter(|a| a.trash_state != TrashState::InEmptiedTrash as i32);
    let name = visible.map_or(String::new(), |a| match a.file_name.is_empty() {
        true => a.name.clone(),
        false => a.file_name.clone(),
    });
    AssetRef {
        index: item.idx,
        handle: item.handle.clone(),
        name,
        asset_type: visible.map_or(AssetType::Unspecified as i32, |a| a.asset_type),
    }
}
