//! What lies in a data directory besides the bytes of `blobs`, and its lock.

use anyhow::Context as _;
use std::fs::File;
use std::path::Path;

/// File of the database.
pub const DATABASE: &str = "offprint.db";

/// Folder of the colour profiles that the operator put there.
pub const PROFILES: &str = "profiles";

/// Takes a data directory for this process, as long as the file is held: two
/// servers would run each other's items.
pub fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            anyhow::bail!(
                "another offprint server uses the data directory {}: stop it, or choose another \
                 directory with --data",
                data.display()
            )
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("can't lock {}", path.display()))
        }
    }
}
