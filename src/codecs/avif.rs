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
use property::Colours;

use super::bitmap::{Bitmap, Channels, PixelType};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

/// Why HEIC is refused.
pub(super) const NO_HEVC: &str =
    "heic is not decoded by this build, as no hevc decoder has a permissive licence";

const DISPLAY_P3: &[u8] = include_bytes!("../../assets/profiles/DisplayP3-v2-magic.icc");
const REC2020: &[u8] = include_bytes!("../../assets/profiles/Rec2020-v4.icc");

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
    let (matrix, profile) = check_colours(&picture)?;
    let full_range = picture.colours.full_range;
    let colour = &picture.colour;
    let pixel_type = if colour.coding().monochrome { PixelType::Gray } else { PixelType::Rgb };
    let channels = Channels::of(pixel_type, picture.alpha.is_some());
    let mut bitmap = Bitmap::zeroed(colour.width, colour.height, channels);
    each_tile(bytes, &picture, colour, |frame, place| {
        pixels::paint_colours(frame, matrix, full_range, place, &mut bitmap)
    })?;
    if let Some(alpha) = &picture.alpha {
        let full_range = alpha.sequence.colours.full_range;
        each_tile(bytes, &picture, alpha, |frame, place| {
            pixels::paint_alpha(frame, full_range, place, &mut bitmap)
        })?;
    }
    if picture.premultiplied {
        pixels::divide_by_alpha(&mut bitmap);
    }
    let embedded = picture.profile.and_then(|range| bytes.get(range));
    if bitmap.channels.is_gray() && embedded.and_then(|icc| icc.get(16..20)) == Some(b"RGB ") {
        bitmap = bitmap.to_rgb();
    }
    let mut stored = Stored::new(bitmap.cut(picture.area));
    stored.profile = embedded.or(profile).map(<[u8]>::to_vec);
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

/// The matrix of the colours, and the profile that stands for their numbers of
/// ITU-T H.273. Without one they are sRGB.
fn check_colours(picture: &Picture) -> Result<(Matrix, Option<&'static [u8]>), CodecError> {
    let Colours { primaries, transfer, matrix, .. } = picture.colours;
    let matrix = Matrix::of(matrix, picture.colour.coding())?;
    if picture.profile.is_some() {
        return Ok((matrix, None));
    }
    match transfer {
        // the curves of television, gamma 2.2, sRGB, or not said: all are shown as sRGB
        1 | 2 | 4 | 6 | 13 | 14 | 15 => {}
        16 | 18 => return Err(unsupported("high dynamic range (pq or hlg)")),
        other => return Err(unsupported(format!("the transfer curve {other} of h.273"))),
    }
    let profile = match primaries {
        // BT.709, BT.601 or not said
        1 | 2 | 5 | 6 | 7 => None,
        9 => Some(REC2020),
        12 => Some(DISPLAY_P3),
        other => return Err(unsupported(format!("the colour primaries {other} of h.273"))),
    };
    Ok((matrix, profile.filter(|_| !picture.colour.coding().monochrome)))
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Avif, detail)
}

fn unsupported(detail: impl ToString) -> CodecError {
    CodecError::unsupported(Kind::Avif, detail)
}
