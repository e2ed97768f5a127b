//! The process that decodes for another one.

use super::message::{self, Answer, Order};
use crate::codecs::{self, CodecError};
use std::io::{self, Write};
use std::sync::mpsc;
use std::time::Duration;

/// Exit status of a process whose file took too long.
pub(super) const TOO_LONG: i32 = 75;

/// Decodes what comes in on standard input until that ends.
pub fn serve() -> io::Result<()> {
    prefer_to_be_killed();
    let (mut orders, mut answers) = (io::stdin().lock(), io::stdout().lock());
    while let Some(order) = message::read::<Order>(&mut orders)? {
        limit_memory(order.memory_bytes);
        let bytes = message::read_bytes(&mut orders, order.file_size)?;
        let watch = end_after(order.seconds)?;
        let done =
            codecs::probe(&bytes).and_then(|info| codecs::decode(&bytes, &info, order.request()));
        drop(watch);
        match done {
            Ok(decoded) => {
                message::write(&mut answers, &Answer::of(&decoded))?;
                answers.write_all(decoded.profile.as_deref().unwrap_or_default())?;
                answers.write_all(&decoded.bitmap.data)?;
            }
            Err(CodecError::Damaged { detail, .. }) => {
                message::write(&mut answers, &Answer::Damaged(detail))?;
            }
            Err(CodecError::Unsupported { detail, .. }) => {
                message::write(&mut answers, &Answer::Unsupported(detail))?;
            }
            Err(other) => {
                message::write(&mut answers, &Answer::Unsupported(other.to_string()))?;
            }
        }
        answers.flush()?;
    }
    Ok(())
}

/// Ends the process when the answer is not dropped in time: no decoder can be
/// stopped otherwise.
fn end_after(seconds: u64) -> io::Result<mpsc::Sender<()>> {
    let (done, waiting) = mpsc::channel::<()>();
    std::thread::Builder::new().spawn(move || {
        if waiting.recv_timeout(Duration::from_secs(seconds))
            == Err(mpsc::RecvTimeoutError::Timeout)
        {
            std::process::exit(TOO_LONG);
        }
    })?;
    Ok(done)
}

/// An allocation beyond it fails, which ends the process.
#[cfg(unix)]
fn limit_memory(bytes: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // of what is written to: address space that is only reserved costs nothing
    let Rlimit { maximum, .. } = getrlimit(Resource::Data);
    let current = Some(maximum.map_or(bytes, |maximum| maximum.min(bytes)));
    if let Err(error) = setrlimit(Resource::Data, Rlimit { current, maximum }) {
        eprintln!("the memory of a decoder's process is not limited: {error}");
    }
}

#[cfg(not(unix))]
fn limit_memory(_bytes: u64) {}

/// When the system runs out of memory, this process goes and not the server.
fn prefer_to_be_killed() {
    // Linux alone has it; elsewhere nothing is lost
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
}
