//! TIFF sources, first page.

mod lab;
mod palette;
mod photometric;

use std::io::Cursor;

use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::{
    CompressionMethod, ExtraSamples, PhotometricInterpretation, PlanarConfiguration, Tag,
};
use tiff::{ColorType, TiffError};

use super::bitmap::{Bitmap, Channels};
use super::sniff::Kind;
use super::{CodecError, SourceInfo, Stored, eight_bits, exif, source_info};
use lab::Lab;

type Reader<'a> = Decoder<Cursor<&'a [u8]>>;

pub(super) fn probe(bytes: &[u8]) -> Result<SourceInfo, CodecError> {
    let mut decoder = open(bytes)?;
    let (width, height) = decoder.dimensions().map_err(failed)?;
    let mut info = source_info(Kind::Tiff, width, height, facts(&mut decoder));
    let alpha = layout(&mut decoder)?.alpha;
    info.has_alpha = alpha.is_some();
    info.associated_alpha = alpha.is_some_and(|(_, associated)| associated);
    Ok(info)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Stored, CodecError> {
    let renamed;
    let mut decoder = open(bytes)?;
    let (width, height) = decoder.dimensions().map_err(failed)?;
    let layout = layout(&mut decoder)?;
    let mut profile = decoder.get_tag_u8_vec(Tag::IccProfile).ok();
    let mut palette = None;
    if layout.palette {
        palette = Some(decoder.get_tag_u16_vec(Tag::ColorMap).map_err(failed)?);
        renamed = photometric::as_gray(bytes)
            .ok_or_else(|| CodecError::unsupported(Kind::Tiff, "a palette in a BigTIFF"))?;
        decoder = open(&renamed)?;
    } else if layout.lab.is_some() {
        renamed = photometric::as_rgb(bytes)
            .ok_or_else(|| CodecError::unsupported(Kind::Tiff, "l*a*b* colours in a BigTIFF"))?;
        decoder = open(&renamed)?;
    }

    let mut result = DecodingResult::U8(Vec::new());
    if layout.planar && layout.tiled {
        // tiff 0.11 panics on the last row of tiles of the second plane
        return Err(CodecError::unsupported(Kind::Tiff, "tiles in separate colour planes"));
    }
    let planes = decoder.read_image_to_buffer(&mut result).map_err(failed)?;
    if result.as_buffer(0).as_bytes().len() < planes.complete_len {
        return Err(CodecError::unsupported(Kind::Tiff, "planes that do not fit into memory"));
    }
    let pixels = width as usize * height as usize;
    if let Some(kind) = layout.lab {
        let bitmap = lab::to_srgb(&result, kind, &layout, width, height)?;
        // the colours are no longer what a profile in the file is about
        profile = Some(lab::SRGB.to_vec());
        return Ok(Stored { profile, ..Stored::new(bitmap) });
    }
    let samples = match result {
        DecodingResult::U8(samples) if layout.bits == 8 => samples,
        DecodingResult::U8(packed) => unpack(&packed, &layout, width, height),
        DecodingResult::U16(samples) => {
            // depths between 8 and 16 bits arrive in 16-bit words
            let top = u32::from(u16::MAX) >> (16 - u32::from(layout.bits.min(16)));
            let widen = |v: u16| (u32::from(v).min(top) * 65535 / top) as u16;
            samples.into_iter().map(|v| eight_bits(widen(v))).collect()
        }
        DecodingResult::F32(samples) => {
            samples.into_iter().map(|v| (v.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect()
        }
        _ => {
            let detail = format!("{} bits a sample of this type", layout.bits);
            return Err(CodecError::unsupported(Kind::Tiff, detail));
        }
    };
    if samples.len() < pixels * layout.samples {
        return Err(CodecError::damaged(Kind::Tiff, "the picture data are too short"));
    }
    let bitmap = match palette {
        Some(map) => palette::coloured(&samples, &map, layout.bits, width, height)?,
        None => interleave(&samples, &layout, width, height),
    };
    let mut stored = Stored::new(bitmap);
    stored.profile = profile;
    Ok(stored)
}

/// How the samples of one pixel are stored.
struct Layout {
    /// Bits a sample.
    bits: u8,
    /// Samples a pixel, extra ones included.
    samples: usize,
    /// 1 gray, 3 RGB, 4 CMYK.
    colours: usize,
    /// Index of the alpha sample, and whether the colours are premultiplied by it.
    alpha: Option<(usize, bool)>,
    planar: bool,
    tiled: bool,
    /// The three colours are Y, Cb and Cr.
    ycbcr: bool,
    /// The one sample is an index into the colour map.
    palette: bool,
    /// The three colours are L*, a* and b*.
    lab: Option<Lab>,
}

fn layout(decoder: &mut Reader<'_>) -> Result<Layout, CodecError> {
    let number =
        |decoder: &mut Reader<'_>, tag| decoder.find_tag_unsigned::<u16>(tag).map_err(failed);
    let photometric = number(decoder, Tag::PhotometricInterpretation)?;
    let colours = match photometric.and_then(PhotometricInterpretation::from_u16) {
        Some(PhotometricInterpretation::WhiteIsZero | PhotometricInterpretation::BlackIsZero) => 1,
        Some(PhotometricInterpretation::RGBPalette) => 1,
        Some(PhotometricInterpretation::RGB) => 3,
        Some(PhotometricInterpretation::CMYK) => 4,
        Some(PhotometricInterpretation::CIELab | PhotometricInterpretation::IccLab) => 3,
        // only JPEG compression brings the chroma to full size
        Some(PhotometricInterpretation::YCbCr)
            if number(decoder, Tag::Compression)?
                == Some(CompressionMethod::ModernJPEG.to_u16()) =>
        {
            3
        }
        Some(other) => {
            return Err(CodecError::unsupported(Kind::Tiff, format!("colour model {other:?}")));
        }
        None => return Err(CodecError::unsupported(Kind::Tiff, "an unknown colour model")),
    };
    let samples = usize::from(number(decoder, Tag::SamplesPerPixel)?.unwrap_or(1));
    let palette = photometric == Some(PhotometricInterpretation::RGBPalette.to_u16());
    let lab = photometric.and_then(Lab::of_photometric);
    let bits = if palette {
        let bits = number(decoder, Tag::BitsPerSample)?.unwrap_or(1);
        if !(1..=8).contains(&bits) || samples != 1 {
            let detail = format!("a palette with {samples} samples of {bits} bits a pixel");
            return Err(CodecError::unsupported(Kind::Tiff, detail));
        }
        bits as u8
    } else if lab.is_some() {
        // the crate's colour type does not know all of them
        let bits = decoder.find_tag_unsigned_vec::<u16>(Tag::BitsPerSample).map_err(failed)?;
        match bits.as_deref() {
            Some([first @ (8 | 16), rest @ ..]) if rest.iter().all(|bits| bits == first) => {
                *first as u8
            }
            other => {
                let detail = format!("l*a*b* colours of {other:?} bits");
                return Err(CodecError::unsupported(Kind::Tiff, detail));
            }
        }
    } else {
        match decoder.colortype().map_err(failed)? {
            ColorType::Multiband { bit_depth, .. } => bit_depth,
            other => other.bit_depth(),
        }
    };
    if samples < colours {
        return Err(CodecError::damaged(Kind::Tiff, format!("{samples} samples a pixel")));
    }
    let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples).map_err(failed)?;
    // Photoshop writes a fourth RGB sample without saying what it is: not alpha.
    let alpha = extra.unwrap_or_default().iter().enumerate().find_map(|(index, kind)| {
        let associated = match ExtraSamples::from_u16(*kind) {
            Some(ExtraSamples::AssociatedAlpha) => true,
            Some(ExtraSamples::UnassociatedAlpha) => false,
            _ => return None,
        };
        (colours + index < samples).then_some((colours + index, associated))
    });
    let planar =
        number(decoder, Tag::PlanarConfiguration)? == Some(PlanarConfiguration::Planar.to_u16());
    let tiled = decoder.get_chunk_type() == ChunkType::Tile;
    let ycbcr = photometric == Some(PhotometricInterpretation::YCbCr.to_u16());
    Ok(Layout { bits, samples, colours, alpha, planar, tiled, ycbcr, palette, lab })
}

/// Picks the colours and the alpha of each pixel out of its samples.
fn interleave(samples: &[u8], layout: &Layout, width: u32, height: u32) -> Bitmap {
    let pixels = width as usize * height as usize;
    let (step, next) = if layout.planar { (1, pixels) } else { (layout.samples, 1) };
    let channels = match layout.colours {
        1 => Channels::Gray,
        4 => Channels::Cmyk,
        _ => Channels::Rgb,
    };
    let mut out = Bitmap::zeroed(width, height, channels.with_alpha(layout.alpha.is_some()));
    let n = out.channels.count();
    for (index, pixel) in out.data.chunks_exact_mut(n).enumerate() {
        let sample = |number: usize| samples[index * step + number * next];
        if layout.ycbcr {
            pixel[..3].copy_from_slice(&rgb_of([sample(0), sample(1), sample(2)]));
        } else {
            for (number, colour) in pixel[..layout.colours].iter_mut().enumerate() {
                *colour = sample(number);
            }
        }
        if let Some((number, associated)) = layout.alpha {
            let alpha = sample(number);
            pixel[n - 1] = alpha;
            if associated && alpha != 255 {
                for colour in &mut pixel[..n - 1] {
                    *colour = divided(*colour, alpha);
                }
            }
        }
    }
    out
}

/// Y, Cb, Cr of JFIF to R, G, B.
fn rgb_of([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
    rgb.map(|value| (value + 0.5).clamp(0.0, 255.0) as u8)
}

/// Undoes premultiplication.
fn divided(colour: u8, alpha: u8) -> u8 {
    if alpha == 0 {
        return 0;
    }
    let alpha = u32::from(alpha);
    ((u32::from(colour) * 255 + alpha / 2) / alpha).min(255) as u8
}

/// Samples of fewer than 8 bits, rows padded to whole bytes, to 8 bits.
fn unpack(packed: &[u8], layout: &Layout, width: u32, height: u32) -> Vec<u8> {
    let bits = usize::from(layout.bits.clamp(1, 8));
    let top = (1u32 << bits) - 1;
    let planes = if layout.planar { layout.samples } else { 1 };
    let row_samples = width as usize * if layout.planar { 1 } else { layout.samples };
    let row_bytes = (row_samples * bits).div_ceil(8);
    let rows = packed.chunks_exact(row_bytes.max(1)).take(height as usize * planes);
    let mut samples = Vec::with_capacity(rows.len() * row_samples);
    for row in rows {
        for index in 0..row_samples {
            let bit = index * bits;
            // a sample may begin in one byte and end in the next
            let word = u32::from(row[bit / 8]) << 8
                | u32::from(row.get(bit / 8 + 1).copied().unwrap_or_default());
            let value = word >> (16 - bits - bit % 8) & top;
            samples.push(((value * 255 + top / 2) / top) as u8);
        }
    }
    samples
}

/// Orientation and resolution, in the same tags as in EXIF.
fn facts(decoder: &mut Reader<'_>) -> exif::Exif {
    let orientation = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    let resolution = decoder.find_tag(Tag::XResolution).ok().flatten();
    let unit = decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit).ok().flatten();
    let value = match resolution {
        Some(tiff::decoder::ifd::Value::Rational(n, d)) => Some(f64::from(n) / f64::from(d)),
        _ => None,
    };
    exif::Exif {
        orientation: orientation.filter(|value| (1..=8).contains(value)),
        resolution: value.filter(|value| value.is_finite() && *value > 0.0).and_then(|value| {
            match unit.unwrap_or(2) {
                2 => Some(value),
                3 => Some(value * 2.54),
                _ => None,
            }
        }),
    }
}

fn open(bytes: &[u8]) -> Result<Reader<'_>, CodecError> {
    // The picture's size is checked by the caller before it is decoded.
    let mut limits = Limits::unlimited();
    limits.ifd_value_size = bytes.len();
    Ok(Decoder::new(Cursor::new(bytes)).map_err(failed)?.with_limits(limits))
}

fn failed(error: TiffError) -> CodecError {
    match error {
        TiffError::UnsupportedError(what) => CodecError::unsupported(Kind::Tiff, what),
        error => CodecError::damaged(Kind::Tiff, error),
    }
}
