//! Lines for the person. `println!` would panic when the reader goes away, as
//! `head` does.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _};

/// What a shell reports of a program that wrote to a reader who had gone.
const EXIT_PIPE: i32 = 141;

/// A line on standard output. Ends the process, silently, when nobody reads it
/// any longer.
pub fn to_stdout(line: Arguments<'_>) {
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(EXIT_PIPE);
        }
        to_stderr(format_args!("error: cannot write to standard output: {error}"));
        std::process::exit(i32::from(super::status::EXIT_WORK));
    }
}

/// A line on standard error. When that is gone there is nobody to tell.
pub fn to_stderr(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A line on standard output, written as for `println!`.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::output::to_stdout(format_args!($($text)*)) };
}

/// A line on standard error, written as for `eprintln!`.
macro_rules! remark {
    ($($text:tt)*) => { $crate::cli::output::to_stderr(format_args!($($text)*)) };
}

pub(super) use {remark, say};
