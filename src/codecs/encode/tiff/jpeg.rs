//! TIFF with JPEG strips (Adobe's technical note 2 about TIFF).
//!
//! Each strip is a stream with tables of its own, and without marks of colour: the TIFF
//! fields say what the components are. RGB is written as YCbCr. Inks are written as they
//! are, 255 is full: libtiff takes them so, other than stand-alone JPEG files.

use std::io::Cursor;

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use tiff::encoder::{Rational, TiffEncoder};
use tiff::tags::{CompressionMethod, PhotometricInterpretation, ResolutionUnit, Tag};

use crate::codecs::CodecError;
use crate::codecs::bitmap::{Bitmap, Channels};
use crate::codecs::encode::EncodeOptions;
use crate::codecs::jpeg::abbreviated;

/// About as many pixels in a strip: readers decode a strip at a time.
const STRIP: u32 = 1 << 20;

/// Rows of a strip but the last are a multiple of those of a subsampled MCU.
const MCU: u32 = 16;

/// Pixels along the sides of a JPEG stream, whole MCUs.
const MOST_ROWS: u32 = 65520;

pub(super) fn encode(
    mut bitmap: Bitmap,
    options: EncodeOptions<'_>,
) -> Result<Vec<u8>, CodecError> {
    if bitmap.channels == Channels::Cmyk {
        // the encoder inverts inks
        bitmap.data.iter_mut().for_each(|value| *value = 255 - *value);
    }
    let rows = (STRIP / bitmap.width.max(1) / MCU * MCU).clamp(MCU, MOST_ROWS);
    let strips = bitmap.data.chunks(bitmap.stride() * rows as usize);
    let strips: Result<Vec<_>, _> = strips.map(|strip| stream(&bitmap, strip, options)).collect();
    write(&bitmap, rows, &strips?, options).map_err(failed)
}

/// A strip's pixels as a JPEG stream.
fn stream(
    bitmap: &Bitmap,
    pixels: &[u8],
    options: EncodeOptions<'_>,
) -> Result<Vec<u8>, CodecError> {
    let colour = match bitmap.channels {
        Channels::Gray => ColorType::Luma,
        Channels::Rgb => ColorType::Rgb,
        Channels::Cmyk => ColorType::Cmyk,
        Channels::GrayAlpha | Channels::Rgba | Channels::CmykAlpha => {
            return Err(failed("jpeg compression cannot keep transparency"));
        }
    };
    let width = u16::try_from(bitmap.width).map_err(|_| {
        failed(format!("{} pixels are more than the 65535 of jpeg compression", bitmap.width))
    })?;
    let rows = (pixels.len() / bitmap.stride()) as u16;
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, options.quality);
    let (factor, _) = sampling(bitmap.channels, options);
    encoder.set_sampling_factor(factor);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(pixels, width, rows, colour).map_err(failed)?;
    abbreviated::bare(&bytes).map_err(failed)
}

/// The sampling of chroma, and its factor along both sides.
fn sampling(channels: Channels, options: EncodeOptions<'_>) -> (SamplingFactor, u16) {
    match channels == Channels::Rgb && !options.full_chroma {
        true => (SamplingFactor::F_2_2, 2),
        false => (SamplingFactor::F_1_1, 1),
    }
}

fn write(
    bitmap: &Bitmap,
    rows: u32,
    strips: &[Vec<u8>],
    options: EncodeOptions<'_>,
) -> Result<Vec<u8>, tiff::TiffError> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)?;
    let mut page = encoder.image_directory()?;
    let (mut offsets, mut counts) = (Vec::new(), Vec::new());
    for strip in strips {
        offsets.push(u32::try_from(page.write_data(&strip[..])?)?);
        counts.push(u32::try_from(strip.len())?);
    }
    let samples = bitmap.channels.count();
    let photometric = match bitmap.channels {
        Channels::Gray | Channels::GrayAlpha => PhotometricInterpretation::BlackIsZero,
        Channels::Rgb | Channels::Rgba => PhotometricInterpretation::YCbCr,
        Channels::Cmyk | Channels::CmykAlpha => PhotometricInterpretation::CMYK,
    };
    page.write_tag(Tag::ImageWidth, bitmap.width)?;
    page.write_tag(Tag::ImageLength, bitmap.height)?;
    page.write_tag(Tag::BitsPerSample, &vec![8u16; samples][..])?;
    page.write_tag(Tag::Compression, CompressionMethod::ModernJPEG)?;
    page.write_tag(Tag::PhotometricInterpretation, photometric)?;
    page.write_tag(Tag::SamplesPerPixel, samples as u16)?;
    page.write_tag(Tag::RowsPerStrip, rows)?;
    page.write_tag(Tag::StripOffsets, &offsets[..])?;
    page.write_tag(Tag::StripByteCounts, &counts[..])?;
    if photometric == PhotometricInterpretation::YCbCr {
        let (_, factor) = sampling(bitmap.channels, options);
        page.write_tag(Tag::Unknown(YCBCR_SUBSAMPLING), &[factor, factor][..])?;
        page.write_tag(Tag::Unknown(YCBCR_POSITIONING), CENTRED)?;
        let levels = [0, 255, 128, 255, 128, 255].map(|n| Rational { n, d: 1 });
        page.write_tag(Tag::Unknown(REFERENCE_BLACK_WHITE), &levels[..])?;
    }
    super::write_facts(&mut page, options)?;
    let resolution = super::rational(options.resolution);
    page.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch)?;
    page.write_tag(Tag::XResolution, resolution.clone())?;
    page.write_tag(Tag::YResolution, resolution)?;
    page.finish()?;
    Ok(bytes.into_inner())
}

const YCBCR_SUBSAMPLING: u16 = 530;
const YCBCR_POSITIONING: u16 = 531;
const REFERENCE_BLACK_WHITE: u16 = 532;

/// A chroma sample lies in the middle of its pixels.
const CENTRED: u16 = 1;

fn failed(detail: impl ToString) -> CodecError {
    CodecError::Encode { format: "tiff", detail: detail.to_string() }
}
