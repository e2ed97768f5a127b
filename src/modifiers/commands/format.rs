//! `fmt`, `qlt` and `printRes` (02 §4.2, §5).

use super::{Value, not_yet};
use crate::modifiers::diagnostic::{Problem, reason, shown};
use crate::modifiers::plan::{Compression, Format, PixelType};
use crate::modifiers::text::{Piece, Text};
use crate::modifiers::value::{count, flag, int, keyword, positive_real, syntax};

/// What `fmt=` sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::modifiers) struct FileFormat {
    /// The current spelling, as `png-alpha`.
    pub keyword: &'static str,
    pub format: Format,
    pub alpha: bool,
    pub pixel_type: PixelType,
    pub compression: Compression,
    /// The third argument where it is not the default of the format.
    pub compression_word: Option<&'static str>,
}

/// A row of the table of 02 §5.
struct Row {
    keyword: &'static str,
    /// The format and its alpha; `None` if this version does not write it.
    writes: Option<(Format, bool)>,
    pixel_types: &'static [Pixels],
    /// The first is the default; empty if there is no choice.
    compressions: &'static [Method],
}

/// The second argument as the language has it; CMYK is not written yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pixels {
    Rgb,
    Gray,
    Cmyk,
}

/// The third argument as the language has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    None,
    Lzw,
    Zip,
    Jpeg,
    Lossy,
    Lossless,
}

const PIXELS: &[(&str, Pixels)] =
    &[("rgb", Pixels::Rgb), ("gray", Pixels::Gray), ("cmyk", Pixels::Cmyk)];

const METHODS: &[(&str, Method)] = &[
    ("none", Method::None),
    ("lzw", Method::Lzw),
    ("zip", Method::Zip),
    ("jpeg", Method::Jpeg),
    ("lossy", Method::Lossy),
    ("lossless", Method::Lossless),
];

const ALL: &[Pixels] = &[Pixels::Rgb, Pixels::Gray, Pixels::Cmyk];
const RGB_GRAY: &[Pixels] = &[Pixels::Rgb, Pixels::Gray];
const RGB: &[Pixels] = &[Pixels::Rgb];
const LOSS: &[Method] = &[Method::Lossy, Method::Lossless];

const fn row(
    keyword: &'static str,
    writes: Option<(Format, bool)>,
    pixel_types: &'static [Pixels],
    compressions: &'static [Method],
) -> Row {
    Row { keyword, writes, pixel_types, compressions }
}

const ROWS: &[Row] = &[
    row("jpeg", Some((Format::Jpeg, false)), ALL, &[]),
    row("pjpeg", Some((Format::ProgressiveJpeg, false)), ALL, &[]),
    row("png", Some((Format::Png, false)), RGB_GRAY, &[]),
    row("png-alpha", Some((Format::Png, true)), RGB_GRAY, &[]),
    row("png8", None, RGB, &[]),
    row("png8-alpha", None, RGB, &[]),
    row("gif", Some((Format::Gif, false)), RGB_GRAY, &[]),
    row("gif-alpha", Some((Format::Gif, true)), RGB_GRAY, &[]),
    row(
        "tif",
        Some((Format::Tiff, false)),
        ALL,
        &[Method::None, Method::Lzw, Method::Zip, Method::Jpeg],
    ),
    row("tif-alpha", Some((Format::Tiff, true)), ALL, &[Method::None, Method::Lzw, Method::Zip]),
    row("pdf", None, ALL, &[Method::None, Method::Zip, Method::Jpeg]),
    row("eps", None, ALL, &[]),
    row("webp", Some((Format::Webp, false)), RGB, LOSS),
    row("webp-alpha", Some((Format::Webp, true)), RGB, LOSS),
    row("avif", None, RGB, LOSS),
    row("avif-alpha", None, RGB, LOSS),
    row("jpeg2000", None, RGB_GRAY, LOSS),
    row("jpeg2000-alpha", None, RGB_GRAY, LOSS),
    row("jpegxr", None, RGB, LOSS),
    row("jpegxr-alpha", None, RGB, LOSS),
    row("heic", None, RGB, &[Method::Lossless]),
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

/// Reads `format[,[pixelType][,compression]]`.
pub(super) fn file_format(
    value: &Text,
    warnings: &mut Vec<Problem>,
) -> Result<FileFormat, Problem> {
    let items = value.items();
    count("fmt", "format,pixelType,compression", &items, 1..=3)?;
    let row = find_row(&items[0], warnings)?;
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());

    let mut pixels = Pixels::Rgb;
    if let Some(piece) = given(1) {
        pixels = keyword("the pixel type of fmt", piece, PIXELS)?;
        if !row.pixel_types.contains(&pixels) {
            let allowed =
                PIXELS.iter().filter(|(_, p)| row.pixel_types.contains(p)).map(|(word, _)| *word);
            return Err(conflict(
                piece,
                row.keyword,
                "the pixel type",
                &allowed.collect::<Vec<_>>().join(", "),
            ));
        }
    }
    let default = row.compressions.first().copied().unwrap_or(Method::None);
    let mut method = default;
    if let Some(piece) = given(2) {
        method = keyword("the compression of fmt", piece, METHODS)?;
        // "none" is in the documented default of every format
        let harmless_none = row.compressions.is_empty() && method == Method::None;
        if !harmless_none && !row.compressions.contains(&method) {
            let allowed: Vec<&str> = METHODS
                .iter()
                .filter(|(_, m)| row.compressions.contains(m))
                .map(|(word, _)| *word)
                .collect();
            let allowed =
                if allowed.is_empty() { "no other than none".into() } else { allowed.join(", ") };
            return Err(conflict(piece, row.keyword, "the compression", &allowed));
        }
    }

    let Some((format, alpha)) = row.writes else {
        return Err(not_yet(items[0].span.clone(), &format!("fmt={}", row.keyword)));
    };
    let pixel_type = match pixels {
        Pixels::Rgb => PixelType::Rgb,
        Pixels::Gray => PixelType::Gray,
        Pixels::Cmyk => {
            return Err(not_yet(value.whole().span, &format!("fmt={},cmyk", row.keyword)));
        }
    };
    let compression = match method {
        Method::None => Compression::None,
        Method::Lzw => Compression::Lzw,
        Method::Zip => Compression::Zip,
        Method::Jpeg => {
            return Err(not_yet(value.whole().span, &format!("fmt={},,jpeg", row.keyword)));
        }
        Method::Lossy if given(2).is_some() => {
            return Err(not_yet(value.whole().span, &format!("fmt={},,lossy", row.keyword)));
        }
        Method::Lossy => {
            let message = format!(
                "this version writes fmt={} lossless; 'fmt={0},,lossless' says so",
                row.keyword
            );
            warnings.push(Problem::warning(reason::COMPAT, value.whole().span, message));
            Compression::None
        }
        Method::Lossless => Compression::None,
    };
    let word =
        METHODS.iter().find(|(_, m)| *m == method && method != default).map(|(word, _)| *word);
    Ok(FileFormat {
        keyword: row.keyword,
        format,
        alpha,
        pixel_type,
        compression,
        compression_word: word,
    })
}

fn find_row(piece: &Piece<'_>, warnings: &mut Vec<Problem>) -> Result<&'static Row, Problem> {
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
            warnings
                .push(Problem::warning(reason::COMPAT, piece.span.clone(), message).suggest(*new));
        }
    }
    if let Some(row) = ROWS.iter().find(|row| row.keyword == wanted) {
        return Ok(row);
    }
    let words: Vec<&str> =
        ROWS.iter().filter(|row| row.writes.is_some()).map(|row| row.keyword).collect();
    let message = format!(
        "fmt={} is no known format; this version writes {}",
        shown(piece.text),
        words.join(", ")
    );
    let near =
        NEAR_NAMES.iter().find(|(name, _)| *name == written).map(|(_, keyword)| *keyword).or_else(
            || {
                let mut all = ROWS.iter().map(|row| row.keyword);
                all.find(|word| written.len() < 32 && strsim::osa_distance(&written, word) == 1)
            },
        );
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

/// Reads `quality[,chroma]`.
pub(super) fn quality(value: &Text) -> Result<Value, Problem> {
    let items = value.items();
    count("qlt", "quality,chroma", &items, 1..=2)?;
    let quality = int("the quality of qlt", &items[0], 1..=100)? as u8;
    let chroma = match items.get(1) {
        Some(piece) if !piece.text.is_empty() => Some(flag("the chroma flag of qlt", piece)?),
        _ => None,
    };
    Ok(Value::Quality(quality, chroma))
}

/// Reads dots per inch.
pub(super) fn print_resolution(value: &Text) -> Result<f64, Problem> {
    positive_real("printRes", &value.whole())
}
