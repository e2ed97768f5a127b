//! Whether the rows and the files of a data directory agree, with the server
//! stopped. Nothing is changed, except that files which no row names are removed
//! when that is asked for.

mod books;
mod files;

use crate::blobs::Blobs;
use crate::data_dir::{self, DATABASE};
use crate::store::Store;
use anyhow::Context as _;
use std::path::Path;

/// How to check.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Looks at the sizes of files and not into them.
    pub quick: bool,
    /// Removes files that no row names.
    pub repair: bool,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file below the data directory, the job, the library.
    pub subject: String,
    pub problem: String,
    /// It was put right.
    pub repaired: bool,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub assets: i64,
    pub originals: u64,
    pub outputs: u64,
    pub jobs: i64,
    pub findings: u64,
    pub repaired: u64,
}

/// One run over a data directory.
struct Check<'a> {
    store: Store,
    blobs: Blobs,
    options: Options,
    report: &'a mut (dyn FnMut(&Finding) + Send),
    summary: Summary,
}

/// Checks a data directory that no server uses, and reports each finding when it
/// is found.
pub async fn check(
    data: &Path,
    options: Options,
    report: &mut (dyn FnMut(&Finding) + Send),
) -> anyhow::Result<Summary> {
    let database = data.join(DATABASE);
    anyhow::ensure!(
        database.is_file(),
        "{} has no {DATABASE}: it is no data directory of offprint",
        data.display()
    );
    let _lock = data_dir::lock(data)?;
    let store = Store::open_existing(&database)
        .await
        .with_context(|| format!("can't open the database in {}", data.display()))?;
    let blobs = Blobs::at(data);
    let mut check = Check { store, blobs, options, report, summary: Summary::default() };
    check.run().await?;
    check.store.close().await;
    Ok(check.summary)
}

impl Check<'_> {
    async fn run(&mut self) -> anyhow::Result<()> {
        let damage = self.store.integrity(self.options.quick).await?;
        for line in &damage {
            self.found(DATABASE, line);
        }
        if !damage.is_empty() {
            // what such a database says about files is worth nothing
            return Ok(());
        }
        self.originals().await?;
        self.outputs().await?;
        self.stray_originals().await?;
        self.stray_outputs().await?;
        self.staging()?;
        self.books().await
    }

    fn found(&mut self, subject: &str, problem: &str) {
        self.tell(subject, problem.to_owned(), false);
    }

    fn tell(&mut self, subject: &str, problem: String, repaired: bool) {
        self.summary.findings += 1;
        self.summary.repaired += u64::from(repaired);
        (self.report)(&Finding { subject: subject.to_owned(), problem, repaired });
    }
}
