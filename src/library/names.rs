//! Names of assets: safe, and numbered when they are taken.

use crate::error::{CallerError, Error};
use crate::jobs::vocabulary::asset_handle;
use crate::store::{self, Tx};

/// Most bytes of a file name or of one folder level, as on most disks.
const MAX_NAME_BYTES: usize = 255;

/// Refuses names that are no name of a file in a folder.
pub fn check_file_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the file needs a name, such as \"chair.jpg\"".into());
    }
    check_level(name)
}

/// A folder in its one spelling: no leading slash, one trailing slash; empty is
/// the root.
pub fn folder(text: &str) -> Result<String, String> {
    let mut folder = String::new();
    for level in text.split('/').filter(|level| !level.is_empty()) {
        check_level(level)?;
        folder.push_str(level);
        folder.push('/');
    }
    if folder.len() > 1024 {
        return Err(format!("the folder has {} bytes: at most 1024 are allowed", folder.len()));
    }
    Ok(folder)
}

fn check_level(name: &str) -> Result<(), String> {
    if name == "." || name == ".." {
        return Err(format!("{name:?} is not a name"));
    }
    if let Some(c) = name.chars().find(|c| matches!(c, '/' | '\\') || c.is_control()) {
        return Err(format!("{name:?} has a {c:?} in it: give a name without a path"));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(format!(
            "a name of {} bytes is too long: at most {MAX_NAME_BYTES} are allowed",
            name.len()
        ));
    }
    Ok(())
}

/// The refusal of a name that asset number `other` has.
pub(super) fn taken(name: &str, other: i64) -> CallerError {
    let message = format!("{name:?} is the name of asset {} already", asset_handle(other));
    CallerError::AlreadyExists { reason: "NAME_TAKEN", message }
}

/// The file name, or the one with the lowest free `-1`, `-2` … before its
/// extension.
pub(super) async fn free_file_name(
    tx: &mut Tx,
    (company, folder, file_name): (&str, &str, &str),
) -> Result<String, Error> {
    let (stem, extension) = match file_name.rfind('.') {
        Some(dot) if dot > 0 => file_name.split_at(dot),
        _ => (file_name, ""),
    };
    let name =
        |n: u64| if n == 0 { file_name.to_owned() } else { format!("{stem}-{n}{extension}") };
    let mut search = LowestFree::default();
    while let Some(n) = search.next() {
        let taken = store::assets::find_path(tx, company, folder, &name(n)).await?.is_some();
        search.answer(taken);
    }
    Ok(name(search.found))
}

/// The asset's name, or the name with the lowest free `-1`, `-2` ….
pub(super) async fn free_asset_name(
    tx: &mut Tx,
    company: &str,
    wanted: &str,
) -> Result<String, Error> {
    let name = |n: u64| if n == 0 { wanted.to_owned() } else { format!("{wanted}-{n}") };
    let mut search = LowestFree::default();
    while let Some(n) = search.next() {
        let taken = store::assets::named(tx, company, &name(n)).await?.is_some();
        search.answer(taken);
    }
    Ok(name(search.found))
}

/// Finds a free number below which all are taken, in few questions: doubling,
/// then halving. Where somebody removed numbers in between, it finds the end of
/// one of the taken stretches.
#[derive(Debug, Default)]
struct LowestFree {
    /// All questions so far up to this number were answered with "taken".
    taken_below: u64,
    /// The lowest number known to be free.
    free: Option<u64>,
    asked: u64,
    found: u64,
}

impl LowestFree {
    fn next(&mut self) -> Option<u64> {
        self.asked = match self.free {
            None if self.taken_below == 0 => 0,
            None => self.taken_below * 2 - 1,
            Some(free) if free <= self.taken_below => {
                self.found = free;
                return None;
            }
            Some(free) => self.taken_below + (free - self.taken_below) / 2,
        };
        Some(self.asked)
    }

    fn answer(&mut self, taken: bool) {
        if taken {
            self.taken_below = self.asked + 1;
        } else {
            self.free = Some(self.asked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lowest_free(taken: &[u64]) -> (u64, usize) {
        let mut search = LowestFree::default();
        let mut questions = 0;
        while let Some(n) = search.next() {
            questions += 1;
            search.answer(taken.contains(&n));
        }
        (search.found, questions)
    }

    #[test]
    fn the_lowest_free_number_is_found_in_few_questions() {
        assert_eq!(lowest_free(&[]), (0, 1));
        for count in [1, 2, 3, 5, 8, 100] {
            let taken: Vec<u64> = (0..count).collect();
            assert_eq!(lowest_free(&taken).0, count);
        }
        let (found, questions) = lowest_free(&(0..20_000).collect::<Vec<_>>());
        assert_eq!(found, 20_000);
        assert!(questions < 40, "{questions}");
    }

    #[test]
    fn names_with_a_path_are_refused() {
        for wrong in ["../x.jpg", "a/b.jpg", "a\\b.jpg", "..", ".", "", "a\0b", "a\nb"] {
            assert!(check_file_name(wrong).is_err(), "{wrong:?}");
        }
        for right in ["a%20b.jpg", "100%.jpg", "..jpg", "ünï cödé.png"] {
            assert_eq!(check_file_name(right), Ok(()), "{right:?}");
        }
    }

    proptest! {
        /// Whatever is given, a folder is refused or has a spelling that stays.
        #[test]
        fn a_folder_spelled_again_is_the_same(text in ".{0,40}|[a/. \\\\]{0,12}") {
            if let Ok(spelled) = folder(&text) {
                prop_assert_eq!(folder(&spelled), Ok(spelled.clone()));
                prop_assert!(spelled.is_empty() || spelled.ends_with('/'));
                prop_assert!(!spelled.starts_with('/') && !spelled.contains("//"));
                let levels: Vec<&str> = text.split('/').filter(|level| !level.is_empty()).collect();
                prop_assert_eq!(spelled.trim_end_matches('/'), levels.join("/"));
            }
        }
    }

    #[test]
    fn folders_have_one_spelling() {
        for (given, expected) in
            [("", ""), ("/", ""), ("Acme", "Acme/"), ("/Acme//x/", "Acme/x/"), ("a/b", "a/b/")]
        {
            assert_eq!(folder(given).as_deref(), Ok(expected));
        }
        assert!(folder("a/../b").is_err());
    }
}
