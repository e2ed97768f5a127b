//! Table `artifact`: the outputs of finished items.

use super::{Result, Store, Tx};
use sqlx::Row;
use sqlx::any::AnyRow;

/// One output that can be downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactRow {
    pub job_id: i64,
    /// The item that gave it.
    pub idx: i64,
    pub file_name: String,
    pub mime_type: String,
    pub size: i64,
    /// Pixels, 0 when it is no picture.
    pub width: i32,
    pub height: i32,
    /// Hexadecimal.
    pub sha256: String,
    /// Key of the bytes in `blobs`.
    pub blob: String,
}

fn from_row(row: &AnyRow) -> sqlx::Result<ArtifactRow> {
    Ok(ArtifactRow {
        job_id: row.try_get(0)?,
        idx: row.try_get(1)?,
        file_name: row.try_get(2)?,
        mime_type: row.try_get(3)?,
        size: row.try_get(4)?,
        width: row.try_get::<i64, _>(5)? as i32,
        height: row.try_get::<i64, _>(6)? as i32,
        sha256: row.try_get(7)?,
        blob: row.try_get(8)?,
    })
}

impl Store {
    /// Artifacts of a job from item `from` on, in the order of the request.
    pub async fn artifacts(&self, job: i64, from: i64, limit: i64) -> Result<Vec<ArtifactRow>> {
        let sql = "SELECT job_id, idx, file_name, mime_type, size, width, height, sha256, blob \
            FROM artifact WHERE job_id = $1 AND idx >= $2 ORDER BY idx LIMIT $3";
        let rows = sqlx::query(sql).bind(job).bind(from).bind(limit).fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }
}

/// Adds an artifact.
pub async fn insert(tx: &mut Tx, artifact: &ArtifactRow) -> Result<()> {
    let sql = "INSERT INTO artifact (job_id, idx, file_name, mime_type, size, width, height, \
        sha256, blob) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(sql)
        .bind(artifact.job_id)
        .bind(artifact.idx)
        .bind(&artifact.file_name)
        .bind(&artifact.mime_type)
        .bind(artifact.size)
        .bind(artifact.width as i64)
        .bind(artifact.height as i64)
        .bind(&artifact.sha256)
        .bind(&artifact.blob)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
