//! TIFF sources (TIFF 6.0, its supplements and technical notes, BigTIFF), first page.
//!
//! `directory` reads the fields, `page` and `chunks` what they say about the picture,
//! `stream` unpacks strips and tiles with `compression`, `fax` and `jpeg`, `samples` makes
//! 8 bits of any kind of sample, and `colour` pixels of samples with `palette`, `ycbcr` and
//! `lab`. `cell` does it for one strip or tile and `bands` for the rows of the picture.

mod bands;
mod cell;
mod chunks;
mod colour;
mod compression;
mod directory;
mod fax;
mod jpeg;
mod lab;
mod page;
mod palette;
mod samples;
mod stream;
#[cfg(test)]
mod tests;
mod ycbcr;

use super::bitmap::Area;
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};
use bands::Bands;
use page::Page;

/// The facts of the first page.
pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let page = Page::read(bytes)?;
    let mut info = source_info(Kind::Tiff, page.width, page.height, page.facts());
    info.has_alpha = page.alpha.is_some();
    info.associated_alpha = page.alpha.is_some_and(|(_, associated)| associated);
    Ok(info)
}

/// The whole first page and its profile.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let mut bands = Bands::open(bytes)?;
    let (_, height) = bands.size();
    let bitmap = bands.rows(0, height)?;
    Ok(Stored { profile: bands.profile(), ..Stored::new(bitmap) })
}

/// A part of the first page, which is inside of it, as it is stored. Strips and tiles above
/// and below are not unpacked.
pub(super) fn decode_area(bytes: &[u8], area: Area) -> Result<Stored, CodecError> {
    let mut bands = Bands::open(bytes)?;
    let bitmap = bands.rows(area.y, area.height)?.cut(Area { y: 0, ..area });
    Ok(Stored { profile: bands.profile(), ..Stored::new(bitmap) })
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Tiff, detail)
}

fn unsupported(detail: impl ToString) -> CodecError {
    CodecError::unsupported(Kind::Tiff, detail)
}
