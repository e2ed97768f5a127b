//! Questions of `offprint fsck`: what the files must be, and whether the rows
//! agree with each other.

use super::artifacts::{FIRST_PART, PER_ITEM};
use super::{Result, Store, placeholders};
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashSet;

/// An original that at least one asset has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOriginal {
    /// Hexadecimal.
    pub sha256: String,
    pub size: i64,
}

/// An output that an artifact has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOutput {
    pub job: i64,
    /// Number of the artifact.
    pub idx: i64,
    pub size: i64,
    /// Hexadecimal.
    pub sha256: String,
    /// Key of the bytes in `blobs`.
    pub blob: String,
}

/// Two numbers that must be equal and are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// `job 7`, `library of c|1`.
    pub of: String,
    /// What was counted.
    pub what: &'static str,
    pub stored: i64,
    pub found: i64,
}

/// Everything that is counted in a job's row, beside the same counted anew.
const JOBS: &str = "SELECT job.id, job.state, job.total, coalesce(i.n, 0), job.success, \
    coalesce(i.done, 0), job.error, coalesce(i.failed, 0), job.cancelled, \
    coalesce(i.cancelled, 0), job.last_seq, coalesce(e.n, 0), coalesce(e.first, 1), \
    coalesce(e.last, 0) FROM job \
    LEFT JOIN (SELECT job_id, count(*) AS n, \
        sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS done, \
        sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed, \
        sum(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END) AS cancelled \
        FROM item GROUP BY job_id) i ON i.job_id = job.id \
    LEFT JOIN (SELECT job_id, count(*) AS n, min(seq) AS first, max(seq) AS last \
        FROM event GROUP BY job_id) e ON e.job_id = job.id \
    ORDER BY job.id";

const LIBRARIES: &str = "SELECT counted.company, coalesce(u.assets, 0), counted.assets, \
    coalesce(u.bytes, 0), counted.bytes FROM (SELECT company, count(*) AS assets, \
    sum(file_size) AS bytes FROM asset GROUP BY company) counted \
    LEFT JOIN library_usage u ON u.company = counted.company \
    UNION ALL SELECT company, assets, 0, bytes, 0 FROM library_usage \
    WHERE company NOT IN (SELECT company FROM asset) AND (assets <> 0 OR bytes <> 0)";

impl Store {
    /// What SQLite itself finds wrong with the database file.
    pub async fn integrity(&self, quick: bool) -> Result<Vec<String>> {
        let sql = if quick { "PRAGMA quick_check" } else { "PRAGMA integrity_check" };
        let mut lines: Vec<String> = sqlx::query_scalar(sql).fetch_all(self.read()).await?;
        lines.retain(|line| line != "ok");
        Ok(lines)
    }

    /// Originals with a checksum above `after`, in its order.
    pub async fn expected_originals(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<ExpectedOriginal>> {
        let sql = "SELECT DISTINCT sha256, file_size FROM asset WHERE sha256 > $1 \
            ORDER BY sha256, file_size LIMIT $2";
        let rows = sqlx::query(sql).bind(after).bind(limit).fetch_all(self.read()).await?;
        let mut originals = Vec::with_capacity(rows.len());
        for row in rows {
            originals.push(ExpectedOriginal { sha256: row.try_get(0)?, size: row.try_get(1)? });
        }
        Ok(originals)
    }

    /// Numbers of the first assets that have a file.
    pub async fn assets_with(&self, sha256: &str, limit: i64) -> Result<Vec<i64>> {
        let sql = "SELECT id FROM asset WHERE sha256 = $1 ORDER BY id LIMIT $2";
        Ok(sqlx::query_scalar(sql).bind(sha256).bind(limit).fetch_all(self.read()).await?)
    }

    /// Which of these originals may be there: an asset has them, or they were
    /// released and wait for the sweeper.
    pub async fn known_originals(&self, sha256s: &[String]) -> Result<HashSet<String>> {
        let mut known = self.originals_in_use(sha256s).await?;
        for chunk in sha256s.chunks(50) {
            let sql = format!(
                "SELECT sha256 FROM released_original WHERE sha256 IN ({})",
                placeholders(0, chunk.len())
            );
            let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
            for sha256 in chunk {
                query = query.bind(sha256);
            }
            known.extend(query.fetch_all(self.read()).await?);
        }
        Ok(known)
    }

    /// Outputs after an artifact of a job, in the order of both; those that have
    /// expired are left out.
    pub async fn expected_outputs(
        &self,
        (job, idx): (i64, i64),
        limit: i64,
    ) -> Result<Vec<ExpectedOutput>> {
        let sql = "SELECT job_id, idx, size, sha256, blob FROM artifact \
            WHERE (job_id, idx) > ($1, $2) AND blob <> '' ORDER BY job_id, idx LIMIT $3";
        let rows = sqlx::query(sql).bind(job).bind(idx).bind(limit).fetch_all(self.read()).await?;
        let mut outputs = Vec::with_capacity(rows.len());
        for row in rows {
            outputs.push(ExpectedOutput {
                job: row.try_get(0)?,
                idx: row.try_get(1)?,
                size: row.try_get(2)?,
                sha256: row.try_get(3)?,
                blob: row.try_get(4)?,
            });
        }
        Ok(outputs)
    }

    /// Keys of all outputs of a job.
    pub async fn output_keys(&self, job: i64) -> Result<HashSet<String>> {
        let sql = "SELECT blob FROM artifact WHERE job_id = $1";
        let keys: Vec<String> = sqlx::query_scalar(sql).bind(job).fetch_all(self.read()).await?;
        Ok(keys.into_iter().collect())
    }

    /// Artifacts whose item is not done, as job and item.
    pub async fn artifacts_of_unfinished_items(&self) -> Result<Vec<(i64, i64)>> {
        let sql = format!(
            "SELECT DISTINCT artifact.job_id, artifact.idx / {PER_ITEM} FROM artifact \
             LEFT JOIN item ON item.job_id = artifact.job_id \
             AND item.idx = artifact.idx / {PER_ITEM} \
             WHERE artifact.idx < {FIRST_PART} AND (item.state IS NULL OR item.state <> 'done')"
        );
        let mut found = Vec::new();
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(self.read()).await? {
            found.push((row.try_get(0)?, row.try_get(1)?));
        }
        Ok(found)
    }

    /// Counters of jobs that differ from what they count, and how many jobs
    /// there are.
    pub async fn job_discrepancies(&self) -> Result<(Vec<Discrepancy>, i64)> {
        let rows = sqlx::query(JOBS).fetch_all(self.read()).await?;
        let mut found = Vec::new();
        for row in &rows {
            let job: i64 = row.try_get(0)?;
            let number = |column: usize| row.try_get::<i64, _>(column);
            let mut pairs = vec![
                ("items", number(2)?, number(3)?),
                ("items that are done", number(4)?, number(5)?),
                ("items that failed", number(6)?, number(7)?),
                ("items that were cancelled", number(8)?, number(9)?),
                ("events", number(10)?, number(11)?),
                ("the number of its last event", number(10)?, number(13)?),
                ("the number of its first event", 1, number(12)?),
            ];
            if row.try_get::<String, _>(1)? == "done" {
                let settled = number(5)? + number(7)? + number(9)?;
                pairs.push(("settled items of a job that is over", number(2)?, settled));
            }
            for (what, stored, counted) in pairs {
                if stored != counted {
                    let of = format!("job {job}");
                    found.push(Discrepancy { of, what, stored, found: counted });
                }
            }
        }
        Ok((found, rows.len() as i64))
    }

    /// Rows of jobs that are not there.
    pub async fn orphaned_rows(&self) -> Result<Vec<Discrepancy>> {
        let tables = [
            ("item", "items of a job that is not there"),
            ("event", "events of a job that is not there"),
            ("artifact", "artifacts of a job that is not there"),
        ];
        let mut found = Vec::new();
        for (table, what) in tables {
            let sql = format!(
                "SELECT job_id, count(*) FROM {table} WHERE job_id NOT IN (SELECT id FROM job) \
                 GROUP BY job_id"
            );
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(self.read()).await? {
                let of = format!("job {}", row.try_get::<i64, _>(0)?);
                found.push(Discrepancy { of, what, stored: 0, found: row.try_get(1)? });
            }
        }
        Ok(found)
    }

    /// What libraries hold, where it differs from their assets; and numbers of
    /// handles that would be given out a second time.
    pub async fn library_discrepancies(&self) -> Result<Vec<Discrepancy>> {
        let mut found = Vec::new();
        for row in sqlx::query(LIBRARIES).fetch_all(self.read()).await? {
            let company: String = row.try_get(0)?;
            for (what, column) in [("assets", 1), ("bytes", 3)] {
                let (stored, counted) = (row.try_get(column)?, row.try_get(column + 1)?);
                if stored != counted {
                    let of = format!("library of {company}");
                    found.push(Discrepancy { of, what, stored, found: counted });
                }
            }
        }
        for (counter, table) in
            [("asset", "asset"), ("job", "job"), ("image_format", "image_format")]
        {
            let sql = format!(
                "SELECT value, coalesce((SELECT max(id) FROM {table}), 0) FROM counter \
                 WHERE name = $1"
            );
            let row = sqlx::query(AssertSqlSafe(sql)).bind(counter).fetch_one(self.read()).await?;
            let (stored, highest): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            if stored < highest {
                let (of, what) = (format!("counter {counter}"), "the highest number given out");
                found.push(Discrepancy { of, what, stored, found: highest });
            }
        }
        Ok(found)
    }

    /// How many assets there are.
    pub async fn asset_count(&self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM asset").fetch_one(self.read()).await?)
    }
}
