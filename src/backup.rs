//! A copy of a data directory while its server runs.
//!
//! The rows come first, as they are at one moment; then the files that those
//! rows name. A file is there before a row names it, and no stored file is ever
//! changed, so the copy is whole unless rows and files were removed meanwhile:
//! then the rows are copied anew. The database gets its name last: a backup that
//! was cut off has none.

use crate::blobs::{Blobs, original_key};
use crate::data_dir::{DATABASE, PROFILES};
use crate::store::Store;
use anyhow::Context as _;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Rows read at once.
const PAGE: i64 = 500;

/// How often the rows are copied anew because files were removed meanwhile.
const ROUNDS: usize = 5;

/// What a backup has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub files: u64,
    pub bytes: u64,
    /// Files that are names of the same bytes on the same disk.
    pub linked: u64,
}

/// Copies the data directory `data` to `to`, which must be empty or not there.
pub async fn back_up(data: &Path, to: &Path) -> anyhow::Result<Summary> {
    let database = data.join(DATABASE);
    anyhow::ensure!(
        database.is_file(),
        "{} has no {DATABASE}: it is no data directory of offprint",
        data.display()
    );
    fs::create_dir_all(to).with_context(|| format!("can't create {}", to.display()))?;
    anyhow::ensure!(
        fs::read_dir(to)?.next().is_none(),
        "{} is not empty: a backup takes a new directory",
        to.display()
    );
    let backup = Backup { from: data.to_owned(), to: to.to_owned() };
    let store = Store::open_existing(&database)
        .await
        .with_context(|| format!("can't open the database in {}", data.display()))?;
    let copied = backup.copy(&store).await;
    store.close().await;
    copied
}

struct Backup {
    from: PathBuf,
    to: PathBuf,
}

impl Backup {
    async fn copy(&self, store: &Store) -> anyhow::Result<Summary> {
        let unfinished = self.to.join(format!("{DATABASE}.unfinished"));
        let mut missing = Vec::new();
        for _ in 0..ROUNDS {
            if unfinished.exists() {
                fs::remove_file(&unfinished)?;
            }
            store.copy_to(&unfinished).await.context("can't copy the database")?;
            let copy = Store::open_existing(&unfinished).await?;
            let keys = keys(&copy).await;
            copy.close().await;
            let keys = keys?;
            let summary;
            (summary, missing) = self.files(&keys)?;
            if missing.is_empty() {
                self.remove_others(&keys)?;
                self.profiles()?;
                self.name_database(&unfinished)?;
                return Ok(summary);
            }
        }
        anyhow::bail!(
            "{} files are missing, the first is {}: 'offprint fsck' says which assets and jobs \
             they belong to; {} is no whole backup",
            missing.len(),
            missing[0],
            self.to.display()
        )
    }

    /// Copies files that are not there yet. Returns those that are missing.
    fn files(&self, keys: &HashSet<String>) -> anyhow::Result<(Summary, Vec<String>)> {
        let mut summary = Summary::default();
        let mut missing = Vec::new();
        let mut folders = HashSet::new();
        for key in keys {
            let (source, target) = (self.from.join(key), self.to.join(key));
            if let Some(parent) = target.parent()
                && folders.insert(parent.to_owned())
            {
                fs::create_dir_all(parent)?;
            }
            let linked = match place(&source, &target) {
                Ok(linked) => linked,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    missing.push(key.clone());
                    continue;
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("can't copy {}", source.display()));
                }
            };
            summary.files += 1;
            summary.linked += u64::from(linked);
            summary.bytes += target.metadata()?.len();
        }
        for folder in folders {
            File::open(folder)?.sync_all()?;
        }
        missing.sort_unstable();
        Ok((summary, missing))
    }

    /// Removes what an earlier round copied and the rows no longer name.
    fn remove_others(&self, keys: &HashSet<String>) -> anyhow::Result<()> {
        let copied = Blobs::at(&self.to);
        for area in ["originals", "outputs"] {
            for key in copied.files_below(area)? {
                if !keys.contains(&key) {
                    copied.remove(&key)?;
                }
            }
        }
        Ok(())
    }

    /// The colour profiles that the operator put there; they may change in
    /// place, so they are copied.
    fn profiles(&self) -> anyhow::Result<()> {
        let from = Blobs::at(&self.from);
        for key in from.files_below(PROFILES)? {
            let target = self.to.join(&key);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(self.from.join(&key), &target)?;
            File::open(&target)?.sync_all()?;
        }
        Ok(())
    }

    fn name_database(&self, unfinished: &Path) -> anyhow::Result<()> {
        File::open(unfinished)?.sync_all()?;
        fs::rename(unfinished, self.to.join(DATABASE))?;
        File::open(&self.to)?.sync_all()?;
        Ok(())
    }
}

/// Keys of all files that the rows name.
async fn keys(store: &Store) -> anyhow::Result<HashSet<String>> {
    let mut keys = HashSet::new();
    let mut after = String::new();
    loop {
        let page = store.expected_originals(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.sha256);
        keys.extend(page.iter().map(|original| original_key(&original.sha256)));
    }
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let page = store.expected_outputs(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.job, last.idx);
        keys.extend(page.into_iter().map(|output| output.blob));
    }
    Ok(keys)
}

/// Gives a file a second name where the disk allows, else copies it. Returns
/// whether it was linked.
fn place(source: &Path, target: &Path) -> io::Result<bool> {
    if target.exists() {
        return Ok(false);
    }
    if fs::hard_link(source, target).is_ok() {
        return Ok(true);
    }
    let copying = target.with_extension("copying");
    fs::copy(source, &copying)?;
    File::open(&copying)?.sync_all()?;
    fs::rename(&copying, target)?;
    Ok(false)
}
