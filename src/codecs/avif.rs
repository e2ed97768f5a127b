//! AVIF sources (AV1 pictures in HEIF files); the still picture of a sequence.
//!
//! The boxes are read here, the AV1 data by rav1d. Turns and cuts of the
//! container are obeyed, the orientation of its EXIF is not, as HEIF asks.

mod boxes;
mod container;
mod frame;
mod picture;
mod pixels;
mod property;
mod sequence;
#[cfg(test)]
mod tests;

use picture::{Coded, Picture};
use pixels::{Matrix, Place};

use super::bitmap::{Bitmap, Channels, PixelType};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

/// Why HEIC is refused.
pub(super) const NO_HEVC: &str =
    "heic is not decoded by this build, as no hevc decoder has a permissive licence";

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let picture = Picture::read(bytes)?;
    check_colours(&picture)?;
    let exif =
        exif::Exif { orientation: Some(picture.orientation), resolution: picture.resolution };
    let mut info = source_info(Kind::Avif, picture.area.width, picture.area.height, exif);
    info.has_alpha = picture.alpha.is_some();
    info.associated_alpha = picture.premultiplied;
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let picture = Picture::read(bytes)?;
    let (matrix, full_range) = check_colours(&picture)?;
    let colour = &picture.colour;
    let pixel_type = if colour.coding().monochrome { PixelType::Gray } else { PixelType::Rgb };
    let channels = Channels::of(pixel_type, picture.alpha.is_some());
    let mut bitmap = Bitmap::zeroed(colour.width, colour.height, channels);
    each_tile(bytes, &picture, colour, |frame, place| {
        pixels::paint_colours(frame, matrix, full_range, place, &mut bitmap)
    })?;
    if let Some(alpha) = &picture.alpha {
        let full_range = alpha.sequence.full_range;
        each_tile(bytes, &picture, alpha, |frame, place| {
            pixels::paint_alpha(frame, full_range, place, &mut bitmap)
        })?;
    }
    if picture.premultiplied {
        pixels::divide_by_alpha(&mut bitmap);
    }
    let mut stored = Stored::new(bitmap.cut(picture.area));
    stored.profile = picture.profile.and_then(|range| bytes.get(range)).map(<[u8]>::to_vec);
    Ok(stored)
}

/// Decodes tile after tile, so that only one is held next to the picture.
fn each_tile(
    bytes: &[u8],
    picture: &Picture,
    coded: &Coded,
    mut paint: impl FnMut(&frame::Frame, Place) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    for (index, id) in coded.tiles.iter().enumerate() {
        let data = picture.container.bytes(bytes, picture.container.item(*id)?)?;
        let (width, height) = (coded.tile_width, coded.tile_height);
        let frame = frame::decode(data, width, height, coded.coding())?;
        let (column, row) = (index as u32 % coded.columns, index as u32 / coded.columns);
        paint(&frame, Place { x: column * width, y: row * height })?;
    }
    Ok(())
}

/// The matrix and range of the colours. The container's word goes before that of
/// the AV1 data (AV1 Image File Format, 2.2.1).
fn check_colours(picture: &Picture) -> Result<(Matrix, bool), CodecError> {
    let sequence = &picture.colour.sequence;
    let (matrix, full_range) = match picture.colours {
        Some(colours) => (colours.matrix, colours.full_range),
        None => (sequence.matrix.into(), sequence.full_range),
    };
    if let Some(colours) = picture.colours
        && picture.profile.is_none()
    {
        match colours.transfer {
            // BT.709 and its like, sRGB, or not said: all are shown as sRGB
            1 | 2 | 6 | 13 | 14 | 15 => {}
            16 | 18 => return Err(unsupported("high dynamic range (pq or hlg)")),
            other => return Err(unsupported(format!("the transfer curve {other} of h.273"))),
        }
    }
    Ok((Matrix::of(matrix, sequence.coding)?, full_range))
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Avif, detail)
}

fn unsupported(detail: impl ToString) -> CodecError {
    CodecError::unsupported(Kind::Avif, detail)
}
