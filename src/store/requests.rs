//! Table `request_id`: repeated submits.

use super::{Result, Tx};
use sqlx::Row;

/// What a request id was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    pub digest: String,
    pub job_id: i64,
    /// JSON of the warnings of the first answer.
    pub warnings: String,
}

/// The earlier use of a request id, if it is younger than `since_ms`.
pub async fn find(
    tx: &mut Tx,
    company: &str,
    request_id: &str,
    since_ms: i64,
) -> Result<Option<RequestRow>> {
    let sql = "SELECT digest, job_id, warnings FROM request_id \
        WHERE company = $1 AND request_id = $2 AND created_ms > $3";
    let row = sqlx::query(sql)
        .bind(company)
        .bind(request_id)
        .bind(since_ms)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RequestRow {
        digest: row.try_get(0)?,
        job_id: row.try_get(1)?,
        warnings: row.try_get(2)?,
    }))
}

/// Remembers a request id, in place of one that has expired.
pub async fn insert(
    tx: &mut Tx,
    company: &str,
    request_id: &str,
    request: &RequestRow,
    now_ms: i64,
) -> Result<()> {
    sqlx::query("DELETE FROM request_id WHERE company = $1 AND request_id = $2")
        .bind(company)
        .bind(request_id)
        .execute(&mut **tx)
        .await?;
    let sql = "INSERT INTO request_id (company, request_id, digest, job_id, warnings, \
        created_ms) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(company)
        .bind(request_id)
        .bind(&request.digest)
        .bind(request.job_id)
        .bind(&request.warnings)
        .bind(now_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
