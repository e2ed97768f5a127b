//! Table `item`: one asset of one job.
//!
//! waiting -> ready -> running(attempt, lease) -> done | failed | cancelled

use super::{Result, Store, Tx, placeholders};
use sqlx::{AssertSqlSafe, Row};

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    pub job_id: i64,
    /// Place in the job, from 0.
    pub idx: i64,
    /// As submitted.
    pub handle: String,
    /// Number of the asset, 0 when the handle names none.
    pub asset_id: i64,
    pub state: String,
    pub attempt: i64,
    /// Attempts given back because the server was stopped.
    pub released: i64,
    pub lease_until_ms: i64,
    pub output_name: String,
    /// JSON of a `Problem` that was certain at submit; empty: try it.
    pub refusal: String,
    /// Commands as resolved at submit, for an asset with modifiers of its own;
    /// empty: those of the job.
    pub effective: String,
    /// JSON list of `Problem`s that the asset's own modifiers were worth; empty:
    /// none.
    pub warnings: String,
    /// JSON list of `jobs::outputs::Planned`, when the asset gives more than one
    /// output; empty: it gives `output_name`.
    pub outputs: String,
    /// Attempts that ended in a moment's trouble with the store.
    pub failures: i64,
    /// JSON list of `Problem`s: why it failed, or what it was warned of.
    pub problems: String,
}

const COLUMNS: &str = "job_id, idx, handle, asset_id, state, attempt, lease_until_ms, \
    output_name, refusal, released, effective, warnings, outputs, failures, problems";

/// What came of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The item is ours, as this attempt.
    Won(ItemRow),
    /// It was finished, cancelled, or is held by somebody alive.
    Lost,
    /// All attempts were used up by crashes; nobody may run it again.
    Exhausted(ItemRow),
}

impl Store {
    /// One item.
    pub async fn item(&self, job: i64, idx: i64) -> Result<Option<ItemRow>> {
        let sql = format!("SELECT {COLUMNS} FROM item WHERE job_id = $1 AND idx = $2");
        let row =
            sqlx::query(AssertSqlSafe(sql)).bind(job).bind(idx).fetch_optional(self.read()).await?;
        Ok(row.as_ref().map(from_row).transpose()?)
    }

    /// Handles of a job's items, in order.
    pub async fn handles(&self, job: i64, limit: i64) -> Result<Vec<String>> {
        let sql = "SELECT handle FROM item WHERE job_id = $1 ORDER BY idx LIMIT $2";
        Ok(sqlx::query_scalar(sql).bind(job).bind(limit).fetch_all(self.read()).await?)
    }

    /// Items of a job from `from` on, in order.
    pub async fn items(&self, job: i64, from: i64, limit: i64) -> Result<Vec<ItemRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM item WHERE job_id = $1 AND idx >= $2 ORDER BY idx LIMIT $3"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(job).bind(from).bind(limit);
        let rows = rows.fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    /// The first items of a job that failed or were warned of.
    pub async fn items_with_problems(&self, job: i64, limit: i64) -> Result<Vec<ItemRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM item WHERE job_id = $1 AND problems <> '' \
             ORDER BY idx LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(job).bind(limit);
        let rows = rows.fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    /// Items of a job that may be worked on: ready ones, and running ones whose
    /// lease has run out.
    pub async fn claimable(&self, job: i64, now_ms: i64, limit: i64) -> Result<Vec<i64>> {
        let sql = "SELECT idx FROM item WHERE job_id = $1 AND (state = 'ready' OR \
            (state = 'running' AND lease_until_ms < $2)) ORDER BY attempt, idx LIMIT $3";
        Ok(sqlx::query_scalar(sql)
            .bind(job)
            .bind(now_ms)
            .bind(limit)
            .fetch_all(self.read())
            .await?)
    }
}

fn from_row(row: &sqlx::any::AnyRow) -> sqlx::Result<ItemRow> {
    Ok(ItemRow {
        job_id: row.try_get(0)?,
        idx: row.try_get(1)?,
        handle: row.try_get(2)?,
        asset_id: row.try_get(3)?,
        state: row.try_get(4)?,
        attempt: row.try_get(5)?,
        lease_until_ms: row.try_get(6)?,
        output_name: row.try_get(7)?,
        refusal: row.try_get(8)?,
        released: row.try_get(9)?,
        effective: row.try_get(10)?,
        warnings: row.try_get(11)?,
        outputs: row.try_get(12)?,
        failures: row.try_get(13)?,
        problems: row.try_get(14)?,
    })
}

/// Rows of one INSERT. SQLite looks numbered parameters up one after the other,
/// so a statement's time grows with the square of their count: 100,000 items
/// took 6 s in batches of 500 rows.
const BATCH: usize = 24;

/// Adds the items of a new job, all waiting.
pub async fn insert(tx: &mut Tx, items: &[ItemRow]) -> Result<()> {
    const BOUND: usize = 9;
    for chunk in items.chunks(BATCH) {
        let rows: Vec<String> = (0..chunk.len())
            .map(|i| format!("({}, 'waiting', 0, 0, 0)", placeholders(i * BOUND, BOUND)))
            .collect();
        let sql = format!(
            "INSERT INTO item (job_id, idx, handle, asset_id, output_name, refusal, effective, \
             warnings, outputs, state, attempt, released, lease_until_ms) VALUES {}",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for item in chunk {
            query = query
                .bind(item.job_id)
                .bind(item.idx)
                .bind(&item.handle)
                .bind(item.asset_id)
                .bind(&item.output_name)
                .bind(&item.refusal)
                .bind(&item.effective)
                .bind(&item.warnings)
                .bind(&item.outputs);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Makes waiting items ready, those with fewest attempts first: an asset that
/// a crash cut off comes last, so that it can't take the same neighbours down
/// again and again.
pub async fn promote(tx: &mut Tx, job: i64, now_ms: i64, limit: i64) -> Result<Vec<i64>> {
    let sql = "UPDATE item SET state = 'ready' WHERE job_id = $1 AND idx IN (SELECT idx FROM item \
        WHERE job_id = $1 AND state = 'waiting' AND not_before_ms <= $3 \
        ORDER BY attempt, idx LIMIT $2) \
        RETURNING attempt, idx";
    let mut promoted: Vec<(i64, i64)> = Vec::new();
    for row in sqlx::query(sql).bind(job).bind(limit).bind(now_ms).fetch_all(&mut **tx).await? {
        promoted.push((row.try_get(0)?, row.try_get(1)?));
    }
    promoted.sort_unstable();
    Ok(promoted.into_iter().map(|(_, idx)| idx).collect())
}

/// Takes an item for an attempt. The attempt is counted before the work, so
/// that one that ends in a crash counts too.
pub async fn claim(
    tx: &mut Tx,
    job: i64,
    idx: i64,
    now_ms: i64,
    lease_until_ms: i64,
    max_attempts: i64,
) -> Result<Claim> {
    let sql = format!(
        "UPDATE item SET state = 'running', attempt = attempt + 1, lease_until_ms = $3 \
        WHERE job_id = $1 AND idx = $2 AND attempt - released < $5 \
        AND (state = 'ready' OR (state = 'running' AND lease_until_ms < $4)) \
        RETURNING {COLUMNS}"
    );
    let won = sqlx::query(AssertSqlSafe(sql))
        .bind(job)
        .bind(idx)
        .bind(lease_until_ms)
        .bind(now_ms)
        .bind(max_attempts)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(row) = won {
        return Ok(Claim::Won(from_row(&row)?));
    }
    let sql = format!(
        "SELECT {COLUMNS} \
        FROM item WHERE job_id = $1 AND idx = $2 AND attempt - released >= $4 \
        AND (state = 'ready' OR (state = 'running' AND lease_until_ms < $3))"
    );
    let exhausted = sqlx::query(AssertSqlSafe(sql))
        .bind(job)
        .bind(idx)
        .bind(now_ms)
        .bind(max_attempts)
        .fetch_optional(&mut **tx)
        .await?;
    match exhausted {
        Some(row) => Ok(Claim::Exhausted(from_row(&row)?)),
        None => Ok(Claim::Lost),
    }
}

/// Keeps a claim alive. False when it was lost.
pub async fn extend_lease(
    tx: &mut Tx,
    job: i64,
    idx: i64,
    attempt: i64,
    lease_until_ms: i64,
) -> Result<bool> {
    let sql = "UPDATE item SET lease_until_ms = $4 WHERE job_id = $1 AND idx = $2 \
        AND attempt = $3 AND state = 'running'";
    let done = sqlx::query(sql)
        .bind(job)
        .bind(idx)
        .bind(attempt)
        .bind(lease_until_ms)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends an attempt as `done` or `failed`. False when the claim was lost: then
/// somebody else owns the item and this result must be thrown away.
pub async fn settle(tx: &mut Tx, item: &ItemRow, state: &str, problems: &str) -> Result<bool> {
    let sql = "UPDATE item SET state = $4, problems = $5 WHERE job_id = $1 AND idx = $2 \
        AND attempt = $3 AND state IN ('running', 'ready')";
    let done = sqlx::query(sql)
        .bind(item.job_id)
        .bind(item.idx)
        .bind(item.attempt)
        .bind(state)
        .bind(problems)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets an item wait that met a moment's trouble. The attempt counts no crash.
pub async fn postpone(tx: &mut Tx, item: &ItemRow, not_before_ms: i64) -> Result<bool> {
    let sql = "UPDATE item SET state = 'waiting', released = released + 1, lease_until_ms = 0, \
        failures = failures + 1, not_before_ms = $4 WHERE job_id = $1 AND idx = $2 \
        AND attempt = $3 AND state = 'running'";
    let done = sqlx::query(sql)
        .bind(item.job_id)
        .bind(item.idx)
        .bind(item.attempt)
        .bind(not_before_ms)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back what was made ready of a job and not begun.
pub async fn unready(tx: &mut Tx, job: i64) -> Result<()> {
    let sql = "UPDATE item SET state = 'waiting' WHERE job_id = $1 AND state = 'ready'";
    sqlx::query(sql).bind(job).execute(&mut **tx).await?;
    Ok(())
}

/// Gives an attempt back that was not made, because the server stops.
pub async fn release(tx: &mut Tx, job: i64, idx: i64, attempt: i64) -> Result<()> {
    let sql = "UPDATE item SET state = 'waiting', released = released + 1, lease_until_ms = 0 \
        WHERE job_id = $1 AND idx = $2 AND attempt = $3 AND state = 'running'";
    sqlx::query(sql).bind(job).bind(idx).bind(attempt).execute(&mut **tx).await?;
    Ok(())
}

/// Cancels items that were not started, a batch at a time. Returns their rows.
pub async fn cancel_batch(tx: &mut Tx, job: i64, limit: i64) -> Result<Vec<ItemRow>> {
    let sql = format!(
        "UPDATE item SET state = 'cancelled' WHERE job_id = $1 AND idx IN (SELECT idx FROM \
        item WHERE job_id = $1 AND state IN ('waiting', 'ready') ORDER BY idx LIMIT $2) \
        RETURNING {COLUMNS}"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(job).bind(limit).fetch_all(&mut **tx).await?;
    let mut items = rows.iter().map(from_row).collect::<sqlx::Result<Vec<_>>>()?;
    items.sort_unstable_by_key(|item| item.idx);
    Ok(items)
}

/// After a start, before any worker runs: whatever a dead process held or had
/// been offered waits again. The attempt counts stay.
pub async fn recover(tx: &mut Tx) -> Result<u64> {
    let sql = "UPDATE item SET state = 'waiting', lease_until_ms = 0 \
        WHERE state IN ('running', 'ready') \
        AND job_id IN (SELECT id FROM job WHERE state <> 'done')";
    Ok(sqlx::query(sql).execute(&mut **tx).await?.rows_affected())
}
