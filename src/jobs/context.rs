//! What all items of a job share, read from its row once.

use super::Jobs;
use super::outputs::{self, Planned};
use super::vocabulary::{ExportKind, ExportRequest};
use crate::error::Error;
use crate::modifiers::plan::Plan;
use crate::modifiers::{self, Macros, Sources, Strictness};
use crate::store::items::ItemRow;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A job as its items see it.
#[derive(Debug)]
pub struct JobContext {
    pub company: String,
    pub request: ExportRequest,
    /// The commands as resolved at submit; empty for originals.
    effective: String,
    /// What to do to each picture, by the job's own commands and then by each rendition;
    /// `None` for originals, and when another version stored commands that this one
    /// can't read.
    plans: Vec<Option<Plan>>,
}

impl JobContext {
    /// The commands of one output: its asset's own, or those of the rendition or the job.
    pub fn effective<'a>(&'a self, output: &'a Planned) -> &'a str {
        let rendition = output.rendition.and_then(|number| self.request.renditions.get(number));
        match (output.effective.as_str(), rendition) {
            ("", None) => &self.effective,
            ("", Some(rendition)) => &rendition.effective,
            (own, _) => own,
        }
    }

    /// The commands of all outputs of an item, a line each.
    pub fn effective_requests(&self, item: &ItemRow) -> String {
        let outputs = outputs::planned(item);
        let mut lines: Vec<&str> = outputs.iter().map(|output| self.effective(output)).collect();
        // pages of one document
        lines.dedup();
        lines.join("\n")
    }

    /// What to do to the picture for one output. Own commands are read again for
    /// each attempt: that takes microseconds, a picture milliseconds.
    pub fn plan(&self, output: &Planned) -> Option<Cow<'_, Plan>> {
        match output.effective.as_str() {
            "" => {
                let number = output.rendition.map_or(0, |number| number + 1);
                self.plans.get(number)?.as_ref().map(Cow::Borrowed)
            }
            own => plan(own).map(Cow::Owned),
        }
    }
}

/// Contexts of jobs that are being worked on.
#[derive(Debug, Default)]
pub struct Contexts {
    by_job: Mutex<HashMap<i64, Arc<JobContext>>>,
}

impl Contexts {
    pub fn forget(&self, job: i64) {
        self.by_job.lock().unwrap_or_else(PoisonError::into_inner).remove(&job);
    }

    fn get(&self, job: i64) -> Option<Arc<JobContext>> {
        self.by_job.lock().unwrap_or_else(PoisonError::into_inner).get(&job).cloned()
    }

    fn insert(&self, job: i64, context: Arc<JobContext>) {
        self.by_job.lock().unwrap_or_else(PoisonError::into_inner).insert(job, context);
    }
}

impl Jobs {
    /// The context of a job.
    pub(super) async fn context(&self, job: i64) -> Result<Arc<JobContext>, Error> {
        if let Some(context) = self.contexts.get(job) {
            return Ok(context);
        }
        let row = self.store.job(job).await?;
        let row = row.ok_or_else(|| Error::Bug(format!("job {job} has items but no row")))?;
        let request: ExportRequest = serde_json::from_str(&row.request)
            .map_err(|e| Error::Bug(format!("request of job {job}: {e}")))?;
        let plans = match request.kind {
            ExportKind::Orig => Vec::new(),
            ExportKind::Convert => {
                let renditions = request.renditions.iter().map(|of| of.effective.as_str());
                std::iter::once(row.effective.as_str()).chain(renditions).map(plan).collect()
            }
        };
        let context =
            Arc::new(JobContext { company: row.company, request, effective: row.effective, plans });
        self.contexts.insert(job, context.clone());
        Ok(context)
    }
}

/// The plan of stored commands. They are canonical: they have no macros left in
/// them and were written against the defaults of the language, not a company's.
fn plan(effective: &str) -> Option<Plan> {
    let sources = Sources { is_modifier: effective, ..Sources::default() };
    let defaults = modifiers::Defaults::default();
    let resolved = modifiers::resolve(&sources, &Macros::default(), &defaults, Strictness::Lenient);
    resolved.executable().cloned()
}
