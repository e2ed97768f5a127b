//! Settling items: state, artifact, events and counters in one transaction,
//! and the end of the job when the last one is settled.

use super::event::{self, AssetRef, Event, OutputFile};
use super::vocabulary::{ExportRequest, JobOutcome, JobState, Package, TrashState};
use super::{Jobs, now_ms};
use crate::error::{Error, Problem};
use crate::proto::AssetType;
use crate::store::artifacts::{ArtifactRow, PER_ITEM};
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use crate::store::jobs::JobRow;
use crate::store::{self, Tx};

/// A finished export of one item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exported {
    pub files: Vec<Output>,
    pub warnings: Vec<Problem>,
}

/// One output of an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Output {
    pub file: OutputFile,
    /// Key of its bytes.
    pub blob: String,
    /// Of its bytes.
    pub crc32: u32,
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
        let (state, problems) = match attempted {
            Ok(exported) => ("done", exported.warnings.clone()),
            Err(problem) => ("failed", vec![problem.clone()]),
        };
        let problems = match problems.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&problems).unwrap_or_default(),
        };
        if !store::items::settle(&mut tx, item, state, &problems).await? {
            return Ok(false);
        }
        let mut job = read_job(&mut tx, item.job_id).await?;
        let mut events = Vec::new();
        match attempted {
            Ok(exported) => {
                job.counts.success += 1;
                job.counts.warning += i64::from(!exported.warnings.is_empty());
                let context = self.context(item.job_id).await?;
                let mut ready = Vec::new();
                for (number, Output { file, blob, crc32 }) in exported.files.iter().enumerate() {
                    job.counts.bytes_out += file.size;
                    let listed = context.request.package == Package::Files;
                    let row = ArtifactRow {
                        job_id: item.job_id,
                        idx: item.idx * PER_ITEM + number as i64,
                        file_name: file.name.clone(),
                        mime_type: file.mime_type.clone(),
                        size: file.size,
                        width: file.width,
                        height: file.height,
                        sha256: file.sha256.clone(),
                        blob: blob.clone(),
                        crc32: *crc32,
                        listed,
                        part: 0,
                        expires_ms: if listed { self.expiry() } else { 0 },
                    };
                    store::artifacts::insert(&mut tx, &row).await?;
                    if listed {
                        ready.push(artifact_ready(&row));
                    }
                }
                for warning in &exported.warnings {
                    let warning = warning.clone();
                    events.push(Event::AssetWarning { asset: asset.clone(), warning });
                }
                events.push(Event::AssetCompleted {
                    asset: asset.clone(),
                    files: exported.files.iter().map(|output| output.file.clone()).collect(),
                    elapsed_ms,
                    counts: job.counts,
                });
                events.extend(ready);
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
        let packing = job.packing;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.after_commit(job.id, ended);
        if packing {
            self.room.notify_one();
        }
        Ok(true)
    }

    /// Lets an item wait after a moment's trouble. False when the claim was lost.
    pub(super) async fn postpone(&self, item: &ItemRow, pause_ms: i64) -> Result<bool, Error> {
        let mut tx = self.store.begin().await?;
        let ours = store::items::postpone(&mut tx, item, now_ms().saturating_add(pause_ms)).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(ours)
    }

    /// When something that is ready now goes away again.
    pub(super) fn expiry(&self) -> i64 {
        match self.config.jobs.keep_artifacts_hours {
            0 => 0,
            hours => i64::try_from(hours)
                .unwrap_or(i64::MAX)
                .saturating_mul(3_600_000)
                .saturating_add(now_ms()),
        }
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
    pub(super) async fn record(
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
        let settled = settled >= counts.total && state != JobState::Done;
        // what is packed ends once it is, in `package`
        job.packing = settled && counts.success > 0 && request(job)?.is_packed();
        let ended = settled && !job.packing;
        if ended {
            self.end(job, now, None, &mut events);
            self.mail_at_end(tx, job, &request(job)?).await?;
        }
        store::jobs::update(tx, job).await?;
        if !events.is_empty() {
            store::events::append(tx, job.id, now, &event::rows(&events)).await?;
        }
        Ok(ended)
    }

    /// Marks the end in the row and adds its event.
    pub(super) fn end(
        &self,
        job: &mut JobRow,
        now: i64,
        fatal: Option<Problem>,
        events: &mut Vec<Event>,
    ) {
        let outcome = match fatal {
            Some(_) => JobOutcome::Failed,
            None => outcome(job, JobState::from_code(&job.state)),
        };
        job.packing = false;
        job.state = JobState::Done.code().into();
        job.outcome = outcome.code().into();
        job.ended_ms = now;
        events.push(Event::JobFinished {
            outcome,
            counts: job.counts,
            error: fatal,
            elapsed_ms: now - job.submitted_ms,
        });
    }

    pub(super) fn after_commit(&self, job: i64, ended: bool) {
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

pub(super) async fn read_job(tx: &mut Tx, id: i64) -> Result<JobRow, Error> {
    let job = store::jobs::read(tx, id).await?;
    job.ok_or_else(|| Error::Bug(format!("job {id} has items but no row")))
}

/// What was submitted.
pub(super) fn request(job: &JobRow) -> Result<ExportRequest, Error> {
    serde_json::from_str(&job.request)
        .map_err(|e| Error::Bug(format!("request of job {}: {e}", job.id)))
}

/// The event that tells of an artifact.
pub(super) fn artifact_ready(row: &ArtifactRow) -> Event {
    Event::ArtifactReady {
        index: None,
        artifact: row.idx,
        file: OutputFile {
            name: row.file_name.clone(),
            mime_type: row.mime_type.clone(),
            size: row.size,
            width: row.width,
            height: row.height,
            sha256: row.sha256.clone(),
            page: 0,
        },
        part: row.part,
        expires_ms: row.expires_ms,
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
