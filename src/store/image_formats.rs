//! Table `image_format`: named modifier strings.

use super::{Result, Store, Tx, next_number};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// One image format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFormatRow {
    pub id: i64,
    pub name: String,
    pub url_modifier: String,
    pub built_in: bool,
    /// Counts changes; the etag.
    pub version: i64,
}

const COLUMNS: &str = "id, name, url_modifier, built_in, version";

fn from_row(row: &AnyRow) -> sqlx::Result<ImageFormatRow> {
    Ok(ImageFormatRow {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        url_modifier: row.try_get(2)?,
        built_in: row.try_get::<i64, _>(3)? != 0,
        version: row.try_get(4)?,
    })
}

impl Store {
    /// All image formats of a company, by name.
    pub async fn image_formats(&self, company: &str) -> Result<Vec<ImageFormatRow>> {
        let sql =
            format!("SELECT {COLUMNS} FROM image_format WHERE company = $1 ORDER BY name_key");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(company).fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }
}

/// The image format of this number.
pub async fn find(tx: &mut Tx, company: &str, id: i64) -> Result<Option<ImageFormatRow>> {
    let sql = format!("SELECT {COLUMNS} FROM image_format WHERE company = $1 AND id = $2");
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(company).bind(id).fetch_optional(&mut **tx).await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// The image format of this name, in any case.
pub async fn find_name(tx: &mut Tx, company: &str, name: &str) -> Result<Option<ImageFormatRow>> {
    let sql = format!("SELECT {COLUMNS} FROM image_format WHERE company = $1 AND name_key = $2");
    let key = name.to_ascii_lowercase();
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(company).bind(key).fetch_optional(&mut **tx).await?;
    Ok(row.as_ref().map(from_row).transpose()?)
}

/// Adds an image format.
pub async fn insert(
    tx: &mut Tx,
    company: &str,
    name: &str,
    url_modifier: &str,
    built_in: bool,
) -> Result<ImageFormatRow> {
    let id = next_number(tx, "image_format").await?;
    let sql = "INSERT INTO image_format (id, company, name, name_key, url_modifier, built_in, \
        version) VALUES ($1, $2, $3, $4, $5, $6, 1)";
    sqlx::query(sql)
        .bind(id)
        .bind(company)
        .bind(name)
        .bind(name.to_ascii_lowercase())
        .bind(url_modifier)
        .bind(built_in as i64)
        .execute(&mut **tx)
        .await?;
    Ok(ImageFormatRow {
        id,
        name: name.to_owned(),
        url_modifier: url_modifier.to_owned(),
        built_in,
        version: 1,
    })
}

/// Changes name and text of an image format and counts the change.
pub async fn update(tx: &mut Tx, id: i64, name: &str, url_modifier: &str) -> Result<i64> {
    let sql = "UPDATE image_format SET name = $2, name_key = $3, url_modifier = $4, \
        version = version + 1 WHERE id = $1 RETURNING version";
    Ok(sqlx::query_scalar(sql)
        .bind(id)
        .bind(name)
        .bind(name.to_ascii_lowercase())
        .bind(url_modifier)
        .fetch_one(&mut **tx)
        .await?)
}

/// Removes an image format.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM image_format WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Whether the company still has to get the formats that come with offprint;
/// asked once, it has them.
pub async fn seed(tx: &mut Tx, company: &str) -> Result<bool> {
    let sql = "INSERT INTO seeded_company (company) VALUES ($1) ON CONFLICT DO NOTHING";
    let done = sqlx::query(sql).bind(company).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}
