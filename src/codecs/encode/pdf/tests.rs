use std::io::Read;

use super::*;
use crate::codecs::encode::samples::smooth as picture;

const PLAIN: EncodeOptions<'static> =
    EncodeOptions { quality: 95, resolution: 300.0, ..EncodeOptions::of(Format::Pdf) };

const CHANNELS: [Channels; 3] = [Channels::Gray, Channels::Rgb, Channels::Cmyk];

/// A PDF as its cross-reference table shows it.
struct Parsed<'a> {
    bytes: &'a [u8],
    offsets: Vec<usize>,
    trailer: String,
}

impl<'a> Parsed<'a> {
    fn read(bytes: &'a [u8]) -> Parsed<'a> {
        let tail = String::from_utf8_lossy(&bytes[bytes.len() - 40..]).into_owned();
        let start = tail.split("startxref\n").nth(1).unwrap();
        let start: usize = start.strip_suffix("\n%%EOF\n").unwrap().parse().unwrap();
        let table = std::str::from_utf8(&bytes[start..]).unwrap();
        let entries = table.strip_prefix("xref\n0 ").unwrap();
        let (count, entries) = entries.split_once('\n').unwrap();
        let count: usize = count.parse().unwrap();
        let (entries, trailer) = entries.split_at(count * 20);
        let mut offsets = Vec::new();
        for (number, entry) in entries.as_bytes().chunks(20).enumerate() {
            let entry = std::str::from_utf8(entry).unwrap();
            assert!(entry.ends_with(if number == 0 { " 65535 f \n" } else { " 00000 n \n" }));
            offsets.push(entry[..10].parse().unwrap());
        }
        assert!(trailer.starts_with(&format!("trailer\n<< /Size {count} ")));
        Parsed { bytes, offsets, trailer: trailer.to_owned() }
    }

    /// The text of an object up to its stream, and the stream.
    fn object(&self, number: usize) -> (String, &'a [u8]) {
        let body = &self.bytes[self.offsets[number]..];
        let body = body.strip_prefix(format!("{number} 0 obj\n").as_bytes()).unwrap();
        let end = find(body, b"\nendobj\n");
        let Some(stream) = find(body, b"\nstream\n").filter(|at| Some(*at) < end) else {
            return (String::from_utf8(body[..end.unwrap()].to_vec()).unwrap(), &[]);
        };
        let head = String::from_utf8(body[..stream].to_vec()).unwrap();
        let length: usize = entry(&head, "/Length ").parse().unwrap();
        let data = &body[stream + 8..][..length];
        assert!(body[stream + 8 + length..].starts_with(b"\nendstream\nendobj\n"));
        (head, data)
    }

    /// The object that an entry of the trailer or of an object refers to.
    fn follow(&self, text: &str, key: &str) -> (String, &'a [u8]) {
        self.object(entry(text, key).parse().unwrap())
    }

    fn page(&self) -> String {
        let root = self.follow(&self.trailer, "/Root ").0;
        assert!(root.contains("/Type /Catalog"));
        let pages = self.follow(&root, "/Pages ").0;
        assert!(pages.contains("/Type /Pages") && pages.contains("/Count 1"));
        self.follow(&pages, "/Kids [").0
    }

    fn image(&self) -> (String, &'a [u8]) {
        self.follow(&self.page(), "/Im0 ")
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The word after a key.
fn entry<'a>(text: &'a str, key: &str) -> &'a str {
    let value = text.split_once(key).unwrap_or_else(|| panic!("{key} is not in {text}")).1;
    value.split([' ', ']', '>']).next().unwrap()
}

/// Undoes the filters of PNG (PNG specification 9.2) on zlib data.
fn inflated(data: &[u8], n: usize, stride: usize) -> Vec<u8> {
    let mut filtered = Vec::new();
    flate2::read::ZlibDecoder::new(data).read_to_end(&mut filtered).unwrap();
    let mut rows: Vec<u8> = Vec::new();
    for row in filtered.chunks(stride + 1) {
        let start = rows.len();
        for (index, byte) in row[1..].iter().enumerate() {
            let left = if index < n { 0 } else { rows[start + index - n] };
            let up = if start == 0 { 0 } else { rows[start + index - stride] };
            let corner = if index < n || start == 0 { 0 } else { rows[start + index - n - stride] };
            let estimate = i32::from(left) + i32::from(up) - i32::from(corner);
            let paeth = [left, up, corner]
                .into_iter()
                .min_by_key(|value| (estimate - i32::from(*value)).abs())
                .unwrap();
            let mean = ((u16::from(left) + u16::from(up)) / 2) as u8;
            let predicted = [0, left, up, mean, paeth][usize::from(row[0])];
            rows.push(byte.wrapping_add(predicted));
        }
    }
    rows
}

#[test]
fn pixels_come_back_exactly_plain_and_zipped() {
    for channels in CHANNELS {
        for compression in [Compression::None, Compression::Zip] {
            let source = picture(channels);
            let bytes = encode(&source, EncodeOptions { compression, ..PLAIN }).unwrap();
            let (head, data) = Parsed::read(&bytes).image();
            assert!(head.contains("/Width 40 /Height 30 /BitsPerComponent 8"));
            let n = channels.count();
            if compression == Compression::Zip {
                assert!(head.contains("/Filter /FlateDecode"));
                assert_eq!(entry(&head, "/Predictor "), "15");
                assert_eq!(entry(&head, "/Colors "), n.to_string());
                assert_eq!(entry(&head, "/Columns "), "40");
                assert!(inflated(data, n, 40 * n) == source.data);
            } else {
                assert!(!head.contains("/Filter"));
                assert!(data == source.data);
            }
            let device = ["/DeviceGray", "/DeviceRGB", "/DeviceCMYK"]
                [[1, 3, 4].iter().position(|count| *count == n).unwrap()];
            assert!(head.contains(&format!("/ColorSpace {device} ")), "{head}");
        }
    }
}

#[test]
fn jpeg_is_a_baseline_jpeg_and_inks_are_turned_round() {
    for channels in CHANNELS {
        let source = picture(channels);
        let options = EncodeOptions { compression: Compression::Jpeg, ..PLAIN };
        let bytes = encode(&source, options).unwrap();
        let (head, data) = Parsed::read(&bytes).image();
        assert!(head.contains("/Filter /DCTDecode"));
        let inverted = channels == Channels::Cmyk;
        assert_eq!(head.contains("/Decode [1 0 1 0 1 0 1 0]"), inverted);
        assert_eq!(find(data, b"Adobe").is_some(), inverted);
        // jpeg-decoder turns the inks of YCCK files round itself
        let back = jpeg_decoder::Decoder::new(data).decode().unwrap();
        for (one, other) in source.data.iter().zip(back) {
            // quality 95
            assert!(one.abs_diff(other) <= 6, "{channels:?}: {one} {other}");
        }
    }
}

#[test]
fn the_page_has_the_physical_size() {
    // pixels * 72 / dpi: 40 * 72 / 300 = 9.6 and 30 * 72 / 300 = 7.2;
    // 40 * 72 / 254 = 11.33858… and 30 * 72 / 254 = 8.50393…
    for (resolution, width, height) in
        [(72.0, "40", "30"), (300.0, "9.6", "7.2"), (254.0, "11.3386", "8.5039")]
    {
        let options = EncodeOptions { resolution, ..PLAIN };
        let bytes = encode(&picture(Channels::Gray), options).unwrap();
        let parsed = Parsed::read(&bytes);
        let page = parsed.page();
        assert!(page.contains(&format!("/MediaBox [0 0 {width} {height}]")), "{page}");
        assert!(!page.contains("/UserUnit"));
        let (_, content) = parsed.follow(&page, "/Contents ");
        let expected = format!("q {width} 0 0 {height} 0 0 cm /Im0 Do Q");
        assert_eq!(std::str::from_utf8(content).unwrap(), expected);
        assert!(bytes.starts_with(b"%PDF-1.4\n"));
    }
}

#[test]
fn pages_above_200_inches_have_bigger_units() {
    // 40000 pixels at 72 dpi are 40000 points: 3 points a unit, 13333.3333 units
    let options = EncodeOptions { resolution: 72.0, ..PLAIN };
    let bytes = encode(&Bitmap::zeroed(40_000, 3, Channels::Gray), options).unwrap();
    let page = Parsed::read(&bytes).page();
    assert!(page.contains("/MediaBox [0 0 13333.3333 1] /UserUnit 3 "), "{page}");
    assert!(bytes.starts_with(b"%PDF-1.6\n"));
}

#[test]
fn sizes_never_come_out_as_nothing() {
    let options = EncodeOptions { resolution: 1e9, ..PLAIN };
    let bytes = encode(&picture(Channels::Gray), options).unwrap();
    assert!(Parsed::read(&bytes).page().contains("/MediaBox [0 0 0.0001 0.0001]"));
}

#[test]
fn a_profile_is_the_colour_space() {
    for (channels, n, device, major, version) in [
        (Channels::Gray, 1, "/DeviceGray", 2, "1.4"),
        (Channels::Rgb, 3, "/DeviceRGB", 4, "1.7"),
        (Channels::Cmyk, 4, "/DeviceCMYK", 2, "1.4"),
    ] {
        let mut profile = vec![7; 500];
        profile[8] = major;
        for compression in [Compression::None, Compression::Zip, Compression::Jpeg] {
            let options = EncodeOptions { compression, profile: Some(&profile), ..PLAIN };
            let bytes = encode(&picture(channels), options).unwrap();
            let parsed = Parsed::read(&bytes);
            let (head, data) = parsed.image();
            let (entries, stream) = parsed.follow(&head, "/ColorSpace [/ICCBased ");
            assert_eq!(entry(&entries, "/N "), n.to_string());
            assert_eq!(entry(&entries, "/Alternate "), device);
            assert!(stream == profile);
            assert!(find(data, b"ICC_PROFILE").is_none(), "not twice");
            assert!(bytes.starts_with(format!("%PDF-{version}\n").as_bytes()));
        }
    }
}

#[test]
fn transparency_and_sides_that_jpeg_cannot_have_are_refused() {
    let text = |bitmap: &Bitmap, compression| {
        encode(bitmap, EncodeOptions { compression, ..PLAIN }).unwrap_err().to_string()
    };
    assert_eq!(
        text(&Bitmap::zeroed(2, 2, Channels::Rgba), Compression::None),
        "pdf could not be written: it cannot keep transparency"
    );
    assert_eq!(
        text(&Bitmap::zeroed(65_536, 1, Channels::Gray), Compression::Jpeg),
        "pdf could not be written: 65536 pixels are more than 65535"
    );
}

/// For tests/reference/pages.py, which says how. Profiles are read from
/// `gray.icc`, `rgb.icc` and `cmyk.icc` in the same folder, where there are any.
#[test]
#[ignore = "writes files for other programs"]
fn writes_for_reference() {
    let folder = std::path::PathBuf::from(std::env::var_os("OFFPRINT_PAGES").unwrap());
    for (channels, name) in CHANNELS.into_iter().zip(["gray", "rgb", "cmyk"]) {
        let profile = std::fs::read(folder.join(name).with_extension("icc")).ok();
        for (compression, word) in
            [(Compression::None, "none"), (Compression::Zip, "zip"), (Compression::Jpeg, "jpeg")]
        {
            for (resolution, profile, tail) in
                [(72.0, None, ""), (300.0, None, ""), (300.0, profile.as_deref(), "-icc")]
            {
                if profile.is_none() && !tail.is_empty() {
                    continue;
                }
                let full_chroma = true;
                let options =
                    EncodeOptions { compression, resolution, profile, full_chroma, ..PLAIN };
                let file = format!("page-{name}-{word}-{resolution}{tail}.pdf");
                std::fs::write(folder.join(file), encode(&picture(channels), options).unwrap())
                    .unwrap();
            }
        }
    }
}
