//! A reader that goes both ways through an archive: from its end by the table of
//! contents, and from its front as a stream would. Written from APPNOTE.

use super::Thresholds;
use std::io::Read as _;

/// Which numbers of a row are in its ZIP64 field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Read64 {
    pub size: bool,
    pub compressed: bool,
    pub offset: bool,
}

pub struct Found {
    pub name: String,
    pub content: Vec<u8>,
    pub deflated: bool,
    /// Whether the local header has a ZIP64 field.
    pub zip64: bool,
    pub directory: Read64,
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()))
}

fn u32_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// The entries of an archive without comments. Panics where the two ways
/// disagree, or where ZIP64 stands without need.
pub fn read(bytes: &[u8], thresholds: &Thresholds) -> Vec<Found> {
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let mut count = u16_at(bytes, end + 10) as u64;
    let mut directory_size = u32_at(bytes, end + 12);
    let mut directory_offset = u32_at(bytes, end + 16);
    let mut directory_end = end;
    if end >= 20 && &bytes[end - 20..end - 16] == b"PK\x06\x07" {
        let record = u64_at(bytes, end - 12) as usize;
        assert_eq!(record, end - 76);
        assert_eq!(&bytes[record..record + 4], b"PK\x06\x06");
        assert_eq!(u64_at(bytes, record + 4), 44);
        assert_eq!(u64_at(bytes, record + 24), u64_at(bytes, record + 32));
        let long = [32, 40, 48].map(|at| u64_at(bytes, record + at));
        for (short, long) in [(directory_size, long[1]), (directory_offset, long[2])] {
            assert!(short == long && long < thresholds.bytes || short == 0xffff_ffff);
        }
        assert!(
            long[0] >= thresholds.entries
                || long[1] >= thresholds.bytes
                || long[2] >= thresholds.bytes
        );
        [count, directory_size, directory_offset] = long;
        directory_end = record;
    }
    assert_eq!(directory_offset + directory_size, directory_end as u64);

    let mut found = Vec::new();
    let (mut row, mut front) = (directory_offset as usize, 0);
    for _ in 0..count {
        let (entry, row_end, entry_end) = read_entry(bytes, row, front);
        found.push(entry);
        (row, front) = (row_end, entry_end);
    }
    assert_eq!((row, front as u64), (directory_end, directory_offset));
    found
}

/// The entry of the row at `row`, whose data must begin at `front`.
fn read_entry(bytes: &[u8], row: usize, front: usize) -> (Found, usize, usize) {
    assert_eq!(&bytes[row..row + 4], b"PK\x01\x02");
    let (name_length, extra_length) = (u16_at(bytes, row + 28), u16_at(bytes, row + 30));
    let name = &bytes[row + 46..row + 46 + name_length];
    let mut extra = &bytes[row + 46 + name_length..row + 46 + name_length + extra_length];
    if !extra.is_empty() {
        assert_eq!((u16_at(extra, 0), u16_at(extra, 2)), (1, extra.len() - 4));
        extra = &extra[4..];
    }
    let mut directory = Read64::default();
    let mut long = |short: u64, used: &mut bool| {
        if short != 0xffff_ffff {
            return short;
        }
        *used = true;
        let number = u64_at(extra, 0);
        extra = &extra[8..];
        number
    };
    let size = long(u32_at(bytes, row + 24), &mut directory.size);
    let compressed = long(u32_at(bytes, row + 20), &mut directory.compressed);
    let offset = long(u32_at(bytes, row + 42), &mut directory.offset);
    assert!(extra.is_empty());
    assert_eq!(offset, front as u64);
    let crc32 = u32_at(bytes, row + 16);

    assert_eq!(&bytes[front..front + 4], b"PK\x03\x04");
    // Version, flags, method, time and date are the same in both.
    assert_eq!(bytes[front + 6..front + 14], bytes[row + 8..row + 16]);
    assert_eq!(u16_at(bytes, front + 26), name_length);
    assert_eq!(&bytes[front + 30..front + 30 + name_length], name);
    let local_extra = u16_at(bytes, front + 28);
    let zip64 = local_extra > 0;
    let deflated = u16_at(bytes, front + 8) == 8;
    // UTF-8, and no data descriptor.
    assert_eq!(u16_at(bytes, front + 6), 0x800);
    let begin = front + 30 + name_length + local_extra;
    let local_sizes = if zip64 {
        assert_eq!(
            (u32_at(bytes, front + 18), u32_at(bytes, front + 22)),
            (0xffff_ffff, 0xffff_ffff)
        );
        let field = begin - 20;
        assert_eq!((u16_at(bytes, field), u16_at(bytes, field + 2)), (1, 16));
        (u64_at(bytes, field + 12), u64_at(bytes, field + 4))
    } else {
        (u32_at(bytes, front + 18), u32_at(bytes, front + 22))
    };
    let end = begin + compressed as usize;
    let data = &bytes[begin..end];
    assert_eq!((u32_at(bytes, front + 14), local_sizes), (crc32, (compressed, size)));
    let content = if deflated {
        let mut content = Vec::new();
        let mut decoder = flate2::read::DeflateDecoder::new(data);
        decoder.read_to_end(&mut content).unwrap();
        assert_eq!(decoder.total_in(), compressed);
        content
    } else {
        data.to_vec()
    };
    assert_eq!(content.len() as u64, size);
    assert_eq!(u64::from(crc32fast::hash(&content)), crc32);
    let name = String::from_utf8(name.to_vec()).unwrap();
    let found = Found { name, content, deflated, zip64, directory };
    (found, row + 46 + name_length + extra_length, end)
}
