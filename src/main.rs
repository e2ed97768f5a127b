//! The `offprint` program; everything is in [`offprint::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    offprint::cli::main()
}
