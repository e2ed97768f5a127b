//! Table `artifact`: the outputs of finished items, and the archives of jobs.

use super::{Result, Store, Tx};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Numbers of artifacts that one item may have.
pub const PER_ITEM: i64 = 1024;

/// Number of the first part of a job's archive, and, after the parts, of its manifest:
/// behind all outputs.
pub const FIRST_PART: i64 = 1 << 50;

/// One output, or one part of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArtifactRow {
    pub job_id: i64,
    /// [`PER_ITEM`] times the number of the item that gave it, plus the number of the
    /// output among the item's; for parts from [`FIRST_PART`] on.
    pub idx: i64,
    /// With its folder.
    pub file_name: String,
    pub mime_type: String,
    pub size: i64,
    /// Pixels, 0 when it is no picture.
    pub width: i32,
    pub height: i32,
    /// Hexadecimal.
    pub sha256: String,
    /// Key of the bytes in `blobs`; empty once they have expired.
    pub blob: String,
    pub crc32: u32,
    /// False while it only waits to be packed into an archive.
    pub listed: bool,
    /// Part of an archive, from 1; 0 for a single file.
    pub part: i64,
    /// 0: never.
    pub expires_ms: i64,
}

const COLUMNS: &str = "job_id, idx, file_name, mime_type, size, width, height, sha256, blob, \
    crc32, listed, part, expires_ms";

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
        crc32: row.try_get::<i64, _>(9)? as u32,
        listed: row.try_get::<i64, _>(10)? != 0,
        part: row.try_get(11)?,
        expires_ms: row.try_get(12)?,
    })
}

impl Store {
    /// What can be downloaded of a job from number `from` on, in the order of the
    /// request; expired ones are left out.
    pub async fn artifacts(&self, job: i64, from: i64, limit: i64) -> Result<Vec<ArtifactRow>> {
        self.some_artifacts("listed = 1 AND blob <> ''", job, from, limit).await
    }

    /// Outputs of a job that wait to be packed.
    pub async fn unpacked(&self, job: i64, from: i64, limit: i64) -> Result<Vec<ArtifactRow>> {
        self.some_artifacts("listed = 0", job, from, limit).await
    }

    /// One artifact, expired or not.
    pub async fn artifact(&self, job: i64, idx: i64) -> Result<Option<ArtifactRow>> {
        let rows = self.some_artifacts("listed = 1", job, idx, 1).await?;
        Ok(rows.into_iter().find(|row| row.idx == idx))
    }

    /// All artifacts of a job with numbers from `from` up to `before`, listed or not.
    pub async fn artifacts_between(
        &self,
        job: i64,
        from: i64,
        before: i64,
    ) -> Result<Vec<ArtifactRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM artifact WHERE job_id = $1 AND idx >= $2 AND idx < $3 \
             ORDER BY idx"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(job).bind(from).bind(before);
        let rows = rows.fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    async fn some_artifacts(
        &self,
        condition: &str,
        job: i64,
        from: i64,
        limit: i64,
    ) -> Result<Vec<ArtifactRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM artifact WHERE job_id = $1 AND idx >= $2 AND {condition} \
             ORDER BY idx LIMIT $3"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(job).bind(from).bind(limit);
        let rows = rows.fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }

    /// Jobs that were deleted while they ran and have bytes left.
    pub async fn deleted_with_artifacts(&self) -> Result<Vec<i64>> {
        let sql = "SELECT id FROM job WHERE deleted = 1 AND state = 'done' AND EXISTS \
            (SELECT 1 FROM artifact WHERE artifact.job_id = job.id AND blob <> '')";
        Ok(sqlx::query_scalar(sql).fetch_all(self.read()).await?)
    }

    /// Artifacts whose time is over and whose bytes are still there.
    pub async fn expired(&self, now_ms: i64, limit: i64) -> Result<Vec<ArtifactRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM artifact WHERE expires_ms > 0 AND expires_ms <= $1 \
             AND blob <> '' ORDER BY expires_ms LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(now_ms).bind(limit);
        let rows = rows.fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }
}

/// Adds an artifact.
pub async fn insert(tx: &mut Tx, artifact: &ArtifactRow) -> Result<()> {
    let sql = format!("INSERT INTO artifact ({COLUMNS}) VALUES ({})", super::placeholders(0, 13));
    sqlx::query(AssertSqlSafe(sql))
        .bind(artifact.job_id)
        .bind(artifact.idx)
        .bind(&artifact.file_name)
        .bind(&artifact.mime_type)
        .bind(artifact.size)
        .bind(artifact.width as i64)
        .bind(artifact.height as i64)
        .bind(&artifact.sha256)
        .bind(&artifact.blob)
        .bind(i64::from(artifact.crc32))
        .bind(i64::from(artifact.listed))
        .bind(artifact.part)
        .bind(artifact.expires_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that the bytes of an artifact are gone.
pub async fn mark_expired(tx: &mut Tx, job: i64, idx: i64) -> Result<()> {
    let sql = "UPDATE artifact SET blob = '' WHERE job_id = $1 AND idx = $2";
    sqlx::query(sql).bind(job).bind(idx).execute(&mut **tx).await?;
    Ok(())
}

/// Notes that the bytes of all artifacts of a job are gone.
pub async fn mark_all_expired(tx: &mut Tx, job: i64) -> Result<()> {
    sqlx::query("UPDATE artifact SET blob = '' WHERE job_id = $1")
        .bind(job)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets the outputs that were packed into an archive.
pub async fn forget_packed(tx: &mut Tx, job: i64) -> Result<()> {
    sqlx::query("DELETE FROM artifact WHERE job_id = $1 AND listed = 0")
        .bind(job)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
