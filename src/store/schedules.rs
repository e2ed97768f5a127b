//! Table `schedule`: jobs that wait for their time.

use super::{Result, Store, Tx, next_number};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// One schedule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScheduleRow {
    pub id: i64,
    pub company: String,
    /// Unique in the company.
    pub name: String,
    pub original_name: String,
    pub description: String,
    pub locale: String,
    pub user_handle: String,
    /// JSON of `jobs::vocabulary::ExportRequest`.
    pub request: String,
    /// JSON list of handles.
    pub handles: String,
    /// A Quartz expression, or empty for one that runs once.
    pub expression: String,
    /// IANA name; empty: the server's zone.
    pub time_zone: String,
    /// 0: it will not fire again.
    pub next_fire_ms: i64,
    /// Code of `jobs::schedules::Trigger`.
    pub trigger_state: String,
    /// Number of the latest run; 0: none.
    pub last_run: i64,
    pub created_ms: i64,
}

const COLUMNS: &str = "id, company, name, original_name, description, locale, user_handle, \
    request, handles, expression, time_zone, next_fire_ms, trigger_state, last_run, created_ms";

fn from_row(row: &AnyRow) -> sqlx::Result<ScheduleRow> {
    Ok(ScheduleRow {
        id: row.try_get(0)?,
        company: row.try_get(1)?,
        name: row.try_get(2)?,
        original_name: row.try_get(3)?,
        description: row.try_get(4)?,
        locale: row.try_get(5)?,
        user_handle: row.try_get(6)?,
        request: row.try_get(7)?,
        handles: row.try_get(8)?,
        expression: row.try_get(9)?,
        time_zone: row.try_get(10)?,
        next_fire_ms: row.try_get(11)?,
        trigger_state: row.try_get(12)?,
        last_run: row.try_get(13)?,
        created_ms: row.try_get(14)?,
    })
}

impl Store {
    /// One schedule.
    pub async fn schedule(&self, id: i64) -> Result<Option<ScheduleRow>> {
        let sql = format!("SELECT {COLUMNS} FROM schedule WHERE id = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(self.read()).await?;
        Ok(row.as_ref().map(from_row).transpose()?)
    }

    /// Schedules of a company below number `before`, newest first; with a name only
    /// those that were submitted under it.
    pub async fn schedules(
        &self,
        company: &str,
        original_name: &str,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ScheduleRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM schedule WHERE company = $1 \
             AND ($2 = '' OR original_name = $2) AND id < $3 ORDER BY id DESC LIMIT $4"
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

    /// Schedules whose time has come, the earliest first.
    pub async fn due(&self, now_ms: i64) -> Result<Vec<ScheduleRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM schedule WHERE next_fire_ms > 0 AND next_fire_ms <= $1 \
             AND trigger_state <> 'paused' ORDER BY next_fire_ms, id LIMIT 100"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(now_ms).fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    /// When the next schedule fires; 0: none will.
    pub async fn next_fire(&self) -> Result<i64> {
        let sql = "SELECT COALESCE(MIN(next_fire_ms), 0) FROM schedule WHERE next_fire_ms > 0 \
            AND trigger_state <> 'paused'";
        Ok(sqlx::query_scalar(sql).fetch_one(self.read()).await?)
    }
}

/// One schedule, as this transaction sees it.
pub async fn read(tx: &mut Tx, id: i64) -> Result<Option<ScheduleRow>> {
    let sql = format!("SELECT {COLUMNS} FROM schedule WHERE id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(&mut **tx).await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// Whether a schedule of the company has this name.
pub async fn name_taken(tx: &mut Tx, company: &str, name: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM schedule WHERE company = $1 AND name = $2";
    let count: i64 = sqlx::query_scalar(sql).bind(company).bind(name).fetch_one(&mut **tx).await?;
    Ok(count > 0)
}

/// Adds a schedule and gives it its number.
pub async fn insert(tx: &mut Tx, row: &mut ScheduleRow) -> Result<()> {
    row.id = next_number(tx, "schedule").await?;
    let sql = format!("INSERT INTO schedule ({COLUMNS}) VALUES ({})", super::placeholders(0, 15));
    sqlx::query(AssertSqlSafe(sql))
        .bind(row.id)
        .bind(&row.company)
        .bind(&row.name)
        .bind(&row.original_name)
        .bind(&row.description)
        .bind(&row.locale)
        .bind(&row.user_handle)
        .bind(&row.request)
        .bind(&row.handles)
        .bind(&row.expression)
        .bind(&row.time_zone)
        .bind(row.next_fire_ms)
        .bind(&row.trigger_state)
        .bind(row.last_run)
        .bind(row.created_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes back what changes in a schedule's life.
pub async fn update(tx: &mut Tx, row: &ScheduleRow) -> Result<()> {
    let sql = "UPDATE schedule SET next_fire_ms = $2, trigger_state = $3, last_run = $4 \
        WHERE id = $1";
    sqlx::query(sql)
        .bind(row.id)
        .bind(row.next_fire_ms)
        .bind(&row.trigger_state)
        .bind(row.last_run)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes a schedule. Its runs stay.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM schedule WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}
