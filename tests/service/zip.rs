//! A plain reader of ZIP archives, from their table of contents.

use std::io::Read as _;

fn number(bytes: &[u8], at: usize, size: usize) -> usize {
    bytes[at..at + size].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// Names and contents in the order of the table of contents.
pub fn entries(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let end = archive.windows(4).rposition(|four| four == b"PK\x05\x06").unwrap();
    let count = number(archive, end + 10, 2);
    let mut at = number(archive, end + 16, 4);
    let mut found = Vec::new();
    for _ in 0..count {
        assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
        let method = number(archive, at + 10, 2);
        let (crc32, packed, size) =
            (number(archive, at + 16, 4), number(archive, at + 20, 4), number(archive, at + 24, 4));
        let (name, extra, comment) =
            (number(archive, at + 28, 2), number(archive, at + 30, 2), number(archive, at + 32, 2));
        let local = number(archive, at + 42, 4);
        let begin = local + 30 + number(archive, local + 26, 2) + number(archive, local + 28, 2);
        let raw = &archive[begin..begin + packed];
        let bytes = match method {
            0 => raw.to_vec(),
            8 => {
                let mut bytes = Vec::new();
                flate2::read::DeflateDecoder::new(raw).read_to_end(&mut bytes).unwrap();
                bytes
            }
            other => panic!("method {other}"),
        };
        assert_eq!((bytes.len(), crc32fast::hash(&bytes) as usize), (size, crc32));
        let text = String::from_utf8(archive[at + 46..at + 46 + name].to_vec()).unwrap();
        found.push((text, bytes));
        at += 46 + name + extra + comment;
    }
    found
}
