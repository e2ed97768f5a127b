//! Table `mail`: mails about jobs that are to be sent.

use super::{Result, Store, Tx};
use sqlx::Row;

/// One mail to one recipient. Its text is made when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    pub job_id: i64,
    /// `begin`, `end` or `copy`.
    pub moment: String,
    pub recipient: String,
    pub tries: i64,
}

impl Store {
    /// Mails whose time has come.
    pub async fn due_mails(&self, now_ms: i64, limit: i64) -> Result<Vec<MailRow>> {
        let sql = "SELECT job_id, moment, recipient, tries FROM mail \
            WHERE state = 'waiting' AND next_ms <= $1 ORDER BY next_ms LIMIT $2";
        let rows = sqlx::query(sql).bind(now_ms).bind(limit).fetch_all(self.read()).await?;
        let mut mails = Vec::with_capacity(rows.len());
        for row in rows {
            mails.push(MailRow {
                job_id: row.try_get(0)?,
                moment: row.try_get(1)?,
                recipient: row.try_get(2)?,
                tries: row.try_get(3)?,
            });
        }
        Ok(mails)
    }
}

/// Adds a mail, once for each moment and recipient of a job.
pub async fn insert(
    tx: &mut Tx,
    job: i64,
    moment: &str,
    recipient: &str,
    now_ms: i64,
) -> Result<()> {
    let sql = "INSERT INTO mail (job_id, moment, recipient, state, tries, next_ms, problem) \
        VALUES ($1, $2, $3, 'waiting', 0, $4, '') ON CONFLICT DO NOTHING";
    sqlx::query(sql).bind(job).bind(moment).bind(recipient).bind(now_ms).execute(&mut **tx).await?;
    Ok(())
}

/// Notes what came of a try: `sent`, `failed`, or `waiting` until `next_ms`.
pub async fn tried(
    tx: &mut Tx,
    mail: &MailRow,
    state: &str,
    next_ms: i64,
    problem: &str,
) -> Result<()> {
    let sql = "UPDATE mail SET state = $4, tries = tries + 1, next_ms = $5, problem = $6 \
        WHERE job_id = $1 AND moment = $2 AND recipient = $3";
    sqlx::query(sql)
        .bind(mail.job_id)
        .bind(&mail.moment)
        .bind(&mail.recipient)
        .bind(state)
        .bind(next_ms)
        .bind(problem)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
