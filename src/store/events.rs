//! Table `event`: what happened to a job, numbered without gaps.

use super::{Result, Store, Tx, placeholders};
use sqlx::{AssertSqlSafe, Row};

/// One stored event; the payload is JSON of `jobs::event::Event`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    pub seq: i64,
    pub time_ms: i64,
    pub payload: String,
}

impl Store {
    /// Events of a job with a higher number than `after`, in order.
    pub async fn events(&self, job: i64, after: i64, limit: i64) -> Result<Vec<EventRow>> {
        let sql = "SELECT seq, time_ms, payload FROM event WHERE job_id = $1 AND seq > $2 \
            ORDER BY seq LIMIT $3";
        let rows =
            sqlx::query(sql).bind(job).bind(after).bind(limit).fetch_all(self.read()).await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            events.push(EventRow {
                seq: row.try_get(0)?,
                time_ms: row.try_get(1)?,
                payload: row.try_get(2)?,
            });
        }
        Ok(events)
    }
}

/// Appends events to a job and returns the number of the last one. The numbers
/// are taken from the job's row in the same transaction, so they have no gaps.
pub async fn append(tx: &mut Tx, job: i64, time_ms: i64, payloads: &[String]) -> Result<i64> {
    let sql = "UPDATE job SET last_seq = last_seq + $2 WHERE id = $1 RETURNING last_seq";
    let last: i64 =
        sqlx::query_scalar(sql).bind(job).bind(payloads.len() as i64).fetch_one(&mut **tx).await?;
    let mut seq = last - payloads.len() as i64;
    // Few rows a statement: see `items::insert`.
    for chunk in payloads.chunks(50) {
        let rows: Vec<String> =
            (0..chunk.len()).map(|i| format!("({})", placeholders(i * 4, 4))).collect();
        let sql =
            format!("INSERT INTO event (job_id, seq, time_ms, payload) VALUES {}", rows.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for payload in chunk {
            seq += 1;
            query = query.bind(job).bind(seq).bind(time_ms).bind(payload);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(last)
}
