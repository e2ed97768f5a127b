//! Progress bars. When nobody looks at a terminal there are none, and lines
//! are printed instead.

use super::output::remark;
use super::table;
use crate::proto::JobCounts;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

/// Bars of running assets shown at once; a server with more workers shows the
/// first ones.
const MAX_RUNNING: usize = 16;
/// The longest name a bar shows, in characters.
const NAME_WIDTH: usize = 28;

/// Whether a person looks: both outputs are a terminal.
pub fn is_live() -> bool {
    std::io::stdout().is_terminal() && std::io::stderr().is_terminal()
}

fn bars(live: bool) -> MultiProgress {
    let target = if live { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    MultiProgress::with_draw_target(target)
}

/// A style from a template of this file.
fn style(template: &str) -> ProgressStyle {
    // A template is a constant of this file, and a test reads each of them.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

const TRANSFER: &str = "{prefix:<28} {bar:24} {decimal_bytes:>10} of {decimal_total_bytes}";
const ASSET: &str = "{prefix:<28} {bar:24} {percent:>3} % {msg}";
const JOB: &str = "{prefix:<28} {bar:24} {pos} of {len} assets  {msg}  {elapsed}";

/// Bars of files that are sent or received, one a file.
pub struct Transfers {
    multi: MultiProgress,
    live: bool,
}

impl Transfers {
    pub fn new(live: bool) -> Transfers {
        Transfers { multi: bars(live), live }
    }

    /// A new bar of `size` bytes.
    pub fn file(&self, name: &str, size: u64) -> ProgressBar {
        let bar = self.multi.add(ProgressBar::new(size));
        bar.set_style(style(TRANSFER));
        bar.set_prefix(shorten(name));
        bar
    }

    /// A line on standard error, above the bars when there are any.
    pub fn line(&self, text: &str) {
        if self.live {
            // The terminal went away: there is nobody to tell.
            let _ = self.multi.println(text);
        } else {
            remark!("{text}");
        }
    }

    /// Removes all bars.
    pub fn clear(&self) {
        let _ = self.multi.clear();
    }
}

/// One bar for a job and one for each of its running assets.
pub struct JobBars {
    multi: MultiProgress,
    job: ProgressBar,
    running: BTreeMap<i32, ProgressBar>,
}

impl JobBars {
    pub fn new() -> JobBars {
        let multi = bars(true);
        let job = multi.add(ProgressBar::no_length().with_style(style(JOB)).with_prefix("job"));
        JobBars { multi, job, running: BTreeMap::new() }
    }

    /// How many assets the job has.
    pub fn total(&self, total: i64) {
        self.job.set_length(total.max(0) as u64);
        self.job.enable_steady_tick(Duration::from_millis(250));
    }

    /// How far the job is.
    pub fn counts(&self, counts: &JobCounts) {
        self.total(counts.total);
        let settled = counts.success + counts.error + counts.cancelled;
        self.job.set_position(settled.max(0) as u64);
        let mut text = table::size(counts.bytes_out);
        if counts.error > 0 {
            text.push_str(&format!("  {} failed", counts.error));
        }
        self.job.set_message(text);
    }

    /// A worker took this asset.
    pub fn started(&mut self, index: i32, name: &str) {
        if self.running.len() >= MAX_RUNNING || self.running.contains_key(&index) {
            return;
        }
        let bar = self.multi.insert_before(&self.job, ProgressBar::new(1000));
        bar.set_style(style(ASSET));
        bar.set_prefix(shorten(name));
        bar.tick();
        self.running.insert(index, bar);
    }

    /// `progress` runs from 0 to 1; `stage` is what is being done.
    pub fn progress(&mut self, index: i32, name: &str, progress: f64, stage: &str) {
        self.started(index, name);
        if let Some(bar) = self.running.get(&index) {
            bar.set_position((progress.clamp(0.0, 1.0) * 1000.0).round() as u64);
            bar.set_message(stage.to_string());
        }
    }

    /// This asset runs no longer.
    pub fn settled(&mut self, index: i32) {
        if let Some(bar) = self.running.remove(&index) {
            bar.finish_and_clear();
            self.multi.remove(&bar);
        }
    }

    /// A line above the bars.
    pub fn line(&self, text: &str) {
        let _ = self.multi.println(text);
    }

    /// Removes all bars.
    pub fn clear(&mut self) {
        for bar in std::mem::take(&mut self.running).into_values() {
            bar.finish_and_clear();
        }
        self.job.finish_and_clear();
        let _ = self.multi.clear();
    }
}

/// The name, with its middle left out when it is too long for a bar.
fn shorten(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= NAME_WIDTH {
        return name.to_string();
    }
    let head: String = letters[..NAME_WIDTH / 2 - 1].iter().collect();
    let tail: String = letters[letters.len() - NAME_WIDTH / 2..].iter().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_valid() {
        for template in [TRANSFER, ASSET, JOB] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn long_names_keep_their_start_and_end() {
        assert_eq!(shorten("rocket.jpg"), "rocket.jpg");
        let long = "a-very-long-name-of-a-photograph-0042.jpg";
        assert_eq!(shorten(long), "a-very-long-n…aph-0042.jpg".replace("aph", "graph").as_str());
        assert_eq!(shorten(long).chars().count(), NAME_WIDTH);
    }
}
