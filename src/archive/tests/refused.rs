//! Names, files and disks that an archive can't be made with.

use super::*;

#[test]
fn names_that_are_refused() {
    let mut archive = Archive::new(io::sink(), noon());
    let long = "x".repeat(4097);
    for name in [
        "",
        "/",
        "/etc/passwd",
        "a/",
        "a//b",
        "../a",
        "a/../b",
        "./a",
        "..",
        "a\\b",
        "a\0",
        "a\n",
        &long,
    ] {
        let error = archive.start(name, stored(b"")).unwrap_err();
        assert!(matches!(error, ArchiveError::Name { .. }), "{name:?}: {error}");
    }
    archive.add(&long[1..], stored(b""), io::empty()).unwrap();
    archive.add("Logo.png", stored(b""), io::empty()).unwrap();
    archive.add("x/Ä.png", stored(b""), io::empty()).unwrap();
    archive.add("..a/b..", stored(b""), io::empty()).unwrap();
    for name in ["Logo.png", "logo.PNG", "X/ä.png", "x", "logo.png/a"] {
        let error = archive.start(name, stored(b"")).unwrap_err();
        assert!(matches!(error, ArchiveError::Duplicate { .. }), "{name:?}: {error}");
    }
    archive.finish().unwrap();
}

#[test]
fn a_file_that_changed_breaks_the_archive() {
    let start = |measured| {
        let mut archive = Archive::new(io::sink(), noon());
        archive.start("a", measured).unwrap();
        archive
    };
    let changed = |result: Result<(), ArchiveError>, wanted: &str| match result {
        Err(ArchiveError::Changed { what, .. }) => what == wanted,
        _ => false,
    };
    let xs = [b'x'; 100];
    for measured in [stored(&xs), deflated(&xs)] {
        let mut short = start(measured);
        short.write(&xs[1..]).unwrap();
        assert!(changed(short.finish_entry(), "its size"));
        assert!(matches!(short.start("b", stored(b"")), Err(ArchiveError::Misuse(_))));
        assert!(matches!(short.finish(), Err(ArchiveError::Misuse(_))));

        let mut long = start(measured);
        long.write(&xs).unwrap();
        assert!(changed(long.write(b"x"), "its size"));
        assert!(matches!(long.finish_entry(), Err(ArchiveError::Misuse(_))));

        let mut other = start(measured);
        other.write(&xs[1..]).unwrap();
        other.write(b"y").unwrap();
        assert!(changed(other.finish_entry(), "its CRC-32"));
        assert!(matches!(other.finish(), Err(ArchiveError::Misuse(_))));
    }
    let wrong = Measured { deflated: Some(3), ..stored(&xs) };
    let mut wrong = start(wrong);
    wrong.write(&xs).unwrap();
    let error = wrong.finish_entry().unwrap_err();
    assert!(error.to_string().starts_with("entry \"a\" is not what was measured: its compressed"));
}

#[test]
fn calls_in_the_wrong_order() {
    let mut order = Archive::new(io::sink(), noon());
    assert!(matches!(order.write(b"x"), Err(ArchiveError::Misuse(_))));
    assert!(matches!(order.finish_entry(), Err(ArchiveError::Misuse(_))));
    order.start("a", stored(b"")).unwrap();
    assert!(matches!(order.start("b", stored(b"")), Err(ArchiveError::Misuse(_))));
    assert!(matches!(order.finish(), Err(ArchiveError::Misuse(_))));
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_wherever_it_happens() {
    let half = [noise(2500), vec![0; 2500]].concat();
    for measured in [stored(&half), deflated(&half)] {
        let write = |space: usize| {
            let mut archive = Archive::new(Full(space), noon());
            archive.add("a", measured, half.as_slice())?;
            archive.finish()
        };
        let (Full(left), size) = write(10_000).unwrap();
        assert_eq!(10_000 - left as u64, size);
        for space in 0..size as usize {
            assert!(matches!(write(space), Err(ArchiveError::Io(_))), "{space}");
        }
        assert!(write(size as usize).is_ok());
    }
}

/// A file on a disk that breaks.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::TimedOut.into())
    }
}

#[test]
fn a_file_that_cannot_be_read_breaks_the_archive() {
    assert!(measure(Broken, true).is_err());
    let mut archive = Archive::new(io::sink(), noon());
    let error = archive.add("a", stored(b"x"), Broken).unwrap_err();
    assert!(matches!(error, ArchiveError::Io(_)), "{error}");
    assert!(matches!(archive.finish(), Err(ArchiveError::Misuse(_))));
}
