//! What of the table of `fmt=` this version cannot write yet, or ever.

use super::{Compression, FileFormat, Format};

/// A value of `fmt=` that is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// As it is asked for, such as `fmt=heic`.
    pub value: String,
    pub why: &'static str,
}

impl FileFormat {
    /// What of it this version cannot write.
    pub fn unwritten(&self) -> Option<Unwritten> {
        let keyword = self.keyword();
        let not = |value, why| Some(Unwritten { value, why });
        match (self.format, self.compression) {
            (Format::Avif, Compression::Lossless) => not(
                format!("fmt={keyword},,lossless"),
                "the encoder rav1e cannot keep every level; webp and jpeg2000 can",
            ),
            (Format::Heic, _) => not(
                format!("fmt={keyword}"),
                "there is no HEVC encoder under a permissive licence; avif is its free successor",
            ),
            _ => None,
        }
    }
}

/// Every value of `fmt=` that this version cannot write, without repeats.
pub(in crate::modifiers) fn unwritten_values() -> Vec<String> {
    let mut found = Vec::new();
    for choice in FileFormat::choices() {
        for Unwritten { value, .. } in choice.variants().iter().filter_map(FileFormat::unwritten) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
    }
    found
}
