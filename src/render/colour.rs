//! From the colours of the source to those of the output (01 §9, 02 §1 V5).

use std::sync::{Arc, LazyLock};

use super::RenderError;
use crate::codecs::bitmap::{Bitmap, PixelType, naive};
use crate::colour::decide::{
    ColourDefaults, DefaultError, DefaultProfiles, Icc, Source, Wanted, decide,
};
use crate::colour::{Intent, Profile, Profiles, Transforms};
use crate::modifiers::plan::{self, Plan, RequestKind};

/// The profiles that can be named, the company's defaults, and transforms that
/// were made before.
#[derive(Debug, Default)]
pub struct Colours {
    profiles: Profiles,
    settings: ColourDefaults,
    defaults: DefaultProfiles,
    transforms: Transforms,
}

/// Those of a program without configuration: the shipped profiles.
static SHIPPED: LazyLock<Colours> = LazyLock::new(|| {
    // the default names are those of shipped profiles
    Colours::new(Profiles::shipped(), ColourDefaults::default()).unwrap_or_default()
});

impl Colours {
    /// Looks up the default profiles; an error says which setting is wrong.
    pub fn new(profiles: Profiles, settings: ColourDefaults) -> Result<Colours, DefaultError> {
        let defaults = settings.profiles(&profiles)?;
        Ok(Colours { profiles, settings, defaults, transforms: Transforms::default() })
    }

    /// The shipped profiles and no settings.
    pub fn shipped() -> &'static Colours {
        &SHIPPED
    }

    /// The profiles that can be named.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }
}

/// A picture in the colours of the output.
pub(super) struct Converted {
    pub bitmap: Bitmap,
    /// Its profile, to embed; `None` where the numbers have no known meaning.
    pub profile: Option<Arc<Profile>>,
    /// Why the embedded profile of the source was not used.
    pub ignored: Option<String>,
    /// CMYK was converted by the plain formula for want of a profile.
    pub cmyk_by_formula: bool,
}

/// Converts `bitmap`, whose source had pixels of the type `source` and the
/// profile `embedded`. Operations may have made RGB of it meanwhile; its colours
/// are then of no known space (01 §9).
pub(super) fn to_output(
    bitmap: Bitmap,
    source: PixelType,
    embedded: Option<&[u8]>,
    plan: &Plan,
    colours: &Colours,
) -> Result<Converted, RenderError> {
    let (embedded, ignored) = match embedded.map(|bytes| read(bytes, source)) {
        None => (None, None),
        Some(Ok(profile)) => (Some(Arc::new(profile)), None),
        Some(Err(reason)) => (None, Some(reason)),
    };
    let output = &plan.output;
    let icc = match &output.colour.profile {
        None => None,
        Some(name) => Some(Icc {
            profile: colours
                .profiles
                .find(name)
                .map_err(|e| RenderError::Profile(e.to_string()))?,
            intent: None,
            black_point: None,
            dither: None,
        }),
    };
    let types: Vec<PixelType> =
        [plan::PixelType::Gray, plan::PixelType::Rgb, plan::PixelType::Cmyk]
            .into_iter()
            .filter(|pixel_type| output.format.takes(*pixel_type))
            .map(pixels)
            .collect();
    let wanted = Wanted {
        icc: icc.as_ref(),
        pixel_type: output.format.pixel_type.map(pixels),
        is_mask: plan.request.kind == RequestKind::Mask,
        format: Some((output.format.keyword(), &types)),
    };
    let sources = [Source { pixel_type: source, embedded }];
    let decision = decide(&sources, &wanted, &colours.settings, &colours.defaults)
        .map_err(|conflict| RenderError::Profile(conflict.to_string()))?;

    // operations that made RGB of it left its space behind
    let still = bitmap.channels.pixel_type() == source;
    let from = decision.sources.first().cloned().flatten().filter(|_| still);
    let intent = match output.colour.intent {
        plan::Intent::Perceptual => Intent::Perceptual,
        plan::Intent::Relative => Intent::Relative,
        plan::Intent::Saturation => Intent::Saturation,
        plan::Intent::Absolute => Intent::Absolute,
    };
    let black_point = output.colour.black_point;
    let convert = |bitmap: Bitmap, from: &Arc<Profile>, to: &Arc<Profile>| {
        let transform = colours
            .transforms
            .get(from, to, intent, black_point)
            .map_err(|error| RenderError::Profile(error.to_string()))?;
        let dither = output.colour.dither;
        transform.apply(bitmap, dither).map_err(|error| RenderError::Profile(error.to_string()))
    };
    let is_cmyk = bitmap.channels.pixel_type() == PixelType::Cmyk;
    let cmyk_by_formula = is_cmyk && from.is_none() && decision.output != PixelType::Cmyk;
    let bitmap = match (&from, &decision.profile) {
        (Some(from), Some(to)) => convert(bitmap, from, to)?,
        // the plain formulas are meant for the colours of a screen
        (Some(from), None) if decision.output != source => match colours.profiles.find("sRGB") {
            Ok(screen) => convert(bitmap, from, &screen)?,
            Err(_) => bitmap,
        },
        _ => bitmap,
    };
    Ok(Converted {
        bitmap: naive::convert(bitmap, decision.output),
        profile: decision.profile,
        ignored,
        cmyk_by_formula,
    })
}

/// Converts CMYK to sRGB before it is rendered.
pub(super) fn to_screen(
    bitmap: Bitmap,
    source: PixelType,
    embedded: Option<&[u8]>,
    plan: &Plan,
    colours: &Colours,
) -> Result<Converted, RenderError> {
    let mut screen = Plan::default();
    screen.output.colour =
        plan::ColourOutput { profile: Some("sRGB".into()), ..plan.output.colour.clone() };
    to_output(bitmap, source, embedded, &screen, colours)
}

fn read(bytes: &[u8], source: PixelType) -> Result<Profile, String> {
    let profile = Profile::read(bytes)
        .map_err(|error| format!("the embedded colour profile is not valid ({error})"))?;
    let found = profile.pixel_type();
    if found != source {
        return Err(format!(
            "the embedded colour profile is for {found} pixels, but the picture is {source}"
        ));
    }
    profile
        .check_input()
        .map_err(|error| format!("the embedded colour profile cannot be used ({error})"))?;
    Ok(profile)
}

/// The language's pixel type as pixels have it.
pub(super) fn pixels(pixel_type: plan::PixelType) -> PixelType {
    match pixel_type {
        plan::PixelType::Rgb => PixelType::Rgb,
        plan::PixelType::Gray => PixelType::Gray,
        plan::PixelType::Cmyk => PixelType::Cmyk,
    }
}
