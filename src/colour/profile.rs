//! One ICC profile: read, checked, and asked what it can do.

use std::fmt;
use std::sync::Arc;

use super::device::{FromPcs, ToPcs};
pub use crate::codecs::bitmap::PixelType;

/// The most bytes that a profile may have. The largest in use have some 3 MB;
/// a JPEG can carry 16 MB.
pub const MAX_PROFILE_BYTES: usize = 16 << 20;

/// How colours that the destination does not have are replaced (01 §9; the
/// numbers 0 to 3 of the attribute `IccRenderIntent` are in this order).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Intent {
    Perceptual,
    /// Relative colorimetric, the default (ruling 6).
    #[default]
    Relative,
    Saturation,
    /// Absolute colorimetric: the paper's white is kept.
    Absolute,
}

impl Intent {
    pub const ALL: [Intent; 4] =
        [Intent::Perceptual, Intent::Relative, Intent::Saturation, Intent::Absolute];

    /// As `icc=` says it.
    pub fn name(self) -> &'static str {
        match self {
            Intent::Perceptual => "perceptual",
            Intent::Relative => "relative",
            Intent::Saturation => "saturation",
            Intent::Absolute => "absolute",
        }
    }

    /// The intent of a name as `icc=` says it.
    pub fn of_name(name: &str) -> Option<Intent> {
        Intent::ALL.into_iter().find(|intent| intent.name() == name)
    }

    /// Number of the table: absolute is computed from relative.
    fn table(self) -> u8 {
        match self {
            Intent::Perceptual => b'0',
            Intent::Relative | Intent::Absolute => b'1',
            Intent::Saturation => b'2',
        }
    }
}

/// What a device is, as the profile's header says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Input,
    Display,
    Output,
    Space,
}

/// Why bytes are no profile that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    #[error("it has {len} bytes, a profile has at least 132")]
    TooShort { len: usize },
    #[error("it has {len} bytes, more than the limit of {MAX_PROFILE_BYTES} for a profile")]
    TooLong { len: usize },
    #[error("it does not have the mark `acsp` of a profile")]
    NoProfile,
    #[error("it is cut off: its header says {declared} bytes, it has {len}")]
    CutOff { declared: u32, len: usize },
    #[error("its table of contents is damaged")]
    Contents,
    #[error(
        "it is a profile of the class {0:?}; an input, display, output or colour space profile is needed"
    )]
    Class(String),
    #[error("it is for the colours {0:?}; gray, rgb and cmyk can be used")]
    Space(String),
    #[error("it connects by {0:?}; it has to be xyz or lab")]
    Connection(String),
    #[error("it cannot be used for {direction}: {detail}")]
    Tables { direction: &'static str, detail: String },
}

/// A profile that was read.
#[derive(Clone)]
pub struct Profile {
    bytes: Arc<[u8]>,
    pixel_type: PixelType,
    description: String,
    pub(super) class: Class,
    pub(super) version: u8,
    pub(super) lab: bool,
    /// Tag, offset and length; inside the bytes.
    tags: Vec<([u8; 4], usize, usize)>,
    input: Result<(), ProfileError>,
    output: Result<(), ProfileError>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, len) = (self.pixel_type, self.bytes.len());
        write!(f, "Profile({:?}, {kind}, {len} bytes)", self.description)
    }
}

impl PartialEq for Profile {
    fn eq(&self, other: &Profile) -> bool {
        self.bytes == other.bytes
    }
}

impl Profile {
    /// Reads a profile. One that can be used in neither direction is an error.
    pub fn read(bytes: impl Into<Arc<[u8]>>) -> Result<Profile, ProfileError> {
        let bytes: Arc<[u8]> = bytes.into();
        let len = bytes.len();
        if len < 132 {
            return Err(ProfileError::TooShort { len });
        }
        if len > MAX_PROFILE_BYTES {
            return Err(ProfileError::TooLong { len });
        }
        if &bytes[36..40] != b"acsp" {
            return Err(ProfileError::NoProfile);
        }
        let number = |at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let declared = number(0);
        if declared as usize > len {
            return Err(ProfileError::CutOff { declared, len });
        }
        let word = |at: usize| String::from_utf8_lossy(&bytes[at..at + 4]).trim_end().to_owned();
        let class = match &bytes[12..16] {
            b"scnr" => Class::Input,
            b"mntr" => Class::Display,
            b"prtr" => Class::Output,
            b"spac" => Class::Space,
            _ => return Err(ProfileError::Class(word(12))),
        };
        let pixel_type = match &bytes[16..20] {
            b"GRAY" => PixelType::Gray,
            b"RGB " => PixelType::Rgb,
            b"CMYK" => PixelType::Cmyk,
            _ => return Err(ProfileError::Space(word(16))),
        };
        let lab = match &bytes[20..24] {
            b"XYZ " => false,
            b"Lab " => true,
            _ => return Err(ProfileError::Connection(word(20))),
        };
        let count = number(128) as usize;
        // 12 bytes each
        let contents = count
            .checked_mul(12)
            .and_then(|len| bytes.get(132..132 + len))
            .filter(|_| count <= 256)
            .ok_or(ProfileError::Contents)?;
        let mut tags = Vec::with_capacity(count);
        for entry in contents.chunks_exact(12) {
            let number = |at: usize| {
                u32::from_be_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]])
                    as usize
            };
            // a tag that reaches outside counts as missing
            if number(4).checked_add(number(8)).is_some_and(|end| end <= len) {
                tags.push(([entry[0], entry[1], entry[2], entry[3]], number(4), number(8)));
            }
        }
        let version = bytes[8];
        let mut profile = Profile {
            bytes,
            pixel_type,
            description: String::new(),
            class,
            version,
            lab,
            tags,
            input: Ok(()),
            output: Ok(()),
        };
        profile.description = profile.tag(b"desc").and_then(description).unwrap_or_default();
        profile.input = profile.to_pcs(Intent::Relative).map(|_| ());
        profile.output = profile.of_pcs(Intent::Relative).map(|_| ());
        match (&profile.input, &profile.output) {
            (Err(error), Err(_)) => Err(error.clone()),
            _ => Ok(profile),
        }
    }

    /// The profile as a file has it, to be embedded.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What colours it is for.
    pub fn pixel_type(&self) -> PixelType {
        self.pixel_type
    }

    /// Its own name for people; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether pictures can be read with it; the error says why not.
    pub fn check_input(&self) -> Result<(), ProfileError> {
        self.input.clone()
    }

    /// Whether pictures can be converted to it; the error says why not.
    pub fn check_output(&self) -> Result<(), ProfileError> {
        self.output.clone()
    }

    /// Whether the profile has this intent of its own as a destination. One
    /// without it uses its perceptual table, or has one for all (02 §4.1:
    /// dropped if the profile cannot honour it).
    pub fn has_intent(&self, intent: Intent) -> bool {
        match self.tag(b"B2A0") {
            Some(_) => self.tag(&[b'B', b'2', b'A', intent.table()]).is_some(),
            None => matches!(intent, Intent::Relative | Intent::Absolute),
        }
    }

    pub(super) fn tag(&self, name: &[u8; 4]) -> Option<&[u8]> {
        let (_, at, len) = self.tags.iter().find(|(tag, ..)| tag == name)?;
        self.bytes.get(*at..at + len)
    }

    /// The table for an intent, `A2B` or `B2A`, or the one for all.
    pub(super) fn table(&self, kind: &[u8; 3], intent: Intent) -> Option<&[u8]> {
        let [a, to, b] = *kind;
        self.tag(&[a, to, b, intent.table()]).or_else(|| self.tag(&[a, to, b, b'0']))
    }

    /// From the colours of the profile to XYZ.
    pub(super) fn to_pcs(&self, intent: Intent) -> Result<ToPcs, ProfileError> {
        ToPcs::read(self, intent)
            .map_err(|detail| ProfileError::Tables { direction: "reading pictures", detail })
    }

    /// From XYZ to the colours of the profile.
    pub(super) fn of_pcs(&self, intent: Intent) -> Result<FromPcs, ProfileError> {
        FromPcs::read(self, intent)
            .map_err(|detail| ProfileError::Tables { direction: "writing pictures", detail })
    }
}

/// The text of a `desc` or `mluc` element; of the latter the first language.
fn description(tag: &[u8]) -> Option<String> {
    let number = |at: usize| {
        let b = tag.get(at..at + 4)?;
        Some(u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
    };
    let text = if tag.starts_with(b"desc") {
        let bytes = tag.get(12..12usize.checked_add(number(8)?)?)?;
        String::from_utf8_lossy(bytes).into_owned()
    } else if tag.starts_with(b"mluc") && number(8)? > 0 {
        let (len, at) = (number(20)?, number(24)?);
        let bytes = tag.get(at..at.checked_add(len)?)?;
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|b| u16::from_be_bytes([b[0], b[1]])).collect();
        String::from_utf16_lossy(&units)
    } else {
        return None;
    };
    let text: String = text.chars().take(200).filter(|letter| !letter.is_control()).collect();
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests;
