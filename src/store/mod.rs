//! Rows: the truth about assets, image formats, jobs, items and events.
//!
//! One SQL text for SQLite and, later, PostgreSQL. Reads go through a pool,
//! writes through one connection, so that writers queue up in order instead of
//! fighting for SQLite's lock.

pub mod artifacts;
pub mod assets;
pub mod events;
pub mod image_formats;
pub mod items;
pub mod jobs;
pub mod logs;
pub mod mails;
pub mod requests;
pub mod schedules;
#[cfg(test)]
mod tests;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Transaction};
use std::path::Path;
use std::str::FromStr;

/// Rows could not be read or written. Always the operator's business.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the disk of the database is full")]
    Full,
    #[error("database: {0}")]
    Database(sqlx::Error),
    #[error("database migrations: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("row of {table}: {problem}")]
    Corrupt { table: &'static str, problem: String },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_FULL; the code is all that the driver keeps of it.
        match &error {
            sqlx::Error::Database(e) if e.code().as_deref() == Some("13") => StoreError::Full,
            _ => StoreError::Database(error),
        }
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// A write transaction; rolled back unless committed.
pub type Tx = Transaction<'static, Any>;

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    write: AnyPool,
    read: AnyPool,
}

impl Store {
    /// Opens the database file, creating it and its tables when missing.
    pub async fn open(file: &Path) -> Result<Store> {
        sqlx::any::install_default_drivers();
        let options = AnyConnectOptions::from_str(&sqlite_url(file))?;
        // A commit is on the disk when it returns: a client that saw an event
        // must find it again after a power cut.
        const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
            PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; \
            PRAGMA journal_size_limit = 67108864;";
        let pool = |connections: u32| {
            AnyPoolOptions::new().max_connections(connections).min_connections(1).after_connect(
                |connection, _| {
                    Box::pin(
                        async move { sqlx::raw_sql(PRAGMAS).execute(connection).await.map(|_| ()) },
                    )
                },
            )
        };
        let write = pool(1).connect_with(options.clone()).await?;
        sqlx::migrate!().run(&write).await?;
        let read = pool(4).connect_with(options).await?;
        Ok(Store { write, read })
    }

    /// Begins a write. Waits for the write before it.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Where plain reads go.
    pub(crate) fn read(&self) -> &AnyPool {
        &self.read
    }

    /// Closes all connections; the last one folds the write-ahead log.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// The URL of a database file; characters that a URL gives a meaning are encoded.
fn sqlite_url(file: &Path) -> String {
    let mut url = String::from("sqlite://");
    for c in file.to_string_lossy().chars() {
        match c {
            '%' | '?' | '#' => url.push_str(&format!("%{:02X}", c as u32)),
            _ => url.push(c),
        }
    }
    url + "?mode=rwc"
}

/// Takes the next number of a kind of handle.
pub(crate) async fn next_number(tx: &mut Tx, kind: &'static str) -> Result<i64> {
    let sql = "UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value";
    Ok(sqlx::query_scalar(sql).bind(kind).fetch_one(&mut **tx).await?)
}

/// `$1, $2, …` for `count` values, after `before` others.
pub(crate) fn placeholders(before: usize, count: usize) -> String {
    let numbers: Vec<String> = (1..=count).map(|n| format!("${}", before + n)).collect();
    numbers.join(", ")
}

/// A text with the wildcards of LIKE made literal; for `LIKE … ESCAPE '\'`.
pub(crate) fn like_literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
