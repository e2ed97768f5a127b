//! The profiles that `icc=` and the settings can name: those of the folder
//! `profiles` in the data directory and those that are shipped.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::names::{self, Known};
use super::profile::{MAX_PROFILE_BYTES, Profile};

/// Folders inside folders that are looked into.
const DEPTH: usize = 4;

/// A profile that is built in: names it is found by, and the file.
struct Shipped {
    names: &'static [&'static str],
    file: &'static str,
    bytes: &'static [u8],
}

macro_rules! shipped {
    ($file:literal, $($name:literal),+) => {
        Shipped {
            names: &[$($name),+],
            file: $file,
            bytes: include_bytes!(concat!("../../assets/profiles/", $file)),
        }
    };
}

/// See `assets/profiles/LICENSES.md`. Those whose names are also in 01 §9.1 step
/// back when the folder has the original file.
const SHIPPED: &[Shipped] = &[
    shipped!("sRGB-v2-magic.icc", "sRGB", "sRGB IEC61966-2.1"),
    shipped!("sGrey-v2-magic.icc", "sGray", "sGrey"),
    shipped!("AdobeCompat-v2.icc", "AdobeRGB", "Adobe RGB (1998)", "AdobeCompat"),
    shipped!("DisplayP3-v2-magic.icc", "DisplayP3", "Display P3"),
    shipped!("ProPhoto-v2-magic.icc", "ProPhoto", "ProPhoto RGB"),
    shipped!("Rec2020-v4.icc", "Rec2020"),
    shipped!(
        "FOGRA39L_coated.icc",
        "CoatedFogra39",
        "Coated FOGRA39 (ISO 12647-2:2004)",
        "FOGRA39L"
    ),
    shipped!(
        "SWOP_TR003_coated_3.icc",
        "WebCoatedGrade3",
        "Web Coated SWOP 2006 Grade 3 Paper",
        "SWOP TR003"
    ),
];

/// A profile that can be named.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Identifier, or the file name of one that has none.
    pub name: String,
    /// Other names it is found by.
    pub others: Vec<String>,
    /// Path relative to the folder; of a shipped one its file name.
    pub file: String,
    pub shipped: bool,
    pub profile: Arc<Profile>,
}

/// A file of the folder that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Path relative to the folder.
    pub file: String,
    pub reason: String,
}

/// Why there is no profile of a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    #[error(
        "there is no colour profile {name:?}{}; put its .icc or .icm file into the folder \
         profiles of the data directory",
        hint(.nearest, .file)
    )]
    Unknown { name: String, nearest: Option<String>, file: Option<&'static str> },
    #[error("the colour profile {name:?} cannot be used: {reason}")]
    Broken { name: String, reason: String },
    #[error("{name:?} leads out of the folder of profiles; name a file inside it")]
    Outside { name: String },
}

fn hint(nearest: &Option<String>, file: &Option<&'static str>) -> String {
    match (nearest, file) {
        (Some(nearest), _) => format!(" (did you mean {nearest:?}?)"),
        (None, Some(file)) => format!(" ({file})"),
        (None, None) => String::new(),
    }
}

/// All profiles that can be named. Read once, at the start.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    entries: Vec<Entry>,
    broken: Vec<Broken>,
}

impl Profiles {
    /// The shipped profiles only.
    pub fn shipped() -> Profiles {
        let mut profiles = Profiles { entries: Vec::new(), broken: Vec::new() };
        for shipped in SHIPPED {
            let names = shipped.names.iter().map(|name| (*name).to_owned());
            profiles.add(names.collect(), shipped.file.to_owned(), true, shipped.bytes);
        }
        profiles
    }

    /// The shipped profiles and those of `folder`, which may be missing. Files
    /// that cannot be used are listed by [`broken`](Profiles::broken); the
    /// caller warns of them and goes on.
    pub fn read(folder: &Path) -> Profiles {
        let mut files = Vec::new();
        let mut profiles = Profiles { entries: Vec::new(), broken: Vec::new() };
        profiles.list(folder, Path::new(""), 0, &mut files);
        // the order of a directory is not the same everywhere
        files.sort();
        for file in files {
            let name = slashed(&file);
            match read_file(&folder.join(&file)) {
                Ok(bytes) => {
                    let names = names_of(&file);
                    profiles.add(names, name, false, bytes);
                }
                Err(reason) => profiles.broken.push(Broken { file: name, reason }),
            }
        }
        profiles.entries.extend(Profiles::shipped().entries);
        profiles
    }

    /// The profile of an identifier, a common name, a file name or a path
    /// inside the folder, as written or, failing that, in any case. The folder
    /// goes before what is shipped.
    pub fn find(&self, name: &str) -> Result<Arc<Profile>, NotFound> {
        let name = name.trim();
        let unix = name.replace('\\', "/");
        if unix.starts_with('/') || unix.split('/').any(|part| part == "..") {
            return Err(NotFound::Outside { name: name.to_owned() });
        }
        let unix = unix.trim_start_matches("./");
        let exact = |known: &str| known == unix;
        let any_case = |known: &str| known.eq_ignore_ascii_case(unix);
        let found = self.entry(exact).or_else(|| self.entry(any_case));
        if let Some(entry) = found {
            return Ok(entry.profile.clone());
        }
        let row = names::find(name);
        let files = || row.into_iter().flat_map(|row| row.files).chain([&unix]);
        let broken = self.broken.iter().find(|broken| {
            files().any(|file| {
                broken.file.eq_ignore_ascii_case(file)
                    || last(&broken.file).eq_ignore_ascii_case(file)
            })
        });
        if let Some(broken) = broken {
            let reason = format!("{}: {}", broken.file, broken.reason);
            return Err(NotFound::Broken { name: name.to_owned(), reason });
        }
        let nearest = if row.is_some() { None } else { self.nearest(unix) };
        let file = row.and_then(|row| row.files.first().copied());
        Err(NotFound::Unknown { name: name.to_owned(), nearest, file })
    }

    /// All profiles, those of the folder first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The files of the folder that cannot be used.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    fn entry(&self, matches: impl Fn(&str) -> bool) -> Option<&Entry> {
        let named = |entry: &&Entry| {
            matches(&entry.name) || entry.others.iter().any(|other| matches(other))
        };
        // a path is more precise than a file name, so it goes first
        self.entries
            .iter()
            .find(|entry| matches(&entry.file))
            .or_else(|| self.entries.iter().find(named))
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let own = self.entries.iter().flat_map(|entry| {
            std::iter::once(entry.name.as_str()).chain(entry.others.iter().map(String::as_str))
        });
        let lower = name.to_lowercase();
        own.map(|known| (strsim::osa_distance(&known.to_lowercase(), &lower), known))
            .filter(|(distance, known)| *distance <= 2 && *distance * 3 <= known.len())
            .min()
            .map(|(_, known)| known.to_owned())
    }

    fn add(
        &mut self,
        names: Vec<String>,
        file: String,
        shipped: bool,
        bytes: impl Into<Arc<[u8]>>,
    ) {
        match Profile::read(bytes) {
            Ok(profile) => {
                let mut names = names.into_iter();
                let name = names.next().unwrap_or_else(|| last(&file).to_owned());
                let others = names.collect();
                let profile = Arc::new(profile);
                self.entries.push(Entry { name, others, file, shipped, profile });
            }
            Err(error) => self.broken.push(Broken { file, reason: error.to_string() }),
        }
    }

    fn list(&mut self, folder: &Path, inside: &Path, depth: usize, files: &mut Vec<PathBuf>) {
        let entries = match std::fs::read_dir(folder.join(inside)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && depth == 0 => return,
            Err(error) => {
                let reason = format!("the folder cannot be read ({error})");
                self.broken.push(Broken { file: slashed(inside), reason });
                return;
            }
        };
        for entry in entries.flatten() {
            let path = inside.join(entry.file_name());
            // links are not followed: they could lead out of the folder
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && depth < DEPTH {
                self.list(folder, &path, depth + 1, files);
            } else if kind.is_file() && is_profile_name(&path) {
                files.push(path);
            }
        }
    }
}

/// Identifier and common name of the rows of 01 §9.1 with this file, then the
/// file's own name with and without extension.
fn names_of(file: &Path) -> Vec<String> {
    let Some(own) = file.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let has_file = |row: &&Known| row.files.iter().any(|file| file.eq_ignore_ascii_case(own));
    let known = names::KNOWN.iter().filter(has_file).flat_map(Known::names);
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or(own);
    known.map(str::to_owned).chain([own.to_owned(), stem.to_owned()]).collect()
}

fn is_profile_name(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        extension.eq_ignore_ascii_case("icc") || extension.eq_ignore_ascii_case("icm")
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let len = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if len > MAX_PROFILE_BYTES as u64 {
        return Err(format!(
            "it has {len} bytes, more than the limit of {MAX_PROFILE_BYTES} for a profile"
        ));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
