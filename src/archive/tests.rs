//! Archives read back by a small reader of its own, and numbers that need 64
//! bits.

mod parts;
mod reader;
mod refused;
mod samples;

use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use reader::{Read64, read};

fn noon() -> DateTime {
    date(2026, 11, 25).at(12, 30, 45, 0)
}

fn stored(bytes: &[u8]) -> Measured {
    Measured { size: bytes.len() as u64, crc32: crc32fast::hash(bytes), deflated: None }
}

fn deflated(bytes: &[u8]) -> Measured {
    measure(bytes, true).unwrap()
}

/// An archive of small entries, deflated where that helps or stored.
fn archive(entries: &[(&str, &[u8])], deflate: bool, thresholds: Thresholds) -> Vec<u8> {
    let mut archive = Archive::with_thresholds(Vec::new(), noon(), thresholds);
    for (name, bytes) in entries {
        archive.add(name, measure(*bytes, deflate).unwrap(), *bytes).unwrap();
    }
    let (bytes, size) = archive.finish().unwrap();
    assert_eq!(bytes.len() as u64, size);
    bytes
}

#[test]
fn an_empty_archive_is_its_end_record() {
    let bytes = archive(&[], false, Thresholds::STANDARD);
    assert_eq!(bytes, [b"PK\x05\x06".as_slice(), &[0; 18]].concat());
}

/// Every byte, from the tables of APPNOTE. The CRC-32 of "123456789" is the check
/// value cbf43926 of its standard.
#[test]
fn a_stored_entry_byte_by_byte() {
    let bytes = archive(&[("é/a.png", b"123456789")], false, Thresholds::STANDARD);
    // 12:30:44 and 25 November of 46 years after 1980.
    let time = (12 << 11 | 30 << 5 | 22u16).to_le_bytes();
    let day = (46 << 9 | 11 << 5 | 25u16).to_le_bytes();
    let name = "é/a.png".as_bytes();
    let about = [
        &[20, 0, 0, 8, 0, 0],
        time.as_slice(),
        &day,
        &[0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0],
    ]
    .concat();
    let local = [b"PK\x03\x04".as_slice(), &about, name, b"123456789"].concat();
    let row =
        [b"PK\x01\x02".as_slice(), &[45, 3], &about, &[0; 6], &[0, 0, 0xa4, 0x81], &[0; 4], name]
            .concat();
    let end = [
        b"PK\x05\x06".as_slice(),
        &[0, 0, 0, 0, 1, 0, 1, 0],
        &(row.len() as u32).to_le_bytes(),
        &(local.len() as u32).to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    assert_eq!(bytes, [local, row, end].concat());
}

#[test]
fn entries_come_back_in_order() {
    let long = "row of a table, ".repeat(10_000);
    let entries: [(&str, &[u8]); 4] = [
        ("z.tiff", long.as_bytes()),
        ("a/b/c.json", b""),
        ("Ünï/日本.txt", b"x"),
        ("a/b/d.json", b"{}"),
    ];
    for deflate in [false, true] {
        let bytes = archive(&entries, deflate, Thresholds::STANDARD);
        let found = read(&bytes, &Thresholds::STANDARD);
        for (found, (name, content)) in found.iter().zip(entries) {
            assert_eq!((found.name.as_str(), found.content.as_slice()), (name, content));
            // Small ones would grow.
            assert_eq!(found.deflated, deflate && content.len() > 10);
            assert!(!found.zip64);
        }
        assert_eq!(found.len(), entries.len());
        if deflate {
            assert!(bytes.len() < 2000, "{}", bytes.len());
        }
        assert_eq!(bytes, archive(&entries, deflate, Thresholds::STANDARD));
    }
}

#[test]
fn dates_are_even_seconds_from_1980_to_2107() {
    for (date, expected) in [
        (date(2026, 11, 25).at(12, 30, 45, 999), (2026, 11, 25, 12, 30, 44)),
        (date(1969, 7, 20).at(20, 17, 40, 0), (1980, 1, 1, 0, 0, 0)),
        (date(1980, 1, 1).at(0, 0, 1, 0), (1980, 1, 1, 0, 0, 0)),
        (date(2107, 12, 31).at(23, 59, 59, 0), (2107, 12, 31, 23, 59, 58)),
        (date(2108, 1, 1).at(0, 0, 0, 0), (2107, 12, 31, 23, 59, 58)),
        (date(-1, 1, 1).at(0, 0, 0, 0), (1980, 1, 1, 0, 0, 0)),
    ] {
        let dos = record::dos_date(date);
        let (day, time) = (dos >> 16, dos & 0xffff);
        let found = (
            1980 + (day >> 9),
            day >> 5 & 15,
            day & 31,
            time >> 11,
            time >> 5 & 63,
            2 * (time & 31),
        );
        assert_eq!(found, expected);
    }
}

/// Bytes that can't be compressed: the upper bits of a linear congruence.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(count)
    .collect()
}

#[test]
fn what_deflate_does_not_make_smaller_is_stored() {
    let noise = noise(3 << 20);
    for size in [0, 1, 100, 32 << 10, 3 << 20] {
        assert_eq!(deflated(&noise[..size]), stored(&noise[..size]));
    }
    let text = [b'x'; 1000];
    let measured = deflated(&text);
    assert!(measured.deflated.is_some_and(|bytes| bytes < 20), "{measured:?}");
    assert_eq!((measured.size, measured.crc32), (1000, crc32fast::hash(&text)));
}

/// Files are measured and written in pieces of different sizes.
#[test]
fn deflated_bytes_do_not_depend_on_the_pieces() {
    let mut half = noise(1 << 20);
    for (index, byte) in half.iter_mut().enumerate() {
        if index / 1000 % 2 == 0 {
            *byte = (index / 77) as u8;
        }
    }
    let measured = deflated(&half);
    assert!(measured.deflated.is_some());
    let write = |piece| {
        let mut archive = Archive::new(Vec::new(), noon());
        archive.start("a.tiff", measured).unwrap();
        half.chunks(piece).for_each(|piece| archive.write(piece).unwrap());
        archive.finish_entry().unwrap();
        archive.finish().unwrap().0
    };
    let whole = write(1 << 20);
    assert!([1, 7, 4096, 65_537].into_iter().all(|piece| write(piece) == whole));
    assert_eq!(read(&whole, &Thresholds::STANDARD)[0].content, half);
}

#[test]
fn zip64_stands_only_where_a_number_needs_it() {
    let thresholds = Thresholds { bytes: 1000, entries: 0xffff };
    let (small, big) = ([7; 10], [7; 2000]);
    for deflate in [false, true] {
        let entries: [(&str, &[u8]); 3] = [("a", &small), ("b", &big), ("c", &small)];
        let bytes = archive(&entries, deflate, thresholds);
        let found = read(&bytes, &thresholds);
        let used: Vec<bool> = found.iter().map(|entry| entry.zip64).collect();
        assert_eq!(used, [false, true, false]);
        // Deflated, the big one has 20 bytes: its size is long, nothing else.
        let in_directory: Vec<Read64> = found.iter().map(|entry| entry.directory).collect();
        let none = Read64::default();
        let expected = match deflate {
            false => [
                none,
                Read64 { size: true, compressed: true, offset: false },
                Read64 { size: false, compressed: false, offset: true },
            ],
            true => [none, Read64 { size: true, compressed: false, offset: false }, none],
        };
        assert_eq!(in_directory, expected);
        for (entry, (_, content)) in found.iter().zip(entries) {
            assert_eq!(entry.content, content);
        }
    }
}

#[test]
fn seventy_thousand_entries() {
    let mut archive = Archive::new(Vec::new(), noon());
    let mut planned = Vec::new();
    for number in 0..70_000u32 {
        let (name, bytes) = (format!("folder/{number}.json"), number.to_le_bytes());
        archive.add(&name, stored(&bytes), bytes.as_slice()).unwrap();
        planned.push(Planned::new(&name, &stored(&bytes)));
    }
    let (bytes, _) = archive.finish().unwrap();
    let found = read(&bytes, &Thresholds::STANDARD);
    assert_eq!(found.len(), 70_000);
    assert!(found.iter().zip(0u32..).all(|(entry, n)| entry.content == n.to_le_bytes()));
    assert_eq!(plan(&planned, None)[0].most_bytes, bytes.len() as u64);
}

#[test]
fn from_65535_entries_on_the_end_is_that_of_zip64() {
    let end = |count: u32| {
        let mut archive = Archive::new(Vec::new(), noon());
        for number in 0..count {
            archive.add(&number.to_string(), stored(b""), io::empty()).unwrap();
        }
        let (bytes, _) = archive.finish().unwrap();
        assert_eq!(read(&bytes, &Thresholds::STANDARD).len(), count as usize);
        bytes.windows(4).any(|mark| mark == b"PK\x06\x06")
    };
    assert_eq!([end(65_534), end(65_535)], [false, true]);
}

/// Keeps what is not data of the big entry: its last bytes.
#[derive(Default)]
struct Tail {
    count: u64,
    bytes: Vec<u8>,
}

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.count += bytes.len() as u64;
        if bytes.len() < 4096 {
            self.bytes.extend(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Truly more than 4 GiB. The CRC-32 of 5 GiB of zeros is from Python's zlib.
#[test]
fn five_gibibytes_of_zeros() {
    const SIZE: u64 = 5 << 30;
    let measured = Measured { size: SIZE, crc32: 0x1938_38c3, deflated: None };
    let mut archive = Archive::new(Tail::default(), noon());
    let zeros = vec![0; 1 << 20];
    archive.start("zeros.mov", measured).unwrap();
    for _ in 0..SIZE >> 20 {
        archive.write(&zeros).unwrap();
    }
    archive.finish_entry().unwrap();
    archive.add("after.png", stored(b"x"), b"x".as_slice()).unwrap();
    let (tail, size) = archive.finish().unwrap();
    assert_eq!(size, tail.count);
    let planned = [Planned::new("zeros.mov", &measured), Planned::new("after.png", &stored(b"x"))];
    assert_eq!(plan(&planned, None)[0].most_bytes, size);
    // Both rows and the end have 64 bits; the second entry's local header does not.
    let begin = 30 + 9 + 20 + SIZE;
    let offset_in_row = [b"\x01\x00\x08\x00".as_slice(), &begin.to_le_bytes()].concat();
    let sizes_in_row =
        [b"\x01\x00\x10\x00".as_slice(), &SIZE.to_le_bytes(), &SIZE.to_le_bytes()].concat();
    let count = |wanted: &[u8]| tail.bytes.windows(wanted.len()).filter(|w| *w == wanted).count();
    assert_eq!((count(&offset_in_row), count(&sizes_in_row)), (1, 2));
    assert_eq!((count(b"PK\x06\x06"), count(b"PK\x06\x07"), count(b"PK\x03\x04")), (1, 1, 2));
}

#[test]
fn formats_that_are_compressed_are_stored() {
    for name in
        ["a.jpg", "A.PNG", "x.y.webp", "m.mp4", "a.avif", "b.jp2", "c.jxr", "d.pdf", "e.zip"]
    {
        assert!(is_compressed(name, ""), "{name}");
    }
    for name in ["a.tiff", "b.psd", "c.eps", "manifest.json", "jpg", "a.jpg.bmp", "", "x."] {
        assert!(!is_compressed(name, ""), "{name}");
    }
    assert!(is_compressed("x", "image/JPEG; q=1") && is_compressed("x", "video/quicktime"));
    assert!(!is_compressed("x", "image/tiff") && !is_compressed("x.wav", "audio/wav"));
}

proptest! {
    /// Any content in any pieces comes back, and takes the bytes that were planned.
    #[test]
    fn what_goes_in_comes_out(
        contents in prop::collection::vec(
            (any::<bool>(), prop::collection::vec(0u8..20, 0..3000)),
            0..8,
        ),
        piece in 1usize..2000,
        bytes in prop::sample::select(vec![40u64, 500, 0xffff_ffff]),
        entries in prop::sample::select(vec![3u64, 0xffff]),
    ) {
        let thresholds = Thresholds { bytes, entries };
        let mut archive = Archive::with_thresholds(Vec::new(), noon(), thresholds);
        let mut planned = Vec::new();
        for (index, (deflate, content)) in contents.iter().enumerate() {
            let name = format!("{index}");
            let measured = measure(content.as_slice(), *deflate).unwrap();
            archive.start(&name, measured).unwrap();
            for piece in content.chunks(piece) {
                archive.write(piece).unwrap();
            }
            archive.finish_entry().unwrap();
            planned.push(Planned::new(&name, &measured));
        }
        let (bytes, _) = archive.finish().unwrap();
        let found = read(&bytes, &thresholds);
        prop_assert_eq!(found.len(), contents.len());
        for (found, (_, content)) in found.iter().zip(&contents) {
            prop_assert_eq!(&found.content, content);
        }
        if let [part] = plan::plan_with(&planned, None, &thresholds).as_slice() {
            prop_assert_eq!(bytes.len() as u64, part.most_bytes);
        }
    }
}
