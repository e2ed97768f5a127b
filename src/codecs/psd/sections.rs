//! The five sections of a file: header, colour mode data, image resources,
//! layers and masks, merged picture.

use super::fields::Fields;
use crate::codecs::CodecError;
use crate::codecs::bitmap::PixelType;
use crate::codecs::sniff::Kind;

/// Greatest width and height of a PSD in pixels.
const MAX_SIDE: u32 = 30_000;

/// Bits a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    One,
    Eight,
    Sixteen,
}

impl Depth {
    /// Bytes of one row of one channel of `width` pixels.
    pub fn row_bytes(self, width: usize) -> usize {
        match self {
            Depth::One => width.div_ceil(8),
            Depth::Eight => width,
            Depth::Sixteen => width * 2,
        }
    }
}

/// What the first 26 bytes say, as far as it is supported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// 1 to [`MAX_SIDE`] pixels, as `height`.
    pub width: u32,
    pub height: u32,
    /// Stored channels, extra ones included; at least those of the pixel type.
    pub channels: usize,
    pub depth: Depth,
    pub pixel_type: PixelType,
}

#[derive(Debug)]
pub(super) struct Sections<'a> {
    pub header: Header,
    /// Image resource blocks.
    pub resources: &'a [u8],
    /// Layers, global mask and tagged blocks.
    pub layers: &'a [u8],
    /// Compression and samples of the merged picture, up to the end of the file.
    pub merged: &'a [u8],
}

impl<'a> Sections<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Sections<'a>, CodecError> {
        let mut fields = Fields::of(bytes);
        let header = header(&mut fields)?;
        let mut section = |name: &str| {
            fields.block().ok_or_else(|| damaged(format!("the file ends inside its {name}")))
        };
        section("colour mode data")?;
        let resources = section("image resources")?;
        let layers = section("layers")?;
        Ok(Sections { header, resources, layers, merged: fields.rest })
    }
}

fn header(fields: &mut Fields<'_>) -> Result<Header, CodecError> {
    let cut = || damaged("the file ends inside its header");
    if fields.array() != Some(*b"8BPS") {
        return Err(damaged("it does not start with 8BPS"));
    }
    match fields.u16().ok_or_else(cut)? {
        1 => {}
        2 => return Err(unsupported("psb, the large document format")),
        other => return Err(damaged(format!("the header says version {other}, not 1"))),
    }
    fields.take(6).ok_or_else(cut)?;
    let channels = usize::from(fields.u16().ok_or_else(cut)?);
    let height = fields.u32().ok_or_else(cut)?;
    let width = fields.u32().ok_or_else(cut)?;
    let bits = fields.u16().ok_or_else(cut)?;
    let mode = fields.u16().ok_or_else(cut)?;

    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        let detail =
            format!("the header says {width} x {height} pixels; a side has 1 to {MAX_SIDE}");
        return Err(damaged(detail));
    }
    let (name, pixel_type) = match mode {
        0 => ("bitmap", PixelType::Gray),
        1 => ("gray", PixelType::Gray),
        3 => ("rgb", PixelType::Rgb),
        4 => ("cmyk", PixelType::Cmyk),
        2 => return Err(unsupported("indexed colours")),
        7 => return Err(unsupported("multichannel colours")),
        8 => return Err(unsupported("duotone colours")),
        9 => return Err(unsupported("l*a*b* colours")),
        other => return Err(damaged(format!("the header says colour mode {other}"))),
    };
    let depth = match (bits, mode) {
        (1, 0) => Depth::One,
        (8, 1..) => Depth::Eight,
        (16, 1..) => Depth::Sixteen,
        (32, 1..) => return Err(unsupported("32 bits a channel")),
        _ => return Err(damaged(format!("the header says {bits} bits a channel in mode {name}"))),
    };
    // the specification allows 56, which nothing here depends on
    if channels < pixel_type.components() {
        let detail = format!("the header says {channels} channels in mode {name}");
        return Err(damaged(detail));
    }
    Ok(Header { width, height, channels, depth, pixel_type })
}

fn damaged(detail: impl ToString) -> CodecError {
    CodecError::damaged(Kind::Psd, detail)
}

fn unsupported(detail: &str) -> CodecError {
    CodecError::unsupported(Kind::Psd, detail)
}
