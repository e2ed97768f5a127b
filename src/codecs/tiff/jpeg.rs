//! JPEG in strips and tiles (Adobe's technical note 2 about TIFF).

use super::chunks::Place;
use super::page::Page;
use super::{CodecError, damaged, unsupported};
use crate::codecs::bitmap::PixelType;
use crate::codecs::jpeg::{self, abbreviated, decoder};

/// Pixels that a stream may have beyond a strip or tile along each side: some writers
/// store whole blocks.
const SPARE: u32 = 15;

/// The samples of a strip or tile, `rows` of them and as wide as it is, as other
/// compressions have them.
pub(super) fn samples(
    page: &Page<'_>,
    place: Place,
    data: &[u8],
    rows: u32,
) -> Result<Vec<u8>, CodecError> {
    let name = page.chunks.name(place);
    let components = page.together();
    // As in libtiff, the field says what the components are, not the marks of the stream.
    let transform = match (page.jpeg_ycbcr, components) {
        (false, _) => 0,
        (true, 4) => 2,
        (true, _) => 1,
    };
    let stream = abbreviated::joined(page.jpeg_tables, data, transform)
        .map_err(|error| damaged(format!("{name}: {error}")))?;
    let header = decoder::read_header(&stream).map_err(|error| match error {
        decoder::JpegError::Unsupported(what) => unsupported(format!("jpeg with {what}")),
        error => damaged(format!("{name}: {error}")),
    })?;
    let (width, height) = (page.chunks.width, page.chunks.height);
    let visible = width.min(page.width - place.column * width);
    let fits = (visible..=width.saturating_add(SPARE)).contains(&header.width)
        && (rows..=height.saturating_add(SPARE)).contains(&header.height);
    if !fits {
        let detail = format!(
            "{name} is a jpeg of {} x {} pixels, not {width} x {height}",
            header.width, header.height
        );
        return Err(damaged(detail));
    }
    let found = header.colour.channels().count();
    if found != components {
        let detail = format!("{name} is a jpeg of {found} components, not {components}");
        return Err(damaged(detail));
    }
    let mut bitmap = jpeg::decode_whole(&stream).map_err(|error| match error {
        CodecError::Damaged { detail, .. } => damaged(format!("{name}: {detail}")),
        CodecError::Unsupported { detail, .. } => unsupported(format!("jpeg: {detail}")),
        other => other,
    })?;
    if bitmap.channels.count() != components {
        return Err(damaged(format!("{name}: the jpeg has other components than it says")));
    }
    if bitmap.channels.pixel_type() == PixelType::Cmyk {
        // The decoder takes four components for inverted inks, of which YCbCr makes RGB.
        let first = if page.jpeg_ycbcr { 3 } else { 0 };
        for pixel in bitmap.data.chunks_exact_mut(4) {
            pixel[first..].iter_mut().for_each(|value| *value = 255 - *value);
        }
    }
    let (from, to) = (bitmap.stride(), width as usize * components);
    if from == to {
        bitmap.data.truncate(to * rows as usize);
        return Ok(bitmap.data);
    }
    let mut out = vec![0; to * rows as usize];
    for (to, from) in out.chunks_exact_mut(to).zip(bitmap.data.chunks_exact(from)) {
        let length = to.len().min(from.len());
        to[..length].copy_from_slice(&from[..length]);
    }
    Ok(out)
}
