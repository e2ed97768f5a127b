//! Every row has its file, and every file its row.

use super::Check;
use crate::blobs::{Area, original_key};
use crate::jobs::vocabulary::asset_handle;

/// Rows read at once.
const PAGE: i64 = 500;

impl Check<'_> {
    /// The files of assets.
    pub(super) async fn originals(&mut self) -> anyhow::Result<()> {
        self.summary.assets = self.store.asset_count().await?;
        let mut after = String::new();
        loop {
            let page = self.store.expected_originals(&after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.sha256);
            for original in page {
                self.summary.originals += 1;
                let key = original_key(&original.sha256);
                let size = original.size.max(0) as u64;
                if let Some(problem) = self.file(&key, size, &original.sha256)? {
                    let assets = self.store.assets_with(&original.sha256, 4).await?;
                    let mut handles: Vec<String> =
                        assets.iter().take(3).map(|id| asset_handle(*id)).collect();
                    if assets.len() > 3 {
                        handles.push("others".into());
                    }
                    self.found(&key, &format!("{problem}; of asset {}", handles.join(", ")));
                }
            }
        }
    }

    /// The files of artifacts.
    pub(super) async fn outputs(&mut self) -> anyhow::Result<()> {
        let mut after = (i64::MIN, i64::MIN);
        loop {
            let page = self.store.expected_outputs(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.job, last.idx);
            for output in page {
                self.summary.outputs += 1;
                let size = output.size.max(0) as u64;
                if let Some(problem) = self.file(&output.blob, size, &output.sha256)? {
                    let of = format!("of job {}, artifact {}", output.job, output.idx);
                    self.found(&output.blob, &format!("{problem}; {of}"));
                }
            }
        }
    }

    /// What is wrong with a file.
    fn file(&self, key: &str, size: u64, sha256: &str) -> anyhow::Result<Option<String>> {
        let Some(on_disk) = self.blobs.size(key)? else { return Ok(Some("is missing".into())) };
        if on_disk != size {
            return Ok(Some(format!("has {on_disk} bytes instead of {size}")));
        }
        if self.options.quick {
            return Ok(None);
        }
        let found = self.blobs.checksum(key)?;
        Ok((found != sha256).then(|| format!("is damaged: its SHA-256 is {found}")))
    }

    /// Originals that no asset has and that do not wait for the sweeper.
    pub(super) async fn stray_originals(&mut self) -> anyhow::Result<()> {
        for first in 0..=u8::MAX {
            let files = self.blobs.originals_in(first)?;
            let sha256s: Vec<String> = files.into_iter().map(|file| file.sha256).collect();
            let known = self.store.known_originals(&sha256s).await?;
            for sha256 in sha256s.iter().filter(|sha256| !known.contains(*sha256)) {
                self.stray(&original_key(sha256), "no asset has this file")?;
            }
        }
        Ok(())
    }

    /// Outputs that no artifact has: of attempts that were cut off, and of jobs
    /// that are no more.
    pub(super) async fn stray_outputs(&mut self) -> anyhow::Result<()> {
        for job in self.blobs.output_folders()? {
            let known = self.store.output_keys(job).await?;
            for key in self.blobs.files_below(&format!("outputs/{job}"))? {
                if !known.contains(&key) {
                    self.stray(&key, "no artifact has this file")?;
                }
            }
        }
        Ok(())
    }

    /// Files that were being written when the server was killed.
    pub(super) fn staging(&mut self) -> anyhow::Result<()> {
        for area in [Area::Originals, Area::Outputs] {
            for key in self.blobs.staged(area)? {
                self.stray(&key, "was being written when the server was killed")?;
            }
        }
        Ok(())
    }

    fn stray(&mut self, key: &str, problem: &str) -> anyhow::Result<()> {
        if self.options.repair {
            self.blobs.remove(key)?;
        }
        self.tell(key, problem.to_owned(), self.options.repair);
        Ok(())
    }
}
