//! Table `event`: what happened to a job, numbered without gaps.

use super::{Result, Store, Tx, placeholders};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// An event that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Code of `jobs::event::EventKind`.
    pub kind: &'static str,
    /// The item that it is about, -1 when it is about the job.
    pub idx: i64,
    /// JSON of `jobs::event::Event`.
    pub payload: String,
}

/// One stored event; the payload is JSON of `jobs::event::Event`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    pub seq: i64,
    pub time_ms: i64,
    pub payload: String,
}

/// Numbers of events, both ends included, and in which order they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: i64,
    pub last: i64,
    pub descending: bool,
}

impl Store {
    /// Events of a job with a higher number than `after`, in order.
    pub async fn events(&self, job: i64, after: i64, limit: i64) -> Result<Vec<EventRow>> {
        let sql = "SELECT seq, time_ms, payload FROM event WHERE job_id = $1 AND seq > $2 \
            ORDER BY seq LIMIT $3";
        let rows =
            sqlx::query(sql).bind(job).bind(after).bind(limit).fetch_all(self.read()).await?;
        rows.iter().map(from_row).collect()
    }

    /// Events of a job of one kind.
    pub async fn events_of_kind(
        &self,
        job: i64,
        kind: &str,
        span: Span,
        limit: i64,
    ) -> Result<Vec<EventRow>> {
        let sql = format!(
            "SELECT seq, time_ms, payload FROM event WHERE job_id = $1 AND kind = $2 \
             AND seq BETWEEN $3 AND $4 ORDER BY seq {} LIMIT $5",
            if span.descending { "DESC" } else { "ASC" }
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(job)
            .bind(kind)
            .bind(span.first)
            .bind(span.last)
            .bind(limit)
            .fetch_all(self.read())
            .await?;
        rows.iter().map(from_row).collect()
    }

    /// How many events of a kind a job has, up to number `last`.
    pub async fn count_events(&self, job: i64, kind: &str, last: i64) -> Result<i64> {
        let sql = "SELECT count(*) FROM event WHERE job_id = $1 AND kind = $2 AND seq <= $3";
        let count = sqlx::query_scalar(sql).bind(job).bind(kind).bind(last);
        Ok(count.fetch_one(self.read()).await?)
    }

    /// Events about some items of a job, each with its kind; in order.
    pub async fn events_of_items(
        &self,
        job: i64,
        items: &[i64],
    ) -> Result<Vec<(String, EventRow)>> {
        let mut events = Vec::new();
        for chunk in items.chunks(BATCH) {
            // Asked for in the order of seq, SQLite would read all events of the job.
            let sql = format!(
                "SELECT seq, time_ms, payload, kind FROM event WHERE job_id = $1 AND idx IN ({}) \
                 ORDER BY idx, seq",
                placeholders(1, chunk.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(job);
            for idx in chunk {
                query = query.bind(*idx);
            }
            for row in query.fetch_all(self.read()).await? {
                events.push((row.try_get(3)?, from_row(&row)?));
            }
        }
        events.sort_unstable_by_key(|(_, event)| event.seq);
        Ok(events)
    }
}

fn from_row(row: &AnyRow) -> Result<EventRow> {
    Ok(EventRow { seq: row.try_get(0)?, time_ms: row.try_get(1)?, payload: row.try_get(2)? })
}

/// Rows of one statement: see `items::insert`.
const BATCH: usize = 32;

/// Appends events to a job and returns the number of the last one. The numbers
/// are taken from the job's row in the same transaction, so they have no gaps.
pub async fn append(tx: &mut Tx, job: i64, time_ms: i64, events: &[NewEvent]) -> Result<i64> {
    const BOUND: usize = 6;
    let sql = "UPDATE job SET last_seq = last_seq + $2 WHERE id = $1 RETURNING last_seq";
    let last: i64 =
        sqlx::query_scalar(sql).bind(job).bind(events.len() as i64).fetch_one(&mut **tx).await?;
    let mut seq = last - events.len() as i64;
    for chunk in events.chunks(BATCH) {
        let rows: Vec<String> =
            (0..chunk.len()).map(|i| format!("({})", placeholders(i * BOUND, BOUND))).collect();
        let sql = format!(
            "INSERT INTO event (job_id, seq, time_ms, kind, idx, payload) VALUES {}",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for event in chunk {
            seq += 1;
            query = query
                .bind(job)
                .bind(seq)
                .bind(time_ms)
                .bind(event.kind)
                .bind(event.idx)
                .bind(&event.payload);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(last)
}
