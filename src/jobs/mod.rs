//! The life of a job: submit, admit, claim, export, finish, stop.
//!
//! The row of an item is the truth about it. A state change, its events and the
//! job's counters commit in one transaction; only then do watchers hear of it.

mod admit;
mod asset_commands;
mod context;
mod control;
pub mod diagnostics;
pub mod event;
mod export;
mod finish;
mod housekeeping;
mod items;
pub mod log;
mod mails;
mod manifest;
mod memory;
mod name_template;
pub mod naming;
mod output_commands;
mod outputs;
mod package;
pub mod schedule;
pub mod schedules;
mod sources;
pub mod submit;
pub mod vocabulary;
mod worker;

use crate::blobs::Blobs;
use crate::config::Config;
use crate::decoding::Decoders;
use crate::error::Error;
use crate::modifiers;
use crate::notify::smtp::Mailer;
use crate::queue::progress::ProgressBoard;
use crate::queue::{Hints, WorkQueue};
use crate::render::colour::Colours;
use crate::store::{self, Store};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vocabulary::JobState;

/// Everything that jobs need; shared by services and workers.
pub struct Jobs {
    pub store: Store,
    pub blobs: Blobs,
    pub queue: Arc<dyn WorkQueue>,
    pub hints: Arc<dyn Hints>,
    pub progress: ProgressBoard,
    pub config: Config,
    pub defaults: modifiers::Defaults,
    pub colours: Colours,
    pub decoders: Decoders,
    contexts: context::Contexts,
    memory: memory::MemoryBudget,
    /// Rung when a job may have room for more offers.
    room: Notify,
    /// The next look for items is a thorough one.
    resweep: AtomicBool,
    /// No more items are taken.
    drain: CancellationToken,
    /// Items that still run are given back.
    hard_stop: CancellationToken,
    tasks: TaskTracker,
}

/// What [`Jobs`] are made of.
pub struct Parts {
    pub store: Store,
    pub blobs: Blobs,
    pub queue: Arc<dyn WorkQueue>,
    pub hints: Arc<dyn Hints>,
    pub config: Config,
    pub defaults: modifiers::Defaults,
    pub colours: Colours,
    pub decoders: Decoders,
}

impl Jobs {
    pub fn new(parts: Parts) -> Arc<Jobs> {
        let Parts { store, blobs, queue, hints, config, defaults, colours, decoders } = parts;
        Arc::new(Jobs {
            store,
            blobs,
            queue,
            hints,
            progress: ProgressBoard::default(),
            memory: memory::MemoryBudget::new(config.jobs.memory_bytes),
            config,
            defaults,
            colours,
            decoders,
            contexts: context::Contexts::default(),
            room: Notify::new(),
            resweep: AtomicBool::new(false),
            drain: CancellationToken::new(),
            hard_stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// Takes up what an earlier process left, then starts admission and
    /// workers. The data directory must be locked: nobody else runs its items.
    pub async fn start(self: &Arc<Self>) -> Result<(), Error> {
        self.recover().await?;
        self.tasks.spawn(admit::run(self.clone()));
        self.tasks.spawn(schedules::run(self.clone()));
        self.tasks.spawn(housekeeping::run(self.clone()));
        if !self.config.mail.host.is_empty() {
            let mailer = Mailer::new(&self.config.mail.smtp())
                .map_err(|error| Error::Bug(format!("mail: {error}")))?;
            self.tasks.spawn(mails::run(self.clone(), mailer));
        }
        let workers = match self.config.jobs.workers {
            0 => std::thread::available_parallelism().map_or(2, |n| n.get()),
            n => n,
        };
        for _ in 0..workers {
            self.tasks.spawn(worker::run(self.clone()));
        }
        Ok(())
    }

    /// Stops taking items and waits for those that run; after the drain time
    /// they are given back and will be done by the next process.
    pub async fn stop(&self) {
        self.drain.cancel();
        self.tasks.close();
        let patience = std::time::Duration::from_secs(self.config.jobs.drain_seconds);
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            self.hard_stop.cancel();
            self.tasks.wait().await;
        }
    }

    /// A job found running returns to waiting (03 §2.2); what is settled stays.
    async fn recover(&self) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let items = store::items::recover(&mut tx).await?;
        for store::jobs::Unfinished { id, state, packing } in self.store.unfinished_jobs().await? {
            if JobState::from_code(&state) != JobState::Running || packing {
                continue;
            }
            let Some(mut job) = store::jobs::read(&mut tx, id).await? else { continue };
            let event = event::Event::JobStateChanged {
                from: JobState::Running,
                to: JobState::Waiting,
                actor: "server".into(),
            };
            job.state = JobState::Waiting.code().into();
            store::jobs::update(&mut tx, &job).await?;
            store::events::append(&mut tx, id, now_ms(), &event::rows(&[event])).await?;
        }
        tx.commit().await.map_err(store::StoreError::from)?;
        if items > 0 {
            tracing::info!(items, "items of an earlier process wait again");
        }
        Ok(())
    }
}

/// Milliseconds since 1970 UTC.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}
