//! What a ZIP file says it has: its central directory, read and nothing
//! unpacked (APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3).

use std::io::{self, Read, Seek, SeekFrom};

/// Most entries that are listed.
const MAX_ENTRIES: u64 = 100_000;

/// Largest central directory that is read, in bytes.
const MAX_DIRECTORY: u64 = 32 << 20;

/// Bytes of the end record without its comment, which has at most 65,535.
const END: usize = 22;

/// One entry of a ZIP file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipEntry {
    /// As it stands in the file: it may hold `..` and backslashes.
    pub name: String,
    pub is_directory: bool,
    /// Milliseconds since 1970. ZIP files say no time zone: UTC is taken. 0 when
    /// the file says no possible date.
    pub modified_ms: i64,
    /// Bytes.
    pub compressed_size: u64,
    /// Bytes.
    pub uncompressed_size: u64,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    #[error("{0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn damaged<T>(text: impl Into<String>) -> Result<T, ZipError> {
    Err(ZipError::Damaged(text.into()))
}

/// Where the central directory is.
struct Directory {
    entries: u64,
    offset: u64,
    size: u64,
}

/// The entries of a ZIP file, in its order.
pub fn entries(file: &mut (impl Read + Seek)) -> Result<Vec<ZipEntry>, ZipError> {
    let length = file.seek(SeekFrom::End(0))?;
    let (end, at) = end_record(file, length)?;
    let directory = directory(file, &end, at)?;
    if directory.entries > MAX_ENTRIES {
        return damaged(format!(
            "the ZIP file has {} entries: at most {MAX_ENTRIES} are listed",
            directory.entries
        ));
    }
    if directory.size > MAX_DIRECTORY {
        return damaged(format!(
            "the central directory of the ZIP file has {} bytes: at most {MAX_DIRECTORY} are read",
            directory.size
        ));
    }
    let bytes = match read(file, length, directory.offset, directory.size)? {
        Some(bytes) => bytes,
        None => return damaged("the central directory of the ZIP file lies beyond its end"),
    };
    let mut entries = Vec::new();
    let mut rest = bytes.as_slice();
    for number in 0..directory.entries {
        let Some((entry, after)) = entry(rest) else {
            return damaged(format!(
                "entry {number} of {} in the ZIP file's central directory is damaged",
                directory.entries
            ));
        };
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

/// The end record without its comment, and where it stands.
fn end_record(file: &mut (impl Read + Seek), length: u64) -> Result<([u8; END], u64), ZipError> {
    let tail = length.min(END as u64 + 0xffff);
    let bytes = read(file, length, length - tail, tail)?.unwrap_or_default();
    // from the back: a comment may look like a record, the record can't follow it
    for (at, window) in bytes.windows(END).enumerate().rev() {
        let Ok(record) = <[u8; END]>::try_from(window) else { continue };
        let comment = usize::from(u16_at(&record, 20).unwrap_or(0));
        if record.starts_with(b"PK\x05\x06") && at + END + comment <= bytes.len() {
            return Ok((record, length - tail + at as u64));
        }
    }
    damaged("the file has no end of a ZIP file: it is cut off, or something else")
}

fn directory(
    file: &mut (impl Read + Seek),
    end: &[u8; END],
    at: u64,
) -> Result<Directory, ZipError> {
    let short = |at| u64::from(u16_at(end, at).unwrap_or(0));
    let long = |at| u64::from(u32_at(end, at).unwrap_or(0));
    let mut found = Directory { entries: short(10), size: long(12), offset: long(16) };
    let mut directory_end = at;
    if found.entries == 0xffff || found.size == 0xffff_ffff || found.offset == 0xffff_ffff {
        let locator = at.checked_sub(20);
        let locator = match locator {
            Some(locator) => read(file, at, locator, 20)?.unwrap_or_default(),
            None => Vec::new(),
        };
        // without one the values are what they look like
        if locator.starts_with(b"PK\x06\x07") {
            let offset = u64_at(&locator, 8).unwrap_or(u64::MAX);
            let record = read(file, at, offset, 56)?.unwrap_or_default();
            if !record.starts_with(b"PK\x06\x06") {
                return damaged("the ZIP64 end record of the ZIP file is damaged");
            }
            let value = |at| u64_at(&record, at).unwrap_or(u64::MAX);
            found = Directory { entries: value(32), size: value(40), offset: value(48) };
            directory_end = offset;
        }
    }
    // Something may stand before the archive, such as a program that unpacks it:
    // then offsets are too small and the directory ends where its end record begins.
    if let Some(start) = directory_end.checked_sub(found.size)
        && start != found.offset
        && found.entries > 0
        && read(file, at, found.offset, 4)?.is_none_or(|bytes| bytes != b"PK\x01\x02")
    {
        found.offset = start;
    }
    Ok(found)
}

/// The first entry of a directory and what follows it.
fn entry(bytes: &[u8]) -> Option<(ZipEntry, &[u8])> {
    if !bytes.starts_with(b"PK\x01\x02") {
        return None;
    }
    let length = |at| u16_at(bytes, at).map(usize::from);
    let (name_end, extra, comment) = (46 + length(28)?, length(30)?, length(32)?);
    let name = bytes.get(46..name_end)?;
    let mut extra = bytes.get(name_end..name_end + extra)?;
    let rest = bytes.get(name_end + extra.len() + comment..)?;
    let mut entry = ZipEntry {
        is_directory: name.ends_with(b"/"),
        name: text(name),
        modified_ms: dos_time(u16_at(bytes, 14)?, u16_at(bytes, 12)?),
        compressed_size: u32_at(bytes, 20)?.into(),
        uncompressed_size: u32_at(bytes, 24)?.into(),
    };
    while let (Some(kind), Some(size)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let Some(field) = extra.get(4..4 + usize::from(size)) else { break };
        extra = &extra[4 + field.len()..];
        if kind == 1 {
            // only the sizes that did not fit, in this order
            let mut at = 0;
            for size in [&mut entry.uncompressed_size, &mut entry.compressed_size] {
                if *size == 0xffff_ffff {
                    *size = u64_at(field, at)?;
                    at += 8;
                }
            }
        } else if kind == 0x5455 && field.first().is_some_and(|flags| flags & 1 == 1) {
            let seconds = u32_at(field, 1)?.cast_signed();
            entry.modified_ms = i64::from(seconds) * 1000;
        }
    }
    Some((entry, rest))
}

/// A name: UTF-8, also where the file does not say so, else code page 437.
fn text(name: &[u8]) -> String {
    const HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
                        αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) => name
            .iter()
            .map(|byte| match byte.checked_sub(128) {
                None => char::from(*byte),
                Some(high) => HIGH.chars().nth(high.into()).unwrap_or('\u{fffd}'),
            })
            .collect(),
    }
}

/// A date and time of MS-DOS, two seconds exact.
fn dos_time(date: u16, time: u16) -> i64 {
    let year = 1980 + (date >> 9).cast_signed();
    let (month, day) = ((date >> 5 & 15) as i8, (date & 31) as i8);
    let (hour, minute) = ((time >> 11) as i8, (time >> 5 & 63) as i8);
    let second = ((time & 31) * 2) as i8;
    let moment = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0)
        .and_then(|moment| jiff::tz::Offset::UTC.to_timestamp(moment));
    moment.map_or(0, |moment| moment.as_millisecond())
}

/// `size` bytes from `offset`; `None` when they are not all before `end`.
fn read(
    file: &mut (impl Read + Seek),
    end: u64,
    offset: u64,
    size: u64,
) -> io::Result<Option<Vec<u8>>> {
    if offset.checked_add(size).is_none_or(|last| last > end) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(size).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 == size).then_some(bytes))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
