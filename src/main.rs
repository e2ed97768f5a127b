//! The `offprint` program; everything is in [`offprint::cli`].

use std::process::ExitCode;

/// See `Cargo.toml`: 200 watchers come and gone cost glibc 5 MB for ever.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    offprint::cli::main()
}
