//! Commands against a running server.

use super::{LOGO, ROCKET, Server, dimensions, folder_with, names, offprint, run};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

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

#[test]
fn logs_list_jobs_and_print_what_happened() {
    let server =
        Server::start(&[("rocket.jpg", ROCKET), ("cut.jpg", &ROCKET[..ROCKET.len() * 6 / 10])]);
    assert_eq!(server.run(&["logs"]).stdout, "no jobs\n");
    server.run(&["upload", "rocket.jpg", "cut.jpg"]);
    let submit = server.run(&["submit", "--all", "--modifier", "wid=20", "--watch"]);
    let job = submit.stdout.lines().next().unwrap();

    let list = server.run(&["logs"]);
    assert!(list.stdout.contains(job), "{}", list.stdout);
    assert!(list.stdout.contains("completed with errors"), "{}", list.stdout);

    let rows = server.run(&["logs", job]);
    assert_eq!((rows.exit, rows.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = rows.stdout.lines().collect();
    assert!(lines[0].ends_with("Z  begin export       The export has begun."), "{}", rows.stdout);
    assert!(lines.last().unwrap().contains("  end export         The export has ended: "));

    let failed = server.run(&["logs", job, "--type", "export-error", "--locale", "de"]);
    let [line] = failed.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{}", failed.stdout) };
    assert!(line.contains("export error       cut.jpg konnte nicht exportiert werden: "), "{line}");

    let asset = server.run(&["logs", "--asset", "a|1", "--json"]);
    let newest: serde_json::Value =
        serde_json::from_str(asset.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(newest["detail"]["logType"], "JOB_LOG_TYPE_FILE_END");
    assert_eq!(newest["jobHandle"], job);

    let wrong = server.run(&["logs", job, "--locale", "french"]);
    assert_eq!(wrong.exit, 2);
    assert!(wrong.stderr.contains("locale \"french\" is not a language"), "{}", wrong.stderr);
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
