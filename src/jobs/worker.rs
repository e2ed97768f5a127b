//! A worker: take, claim, export with a heartbeat, settle.

use super::context::JobContext;
use super::event::{self, AssetRef, Event};
use super::finish::{Attempted, asset_ref, request};
use super::outputs;
use super::sources::ItemSources;
use super::vocabulary::JobState;
use super::{Jobs, now_ms};
use crate::blobs::attempt_key;
use crate::codecs::sniff::Kind;
use crate::conversion::{self, SourceSize};
use crate::error::{Error, Problem};
use crate::queue::ItemId;
use crate::store;
use crate::store::items::{Claim, ItemRow};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Works on items, one at a time, until the server stops.
pub(super) async fn run(jobs: Arc<Jobs>) {
    loop {
        let item = tokio::select! {
            biased;
            () = jobs.drain.cancelled() => return,
            item = jobs.queue.take() => item,
        };
        if let Err(error) = work(&jobs, item).await {
            // The row still says what is to be done: its lease runs out and the
            // sweeper offers it again.
            tracing::error!(job = item.job, item = item.idx, %error, "an attempt was lost");
        }
        jobs.progress.clear(item);
        jobs.queue.finished(item);
        if jobs.queue.pending(item.job) <= jobs.config.jobs.window / 2 {
            jobs.room.notify_one();
        }
    }
}

async fn work(jobs: &Arc<Jobs>, id: ItemId) -> Result<(), Error> {
    let context = jobs.context(id.job).await?;
    let Some(row) = jobs.store.item(id.job, id.idx).await? else { return Ok(()) };
    let sources = jobs.item_sources(&context, &row).await?;
    let asset = sources.as_ref().ok().and_then(|sources| sources.asset.as_ref());
    let asset_ref = asset_ref(&row, asset);
    let memory = sources.as_ref().map_or(0, |sources| memory(&context, &row, sources));
    let room = jobs.memory.admit(memory).await;
    if jobs.drain.is_cancelled() {
        return Ok(());
    }
    let item = match claim(jobs, id, &asset_ref, &context.effective_requests(&row)).await? {
        Claim::Lost => return Ok(()),
        Claim::Exhausted(item) => {
            let problem = poison(&item, jobs.config.jobs.max_attempts);
            return settle(jobs, &item, &asset_ref, &Err(problem), 0).await;
        }
        Claim::Won(item) => item,
    };
    let begin = Instant::now();
    let attempted = match sources {
        Err(problem) => Err(problem),
        Ok(sources) => match export(jobs, &context, &item, sources, room).await? {
            None => return Ok(()),
            Some(attempted) => attempted,
        },
    };
    if let Err(problem) = &attempted
        && is_transient(problem)
        && item.failures + 1 < TRIES
    {
        let seconds = i64::try_from(jobs.config.jobs.retry_seconds).unwrap_or(i64::MAX);
        let pause = seconds.saturating_mul(1000).saturating_mul(4_i64.pow(item.failures as u32));
        tracing::warn!(job = id.job, item = id.idx, reason = problem.reason, pause, "tried again");
        jobs.postpone(&item, pause).await?;
        return Ok(());
    }
    let elapsed = begin.elapsed().as_millis() as i64;
    settle(jobs, &item, &asset_ref, &attempted, elapsed).await
}

/// How often an asset is tried that meets a moment's trouble (03 §6.3).
const TRIES: i64 = 3;

/// Trouble with the store or with time, which another try may not meet.
fn is_transient(problem: &Problem) -> bool {
    matches!(problem.reason.as_str(), "STORAGE_FULL" | "STORAGE_FAILED" | "TIME_LIMIT")
}

/// Claims the row and says so to the watchers.
async fn claim(
    jobs: &Jobs,
    id: ItemId,
    asset: &AssetRef,
    effective_request: &str,
) -> Result<Claim, Error> {
    let now = now_ms();
    let lease_until = now + lease(jobs).as_millis() as i64;
    let max_attempts = jobs.config.jobs.max_attempts;
    let mut tx = jobs.store.begin().await?;
    let claim =
        store::items::claim(&mut tx, id.job, id.idx, now, lease_until, max_attempts).await?;
    let attempt = match &claim {
        Claim::Lost => return Ok(claim),
        Claim::Won(item) => item.attempt,
        Claim::Exhausted(item) => item.attempt,
    };
    let mut events = Vec::new();
    let job = store::jobs::read(&mut tx, id.job).await?;
    let mut job = job.ok_or_else(|| Error::Bug(format!("job {} has no row", id.job)))?;
    let state = JobState::from_code(&job.state);
    if matches!(state, JobState::Paused | JobState::Stopping | JobState::Done) {
        // Stopped or paused after the offer: nothing new is started, the claim is undone.
        return Ok(Claim::Lost);
    }
    if state.may_become(JobState::Running) {
        if job.started_ms == 0 {
            job.started_ms = now;
            jobs.mail_at_begin(&mut tx, &job, &request(&job)?).await?;
            events.push(Event::JobStarted {
                run_name: job.run_name.clone(),
                total: job.counts.total,
                resolved_macro: job.resolved_macro.clone(),
            });
        } else {
            events.push(Event::JobStateChanged {
                from: state,
                to: JobState::Running,
                actor: "server".into(),
            });
        }
        job.state = JobState::Running.code().into();
        store::jobs::update(&mut tx, &job).await?;
    }
    if matches!(claim, Claim::Won(_)) {
        events.push(Event::AssetStarted {
            asset: asset.clone(),
            attempt,
            effective_request: effective_request.to_owned(),
        });
    }
    if !events.is_empty() {
        store::events::append(&mut tx, id.job, now, &event::rows(&events)).await?;
    }
    tx.commit().await.map_err(store::StoreError::from)?;
    jobs.hints.ring(id.job);
    Ok(claim)
}

/// Exports the item. A file that is missing is looked for once more when the
/// library names another one by now: it was replaced or removed while the item
/// waited for room.
async fn export(
    jobs: &Arc<Jobs>,
    context: &Arc<JobContext>,
    item: &ItemRow,
    sources: ItemSources,
    room: Option<OwnedSemaphorePermit>,
) -> Result<Option<Attempted>, Error> {
    let tried = sources.clone();
    let attempted = attempt(jobs, context, item, sources, room).await?;
    if !matches!(&attempted, Some(Err(problem)) if problem.reason == "ORIGINAL_MISSING") {
        return Ok(attempted);
    }
    match jobs.item_sources(context, item).await? {
        Err(problem) => Ok(Some(Err(problem))),
        Ok(sources) if sources.same_files(&tried) => Ok(attempted),
        Ok(sources) => {
            let room = jobs.memory.admit(memory(context, item, &sources)).await;
            attempt(jobs, context, item, sources, room).await
        }
    }
}

/// Exports the item while keeping its lease. `None` when the claim was lost or
/// given back.
async fn attempt(
    jobs: &Arc<Jobs>,
    context: &Arc<JobContext>,
    item: &ItemRow,
    sources: ItemSources,
    room: Option<OwnedSemaphorePermit>,
) -> Result<Option<Attempted>, Error> {
    let stop = CancellationToken::new();
    // Whoever waits for this attempt no longer makes it end.
    let _stopped_at_the_end = stop.clone().drop_guard();
    let mut work = {
        let (jobs, context, item) = (jobs.clone(), context.clone(), item.clone());
        tokio::task::spawn_blocking(move || {
            let attempted = super::export::export(&jobs, &context, &item, sources, &stop);
            // held as long as the pixels are, even when nobody waits any more
            drop(room);
            attempted
        })
    };
    let limit = jobs.config.limits.max_asset_seconds;
    let out_of_time = tokio::time::sleep(Duration::from_secs(limit));
    tokio::pin!(out_of_time);
    let mut heartbeat = tokio::time::interval(lease(jobs) / 3);
    heartbeat.tick().await;
    loop {
        tokio::select! {
            done = &mut work => {
                return Ok(Some(done.unwrap_or_else(|error| Err(crashed(&error)))));
            }
            () = &mut out_of_time => {
                tracing::warn!(job = item.job_id, item = item.idx, limit, "an asset took too long");
                // not of the tracked tasks: a stop of the server must not wait for it
                tokio::spawn(drop_late_output(jobs.clone(), item.clone(), work));
                return Ok(Some(Err(too_long(limit))));
            }
            () = jobs.hard_stop.cancelled() => {
                let mut tx = jobs.store.begin().await?;
                store::items::release(&mut tx, item.job_id, item.idx, item.attempt).await?;
                tx.commit().await.map_err(store::StoreError::from)?;
                return Ok(None);
            }
            _ = heartbeat.tick() => {
                let until = now_ms() + lease(jobs).as_millis() as i64;
                let mut tx = jobs.store.begin().await?;
                let ours = store::items::extend_lease(
                    &mut tx, item.job_id, item.idx, item.attempt, until,
                ).await?;
                tx.commit().await.map_err(store::StoreError::from)?;
                if !ours {
                    return Ok(None);
                }
            }
        }
    }
}

/// Settles, trying again while the database can't be written: the work is done
/// and must not be lost to a moment's full disk.
async fn settle(
    jobs: &Jobs,
    item: &ItemRow,
    asset: &AssetRef,
    attempted: &Attempted,
    elapsed_ms: i64,
) -> Result<(), Error> {
    let mut pause = Duration::from_millis(100);
    loop {
        match jobs.settle(item, asset, attempted, elapsed_ms).await {
            Ok(true) => return Ok(()),
            Ok(false) => {
                if attempted.is_ok() {
                    jobs.blobs.remove(&attempt_key(item.job_id, item.idx, item.attempt))?;
                }
                return Ok(());
            }
            Err(error) if pause > lease(jobs) / 3 => return Err(error),
            Err(error) => {
                tracing::warn!(job = item.job_id, item = item.idx, %error, "can't settle yet");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
    }
}

fn lease(jobs: &Jobs) -> Duration {
    Duration::from_secs(jobs.config.jobs.lease_seconds)
}

fn poison(item: &ItemRow, max_attempts: i64) -> Problem {
    Problem::new(
        "POISON",
        format!(
            "{} attempts to export this asset were cut off by a crash of the server; it is not \
             tried again (jobs.max_attempts is {max_attempts})",
            item.attempt - item.released
        ),
    )
}

/// Waits for an attempt that has failed already and removes what it may still have
/// stored: no later attempt would.
async fn drop_late_output(jobs: Arc<Jobs>, item: ItemRow, work: JoinHandle<Attempted>) {
    let key = attempt_key(item.job_id, item.idx, item.attempt);
    if let Ok(Ok(_)) = work.await
        && let Err(error) = jobs.blobs.remove(&key)
    {
        tracing::warn!(key, %error, "a late output stays");
    }
}

fn too_long(limit: u64) -> Problem {
    Problem::new(
        "TIME_LIMIT",
        format!("the export took longer than {limit} seconds (limits.max_asset_seconds)"),
    )
}

/// Bytes that an attempt takes, from what the library knows of the pictures.
/// Originals are copied in small pieces.
fn memory(context: &JobContext, item: &ItemRow, sources: &ItemSources) -> u64 {
    let Some(asset) = &sources.asset else { return 0 };
    let outputs = outputs::planned(item);
    let side = |side: i32| side.max(0) as u32;
    let extension = super::naming::split(&asset.file_name).1.to_ascii_lowercase();
    let kind = Kind::of_extension(extension.trim_start_matches('.')).unwrap_or(Kind::Unknown);
    let source = SourceSize {
        width: side(asset.width),
        height: side(asset.height),
        file_size: asset.file_size.max(0) as u64,
        kind,
    };
    let plans = outputs.iter().filter_map(|output| context.plan(output));
    let own = plans.map(|plan| conversion::memory_of(&plan, &source)).max().unwrap_or(0);
    // one after the other
    let mask = sources.masks.iter().flatten().map(|mask| {
        let mask = &mask.row;
        let pixels = u64::from(side(mask.width)) * u64::from(side(mask.height));
        pixels * MASK_PIXEL + mask.file_size.max(0) as u64
    });
    own + mask.max().unwrap_or(0)
}

/// Bytes of a pixel of a mask: four components when it is decoded, then gray at its
/// own and the picture's size.
const MASK_PIXEL: u64 = 8;

fn crashed(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "a conversion panicked");
    Problem::new("RENDER_FAILED", "the conversion failed with an internal error; it is logged")
}
