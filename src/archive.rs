//! ZIP archives as streams: written once from front to end, with as much of the
//! bytes in memory as their table of contents has.
//!
//! Source: APPNOTE 6.3.10 of PKWARE. What the format leaves open is decided for
//! the programs that will open the archives:
//!
//! * Every entry has its CRC-32 and both sizes in its local header, and none has a
//!   data descriptor behind its data (bit 3). A reader of a stream could not find
//!   the end of a stored entry otherwise (Java refuses such archives), and Archive
//!   Utility of macOS has failed over descriptors of deflated ones. So the bytes
//!   are [`measure`]d before they are written: a pass over a file that was just
//!   made, in which entries that are to be deflated are deflated for their size
//!   only. It may happen long before, where the file is made.
//! * What deflate does not make smaller is stored. No entry takes more than its
//!   size, by which parts can be planned.
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

/// What is known of the bytes of an entry before they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Bytes of the file.
    pub size: u64,
    pub crc32: u32,
    /// Bytes that it takes deflated at level 6; `None` when it is stored.
    pub deflated: Option<u64>,
}

impl Measured {
    /// Bytes of the entry's data in the archive.
    pub fn bytes(&self) -> u64 {
        self.deflated.unwrap_or(self.size)
    }
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
    /// The bytes are not those that were measured: the file changed meanwhile.
    #[error("entry {name:?} is not what was measured: {what} is {found} instead of {measured}")]
    Changed { name: String, what: &'static str, measured: u64, found: u64 },
    /// Called in the wrong order, or after an error.
    #[error("archive misused: {0}")]
    Misuse(&'static str),
    /// The bytes could not be written.
    #[error("archive could not be written: {0}")]
    Io(#[from] io::Error),
}

/// Measures what a reader yields. With `deflate` it is also deflated, and will be
/// if that makes it smaller.
pub fn measure(mut reader: impl Read, deflate: bool) -> io::Result<Measured> {
    let mut hasher = crc32fast::Hasher::new();
    let mut deflater = Deflater::default();
    let (mut size, mut deflated) = (0u64, 0u64);
    each_piece(&mut reader, |piece| {
        hasher.update(piece);
        size += piece.len() as u64;
        if deflate {
            deflated += deflater.write(piece, &mut io::sink())?;
        }
        Ok::<(), io::Error>(())
    })?;
    if deflate {
        deflated += deflater.finish(&mut io::sink())?;
    }
    let smaller = deflate && deflated < size;
    Ok(Measured { size, crc32: hasher.finalize(), deflated: smaller.then_some(deflated) })
}

/// Reads to the end, some kilobytes at a time.
fn each_piece<E: From<io::Error>>(
    reader: &mut impl Read,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => take(buffer.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// An archive that is being written.
///
/// Memory: about 100 bytes and three times its name for each entry. The writer
/// gets headers of some dozen bytes, so that it should be buffered. An archive that
/// gave an error in its bytes is broken: what was written of it must be thrown away.
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
    /// What came so far.
    size: u64,
    crc32: crc32fast::Hasher,
    /// Where its bytes begin.
    begin: u64,
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

    /// Begins an entry of the bytes that were measured. Names are UTF-8 with `/`
    /// between folders, and unique without regard to case.
    pub fn start(&mut self, name: &str, measured: Measured) -> Result<(), ArchiveError> {
        self.usable()?;
        if self.open.is_some() {
            return Err(ArchiveError::Misuse("an entry is open already"));
        }
        self.take_name(name)?;
        let entry = Entry { name: name.to_owned(), measured, offset: self.written };
        self.put(&entry.local_header(self.date, &self.thresholds))?;
        self.deflater.restart();
        let crc32 = crc32fast::Hasher::new();
        self.open = Some(Open { entry, size: 0, crc32, begin: self.written });
        Ok(())
    }

    /// Adds bytes to the entry that was started.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.usable()?;
        let Some(open) = &mut self.open else {
            return Err(ArchiveError::Misuse("no entry is open"));
        };
        open.size = open.size.saturating_add(bytes.len() as u64);
        if open.size > open.entry.measured.size {
            self.broken = true;
            return Err(open.entry.changed("its size", open.entry.measured.size, open.size));
        }
        open.crc32.update(bytes);
        if open.entry.measured.deflated.is_none() {
            return self.put(bytes);
        }
        let deflated = self.deflater.write(bytes, &mut self.writer);
        self.count(deflated)
    }

    /// Ends the entry: its bytes must be those that were measured.
    pub fn finish_entry(&mut self) -> Result<(), ArchiveError> {
        self.usable()?;
        let Some(Open { entry, size, crc32, begin }) = self.open.take() else {
            return Err(ArchiveError::Misuse("no entry is open"));
        };
        if entry.measured.deflated.is_some() {
            let deflated = self.deflater.finish(&mut self.writer);
            self.count(deflated)?;
        }
        let measured = entry.measured;
        for (what, measured, found) in [
            ("its size", measured.size, size),
            ("its CRC-32", u64::from(measured.crc32), u64::from(crc32.finalize())),
            ("its compressed size", measured.bytes(), self.written.saturating_sub(begin)),
        ] {
            if measured != found {
                self.broken = true;
                return Err(entry.changed(what, measured, found));
            }
        }
        self.directory.extend(entry.directory_header(self.date, &self.thresholds));
        self.entries += 1;
        Ok(())
    }

    /// Adds a whole entry from a reader.
    pub fn add(
        &mut self,
        name: &str,
        measured: Measured,
        mut reader: impl Read,
    ) -> Result<(), ArchiveError> {
        self.start(name, measured)?;
        let read = each_piece(&mut reader, |piece| self.write(piece));
        self.broken |= read.is_err();
        read?;
        self.finish_entry()
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
