//! Rows: the truth about assets, image formats, jobs, items and events.
//!
//! One SQL text for SQLite and, later, PostgreSQL. Reads go through a pool,
//! writes through one connection, so that writers queue up in order instead of
//! fighting for SQLite's lock.

pub mod artifacts;
pub mod asset_search;
pub mod assets;
pub mod checks;
pub mod events;
pub mod folders;
pub mod image_formats;
pub mod items;
pub mod jobs;
pub mod logs;
pub mod mails;
pub mod originals;
pub mod requests;
pub mod schedules;
#[cfg(test)]
mod tests;
pub mod usage;

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
    #[error(
        "the database is of version {found}, this program knows version {known}: start a server \
         of this version on it first, or use the program that made it"
    )]
    OtherVersion { found: i64, known: i64 },
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

    /// Opens a database that is there, for commands that look at it beside or
    /// instead of a server. One of another version is refused and left alone.
    pub async fn open_existing(file: &Path) -> Result<Store> {
        sqlx::any::install_default_drivers();
        let url = sqlite_url(file).replace("?mode=rwc", "?mode=rw");
        let pool = AnyPoolOptions::new().max_connections(1).after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::raw_sql("PRAGMA busy_timeout = 10000").execute(connection).await.map(|_| ())
            })
        });
        let pool = pool.connect_with(AnyConnectOptions::from_str(&url)?).await?;
        let sql = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
        let found: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&pool).await?;
        let mut known: Vec<i64> =
            sqlx::migrate!().iter().map(|migration| migration.version).collect();
        known.sort_unstable();
        if known != found {
            let last = |versions: &[i64]| versions.last().copied().unwrap_or(0);
            return Err(StoreError::OtherVersion { found: last(&found), known: last(&known) });
        }
        Ok(Store { write: pool.clone(), read: pool })
    }

    /// Writes a copy of the database, as it is at one moment, to a new file.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let sql = sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned());
        sql.execute(&self.write).await?;
        Ok(())
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
