//! Commands that need no server, and what they say when one is missing.

use super::{ROCKET, dimensions, folder_with, names, offprint, run};
use std::io::Write as _;
use std::process::Stdio;

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

/// Through the program itself, whose allocator is not that of the tests: openjp2 once
/// aborted in it alone.
#[test]
fn convert_writes_every_format() {
    let dir = folder_with(&[("rocket.jpg", ROCKET)]);
    for (format, start) in [
        ("jpeg", &b"\xff\xd8\xff"[..]),
        ("pjpeg,cmyk", b"\xff\xd8\xff"),
        ("png-alpha", b"\x89PNG"),
        ("png8", b"\x89PNG"),
        ("gif-alpha", b"GIF89a"),
        ("tif,,zip", b"II*\0"),
        ("pdf,,zip", b"%PDF-1.4"),
        ("eps,cmyk", b"%!PS-Adobe-3.0 EPSF-3.0"),
        ("webp-alpha", b"RIFF"),
        ("avif", b"\0\0\0"),
        ("jpeg2000", b"\0\0\0\x0cjP"),
        ("jpeg2000-alpha,,lossless", b"\0\0\0\x0cjP"),
        ("jpeg2000,gray", b"\0\0\0\x0cjP"),
        ("jpegxr,,lossless", b"II\xbc"),
    ] {
        let modifier = format!("wid=60&fmt={format}");
        let ran = run(&mut offprint(dir.path(), &["convert", "rocket.jpg", &modifier, "out"]));
        assert_eq!(ran.exit, 0, "{format}: {}", ran.stderr);
        let bytes = std::fs::read(dir.path().join("out")).unwrap();
        assert!(bytes.starts_with(start), "{format}: {:?}", &bytes[..8]);
    }
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
command  value   from                    instead of
fmt      jpeg    $web$ in is_modifier:9
qlt      80      $web$ in is_modifier:9
wid      50      is_modifier:15          100 (is_modifier:1), 400 ($web$ in is_modifier:9)
bgc      ffffff  default
resMode  sharp2  default

output   jpeg (image/jpeg, .jpg)
request  fmt=jpeg&qlt=80,0&wid=50
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
