//! Table `released_original`: files that may have no asset any more.

use super::{Result, Store, Tx, placeholders};
use sqlx::AssertSqlSafe;
use std::collections::HashSet;

impl Store {
    /// Released files, those released first first, none after `until_ms`.
    pub async fn released_originals(&self, until_ms: i64, limit: i64) -> Result<Vec<String>> {
        let sql = "SELECT sha256 FROM released_original WHERE since_ms <= $1 \
            ORDER BY since_ms, sha256 LIMIT $2";
        Ok(sqlx::query_scalar(sql).bind(until_ms).bind(limit).fetch_all(self.read()).await?)
    }

    /// Which of these files an asset of any company has.
    pub async fn originals_in_use(&self, sha256s: &[String]) -> Result<HashSet<String>> {
        let mut found = HashSet::with_capacity(sha256s.len());
        for chunk in sha256s.chunks(50) {
            let sql = format!(
                "SELECT DISTINCT sha256 FROM asset WHERE sha256 IN ({})",
                placeholders(0, chunk.len())
            );
            let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
            for sha256 in chunk {
                query = query.bind(sha256);
            }
            found.extend(query.fetch_all(self.read()).await?);
        }
        Ok(found)
    }
}

/// Notes that an asset no longer has this file.
pub async fn release(tx: &mut Tx, sha256: &str, now_ms: i64) -> Result<()> {
    let sql = "INSERT INTO released_original (sha256, since_ms) VALUES ($1, $2) \
        ON CONFLICT (sha256) DO UPDATE SET since_ms = excluded.since_ms";
    sqlx::query(sql).bind(sha256).bind(now_ms).execute(&mut **tx).await?;
    Ok(())
}

/// Notes a file without an asset, unless it is noted already.
pub async fn note(tx: &mut Tx, sha256: &str, since_ms: i64) -> Result<()> {
    let sql = "INSERT INTO released_original (sha256, since_ms) VALUES ($1, $2) \
        ON CONFLICT (sha256) DO NOTHING";
    sqlx::query(sql).bind(sha256).bind(since_ms).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets that these files were released: they are gone, or in use again.
pub async fn forget(tx: &mut Tx, sha256s: &[String]) -> Result<()> {
    for chunk in sha256s.chunks(50) {
        let sql = format!(
            "DELETE FROM released_original WHERE sha256 IN ({})",
            placeholders(0, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for sha256 in chunk {
            query = query.bind(sha256);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}
