//! Which profile a picture comes from, which it goes to, and how (01 §9,
//! 02 §4.1, ruling 20): decisions only, no pixels.

use std::sync::Arc;

use super::profile::{Intent, PixelType, Profile};
use super::profiles::{NotFound, Profiles};

/// Name of a profile as [`Profiles::find`] takes it.
pub type ProfileName = String;

/// What holds where a request and its pictures say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColourDefaults {
    /// Output profile of each pixel type (`IccProfileRGB`, …).
    pub rgb: Option<ProfileName>,
    pub gray: Option<ProfileName>,
    pub cmyk: Option<ProfileName>,
    /// Profile of sources that have none embedded (`IccProfileSrcRGB`, …).
    pub src_rgb: Option<ProfileName>,
    pub src_gray: Option<ProfileName>,
    pub src_cmyk: Option<ProfileName>,
    pub intent: Intent,
    /// Black point compensation.
    pub black_point: bool,
    /// Error diffusion.
    pub dither: bool,
}

impl Default for ColourDefaults {
    /// RGB is sRGB; gray and CMYK have no profile unless a file or the
    /// configuration says one. Ruling 6 for the rest.
    fn default() -> ColourDefaults {
        ColourDefaults {
            rgb: Some("sRGB".into()),
            gray: None,
            cmyk: None,
            src_rgb: None,
            src_gray: None,
            src_cmyk: None,
            intent: Intent::Relative,
            black_point: true,
            dither: false,
        }
    }
}

/// The profiles that the names of [`ColourDefaults`] stand for.
#[derive(Debug, Clone, Default)]
pub struct DefaultProfiles {
    /// Gray, RGB, CMYK.
    output: [Option<Arc<Profile>>; 3],
    source: [Option<Arc<Profile>>; 3],
}

/// A default that cannot be used: a fault of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefaultError {
    #[error("the default {key}: {error}")]
    NotFound { key: &'static str, error: NotFound },
    #[error("the default {key} is {name:?}, a profile for {found}; one for {wanted} is needed")]
    PixelType { key: &'static str, name: String, found: PixelType, wanted: PixelType },
    #[error("the default {key} is {name:?}: {reason}")]
    Unusable { key: &'static str, name: String, reason: String },
}

impl ColourDefaults {
    /// Looks the names up, at the start.
    pub fn profiles(&self, profiles: &Profiles) -> Result<DefaultProfiles, DefaultError> {
        let find = |key, name: &Option<String>, wanted: PixelType, is_output: bool| {
            let Some(name) = name else { return Ok(None) };
            let profile =
                profiles.find(name).map_err(|error| DefaultError::NotFound { key, error })?;
            let name = name.clone();
            if profile.pixel_type() != wanted {
                let found = profile.pixel_type();
                return Err(DefaultError::PixelType { key, name, found, wanted });
            }
            let usable = if is_output { profile.check_output() } else { profile.check_input() };
            match usable {
                Ok(()) => Ok(Some(profile)),
                Err(error) => Err(DefaultError::Unusable { key, name, reason: error.to_string() }),
            }
        };
        use PixelType::{Cmyk, Gray, Rgb};
        Ok(DefaultProfiles {
            output: [
                find("output profile for gray", &self.gray, Gray, true)?,
                find("output profile for rgb", &self.rgb, Rgb, true)?,
                find("output profile for cmyk", &self.cmyk, Cmyk, true)?,
            ],
            source: [
                find("source profile for gray", &self.src_gray, Gray, false)?,
                find("source profile for rgb", &self.src_rgb, Rgb, false)?,
                find("source profile for cmyk", &self.src_cmyk, Cmyk, false)?,
            ],
        })
    }
}

fn index(pixel_type: PixelType) -> usize {
    match pixel_type {
        PixelType::Gray => 0,
        PixelType::Rgb => 1,
        PixelType::Cmyk => 2,
    }
}

/// A picture as it was decoded.
#[derive(Debug, Clone)]
pub struct Source {
    pub pixel_type: PixelType,
    /// The profile in the file, if it can be read.
    pub embedded: Option<Arc<Profile>>,
}

/// `icc=` with the profile that its name stands for; parts that the request
/// leaves out are `None`.
#[derive(Debug, Clone)]
pub struct Icc {
    pub profile: Arc<Profile>,
    pub intent: Option<Intent>,
    pub black_point: Option<bool>,
    pub dither: Option<bool>,
}

/// What the request says about the colours of the output.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    pub icc: Option<&'a Icc>,
    /// Second argument of `fmt=`.
    pub pixel_type: Option<PixelType>,
    /// `req=mask`.
    pub is_mask: bool,
    /// Pixel types that the file format can hold, and its name.
    pub format: Option<(&'a str, &'a [PixelType])>,
}

/// What is to happen to the colours of all pictures of a request.
#[derive(Debug, Clone)]
pub struct Decision {
    pub output: PixelType,
    /// The output's profile: to convert to and, if asked for, to embed. Without
    /// one, conversion is naive and there is nothing to embed.
    pub profile: Option<Arc<Profile>>,
    /// Profile of each source, in their order; without one, conversion is naive.
    pub sources: Vec<Option<Arc<Profile>>>,
    /// The sources have different colours, so that each is converted before
    /// they are merged instead of once at the end.
    pub before_merging: bool,
    pub intent: Intent,
    pub black_point: bool,
    pub dither: bool,
}

/// A request that contradicts itself (ruling 20).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error(
        "fmt asks for {fmt} pixels, but the profile of icc is for {icc}; leave one of them out"
    )]
    FmtAndIcc { fmt: PixelType, icc: PixelType },
    #[error("{format} files cannot hold {pixel_type} pixels; fmt={} can", alternative(.pixel_type))]
    Format { format: String, pixel_type: PixelType },
    #[error("the profile {name:?} of icc: {reason}")]
    Output { name: String, reason: String },
}

fn alternative(pixel_type: &PixelType) -> &'static str {
    match pixel_type {
        PixelType::Cmyk => "jpeg or fmt=tif",
        PixelType::Gray | PixelType::Rgb => "tif",
    }
}

/// Decides the colours of a request. `sources` are its pictures, the base layer
/// first; a request without pictures has none.
pub fn decide(
    sources: &[Source],
    wanted: &Wanted<'_>,
    settings: &ColourDefaults,
    defaults: &DefaultProfiles,
) -> Result<Decision, Conflict> {
    let output = output_type(wanted)?;
    let inputs: Vec<_> = sources.iter().map(|source| input_profile(source, defaults)).collect();
    let profile = match wanted.icc {
        Some(icc) => {
            icc.profile.check_output().map_err(|error| Conflict::Output {
                name: icc.profile.description().to_owned(),
                reason: error.to_string(),
            })?;
            Some(icc.profile.clone())
        }
        None => defaults.output[index(output)].clone().or_else(|| {
            let embedded = sources.first()?.embedded.as_ref()?;
            let fits = embedded.pixel_type() == output && embedded.check_output().is_ok();
            fits.then(|| embedded.clone())
        }),
    };
    let kinds = || sources.iter().map(|source| source.pixel_type).zip(&inputs);
    let before_merging = kinds().zip(kinds().skip(1)).any(|(one, next)| one != next);
    let icc = wanted.icc;
    let asked = icc.and_then(|icc| icc.intent).unwrap_or(settings.intent);
    Ok(Decision {
        output,
        profile,
        sources: inputs,
        before_merging,
        intent: asked,
        black_point: icc.and_then(|icc| icc.black_point).unwrap_or(settings.black_point),
        dither: icc.and_then(|icc| icc.dither).unwrap_or(settings.dither),
    })
}

fn output_type(wanted: &Wanted<'_>) -> Result<PixelType, Conflict> {
    let icc = wanted.icc.map(|icc| icc.profile.pixel_type());
    if let (Some(icc), Some(fmt)) = (icc, wanted.pixel_type)
        && icc != fmt
    {
        return Err(Conflict::FmtAndIcc { fmt, icc });
    }
    let usual = if wanted.is_mask { PixelType::Gray } else { PixelType::Rgb };
    let output = icc.or(wanted.pixel_type).unwrap_or(usual);
    match wanted.format {
        Some((format, types)) if !types.contains(&output) => {
            Err(Conflict::Format { format: format.to_owned(), pixel_type: output })
        }
        _ => Ok(output),
    }
}

fn input_profile(source: &Source, defaults: &DefaultProfiles) -> Option<Arc<Profile>> {
    let fits = |profile: &&Arc<Profile>| {
        profile.pixel_type() == source.pixel_type && profile.check_input().is_ok()
    };
    let index = index(source.pixel_type);
    source
        .embedded
        .as_ref()
        .filter(fits)
        .or_else(|| defaults.source[index].as_ref())
        .or_else(|| defaults.output[index].as_ref().filter(fits))
        .cloned()
}

#[cfg(test)]
mod tests;
