//! Deflate as a stream of calls, whose writer stays with its owner.

use flate2::{Compress, Compression, FlushCompress, Status};
use std::io::{self, Write};

/// zlib's level 6: within a few percent of 9 and several times as fast.
const LEVEL: u32 = 6;

/// Bytes of output at a time.
const BUFFER: usize = 32 << 10;

/// A compressor that is used for one entry after the other. It is made when the
/// first one needs it.
#[derive(Default)]
pub(super) struct Deflater {
    compress: Option<Compress>,
    /// Whether it has been used since the last start.
    used: bool,
    buffer: Vec<u8>,
}

impl Deflater {
    /// Forgets the entry before.
    pub(super) fn restart(&mut self) {
        if self.used
            && let Some(compress) = &mut self.compress
        {
            compress.reset();
        }
        self.used = false;
    }

    /// Compresses bytes. Gives the number of those that came out.
    pub(super) fn write(&mut self, mut bytes: &[u8], writer: &mut impl Write) -> io::Result<u64> {
        let mut count = 0;
        while !bytes.is_empty() {
            let (taken, given, _) = self.step(bytes, FlushCompress::None, writer)?;
            bytes = bytes.get(taken..).unwrap_or_default();
            count += given;
            if taken == 0 && given == 0 {
                return Err(io::Error::other("deflate makes no progress"));
            }
        }
        Ok(count)
    }

    /// Ends the stream of the entry.
    pub(super) fn finish(&mut self, writer: &mut impl Write) -> io::Result<u64> {
        let mut count = 0;
        loop {
            let (_, given, status) = self.step(&[], FlushCompress::Finish, writer)?;
            count += given;
            if status == Status::StreamEnd {
                return Ok(count);
            }
            if given == 0 {
                return Err(io::Error::other("deflate does not end"));
            }
        }
    }

    /// One call: bytes taken, bytes given.
    fn step(
        &mut self,
        bytes: &[u8],
        flush: FlushCompress,
        writer: &mut impl Write,
    ) -> io::Result<(usize, u64, Status)> {
        self.used = true;
        let fresh = || Compress::new(Compression::new(LEVEL), false);
        let compress = self.compress.get_or_insert_with(fresh);
        let before = compress.total_in();
        self.buffer.clear();
        self.buffer.reserve(BUFFER);
        let status =
            compress.compress_vec(bytes, &mut self.buffer, flush).map_err(io::Error::other)?;
        writer.write_all(&self.buffer)?;
        let taken = usize::try_from(compress.total_in() - before).map_err(io::Error::other)?;
        Ok((taken, self.buffer.len() as u64, status))
    }
}
