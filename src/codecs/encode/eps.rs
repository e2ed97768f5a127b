//! EPS: the picture as binary data, uncompressed (02 §5), with the comments by
//! which Photoshop and [`super::super::eps`] find it. LanguageLevel 2
//! (PostScript Language Reference Manual; EPSF 3.0 and DSC 3.0, Adobe technical
//! notes 5002 and 5001).

use super::EncodeOptions;
use super::page::{decimal, points};
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, PixelType};

/// Bytes of a profile in one line of comment: a line has 255 characters at most
/// (DSC 3.0, section 3).
const PROFILE_LINE: usize = 32;

/// The bounding box is `pixels / resolution * 72` points. The profile goes into
/// `%%BeginICCProfile` comments, as Photoshop's does; interpreters that do not
/// know them draw in device colours. The picture has no alpha; the caller has
/// flattened it.
pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    if bitmap.channels.has_alpha() {
        let detail = "it cannot keep transparency".into();
        return Err(CodecError::Encode { format: "eps", detail });
    }
    let Bitmap { width, height, data, .. } = bitmap;
    let (across, up) = (points(*width, options.resolution), points(*height, options.resolution));
    let (whole_across, whole_up) = (across.ceil(), up.ceil());
    let (across, up) = (decimal(across), decimal(up));
    // `mode` is Photoshop's number of the pixel type
    let (mode, space, decode, inks) = match bitmap.channels.pixel_type() {
        PixelType::Gray => (1, "DeviceGray", "0 1", "Black"),
        PixelType::Rgb => (3, "DeviceRGB", "0 1 0 1 0 1", ""),
        PixelType::Cmyk => (4, "DeviceCMYK", "0 1 0 1 0 1 0 1", "Cyan Magenta Yellow Black"),
    };
    let process = match inks {
        "" => String::new(),
        inks => format!("%%DocumentProcessColors: {inks}\n"),
    };
    let mut file = format!(
        "%!PS-Adobe-3.0 EPSF-3.0\n\
         %%Creator: offprint\n\
         %%BoundingBox: 0 0 {whole_across} {whole_up}\n\
         %%HiResBoundingBox: 0 0 {across} {up}\n\
         %%LanguageLevel: 2\n\
         %%DocumentData: Binary\n\
         {process}\
         %%Pages: 1\n\
         %%EndComments\n\
         %ImageData: {width} {height} 8 {mode} 0 1 1 \"beginimage\"\n\
         %%BeginProlog\n\
         /beginimage {{\n\
         << /ImageType 1 /Width {width} /Height {height} /BitsPerComponent 8\n\
         /Decode [{decode}] /ImageMatrix [{width} 0 0 -{height} 0 {height}]\n\
         /DataSource currentfile >> image\n\
         }} bind def\n\
         %%EndProlog\n\
         %%Page: 1 1\n\
         gsave\n\
         /{space} setcolorspace\n"
    )
    .into_bytes();
    // After setcolorspace: an interpreter that reads the comment sets the
    // profile's space at once.
    if let Some(profile) = options.profile {
        write_profile(&mut file, profile);
    }
    // The count takes in the line of the operator and the line feed after the data.
    let count = "beginimage\n".len() + data.len() + 1;
    file.extend(format!("{across} {up} scale\n%%BeginBinary: {count}\nbeginimage\n").as_bytes());
    file.extend(data);
    file.extend(b"\n%%EndBinary\ngrestore\nshowpage\n%%Trailer\n%%EOF\n");
    Ok(file)
}

/// Hexadecimal lines between comments (Apple, "Embedding International Color
/// Consortium Profiles in EPS", 1995).
fn write_profile(file: &mut Vec<u8>, profile: &[u8]) {
    file.extend(b"%%BeginICCProfile: (Photoshop Profile) -1 Hex\n");
    for line in profile.chunks(PROFILE_LINE) {
        file.extend(format!("% {}\n", hex::encode_upper(line)).as_bytes());
    }
    file.extend(b"%%EndICCProfile\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;
    use crate::codecs::encode::samples::smooth as picture;
    use crate::modifiers::plan::Format;

    const PLAIN: EncodeOptions<'static> =
        EncodeOptions { quality: 95, resolution: 300.0, ..EncodeOptions::of(Format::Eps) };

    const CHANNELS: [Channels; 3] = [Channels::Gray, Channels::Rgb, Channels::Cmyk];

    fn find(haystack: &[u8], needle: &[u8]) -> usize {
        haystack.windows(needle.len()).position(|window| window == needle).unwrap()
    }

    /// The rest of the line after a comment's keyword.
    fn comment<'a>(file: &'a [u8], keyword: &str) -> &'a str {
        let value = &file[find(file, format!("\n{keyword} ").as_bytes()) + keyword.len() + 2..];
        std::str::from_utf8(&value[..find(value, b"\n")]).unwrap()
    }

    #[test]
    fn binary_data_are_the_pixels_and_as_many_as_is_said() {
        for (channels, mode, space) in CHANNELS
            .into_iter()
            .zip([1, 3, 4])
            .zip(["/DeviceGray", "/DeviceRGB", "/DeviceCMYK"])
            .map(|((channels, mode), space)| (channels, mode, space))
        {
            let source = picture(channels);
            let file = encode(&source, PLAIN).unwrap();
            assert!(file.starts_with(b"%!PS-Adobe-3.0 EPSF-3.0\n"));
            assert_eq!(
                comment(&file, "%ImageData:"),
                format!("40 30 8 {mode} 0 1 1 \"beginimage\"")
            );
            find(&file, format!("\n{space} setcolorspace\n").as_bytes());
            let count: usize = comment(&file, "%%BeginBinary:").parse().unwrap();
            let start = find(&file, b"%%BeginBinary:");
            let start = start + find(&file[start..], b"\n") + 1;
            let (binary, rest) = file[start..].split_at(count);
            let pixels = binary.strip_prefix(b"beginimage\n").unwrap().strip_suffix(b"\n").unwrap();
            assert!(pixels == source.data);
            assert!(rest.starts_with(b"%%EndBinary\n") && rest.ends_with(b"%%EOF\n"));
        }
    }

    #[test]
    fn bounding_boxes_are_the_physical_size() {
        // 40 * 72 / 300 = 9.6 and 30 * 72 / 300 = 7.2; 40 * 72 / 254 = 11.33858…
        for (resolution, whole, exact) in [
            (72.0, "0 0 40 30", "0 0 40 30"),
            (300.0, "0 0 10 8", "0 0 9.6 7.2"),
            (254.0, "0 0 12 9", "0 0 11.3386 8.5039"),
        ] {
            let options = EncodeOptions { resolution, ..PLAIN };
            let file = encode(&picture(Channels::Rgb), options).unwrap();
            assert_eq!(comment(&file, "%%BoundingBox:"), whole);
            assert_eq!(comment(&file, "%%HiResBoundingBox:"), exact);
        }
    }

    #[test]
    fn a_profile_is_in_short_lines_of_comment() {
        let profile: Vec<u8> = (0..1000u32).map(|index| (index * 7 % 256) as u8).collect();
        let options = EncodeOptions { profile: Some(&profile), ..PLAIN };
        let file = encode(&picture(Channels::Cmyk), options).unwrap();
        let start = find(&file, b"%%BeginICCProfile: (Photoshop Profile) -1 Hex\n");
        let block = std::str::from_utf8(&file[start..find(&file, b"%%EndICCProfile\n")]).unwrap();
        let mut back = Vec::new();
        for line in block.lines().skip(1) {
            assert!(line.len() <= 255);
            back.extend(hex::decode(line.strip_prefix("% ").unwrap()).unwrap());
        }
        assert!(back == profile);
    }

    #[test]
    fn transparency_is_refused() {
        let error = encode(&Bitmap::zeroed(2, 2, Channels::GrayAlpha), PLAIN).unwrap_err();
        assert_eq!(error.to_string(), "eps could not be written: it cannot keep transparency");
    }

    /// For tests/reference/pages.py, which says how.
    #[test]
    #[ignore = "writes files for other programs"]
    fn writes_for_reference() {
        let folder = std::path::PathBuf::from(std::env::var_os("OFFPRINT_PAGES").unwrap());
        for (channels, name) in CHANNELS.into_iter().zip(["gray", "rgb", "cmyk"]) {
            let write = |options: EncodeOptions<'_>, tail| {
                let file = format!("page-{name}-none-{}{tail}.eps", options.resolution);
                std::fs::write(folder.join(file), encode(&picture(channels), options).unwrap())
                    .unwrap();
            };
            write(EncodeOptions { resolution: 72.0, ..PLAIN }, "");
            write(PLAIN, "");
            if let Ok(profile) = std::fs::read(folder.join(name).with_extension("icc")) {
                write(EncodeOptions { profile: Some(&profile), ..PLAIN }, "-icc");
            }
        }
    }
}
