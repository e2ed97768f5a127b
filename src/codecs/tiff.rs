//! TIFF sources (TIFF 6.0, its supplements and technical notes, BigTIFF), first page.
//!
//! `directory` reads the fields, `page` and `chunks` what they say about the picture,
//! `stream` unpacks strips and tiles with `compression`, `fax`, `jpeg` and `predictor`,
//! `samples` makes 8 bits of any kind of sample, and `colour` pixels of samples with `palette`, `ycbcr` and
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
mod predictor;
mod samples;
mod stream;
#[cfg(test)]
mod tests;
mod ycbcr;

use super::bitmap::{Area, Bitmap};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};
use bands::{Band, Bands};
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
    let bands = Bands::open(bytes)?;
    let facts = facts(&bands);
    Ok(Stored { bitmap: bands.collect()?, ..facts })
}

/// A part of the first page, which is inside of it, as it is stored. Strips and tiles above
/// and below are not unpacked.
pub(super) fn decode_area(bytes: &[u8], area: Area) -> Result<Stored, CodecError> {
    let mut bands = Bands::open(bytes)?;
    let facts = facts(&bands);
    bands.skip_to(area.y);
    bands.stop_at(area.y.saturating_add(area.height));
    if bands.size().0 == area.width {
        return Ok(Stored { bitmap: bands.collect()?, ..facts });
    }
    let mut part = Bitmap::zeroed(area.width, area.height, bands.channels());
    while let Some(Band { first_row, bitmap }) = bands.next()? {
        let rows = Area { y: 0, height: bitmap.height, ..area };
        part.paste_part(&bitmap, rows, 0, first_row - area.y);
    }
    Ok(Stored { bitmap: part, ..facts })
}

/// What is known of a picture before its pixels.
fn facts(bands: &Bands<'_>) -> Stored {
    let mut stored = Stored::new(Bitmap::zeroed(0, 0, bands.channels()));
    match bands.profile() {
        Some((profile, true)) => stored.profile = Some(profile.to_vec()),
        Some((_, false)) => stored.damage.push("the colour profile is cut off".into()),
        None => {}
    }
    stored
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Tiff, detail)
}

fn unsupported(detail: impl ToString) -> CodecError {
    CodecError::unsupported(Kind::Tiff, detail)
}
