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
    let other = ["OUT_DIR", "CARGO_MANIFEST_DIR", "ASSET_TYPE_", "UNIMPLEMENTED_"];
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

/// What the language refuses as not written is named in docs/formats.md, and each
/// keyword that is written has a row.
#[test]
fn formats_md_names_every_output() {
    let page = include_str!("../docs/formats.md");
    let outputs = page.split("## Outputs").nth(1).unwrap();
    for keyword in [
        "jpeg",
        "jpg",
        "pjpeg",
        "png",
        "png-alpha",
        "png8",
        "png8-alpha",
        "gif",
        "gif-alpha",
        "tif",
        "tif-alpha",
        "pdf",
        "eps",
        "webp",
        "webp-alpha",
        "avif",
        "avif-alpha",
        "jpeg2000",
        "jpeg2000-alpha",
        "jpegxr",
        "jpegxr-alpha",
        "heic",
    ] {
        let row = outputs.lines().find(|line| line.contains(&format!("`{keyword}`")));
        let row = row.unwrap_or_else(|| panic!("{keyword} has no row"));
        let sources = offprint::modifiers::Sources {
            is_modifier: &format!("fmt={keyword}"),
            ..Default::default()
        };
        let found = offprint::modifiers::resolve(
            &sources,
            &offprint::modifiers::Macros::new(),
            &offprint::modifiers::Defaults::default(),
            offprint::modifiers::Strictness::Normal,
        );
        let refused = row.contains("| refused");
        assert_eq!(found.executable().is_none(), refused, "{keyword}");
    }
}
