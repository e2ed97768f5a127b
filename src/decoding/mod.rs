//! Pixels of a source: decoded here, or, for decoders that hostile bytes could
//! harm, in a process of their own that may die without harm.
//!
//! A decoder is put outside when it is not memory-safe Rust throughout (AVIF: a
//! port of dav1d; WebP: libwebp), or when nothing but the end of its process
//! could stop it (SVG). Such a process gets the file and the request through its
//! standard input, and a limit of time and memory for each file; it reads no
//! other file and talks to nobody.

mod child;
mod message;
mod pool;

use crate::codecs::sniff::Kind;
use crate::codecs::{self, CodecError, Decoded, Request, SourceInfo};
pub use child::serve;
use pool::Pool;
use std::path::PathBuf;

/// The subcommand of the program that [`serve`]s.
pub const SUBCOMMAND: &str = "decode-worker";

/// Where sources are decoded.
#[derive(Debug, Default)]
pub struct Decoders {
    pool: Option<Pool>,
}

/// The program that runs now, also after a newer one took its place on the disk.
pub fn this_program() -> Option<PathBuf> {
    if cfg!(target_os = "linux") {
        return Some("/proc/self/exe".into());
    }
    std::env::current_exe().ok()
}

/// Processes for the decoders that need one.
#[derive(Debug, Clone)]
pub struct Isolation {
    /// Run with [`SUBCOMMAND`]: this program itself.
    pub program: PathBuf,
    /// Seconds that decoding one file may take.
    pub seconds: u64,
    /// Bytes of memory that decoding one file may take, at most.
    pub memory_bytes: u64,
}

impl Decoders {
    /// Everything in this process.
    pub const fn here() -> Decoders {
        Decoders { pool: None }
    }

    /// Processes are started when they are needed and kept for the next file.
    pub fn isolated(isolation: Isolation) -> Decoders {
        Decoders { pool: Some(Pool::new(isolation)) }
    }

    /// As [`codecs::decode`]. Blocks. [`CodecError::Broke`] when the process ended
    /// over the file.
    pub fn decode(
        &self,
        bytes: &[u8],
        info: &SourceInfo,
        request: Request,
    ) -> Result<Decoded, CodecError> {
        match &self.pool {
            Some(pool) if needs_process(info.kind) => pool.decode(bytes, info, request),
            _ => codecs::decode(bytes, info, request),
        }
    }
}

/// Whether files of this kind are decoded in a process of their own by a server.
pub fn needs_process(kind: Kind) -> bool {
    matches!(kind, Kind::Avif | Kind::Webp | Kind::Svg)
}
