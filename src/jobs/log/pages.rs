//! Logs in pages: however long a log is, a page reads few events.

use super::{LogRow, LoggedEvent, LoggedJob, Warning, row, types};
use crate::error::Error;
use crate::jobs::Jobs;
use crate::jobs::event::{Event, EventKind};
use crate::jobs::vocabulary::JobLogType;
use crate::store::events::{EventRow, Span};
use crate::store::jobs::JobRow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Which rows of a log are read, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogQuery {
    /// Only these; empty: all.
    pub types: BTreeSet<JobLogType>,
    /// By the name of the type, instead of as things happened.
    pub by_type: bool,
    pub descending: bool,
}

impl LogQuery {
    fn wants(&self, log_type: JobLogType) -> bool {
        self.types.is_empty() || self.types.contains(&log_type)
    }

    /// The types that are read together, one group after the other.
    fn groups(&self, job: &LoggedJob) -> Vec<Vec<JobLogType>> {
        let all = EventKind::ALL.into_iter().flat_map(|kind| types(job, kind));
        let mut wanted: Vec<_> = all.filter(|log_type| self.wants(*log_type)).collect();
        wanted.sort_unstable_by_key(|log_type| log_type.as_str_name());
        wanted.dedup();
        if self.descending {
            wanted.reverse();
        }
        match self.by_type {
            true => wanted.into_iter().map(|log_type| vec![log_type]).collect(),
            false => vec![wanted],
        }
    }
}

/// Where a row stands in what a query reads. Orders rows within a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The group of types; 0 unless sorted by type.
    pub group: usize,
    pub seq: i64,
    /// Place among the rows of the event.
    pub place: usize,
}

/// Bits of a place: an event gives at most six rows.
const PLACE_BITS: u32 = 4;
/// Bits of an event's number: at a million events a second enough for years.
const SEQ_BITS: u32 = 48;

impl Position {
    /// One number, never 0: events are counted from 1.
    pub fn to_number(self) -> i64 {
        ((self.group as i64) << (SEQ_BITS + PLACE_BITS))
            | (self.seq << PLACE_BITS)
            | self.place as i64
    }

    /// The position of a number, whoever made it.
    pub fn from_number(number: i64) -> Position {
        Position {
            group: (number >> (SEQ_BITS + PLACE_BITS)) as usize,
            seq: (number >> PLACE_BITS) & ((1 << SEQ_BITS) - 1),
            place: (number & ((1 << PLACE_BITS) - 1)) as usize,
        }
    }
}

/// One page of a log.
#[derive(Debug, Default)]
pub struct LogPage {
    pub rows: Vec<LogRow>,
    /// Where the last row stands, when there are more.
    pub last: Option<Position>,
}

/// Rows about one asset, each with its job.
#[derive(Debug, Default)]
pub struct AssetLogPage {
    pub rows: Vec<(Arc<JobRow>, LogRow)>,
    pub more: bool,
}

/// Jobs of an asset that are looked up at a time.
const JOBS: i64 = 100;

impl Jobs {
    /// How many rows a query reads in all.
    pub async fn log_total(&self, job: &LoggedJob, query: &LogQuery) -> Result<i64, Error> {
        if !job.begun {
            return Ok(0);
        }
        let mut total = 0i64;
        for kind in EventKind::ALL {
            let rows = types(job, kind).into_iter().filter(|log_type| query.wants(*log_type));
            let rows = rows.count() as i64;
            if rows > 0 {
                let count = self.store.count_events(job.id, kind.code(), job.last_seq).await?;
                total = total.saturating_add(count.saturating_mul(rows));
            }
        }
        Ok(total)
    }

    /// The rows behind `after`, at most `limit`.
    pub async fn log_page(
        &self,
        job: &LoggedJob,
        query: &LogQuery,
        after: Option<Position>,
        limit: usize,
    ) -> Result<LogPage, Error> {
        if !job.begun {
            return Ok(LogPage::default());
        }
        let start = after.map_or(0, |after| after.group);
        let mut chosen: Vec<(Position, JobLogType, Arc<LoggedEvent>)> = Vec::new();
        for (group, wanted) in query.groups(job).into_iter().enumerate().skip(start) {
            let after = after.filter(|after| after.group == group);
            // One row more than fits says whether there is a next page; the first
            // event may have no row left.
            let events = limit.saturating_sub(chosen.len()) + 2;
            let span = span(job, query, after);
            for event in self.events_of_types(job, &wanted, span, events).await? {
                let event = Arc::new(event);
                let mut rows: Vec<_> = types(job, event.kind).into_iter().enumerate().collect();
                if query.descending {
                    rows.reverse();
                }
                for (place, log_type) in rows {
                    let position = Position { group, seq: event.seq, place };
                    let seen = after.is_some_and(|after| match query.descending {
                        true => position >= after,
                        false => position <= after,
                    });
                    if !seen && wanted.contains(&log_type) {
                        chosen.push((position, log_type, event.clone()));
                    }
                }
            }
            if chosen.len() > limit {
                break;
            }
        }
        let more = chosen.len() > limit;
        chosen.truncate(limit);
        let last = chosen.last().map(|(position, ..)| *position).filter(|_| more);
        let warnings = self.warnings(job, &chosen).await?;
        let mut rows = Vec::with_capacity(chosen.len());
        for (position, log_type, event) in chosen {
            let index = event.event.asset().map_or(-1, |asset| asset.index);
            let warnings = warnings.get(&index).map_or(&[][..], Vec::as_slice);
            rows.push(row(job, &event, position.place, log_type, warnings));
        }
        Ok(LogPage { rows, last })
    }

    /// The first events of a span that give rows of some of the types.
    async fn events_of_types(
        &self,
        job: &LoggedJob,
        wanted: &[JobLogType],
        span: Span,
        limit: usize,
    ) -> Result<Vec<LoggedEvent>, Error> {
        let mut found: Vec<(EventKind, EventRow)> = Vec::new();
        for kind in EventKind::ALL {
            if types(job, kind).iter().any(|log_type| wanted.contains(log_type)) {
                let rows =
                    self.store.events_of_kind(job.id, kind.code(), span, limit as i64).await?;
                found.extend(rows.into_iter().map(|row| (kind, row)));
            }
        }
        found.sort_unstable_by_key(|(_, row)| row.seq);
        if span.descending {
            found.reverse();
        }
        found.truncate(limit);
        found.into_iter().map(|(kind, row)| logged(job.id, kind, row)).collect()
    }

    /// The warnings of those assets that a row says are exported with some.
    async fn warnings(
        &self,
        job: &LoggedJob,
        chosen: &[(Position, JobLogType, Arc<LoggedEvent>)],
    ) -> Result<HashMap<i64, Vec<Warning>>, Error> {
        let warned = chosen.iter().filter(|(_, log_type, event)| {
            *log_type == JobLogType::ExportWarning && event.kind == EventKind::AssetWarned
        });
        let items: Vec<i64> =
            warned.filter_map(|(.., event)| Some(event.event.asset()?.index)).collect();
        let mut warnings: HashMap<i64, Vec<Warning>> = HashMap::new();
        for (kind, event) in self.store.events_of_items(job.id, &items).await? {
            if kind != EventKind::AssetWarning.code() {
                continue;
            }
            let event = logged(job.id, EventKind::AssetWarning, event)?;
            if let Event::AssetWarning { asset, warning } = event.event {
                let warning = Warning { time_ms: event.time_ms, problem: warning };
                warnings.entry(asset.index).or_default().push(warning);
            }
        }
        Ok(warnings)
    }

    /// The rows about an asset behind a row of a job, at most `limit`: the newest
    /// job first and in it the newest row first.
    pub async fn asset_log_page(
        &self,
        asset: i64,
        after: Option<(i64, Position)>,
        limit: usize,
    ) -> Result<AssetLogPage, Error> {
        let mut page = AssetLogPage::default();
        let mut newest = after.map_or(i64::MAX, |(job, _)| job);
        loop {
            let items = self.store.items_of_asset(asset, newest, JOBS).await?;
            for (id, idx) in &items {
                let Some(job) = self.store.job(*id).await? else { continue };
                let job = Arc::new(job);
                for row in self.item_log(&LoggedJob::of(&job), *idx).await?.into_iter().rev() {
                    let position = Position { group: 0, seq: row.seq, place: row.place };
                    if after.is_some_and(|after| (*id, position) >= after) {
                        continue;
                    }
                    if page.rows.len() == limit {
                        page.more = true;
                        return Ok(page);
                    }
                    page.rows.push((job.clone(), row));
                }
            }
            match items.last() {
                Some((oldest, _)) if items.len() as i64 == JOBS => newest = oldest - 1,
                _ => return Ok(page),
            }
        }
    }

    /// The rows about one item, as things happened.
    async fn item_log(&self, job: &LoggedJob, idx: i64) -> Result<Vec<LogRow>, Error> {
        let (mut rows, mut warnings) = (Vec::new(), Vec::new());
        for (kind, event) in self.store.events_of_items(job.id, &[idx]).await? {
            let Some(kind) = EventKind::from_code(&kind) else { continue };
            let event = logged(job.id, kind, event)?;
            if let Event::AssetWarning { warning, .. } = &event.event {
                warnings.push(Warning { time_ms: event.time_ms, problem: warning.clone() });
            }
            for (place, log_type) in types(job, kind).into_iter().enumerate() {
                rows.push(row(job, &event, place, log_type, &warnings));
            }
        }
        Ok(rows)
    }
}

/// The events behind a position that has perhaps more rows of its own event.
fn span(job: &LoggedJob, query: &LogQuery, after: Option<Position>) -> Span {
    let all = Span { first: 1, last: job.last_seq, descending: query.descending };
    match after {
        Some(after) if query.descending => Span { last: after.seq.min(job.last_seq), ..all },
        Some(after) => Span { first: after.seq, ..all },
        None => all,
    }
}

fn logged(job: i64, kind: EventKind, row: EventRow) -> Result<LoggedEvent, Error> {
    let event = Event::from_payload(&row.payload)
        .map_err(|error| Error::Bug(format!("event {} of job {job}: {error}", row.seq)))?;
    Ok(LoggedEvent { seq: row.seq, time_ms: row.time_ms, kind, event })
}
