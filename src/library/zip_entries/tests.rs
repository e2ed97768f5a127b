use super::*;
use proptest::prelude::*;
use std::io::Cursor;

/// Made by Python's zipfile: tests/reference/zip_entries.py.
const PLAIN: &[u8] = include_bytes!("../../../tests/golden/zip/plain.zip");
const ZIP64: &[u8] = include_bytes!("../../../tests/golden/zip/zip64.zip");

/// 2024-02-29 12:34:56 UTC, by `date -u -d @…`.
const LEAP_DAY: i64 = 1_709_210_096_000;

fn list(bytes: &[u8]) -> Vec<(String, bool, i64, u64, u64)> {
    let entries = entries(&mut Cursor::new(bytes)).unwrap();
    let row = |e: ZipEntry| {
        (e.name, e.is_directory, e.modified_ms, e.compressed_size, e.uncompressed_size)
    };
    entries.into_iter().map(row).collect()
}

fn plain() -> Vec<(String, bool, i64, u64, u64)> {
    // ten equal bytes deflate to 5 bytes, by zlib
    vec![
        ("shoes/".into(), true, LEAP_DAY, 0, 0),
        ("shoes/rot.txt".into(), false, LEAP_DAY, 10, 10),
        ("grün.txt".into(), false, LEAP_DAY, 5, 10),
        ("Café.txt".into(), false, LEAP_DAY, 3, 3),
    ]
}

#[test]
fn entries_are_listed_as_python_wrote_them() {
    assert_eq!(list(PLAIN), plain());
}

/// A program that unpacks itself stands before the archive.
#[test]
fn something_before_the_archive_does_no_harm() {
    assert_eq!(list(&[b"#!/bin/sh\n", PLAIN].concat()), plain());
}

#[test]
fn sizes_of_more_than_four_gibibytes_come_from_the_zip64_field() {
    assert_eq!(list(ZIP64), [("big.bin".into(), false, LEAP_DAY, 5, 5_000_000_000)]);
}

#[test]
fn what_is_no_zip_file_is_refused_in_words() {
    for bytes in [&b""[..], b"PK\x05\x06", b"hello", &PLAIN[..PLAIN.len() - 23]] {
        let error = entries(&mut Cursor::new(bytes)).unwrap_err();
        assert!(matches!(&error, ZipError::Damaged(_)), "{error}");
    }
    let mut many = PLAIN.to_vec();
    let end = many.len() - 22;
    many[end + 10] = 5;
    let error = entries(&mut Cursor::new(many)).unwrap_err().to_string();
    assert!(error.contains("entry 4 of 5"), "{error}");
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(
        start in 0..PLAIN.len(),
        bytes in proptest::collection::vec(any::<u8>(), 0..40),
        zip64 in any::<bool>(),
    ) {
        let mut file = if zip64 { ZIP64.to_vec() } else { PLAIN.to_vec() };
        let end = (start + bytes.len()).min(file.len());
        let start = start.min(end);
        file.splice(start..end, bytes);
        let _ = entries(&mut Cursor::new(file));
    }
}
