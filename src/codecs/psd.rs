//! Photoshop sources (Adobe Photoshop File Formats Specification, October 2013),
//! the merged picture only (02 5.1).
//!
//! Layers are never composed: what counts is the picture that Photoshop merges
//! and appends when it saves with "maximize compatibility".

mod fields;
mod layers;
mod merged;
mod pixels;
mod resources;
mod sections;
#[cfg(test)]
mod tests;

use super::bitmap::Channels;
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};
use merged::Merged;
use resources::Resources;
use sections::Sections;

/// Reads everything before the pixels. Refuses modes and depths that
/// Adobe's server refuses too, and files without a merged picture.
pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let file = File::read(bytes)?;
    let header = &file.sections.header;
    let mut info = source_info(Kind::Psd, header.width, header.height, exif::Exif::default());
    info.has_alpha = file.channels.has_alpha();
    info.resolution = file.resources.resolution;
    info.damage = file.damage;
    Ok(info)
}

/// The merged picture, 16 bits rounded to 8, and its profile. The caller has
/// held the size that [`probe`] said against its limits.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let file = File::read(bytes)?;
    let merged = Merged::open(&file.sections, file.channels.count())?;
    let bitmap = pixels::interleaved(&file.sections.header, file.channels, &merged)?;
    let mut stored = Stored::new(bitmap);
    stored.profile = file.resources.profile.map(<[u8]>::to_vec);
    Ok(stored)
}

struct File<'a> {
    sections: Sections<'a>,
    resources: Resources<'a>,
    channels: Channels,
    damage: Vec<String>,
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<File<'a>, CodecError> {
        let sections = Sections::read(bytes)?;
        let resources = Resources::read(sections.resources);
        if resources.without_merged {
            let detail = "it was saved without a merged picture; \
                          save it from photoshop with 'maximize compatibility'";
            return Err(CodecError::unsupported(Kind::Psd, detail));
        }
        let mut damage = Vec::new();
        if resources.broken {
            damage.push("the image resources are broken; some were ignored".to_owned());
        }
        let transparency = layers::merged_transparency(sections.layers).unwrap_or_else(|| {
            damage.push("the layers are broken; they were ignored".to_owned());
            false
        });
        let header = &sections.header;
        let colours = header.pixel_type.components();
        // Extra channels without this mark are saved selections or spot colours.
        let channels = Channels::of(header.pixel_type, transparency && header.channels > colours);
        Ok(File { sections, resources, channels, damage })
    }
}
