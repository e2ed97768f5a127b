//! PDF: one page of the picture's physical size with the picture on it
//! (ISO 32000-1; the 1.4 subset). No dates and no file identifier, so that the
//! same picture makes the same bytes.

use std::borrow::Cow;

use super::page::{decimal, points};
use super::{EncodeOptions, jpeg};
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels, PixelType};
use crate::modifiers::plan::{Compression, Format};

/// The longest page side in user space units that readers accept (ISO 32000-1
/// annex C.2); bigger pages are written in bigger units.
const GREATEST_PAGE_SIDE: f64 = 14_400.0;

/// `compression` is none, zip or jpeg; jpeg takes `quality` and `full_chroma`.
/// A page is `pixels / resolution * 72` points, to a ten-thousandth of a point.
/// The picture has no alpha; the caller has flattened it.
pub(super) fn encode(bitmap: &Bitmap, options: EncodeOptions<'_>) -> Result<Vec<u8>, CodecError> {
    if bitmap.channels.has_alpha() {
        return Err(failed("it cannot keep transparency"));
    }
    let (unit, width, height) = page(bitmap, options.resolution);
    let width = decimal(width);
    let height = decimal(height);
    let unit_entry = if unit > 1.0 { format!(" /UserUnit {unit}") } else { String::new() };

    let (filter, data) = image_data(bitmap, options)?;
    let pixel_type = bitmap.channels.pixel_type();
    let device = device_space(pixel_type);
    let space = match options.profile {
        Some(_) => "[/ICCBased 6 0 R]".to_owned(),
        None => device.to_owned(),
    };

    let mut file = File::start(version(unit, options.profile));
    file.object("<< /Type /Catalog /Pages 2 0 R >>");
    file.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    file.object(&format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}]{unit_entry} /Contents 4 0 R \
         /Resources << /XObject << /Im0 5 0 R >> >> >>"
    ));
    file.stream("", format!("q {width} 0 0 {height} 0 0 cm /Im0 Do Q").as_bytes());
    file.stream(
        &format!(
            "/Type /XObject /Subtype /Image /Width {} /Height {} /BitsPerComponent 8 \
             /ColorSpace {space}{filter} ",
            bitmap.width, bitmap.height
        ),
        &data,
    );
    if let Some(profile) = options.profile {
        let n = pixel_type.components();
        file.stream(&format!("/N {n} /Alternate {device} "), profile);
    }
    file.finish()
}

/// The least version whose readers know all of what is written: units of other
/// size came with 1.6, version 4 profiles with 1.5 to 1.7 (ISO 32000-1 table 67).
fn version(unit: f64, profile: Option<&[u8]>) -> &'static str {
    // byte 8 of a profile is its major version (ICC.1 7.2.4)
    let new_profile = profile.and_then(|profile| profile.get(8)).is_some_and(|major| *major >= 4);
    match (new_profile, unit > 1.0) {
        (true, _) => "1.7",
        (false, true) => "1.6",
        (false, false) => "1.4",
    }
}

/// Points in a user space unit, and the page's width and height in units.
fn page(bitmap: &Bitmap, resolution: f64) -> (f64, f64, f64) {
    let (width, height) = (points(bitmap.width, resolution), points(bitmap.height, resolution));
    let unit = (width.max(height) / GREATEST_PAGE_SIDE).ceil().max(1.0);
    (unit, width / unit, height / unit)
}

fn device_space(pixel_type: PixelType) -> &'static str {
    match pixel_type {
        PixelType::Gray => "/DeviceGray",
        PixelType::Rgb => "/DeviceRGB",
        PixelType::Cmyk => "/DeviceCMYK",
    }
}

/// The entries of the image's dictionary that say how its data are packed, and
/// the data.
fn image_data<'a>(
    bitmap: &'a Bitmap,
    options: EncodeOptions<'_>,
) -> Result<(String, Cow<'a, [u8]>), CodecError> {
    match options.compression {
        Compression::Zip => {
            let (colours, width) = (bitmap.channels.count(), bitmap.width);
            let entries = format!(
                " /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors {colours} \
                 /BitsPerComponent 8 /Columns {width} >>"
            );
            Ok((entries, deflated(bitmap)?.into()))
        }
        Compression::Jpeg => {
            // The page has the profile and the size.
            let options = EncodeOptions { format: Format::Jpeg, profile: None, ..options };
            let data = jpeg::encode(bitmap, options, false).map_err(|error| match error {
                CodecError::Encode { detail, .. } => CodecError::Encode { format: "pdf", detail },
                other => other,
            })?;
            // Inks of a JPEG with an Adobe marker are inverted.
            let decode = match bitmap.channels {
                Channels::Cmyk => " /Decode [1 0 1 0 1 0 1 0]",
                _ => "",
            };
            Ok((format!(" /Filter /DCTDecode{decode}"), data.into()))
        }
        _ => Ok((String::new(), Cow::Borrowed(&bitmap.data))),
    }
}

/// Rows with PNG filters in a zlib stream: what the IDAT chunks of a PNG hold.
/// Inks pass for RGBA, which has as many bytes.
fn deflated(bitmap: &Bitmap) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, bitmap.width, bitmap.height);
    encoder.set_color(match bitmap.channels.pixel_type() {
        PixelType::Gray => png::ColorType::Grayscale,
        PixelType::Rgb => png::ColorType::Rgb,
        PixelType::Cmyk => png::ColorType::Rgba,
    });
    encoder.set_depth(png::BitDepth::Eight);
    // as PNG files are written
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&bitmap.data).map_err(failed)?;
    writer.finish().map_err(failed)?;

    let mut data = Vec::with_capacity(bytes.len());
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let [a, b, c, d, tail @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let Some((name, tail)) = tail.split_at_checked(4) else { break };
        let Some((body, tail)) = tail.split_at_checked(length) else { break };
        if name == b"IDAT" {
            data.extend_from_slice(body);
        }
        // the checksum
        rest = tail.get(4..).unwrap_or_default();
    }
    Ok(data)
}

fn failed(detail: impl ToString) -> CodecError {
    CodecError::Encode { format: "pdf", detail: detail.to_string() }
}

/// A file that grows object by object, numbered from 1.
struct File {
    bytes: Vec<u8>,
    /// Where each object starts.
    offsets: Vec<usize>,
}

impl File {
    fn start(version: &str) -> File {
        // Four bytes above 127 tell programs that the file is not text.
        let mut bytes = format!("%PDF-{version}\n%").into_bytes();
        bytes.extend(b"\xe2\xe3\xcf\xd3\n");
        File { bytes, offsets: Vec::new() }
    }

    fn object(&mut self, body: &str) {
        self.open();
        self.bytes.extend(body.as_bytes());
        self.bytes.extend(b"\nendobj\n");
    }

    /// `entries` of the dictionary besides the length end with a space.
    fn stream(&mut self, entries: &str, data: &[u8]) {
        self.open();
        self.bytes.extend(format!("<< {entries}/Length {} >>\nstream\n", data.len()).as_bytes());
        self.bytes.extend(data);
        self.bytes.extend(b"\nendstream\nendobj\n");
    }

    fn open(&mut self) {
        self.offsets.push(self.bytes.len());
        self.bytes.extend(format!("{} 0 obj\n", self.offsets.len()).as_bytes());
    }

    fn finish(mut self) -> Result<Vec<u8>, CodecError> {
        let table = self.bytes.len();
        // Offsets have ten digits.
        if table > 9_999_999_999 {
            return Err(failed(format!("{table} bytes are more than 9999999999")));
        }
        let count = self.offsets.len() + 1;
        self.bytes.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
        for offset in &self.offsets {
            self.bytes.extend(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let trailer =
            format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        self.bytes.extend(trailer.as_bytes());
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests;
