//! Names, files and disks that an archive can't be made with.

use super::*;

#[test]
fn names_that_are_refused() {
    let mut archive = Archive::new(io::sink(), noon());
    let long = "x".repeat(65536);
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
        let error = archive.start(name, 0, Method::Deflated).unwrap_err();
        assert!(matches!(error, ArchiveError::Name { .. }), "{name:?}: {error}");
    }
    archive.add(&long[1..], 0, stored(b""), io::empty()).unwrap();
    archive.add("Logo.png", 0, stored(b""), io::empty()).unwrap();
    archive.add("x/Ä.png", 0, stored(b""), io::empty()).unwrap();
    archive.add("..a/b..", 0, stored(b""), io::empty()).unwrap();
    for name in ["Logo.png", "logo.PNG", "X/ä.png", "x", "logo.png/a"] {
        let error = archive.start(name, 0, Method::Deflated).unwrap_err();
        assert!(matches!(error, ArchiveError::Duplicate { .. }), "{name:?}: {error}");
    }
    archive.finish().unwrap();
}

#[test]
fn a_file_that_changed_breaks_the_archive() {
    let start = |size, method| {
        let mut archive = Archive::new(io::sink(), noon());
        archive.start("a", size, method).unwrap();
        archive
    };
    let mut short = start(3, stored(b"abc"));
    short.write(b"ab").unwrap();
    assert!(matches!(short.finish_entry(), Err(ArchiveError::Size { written: 2, .. })));
    assert!(matches!(short.start("b", 0, Method::Deflated), Err(ArchiveError::Misuse(_))));
    assert!(matches!(short.finish(), Err(ArchiveError::Misuse(_))));

    let mut long = start(3, Method::Deflated);
    assert!(matches!(long.write(b"abcd"), Err(ArchiveError::Size { written: 4, .. })));
    assert!(matches!(long.finish_entry(), Err(ArchiveError::Misuse(_))));

    let mut other = start(3, stored(b"abc"));
    other.write(b"abd").unwrap();
    assert!(matches!(other.finish_entry(), Err(ArchiveError::Checksum { .. })));
    assert!(matches!(other.finish(), Err(ArchiveError::Misuse(_))));

    let mut order = Archive::new(io::sink(), noon());
    assert!(matches!(order.write(b"x"), Err(ArchiveError::Misuse(_))));
    assert!(matches!(order.finish_entry(), Err(ArchiveError::Misuse(_))));
    order.start("a", 0, Method::Deflated).unwrap();
    assert!(matches!(order.start("b", 0, Method::Deflated), Err(ArchiveError::Misuse(_))));
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
    let noise = noise(5000);
    for method in [stored(&noise), Method::Deflated] {
        let write = |space: usize| {
            let mut archive = Archive::new(Full(space), noon());
            archive.add("a", 5000, method, noise.as_slice())?;
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
