//! The list of job logs, and what happened to one asset, over the tables `job`
//! and `item`.

use super::jobs::{COLUMNS, JobRow, from_row};
use super::{Result, Store};
use sqlx::{AssertSqlSafe, Row};

/// When a job was started, or submitted while it was not. There is an index on it.
const START: &str = "(CASE WHEN started_ms = 0 THEN submitted_ms ELSE started_ms END)";

/// The order of the list; ties are broken by the job's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOrder {
    Start,
    RunName,
    /// Running, done, failed as a whole.
    Progress,
    Errors,
    Warnings,
    Successes,
    User,
    Number,
}

/// Which jobs are listed, and how.
#[derive(Debug, Clone)]
pub struct LogSearch {
    pub company: String,
    /// Empty: jobs of all users.
    pub user: String,
    /// Jobs started from here on …
    pub from_ms: i64,
    /// … and before.
    pub until_ms: i64,
    pub order: LogOrder,
    pub descending: bool,
    /// The job that the page before ended with, 0 at first.
    pub after: i64,
    pub limit: i64,
}

impl Store {
    /// One page of the jobs of a company, finished or not.
    pub async fn job_logs(&self, search: &LogSearch) -> Result<Vec<JobRow>> {
        let key = match search.order {
            LogOrder::Start => START,
            LogOrder::RunName => "run_name",
            LogOrder::Progress => {
                "(CASE WHEN outcome = 'failed' THEN 3 WHEN state = 'done' THEN 2 ELSE 1 END)"
            }
            LogOrder::Errors => "error",
            LogOrder::Warnings => "warning",
            LogOrder::Successes => "success",
            LogOrder::User => "user_handle",
            LogOrder::Number => "id",
        };
        let (way, beyond) = if search.descending { ("DESC", "<") } else { ("ASC", ">") };
        let after = match search.after {
            0 => "$4 = 0".to_owned(),
            _ => format!("({key}, id) {beyond} (SELECT {key}, id FROM job WHERE id = $4)"),
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM job WHERE company = $1 AND {START} >= $2 AND {START} < $3 \
             AND {after} AND ($6 = '' OR user_handle = $6) ORDER BY {key} {way}, id {way} LIMIT $5"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&search.company)
            .bind(search.from_ms)
            .bind(search.until_ms)
            .bind(search.after)
            .bind(search.limit)
            .bind(&search.user)
            .fetch_all(self.read())
            .await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    /// Jobs of a company that were submitted under a name, below number `before`,
    /// newest first; deleted ones too.
    pub async fn jobs_named(
        &self,
        company: &str,
        original_name: &str,
        before: i64,
        limit: i64,
    ) -> Result<Vec<JobRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM job WHERE company = $1 AND original_name = $2 AND id < $3 \
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

    /// The items of an asset as job and index, in jobs up to this number, newest
    /// job first.
    pub async fn items_of_asset(
        &self,
        asset: i64,
        newest_job: i64,
        limit: i64,
    ) -> Result<Vec<(i64, i64)>> {
        let sql = "SELECT job_id, idx FROM item WHERE asset_id = $1 AND job_id <= $2 \
            ORDER BY job_id DESC LIMIT $3";
        let rows = sqlx::query(sql).bind(asset).bind(newest_job).bind(limit);
        let mut items = Vec::new();
        for row in rows.fetch_all(self.read()).await? {
            items.push((row.try_get(0)?, row.try_get(1)?));
        }
        Ok(items)
    }
}
