//! SVG sources: static, stand-alone, sRGB (02 §5.1), drawn by resvg at their
//! natural size (96 CSS pixels an inch) on nothing.
//!
//! A file cannot reach outside itself: no file is opened, nothing is fetched,
//! no font is loaded. It cannot run endlessly either (cases O-33): what it asks
//! for is counted before it is expanded ([`expansion`]) and again before it is
//! drawn ([`work`]).

mod expansion;
mod images;
mod size;
#[cfg(test)]
mod tests;
mod work;

use std::borrow::Cow;
use std::io::Read;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, ParsingOptions};
use resvg::usvg::{Options, Tree};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, exif, source_info};

/// Greatest file, 1024 kB (02 §5.1).
const GREATEST_FILE: usize = 1024 << 10;

/// Greatest natural size, 4 Mpx (02 §5.1).
const GREATEST_PIXELS: u64 = 4 << 20;

/// Deep files are read and drawn by functions that call themselves.
const STACK: usize = 64 << 20;

/// The natural size, and in `damage` what will not be drawn. Only reads the text and
/// counts: what usvg makes of a hostile drawing is for [`decode`], which a server runs
/// in a process of its own.
pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    on_deep_stack(|| {
        let text = text(bytes)?;
        let document = parse(&text)?;
        let (width, height) = pixels(&document)?;
        let mut info = source_info(Kind::Svg, width, height, exif::Exif::default());
        info.has_alpha = true;
        info.damage = left_out(&document);
        Ok(info)
    })
}

/// The drawing in RGBA, at its natural size. usvg and resvg call themselves, and some
/// drawings make them do so without end: the process must be one that may die.
pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    on_deep_stack(|| {
        let text = text(bytes)?;
        let document = parse(&text)?;
        let (width, height) = pixels(&document)?;
        let tree = tree(&document)?;
        work::check(&tree, width, height).map_err(unsupported)?;
        let mut pixmap = Pixmap::new(width, height)
            .ok_or_else(|| unsupported(format!("{width} x {height} pixels")))?;
        // whole pixels instead of 16.031: what would be a pixel more is all but empty
        let size = tree.size();
        let exact = |side: u32, length: f32| side.abs_diff(length.round() as u32) == 0;
        let scale = match exact(width, size.width()) && exact(height, size.height()) {
            true => Transform::identity(),
            false => {
                Transform::from_scale(width as f32 / size.width(), height as f32 / size.height())
            }
        };
        resvg::render(&tree, scale, &mut pixmap.as_mut());
        let data = pixmap.take_demultiplied();
        Ok(Stored::new(Bitmap { width, height, channels: Channels::Rgba, data }))
    })
}

fn on_deep_stack<T: Send>(
    read: impl FnOnce() -> Result<T, CodecError> + Send,
) -> Result<T, CodecError> {
    let broken = || CodecError::damaged(Kind::Svg, "the decoder broke down over it");
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        let thread = thread.map_err(|error| CodecError::damaged(Kind::Svg, error))?;
        thread.join().unwrap_or_else(|_| Err(broken()))
    })
}

/// The text of a file, which may be packed with gzip (`.svgz`).
fn text(bytes: &[u8]) -> Result<Cow<'_, str>, CodecError> {
    let bytes = if bytes.starts_with(b"\x1f\x8b") {
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes)
            .take(GREATEST_FILE as u64 + 1)
            .read_to_end(&mut unpacked)
            .map_err(|error| CodecError::damaged(Kind::Svg, format!("gzip: {error}")))?;
        Cow::Owned(unpacked)
    } else {
        Cow::Borrowed(bytes)
    };
    if bytes.len() > GREATEST_FILE {
        return Err(unsupported(format!("its text has more than {GREATEST_FILE} bytes")));
    }
    let not_utf8 = |_| unsupported("its text is not in utf-8".to_owned());
    let text = match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).map_err(not_utf8)?),
        Cow::Owned(bytes) => {
            Cow::Owned(String::from_utf8(bytes).map_err(|error| not_utf8(error.utf8_error()))?)
        }
    };
    expansion::check_entities(&text).map_err(unsupported)?;
    Ok(text)
}

fn parse(text: &str) -> Result<Document<'_>, CodecError> {
    // drawing programs write a document type
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| CodecError::damaged(Kind::Svg, error))?;
    expansion::check(&document).map_err(unsupported)?;
    Ok(document)
}

/// What is to be drawn.
fn tree(document: &Document<'_>) -> Result<Tree, CodecError> {
    let options = Options { image_href_resolver: images::resolver(), ..Options::default() };
    Tree::from_xmltree(document, &options).map_err(|error| CodecError::damaged(Kind::Svg, error))
}

/// Width and height in pixels.
fn pixels(document: &Document<'_>) -> Result<(u32, u32), CodecError> {
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err(CodecError::damaged(Kind::Svg, "its outermost element is not svg"));
    }
    let (width, height) = size::natural(root).map_err(unsupported)?;
    let side = |length: f64| length.round().max(1.0);
    let (width, height) = (side(width), side(height));
    if width * height > GREATEST_PIXELS as f64 {
        let detail = format!("{width} x {height} pixels are more than {GREATEST_PIXELS}");
        return Err(unsupported(detail));
    }
    Ok((width as u32, height as u32))
}

/// One line for each kind of content that is there and not drawn.
fn left_out(document: &Document<'_>) -> Vec<String> {
    let (mut texts, mut pages, mut images) = (0, 0, 0);
    for node in document.descendants().filter(|node| node.is_element()) {
        let written = || {
            node.descendants().any(|node| {
                node.is_text() && node.text().is_some_and(|text| !text.trim().is_empty())
            })
        };
        match node.tag_name().name() {
            "text" if written() => texts += 1,
            "foreignObject" => pages += 1,
            "image" | "feImage" if !images::drawn(node) => images += 1,
            _ => {}
        }
    }
    [
        (
            texts,
            "text elements were not drawn: this build loads no fonts for svg; save text as paths",
        ),
        (pages, "foreignObject elements were not drawn: only svg is"),
        (images, "images were not drawn: only png, jpeg, gif and webp in data: urls are"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect()
}

fn unsupported(detail: String) -> CodecError {
    CodecError::unsupported(Kind::Svg, detail)
}
