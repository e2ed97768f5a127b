//! Streams a stored file in chunks, for originals and artifacts.

use crate::blobs::{BlobError, Blobs};
use crate::error::{CallerError, Error, Violation};
use bytes::Bytes;
use std::io::Read as _;
use tokio::sync::mpsc;
use tonic::Status;

/// Bytes a chunk when the client does not say (03 §6.2).
const CHUNK: usize = 256 << 10;

/// Most bytes a chunk.
const MAX_CHUNK: usize = 1 << 20;

/// A part of a file to send.
#[derive(Debug)]
pub struct Download {
    pub key: String,
    /// Size of the whole file.
    pub size: i64,
    pub offset: i64,
    pub chunk_size: i32,
}

/// The messages of a download, at most a few ahead of the reader.
pub type Chunks<T> = tokio_stream::wrappers::ReceiverStream<Result<T, Status>>;

impl Download {
    fn check(&self) -> Result<usize, CallerError> {
        if self.offset < 0 || self.chunk_size < 0 {
            let text = "must not be negative";
            let mut wrong = Vec::new();
            if self.offset < 0 {
                wrong.push(Violation::new("offset", "INVALID_PARAMETER", text));
            }
            if self.chunk_size < 0 {
                wrong.push(Violation::new("chunk_size", "INVALID_PARAMETER", text));
            }
            return Err(CallerError::Invalid(wrong));
        }
        if self.offset > self.size {
            return Err(CallerError::OutOfRange {
                reason: "OFFSET_BEYOND_END",
                message: format!("offset is {}, but the file has {} bytes", self.offset, self.size),
                metadata: vec![("size_bytes", self.size.to_string())],
            });
        }
        Ok(match self.chunk_size {
            0 => CHUNK,
            n => (n as usize).min(MAX_CHUNK),
        })
    }

    /// Sends `header`, then the bytes as `chunk` makes messages of them.
    pub async fn stream<T: Send + 'static>(
        self,
        blobs: &Blobs,
        header: T,
        chunk: impl Fn(Bytes, i64) -> T + Send + 'static,
    ) -> Result<Chunks<T>, Error> {
        let chunk_size = self.check()?;
        let blobs = blobs.clone();
        let mut offset = self.offset;
        let file = tokio::task::spawn_blocking(move || blobs.open_file(&self.key, offset as u64));
        let mut file = file.await??;
        let (messages, stream) = mpsc::channel(2);
        // A thread of the blocking pool is taken for the time of one read only:
        // a client that reads slowly must not keep one from an export.
        tokio::spawn(async move {
            if messages.send(Ok(header)).await.is_err() {
                return;
            }
            loop {
                let read = tokio::task::spawn_blocking(move || {
                    let mut buffer = vec![0; chunk_size];
                    let read = read_full(&mut file, &mut buffer)?;
                    buffer.truncate(read);
                    Ok::<_, BlobError>((file, buffer))
                });
                let bytes = match read.await {
                    Ok(Ok((same_file, bytes))) => {
                        file = same_file;
                        bytes
                    }
                    Ok(Err(error)) => {
                        let _ = messages.send(Err(Error::from(error).into())).await;
                        return;
                    }
                    Err(error) => {
                        let _ = messages.send(Err(Error::from(error).into())).await;
                        return;
                    }
                };
                let length = bytes.len() as i64;
                if length == 0 || messages.send(Ok(chunk(bytes.into(), offset))).await.is_err() {
                    return;
                }
                offset += length;
            }
        });
        Ok(Chunks::new(stream))
    }
}

fn read_full(file: &mut std::fs::File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
