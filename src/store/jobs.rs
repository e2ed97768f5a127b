//! Table `job`: what was submitted and how far it is.

use super::{Result, Store, Tx, next_number};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// One job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobRow {
    pub id: i64,
    pub company: String,
    /// Unique in the company.
    pub run_name: String,
    pub original_name: String,
    pub description: String,
    pub client_id: String,
    /// Code of `jobs::vocabulary::JobState`.
    pub state: String,
    /// Code of `jobs::vocabulary::JobOutcome`; empty until the end.
    pub outcome: String,
    /// JSON of `jobs::vocabulary::ExportRequest`.
    pub request: String,
    pub effective: String,
    pub resolved_macro: String,
    pub last_seq: i64,
    pub counts: Counts,
    /// Warnings about the job itself.
    pub job_warnings: i64,
    pub submitted_ms: i64,
    pub started_ms: i64,
    /// When the last item was settled.
    pub settled_ms: i64,
    pub ended_ms: i64,
    /// Language of mails and logs; empty: the server's default.
    pub locale: String,
    /// Who submitted it, as far as the server knows.
    pub user_handle: String,
    /// The schedule that it is a run of; 0: none.
    pub schedule_id: i64,
    /// All items are settled; the archive or the manifest is still to be written.
    pub packing: bool,
    /// Somebody deleted it; its log stays.
    pub deleted: bool,
}

/// Counters of a job (03 §3.3), in its row and in the events that show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub total: i64,
    pub success: i64,
    pub error: i64,
    pub warning: i64,
    pub duplicate: i64,
    pub cancelled: i64,
    pub bytes_out: i64,
    /// Parts of archives written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub transfer_success: i64,
    /// Parts that could not be written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub transfer_error: i64,
    /// Parts written with a warning.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub transfer_warning: i64,
}

pub(super) fn is_zero(count: &i64) -> bool {
    *count == 0
}

pub(super) const COLUMNS: &str = "id, company, run_name, original_name, description, client_id, state, \
    outcome, request, effective, resolved_macro, last_seq, total, success, error, warning, \
    duplicate, cancelled, job_warnings, bytes_out, submitted_ms, started_ms, settled_ms, ended_ms, \
    locale, user_handle, schedule_id, packing, deleted, transfer_success, transfer_error, \
    transfer_warning";

pub(super) fn from_row(row: &AnyRow) -> sqlx::Result<JobRow> {
    Ok(JobRow {
        id: row.try_get(0)?,
        company: row.try_get(1)?,
        run_name: row.try_get(2)?,
        original_name: row.try_get(3)?,
        description: row.try_get(4)?,
        client_id: row.try_get(5)?,
        state: row.try_get(6)?,
        outcome: row.try_get(7)?,
        request: row.try_get(8)?,
        effective: row.try_get(9)?,
        resolved_macro: row.try_get(10)?,
        last_seq: row.try_get(11)?,
        counts: Counts {
            total: row.try_get(12)?,
            success: row.try_get(13)?,
            error: row.try_get(14)?,
            warning: row.try_get(15)?,
            duplicate: row.try_get(16)?,
            cancelled: row.try_get(17)?,
            bytes_out: row.try_get(19)?,
            transfer_success: row.try_get(29)?,
            transfer_error: row.try_get(30)?,
            transfer_warning: row.try_get(31)?,
        },
        job_warnings: row.try_get(18)?,
        submitted_ms: row.try_get(20)?,
        started_ms: row.try_get(21)?,
        settled_ms: row.try_get(22)?,
        ended_ms: row.try_get(23)?,
        locale: row.try_get(24)?,
        user_handle: row.try_get(25)?,
        schedule_id: row.try_get(26)?,
        packing: row.try_get::<i64, _>(27)? != 0,
        deleted: row.try_get::<i64, _>(28)? != 0,
    })
}

impl Store {
    /// One job.
    pub async fn job(&self, id: i64) -> Result<Option<JobRow>> {
        let sql = format!("SELECT {COLUMNS} FROM job WHERE id = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(self.read()).await?;
        Ok(row.as_ref().map(from_row).transpose()?)
    }

    /// Jobs of a company below number `before`, newest first: those submitted
    /// under `original_name`, or with an empty name those that are not done.
    pub async fn jobs(
        &self,
        company: &str,
        original_name: &str,
        before: i64,
        limit: i64,
    ) -> Result<Vec<JobRow>> {
        let condition = match original_name.is_empty() {
            true => "state <> 'done' AND $2 = ''",
            false => "original_name = $2 AND deleted = 0",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM job WHERE company = $1 AND {condition} AND id < $3 \
             ORDER BY id DESC LIMIT $4"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(company)
            .bind(original_name)
            .bind(before)
            .bind(limit)
            .fetch_all(self.read())
            .await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    /// All jobs that are not done, oldest first.
    pub async fn unfinished_jobs(&self) -> Result<Vec<Unfinished>> {
        let sql = "SELECT id, state, packing FROM job WHERE state <> 'done' ORDER BY id";
        let rows = sqlx::query(sql).fetch_all(self.read()).await?;
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let packing = row.try_get::<i64, _>(2)? != 0;
            jobs.push(Unfinished { id: row.try_get(0)?, state: row.try_get(1)?, packing });
        }
        Ok(jobs)
    }

    /// Numbers of jobs that ended before a time, oldest first.
    pub async fn jobs_ended_before(&self, before_ms: i64, limit: i64) -> Result<Vec<i64>> {
        let sql = "SELECT id FROM job WHERE state = 'done' AND ended_ms < $1 \
            ORDER BY ended_ms LIMIT $2";
        let rows = sqlx::query_scalar(sql).bind(before_ms).bind(limit);
        Ok(rows.fetch_all(self.read()).await?)
    }

    /// The run of a schedule that is not done, if there is one.
    pub async fn active_run(&self, schedule: i64) -> Result<Option<i64>> {
        let sql = "SELECT id FROM job WHERE schedule_id = $1 AND state <> 'done' ORDER BY id";
        Ok(sqlx::query_scalar(sql).bind(schedule).fetch_optional(self.read()).await?)
    }
}

/// A job that is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub id: i64,
    /// Code of `jobs::vocabulary::JobState`.
    pub state: String,
    pub packing: bool,
}

/// Forgets a job with all that belongs to it, its log included.
pub async fn purge(tx: &mut Tx, id: i64) -> Result<()> {
    for sql in [
        "DELETE FROM event WHERE job_id = $1",
        "DELETE FROM artifact WHERE job_id = $1",
        "DELETE FROM item WHERE job_id = $1",
        "DELETE FROM mail WHERE job_id = $1",
        "DELETE FROM request_id WHERE job_id = $1",
        "DELETE FROM job WHERE id = $1",
    ] {
        sqlx::query(sql).bind(id).execute(&mut **tx).await?;
    }
    Ok(())
}

/// One job, as this transaction sees it.
pub async fn read(tx: &mut Tx, id: i64) -> Result<Option<JobRow>> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(&mut **tx).await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// Whether a run of the company has this name.
pub async fn run_name_taken(tx: &mut Tx, company: &str, run_name: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM job WHERE company = $1 AND run_name = $2";
    let count: i64 =
        sqlx::query_scalar(sql).bind(company).bind(run_name).fetch_one(&mut **tx).await?;
    Ok(count > 0)
}

/// Adds a job and gives it its number.
pub async fn insert(tx: &mut Tx, job: &mut JobRow) -> Result<()> {
    job.id = next_number(tx, "job").await?;
    let sql = format!("INSERT INTO job ({COLUMNS}) VALUES ({})", super::placeholders(0, 32));
    sqlx::query(AssertSqlSafe(sql))
        .bind(job.id)
        .bind(&job.company)
        .bind(&job.run_name)
        .bind(&job.original_name)
        .bind(&job.description)
        .bind(&job.client_id)
        .bind(&job.state)
        .bind(&job.outcome)
        .bind(&job.request)
        .bind(&job.effective)
        .bind(&job.resolved_macro)
        .bind(job.last_seq)
        .bind(job.counts.total)
        .bind(job.counts.success)
        .bind(job.counts.error)
        .bind(job.counts.warning)
        .bind(job.counts.duplicate)
        .bind(job.counts.cancelled)
        .bind(job.job_warnings)
        .bind(job.counts.bytes_out)
        .bind(job.submitted_ms)
        .bind(job.started_ms)
        .bind(job.settled_ms)
        .bind(job.ended_ms)
        .bind(&job.locale)
        .bind(&job.user_handle)
        .bind(job.schedule_id)
        .bind(i64::from(job.packing))
        .bind(i64::from(job.deleted))
        .bind(job.counts.transfer_success)
        .bind(job.counts.transfer_error)
        .bind(job.counts.transfer_warning)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes back what changes in a job's life. Event numbers are left alone:
/// they belong to [`super::events::append`].
pub async fn update(tx: &mut Tx, job: &JobRow) -> Result<()> {
    let sql = "UPDATE job SET state = $2, outcome = $3, success = $4, error = $5, warning = $6, \
        cancelled = $7, bytes_out = $8, started_ms = $9, settled_ms = $10, ended_ms = $11, \
        job_warnings = $12, packing = $13, deleted = $14, transfer_success = $15, \
        transfer_error = $16, transfer_warning = $17 WHERE id = $1";
    sqlx::query(sql)
        .bind(job.id)
        .bind(&job.state)
        .bind(&job.outcome)
        .bind(job.counts.success)
        .bind(job.counts.error)
        .bind(job.counts.warning)
        .bind(job.counts.cancelled)
        .bind(job.counts.bytes_out)
        .bind(job.started_ms)
        .bind(job.settled_ms)
        .bind(job.ended_ms)
        .bind(job.job_warnings)
        .bind(i64::from(job.packing))
        .bind(i64::from(job.deleted))
        .bind(job.counts.transfer_success)
        .bind(job.counts.transfer_error)
        .bind(job.counts.transfer_warning)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
