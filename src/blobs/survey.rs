//! What lies on the disk, whatever the rows say.

use super::{Area, BlobError, Blobs, Result, STAGING, original_key};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A stored original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Hexadecimal.
    pub sha256: String,
    /// When it was stored, in milliseconds since 1970.
    pub modified_ms: i64,
}

impl Blobs {
    /// The bytes below `root` as they are: nothing is made and nothing removed.
    pub fn at(root: &Path) -> Blobs {
        Blobs { root: root.to_owned(), reserve: 0 }
    }

    /// Size of a file; `None` when there is none.
    pub fn size(&self, key: &str) -> Result<Option<u64>> {
        match fs::metadata(self.path(key)) {
            Ok(metadata) if metadata.is_file() => Ok(Some(metadata.len())),
            Ok(_) => Ok(None),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// SHA-256 of the bytes of a file, hexadecimal.
    pub fn checksum(&self, key: &str) -> Result<String> {
        let mut file = self.open_file(key, 0)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(hex::encode(hash.finalize())),
                read => hash.update(&buffer[..read]),
            }
        }
    }

    /// Originals whose checksum begins with this byte. What somebody else put
    /// there is left out.
    pub fn originals_in(&self, first: u8) -> Result<Vec<Original>> {
        let first = format!("{first:02x}");
        let mut originals = Vec::new();
        for entry in entries(&self.path(&format!("{}/{first}", Area::Originals.folder())))? {
            let Ok(sha256) = entry.file_name().into_string() else { continue };
            if !is_checksum(&sha256) || !sha256.starts_with(&first) {
                continue;
            }
            let modified = entry.metadata()?.modified()?;
            let modified = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
            originals.push(Original { sha256, modified_ms: modified.as_millis() as i64 });
        }
        Ok(originals)
    }

    /// Removes an original; missing is fine.
    pub fn remove_original(&self, sha256: &str) -> Result<()> {
        match is_checksum(sha256) {
            true => self.remove(&original_key(sha256)),
            false => Ok(()),
        }
    }

    /// Numbers of the jobs that have a folder for outputs.
    pub fn output_folders(&self) -> Result<Vec<i64>> {
        let mut jobs = Vec::new();
        for entry in entries(&self.path(Area::Outputs.folder()))? {
            jobs.extend(entry.file_name().to_str().and_then(|name| name.parse::<i64>().ok()));
        }
        jobs.sort_unstable();
        Ok(jobs)
    }

    /// Keys of all files below a folder, in order.
    pub fn files_below(&self, folder: &str) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in entries(&self.path(&folder))? {
                let key = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() { folders.push(key) } else { keys.push(key) }
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// Keys of files that are being written, or were when the server was killed.
    pub fn staged(&self, area: Area) -> Result<Vec<String>> {
        self.files_below(&format!("{}/{STAGING}", area.folder()))
    }
}

/// The entries of a folder; none when there is no such folder.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map_err(BlobError::from)).collect(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e.into()),
    }
}

/// Whether a text is a SHA-256 as it is stored: 64 small hexadecimal digits.
fn is_checksum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
