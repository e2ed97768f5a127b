//! A job as a person sees it: its events as lines or bars, its end as a table.

use super::output::{remark, say};
use super::progress::JobBars;
use super::status::event_text;
use super::table::{self, Side};
use crate::proto::watch_job_response::Event;
use crate::proto::{AssetRef, JobCounts, JobFinished, JobOutcome, OutputFile, WatchJobResponse};
use std::collections::BTreeMap;

/// Rows of the final table. A larger job shows those that need attention.
const MAX_ROWS: usize = 40;

/// What became of one asset.
#[derive(Debug, Default)]
struct Row {
    name: String,
    files: Vec<OutputFile>,
    elapsed: String,
    warnings: usize,
    /// `ok`, `failed: …` or `cancelled`; empty while it runs.
    status: String,
}

/// Follows the events of one job.
pub struct JobView {
    bars: Option<JobBars>,
    rows: BTreeMap<i32, Row>,
}

impl JobView {
    /// With bars when `live`, else with a line for each event.
    pub fn new(live: bool) -> JobView {
        JobView { bars: live.then(JobBars::new), rows: BTreeMap::new() }
    }

    /// Takes the next event: moves the bars, prints what a person should read.
    pub fn event(&mut self, response: &WatchJobResponse) {
        let Some(event) = &response.event else { return };
        self.record(event);
        if let Some(bars) = &mut self.bars {
            move_bars(bars, event);
        }
        let Some(line) = line(event) else { return };
        match &self.bars {
            Some(bars) if needs_attention(event) => bars.line(&line),
            Some(_) => {}
            None => say!("{line}"),
        }
    }

    /// A remark that is no event.
    pub fn note(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.line(text),
            None => remark!("{text}"),
        }
    }

    /// Removes the bars.
    pub fn clear(&mut self) {
        if let Some(bars) = &mut self.bars {
            bars.clear();
        }
    }

    fn record(&mut self, event: &Event) {
        match event {
            Event::AssetStarted(e) => {
                self.row(&e.asset);
            }
            Event::AssetWarning(e) => self.row(&e.asset).warnings += 1,
            Event::AssetCompleted(e) => {
                let row = self.row(&e.asset);
                row.files = e.files.clone();
                row.elapsed = table::duration(e.elapsed.as_ref());
                row.status = match row.warnings {
                    0 => "ok".to_string(),
                    n => format!("ok, {}", table::count(n as i64, "warning")),
                };
            }
            Event::AssetFailed(e) => {
                let text = e.error.as_ref().map(event_text).unwrap_or_default();
                self.row(&e.asset).status = format!("failed: {text}");
            }
            Event::AssetCancelled(e) => self.row(&e.asset).status = "cancelled".to_string(),
            _ => {}
        }
    }

    fn row(&mut self, asset: &Option<AssetRef>) -> &mut Row {
        let row = self.rows.entry(asset.as_ref().map_or(-1, |asset| asset.index)).or_default();
        if row.name.is_empty() {
            row.name = name(asset);
        }
        row
    }

    /// The final table: one row an output, in the order of the request.
    pub fn table(&self) -> String {
        let columns = [
            ("asset", Side::Left),
            ("output", Side::Left),
            ("size", Side::Right),
            ("pixels", Side::Right),
            ("time", Side::Right),
            ("status", Side::Left),
        ];
        let all = self.rows.len() <= MAX_ROWS;
        let chosen: Vec<&Row> =
            self.rows.values().filter(|row| all || row.status != "ok").take(MAX_ROWS).collect();
        let mut rows = Vec::new();
        for row in &chosen {
            if row.files.is_empty() {
                let empty = String::new;
                rows.push(vec![
                    row.name.clone(),
                    empty(),
                    empty(),
                    empty(),
                    empty(),
                    row.status.clone(),
                ]);
            }
            for file in &row.files {
                rows.push(vec![
                    row.name.clone(),
                    file.name.clone(),
                    table::size(file.size_bytes),
                    table::pixels(file.width, file.height),
                    row.elapsed.clone(),
                    row.status.clone(),
                ]);
            }
        }
        if rows.is_empty() {
            return String::new();
        }
        let mut text = table::render(&columns, &rows);
        if chosen.len() < self.rows.len() {
            let others = self.rows.len() - chosen.len();
            text.push_str(&format!("\n… and {}", table::count(others as i64, "further asset")));
        }
        text
    }
}

fn move_bars(bars: &mut JobBars, event: &Event) {
    match event {
        Event::JobAccepted(e) => bars.total(e.total),
        Event::JobStarted(e) => bars.total(e.total),
        Event::AssetStarted(e) => bars.started(index(&e.asset), &name(&e.asset)),
        Event::AssetProgress(e) => {
            bars.progress(index(&e.asset), &name(&e.asset), e.progress, &e.stage);
            if let Some(counts) = &e.counts {
                bars.counts(counts);
            }
        }
        Event::AssetCompleted(e) => {
            bars.settled(index(&e.asset));
            if let Some(counts) = &e.counts {
                bars.counts(counts);
            }
        }
        Event::AssetFailed(e) => {
            bars.settled(index(&e.asset));
            if let Some(counts) = &e.counts {
                bars.counts(counts);
            }
        }
        Event::AssetCancelled(e) => bars.settled(index(&e.asset)),
        _ => {}
    }
}

/// Whether a person wants to read this event even when bars are shown.
fn needs_attention(event: &Event) -> bool {
    matches!(
        event,
        Event::JobWarning(_)
            | Event::AssetWarning(_)
            | Event::AssetFailed(_)
            | Event::JobStateChanged(_)
            | Event::JobFinished(_)
    )
}

/// An event as one line; nothing for those that only move a bar.
fn line(event: &Event) -> Option<String> {
    let text = match event {
        Event::JobAccepted(e) => {
            format!("accepted  {}, {}", e.original_name, table::count(e.total, "asset"))
        }
        Event::JobStarted(e) => format!("started   {}", e.run_name),
        Event::JobStateChanged(e) => format!(
            "state     {} (by the {})",
            table::words(e.to_state().as_str_name(), "ACTIVE_JOB_STATE_"),
            e.actor
        ),
        Event::JobWarning(e) => format!("warning   {}", event_text(e.warning.as_ref()?)),
        Event::AssetWarning(e) => {
            format!("warning   {}: {}", name(&e.asset), event_text(e.warning.as_ref()?))
        }
        Event::AssetCompleted(e) => {
            let files: Vec<String> = e.files.iter().map(file).collect();
            let elapsed = table::duration(e.elapsed.as_ref());
            format!("done      {} -> {} in {elapsed}", name(&e.asset), files.join(", "))
        }
        Event::AssetFailed(e) => {
            format!("failed    {}: {}", name(&e.asset), event_text(e.error.as_ref()?))
        }
        Event::AssetCancelled(e) => format!("cancelled {}", name(&e.asset)),
        Event::JobFinished(e) => format!("finished  {}", ending(e)),
        Event::AssetStarted(_)
        | Event::AssetProgress(_)
        | Event::ArtifactReady(_)
        | Event::Heartbeat(_) => return None,
    };
    Some(text)
}

/// How a job ended, in words.
fn ending(finished: &JobFinished) -> String {
    let counts: JobCounts = finished.counts.unwrap_or_default();
    let mut text = table::words(finished.outcome().as_str_name(), "JOB_OUTCOME_");
    if let Some(error) = finished.error.as_ref().filter(|_| finished.fatal_error) {
        text.push_str(&format!(": {}", event_text(error)));
    }
    text.push_str(&format!(
        ": {} of {} exported",
        counts.success,
        table::count(counts.total, "asset")
    ));
    for (number, what) in [
        (counts.warning, "with warnings"),
        (counts.error, "failed"),
        (counts.cancelled, "cancelled"),
        (counts.duplicate, "named twice"),
    ] {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    }
    let elapsed = table::duration(finished.elapsed.as_ref());
    text.push_str(&format!(", {} in {elapsed}", table::size(counts.bytes_out)));
    text
}

/// Whether every asset was exported.
pub fn succeeded(finished: &JobFinished) -> bool {
    matches!(finished.outcome(), JobOutcome::Succeeded | JobOutcome::SucceededWithWarnings)
}

fn index(asset: &Option<AssetRef>) -> i32 {
    asset.as_ref().map_or(-1, |asset| asset.index)
}

/// The asset's name, its handle when the name is unknown.
fn name(asset: &Option<AssetRef>) -> String {
    match asset {
        Some(asset) if asset.asset_name.is_empty() => asset.asset_handle.clone(),
        Some(asset) => asset.asset_name.clone(),
        None => String::new(),
    }
}

fn file(file: &OutputFile) -> String {
    let mut text = format!("{} ({}", file.name, table::size(file.size_bytes));
    let pixels = table::pixels(file.width, file.height);
    if !pixels.is_empty() {
        text.push_str(&format!(", {pixels}"));
    }
    text.push(')');
    text
}

#[cfg(test)]
mod tests;
