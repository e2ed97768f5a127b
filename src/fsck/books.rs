//! Whether what rows say about other rows is so.

use super::Check;
use crate::store::checks::Discrepancy;

impl Check<'_> {
    /// Counters and events of jobs, artifacts and their items, quotas, numbers
    /// of handles.
    pub(super) async fn books(&mut self) -> anyhow::Result<()> {
        let (mut wrong, jobs) = self.store.job_discrepancies().await?;
        self.summary.jobs = jobs;
        wrong.extend(self.store.orphaned_rows().await?);
        wrong.extend(self.store.library_discrepancies().await?);
        for Discrepancy { of, what, stored, found } in wrong {
            self.found(&of, &format!("{what}: its books say {stored}, counted were {found}"));
        }
        for (job, idx) in self.store.artifacts_of_unfinished_items().await? {
            let subject = format!("job {job}, item {idx}");
            self.found(&subject, "has an artifact although it is not done");
        }
        Ok(())
    }
}
