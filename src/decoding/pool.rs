//! The processes, from the side of those who need them.

use super::message::{self, Answer, Order};
use super::{Isolation, SUBCOMMAND, child};
use crate::codecs::sniff::Kind;
use crate::codecs::{CodecError, Decoded, Request, SourceInfo};
use std::io::{self, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

/// Files that a process decodes before a new one takes its place, so that what
/// leaks or splinters in it does not stay.
const FILES: u32 = 1000;

/// Bytes that a process takes without any picture, with room.
const BASE_MEMORY: u64 = 512 << 20;

/// Bytes of a pixel while it is decoded, twice what the estimate of a conversion says.
const PIXEL_MEMORY: u64 = 64;

/// Seconds more than a process gives itself.
const PATIENCE: u64 = 10;

/// Processes that wait for a file. As many as files are decoded at a time.
#[derive(Debug)]
pub(super) struct Pool {
    isolation: Isolation,
    idle: Mutex<Vec<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    orders: ChildStdin,
    answers: ChildStdout,
    /// Files decoded.
    files: u32,
}

/// How an attempt at a file failed.
enum Failure {
    Codec(CodecError),
    /// The process ended, or wrote something else than an answer.
    Ended(String, Option<ExitStatus>),
}

impl Pool {
    pub fn new(isolation: Isolation) -> Pool {
        Pool { isolation, idle: Mutex::default() }
    }

    pub fn decode(
        &self,
        bytes: &[u8],
        info: &SourceInfo,
        request: Request,
    ) -> Result<Decoded, CodecError> {
        let kind = info.kind;
        let pixels = u64::from(info.width) * u64::from(info.height);
        let memory = BASE_MEMORY + pixels * PIXEL_MEMORY + 4 * bytes.len() as u64;
        let area = request.area;
        let order = Order {
            file_size: bytes.len(),
            area: [area.x, area.y, area.width, area.height],
            least: [request.least_width, request.least_height],
            seconds: self.isolation.seconds,
            memory_bytes: memory.min(self.isolation.memory_bytes.max(BASE_MEMORY)),
        };
        match self.attempt(kind, bytes, &order) {
            // the whole group of processes was told to stop, which is not the file's fault
            Err(Failure::Ended(_, Some(status))) if told_to_stop(status) => {
                self.attempt(kind, bytes, &order)
            }
            other => other,
        }
        .map_err(|failure| match failure {
            Failure::Codec(error) => error,
            Failure::Ended(detail, _) => CodecError::Broke { kind, detail },
        })
    }

    fn attempt(&self, kind: Kind, bytes: &[u8], order: &Order) -> Result<Decoded, Failure> {
        let mut process = self.take().map_err(|error| {
            Failure::Ended(format!("no process could be started for it: {error}"), None)
        })?;
        let watch = process.end_after(order.seconds + PATIENCE);
        let answered = process.decode(bytes, order);
        drop(watch);
        match answered {
            Ok(answer) => {
                process.files += 1;
                if process.files < FILES {
                    self.idle().push(process);
                }
                answer.map_err(|answer| Failure::Codec(refusal(kind, answer)))
            }
            Err(error) => {
                let status = process.end();
                let detail = match status {
                    Some(status) if status.code() == Some(child::TOO_LONG) => format!(
                        "it took longer than {} seconds (limits.max_asset_seconds)",
                        order.seconds
                    ),
                    Some(status) => format!(
                        "its process ended with {status} and a memory limit of {} MB",
                        order.memory_bytes / 1_000_000
                    ),
                    None => error.to_string(),
                };
                tracing::warn!(kind = kind.name(), detail, %error, "a decoder broke down");
                Err(Failure::Ended(detail, status))
            }
        }
    }

    /// One that waits, else a new one.
    fn take(&self) -> io::Result<Process> {
        loop {
            let Some(mut process) = self.idle().pop() else { return self.start() };
            // it may have been killed while it waited
            if let Ok(None) = process.child.try_wait() {
                return Ok(process);
            }
        }
    }

    fn start(&self) -> io::Result<Process> {
        let mut command = Command::new(&self.isolation.program);
        command.arg(SUBCOMMAND).stdin(Stdio::piped()).stdout(Stdio::piped());
        // else the gigabyte of addresses that mimalloc reserves would count as used
        command.env("MIMALLOC_ARENA_EAGER_COMMIT", "0");
        #[cfg(unix)]
        // Ctrl-C at the server's terminal lets running assets finish
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take());
        let (Some(orders), Some(answers)) = pipes else {
            return Err(io::Error::other("it has no pipes"));
        };
        Ok(Process { child, orders, answers, files: 0 })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Process {
    /// Kills a process that does not even end itself, unless the answer is dropped in
    /// time.
    #[cfg(unix)]
    fn end_after(&self, seconds: u64) -> mpsc::Sender<()> {
        let (done, waiting) = mpsc::channel::<()>();
        // not reused as long as the answer lives: the child is waited for later
        let process = rustix::process::Pid::from_child(&self.child);
        let watch = move || {
            let limit = Duration::from_secs(seconds);
            if waiting.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
                let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
            }
        };
        // without a thread to spare, the process watches itself
        let _ = std::thread::Builder::new().spawn(watch);
        done
    }

    #[cfg(not(unix))]
    fn end_after(&self, _seconds: u64) {}

    /// `Err` inside: the decoder's own refusal.
    fn decode(&mut self, bytes: &[u8], order: &Order) -> io::Result<Result<Decoded, Answer>> {
        message::write(&mut self.orders, order)?;
        self.orders.write_all(bytes)?;
        self.orders.flush()?;
        match message::read(&mut self.answers)? {
            None => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(answer @ Answer::Decoded { .. }) => {
                message::read_decoded(&mut self.answers, answer).map(Ok)
            }
            Some(refusal) => Ok(Err(refusal)),
        }
    }

    /// Waits for the end of a process that has answered wrongly or not at all.
    fn end(mut self) -> Option<ExitStatus> {
        match self.child.try_wait() {
            Ok(Some(status)) => return Some(status),
            // its pipe closes a moment before it has ended
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
        let ended = self.child.try_wait().ok().flatten();
        if ended.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        ended
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // no child may stay as a zombie; one that waits ends at once
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refusal(kind: Kind, answer: Answer) -> CodecError {
    match answer {
        Answer::Damaged(detail) => CodecError::Damaged { kind, detail },
        Answer::Unsupported(detail) => CodecError::Unsupported { kind, detail },
        Answer::Decoded { .. } => CodecError::Broke { kind, detail: "no pixels followed".into() },
    }
}

#[cfg(unix)]
fn told_to_stop(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    // SIGHUP, SIGINT, SIGTERM: systemd sends them to every process of a service
    matches!(status.signal(), Some(1 | 2 | 15))
}

#[cfg(not(unix))]
fn told_to_stop(_status: ExitStatus) -> bool {
    false
}
