//! Files that appear whole or not at all.

use super::status::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Writes a file under a temporary name beside its place and renames it, so
/// that a reader never sees half of it. Replaces a file that is there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let temporary = beside(path, &format!("{}.tmp", std::process::id()))?;
    let result = write_and_rename(&temporary, path, bytes);
    if let Err(error) = result {
        // The first error is the one to report; the file may not even exist.
        let _ = fs::remove_file(&temporary);
        return Err(Failure::work(format!("cannot write '{}': {error}", path.display())));
    }
    Ok(())
}

fn write_and_rename(temporary: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

/// A hidden name in the same folder, for a file that is not complete yet:
/// `out/photo.png` and `part` give `out/.photo.png.part`.
pub fn beside(path: &Path, suffix: &str) -> Result<PathBuf, Failure> {
    let name = path.file_name().ok_or_else(|| {
        Failure::request(format!("'{}' does not end in a file name", path.display()))
    })?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden.push(suffix);
    Ok(path.with_file_name(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        // A folder stands where the file should go, so the rename fails.
        let path = dir.path().join("taken");
        fs::create_dir_all(path.join("full")).unwrap();
        let failure = write(&path, b"one").unwrap_err();
        assert!(failure.text().contains("taken"), "{}", failure.text());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
