//! Bytes: originals and outputs below the data directory.
//!
//! A file is written into a staging folder of the same disk, synced, and only
//! then renamed to its place, so nothing half-written is ever visible. Staging
//! folders are emptied at every start. Originals are stored by content: equal
//! bytes are stored once. Plain files instead of an object store client,
//! because outputs must be on the disk before their row says so, which the
//! local back ends of such clients do not promise; an S3 back end takes the
//! place of this module's type.

mod survey;

use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// ENOSPC, a quota, or the reserve of `limits.min_free_disk_bytes`.
    #[error("{0}")]
    Full(String),
    #[error("file {0} of the data directory is missing")]
    Missing(String),
    #[error("data directory: {0}")]
    Io(io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                BlobError::Full("the disk is full".into())
            }
            _ => BlobError::Io(error),
        }
    }
}

pub type Result<T> = std::result::Result<T, BlobError>;

/// The two kinds of bytes; each may be a disk of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Originals,
    Outputs,
}

impl Area {
    fn folder(self) -> &'static str {
        match self {
            Area::Originals => "originals",
            Area::Outputs => "outputs",
        }
    }
}

const STAGING: &str = ".staging";

/// All stored bytes. Every method may block.
#[derive(Debug, Clone)]
pub struct Blobs {
    root: PathBuf,
    /// Bytes to leave free on the disk that holds the database.
    reserve: u64,
}

/// Where finished bytes are, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Path below the data directory, with `/`.
    pub key: String,
    pub size: u64,
    /// Hexadecimal.
    pub sha256: String,
    pub crc32: u32,
}

impl Blobs {
    /// Opens the bytes below `root` and empties the staging folders: whatever
    /// is in them was cut off by a crash.
    pub fn open(root: &Path, reserve: u64) -> Result<Blobs> {
        for area in [Area::Originals, Area::Outputs] {
            let staging = root.join(area.folder()).join(STAGING);
            if staging.exists() {
                fs::remove_dir_all(&staging)?;
            }
            fs::create_dir_all(&staging)?;
        }
        Ok(Blobs { root: root.to_owned(), reserve })
    }

    /// Starts a file of about `expected` bytes (0 when unknown).
    pub fn stage(&self, area: Area, expected: u64) -> Result<Staged> {
        self.check_space(area, expected)?;
        let staging = self.root.join(area.folder()).join(STAGING);
        let file = tempfile_in(&staging)?;
        Ok(Staged {
            blobs: self.clone(),
            area,
            path: file.1,
            file: file.0,
            hash: Sha256::new(),
            crc32: crc32fast::Hasher::new(),
            size: 0,
            unchecked: 0,
            committed: false,
        })
    }

    /// Puts an original's bytes under an output's key: a second name for the
    /// same file where the disk allows, else a copy. The bytes are read and
    /// must still have the checksum of the upload.
    pub fn output_of_original(&self, original: &str, sha256: &str, key: &str) -> Result<Stored> {
        let mut source = self.open_file(original, 0)?;
        let mut staged = None;
        let target = self.path(key);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        self.remove(key)?;
        let linked = fs::hard_link(self.path(original), &target).is_ok();
        if !linked {
            staged = Some(self.stage(Area::Outputs, source.metadata()?.len())?);
        }
        let mut hash = Sha256::new();
        let mut crc32 = crc32fast::Hasher::new();
        let mut size = 0;
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = source.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            match &mut staged {
                Some(staged) => staged.write(&buffer[..read])?,
                None => {
                    hash.update(&buffer[..read]);
                    crc32.update(&buffer[..read]);
                }
            }
        }
        let stored = match staged {
            Some(staged) => staged.commit(key)?,
            None => Stored {
                key: key.to_owned(),
                size,
                sha256: hex::encode(hash.finalize()),
                crc32: crc32.finalize(),
            },
        };
        if stored.sha256 != sha256 {
            self.remove(key)?;
            return Err(BlobError::Io(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{original} has changed on the disk: its SHA-256 is {}", stored.sha256),
            )));
        }
        if linked {
            sync_folder(&target)?;
        }
        Ok(stored)
    }

    /// All bytes of a file.
    pub fn read(&self, key: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open_file(key, 0)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A file for reading from `offset`.
    pub fn open_file(&self, key: &str, offset: u64) -> Result<File> {
        let mut file = match File::open(self.path(key)) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(BlobError::Missing(key.to_owned()));
            }
            Err(e) => return Err(e.into()),
        };
        if offset > 0 {
            file.seek(SeekFrom::Start(offset))?;
        }
        Ok(file)
    }

    /// Removes a file or a folder with all below it; missing is fine.
    pub fn remove(&self, key: &str) -> Result<()> {
        let path = self.path(key);
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match removed {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Removes what lost attempts of an item left: everything but `keep`.
    pub fn remove_other_attempts(&self, job: i64, idx: i64, keep: i64) -> Result<()> {
        let folder = format!("outputs/{job}/{idx}");
        let Ok(entries) = fs::read_dir(self.path(&folder)) else { return Ok(()) };
        for entry in entries {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            if name != keep.to_string() {
                self.remove(&format!("{folder}/{name}"))?;
            }
        }
        Ok(())
    }

    /// Numbers of jobs that were packed and whose items' outputs are still there.
    pub fn packed_with_outputs(&self) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.root.join(Area::Outputs.folder()))? {
            let entry = entry?;
            let Ok(job) = entry.file_name().to_string_lossy().parse() else { continue };
            let names = fs::read_dir(entry.path())?.map(|inside| Ok(inside?.file_name()));
            let names = names.collect::<io::Result<Vec<_>>>()?;
            if names.len() > 1 && names.iter().any(|name| name == PACKAGE) {
                found.push(job);
            }
        }
        Ok(found)
    }

    /// Removes the outputs of a job's items, and leaves what they were packed into.
    pub fn remove_packed(&self, job: i64) -> Result<()> {
        let folder = job_key(job);
        let Ok(entries) = fs::read_dir(self.path(&folder)) else { return Ok(()) };
        for entry in entries {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            if name != PACKAGE {
                self.remove(&format!("{folder}/{name}"))?;
            }
        }
        Ok(())
    }

    fn path(&self, key: &str) -> PathBuf {
        self.root.join(key)
    }

    fn check_space(&self, area: Area, wanted: u64) -> Result<()> {
        let folder = self.root.join(area.folder());
        let reserve = if same_disk(&folder, &self.root) { self.reserve } else { 0 };
        let free = fs4::available_space(&folder)?;
        if free < wanted.saturating_add(reserve) {
            return Err(BlobError::Full(format!(
                "the disk of {} has {free} bytes left: {wanted} are needed and \
                 limits.min_free_disk_bytes keeps {reserve} free",
                area.folder()
            )));
        }
        Ok(())
    }
}

/// Key of an original.
pub fn original_key(sha256: &str) -> String {
    format!("originals/{}/{sha256}", &sha256[..2.min(sha256.len())])
}

/// Key of the outputs of one attempt. The rows point at the attempt that won.
pub fn attempt_key(job: i64, idx: i64, attempt: i64) -> String {
    format!("outputs/{job}/{idx}/{attempt}")
}

/// Key of the output number `number` of one attempt; one that is alone has no folder.
pub fn output_key(job: i64, idx: i64, attempt: i64, number: usize, count: usize) -> String {
    let key = attempt_key(job, idx, attempt);
    if count == 1 { key } else { format!("{key}/{number}") }
}

/// Key of all that a job has put out.
pub fn job_key(job: i64) -> String {
    format!("outputs/{job}")
}

/// Key of what a job is packed into; `name` is that of a part or of the manifest.
pub fn package_key(job: i64, name: &str) -> String {
    format!("outputs/{job}/{PACKAGE}/{name}")
}

/// The folder of a job's archive among those of its items.
const PACKAGE: &str = "package";

/// A file being written; gone when dropped before it was committed.
#[derive(Debug)]
pub struct Staged {
    blobs: Blobs,
    area: Area,
    path: PathBuf,
    file: File,
    hash: Sha256,
    crc32: crc32fast::Hasher,
    size: u64,
    /// Bytes since the free space was last looked at.
    unchecked: u64,
    committed: bool,
}

impl Staged {
    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.unchecked += bytes.len() as u64;
        if self.unchecked > 8 << 20 {
            self.blobs.check_space(self.area, bytes.len() as u64)?;
            self.unchecked = 0;
        }
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.crc32.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Bytes written so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of the bytes written so far, hexadecimal.
    pub fn sha256(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }

    /// Reads the first bytes back.
    pub fn head(&self, at_most: usize) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        File::open(&self.path)?.take(at_most as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Makes the bytes written so far durable.
    pub fn sync(&self) -> Result<()> {
        Ok(self.file.sync_all()?)
    }

    /// Makes the file durable, then visible under `key`.
    pub fn commit(mut self, key: &str) -> Result<Stored> {
        self.file.sync_all()?;
        let on_disk = self.file.metadata()?.len();
        if on_disk != self.size {
            return Err(BlobError::Io(io::Error::other(format!(
                "{on_disk} bytes are on the disk, {} were written",
                self.size
            ))));
        }
        let target = self.blobs.path(key);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::rename(&self.path, &target)?;
        self.committed = true;
        sync_folder(&target)?;
        Ok(Stored {
            key: key.to_owned(),
            size: self.size,
            sha256: self.sha256(),
            crc32: self.crc32.clone().finalize(),
        })
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.committed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A new file with a name of its own.
fn tempfile_in(folder: &Path) -> io::Result<(File, PathBuf)> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    let file = File::options().write(true).create_new(true).open(&path)?;
    Ok((file, path))
}

/// A rename is only durable once its folder is.
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn same_disk(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (a.metadata(), b.metadata()) {
        (Ok(a), Ok(b)) => a.dev() == b.dev(),
        _ => true,
    }
}

#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests;
