//! How the file is written: `qlt`, `jpegSize`, `pscan`, `quantize`, `printRes`
//! and what is embedded (02 §4.2).

use super::format::{FileFormat, Format};
use super::{Command, Reach, Reading, Value};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::text::Piece;
use crate::modifiers::value::{count, flag, int, keyword, out_of_range, positive_real, syntax};

/// How the output file is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoding {
    /// `qlt=`: quality 1 to 100 of lossy compression.
    pub quality: u8,
    /// Second value of `qlt=`: 4:4:4 instead of 4:2:0.
    pub full_chroma: bool,
    /// `jpegSize=`: most kilobytes (1024) of a JPEG file; 0 is no limit.
    pub jpeg_kilobytes: u32,
    /// `pscan=`: scans of a progressive JPEG, 3 to 5; `None` is the encoder's choice.
    pub scans: Option<u8>,
    /// `quantize=`: colours of a palette.
    pub palette: Palette,
    /// `printRes=`: dots per inch to write; `None` keeps the source's.
    pub print_resolution: Option<f64>,
    /// `pathEmbed=`: keeps the source's Photoshop paths.
    pub embed_paths: bool,
    /// `xmpEmbed=`: keeps the source's XMP packet.
    pub embed_xmp: bool,
}

/// `quantize=type[,dither[,n[,colours]]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    pub kind: PaletteKind,
    /// Floyd-Steinberg error diffusion.
    pub dither: bool,
    /// 2 to 256; for adaptive palettes.
    pub colours: u16,
    /// Colours that an adaptive palette must have, RGB.
    pub forced: Vec<[u8; 3]>,
}

/// Where the colours of a palette come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaletteKind {
    /// From the picture.
    Adaptive,
    /// The 216 colours of the web cube.
    Web,
    /// The 256 colours of the Macintosh.
    Mac,
}

impl PaletteKind {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            PaletteKind::Adaptive => "adaptive",
            PaletteKind::Web => "web",
            PaletteKind::Mac => "mac",
        }
    }
}

impl Default for Encoding {
    fn default() -> Self {
        Encoding {
            quality: 85,
            full_chroma: false,
            jpeg_kilobytes: 0,
            scans: None,
            palette: Palette {
                kind: PaletteKind::Adaptive,
                dither: true,
                colours: 256,
                forced: Vec::new(),
            },
            print_resolution: None,
            embed_paths: false,
            embed_xmp: false,
        }
    }
}

const fn encoding(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::Request, read)
}

pub(super) const COMMANDS: &[Command] = &[
    encoding("qlt", "quality[,chroma]", "quality of lossy compression", quality),
    encoding("jpegSize", "kilobytes", "most kilobytes of a JPEG file", jpeg_size),
    encoding("pscan", "auto|3|4|5", "scans of a progressive JPEG", scans),
    encoding("quantize", "type[,dither[,n[,colors]]]", "colours of a palette", palette),
    encoding("printRes", "dpi", "print resolution written into the file", |r| {
        Ok(Value::Encoding(Set::PrintResolution(positive_real("printRes", &r.value.whole())?)))
    }),
    encoding("pathEmbed", "0|1", "keeps the Photoshop paths of the source", |r| {
        Ok(Value::Encoding(Set::EmbedPaths(flag("pathEmbed", &r.value.whole())?)))
    }),
    encoding("xmpEmbed", "0|1", "keeps the XMP metadata of the source", |r| {
        Ok(Value::Encoding(Set::EmbedXmp(flag("xmpEmbed", &r.value.whole())?)))
    }),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    /// Quality; whether chroma keeps its full resolution, if said.
    Quality(u8, Option<bool>),
    JpegSize(u32),
    Scans(Option<u8>),
    Palette(Palette),
    PrintResolution(f64),
    EmbedPaths(bool),
    EmbedXmp(bool),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Quality(quality, None) => ("qlt", quality.to_string()),
            Set::Quality(quality, Some(full_chroma)) => {
                ("qlt", format!("{quality},{}", u8::from(*full_chroma)))
            }
            Set::JpegSize(kilobytes) => ("jpegSize", kilobytes.to_string()),
            Set::Scans(scans) => ("pscan", scans.map_or("auto".into(), |n| n.to_string())),
            Set::Palette(palette) => ("quantize", palette.text()),
            Set::PrintResolution(dpi) => ("printRes", dpi.to_string()),
            Set::EmbedPaths(on) => ("pathEmbed", u8::from(*on).to_string()),
            Set::EmbedXmp(on) => ("xmpEmbed", u8::from(*on).to_string()),
        }
    }

    pub fn apply(&self, encoding: &mut Encoding) {
        match self {
            Set::Quality(quality, full_chroma) => {
                encoding.quality = *quality;
                encoding.full_chroma = full_chroma.unwrap_or(encoding.full_chroma);
            }
            Set::JpegSize(kilobytes) => encoding.jpeg_kilobytes = *kilobytes,
            Set::Scans(scans) => encoding.scans = *scans,
            Set::Palette(palette) => encoding.palette = palette.clone(),
            Set::PrintResolution(dpi) => encoding.print_resolution = Some(*dpi),
            Set::EmbedPaths(on) => encoding.embed_paths = *on,
            Set::EmbedXmp(on) => encoding.embed_xmp = *on,
        }
    }
}

impl Palette {
    fn text(&self) -> String {
        let dither = if self.dither { "diffuse" } else { "off" };
        let mut text = format!("{},{dither}", self.kind.keyword());
        if self.kind == PaletteKind::Adaptive {
            text.push_str(&format!(",{}", self.colours));
        }
        for [r, g, b] in &self.forced {
            text.push_str(&format!(",{r:02x}{g:02x}{b:02x}"));
        }
        text
    }
}

impl Encoding {
    /// Forgets what the format has no use for, so that requests that give the same
    /// file are equal (02 §4.2: "ignored unless").
    pub(in crate::modifiers) fn keep_what_counts(&mut self, format: &FileFormat) {
        let default = Encoding::default();
        let jpeg = matches!(format.format, Format::Jpeg | Format::ProgressiveJpeg);
        if !format.uses_quality() {
            self.quality = default.quality;
        }
        // the chroma flag is for JPEG, also inside TIFF and PDF
        if !jpeg && format.compression != super::format::Compression::Jpeg {
            self.full_chroma = default.full_chroma;
        }
        if !jpeg {
            self.jpeg_kilobytes = 0;
        }
        if format.format != Format::ProgressiveJpeg {
            self.scans = None;
        }
        if !format.uses_palette() {
            self.palette = default.palette;
        }
    }

    /// What differs from the defaults; the quality wherever it counts.
    pub(in crate::modifiers) fn settings(&self, format: &FileFormat) -> Vec<Set> {
        let default = Encoding::default();
        let mut out = Vec::new();
        if format.uses_quality() {
            out.push(Set::Quality(self.quality, Some(self.full_chroma)));
        }
        if self.jpeg_kilobytes != 0 {
            out.push(Set::JpegSize(self.jpeg_kilobytes));
        }
        if self.scans.is_some() {
            out.push(Set::Scans(self.scans));
        }
        if self.palette != default.palette {
            out.push(Set::Palette(self.palette.clone()));
        }
        out.extend(self.print_resolution.map(Set::PrintResolution));
        if self.embed_paths {
            out.push(Set::EmbedPaths(true));
        }
        if self.embed_xmp {
            out.push(Set::EmbedXmp(true));
        }
        out
    }
}

fn quality(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("qlt", "quality,chroma", &items, 1..=2)?;
    let quality = int("the quality of qlt", &items[0], 1..=100)? as u8;
    let chroma = match items.get(1) {
        Some(piece) if !piece.text.is_empty() => Some(flag("the chroma flag of qlt", piece)?),
        _ => None,
    };
    Ok(Value::Encoding(Set::Quality(quality, chroma)))
}

fn jpeg_size(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let most = i64::from(u32::MAX / 1024);
    let kilobytes = int("the kilobytes of jpegSize", &reading.value.whole(), 0..=most)?;
    Ok(Value::Encoding(Set::JpegSize(kilobytes as u32)))
}

fn scans(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    const WORDS: &[(&str, Option<u8>)] =
        &[("auto", None), ("3", Some(3)), ("4", Some(4)), ("5", Some(5))];
    Ok(Value::Encoding(Set::Scans(keyword("pscan", &reading.value.whole(), WORDS)?)))
}

fn palette(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    const KINDS: &[(&str, PaletteKind)] = &[
        (PaletteKind::Adaptive.keyword(), PaletteKind::Adaptive),
        (PaletteKind::Web.keyword(), PaletteKind::Web),
        (PaletteKind::Mac.keyword(), PaletteKind::Mac),
    ];
    let items = reading.value.items();
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let kind = keyword("the type of quantize", &items[0], KINDS)?;
    let dither = given(1).map_or(Ok(true), |piece| {
        keyword("the dither of quantize", piece, &[("diffuse", true), ("off", false)])
    })?;
    let colours =
        given(2).map_or(Ok(256), |piece| int("the colours of quantize", piece, 2..=256))? as u16;
    let mut forced = Vec::new();
    for piece in items.iter().skip(3) {
        forced.push(hex_colour(piece)?);
    }
    if let Some(extra) = items.get(3 + usize::from(colours)) {
        let message = format!(
            "quantize names {} colours, but the palette has {colours}; the third value is their number",
            forced.len()
        );
        return Err(out_of_range(extra, message));
    }
    let mut palette = Palette { kind, dither, colours, forced };
    if kind != PaletteKind::Adaptive && items.len() > 2 {
        let kind = kind.keyword();
        reading.ignored(format!(
            "the number and the list of colours are ignored: quantize={kind} has its own"
        ));
        palette.colours = 256;
        palette.forced.clear();
    }
    Ok(Value::Encoding(Set::Palette(palette)))
}

/// Six hex digits without prefix (01 §6.1).
fn hex_colour(piece: &Piece<'_>) -> Result<[u8; 3], Problem> {
    let digits = piece.text.as_bytes();
    let six = digits.len() == 6 && digits.iter().all(u8::is_ascii_hexdigit);
    let number = u32::from_str_radix(piece.text, 16).ok().filter(|_| six);
    match number {
        Some(number) => Ok([(number >> 16) as u8, (number >> 8) as u8, number as u8]),
        None => Err(syntax(
            piece,
            format!(
                "a colour of quantize must be six hex digits without '0x', as 'ff0000', not '{}'",
                super::shown(piece.text)
            ),
        )),
    }
}
