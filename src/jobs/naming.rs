//! Names of outputs (03 §4.3): chosen at submit in the order of the request,
//! so that they do not depend on which asset finishes first.

use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization as _;

/// Most bytes of a name.
const MAX_BYTES: usize = 200;

/// Names that Windows reserves, with or without an extension.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The name of a conversion: the file's stem with the extension of its format.
pub fn converted(file_name: &str, extension: &str) -> String {
    safe(stem(file_name), extension)
}

/// The name of an original: unchanged unless it is unsafe on some disk.
pub fn original(file_name: &str) -> String {
    let is_unsafe = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':');
    let harmless = !file_name.is_empty()
        && file_name.len() <= MAX_BYTES
        && !file_name.starts_with('.')
        && !file_name.contains(is_unsafe)
        && !is_device(file_name);
    if harmless {
        return file_name.to_owned();
    }
    let (stem, extension) = split(file_name);
    safe(stem, extension)
}

/// A name of these two parts without what is unsafe on some disk.
pub fn safe(stem: &str, extension: &str) -> String {
    let clean = |text: &str| text.chars().filter(|c| !removed(*c)).collect::<String>();
    finish(&clean(stem), &clean(extension))
}

/// A folder of the library as a folder of the outputs, with `/` at its end; empty for
/// the root.
pub fn folder(path: &str) -> String {
    path.split('/').filter(|level| !level.is_empty()).map(|level| safe(level, "") + "/").collect()
}

/// The stem of a file name.
pub fn stem(file_name: &str) -> &str {
    split(file_name).0
}

/// Stem, and extension with its dot. A leading dot starts no extension.
pub fn split(file_name: &str) -> (&str, &str) {
    match file_name.rfind('.') {
        Some(dot) if dot > 0 && !file_name[dot..].contains(['/', '\\']) => file_name.split_at(dot),
        _ => (file_name, ""),
    }
}

fn removed(c: char) -> bool {
    c.is_control() || "\\;/?:@&=+$,*\"<>|'{}%".contains(c)
}

fn is_device(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or("").trim_end();
    DEVICES.iter().any(|device| base.eq_ignore_ascii_case(device))
}

fn finish(stem: &str, extension: &str) -> String {
    let stem: String = stem.replace("..", "").nfc().collect();
    // blanks may hide another dot
    let stem = stem.trim_start_matches(|c: char| c == '.' || c.is_whitespace()).trim_end();
    let mut stem = if stem.is_empty() { "asset".to_owned() } else { stem.to_owned() };
    if is_device(&stem) {
        stem.push('_');
    }
    cut(&mut stem, MAX_BYTES.saturating_sub(extension.len()));
    stem + extension
}

fn cut(text: &mut String, max_bytes: usize) {
    let mut end = text.len().min(max_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

/// Hands out names that are unique without regard to case.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The suffix to try first for a wanted name.
    next: HashMap<String, u64>,
}

impl Names {
    /// Whether the name is free; then it is taken.
    pub fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_lowercase())
    }

    /// The name, perhaps behind a folder, or the name with the lowest free `-1`, `-2` …
    /// before its extension. Names of different folders are different.
    pub fn take_or_rename(&mut self, path: String) -> String {
        if self.take(&path) {
            return path;
        }
        let key = path.to_lowercase();
        let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
        let (stem, extension) = split(name);
        let mut number = self.next.get(&key).copied().unwrap_or(1);
        loop {
            let suffix = format!("-{number}{extension}");
            let mut candidate = stem.to_owned();
            cut(&mut candidate, MAX_BYTES.saturating_sub(suffix.len()));
            candidate.push_str(&suffix);
            candidate.insert_str(0, folder);
            number += 1;
            if self.take(&candidate) {
                self.next.insert(key, number);
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_03_4_3() {
        for (file_name, expected) in [
            ("fileToExport.jpg", "fileToExport.tiff"),
            ("a%20b.jpg", "a20b.tiff"),
            ("a b.jpg", "a b.tiff"),
            ("100%.jpg", "100.tiff"),
            ("../../etc/passwd", "etcpasswd.tiff"),
            ("..jpg", "asset.tiff"),
            (".hidden.jpg", "hidden.tiff"),
            ("CON.png", "CON_.tiff"),
            ("aux", "aux_.tiff"),
            ("Schu\u{308}he.png", "Sch\u{fc}he.tiff"),
            ("no extension", "no extension.tiff"),
            ("a.b.c.png", "a.b.c.tiff"),
            ("", "asset.tiff"),
        ] {
            assert_eq!(converted(file_name, ".tiff"), expected, "{file_name:?}");
        }
    }

    #[test]
    fn folders_are_safe_and_keep_their_levels() {
        for (path, expected) in
            [("", ""), ("Acme/x/", "Acme/x/"), ("a:b/../con/", "ab/asset/con_/"), ("/a//b", "a/b/")]
        {
            assert_eq!(folder(path), expected, "{path:?}");
        }
    }

    #[test]
    fn originals_keep_their_name_unless_it_is_unsafe() {
        for kept in ["a%20b.jpg", "100%.jpg", "it's, {really}.PNG", "a b"] {
            assert_eq!(original(kept), kept);
        }
        assert_eq!(original("..\\x.jpg"), "x.jpg");
        assert_eq!(original("a/b.jpg"), "ab.jpg");
        assert_eq!(original("NUL.jpg"), "NUL_.jpg");
    }

    #[test]
    fn collisions_are_numbered_in_order_and_without_regard_to_case() {
        let mut names = Names::default();
        let mut take = |name: &str| names.take_or_rename(name.to_owned());
        assert_eq!(take("logo.png"), "logo.png");
        assert_eq!(take("LOGO.png"), "LOGO-1.png");
        assert_eq!(take("logo-1.png"), "logo-1-1.png");
        assert_eq!(take("logo.png"), "logo-2.png");
        assert_eq!(take("x.y/logo"), "x.y/logo");
        assert_eq!(take("X.y/logo"), "X.y/logo-1");
    }

    #[test]
    fn a_hundred_thousand_equal_names_are_numbered_quickly() {
        let mut names = Names::default();
        let mut last = String::new();
        for _ in 0..100_000 {
            last = names.take_or_rename("x.jpg".to_owned());
        }
        assert_eq!(last, "x-99999.jpg");
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_folder(name in any::<String>(), extension in "(\\.[a-z]{3,4})?") {
            for safe in [converted(&name, &extension), original(&name)] {
                prop_assert!(!safe.is_empty() && safe.len() <= MAX_BYTES);
                prop_assert!(!safe.starts_with('.'));
                prop_assert!(!safe.contains(['/', '\\', '\0']));
            }
        }
    }
}
