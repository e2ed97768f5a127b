//! Archives for other programs: `tests/reference/archives.py` has them written
//! and opens them with Python, unzip, bsdtar and 7z.

use super::*;
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::Path;

/// A file in which long runs of zeros take no space on disk.
struct Sparse(File);

impl Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() >= 4096 && bytes.iter().all(|byte| *byte == 0) {
            self.0.seek(SeekFrom::Current(bytes.len() as i64))?;
            return Ok(bytes.len());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn create(folder: &Path, name: &str) -> Archive<Sparse> {
    Archive::new(Sparse(File::create(folder.join(name)).unwrap()), noon())
}

#[test]
#[ignore = "writes files for tests/reference/archives.py"]
fn write_samples() {
    let folder = std::env::var("OFFPRINT_ARCHIVES").expect("the folder to write to");
    let folder = Path::new(&folder);
    let text = "one line of a file that is easy to compress\n".repeat(5000);
    let noise = noise(100_000);

    let mut mixed = create(folder, "mixed.zip");
    for (name, bytes) in [
        ("a.png", noise.as_slice()),
        ("folder/text.json", text.as_bytes()),
        ("folder/Ünïcode/日本語.tiff", noise.as_slice()),
        ("empty.jpg", b""),
        ("empty.json", b""),
        ("it's a name with spaces & more (1).eps", text.as_bytes()),
    ] {
        mixed.add(name, measure(bytes, !is_compressed(name, "")).unwrap(), bytes).unwrap();
    }
    mixed.finish().unwrap();

    let mut many = create(folder, "many.zip");
    for number in 0..70_000u32 {
        let bytes = number.to_string().repeat(if number % 2 == 0 { 1 } else { 20 });
        let name = format!("{}/{number}.txt", number / 1000);
        many.add(&name, deflated(bytes.as_bytes()), bytes.as_bytes()).unwrap();
    }
    many.finish().unwrap();

    const BIG: u64 = (4 << 30) + 12_345;
    let zeros = || io::repeat(0).take(BIG);
    let mut big = create(folder, "big-stored.zip");
    big.add("small.png", stored(b"small"), b"small".as_slice()).unwrap();
    big.add("big.mov", measure(zeros(), false).unwrap(), zeros()).unwrap();
    big.add("after.png", stored(b"after"), b"after".as_slice()).unwrap();
    big.add("after.json", deflated(&[b'x'; 100]), [b'x'; 100].as_slice()).unwrap();
    big.finish().unwrap();

    let mut big = create(folder, "big-deflated.zip");
    let measured = measure(zeros(), true).unwrap();
    assert_eq!((measured.size, measured.deflated.is_some()), (BIG, true));
    big.add("big.tiff", measured, zeros()).unwrap();
    big.add("after.json", deflated(&[b'x'; 100]), [b'x'; 100].as_slice()).unwrap();
    big.finish().unwrap();
}
