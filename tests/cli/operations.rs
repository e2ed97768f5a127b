//! What an operator does with a data directory: check it, copy it, bring it back.

use super::*;

/// Writes to the database as nobody should.
fn sql(data: &Path, statements: &[&'static str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}", data.join("offprint.db").display());
        let mut connection =
            <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.unwrap();
        for &statement in statements {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        sqlx::Connection::close(connection).await.unwrap();
    });
}

/// All files below a folder, with their paths from there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// A new file in the place of another: a second name of the old one keeps its bytes.
fn replace(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn fsck_finds_what_is_wrong_and_removes_only_what_nothing_names() {
    let mut server = Server::start(&[("rocket.jpg", ROCKET), ("logo.png", LOGO)]);
    server.run(&["upload", "rocket.jpg", "rocket.jpg", "logo.png"]);
    let submit = server.run(&["submit", "--all", "--modifier", "wid=20&fmt=png", "--watch"]);
    assert_eq!(submit.exit, 0, "{}", submit.stderr);
    let dir = server.dir.path().to_owned();
    let fsck = |words: &[&str]| {
        let mut all = vec!["fsck", "--data", "data"];
        all.extend(words);
        run(&mut offprint(&dir, &all))
    };
    let running = fsck(&[]);
    assert_eq!(running.exit, 2);
    assert!(running.stderr.contains("another offprint server"), "{}", running.stderr);
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let clean = fsck(&[]);
    assert_eq!(clean.exit, 0, "{}{}", clean.stdout, clean.stderr);
    assert!(clean.stdout.starts_with("3 assets, 2 originals, "), "{}", clean.stdout);
    assert!(clean.stdout.ends_with("1 job: all is well\n"), "{}", clean.stdout);

    let data = dir.join("data");
    let originals = files(&data.join("originals"));
    let logo = data.join("originals").join(
        originals
            .iter()
            .find(|path| std::fs::read(data.join("originals").join(path)).unwrap() == LOGO)
            .unwrap(),
    );
    let rocket = data.join("originals").join(
        originals
            .iter()
            .find(|path| std::fs::read(data.join("originals").join(path)).unwrap() == ROCKET)
            .unwrap(),
    );
    let mut flipped = LOGO.to_vec();
    flipped[1000] ^= 1;
    replace(&logo, &flipped);
    std::fs::remove_file(&rocket).unwrap();
    let output = data.join("outputs/1/0/1");
    replace(&output, b"short");
    let stray = "cd".repeat(32);
    std::fs::create_dir_all(data.join("originals/cd")).unwrap();
    std::fs::write(data.join("originals/cd").join(&stray), b"stray").unwrap();
    std::fs::write(data.join("outputs/1/0/7"), b"stray").unwrap();
    std::fs::write(data.join("outputs/.staging/3"), b"half").unwrap();
    sql(
        &data,
        &[
            "UPDATE job SET success = 7",
            "DELETE FROM event WHERE seq = 4",
            "UPDATE item SET state = 'failed' WHERE idx = 1",
            "UPDATE library_usage SET bytes = bytes + 5",
            "UPDATE counter SET value = 2 WHERE name = 'asset'",
            "INSERT INTO item (job_id, idx, handle, asset_id, state, attempt, released, \
             lease_until_ms, output_name, refusal) SELECT 9, idx, handle, asset_id, state, \
             attempt, released, lease_until_ms, output_name, refusal FROM item WHERE idx = 0",
        ],
    );
    let before = files(&data);
    let full = fsck(&[]);
    assert_eq!(full.exit, 1, "{}", full.stderr);
    let key = |path: &Path| path.strip_prefix(&data).unwrap().display().to_string();
    for wanted in [
        format!("{}: is damaged: its SHA-256 is", key(&logo)),
        format!("{}: is missing; of asset a|1, a|2\n", key(&rocket)),
        "outputs/1/0/1: has 5 bytes instead of".to_owned(),
        format!("originals/cd/{stray}: no asset has this file\n"),
        "outputs/1/0/7: no artifact has this file\n".to_owned(),
        "outputs/.staging/3: was being written".to_owned(),
        "job 1: items that are done: its books say 7, counted were 2\n".to_owned(),
        "job 1: items that failed: its books say 0, counted were 1\n".to_owned(),
        "job 1: events: its books say".to_owned(),
        "job 1, item 1: has an artifact although it is not done\n".to_owned(),
        "library of c|1: bytes: its books say".to_owned(),
        "counter asset: the highest number given out: its books say 2, counted were 3".to_owned(),
        "job 9: items of a job that is not there: its books say 0, counted were 1\n".to_owned(),
        "1 job: 13 findings\n".to_owned(),
    ] {
        assert!(full.stdout.contains(&wanted), "{wanted}\n{}", full.stdout);
    }
    assert_eq!(files(&data), before, "nothing is changed unless --repair says so");
    let quick = fsck(&["--quick"]);
    assert!(!quick.stdout.contains(&key(&logo)), "{}", quick.stdout);

    // a backup of it would not be whole, and says so
    let backup = run(&mut offprint(&dir, &["backup", "--data", "data", "--to", "b"]));
    assert_eq!(backup.exit, 1);
    assert!(backup.stderr.contains(&key(&rocket)), "{}", backup.stderr);
    assert!(!dir.join("b/offprint.db").exists());

    let repaired = fsck(&["--repair"]);
    assert_eq!(repaired.exit, 1);
    assert!(repaired.stdout.ends_with("13 findings, 3 put right\n"), "{}", repaired.stdout);
    let after = fsck(&[]);
    assert!(after.stdout.ends_with("10 findings\n"), "{}", after.stdout);
    assert_eq!(files(&data).len(), before.len() - 3);
}

#[test]
fn fsck_and_backup_want_a_data_directory() {
    let dir = folder_with(&[("x.txt", b"x")]);
    let ran = run(&mut offprint(dir.path(), &["fsck", "--data", "."]));
    assert_eq!(ran.exit, 2);
    assert!(ran.stderr.contains("no data directory of offprint"), "{}", ran.stderr);
    let ran = run(&mut offprint(dir.path(), &["backup", "--data", ".", "--to", "b"]));
    assert_eq!(ran.exit, 1);
    assert!(ran.stderr.contains("no data directory of offprint"), "{}", ran.stderr);
    assert_eq!(names(dir.path()), ["x.txt"]);
}

/// A backup in the middle of a job, while assets come and go, is whole: a server
/// on it finishes the job, and everything can be downloaded.
#[test]
fn a_backup_of_a_busy_server_comes_back_whole() {
    let mut server = Server::start(&[("rocket.jpg", ROCKET), ("logo.png", LOGO)]);
    let mut upload = vec!["upload"];
    upload.extend(["rocket.jpg"; 12]);
    assert_eq!(server.run(&upload).exit, 0);
    std::fs::create_dir_all(server.path("data/profiles")).unwrap();
    std::fs::write(server.path("data/profiles/house.icc"), b"a profile").unwrap();
    let submit = server.run(&["submit", "--all", "--modifier", "wid=500&fmt=png"]);
    let job = submit.stdout.trim().to_owned();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 12;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                server.run(&["upload", "logo.png", "--folder", "coming"]);
                number += 1;
                server.run(&["assets", "rm", "--permanently", &format!("a|{number}")]);
            }
        });
        for name in ["one", "two"] {
            let ran = run(&mut offprint(
                server.dir.path(),
                &["backup", "--data", "data", "--to", &format!("{name}/data")],
            ));
            assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let again =
        run(&mut offprint(server.dir.path(), &["backup", "--data", "data", "--to", "two/data"]));
    assert_eq!(again.exit, 1);
    assert!(again.stderr.contains("is not empty"), "{}", again.stderr);
    assert_eq!(server.run(&["watch", &job]).exit, 0, "the server went on");
    server.child.kill().unwrap();
    server.child.wait().unwrap();

    for name in ["one", "two"] {
        let home = server.path(name);
        let fsck = run(&mut offprint(&home, &["fsck", "--data", "data"]));
        assert_eq!(fsck.exit, 0, "{}{}", fsck.stdout, fsck.stderr);
        assert_eq!(std::fs::read(home.join("data/profiles/house.icc")).unwrap(), b"a profile");
        let (mut child, address) = serve(&home, "127.0.0.1:0");
        let ask = |words: &[&str]| run(offprint(&home, words).env("OFFPRINT_SERVER", &address));
        let watch = ask(&["watch", &job]);
        assert_eq!(watch.exit, 0, "{}{}", watch.stdout, watch.stderr);
        let download = ask(&["download", &job, "--out", "out"]);
        assert_eq!(download.exit, 0, "{}", download.stderr);
        let mut pictures = names(&home.join("out"));
        pictures.retain(|name| name.ends_with(".png"));
        assert_eq!(pictures.len(), 12, "{pictures:?}");
        assert_eq!(dimensions(&home.join("out").join(&pictures[0])).0, 500);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn assets_are_moved_listed_removed_and_restored() {
    let mut server = Server::start(&[("rocket.jpg", ROCKET), ("logo.png", LOGO)]);
    server.run(&["upload", "rocket.jpg", "logo.png", "--folder", "Acme"]);
    let moved = server.run(&["assets", "mv", "a|1", "a|2", "Acme/space"]);
    assert_eq!(
        (moved.exit, moved.stdout.as_str()),
        (0, "a|1  Acme/space/rocket.jpg: moved\na|2  Acme/space/logo.png: moved\n")
    );
    let folders = server.run(&["assets", "folders"]);
    assert!(folders.stdout.lines().nth(1).unwrap().starts_with("Acme/"), "{}", folders.stdout);
    let below = server.run(&["assets", "folders", "Acme", "--json"]);
    assert!(below.stdout.contains("\"Acme/space/\""), "{}", below.stdout);

    let removed = server.run(&["assets", "rm", "a|1", "a|9"]);
    assert_eq!((removed.exit, removed.stdout.lines().count()), (1, 1));
    assert!(removed.stderr.contains("a|9") && removed.stderr.contains("ASSET_NOT_FOUND"));
    let shown = server.run(&["assets", "show", "a|1"]).stdout;
    assert!(shown.contains("in the trash"), "{shown}");
    let trash = server.run(&["assets", "--trash"]).stdout;
    assert!(trash.contains("rocket.jpg") && !trash.contains("logo.png"), "{trash}");
    assert_eq!(server.run(&["assets", "restore", "a|1"]).exit, 0);
    assert_eq!(server.run(&["assets", "rm", "--permanently", "a|1"]).exit, 0);
    assert_eq!(server.run(&["assets", "show", "a|1"]).exit, 2);
    // its file waits for the sweeper: that is in order
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let fsck = run(&mut offprint(server.dir.path(), &["fsck", "--data", "data"]));
    assert_eq!(fsck.stdout, "1 asset, 1 original, 0 outputs, 0 jobs: all is well\n");
}
