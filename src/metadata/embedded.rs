//! The metadata of a picture file, whatever its container.

use super::paths::{self, EmbeddedPath};
use super::resources::{self, Resource};
use super::xmp::Xmp;
use super::{jpeg, png, psd, tiff, webp};

/// What a file carries beside its pixels, as far as an export copies or obeys it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    pub xmp: Option<Xmp>,
    /// Relative to the stored pixels: [`EmbeddedPath::upright`] turns them as the
    /// file's orientation turns the picture.
    pub paths: Vec<EmbeddedPath>,
    /// Name of one of the paths, mostly.
    pub clipping_path: Option<String>,
}

/// Reads the metadata of a JPEG, TIFF, BigTIFF, PNG, WebP, PSD or PSB file, known
/// by its first bytes. Never fails: other files have none, damaged ones less. Of
/// several pictures in a TIFF file the first counts.
pub fn read(bytes: &[u8]) -> Metadata {
    if bytes.starts_with(b"\xff\xd8\xff") {
        jpeg::read(bytes)
    } else if bytes.starts_with(b"II") || bytes.starts_with(b"MM") {
        tiff::read(bytes)
    } else if bytes.starts_with(b"8BPS") {
        psd::read(bytes)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Metadata { xmp: png::xmp(bytes), ..Metadata::default() }
    } else if bytes.starts_with(b"RIFF") {
        Metadata { xmp: webp::xmp(bytes), ..Metadata::default() }
    } else {
        Metadata::default()
    }
}

impl Metadata {
    /// Of the container's own XMP and its image resource blocks.
    pub(super) fn new(xmp: Option<Xmp>, blocks: &[u8]) -> Metadata {
        let resources = resources::read(blocks);
        Metadata {
            // the container's own packet is the one that programs keep up to date
            xmp: xmp.or_else(|| packet(&resources)),
            paths: paths::read(&resources),
            clipping_path: paths::clipping_path(&resources),
        }
    }

    /// The first path of that name.
    pub fn path(&self, name: &str) -> Option<&EmbeddedPath> {
        self.paths.iter().find(|path| path.name == name)
    }
}

fn packet(resources: &[Resource<'_>]) -> Option<Xmp> {
    let resource = resources.iter().find(|resource| resource.id == resources::XMP)?;
    Xmp::new(resource.data)
}
