//! ZIP archives as streams: written once from front to end, with as much of the
//! bytes in memory as their table of contents has.
//!
//! Source: APPNOTE 6.3.10 of PKWARE. What the format leaves open is decided for
//! the programs that will open the archives:
//!
//! * A *stored* entry has its sizes and its CRC-32 in its local header, and no
//!   data descriptor. A reader of a stream could not find the end of such an
//!   entry otherwise: Java's ZipInputStream refuses it, bsdtar has to guess and
//!   the Archive Utility of macOS fails. So the checksum must be known before
//!   ([`checksum`], a pass over bytes that were just written).
//! * A *deflated* entry ends where its stream says so, and its compressed size is
//!   only known then. It has a data descriptor with signature (bit 3), as the
//!   archives have that macOS itself makes; every program reads it.
//! * ZIP64 records stand only where a number needs them, so that programs which
//!   do not know them open everything that they can.
//! * Names are UTF-8 and say so (bit 11). There are no other extra fields, one
//!   date for all entries and the same attributes: equal entries in equal order
//!   give equal bytes.

mod deflate;
mod method;
mod plan;
mod record;

#[cfg(test)]
mod tests;

pub use method::is_compressed;
pub use plan::{Part, Planned, part_name, plan};

use deflate::Deflater;
use jiff::civil::DateTime;
use record::{Entry, Thresholds};
use std::collections::HashSet;
use std::io::{self, Read, Write};

/// How the bytes of an entry are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// As they are; for formats that are compressed already.
    Stored {
        /// CRC-32 of the bytes, as [`checksum`] finds it.
        crc32: u32,
    },
    /// Deflated, level 6.
    Deflated,
}

/// Why an archive could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The name can't be unpacked safely everywhere.
    #[error("{name:?} can't be the name of an entry: {why}")]
    Name { name: String, why: &'static str },
    /// Another entry has the name, in any case, or it is a folder of one.
    #[error("the archive has an entry {name:?} already, or one that needs it as a folder")]
    Duplicate { name: String },
    /// The bytes are not those that were announced: the file changed meanwhile.
    #[error("entry {name:?} has {written} bytes instead of the {announced} announced")]
    Size { name: String, announced: u64, written: u64 },
    /// As `Size`, for the checksum of a stored entry.
    #[error("entry {name:?} has the CRC-32 {found:08x} instead of the {announced:08x} announced")]
    Checksum { name: String, announced: u32, found: u32 },
    /// Called in the wrong order, or after an error.
    #[error("archive misused: {0}")]
    Misuse(&'static str),
    /// The bytes could not be written.
    #[error("archive could not be written: {0}")]
    Io(#[from] io::Error),
}

/// Size and CRC-32 of what a reader yields.
pub fn checksum(mut reader: impl Read) -> io::Result<(u64, u32)> {
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0u64;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((size, hasher.finalize())),
            Ok(count) => {
                hasher.update(buffer.get(..count).unwrap_or_default());
                size += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// An archive that is being written.
///
/// Memory: about 50 bytes and three times its name for each entry. An archive
/// that gave an error is broken; what was written of it must be thrown away.
pub struct Archive<W: Write> {
    writer: W,
    /// Bytes given to the writer.
    written: u64,
    /// The DOS date and time of all entries.
    date: u32,
    thresholds: Thresholds,
    /// The table of contents so far.
    directory: Vec<u8>,
    entries: u64,
    /// Names and their folders, in lower case.
    names: HashSet<String>,
    folders: HashSet<String>,
    open: Option<Open>,
    deflater: Deflater,
    broken: bool,
}

/// The entry that is being written.
struct Open {
    entry: Entry,
    method: Method,
    announced: u64,
    /// Where its bytes begin.
    begin: u64,
    size: u64,
    crc32: crc32fast::Hasher,
}

impl<W: Write> Archive<W> {
    /// An archive whose entries all have `date`: whole pairs of seconds from 1980
    /// to 2107, to which other dates are brought.
    pub fn new(writer: W, date: DateTime) -> Archive<W> {
        Archive::with_thresholds(writer, date, Thresholds::STANDARD)
    }

    fn with_thresholds(writer: W, date: DateTime, thresholds: Thresholds) -> Archive<W> {
        Archive {
            writer,
            written: 0,
            date: record::dos_date(date),
            thresholds,
            directory: Vec::new(),
            entries: 0,
            names: HashSet::new(),
            folders: HashSet::new(),
            open: None,
            deflater: Deflater::default(),
            broken: false,
        }
    }

    /// Begins an entry of exactly `size` bytes. Names are UTF-8 with `/` between
    /// folders, and unique without regard to case.
    pub fn start(&mut self, name: &str, size: u64, method: Method) -> Result<(), ArchiveError> {
        self.usable()?;
        if self.open.is_some() {
            return Err(ArchiveError::Misuse("an entry is open already"));
        }
        self.take_name(name)?;
        let zip64 = self.thresholds.local_zip64(size, matches!(method, Method::Deflated));
        let (crc32, deflated) = match method {
            Method::Stored { crc32 } => (crc32, false),
            Method::Deflated => (0, true),
        };
        let entry = Entry {
            name: name.to_owned(),
            deflated,
            zip64,
            crc32,
            compressed: size,
            size,
            offset: self.written,
        };
        self.put(&entry.local_header(self.date))?;
        self.deflater.restart();
        self.open = Some(Open {
            entry,
            method,
            announced: size,
            begin: self.written,
            size: 0,
            crc32: crc32fast::Hasher::new(),
        });
        Ok(())
    }

    /// Adds bytes to the entry that was started.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.usable()?;
        let Some(open) = &mut self.open else {
            return Err(ArchiveError::Misuse("no entry is open"));
        };
        open.size = open.size.saturating_add(bytes.len() as u64);
        if open.size > open.announced {
            self.broken = true;
            return Err(ArchiveError::Size {
                name: open.entry.name.clone(),
                announced: open.announced,
                written: open.size,
            });
        }
        open.crc32.update(bytes);
        match open.method {
            Method::Stored { .. } => self.put(bytes),
            Method::Deflated => {
                let deflated = self.deflater.write(bytes, &mut self.writer);
                self.count(deflated)
            }
        }
    }

    /// Ends the entry: its bytes must be those that were announced.
    pub fn finish_entry(&mut self) -> Result<(), ArchiveError> {
        self.usable()?;
        let Some(open) = self.open.take() else {
            return Err(ArchiveError::Misuse("no entry is open"));
        };
        let Open { mut entry, method, announced, begin, size, crc32 } = open;
        let found = crc32.finalize();
        // Until the end of this function only.
        self.broken = true;
        if size != announced {
            return Err(ArchiveError::Size { name: entry.name, announced, written: size });
        }
        match method {
            Method::Stored { crc32: announced } if announced != found => {
                return Err(ArchiveError::Checksum { name: entry.name, announced, found });
            }
            Method::Stored { .. } => {}
            Method::Deflated => {
                let deflated = self.deflater.finish(&mut self.writer);
                self.count(deflated)?;
                entry.crc32 = found;
                entry.compressed = self.written.saturating_sub(begin);
                self.put(&entry.descriptor())?;
            }
        }
        self.directory.extend(entry.directory_header(self.date, &self.thresholds));
        self.entries += 1;
        self.broken = false;
        Ok(())
    }

    /// Adds a whole entry from a reader.
    pub fn add(
        &mut self,
        name: &str,
        size: u64,
        method: Method,
        mut reader: impl Read,
    ) -> Result<(), ArchiveError> {
        self.start(name, size, method)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return self.finish_entry(),
                Ok(count) => self.write(buffer.get(..count).unwrap_or_default())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken = true;
                    return Err(error.into());
                }
            }
        }
    }

    /// Writes the table of contents. Gives back the writer, flushed, and the
    /// bytes of the whole archive.
    pub fn finish(mut self) -> Result<(W, u64), ArchiveError> {
        self.usable()?;
        if self.open.is_some() {
            return Err(ArchiveError::Misuse("the last entry was not finished"));
        }
        let end =
            record::end(self.entries, self.directory.len() as u64, self.written, &self.thresholds);
        let directory = std::mem::take(&mut self.directory);
        self.put(&directory)?;
        self.put(&end)?;
        self.writer.flush()?;
        Ok((self.writer, self.written))
    }

    fn usable(&self) -> Result<(), ArchiveError> {
        match self.broken {
            true => Err(ArchiveError::Misuse("an earlier error broke the archive")),
            false => Ok(()),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let result = self.writer.write_all(bytes);
        self.count(result.map(|()| bytes.len() as u64))
    }

    /// Counts bytes that went to the writer.
    fn count(&mut self, result: io::Result<u64>) -> Result<(), ArchiveError> {
        match result {
            Ok(count) => {
                self.written = self.written.saturating_add(count);
                Ok(())
            }
            Err(error) => {
                self.broken = true;
                Err(error.into())
            }
        }
    }

    fn take_name(&mut self, name: &str) -> Result<(), ArchiveError> {
        if let Some(why) = record::wrong_name(name) {
            return Err(ArchiveError::Name { name: name.to_owned(), why });
        }
        let lower = name.to_lowercase();
        let ends = lower.match_indices('/');
        let folders: Vec<&str> = ends.filter_map(|(end, _)| lower.get(..end)).collect();
        let clash = self.names.contains(&lower)
            || self.folders.contains(&lower)
            || folders.iter().any(|folder| self.names.contains(*folder));
        if clash {
            return Err(ArchiveError::Duplicate { name: name.to_owned() });
        }
        for folder in folders {
            if !self.folders.contains(folder) {
                self.folders.insert(folder.to_owned());
            }
        }
        self.names.insert(lower);
        Ok(())
    }
}
