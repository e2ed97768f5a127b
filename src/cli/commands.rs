//! `offprint commands`: every command of the language and its state.

use super::Outcome;
use super::output::say;
use crate::modifiers::commands::reference;
use std::process::ExitCode;

pub fn run() -> Outcome {
    say!("{}", reference().trim_end());
    Ok(ExitCode::SUCCESS)
}
