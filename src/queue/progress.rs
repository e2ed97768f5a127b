//! How far running items are. Never stored: a lost report is harmless.

use super::ItemId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is being done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Fetch,
    Decode,
    Render,
    Encode,
    Store,
}

impl Stage {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Fetch => "fetch",
            Stage::Decode => "decode",
            Stage::Render => "render",
            Stage::Encode => "encode",
            Stage::Store => "store",
        }
    }
}

/// The latest report of one running item.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub stage: Stage,
    /// 0 to 1.
    pub fraction: f64,
    /// Counts reports; a watcher sends those it has not seen.
    pub version: u64,
}

/// One report for each running item, however many watchers read it.
#[derive(Debug, Default)]
pub struct ProgressBoard {
    jobs: Mutex<Board>,
}

#[derive(Debug, Default)]
struct Board {
    version: u64,
    reports: HashMap<i64, HashMap<i64, Report>>,
}

impl ProgressBoard {
    fn lock(&self) -> std::sync::MutexGuard<'_, Board> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the report of an item.
    pub fn report(&self, item: ItemId, stage: Stage, fraction: f64) {
        let mut board = self.lock();
        board.version += 1;
        let version = board.version;
        let report = Report { stage, fraction: fraction.clamp(0.0, 1.0), version };
        board.reports.entry(item.job).or_default().insert(item.idx, report);
    }

    /// Forgets an item.
    pub fn clear(&self, item: ItemId) {
        let mut board = self.lock();
        if let Some(reports) = board.reports.get_mut(&item.job) {
            reports.remove(&item.idx);
            if reports.is_empty() {
                board.reports.remove(&item.job);
            }
        }
    }

    /// Reports of a job newer than `seen`, by item.
    pub fn newer(&self, job: i64, seen: u64) -> Vec<(i64, Report)> {
        let board = self.lock();
        let Some(reports) = board.reports.get(&job) else { return Vec::new() };
        let mut newer: Vec<_> = reports
            .iter()
            .filter(|(_, report)| report.version > seen)
            .map(|(idx, report)| (*idx, report.clone()))
            .collect();
        newer.sort_unstable_by_key(|(idx, _)| *idx);
        newer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_report_of_an_item_is_kept() {
        let board = ProgressBoard::default();
        let item = ItemId { job: 1, idx: 3 };
        board.report(item, Stage::Decode, 0.1);
        board.report(item, Stage::Render, 0.6);
        let reports = board.newer(1, 0);
        assert_eq!(reports.len(), 1);
        assert_eq!((reports[0].1.stage, reports[0].1.fraction), (Stage::Render, 0.6));
        assert_eq!(board.newer(1, reports[0].1.version), []);
        board.clear(item);
        assert!(board.lock().reports.is_empty());
    }
}
