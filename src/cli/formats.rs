//! `offprint formats`: what is read and written.

use super::Outcome;
use super::output::say;
use std::process::ExitCode;

pub fn run() -> Outcome {
    say!("{}", crate::capabilities::page().trim_end());
    Ok(ExitCode::SUCCESS)
}
