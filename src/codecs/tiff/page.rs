//! What the first directory says about the picture: its size, what its samples are and
//! how they are packed. Where they lie is in `chunks`.

use super::chunks::Chunks;
use super::colour::Model;
use super::compression::Compression;
use super::directory::{Directory, tag};
use super::lab::Lab;
use super::samples::Sample;
use super::{CodecError, damaged, exif, unsupported};

/// The most samples of a pixel; pictures have fewer than 10, measurements hundreds.
const MAX_SAMPLES: u64 = 64;

/// One picture of a file.
#[derive(Clone)]
pub(super) struct Page<'a> {
    pub directory: Directory<'a>,
    /// Pixels, at least 1.
    pub width: u32,
    /// Pixels, at least 1.
    pub height: u32,
    /// What one sample is.
    pub sample: Sample,
    /// Samples a pixel, extra ones included; at least as many as the model has.
    pub samples: usize,
    /// What the first samples of a pixel mean.
    pub model: Model,
    /// Index of the alpha sample, and whether the colours are premultiplied by it.
    pub alpha: Option<(usize, bool)>,
    pub compression: Compression,
    /// Each byte of the data begins with its lowest bit.
    pub reversed: bool,
    /// The decoder of JPEG has to make RGB of YCbCr.
    pub jpeg_ycbcr: bool,
    /// Tables that all JPEG strips and tiles share; empty if there are none.
    pub jpeg_tables: &'a [u8],
    /// Each sample of the pixel is stored as a picture of its own.
    pub planar: bool,
    pub chunks: Chunks<'a>,
}

impl<'a> Page<'a> {
    /// Reads the first page of a file. Cheap, no pixels are read.
    pub fn read(bytes: &'a [u8]) -> Result<Page<'a>, CodecError> {
        let directory = Directory::read(bytes)?;
        let side = |tag, name| {
            let value =
                directory.number(tag).ok_or_else(|| damaged(format!("it has no {name}")))?;
            u32::try_from(value).map_err(|_| damaged(format!("the {name} is {value}")))
        };
        let (width, height) =
            (side(tag::IMAGE_WIDTH, "width")?, side(tag::IMAGE_LENGTH, "height")?);
        if width == 0 || height == 0 {
            return Err(damaged(format!("the header says {width} x {height} pixels")));
        }
        let samples = directory.number(tag::SAMPLES_PER_PIXEL).unwrap_or(1);
        if samples > MAX_SAMPLES {
            let detail = format!("{samples} samples a pixel are more than {MAX_SAMPLES}");
            return Err(unsupported(detail));
        }
        let samples = samples as usize;
        let compression = Compression::read(&directory)?;
        let planar = directory.number(tag::PLANAR_CONFIGURATION) == Some(2) && samples > 1;
        let mut model = model(&directory, samples, compression)?;
        if samples < model.samples() {
            return Err(damaged(format!("{samples} samples a pixel")));
        }
        let bits = bits(&directory, samples)?;
        if let Model::Palette = model
            && (!(1..=8).contains(&bits) || samples != 1)
        {
            let detail = format!("a palette with {samples} samples of {bits} bits a pixel");
            return Err(unsupported(detail));
        }
        if let Model::Lab(_) = model
            && !matches!(bits, 8 | 16)
        {
            return Err(unsupported(format!("l*a*b* colours of {bits} bits")));
        }
        let sample = Sample::read(&directory, bits, &model)?;
        let mut jpeg_ycbcr = false;
        if let Model::YCbCr(subsampling) = model {
            if compression == Compression::Jpeg && !planar {
                (model, jpeg_ycbcr) = (Model::Rgb, true);
            } else if bits != 8 {
                return Err(unsupported(format!("ycbcr of {bits} bits")));
            } else if subsampling != (1, 1) && (planar || samples != 3) {
                return Err(unsupported("subsampled ycbcr with extra samples or in planes"));
            }
        }
        if compression == Compression::Jpeg && bits != 8 {
            return Err(unsupported(format!("jpeg compression of {bits} bits a sample")));
        }
        if compression.is_fax() && (bits != 1 || samples != 1 && !planar) {
            let detail = format!("fax compression of {samples} samples of {bits} bits a pixel");
            return Err(unsupported(detail));
        }
        let planes = if planar { samples } else { 1 };
        let chunks = Chunks::read(&directory, width, height, planes)?;
        let tables = directory.field(tag::JPEG_TABLES).and_then(|field| field.bytes());
        let alpha = alpha(&directory, model.samples(), samples);
        Ok(Page {
            width,
            height,
            sample,
            samples,
            model,
            alpha,
            compression,
            reversed: directory.number(tag::FILL_ORDER) == Some(2),
            jpeg_ycbcr,
            jpeg_tables: tables.unwrap_or_default(),
            planar,
            chunks,
            directory,
        })
    }

    /// Samples of a pixel that are stored together.
    pub fn together(&self) -> usize {
        if self.planar { 1 } else { self.samples }
    }

    /// Pixels across and down that share a unit of the data: more than one where colour is
    /// stored less finely than brightness.
    pub fn unit(&self) -> (u32, u32) {
        match self.model {
            Model::YCbCr(subsampling) => subsampling,
            _ => (1, 1),
        }
    }

    /// Orientation and resolution, in the same tags as in EXIF.
    pub fn facts(&self) -> exif::Exif {
        let orientation = self.directory.number(tag::ORIENTATION);
        let resolution = self.directory.field(tag::X_RESOLUTION).and_then(|field| field.real(0));
        let per_inch = match self.directory.number(tag::RESOLUTION_UNIT).unwrap_or(2) {
            2 => 1.0,
            3 => 2.54,
            // only an aspect ratio
            _ => 0.0,
        };
        exif::Exif {
            orientation: orientation
                .filter(|value| (1..=8).contains(value))
                .map(|value| value as u8),
            resolution: resolution.map(|value| value * per_inch).filter(|value| *value > 0.0),
        }
    }

    /// The embedded ICC profile, and whether it is all there.
    pub fn profile(&self) -> Option<(&'a [u8], bool)> {
        let field = self.directory.field(tag::ICC_PROFILE)?;
        Some((field.bytes()?, field.is_whole()))
    }
}

/// The colour model; a missing one is guessed as libtiff does.
fn model(
    directory: &Directory<'_>,
    samples: usize,
    compression: Compression,
) -> Result<Model, CodecError> {
    let photometric = match directory.number(tag::PHOTOMETRIC) {
        Some(photometric) => photometric,
        None if compression.is_fax() => 0,
        None if samples == 1 => 1,
        None if samples == 3 => 2,
        None => return Err(unsupported("an unknown colour model")),
    };
    let name = match photometric {
        0 => return Ok(Model::Gray { white_is_zero: true }),
        1 => return Ok(Model::Gray { white_is_zero: false }),
        2 => return Ok(Model::Rgb),
        3 => return Ok(Model::Palette),
        4 => "a transparency mask",
        5 => return Ok(Model::Cmyk),
        6 => return subsampling(directory).map(Model::YCbCr),
        8 => return Ok(Model::Lab(Lab::Cie)),
        9 => return Ok(Model::Lab(Lab::Icc)),
        10 => "itu l*a*b*",
        32803 => "samples of a camera's colour filters",
        32844 | 32845 => "logarithmic luminance",
        34892 => "linear samples of a camera",
        other => return Err(unsupported(format!("the unknown colour model {other}"))),
    };
    Err(unsupported(format!("colour model {name}")))
}

/// Pixels across and down for one Cb and one Cr.
fn subsampling(directory: &Directory<'_>) -> Result<(u32, u32), CodecError> {
    let Some(field) = directory.field(tag::YCBCR_SUBSAMPLING) else { return Ok((2, 2)) };
    match (field.unsigned(0), field.unsigned(1)) {
        (Some(h @ (1 | 2 | 4)), Some(v @ (1 | 2 | 4))) => Ok((h as u32, v as u32)),
        (h, v) => {
            let [h, v] = [h, v].map(Option::unwrap_or_default);
            Err(damaged(format!("ycbcr subsampling {h} x {v} is not of 1, 2 and 4")))
        }
    }
}

/// Bits a sample, the same for all.
fn bits(directory: &Directory<'_>, samples: usize) -> Result<u16, CodecError> {
    let Some(field) = directory.field(tag::BITS_PER_SAMPLE) else { return Ok(1) };
    let first = field.unsigned(0).ok_or_else(|| damaged("the bits per sample are cut off"))?;
    let said: Vec<u64> = (0..field.len().min(samples)).filter_map(|i| field.unsigned(i)).collect();
    if said.iter().any(|bits| *bits != first) {
        return Err(unsupported(format!("samples of different sizes, {said:?} bits")));
    }
    u16::try_from(first).map_err(|_| damaged(format!("{first} bits a sample")))
}

/// The first of the samples behind the colours that says that it is opacity. Photoshop
/// writes a fourth RGB sample without saying what it is: not alpha.
fn alpha(directory: &Directory<'_>, colours: usize, samples: usize) -> Option<(usize, bool)> {
    let field = directory.field(tag::EXTRA_SAMPLES)?;
    (colours..samples).enumerate().find_map(|(index, sample)| match field.unsigned(index)? {
        1 => Some((sample, true)),
        2 => Some((sample, false)),
        _ => None,
    })
}
