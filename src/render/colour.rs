//! Embedded profiles to sRGB (cases O-05, O-07). Full colour management, with
//! `icc=` and CMYK, is a later issue.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::codecs::bitmap::{Bitmap, Channels};

/// Converts the colours of `bitmap` from its embedded profile to sRGB. An
/// error says why the profile was ignored; the pixels are then unchanged.
pub fn to_srgb(bitmap: &mut Bitmap, profile: &[u8]) -> Result<(), String> {
    let profile = ColorProfile::new_from_slice(profile)
        .map_err(|error| format!("the embedded colour profile is not valid ({error})"))?;
    match (profile.color_space, bitmap.channels.is_gray()) {
        (DataColorSpace::Rgb, false) => rgb(bitmap, &profile),
        (DataColorSpace::Gray, true) => gray(bitmap, &profile),
        (space, is_gray) => Err(format!(
            "the embedded colour profile is for {space:?}, but the picture is {}",
            if is_gray { "gray" } else { "RGB" }
        )),
    }
}

fn rgb(bitmap: &mut Bitmap, profile: &ColorProfile) -> Result<(), String> {
    if is_srgb(profile)? {
        return Ok(());
    }
    let layout = if bitmap.channels == Channels::Rgba { Layout::Rgba } else { Layout::Rgb };
    let mut converted = vec![0; bitmap.stride()];
    let transform = profile
        .create_transform_8bit(
            layout,
            &ColorProfile::new_srgb(),
            layout,
            TransformOptions::default(),
        )
        .map_err(unusable)?;
    for y in 0..bitmap.height {
        transform.transform(bitmap.row(y), &mut converted).map_err(unusable)?;
        bitmap.row_mut(y).copy_from_slice(&converted);
    }
    Ok(())
}

/// A gray profile is one curve: 256 values say it all.
fn gray(bitmap: &mut Bitmap, profile: &ColorProfile) -> Result<(), String> {
    let levels: Vec<u8> = (0..=255).collect();
    let mut curve = vec![0; 256 * 3];
    profile
        .create_transform_8bit(
            Layout::Gray,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions::default(),
        )
        .and_then(|transform| transform.transform(&levels, &mut curve))
        .map_err(unusable)?;
    for pixel in bitmap.data.chunks_exact_mut(bitmap.channels.count()) {
        pixel[0] = curve[usize::from(pixel[0]) * 3 + 1];
    }
    Ok(())
}

/// Whether the profile differs from sRGB by no more than rounding. Converting
/// would then only add noise.
fn is_srgb(profile: &ColorProfile) -> Result<bool, String> {
    let step = |index: u32| (index * 255 / 8) as u8;
    let colours: Vec<u8> = (0..9 * 9 * 9)
        .flat_map(|index| [step(index / 81), step(index / 9 % 9), step(index % 9)])
        .collect();
    let mut converted = vec![0; colours.len()];
    profile
        .create_transform_8bit(
            Layout::Rgb,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions::default(),
        )
        .and_then(|transform| transform.transform(&colours, &mut converted))
        .map_err(unusable)?;
    Ok(colours.iter().zip(&converted).all(|(before, after)| before.abs_diff(*after) <= 2))
}

fn unusable(error: moxcms::CmsError) -> String {
    format!("the embedded colour profile cannot be used ({error})")
}
