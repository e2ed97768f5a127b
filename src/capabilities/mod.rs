//! What this build reads and writes: for `GetCapabilities`, `offprint formats` and
//! `docs/formats.md`, which are all made from here.

mod page;
mod sources;

use crate::codecs;
use crate::modifiers::plan::{Compression, FileFormat, Format, PixelType};
pub use page::page;
pub use sources::{SourceFormat, source_formats};

/// A keyword of `fmt=` and what it can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputFormat {
    pub keyword: &'static str,
    /// Other words that mean the same.
    pub spellings: Vec<&'static str>,
    /// With its dot.
    pub extension: &'static str,
    pub mime_type: &'static str,
    pub alpha: bool,
    pub pixel_types: Vec<PixelType>,
    /// Those that are written, the default first; empty where there is no choice.
    pub compressions: Vec<Compression>,
    /// `qlt=` means something with one of the compressions.
    pub quality: bool,
    /// `quantize=` means something.
    pub palette: bool,
    /// A colour profile (`iccEmbed=1`).
    pub profile: bool,
    /// XMP and Photoshop paths (`xmpEmbed=1`, `pathEmbed=1`).
    pub metadata: bool,
    /// Longest side in pixels that such a file can have; `None`: the limits decide.
    pub greatest_side: Option<u32>,
    /// Values of `fmt=` that are refused, and why. When nothing of the format is
    /// written, its keyword alone.
    pub refused: Vec<(String, &'static str)>,
    pub remark: &'static str,
}

impl OutputFormat {
    /// Whether anything of it is written.
    pub fn written(&self) -> bool {
        self.refused.iter().all(|(value, _)| value != &format!("fmt={}", self.keyword))
    }
}

/// In the order of 02 §5.
pub fn output_formats() -> Vec<OutputFormat> {
    FileFormat::choices().map(output_format).collect()
}

fn output_format(choice: FileFormat) -> OutputFormat {
    let format = choice.format;
    let values = choice.variants();
    let mut refused: Vec<(String, &'static str)> = Vec::new();
    for why in values.iter().filter_map(FileFormat::unwritten) {
        if !refused.iter().any(|(value, _)| *value == why.value) {
            refused.push((why.value, why.why));
        }
    }
    let mut compressions = Vec::new();
    for value in values.iter().filter(|value| value.unwritten().is_none()) {
        if choice.has_compressions() && !compressions.contains(&value.compression) {
            compressions.push(value.compression);
        }
    }
    let side = codecs::greatest_side(format);
    OutputFormat {
        keyword: choice.keyword(),
        spellings: choice.spellings(),
        extension: format.extension(),
        mime_type: format.mime_type(),
        alpha: choice.alpha,
        pixel_types: PixelType::ALL.into_iter().filter(|kind| choice.takes(*kind)).collect(),
        quality: values.iter().any(FileFormat::uses_quality),
        palette: choice.uses_palette(),
        profile: codecs::holds_profile(format),
        metadata: codecs::holds_metadata(format),
        greatest_side: (side < i32::MAX as u32).then_some(side),
        compressions,
        refused,
        remark: remark(format),
    }
}

/// What a user should know of the files that are written.
fn remark(format: Format) -> &'static str {
    match format {
        Format::Jpeg => {
            "baseline, or progressive with `pscan=`; cmyk as YCCK with the Adobe marker"
        }
        Format::ProgressiveJpeg => "progressive",
        Format::Png => "8 bits",
        Format::Png8 | Format::Gif => {
            "a palette by `quantize=`; pixels less than half opaque are transparent, others lie on `bgc`"
        }
        Format::Tiff => "alpha is associated; jpeg in strips: YCbCr, gray or inks",
        Format::Pdf => "one page of the physical size",
        Format::Eps => "EPSF-3.0, uncompressed binary",
        Format::Webp => "libwebp",
        Format::Avif => "rav1e, 4:4:4; about 3.6 s a megapixel",
        Format::Jpeg2000 => "OpenJPEG; quality 1 to 100 is 25 to 45 dB",
        Format::JpegXr => "our own encoder",
        Format::Heic => "",
    }
}
