//! JPEG 2000 sources (ISO/IEC 15444-1): JP2 files and bare codestreams.
//!
//! `hayro-jpeg2000` decodes. It trusts what a header claims about tiles,
//! precincts and code-blocks, and takes what is missing for empty, so
//! [`codestream::check`] reads the markers before it.

mod boxes;
mod codestream;

use hayro_jpeg2000::{ColorSpace, ComponentData, DecodeSettings, DecoderContext, Image};

use super::bitmap::{Bitmap, Channels, PixelType};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let file = boxes::read(bytes)?;
    let image = open(&bytes[..file.end])?;
    let channels = channels(&image, &file)?;
    let mut info = source_info(Kind::Jp2, image.width(), image.height(), exif::Exif::default());
    info.has_alpha = channels.has_alpha();
    info.associated_alpha = channels.has_alpha() && file.associated_alpha;
    info.resolution = file.resolution;
    Ok(info)
}

/// Components of any depth come back in 8 bits, rounded to the nearest;
/// subsampled ones are repeated up to full size; sYCC and YCCK are converted.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let file = boxes::read(bytes)?;
    let damage = codestream::check(&bytes[file.codestream.clone()])?;
    let image = open(&bytes[..file.end])?;
    let channels = channels(&image, &file)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(damaged)?;
    let components = decoded.components();
    let pixels = u64::from(image.width()) * u64::from(image.height());
    if components.len() != channels.count()
        || components.iter().any(|component| component.samples().len() as u64 != pixels)
    {
        let detail = format!(
            "{} components where the colour space has {}",
            components.len(),
            channels.count()
        );
        return Err(damaged(detail));
    }
    let mut bitmap = Bitmap::zeroed(image.width(), image.height(), channels);
    for (index, component) in components.iter().enumerate() {
        store(component, index, &mut bitmap);
    }
    let mut stored = Stored::new(bitmap);
    if let ColorSpace::Icc { profile, .. } = image.color_space() {
        stored.profile = Some(profile.clone());
    }
    stored.damage = damage;
    Ok(stored)
}

fn open(bytes: &[u8]) -> Result<Image<'_>, CodecError> {
    Image::new(bytes, &DecodeSettings::default()).map_err(damaged)
}

fn channels(image: &Image<'_>, file: &boxes::File) -> Result<Channels, CodecError> {
    let unsupported = |detail: &str| Err(CodecError::unsupported(Kind::Jp2, detail));
    if file.lab {
        return unsupported("cielab colours");
    }
    let pixel_type = match image.color_space() {
        ColorSpace::Gray => PixelType::Gray,
        ColorSpace::RGB => PixelType::Rgb,
        ColorSpace::CMYK => PixelType::Cmyk,
        // ICC.1 7.2: bytes 16 to 19 are the colour space of the data
        ColorSpace::Icc { profile, .. } => match profile.get(16..20) {
            Some(b"GRAY") => PixelType::Gray,
            Some(b"RGB ") => PixelType::Rgb,
            Some(b"CMYK") => PixelType::Cmyk,
            _ => return unsupported("colours of a profile that is not gray, rgb or cmyk"),
        },
        ColorSpace::Unknown { num_channels } => {
            return unsupported(&format!("{num_channels} components of no known colour space"));
        }
    };
    Ok(Channels::of(pixel_type, image.has_alpha()))
}

/// Writes one component into its place in every pixel.
fn store(component: &ComponentData, index: usize, bitmap: &mut Bitmap) {
    let greatest = (1u64 << component.bit_depth().clamp(1, 38)) - 1;
    let count = bitmap.channels.count();
    for (pixel, sample) in bitmap.data.chunks_exact_mut(count).zip(component.samples()) {
        // A decoder's sample is an integer (15444-1 E.1.1.2); the cast clamps below 0.
        let sample = ((sample + 0.5) as u64).min(greatest);
        pixel[index] = ((sample * 255 + greatest / 2) / greatest) as u8;
    }
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Jp2, detail)
}

#[cfg(test)]
mod tests;
