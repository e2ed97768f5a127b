//! What a file is, from its first bytes. Names and extensions are never trusted
//! (cases O-23).

use std::io::Read;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Jpeg,
    Png,
    Gif,
    Tiff,
    Webp,
    Bmp,
    /// JPEG 2000, in JP2 boxes or as a bare codestream.
    Jp2,
    Psd,
    Avif,
    Svg,
    // pictures that this version does not read
    Heic,
    Jxl,
    JpegXr,
    Pdf,
    PostScript,
    /// A PDF that Adobe Illustrator wrote.
    Illustrator,
    // not pictures
    Video,
    Audio,
    Zip,
    Font,
    IccProfile,
    Flash,
    Xml,
    Rtf,
    /// Microsoft Office, old binary or zipped.
    Office,
    Text,
    Empty,
    Unknown,
}

impl Kind {
    pub const ALL: [Kind; 28] = [
        Kind::Jpeg,
        Kind::Png,
        Kind::Gif,
        Kind::Tiff,
        Kind::Webp,
        Kind::Bmp,
        Kind::Jp2,
        Kind::Psd,
        Kind::Avif,
        Kind::Svg,
        Kind::Heic,
        Kind::Jxl,
        Kind::JpegXr,
        Kind::Pdf,
        Kind::PostScript,
        Kind::Illustrator,
        Kind::Video,
        Kind::Audio,
        Kind::Zip,
        Kind::Font,
        Kind::IccProfile,
        Kind::Flash,
        Kind::Xml,
        Kind::Rtf,
        Kind::Office,
        Kind::Text,
        Kind::Empty,
        Kind::Unknown,
    ];

    /// Name for messages, such as `jpeg`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpeg",
            Kind::Png => "png",
            Kind::Gif => "gif",
            Kind::Tiff => "tiff",
            Kind::Webp => "webp",
            Kind::Bmp => "bmp",
            Kind::Psd => "psd",
            Kind::Avif => "avif",
            Kind::Heic => "heic",
            Kind::Jp2 => "jpeg2000",
            Kind::Jxl => "jpeg xl",
            Kind::JpegXr => "jpegxr",
            Kind::Svg => "svg",
            Kind::Pdf => "pdf",
            Kind::PostScript => "postscript",
            Kind::Illustrator => "illustrator",
            Kind::Video => "video",
            Kind::Audio => "audio",
            Kind::Zip => "zip",
            Kind::Font => "font",
            Kind::IccProfile => "icc profile",
            Kind::Flash => "flash",
            Kind::Xml => "xml",
            Kind::Rtf => "rtf",
            Kind::Office => "office document",
            Kind::Text => "text",
            Kind::Empty => "empty file",
            Kind::Unknown => "not known",
        }
    }

    /// Whether this version decodes it.
    pub fn readable(self) -> bool {
        matches!(
            self,
            Kind::Jpeg
                | Kind::Png
                | Kind::Gif
                | Kind::Tiff
                | Kind::Webp
                | Kind::Bmp
                | Kind::Avif
                | Kind::Jp2
                | Kind::Psd
                | Kind::PostScript
                | Kind::Svg
        )
    }

    /// Whether it is a picture, readable or not.
    pub fn is_picture(self) -> bool {
        self.readable()
            || matches!(self, Kind::Heic | Kind::Jxl | Kind::JpegXr | Kind::Pdf | Kind::Illustrator)
    }

    /// File extensions that fit, lower case, without the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Kind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Kind::Png => &["png"],
            Kind::Gif => &["gif"],
            Kind::Tiff => &["tif", "tiff"],
            Kind::Webp => &["webp"],
            Kind::Bmp => &["bmp", "dib"],
            Kind::Psd => &["psd", "psb"],
            Kind::Avif => &["avif"],
            Kind::Heic => &["heic", "heif"],
            Kind::Jp2 => &["jp2", "j2k", "jpx", "jpf"],
            Kind::Jxl => &["jxl"],
            Kind::JpegXr => &["jxr", "wdp", "hdp"],
            Kind::Svg => &["svg", "svgz"],
            Kind::Pdf => &["pdf", "ai"],
            Kind::PostScript => &["ps", "eps", "ai"],
            Kind::Illustrator => &["ai", "pdf"],
            Kind::Video => {
                &["mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "ogv", "flv", "wmv"]
            }
            Kind::Audio => &["mp3", "wav", "ogg", "oga", "flac", "aac", "m4a", "aif", "aiff"],
            Kind::Zip => &["zip"],
            Kind::Font => &["ttf", "otf", "ttc", "woff", "woff2", "pfb"],
            Kind::IccProfile => &["icc", "icm"],
            Kind::Flash => &["swf"],
            Kind::Xml => &["xml"],
            Kind::Rtf => &["rtf"],
            Kind::Office => &["doc", "docx", "xls", "xlsx", "ppt", "pptx"],
            Kind::Text => &["txt", "csv"],
            Kind::Empty | Kind::Unknown => &[],
        }
    }

    /// The kind that an extension promises.
    pub fn of_extension(extension: &str) -> Option<Kind> {
        let extension = extension.to_ascii_lowercase();
        EXTENSION_OWNERS.iter().copied().find(|kind| kind.extensions().contains(&&*extension))
    }
}

const EXTENSION_OWNERS: [Kind; 26] = [
    Kind::Jpeg,
    Kind::Png,
    Kind::Gif,
    Kind::Tiff,
    Kind::Webp,
    Kind::Bmp,
    Kind::Psd,
    Kind::Avif,
    Kind::Heic,
    Kind::Jp2,
    Kind::Jxl,
    Kind::JpegXr,
    Kind::Svg,
    Kind::Illustrator,
    Kind::Pdf,
    Kind::PostScript,
    Kind::Video,
    Kind::Audio,
    Kind::Zip,
    Kind::Font,
    Kind::IccProfile,
    Kind::Flash,
    Kind::Xml,
    Kind::Rtf,
    Kind::Office,
    Kind::Text,
];

/// Magic bytes at the start of a file; the first match wins.
const SIGNATURES: [(&[u8], Kind); 35] = [
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"GIF87a", Kind::Gif),
    (b"GIF89a", Kind::Gif),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
    // BigTIFF
    (b"II+\0", Kind::Tiff),
    (b"MM\0+", Kind::Tiff),
    (b"8BPS", Kind::Psd),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind::Jp2),
    (b"\xff\x4f\xff\x51", Kind::Jp2),
    (b"\xff\x0a", Kind::Jxl),
    (b"II\xbc\x01", Kind::JpegXr),
    (b"\0\0\0\x0cJXL \r\n\x87\n", Kind::Jxl),
    (b"%!PS", Kind::PostScript),
    // EPS with a preview
    (b"\xc5\xd0\xd3\xc6", Kind::PostScript),
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"{\\rtf", Kind::Rtf),
    (b"FWS", Kind::Flash),
    (b"CWS", Kind::Flash),
    (b"ZWS", Kind::Flash),
    (b"\0\x01\0\0\0", Kind::Font),
    (b"OTTO", Kind::Font),
    (b"ttcf", Kind::Font),
    (b"wOFF", Kind::Font),
    (b"wOF2", Kind::Font),
    (b"\x80\x01", Kind::Font),
    (b"\x1aE\xdf\xa3", Kind::Video),
    (b"\0\0\x01\xba", Kind::Video),
    (b"FLV\x01", Kind::Video),
    (b"OggS", Kind::Audio),
    (b"fLaC", Kind::Audio),
    (b"ID3", Kind::Audio),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::Office),
];

/// What a file is, from its first bytes (at least 64 KiB, or the whole file).
pub fn sniff(head: &[u8]) -> Kind {
    if head.is_empty() {
        return Kind::Empty;
    }
    if let Some((_, kind)) = SIGNATURES.iter().find(|(magic, _)| head.starts_with(magic)) {
        return if *kind == Kind::Zip { zipped(head) } else { *kind };
    }
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|b| b.starts_with(magic));
    if at(0, b"RIFF") {
        return match head.get(8..12) {
            Some(b"WEBP") => Kind::Webp,
            Some(b"AVI ") => Kind::Video,
            Some(b"WAVE") => Kind::Audio,
            _ => Kind::Unknown,
        };
    }
    if at(4, b"ftyp") {
        return iso_media(head);
    }
    if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        return Kind::Audio;
    }
    if at(36, b"acsp") {
        return Kind::IccProfile;
    }
    // A PDF may have up to 1 KiB of anything before its header.
    if find(&head[..head.len().min(1029)], b"%PDF-") {
        return if find(head, b"Adobe Illustrator") || find(head, b"AIPrivateData") {
            Kind::Illustrator
        } else {
            Kind::Pdf
        };
    }
    if is_bmp(head) {
        return Kind::Bmp;
    }
    // MPEG audio frame header: 11 set bits, layer not 00
    if head.len() > 2 && head[0] == 0xff && head[1] & 0xe0 == 0xe0 && head[1] & 0x06 != 0 {
        return Kind::Audio;
    }
    if at(0, b"\x1f\x8b") {
        // svgz is gzip; nothing else about gzip is of use here
        let svg = textual(&unzipped_start(head)) == Kind::Svg;
        return if svg { Kind::Svg } else { Kind::Unknown };
    }
    textual(head)
}

/// `BM` alone is two letters of text; the size of the second header must fit too.
fn is_bmp(head: &[u8]) -> bool {
    let header_size = head.get(14..18).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    head.starts_with(b"BM") && matches!(header_size, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// ISO base media: the brand says which.
fn iso_media(head: &[u8]) -> Kind {
    let length =
        head.get(0..4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let brands = head.get(8..length.clamp(16, 256).min(head.len())).unwrap_or_default();
    let mut pictures = None;
    for brand in brands.chunks_exact(4) {
        match brand {
            b"avif" | b"avis" => return Kind::Avif,
            b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" => return Kind::Heic,
            // says nothing about the coding, which the type of the items does
            b"mif1" | b"msf1" if find(head, b"av01") => pictures = Some(Kind::Avif),
            b"mif1" | b"msf1" => pictures = Some(Kind::Heic),
            _ => {}
        }
    }
    match (pictures, brands.get(..4)) {
        (Some(kind), _) => kind,
        (None, Some(b"M4A " | b"M4B ")) => Kind::Audio,
        _ => Kind::Video,
    }
}

/// The first bytes inside a gzip file, as far as they can be unpacked.
fn unzipped_start(head: &[u8]) -> Vec<u8> {
    let mut start = Vec::new();
    // what was unpacked before an error is good
    let _ = flate2::read::GzDecoder::new(head).take(64 << 10).read_to_end(&mut start);
    start
}

/// The first entry of an Office file tells it from any other archive.
fn zipped(head: &[u8]) -> Kind {
    let head = &head[..head.len().min(4096)];
    if find(head, b"[Content_Types].xml") || find(head, b"word/") || find(head, b"xl/") {
        Kind::Office
    } else {
        Kind::Zip
    }
}

fn textual(head: &[u8]) -> Kind {
    let body = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if body.starts_with(b"<svg") {
        return Kind::Svg;
    }
    if body.starts_with(b"<?xml") || body.starts_with(b"<!DOCTYPE") || body.starts_with(b"<!--") {
        let svg = find(body, b"<svg") || find(body, b":svg");
        return if svg { Kind::Svg } else { Kind::Xml };
    }
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c);
    if !head.iter().any(control) && readable_as_utf8(head) { Kind::Text } else { Kind::Unknown }
}

/// UTF-8, where the last character may be cut off.
fn readable_as_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        let cases: [(&[u8], Kind); 30] = [
            (b"", Kind::Empty),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind::Png),
            (b"GIF89a\x01\0", Kind::Gif),
            (b"II*\0\x08\0\0\0", Kind::Tiff),
            (b"MM\0*\0\0\0\x08", Kind::Tiff),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Kind::Webp),
            (b"RIFF\x24\0\0\0AVI LIST", Kind::Video),
            (b"RIFF\x24\0\0\0WAVEfmt ", Kind::Audio),
            (b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind::Bmp),
            (b"BMW and Audi are cars", Kind::Text),
            (b"8BPS\0\x01", Kind::Psd),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", Kind::Avif),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Kind::Heic),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Kind::Heic),
            (b"\0\0\0\x14ftypmif1\0\0\0\0mif1\0\0\0\x0dmetaav01\0", Kind::Avif),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Kind::Video),
            (b"\0\0\0\x0cjP  \r\n\x87\n", Kind::Jp2),
            (b"II\xbc\x01\x20\0\0\0", Kind::JpegXr),
            (b"%PDF-1.7\n%\xe2\xe3", Kind::Pdf),
            (b"%PDF-1.5\n/Creator (Adobe Illustrator 27)", Kind::Illustrator),
            (b"%!PS-Adobe-3.0 EPSF-3.0", Kind::PostScript),
            (b"<?xml version=\"1.0\"?>\n<svg xmlns=\"x\">", Kind::Svg),
            (b"  <svg width=\"1\">", Kind::Svg),
            (b"<?xml version=\"1.0\"?><note/>", Kind::Xml),
            (b"{\\rtf1\\ansi", Kind::Rtf),
            (b"PK\x03\x04\x14\0\0\0\0\0holiday.jpg", Kind::Zip),
            (b"PK\x03\x04\x14\0\0\0\0\0[Content_Types].xml", Kind::Office),
            (b"just words, no picture\n", Kind::Text),
            (b"\x01\x02\x03\x04\x05\x06", Kind::Unknown),
        ];
        for (head, kind) in cases {
            assert_eq!(sniff(head), kind, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn text_that_is_cut_inside_a_character_is_still_text() {
        assert_eq!(sniff(&"Größe".as_bytes()[..3]), Kind::Text);
    }

    #[test]
    fn extensions_lead_back_to_their_kind() {
        assert_eq!(Kind::of_extension("JPG"), Some(Kind::Jpeg));
        assert_eq!(Kind::of_extension("tiff"), Some(Kind::Tiff));
        assert_eq!(Kind::of_extension("bak"), None);
    }

    proptest::proptest! {
        #[test]
        fn sniff_never_panics(head: Vec<u8>) {
            sniff(&head);
        }
    }
}
