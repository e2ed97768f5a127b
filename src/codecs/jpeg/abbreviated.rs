//! JPEG streams inside TIFF files: their tables may be in another place, and their
//! application segments say nothing that the TIFF file does not.

use super::decoder::JpegError;
use super::decoder::markers::{EOI, SOI, SOS, next_segment};

const APP0: u8 = 0xe0;
const APP15: u8 = 0xef;
const COMMENT: u8 = 0xfe;

/// A whole file of a stream and the stream of tables that it needs, which may be empty.
/// `transform` is that of an Adobe marker: 0 for samples of any colour, 1 for YCbCr and 2
/// for YCbCr and one more.
pub fn joined(tables: &[u8], stream: &[u8], transform: u8) -> Result<Vec<u8>, JpegError> {
    let mut file = vec![0xff, SOI];
    file.extend(b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0");
    file.push(transform);
    if !tables.is_empty() {
        copy(tables, &mut file)?;
    }
    let scans = copy(stream, &mut file)?;
    file.extend(scans);
    Ok(file)
}

/// A file without its application segments and comments.
pub fn bare(file: &[u8]) -> Result<Vec<u8>, JpegError> {
    let mut stream = vec![0xff, SOI];
    let scans = copy(file, &mut stream)?;
    stream.extend(scans);
    Ok(stream)
}

/// Copies the segments up to the first scan; returns what comes from it on.
fn copy<'a>(stream: &'a [u8], out: &mut Vec<u8>) -> Result<&'a [u8], JpegError> {
    let mut at = 0;
    loop {
        let segment = next_segment(stream, at)?;
        match segment.marker {
            EOI => return Ok(&[]),
            // a marker and a length, two bytes each
            SOS => {
                let start = segment.end.saturating_sub(segment.body.len() + 4);
                return Ok(stream.get(start..).unwrap_or_default());
            }
            APP0..=APP15 | COMMENT => {}
            marker => {
                out.extend([0xff, marker]);
                out.extend((segment.body.len() as u16 + 2).to_be_bytes());
                out.extend(segment.body);
            }
        }
        at = segment.end;
    }
}
