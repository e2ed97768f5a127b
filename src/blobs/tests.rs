use super::*;

/// SHA-256 of "abc", FIPS 180-2 appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_committed_file_is_visible_with_its_checksum() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path(), 0).unwrap();
    let mut staged = blobs.stage(Area::Originals, 3).unwrap();
    staged.write(b"ab").unwrap();
    staged.write(b"c").unwrap();
    let stored = staged.commit(&original_key(ABC)).unwrap();
    assert_eq!((stored.size, stored.sha256.as_str()), (3, ABC));
    assert_eq!(stored.key, format!("originals/ba/{ABC}"));
    assert_eq!(blobs.read(&stored.key).unwrap(), b"abc");
}

#[test]
fn a_dropped_file_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path(), 0).unwrap();
    let mut staged = blobs.stage(Area::Outputs, 0).unwrap();
    staged.write(b"half of it").unwrap();
    drop(staged);
    assert_eq!(files_below(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_start_sweeps_what_a_crash_left() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path(), 0).unwrap();
    let mut staged = blobs.stage(Area::Outputs, 0).unwrap();
    staged.write(b"half of it").unwrap();
    std::mem::forget(staged);
    assert_eq!(files_below(dir.path()).len(), 1);
    Blobs::open(dir.path(), 0).unwrap();
    assert_eq!(files_below(dir.path()), Vec::<PathBuf>::new());
}

#[test]
fn the_reserve_is_kept_free() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path(), u64::MAX / 2).unwrap();
    let error = blobs.stage(Area::Outputs, 10).unwrap_err();
    assert!(
        matches!(&error, BlobError::Full(text) if text.contains("min_free_disk_bytes")),
        "{error}"
    );
}

#[test]
fn an_original_that_changed_on_the_disk_is_not_exported() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path(), 0).unwrap();
    let mut staged = blobs.stage(Area::Originals, 3).unwrap();
    staged.write(b"abd").unwrap();
    let key = original_key(ABC);
    staged.commit(&key).unwrap();
    let error = blobs.output_of_original(&key, ABC, "outputs/1/0/1").unwrap_err();
    assert!(error.to_string().contains("has changed on the disk"), "{error}");
    assert!(matches!(blobs.read("outputs/1/0/1"), Err(BlobError::Missing(_))));
}

#[test]
fn only_the_winning_attempt_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path(), 0).unwrap();
    for attempt in 1..=3 {
        let mut staged = blobs.stage(Area::Outputs, 0).unwrap();
        staged.write(b"x").unwrap();
        staged.commit(&attempt_key(7, 2, attempt)).unwrap();
    }
    blobs.remove_other_attempts(7, 2, 3).unwrap();
    assert_eq!(files_below(dir.path()), vec![dir.path().join("outputs/7/2/3")]);
}
