//! Which entries go into which part of an archive (03 §4.4), decided before a
//! byte is written: by sizes alone, so that the same job gives the same parts.

use super::Measured;
use super::record::{self, Thresholds};
use std::ops::Range;

/// What is known of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Bytes of its name.
    pub name_bytes: u64,
    /// Bytes of its file.
    pub size: u64,
    /// Bytes of its data in the archive. Where it was not measured yet, its size: no
    /// entry takes more. A part is then smaller than the limit allows, never larger.
    pub bytes: u64,
}

impl Planned {
    /// An entry that was measured: its part is planned to the byte.
    pub fn new(name: &str, measured: &Measured) -> Planned {
        Planned { name_bytes: name.len() as u64, size: measured.size, bytes: measured.bytes() }
    }
}

/// Neighbouring entries that form one archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Positions in the list of entries.
    pub entries: Range<usize>,
    /// The most bytes that the archive can have, records included; exactly what it
    /// has when all entries were measured.
    pub most_bytes: u64,
    /// One entry alone that may pass the limit: `PART_OVERSIZE`.
    pub oversize: bool,
}

/// Divides entries, in their order, into parts of at most `part_bytes` bytes. No
/// limit gives one part; no entries give none.
pub fn plan(entries: &[Planned], part_bytes: Option<u64>) -> Vec<Part> {
    plan_with(entries, part_bytes, &Thresholds::STANDARD)
}

pub(super) fn plan_with(
    entries: &[Planned],
    part_bytes: Option<u64>,
    thresholds: &Thresholds,
) -> Vec<Part> {
    let limit = part_bytes.unwrap_or(u64::MAX);
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut filled = Filled::default();
    for (index, entry) in entries.iter().enumerate() {
        let more = filled.with(entry, thresholds);
        if index > begin && more.total(thresholds) > limit {
            parts.push(filled.part(begin..index, limit, thresholds));
            begin = index;
            filled = Filled::default().with(entry, thresholds);
        } else {
            filled = more;
        }
    }
    if begin < entries.len() {
        parts.push(filled.part(begin..entries.len(), limit, thresholds));
    }
    parts
}

/// How much of a part is taken.
#[derive(Debug, Clone, Copy, Default)]
struct Filled {
    entries: u64,
    /// Data with its local records.
    data: u64,
    /// The table of contents.
    directory: u64,
}

impl Filled {
    fn with(self, entry: &Planned, thresholds: &Thresholds) -> Filled {
        let Planned { name_bytes, size, bytes } = *entry;
        let (before, directory) =
            record::record_bytes(name_bytes, size, bytes, self.data, thresholds);
        Filled {
            entries: self.entries + 1,
            data: self.data.saturating_add(before).saturating_add(bytes),
            directory: self.directory.saturating_add(directory),
        }
    }

    fn total(&self, thresholds: &Thresholds) -> u64 {
        let end = record::end_bytes(self.entries, self.directory, self.data, thresholds);
        self.data.saturating_add(self.directory).saturating_add(end)
    }

    fn part(&self, entries: Range<usize>, limit: u64, thresholds: &Thresholds) -> Part {
        let most_bytes = self.total(thresholds);
        Part { entries, most_bytes, oversize: most_bytes > limit }
    }
}

/// The file name of a part, from 1: `<stem>.zip`, `<stem>-2.zip`, `<stem>-3.zip` …
pub fn part_name(stem: &str, number: usize) -> String {
    if number <= 1 { format!("{stem}.zip") } else { format!("{stem}-{number}.zip") }
}
