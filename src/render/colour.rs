//! The colours of a picture to sRGB (cases O-05, O-07), CMYK included.

use std::sync::{Arc, LazyLock};

use crate::codecs::bitmap::{Bitmap, PixelType, naive};
use crate::colour::transform::WrongPixelType;
use crate::colour::{Intent, Profile, Profiles, Transform, Transforms};

/// The shipped profiles of the output.
static SHIPPED: LazyLock<Profiles> = LazyLock::new(Profiles::shipped);
static TRANSFORMS: LazyLock<Transforms> = LazyLock::new(Transforms::default);

/// Converts `bitmap` from its embedded profile: RGB and CMYK to sRGB, gray to
/// gray with sRGB's curve. Where that cannot be done, the second value says
/// why; the colours then stay as they are, but CMYK is converted by the plain
/// formula.
pub fn to_srgb(
    bitmap: Bitmap,
    profile: Option<&[u8]>,
) -> Result<(Bitmap, Option<String>), WrongPixelType> {
    let (bitmap, ignored) =
        match profile.map(|profile| transform(profile, bitmap.channels.pixel_type())) {
            None => (bitmap, None),
            Some(Err(reason)) => (bitmap, Some(reason)),
            Some(Ok(transform)) => (transform.apply(bitmap, false)?, None),
        };
    let bitmap = match bitmap.channels.pixel_type() {
        PixelType::Cmyk => naive::convert(bitmap, PixelType::Rgb),
        PixelType::Gray | PixelType::Rgb => bitmap,
    };
    Ok((bitmap, ignored))
}

fn transform(profile: &[u8], pixel_type: PixelType) -> Result<Arc<Transform>, String> {
    let profile = Profile::read(profile)
        .map_err(|error| format!("the embedded colour profile is not valid ({error})"))?;
    if profile.pixel_type() != pixel_type {
        let found = profile.pixel_type();
        return Err(format!(
            "the embedded colour profile is for {found} pixels, but the picture is {pixel_type}"
        ));
    }
    let name = if pixel_type == PixelType::Gray { "sGray" } else { "sRGB" };
    let destination = SHIPPED.find(name).map_err(|error| error.to_string())?;
    TRANSFORMS
        .get(&Arc::new(profile), &destination, Intent::Relative, true)
        .map_err(|error| format!("the embedded colour profile cannot be used ({error})"))
}
