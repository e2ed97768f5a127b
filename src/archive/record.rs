//! The records of a ZIP file (APPNOTE 4.3), little-endian.

use super::{ArchiveError, Measured};
use jiff::civil::{DateTime, date};

/// Version 2.0: deflate and folders.
const VERSION_DEFLATE: u16 = 20;
/// Version 4.5: ZIP64.
const VERSION_ZIP64: u16 = 45;
/// Made on Unix (3) by a program that knows version 4.5.
const MADE_BY: u16 = 3 << 8 | VERSION_ZIP64;
/// A regular file that all may read and its owner may write.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// The name is UTF-8.
const FLAG_UTF8: u16 = 1 << 11;
const METHOD_DEFLATED: u16 = 8;
const EXTRA_ZIP64: u16 = 1;

/// Bytes of records without names and extra fields.
const LOCAL: u64 = 30;
const DIRECTORY: u64 = 46;
const END: u64 = 22;
const END_ZIP64: u64 = 56 + 20;
/// The extra field of a local header: two sizes.
const LOCAL_EXTRA: u64 = 4 + 16;

/// From which numbers on ZIP64 is needed. Tests lower them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    /// The first size or offset that 32 bits can't say: all ones mean "see ZIP64".
    pub bytes: u64,
    /// The first number of entries that 16 bits can't say.
    pub entries: u64,
}

impl Thresholds {
    pub(super) const STANDARD: Thresholds = Thresholds { bytes: 0xffff_ffff, entries: 0xffff };

    /// Whether the local header of an entry needs 64 bits for its sizes.
    fn local_zip64(&self, size: u64, bytes: u64) -> bool {
        size.max(bytes) >= self.bytes
    }

    /// Whether an archive ends with the records of ZIP64.
    fn end_zip64(&self, entries: u64, directory: u64, offset: u64) -> bool {
        entries >= self.entries || directory >= self.bytes || offset >= self.bytes
    }

    /// A number of 32 bits, or all ones.
    fn short(&self, number: u64) -> u32 {
        match u32::try_from(number) {
            Ok(short) if number < self.bytes => short,
            _ => u32::MAX,
        }
    }
}

/// The bytes of an entry's records: before its data, and in the table of contents.
pub(super) fn record_bytes(
    name: u64,
    size: u64,
    bytes: u64,
    offset: u64,
    thresholds: &Thresholds,
) -> (u64, u64) {
    let extra = if thresholds.local_zip64(size, bytes) { LOCAL_EXTRA } else { 0 };
    let long = [size, bytes, offset].iter().filter(|n| **n >= thresholds.bytes).count() as u64;
    let directory_extra = if long > 0 { 4 + 8 * long } else { 0 };
    (LOCAL + name + extra, DIRECTORY + name + directory_extra)
}

/// The bytes behind the table of contents.
pub(super) fn end_bytes(entries: u64, directory: u64, offset: u64, thresholds: &Thresholds) -> u64 {
    if thresholds.end_zip64(entries, directory, offset) { END + END_ZIP64 } else { END }
}

/// An entry, as its records say.
pub(super) struct Entry {
    pub name: String,
    pub measured: Measured,
    /// Where its local header begins.
    pub offset: u64,
}

impl Entry {
    fn method(&self) -> u16 {
        if self.measured.deflated.is_some() { METHOD_DEFLATED } else { 0 }
    }

    fn zip64(&self, thresholds: &Thresholds) -> bool {
        thresholds.local_zip64(self.measured.size, self.measured.bytes())
    }

    pub(super) fn changed(&self, what: &'static str, measured: u64, found: u64) -> ArchiveError {
        ArchiveError::Changed { name: self.name.clone(), what, measured, found }
    }

    /// What stands before the data (4.3.7). If one size needs 64 bits, both have
    /// them (4.5.3).
    pub(super) fn local_header(&self, date: u32, thresholds: &Thresholds) -> Vec<u8> {
        let zip64 = self.zip64(thresholds);
        let (size, compressed) = (self.measured.size, self.measured.bytes());
        let short = |size| if zip64 { u32::MAX } else { thresholds.short(size) };
        let mut bytes = b"PK\x03\x04".to_vec();
        put16(&mut bytes, if zip64 { VERSION_ZIP64 } else { VERSION_DEFLATE });
        put16(&mut bytes, FLAG_UTF8);
        put16(&mut bytes, self.method());
        put32(&mut bytes, date);
        put32(&mut bytes, self.measured.crc32);
        put32(&mut bytes, short(compressed));
        put32(&mut bytes, short(size));
        put16(&mut bytes, short_length(self.name.len()));
        put16(&mut bytes, if zip64 { LOCAL_EXTRA as u16 } else { 0 });
        bytes.extend(self.name.as_bytes());
        if zip64 {
            put16(&mut bytes, EXTRA_ZIP64);
            put16(&mut bytes, 16);
            put64(&mut bytes, size);
            put64(&mut bytes, compressed);
        }
        bytes
    }

    /// Its row in the table of contents (4.3.12). Only the numbers that need it
    /// are in the ZIP64 field (4.5.3).
    pub(super) fn directory_header(&self, date: u32, thresholds: &Thresholds) -> Vec<u8> {
        let (size, compressed) = (self.measured.size, self.measured.bytes());
        let mut long = Vec::new();
        for number in [size, compressed, self.offset] {
            if number >= thresholds.bytes {
                put64(&mut long, number);
            }
        }
        let zip64 = !long.is_empty();
        let mut bytes = b"PK\x01\x02".to_vec();
        put16(&mut bytes, MADE_BY);
        put16(&mut bytes, if zip64 { VERSION_ZIP64 } else { VERSION_DEFLATE });
        put16(&mut bytes, FLAG_UTF8);
        put16(&mut bytes, self.method());
        put32(&mut bytes, date);
        put32(&mut bytes, self.measured.crc32);
        put32(&mut bytes, thresholds.short(compressed));
        put32(&mut bytes, thresholds.short(size));
        put16(&mut bytes, short_length(self.name.len()));
        put16(&mut bytes, if long.is_empty() { 0 } else { 4 + short_length(long.len()) });
        // No comment, first disk, no internal attributes.
        bytes.extend([0; 6]);
        put32(&mut bytes, ATTRIBUTES);
        put32(&mut bytes, thresholds.short(self.offset));
        bytes.extend(self.name.as_bytes());
        if !long.is_empty() {
            put16(&mut bytes, EXTRA_ZIP64);
            put16(&mut bytes, short_length(long.len()));
            bytes.extend(long);
        }
        bytes
    }
}

/// What stands behind the table of contents (4.3.14 to 4.3.16), which has
/// `directory` bytes and begins at `offset`.
pub(super) fn end(entries: u64, directory: u64, offset: u64, thresholds: &Thresholds) -> Vec<u8> {
    let mut bytes = Vec::new();
    if thresholds.end_zip64(entries, directory, offset) {
        bytes.extend(b"PK\x06\x06");
        // The bytes of this record that follow.
        put64(&mut bytes, 44);
        put16(&mut bytes, MADE_BY);
        put16(&mut bytes, VERSION_ZIP64);
        put32(&mut bytes, 0);
        put32(&mut bytes, 0);
        for number in [entries, entries, directory, offset] {
            put64(&mut bytes, number);
        }
        bytes.extend(b"PK\x06\x07");
        put32(&mut bytes, 0);
        put64(&mut bytes, offset.saturating_add(directory));
        // One disk in all.
        put32(&mut bytes, 1);
    }
    let short_entries = match u16::try_from(entries) {
        Ok(short) if entries < thresholds.entries => short,
        _ => u16::MAX,
    };
    bytes.extend(b"PK\x05\x06");
    put32(&mut bytes, 0);
    put16(&mut bytes, short_entries);
    put16(&mut bytes, short_entries);
    put32(&mut bytes, thresholds.short(directory));
    put32(&mut bytes, thresholds.short(offset));
    put16(&mut bytes, 0);
    bytes
}

/// Time in the lower and date in the upper 16 bits (4.4.6). A date that DOS does
/// not have becomes the nearest one that it has.
pub(super) fn dos_date(moment: DateTime) -> u32 {
    let first = date(1980, 1, 1).at(0, 0, 0, 0);
    let last = date(2107, 12, 31).at(23, 59, 58, 0);
    let moment = moment.clamp(first, last);
    let part = |number: i8| u32::from(number.unsigned_abs());
    let year = u32::from(moment.year().unsigned_abs()).saturating_sub(1980);
    let day = year << 9 | part(moment.month()) << 5 | part(moment.day());
    let time = part(moment.hour()) << 11 | part(moment.minute()) << 5 | (part(moment.second()) / 2);
    day << 16 | time
}

/// Longest name in bytes: as long as a path may be on Linux.
const MAX_NAME: usize = 4096;

/// Why a name can't be unpacked safely, if so.
pub(super) fn wrong_name(name: &str) -> Option<&'static str> {
    if name.len() > MAX_NAME {
        Some("it has more than 4096 bytes")
    } else if name.contains('\\') || name.chars().any(char::is_control) {
        Some("it has a backslash or a control character")
    } else if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        Some("it is empty, absolute, a folder, or goes through \".\" or \"..\"")
    } else {
        None
    }
}

/// A length that was checked to fit.
fn short_length(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn put16(bytes: &mut Vec<u8>, number: u16) {
    bytes.extend(number.to_le_bytes());
}

fn put32(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend(number.to_le_bytes());
}

fn put64(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend(number.to_le_bytes());
}
