//! Removing originals that no asset has any more.
//!
//! Replacing and removing assets note the file that they let go; the sweeper
//! removes it after a time, unless an asset has it by then. A crash can leave
//! files that no row ever named: each start notes those.

use super::Library;
use crate::error::Error;
use crate::jobs::now_ms;
use crate::store;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Files removed at once; uploads wait so long.
const BATCH: usize = 100;

impl Library {
    /// Sweeps at once, then every `pause`, until told to stop.
    pub async fn sweep_until(self, stop: CancellationToken, pause: Duration, grace: Duration) {
        let grace_ms = grace.as_millis() as i64;
        if let Err(error) = self.note_strays(&stop).await {
            tracing::error!(%error, "can't look for originals that no asset has");
        }
        loop {
            match self.sweep(now_ms() - grace_ms, &stop).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "removed originals that no asset has"),
                Err(error) => tracing::error!(%error, "can't remove originals that no asset has"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Notes files without a row, each with its own time, so that the time of
    /// grace counts from then.
    async fn note_strays(&self, stop: &CancellationToken) -> Result<(), Error> {
        for folder in 0..=u8::MAX {
            if stop.is_cancelled() {
                return Ok(());
            }
            let blobs = self.blobs.clone();
            let files = tokio::task::spawn_blocking(move || blobs.originals_in(folder)).await??;
            for files in files.chunks(BATCH) {
                let sha256s: Vec<String> = files.iter().map(|file| file.sha256.clone()).collect();
                let in_use = self.store.originals_in_use(&sha256s).await?;
                let strays: Vec<_> =
                    files.iter().filter(|file| !in_use.contains(&file.sha256)).collect();
                if strays.is_empty() {
                    continue;
                }
                let mut tx = self.store.begin().await?;
                for stray in strays {
                    let since_ms = stray.modified_ms.min(now_ms());
                    store::originals::note(&mut tx, &stray.sha256, since_ms).await?;
                }
                tx.commit().await.map_err(store::StoreError::from)?;
            }
        }
        Ok(())
    }

    /// Notes a file that did not get its row after all.
    pub(super) async fn note_stray(&self, sha256: &str) {
        let note = async {
            let mut tx = self.store.begin().await?;
            store::originals::note(&mut tx, sha256, now_ms()).await?;
            tx.commit().await.map_err(store::StoreError::from)
        };
        if let Err(error) = note.await {
            // the next start finds it
            tracing::warn!(sha256, %error, "a file without an asset stays");
        }
    }

    /// Removes files released until `until_ms` that no asset has. Returns how
    /// many there were.
    async fn sweep(&self, until_ms: i64, stop: &CancellationToken) -> Result<usize, Error> {
        let mut removed = 0;
        while !stop.is_cancelled() {
            let alone = self.placing.write().await;
            let released = self.store.released_originals(until_ms, BATCH as i64).await?;
            if released.is_empty() {
                break;
            }
            let in_use = self.store.originals_in_use(&released).await?;
            let unused: Vec<String> =
                released.iter().filter(|sha256| !in_use.contains(*sha256)).cloned().collect();
            removed += unused.len();
            let blobs = self.blobs.clone();
            let done = tokio::task::spawn_blocking(move || {
                unused.iter().try_for_each(|sha256| blobs.remove_original(sha256))
            });
            done.await??;
            let mut tx = self.store.begin().await?;
            store::originals::forget(&mut tx, &released).await?;
            tx.commit().await.map_err(store::StoreError::from)?;
            drop(alone);
        }
        Ok(removed)
    }
}
