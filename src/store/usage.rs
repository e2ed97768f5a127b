//! Table `library_usage`: what the library of each company holds.

use super::{Result, Store, Tx};
use sqlx::Row;

/// Assets of a company, those in the trash included, and the bytes of their
/// files. A file that two assets share counts twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub assets: i64,
    pub bytes: i64,
}

const READ: &str = "SELECT assets, bytes FROM library_usage WHERE company = $1";

fn from_row(row: Option<sqlx::any::AnyRow>) -> sqlx::Result<Usage> {
    let Some(row) = row else { return Ok(Usage::default()) };
    Ok(Usage { assets: row.try_get(0)?, bytes: row.try_get(1)? })
}

impl Store {
    /// What a company's library holds.
    pub async fn usage(&self, company: &str) -> Result<Usage> {
        Ok(from_row(sqlx::query(READ).bind(company).fetch_optional(self.read()).await?)?)
    }
}

/// What a company's library holds, as this transaction sees it.
pub async fn read(tx: &mut Tx, company: &str) -> Result<Usage> {
    Ok(from_row(sqlx::query(READ).bind(company).fetch_optional(&mut **tx).await?)?)
}

/// Adds to what a company's library holds.
pub(super) async fn change(tx: &mut Tx, company: &str, assets: i64, bytes: i64) -> Result<()> {
    let sql = "INSERT INTO library_usage (company, assets, bytes) VALUES ($1, $2, $3) \
        ON CONFLICT (company) DO UPDATE SET assets = library_usage.assets + excluded.assets, \
        bytes = library_usage.bytes + excluded.bytes";
    sqlx::query(sql).bind(company).bind(assets).bind(bytes).execute(&mut **tx).await?;
    Ok(())
}
