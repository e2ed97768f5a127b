//! EPS sources: the picture in files that Photoshop made (02 §5.1), and the TIFF
//! preview of others. Drawings are programs; running them takes Ghostscript.
//!
//! What Photoshop writes is told by its `%ImageData:` comment ("Photoshop EPS
//! files" in the Adobe Photoshop File Formats Specification): columns, rows,
//! depth, mode, padding channels, bytes of a channel in a row or 1 where channels
//! are interleaved, encoding, and the line after which the samples start.

mod comments;
mod samples;
#[cfg(test)]
mod tests;

use super::bitmap::PixelType;
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, jpeg, source_info, tiff};
use comments::{Lines, profile, resolution};
use samples::{Encoding, Layout};

/// `%ImageData:` comes behind previews and thumbnails, but not behind this many bytes.
const HEADER: usize = 16 << 20;

/// Facts of the picture. A file that has only a preview says so in `damage`.
pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    match Content::find(bytes)? {
        Content::Raster(raster) => {
            let layout = &raster.layout;
            let exif = exif::Exif::default();
            let mut info = source_info(Kind::PostScript, layout.width, layout.height, exif);
            info.resolution = resolution(raster.program, layout.width);
            Ok(info)
        }
        Content::Preview(preview) => {
            let mut info = tiff::probe(preview)?;
            info.kind = Kind::PostScript;
            info.damage.push(ONLY_PREVIEW.into());
            Ok(info)
        }
    }
}

/// The picture and its profile, or the preview.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let raster = match Content::find(bytes)? {
        Content::Raster(raster) => raster,
        Content::Preview(preview) => return tiff::decode(preview),
    };
    let samples = raster.encoding.decode(raster.data, raster.layout.length())?;
    let bitmap = if samples.starts_with(b"\xff\xd8\xff") && raster.encoding == Encoding::Other {
        let mut bitmap = jpeg::decode_whole(&samples)?;
        // Inks are inverted in JPEG files of Photoshop, but since version 3 not in
        // its EPS files (libjpeg.txt, "Special color spaces"); the JPEG decoder
        // has turned them round.
        if bitmap.channels.pixel_type() == PixelType::Cmyk {
            bitmap.data.iter_mut().for_each(|value| *value = 255 - *value);
        }
        bitmap
    } else {
        raster.layout.bitmap(&samples)?
    };
    let mut stored = Stored::new(bitmap);
    stored.profile = profile(raster.program);
    Ok(stored)
}

const ONLY_PREVIEW: &str = "the drawing was not read, only the preview in the file: drawings \
                            need Ghostscript, which this build does not run";

enum Content<'a> {
    Raster(Raster<'a>),
    /// A TIFF file.
    Preview(&'a [u8]),
}

struct Raster<'a> {
    /// The comments before the samples.
    program: &'a [u8],
    layout: Layout,
    encoding: Encoding,
    /// From the first byte of the samples to the end of the program.
    data: &'a [u8],
}

impl<'a> Content<'a> {
    fn find(bytes: &'a [u8]) -> Result<Content<'a>, CodecError> {
        let (program, preview) = sections(bytes)?;
        if let Some(raster) = Raster::find(program)? {
            return Ok(Content::Raster(raster));
        }
        preview.map(Content::Preview).ok_or_else(|| {
            let detail = "a drawing, which needs Ghostscript, and this build does not run it";
            CodecError::unsupported(Kind::PostScript, detail)
        })
    }
}

impl<'a> Raster<'a> {
    fn find(program: &'a [u8]) -> Result<Option<Raster<'a>>, CodecError> {
        let mut lines = Lines::of(program.get(..HEADER).unwrap_or(program));
        let Some(values) = lines.by_ref().find_map(|line| line.text.strip_prefix(b"%ImageData:"))
        else {
            return Ok(None);
        };
        let values = String::from_utf8_lossy(values);
        let (numbers, start) = values.split_once('"').unwrap_or((&values, ""));
        let start = start.trim_end().trim_end_matches('"').as_bytes();
        let numbers: Vec<u32> =
            numbers.split_whitespace().map_while(|number| number.parse().ok()).collect();
        let &[width, height, depth, mode, padding, block, encoding, ..] = &numbers[..] else {
            let detail = format!("the comment %ImageData has {} numbers, not 7", numbers.len());
            return Err(CodecError::damaged(Kind::PostScript, detail));
        };
        let layout = Layout::new([width, height, depth, mode, padding, block])?;
        let Some(line) = lines.find(|line| !start.is_empty() && line.text == start) else {
            let detail = "the line after which the picture starts is missing";
            return Err(CodecError::damaged(Kind::PostScript, detail));
        };
        let (program, data) = program.split_at(line.end);
        Ok(Some(Raster { program, layout, encoding: Encoding::of(encoding), data }))
    }
}

/// The PostScript program, and the TIFF preview that an MS-DOS header points at
/// (EPSF 3.0, section 5.2): magic, then offset and length of the program, of a
/// Windows metafile and of a TIFF, each 4 bytes, little end first.
fn sections(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), CodecError> {
    if !bytes.starts_with(b"\xc5\xd0\xd3\xc6") {
        return Ok((bytes, None));
    }
    let number = |at: usize| {
        let number: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(number)).ok()
    };
    let section = |at: usize| {
        let (offset, length) = (number(at)?, number(at + 4)?);
        bytes.get(offset..offset.checked_add(length)?)
    };
    let program = section(4).ok_or_else(|| {
        CodecError::damaged(Kind::PostScript, "its header points behind the end of the file")
    })?;
    Ok((program, section(20).filter(|preview| !preview.is_empty())))
}
