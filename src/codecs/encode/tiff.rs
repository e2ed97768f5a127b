mod jpeg;

use std::borrow::Cow;
use std::io::{Cursor, Seek, Write};

use tiff::TiffError;
use tiff::encoder::colortype::{CMYK8, CMYKA8, ColorType, Gray8, RGB8, RGBA8};
use tiff::encoder::{
    Compression, DeflateLevel, DirectoryEncoder, Predictor, Rational, TiffEncoder, TiffKind,
    TiffValue,
};
use tiff::tags::{
    ExtraSamples, PhotometricInterpretation, ResolutionUnit, SampleFormat, Tag, Type,
};

use super::EncodeOptions;
use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::metadata::insert;
use crate::modifiers::plan;

/// Alpha is written as associated alpha, colours premultiplied (02 §5).
pub(super) fn encode(
    mut bitmap: Bitmap,
    options: EncodeOptions<'_>,
) -> Result<Vec<u8>, CodecError> {
    if options.compression == plan::Compression::Jpeg {
        return jpeg::encode(bitmap, options);
    }
    let n = bitmap.channels.count();
    if bitmap.channels.has_alpha() {
        for pixel in bitmap.data.chunks_exact_mut(n) {
            let alpha = u32::from(pixel[n - 1]);
            for colour in &mut pixel[..n - 1] {
                *colour = ((u32::from(*colour) * alpha + 127) / 255) as u8;
            }
        }
    }
    let result = match bitmap.channels {
        Channels::Gray => write::<Gray8>(&bitmap, options),
        Channels::GrayAlpha => write::<GrayAlpha8>(&bitmap, options),
        Channels::Rgb => write::<RGB8>(&bitmap, options),
        Channels::Rgba => write::<RGBA8>(&bitmap, options),
        Channels::Cmyk => write::<CMYK8>(&bitmap, options),
        Channels::CmykAlpha => write::<CMYKA8>(&bitmap, options),
    };
    result.map_err(|error| CodecError::Encode { format: "tiff", detail: error.to_string() })
}

fn write<C: ColorType<Inner = u8>>(
    bitmap: &Bitmap,
    options: EncodeOptions<'_>,
) -> Result<Vec<u8>, TiffError> {
    let mut bytes = Cursor::new(Vec::new());
    let encoder = TiffEncoder::new(&mut bytes)?;
    // Without the predictor LZW makes photographs larger than no compression.
    let mut encoder = match options.compression {
        plan::Compression::None
        | plan::Compression::Jpeg
        | plan::Compression::Lossy
        | plan::Compression::Lossless => encoder.with_compression(Compression::Uncompressed),
        plan::Compression::Lzw => {
            encoder.with_compression(Compression::Lzw).with_predictor(Predictor::Horizontal)
        }
        plan::Compression::Zip => encoder
            .with_compression(Compression::Deflate(DeflateLevel::Balanced))
            .with_predictor(Predictor::Horizontal),
    };
    let mut image = encoder.new_image::<C>(bitmap.width, bitmap.height)?;
    if bitmap.channels.has_alpha() {
        let associated = [ExtraSamples::AssociatedAlpha.to_u16()];
        image.encoder().write_tag(Tag::ExtraSamples, &associated[..])?;
    }
    write_facts(image.encoder(), options)?;
    image.resolution(ResolutionUnit::Inch, rational(options.resolution));
    image.write_data(&bitmap.data)?;
    Ok(bytes.into_inner())
}

/// Writes the profile and what is kept of the source.
fn write_facts<W: Write + Seek, K: TiffKind>(
    page: &mut DirectoryEncoder<'_, W, K>,
    options: EncodeOptions<'_>,
) -> Result<(), TiffError> {
    if let Some(profile) = options.profile {
        page.write_tag(Tag::IccProfile, Undefined(profile))?;
    }
    if let Some(embedded) = options.embedded {
        for (tag, bytes) in insert::tiff_tags(embedded.xmp.as_ref(), &embedded.resources) {
            page.write_tag(Tag::Unknown(tag), bytes)?;
        }
    }
    Ok(())
}

/// A thousandth of a dot is finer than any printer.
fn rational(dpi: f64) -> Rational {
    if dpi.fract() == 0.0 && dpi <= f64::from(u32::MAX) {
        Rational { n: dpi as u32, d: 1 }
    } else {
        Rational { n: (dpi * 1000.0).round() as u32, d: 1000 }
    }
}

/// Bytes of no type, as ICC.1 wants profiles written.
struct Undefined<'a>(&'a [u8]);

impl TiffValue for Undefined<'_> {
    const BYTE_LEN: u8 = 1;
    const FIELD_TYPE: Type = Type::UNDEFINED;

    fn count(&self) -> usize {
        self.0.len()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.0)
    }
}

/// Gray and alpha; the crate has no such type.
struct GrayAlpha8;

impl ColorType for GrayAlpha8 {
    type Inner = u8;
    const TIFF_VALUE: PhotometricInterpretation = PhotometricInterpretation::BlackIsZero;
    const BITS_PER_SAMPLE: &'static [u16] = &[8, 8];
    const SAMPLE_FORMAT: &'static [SampleFormat] = &[SampleFormat::Uint, SampleFormat::Uint];

    fn horizontal_predict(row: &[u8], result: &mut Vec<u8>) {
        let before = [0, 0].iter().chain(row);
        result.extend(row.iter().zip(before).map(|(value, before)| value.wrapping_sub(*before)));
    }
}
