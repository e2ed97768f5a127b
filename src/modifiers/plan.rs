//! What will be done to one picture, with every default filled in.
//!
//! A [`Plan`] is the typed result of resolving a modifier, a macro and the
//! defaults ([`super::resolve`]). It knows nothing of a particular source: the
//! renderer and `explain` apply it to a picture's size (spec 01 §5).

/// Everything that one conversion does, in the order of spec 02 §1.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Cut of the upright source picture, before any scaling (02 §3.3 `crop`).
    pub crop: Option<Crop>,
    /// Size, fit, alignment and background of the output (01 §5.7).
    pub view: View,
    /// Filter of every resampling (02 §4.2 `resMode`).
    pub res_mode: ResMode,
    /// Fixed 3x3 sharpening of the final view (02 §4.5 `op_sharpen`).
    pub sharpen: bool,
    /// Unsharp masking of the final view, radius in full-resolution pixels,
    /// multiplied by the whole reduction before use (ruling 11 `op_usm`).
    pub usm: Option<UnsharpMask>,
    /// Unsharp masking of the final view, radius as is (`op_usmR`).
    pub usm_r: Option<UnsharpMask>,
    /// File format and what goes with it.
    pub output: Output,
}

/// A rectangle cut out of the source. May reach outside the source; the part
/// outside is transparent (02 §3.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Crop {
    /// `crop=x,y,w,h`: source pixels from the top-left. Width and height are
    /// positive, or both zero for the whole picture (ruling 21).
    Pixels { x: i32, y: i32, width: u32, height: u32 },
    /// `cropN=x,y,w,h`: the same, in units of the source's width and height.
    /// Edges are rounded: x0 = round(x·W), x1 = round((x+w)·W).
    Normalised { x: f64, y: f64, width: f64, height: f64 },
}

/// The view transform of 01 §5.7.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// `wid=`: width of the output in pixels, at least 1.
    pub width: Option<u32>,
    /// `hei=`: height of the output in pixels, at least 1.
    pub height: Option<u32>,
    /// `fit=`: how the picture goes into width x height.
    pub fit: Fit,
    /// `scl=`: inverse scale factor, above 0. Overrides fit.
    pub scale: Option<f64>,
    /// `align=`: place of the scaled picture in the view.
    pub align: Align,
    /// `bgc=`: colour under transparent and uncovered parts; ignored by
    /// formats that keep alpha. RGB, 0 to 255 each.
    pub background: [u8; 3],
}

/// `fit=mode[,upscale]`, default `fit,0` (02 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    pub mode: FitMode,
    /// Whether the picture may be enlarged.
    pub upscale: bool,
}

/// The seven modes of `fit=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitMode {
    Fit,
    Constrain,
    Crop,
    Wrap,
    Stretch,
    Hfit,
    Vfit,
}

impl FitMode {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            FitMode::Fit => "fit",
            FitMode::Constrain => "constrain",
            FitMode::Crop => "crop",
            FitMode::Wrap => "wrap",
            FitMode::Stretch => "stretch",
            FitMode::Hfit => "hfit",
            FitMode::Vfit => "vfit",
        }
    }
}

/// `align=h,v`: -1 is left or top, 0 the centre, 1 right or bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Align {
    pub horizontal: f64,
    pub vertical: f64,
}

/// `resMode=`: the kernels of 02 §4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResMode {
    /// Triangle.
    Bilin,
    /// Catmull-Rom, a = -0.5.
    Bicub,
    /// Lanczos with three lobes.
    Sharp2,
    /// Cubic, a = -1.
    Bisharp,
}

impl ResMode {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            ResMode::Bilin => "bilin",
            ResMode::Bicub => "bicub",
            ResMode::Sharp2 => "sharp2",
            ResMode::Bisharp => "bisharp",
        }
    }
}

/// `op_usm=amount[,radius[,threshold[,mono]]]`, formula of 02 §4.5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnsharpMask {
    /// 0 to 5; 1 adds the whole difference once.
    pub amount: f64,
    /// Sigma of the Gaussian in pixels, 0 to 250. 0 has no effect.
    pub radius: f64,
    /// Least difference that is sharpened, 0 to 255 levels.
    pub threshold: u8,
    /// Sharpens the brightness only.
    pub mono: bool,
}

/// The output file.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub format: Format,
    /// Keeps the picture's transparency (`fmt=*-alpha`).
    pub alpha: bool,
    /// Colour components of the output.
    pub pixel_type: PixelType,
    /// Compression of the formats that have a choice.
    pub compression: Compression,
    /// `qlt=`: quality 1 to 100, for JPEG.
    pub quality: u8,
    /// Second value of `qlt=`: 4:4:4 instead of 4:2:0.
    pub full_chroma: bool,
    /// `printRes=`: dots per inch to write; `None` keeps the source's.
    pub print_resolution: Option<f64>,
}

/// The file formats this version writes (02 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `jpeg`, `jpg`.
    Jpeg,
    /// `pjpeg`: progressive.
    ProgressiveJpeg,
    /// `png`, `png-alpha`.
    Png,
    /// `tif`, `tif-alpha`, and the spellings `tiff`, `tiff-alpha`.
    Tiff,
    /// `webp`, `webp-alpha`. Written lossless by this version.
    Webp,
    /// `gif`, `gif-alpha`: 8-bit palette.
    Gif,
}

/// The second argument of `fmt=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelType {
    Rgb,
    Gray,
}

/// The third argument of `fmt=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Lzw,
    Zip,
}

impl Format {
    /// The extension of an output file, with its dot (03 §1.4).
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg | Format::ProgressiveJpeg => ".jpg",
            Format::Png => ".png",
            Format::Tiff => ".tiff",
            Format::Webp => ".webp",
            Format::Gif => ".gif",
        }
    }

    /// The MIME type (02 §5).
    pub fn mime_type(self) -> &'static str {
        match self {
            Format::Jpeg | Format::ProgressiveJpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Tiff => "image/tiff",
            Format::Webp => "image/webp",
            Format::Gif => "image/gif",
        }
    }
}

impl Default for Plan {
    /// The defaults of ruling 6 and of each command: the full picture as JPEG.
    fn default() -> Self {
        Plan {
            crop: None,
            view: View {
                width: None,
                height: None,
                fit: Fit { mode: FitMode::Fit, upscale: false },
                scale: None,
                align: Align { horizontal: 0.0, vertical: 0.0 },
                background: [255, 255, 255],
            },
            res_mode: ResMode::Sharp2,
            sharpen: false,
            usm: None,
            usm_r: None,
            output: Output {
                format: Format::Jpeg,
                alpha: false,
                pixel_type: PixelType::Rgb,
                compression: Compression::None,
                quality: 85,
                full_chroma: false,
                print_resolution: None,
            },
        }
    }
}
