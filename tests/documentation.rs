//! The documents say what the code does.

use std::collections::BTreeSet;
use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "cli" && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "config.rs" {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.push(code.to_owned());
        }
    }
}

/// Reasons are words with an underscore in string literals; those few without
/// are named here.
#[test]
fn every_reason_is_documented() {
    let mut code = Vec::new();
    sources(Path::new("src"), &mut code);
    let mut reasons: BTreeSet<String> =
        ["POISON", "IGNORED", "COMPAT", "EXCEPTION"].map(str::to_owned).into();
    let other = [
        "OUT_DIR",
        "CARGO_MANIFEST_DIR",
        "CARGO_PKG_VERSION",
        "MIMALLOC_ARENA_EAGER_COMMIT",
        "ASSET_TYPE_",
        "JOB_LOG_TYPE_",
        "UNIMPLEMENTED_",
    ];
    for text in &code {
        for word in text.split('"').skip(1).step_by(2) {
            let is_reason = word.contains('_')
                && word.len() > 5
                && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
            if is_reason && !other.contains(&word) {
                reasons.insert(word.to_owned());
            }
        }
    }
    assert!(reasons.len() > 50, "{reasons:?}");
    let docs = include_str!("../docs/errors.md");
    let missing: Vec<_> = reasons.iter().filter(|r| !docs.contains(&format!("`{r}`"))).collect();
    assert!(missing.is_empty(), "docs/errors.md does not explain {missing:?}");
}

#[test]
fn commands_md_is_what_the_program_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md");
    let wanted = offprint::modifiers::commands::reference();
    // `WRITE_DOCS=1 cargo test --test documentation` writes it anew
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert!(found == wanted, "docs/commands.md is out of date: run 'offprint commands' into it");
}

/// Every command that is carried out on pixels has its picture.
#[test]
fn the_gallery_shows_every_command() {
    let page = include_str!("../docs/gallery.md");
    // of several layers, and what docs/formats.md shows
    let elsewhere = ["layer", "fmt", "sizeN"];
    let table = offprint::modifiers::commands::reference();
    let rows = table.lines().filter(|line| line.starts_with("| `") && line.ends_with("| runs |"));
    let names: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
    assert!(names.len() > 50, "{names:?}");
    let missing: Vec<&&str> = names
        .iter()
        .filter(|name| !elsewhere.contains(name) && !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "docs/gallery.md does not show {missing:?}");
}

#[test]
fn formats_md_is_what_the_program_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md");
    let wanted = offprint::capabilities::page();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert!(found == wanted, "docs/formats.md is out of date: run 'offprint formats' into it");
}

/// What the page calls refused is refused by the language, and the rest is taken.
#[test]
fn formats_are_written_as_the_page_says() {
    let taken = |value: &str| {
        let sources = offprint::modifiers::Sources { is_modifier: value, ..Default::default() };
        let macros = offprint::modifiers::Macros::new();
        let defaults = offprint::modifiers::Defaults::default();
        let strictness = offprint::modifiers::Strictness::Normal;
        offprint::modifiers::resolve(&sources, &macros, &defaults, strictness)
            .executable()
            .is_some()
    };
    let formats = offprint::capabilities::output_formats();
    assert_eq!(formats.len(), 21);
    for format in formats {
        for word in [&[format.keyword], &format.spellings[..]].concat() {
            assert_eq!(taken(&format!("fmt={word}")), format.written(), "{word}");
            for way in &format.compressions {
                assert!(taken(&format!("fmt={word},,{}", way.keyword())), "{word} {way:?}");
            }
        }
        for (value, _) in &format.refused {
            assert!(!taken(value), "{value}");
        }
    }
}
