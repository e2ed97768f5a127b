//! The `offprint` program as a person runs it: what it prints, writes and
//! returns.

mod operations;
mod server;
mod serverless;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const ROCKET: &[u8] = include_bytes!("../../samples/rocket.jpg");
const LOGO: &[u8] = include_bytes!("../../samples/logo.png");

/// The program in `dir`, talking to an address where no server is.
fn offprint(dir: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offprint"));
    command.args(words).current_dir(dir).env("OFFPRINT_SERVER", "http://127.0.0.1:1");
    command
}

struct Ran {
    exit: i32,
    stdout: String,
    stderr: String,
}

fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Ran {
        exit: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Width and height as the `image` crate reads them.
fn dimensions(path: &Path) -> (u32, u32) {
    image::image_dimensions(path).unwrap()
}

/// A server of its own, ended with the test.
struct Server {
    child: Child,
    address: String,
    dir: tempfile::TempDir,
}

/// Starts a server in `dir` and waits until it listens; gives its address.
fn serve(dir: &Path, listen: &str) -> (Child, String) {
    let mut child = offprint(dir, &["serve", "--data", "data", "--listen", listen])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("offprint is listening on ").unwrap().to_string();
    (child, address)
}

impl Server {
    fn start(files: &[(&str, &[u8])]) -> Server {
        let dir = folder_with(files);
        let (child, address) = serve(dir.path(), "127.0.0.1:0");
        Server { child, address, dir }
    }

    /// Ends the server as a power cut would and starts it again.
    fn crash_and_restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.child, self.address) = serve(self.dir.path(), &self.address);
    }

    fn run(&self, words: &[&str]) -> Ran {
        run(offprint(self.dir.path(), words).env("OFFPRINT_SERVER", &self.address))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
