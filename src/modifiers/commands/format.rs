//! `fmt`: file format, pixel type and compression (02 §5).

mod unwritten;

use super::{Command, Reach, Reading, Value};
use crate::modifiers::diagnostic::{Problem, reason, shown};
use crate::modifiers::text::Piece;
use crate::modifiers::value::{count, keyword, syntax};
pub use unwritten::Unwritten;
pub(super) use unwritten::unwritten_values;

/// What `fmt=` sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFormat {
    pub format: Format,
    /// Keeps the picture's transparency (`fmt=*-alpha`).
    pub alpha: bool,
    /// Colour components of the output; `None` if not said.
    pub pixel_type: Option<PixelType>,
    /// Compression of the formats that have a choice.
    pub compression: Compression,
}

/// The file formats of 02 §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `jpeg`, `jpg`.
    Jpeg,
    /// `pjpeg`: progressive.
    ProgressiveJpeg,
    /// `png`, `png-alpha`.
    Png,
    /// `png8`, `png8-alpha`: 8-bit palette.
    Png8,
    /// `gif`, `gif-alpha`: 8-bit palette.
    Gif,
    /// `tif`, `tif-alpha`, and the spellings `tiff`, `tiff-alpha`.
    Tiff,
    Pdf,
    Eps,
    /// `webp`, `webp-alpha`.
    Webp,
    /// `avif`, `avif-alpha`.
    Avif,
    /// `jpeg2000`, `jpeg2000-alpha`.
    Jpeg2000,
    /// `jpegxr`, `jpegxr-alpha`.
    JpegXr,
    Heic,
}

/// The second argument of `fmt=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelType {
    Rgb,
    Gray,
    Cmyk,
}

impl PixelType {
    pub const ALL: [PixelType; 3] = [PixelType::Rgb, PixelType::Gray, PixelType::Cmyk];

    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            PixelType::Rgb => "rgb",
            PixelType::Gray => "gray",
            PixelType::Cmyk => "cmyk",
        }
    }
}

/// The third argument of `fmt=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Lzw,
    Zip,
    Jpeg,
    Lossy,
    Lossless,
}

impl Compression {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Lzw => "lzw",
            Compression::Zip => "zip",
            Compression::Jpeg => "jpeg",
            Compression::Lossy => "lossy",
            Compression::Lossless => "lossless",
        }
    }
}

/// A row of the table of 02 §5.
struct Row {
    keyword: &'static str,
    format: Format,
    alpha: bool,
    pixel_types: &'static [PixelType],
    /// The first is the default; empty if there is no choice.
    compressions: &'static [Compression],
}

const ALL: &[PixelType] = &PixelType::ALL;
const RGB_GRAY: &[PixelType] = &[PixelType::Rgb, PixelType::Gray];
const RGB: &[PixelType] = &[PixelType::Rgb];
const LOSS: &[Compression] = &[Compression::Lossy, Compression::Lossless];

const fn row(
    keyword: &'static str,
    format: Format,
    alpha: bool,
    pixel_types: &'static [PixelType],
    compressions: &'static [Compression],
) -> Row {
    Row { keyword, format, alpha, pixel_types, compressions }
}

const ROWS: &[Row] = &[
    row("jpeg", Format::Jpeg, false, ALL, &[]),
    row("pjpeg", Format::ProgressiveJpeg, false, ALL, &[]),
    row("png", Format::Png, false, RGB_GRAY, &[]),
    row("png-alpha", Format::Png, true, RGB_GRAY, &[]),
    row("png8", Format::Png8, false, RGB, &[]),
    row("png8-alpha", Format::Png8, true, RGB, &[]),
    row("gif", Format::Gif, false, RGB_GRAY, &[]),
    row("gif-alpha", Format::Gif, true, RGB_GRAY, &[]),
    row(
        "tif",
        Format::Tiff,
        false,
        ALL,
        &[Compression::None, Compression::Lzw, Compression::Zip, Compression::Jpeg],
    ),
    row(
        "tif-alpha",
        Format::Tiff,
        true,
        ALL,
        &[Compression::None, Compression::Lzw, Compression::Zip],
    ),
    row("pdf", Format::Pdf, false, ALL, &[Compression::None, Compression::Zip, Compression::Jpeg]),
    row("eps", Format::Eps, false, ALL, &[]),
    row("webp", Format::Webp, false, RGB, LOSS),
    row("webp-alpha", Format::Webp, true, RGB, LOSS),
    row("avif", Format::Avif, false, RGB, LOSS),
    row("avif-alpha", Format::Avif, true, RGB, LOSS),
    row("jpeg2000", Format::Jpeg2000, false, RGB_GRAY, LOSS),
    row("jpeg2000-alpha", Format::Jpeg2000, true, RGB_GRAY, LOSS),
    row("jpegxr", Format::JpegXr, false, RGB, LOSS),
    row("jpegxr-alpha", Format::JpegXr, true, RGB, LOSS),
    row("heic", Format::Heic, false, RGB, &[Compression::Lossless]),
];

/// Other spellings: as written, as read, whether that is worth a warning.
const SPELLINGS: &[(&str, &str, bool)] = &[
    ("jpg", "jpeg", false),
    ("tiff", "tif", true),
    ("tiff-alpha", "tif-alpha", true),
    ("web-alpha", "webp-alpha", true),
];

/// Delivery formats that are no files: keyword, what to use instead (02 §5).
const LEGACY: &[(&str, &str)] = &[
    ("swf", "use jpeg"),
    ("swf3", "use jpeg"),
    ("swf-alpha", "use png-alpha"),
    ("swf3-alpha", "use png-alpha"),
    ("swf-alpha3", "use png-alpha"),
    ("f4m", "export video assets as originals"),
    ("m3u8", "export video assets as originals"),
];

/// Names that people take for keywords: as written, the keyword.
const NEAR_NAMES: &[(&str, &str)] = &[("jp2", "jpeg2000"), ("jxr", "jpegxr"), ("heif", "heic")];

const PIXELS: &[(&str, PixelType)] = &[
    (PixelType::Rgb.keyword(), PixelType::Rgb),
    (PixelType::Gray.keyword(), PixelType::Gray),
    (PixelType::Cmyk.keyword(), PixelType::Cmyk),
];

const METHODS: &[(&str, Compression)] = &[
    (Compression::None.keyword(), Compression::None),
    (Compression::Lzw.keyword(), Compression::Lzw),
    (Compression::Zip.keyword(), Compression::Zip),
    (Compression::Jpeg.keyword(), Compression::Jpeg),
    (Compression::Lossy.keyword(), Compression::Lossy),
    (Compression::Lossless.keyword(), Compression::Lossless),
];

pub(super) const COMMANDS: &[Command] = &[Command::value(
    "fmt",
    "format[,[pixelType][,compression]]",
    "file format of the output",
    Reach::Request,
    |reading| Ok(Value::Format(file_format(reading)?)),
)];

impl Format {
    /// The keyword without alpha.
    pub fn name(self) -> &'static str {
        ROWS.iter().find(|row| row.format == self).map_or("", |row| row.keyword)
    }

    /// The extension of an output file, with its dot (03 §1.4).
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg | Format::ProgressiveJpeg => ".jpg",
            Format::Png | Format::Png8 => ".png",
            Format::Gif => ".gif",
            Format::Tiff => ".tiff",
            Format::Pdf => ".pdf",
            Format::Eps => ".eps",
            Format::Webp => ".webp",
            Format::Avif => ".avif",
            Format::Jpeg2000 => ".jp2",
            Format::JpegXr => ".jxr",
            Format::Heic => ".heic",
        }
    }

    /// The MIME type (02 §5).
    pub fn mime_type(self) -> &'static str {
        match self {
            Format::Jpeg | Format::ProgressiveJpeg => "image/jpeg",
            Format::Png | Format::Png8 => "image/png",
            Format::Gif => "image/gif",
            Format::Tiff => "image/tiff",
            Format::Pdf => "application/pdf",
            Format::Eps => "image/eps",
            Format::Webp => "image/webp",
            Format::Avif => "image/avif",
            Format::Jpeg2000 => "image/jp2",
            Format::JpegXr => "image/vnd.ms-photo",
            Format::Heic => "image/heic",
        }
    }
}

impl FileFormat {
    /// `jpeg`, as if no `fmt=` was given.
    pub const JPEG: FileFormat = FileFormat {
        format: Format::Jpeg,
        alpha: false,
        pixel_type: None,
        compression: Compression::None,
    };

    /// Each keyword, with its default compression and no pixel type said, in the order
    /// of 02 §5.
    pub fn choices() -> impl Iterator<Item = FileFormat> {
        ROWS.iter().map(|row| FileFormat {
            format: row.format,
            alpha: row.alpha,
            pixel_type: None,
            compression: row.compressions.first().copied().unwrap_or(Compression::None),
        })
    }

    /// The same with every compression that the language knows for it.
    pub fn variants(&self) -> Vec<FileFormat> {
        match self.row().compressions {
            [] => vec![*self],
            some => some.iter().map(|way| FileFormat { compression: *way, ..*self }).collect(),
        }
    }

    /// Whether a compression may be chosen.
    pub fn has_compressions(&self) -> bool {
        !self.row().compressions.is_empty()
    }

    /// Other words for the keyword.
    pub fn spellings(&self) -> Vec<&'static str> {
        let keyword = self.keyword();
        let same = SPELLINGS.iter().filter(|(_, read, _)| *read == keyword);
        same.map(|(word, ..)| *word).collect()
    }

    fn row(&self) -> &'static Row {
        let found = ROWS.iter().find(|row| row.format == self.format && row.alpha == self.alpha);
        found.unwrap_or(&ROWS[0])
    }

    /// The keyword of the format, as `png-alpha`.
    pub fn keyword(&self) -> &'static str {
        self.row().keyword
    }

    /// The extension of an output file, with its dot (03 §1.4).
    pub fn extension(&self) -> &'static str {
        self.format.extension()
    }

    /// The MIME type (02 §5).
    pub fn mime_type(&self) -> &'static str {
        self.format.mime_type()
    }

    /// Whether the format can hold these components.
    pub fn takes(&self, pixel_type: PixelType) -> bool {
        self.row().pixel_types.contains(&pixel_type)
    }

    /// Whether `qlt=` means something: JPEG inside, or a lossy codec (02 §5).
    pub fn uses_quality(&self) -> bool {
        match self.format {
            Format::Jpeg | Format::ProgressiveJpeg => true,
            _ => matches!(self.compression, Compression::Jpeg | Compression::Lossy),
        }
    }

    /// Whether the file has a palette, which `quantize=` is for.
    pub fn uses_palette(&self) -> bool {
        matches!(self.format, Format::Gif | Format::Png8)
    }

    /// The value of `fmt=` that says this.
    pub(super) fn text(&self) -> String {
        let row = self.row();
        let pixels = self.pixel_type.map_or("", PixelType::keyword);
        let default = row.compressions.first().copied().unwrap_or(Compression::None);
        match (self.compression == default, pixels) {
            (true, "") => row.keyword.to_string(),
            (true, pixels) => format!("{},{pixels}", row.keyword),
            (false, pixels) => format!("{},{pixels},{}", row.keyword, self.compression.keyword()),
        }
    }
}

fn file_format(reading: &mut Reading<'_>) -> Result<FileFormat, Problem> {
    let items = reading.value.items();
    count("fmt", "format,pixelType,compression", &items, 1..=3)?;
    let row = find_row(&items[0], reading)?;
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());

    let mut pixel_type = None;
    if let Some(piece) = given(1) {
        let wanted = keyword("the pixel type of fmt", piece, PIXELS)?;
        if !row.pixel_types.contains(&wanted) {
            let allowed: Vec<&str> = row.pixel_types.iter().map(|p| p.keyword()).collect();
            return Err(conflict(piece, row.keyword, "the pixel type", &allowed.join(", ")));
        }
        pixel_type = Some(wanted);
    }
    let mut compression = row.compressions.first().copied().unwrap_or(Compression::None);
    if let Some(piece) = given(2) {
        let wanted = keyword("the compression of fmt", piece, METHODS)?;
        // "none" is in the documented default of every format
        let harmless_none = row.compressions.is_empty() && wanted == Compression::None;
        if !harmless_none && !row.compressions.contains(&wanted) {
            let allowed: Vec<&str> = row.compressions.iter().map(|c| c.keyword()).collect();
            let allowed =
                if allowed.is_empty() { "no other than none".into() } else { allowed.join(", ") };
            return Err(conflict(piece, row.keyword, "the compression", &allowed));
        }
        compression = wanted;
    }
    Ok(FileFormat { format: row.format, alpha: row.alpha, pixel_type, compression })
}

fn find_row(piece: &Piece<'_>, reading: &mut Reading<'_>) -> Result<&'static Row, Problem> {
    let written = piece.text.to_ascii_lowercase();
    if let Some((word, instead)) = LEGACY.iter().find(|(word, _)| *word == written) {
        return Err(Problem::error(
            reason::FORMAT_NOT_EXPORTABLE,
            piece.span.clone(),
            format!(
                "fmt={word} is a legacy delivery format, not available for file export; {instead}"
            ),
        ));
    }
    let mut wanted = written.as_str();
    if let Some((old, new, warns)) = SPELLINGS.iter().find(|(old, _, _)| *old == written) {
        wanted = new;
        if *warns {
            let message = format!("'{old}' is not a keyword of fmt and read as '{new}'");
            reading.compat(piece.span.clone(), message, new);
        }
    }
    if let Some(row) = ROWS.iter().find(|row| row.keyword == wanted) {
        return Ok(row);
    }
    let words: Vec<&str> = ROWS.iter().map(|row| row.keyword).collect();
    let message =
        format!("fmt={} is no known format; it can be {}", shown(piece.text), words.join(", "));
    let slip = |word: &str| written.len() < 32 && strsim::osa_distance(&written, word) == 1;
    let near = NEAR_NAMES
        .iter()
        .find(|(name, _)| *name == written)
        .map(|(_, keyword)| *keyword)
        .or_else(|| words.into_iter().find(|word| slip(word)))
        .or_else(|| SPELLINGS.iter().find(|(old, ..)| slip(old)).map(|(_, new, _)| *new));
    let problem = syntax(piece, message);
    Err(match near {
        Some(near) => problem.suggest(near),
        None => problem,
    })
}

fn conflict(piece: &Piece<'_>, format: &str, what: &str, allowed: &str) -> Problem {
    Problem::error(
        reason::COMMAND_CONFLICT,
        piece.span.clone(),
        format!("fmt={format} does not go with {what} '{}'; it takes {allowed}", shown(piece.text)),
    )
}
