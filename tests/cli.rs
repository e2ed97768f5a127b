//! The `offprint` program as a person runs it: what it prints, writes and
//! returns.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const ROCKET: &[u8] = include_bytes!("../samples/rocket.jpg");
const LOGO: &[u8] = include_bytes!("../samples/logo.png");

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

#[test]
fn convert_writes_the_file_and_nothing_else() {
    let dir = folder_with(&[("rocket.jpg", ROCKET)]);
    let ran =
        run(&mut offprint(dir.path(), &["convert", "rocket.jpg", "wid=320&fmt=png", "small.png"]));
    assert_eq!((ran.exit, ran.stderr.as_str(), ran.stdout.as_str()), (0, "", ""));
    assert_eq!(names(dir.path()), ["rocket.jpg", "small.png"]);
    // 640x427 at half size; 427/2 = 213.5 rounds up.
    assert_eq!(dimensions(&dir.path().join("small.png")), (320, 214));
}

#[test]
fn convert_reads_standard_input_and_writes_standard_output() {
    let dir = folder_with(&[]);
    let mut child = offprint(dir.path(), &["convert", "-", "wid=100&fmt=gif", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(ROCKET).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"GIF89a"));
}

#[test]
fn convert_warns_when_the_name_promises_another_format() {
    let dir = folder_with(&[("rocket.jpg", ROCKET)]);
    let ran = run(&mut offprint(dir.path(), &["convert", "rocket.jpg", "fmt=png", "out.jpg"]));
    assert_eq!(ran.exit, 0);
    assert_eq!(
        ran.stderr,
        "warning: 'out.jpg' gets image/png content, whose extension is .png; fmt= of the modifier decides the format\n"
    );
    assert!(std::fs::read(dir.path().join("out.jpg")).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn convert_of_a_damaged_file_fails_and_writes_nothing() {
    let dir = folder_with(&[("cut.jpg", &ROCKET[..ROCKET.len() * 6 / 10])]);
    let ran = run(&mut offprint(dir.path(), &["convert", "cut.jpg", "fmt=png", "out.png"]));
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.starts_with("error[DECODE_FAILED]: cut.jpg: "), "{}", ran.stderr);
    assert_eq!(names(dir.path()), ["cut.jpg"]);
}

#[test]
fn a_wrong_modifier_is_shown_with_carets_and_nothing_is_written() {
    let dir = folder_with(&[("rocket.jpg", ROCKET)]);
    let ran =
        run(&mut offprint(dir.path(), &["convert", "rocket.jpg", "fmt=png&wdi=400", "out.png"]));
    assert_eq!(ran.exit, 2);
    assert!(
        ran.stderr.contains(
            "\
 --> is_modifier:1:9
  |
1 | fmt=png&wdi=400
  |         ^^^"
        ),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.starts_with("error[UNKNOWN_COMMAND]: "), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("nothing was written: 1 error in the modifier\n"));
    assert_eq!(names(dir.path()), ["rocket.jpg"]);
}

/// The documented example of the API: the macro's format wins (03 §1.3).
#[test]
fn convert_lets_the_macro_win_over_the_modifier() {
    let dir = folder_with(&[("fileToExport.jpg", ROCKET)]);
    let words = [
        "convert",
        "fileToExport.jpg",
        "&fmt=png",
        "fileToExport.tiff",
        "--macro",
        "$test$",
        "--define",
        "test=fmt=tif",
    ];
    let ran = run(&mut offprint(dir.path(), &words));
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""));
    let tiff = std::fs::read(dir.path().join("fileToExport.tiff")).unwrap();
    assert!(tiff.starts_with(b"II*\0") || tiff.starts_with(b"MM\0*"));
}

#[test]
fn explain_shows_every_setting_and_where_it_comes_from() {
    let dir = folder_with(&[("macros.txt", b"web\twid=400&fmt=jpeg&qlt=80\n")]);
    let words = ["explain", "wid=100&$web$&wid=50", "--macros", "macros.txt", "--size", "640x427"];
    let ran = run(&mut offprint(dir.path(), &words));
    assert_eq!(ran.stderr, "");
    assert_eq!(
        ran.stdout,
        "\
command  value   from         instead of
fmt      jpeg    $web$
qlt      80      $web$
wid      50      is_modifier  100 (is_modifier), 400 ($web$)
bgc      ffffff  default
resMode  sharp2  default

output   jpeg (image/jpeg, .jpg)
request  fmt=jpeg&qlt=80&wid=50
size     640x427 becomes 50x33
"
    );
    assert_eq!(ran.exit, 0);
}

#[test]
fn explain_without_a_server_knows_the_shipped_presets_and_says_so() {
    let dir = folder_with(&[]);
    let ran = run(&mut offprint(dir.path(), &["explain", "$Thumbnail$"]));
    assert_eq!(ran.exit, 0, "{}", ran.stdout);
    assert_eq!(
        ran.stderr,
        "\
note: no offprint server at http://127.0.0.1:1: start one with `offprint serve`
note: only macros given here and the shipped presets are known
"
    );
    assert!(ran.stdout.contains("wid      150        $Thumbnail$"), "{}", ran.stdout);
}

#[test]
fn explain_as_json_names_spans() {
    let dir = folder_with(&[]);
    let ran = run(&mut offprint(dir.path(), &["explain", "fmt=png&wdi=400", "--json"]));
    assert_eq!(ran.exit, 2);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["usable"], false);
    assert_eq!(json["diagnostics"][0]["span"], serde_json::json!([8, 11]));
    assert_eq!(json["diagnostics"][0]["suggestion"], "wid");
}

#[test]
fn a_missing_server_is_one_line_that_says_what_to_do() {
    let dir = folder_with(&[]);
    let ran = run(&mut offprint(dir.path(), &["jobs"]));
    assert_eq!(ran.exit, 2);
    assert_eq!(
        ran.stderr,
        "error: no offprint server at http://127.0.0.1:1: start one with `offprint serve`\n"
    );
}

#[test]
fn a_reader_that_goes_away_ends_the_program_without_a_word() {
    let dir = folder_with(&[]);
    let mut child = offprint(dir.path(), &["explain", "fmt=png"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything is written: the program has to start first.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
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

#[test]
fn upload_submit_watch_and_download_in_three_commands() {
    let server = Server::start(&[
        ("rocket.jpg", ROCKET),
        ("logo.png", LOGO),
        ("cut.jpg", &ROCKET[..ROCKET.len() * 6 / 10]),
    ]);
    let upload = server.run(&["upload", "rocket.jpg", "logo.png", "cut.jpg", "--folder", "Acme"]);
    assert_eq!((upload.exit, upload.stderr.as_str()), (0, ""));
    assert_eq!(upload.stdout.lines().count(), 4, "{}", upload.stdout);
    assert!(upload.stdout.contains("640x427  Acme/rocket.jpg"), "{}", upload.stdout);

    let save = server.run(&["presets", "save", "web", "wid=200&fmt=png"]);
    assert_eq!(save.stdout, "saved $web$\n");

    let submit = server.run(&["submit", "--all", "--macro", "web", "--download", "out"]);
    assert_eq!(submit.exit, 1, "one asset is damaged\n{}{}", submit.stdout, submit.stderr);
    assert_eq!(names(&server.path("out")), ["logo.png", "rocket.png"]);
    assert_eq!(dimensions(&server.path("out/rocket.png")), (200, 133));
    assert!(submit.stdout.contains("\nfailed    cut.jpg: "), "{}", submit.stdout);
    assert!(submit.stdout.contains("[DECODE_FAILED]"), "{}", submit.stdout);
    assert!(submit.stdout.ends_with(" in out\n"), "{}", submit.stdout);

    // The job can be watched again, from any point, and downloaded again.
    let job = submit.stdout.lines().next().unwrap();
    let all = server.run(&["watch", job, "--json"]);
    assert_eq!(all.exit, 1);
    let tail = server.run(&["watch", job, "--json", "--after", "3"]);
    let after_three: Vec<&str> = all.stdout.lines().skip(3).collect();
    assert_eq!(tail.stdout.lines().collect::<Vec<_>>(), after_three);
    let first: serde_json::Value =
        serde_json::from_str(all.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["sequence"], "1");
    assert_eq!(first["jobAccepted"]["total"], "3");
}

/// What is there already of a file is not fetched again, and what does not
/// belong to it is noticed by its checksum.
#[test]
fn a_download_goes_on_where_it_stopped_and_checks_the_whole() {
    let server = Server::start(&[("rocket.jpg", ROCKET)]);
    server.run(&["upload", "rocket.jpg"]);
    let submit = server.run(&["submit", "--all", "--fmt", "orig", "--watch"]);
    assert_eq!(submit.exit, 0, "{}{}", submit.stdout, submit.stderr);
    let job = submit.stdout.lines().next().unwrap();
    let digest: String = {
        use sha2::Digest as _;
        hex::encode(sha2::Sha256::digest(ROCKET))
    };
    let part = format!("out/.rocket.jpg.{}.part", &digest[..16]);
    std::fs::create_dir(server.path("out")).unwrap();

    std::fs::write(server.path(&part), &ROCKET[..50_000]).unwrap();
    let ran = server.run(&["download", job, "--out", "out"]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (0, ""));
    assert_eq!(std::fs::read(server.path("out/rocket.jpg")).unwrap(), ROCKET);
    assert_eq!(names(&server.path("out")), ["rocket.jpg"]);

    std::fs::remove_file(server.path("out/rocket.jpg")).unwrap();
    std::fs::write(server.path(&part), [0; 50_000]).unwrap();
    let ran = server.run(&["download", job, "--out", "out"]);
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.contains("arrived damaged"), "{}", ran.stderr);
    assert_eq!(names(&server.path("out")), Vec::<String>::new());
}

#[test]
fn all_problems_of_a_request_are_shown_together() {
    let server = Server::start(&[("rocket.jpg", ROCKET)]);
    server.run(&["upload", "rocket.jpg"]);
    let words = ["submit", "a|1", "zz", "--macro", "nope", "--modifier", "wdi=800&qlt=900"];
    let ran = server.run(&words);
    assert_eq!(ran.exit, 2);
    assert_eq!(ran.stdout, "");
    for part in [
        "export_job.asset_handle_array.items[1]: ",
        "error[UNKNOWN_MACRO]: ",
        "error[UNKNOWN_COMMAND]: ",
        "error[VALUE_OUT_OF_RANGE]: ",
        "1 | wdi=800&qlt=900\n  |             ^^^",
    ] {
        assert!(ran.stderr.contains(part), "{part}\n{}", ran.stderr);
    }
}

/// A watcher survives a crash of the server and shows every asset once.
#[test]
fn watch_goes_on_after_the_server_crashed() {
    let mut server = Server::start(&[("rocket.jpg", ROCKET)]);
    let mut upload = vec!["upload"];
    upload.extend(["rocket.jpg"; 12]);
    assert_eq!(server.run(&upload).exit, 0);
    let submit = server.run(&["submit", "--all", "--modifier", "wid=500&fmt=png"]);
    let job = submit.stdout.trim();
    let mut watch = offprint(server.dir.path(), &["watch", job])
        .env("OFFPRINT_SERVER", &server.address)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.by_ref().find(|line| line.starts_with("done")).unwrap();
    server.crash_and_restart();
    let mut done: Vec<String> =
        lines.filter(|line| line.starts_with("done")).chain([first]).collect();
    let output = watch.wait_with_output().unwrap();
    let remarks = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{remarks}");
    assert!(remarks.contains("lost the connection to the server"), "{remarks}");
    assert_eq!(done.len(), 12, "{done:#?}");
    done.sort();
    done.dedup_by_key(|line| line.split(" (").next().unwrap().to_string());
    assert_eq!(done.len(), 12, "an asset came twice: {done:#?}");
}

#[test]
fn presets_are_saved_changed_imported_listed_and_deleted() {
    let server = Server::start(&[("m.txt", b"small\twid=100\nWEB\twid=300&ts=1\nno tab here!\n")]);
    assert_eq!(server.run(&["presets", "save", "web", "wid=400"]).stdout, "saved $web$\n");
    let import = server.run(&["presets", "import", "m.txt"]);
    assert_eq!(import.exit, 0, "{}", import.stderr);
    assert!(import.stdout.contains("changed $WEB$, which was wid=400\n"), "{}", import.stdout);
    assert!(import.stdout.contains("  warning: "), "{}", import.stdout);
    let list = server.run(&["presets", "list"]).stdout;
    assert!(list.contains("wid=300&ts=1") && !list.contains("wid=400\n"), "{list}");
    let deleted = server.run(&["presets", "delete", "web"]);
    assert_eq!(deleted.stdout, "deleted $WEB$, which was wid=300&ts=1\n");
    let again = server.run(&["presets", "delete", "web"]);
    assert_eq!(again.exit, 2);
    assert_eq!(
        again.stderr,
        "error: there is no preset 'web'; `offprint presets list` shows all\n"
    );
}

#[test]
fn the_demo_writes_six_files_and_a_contact_sheet() {
    let dir = folder_with(&[]);
    let ran = run(&mut offprint(dir.path(), &["demo"]));
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(names(dir.path()), ["offprint-demo"]);
    let out = dir.path().join("offprint-demo");
    assert_eq!(
        names(&out),
        [
            "astronaut.png",
            "chelsea.png",
            "coffee.png",
            "contact-sheet.png",
            "hubble_deep_field.png",
            "logo.png",
            "rocket.png",
        ]
    );
    for name in names(&out).iter().filter(|name| !name.starts_with("contact")) {
        assert_eq!(dimensions(&out.join(name)), (500, 500), "{name}");
    }
    for part in ["[DECODE_FAILED]", "[UNSUPPORTED_ASSET_TYPE]", "grpcurl -plaintext -d "] {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
}
