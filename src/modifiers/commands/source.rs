//! Where the pixels of a layer come from and how they are cut and scaled:
//! `src`, `mask`, `maskUse`, `crop`, `cropPathE`, `size`, `scale`, `res`,
//! `anchor` (01 §5.2; 02 §3.3).

use super::view::LONGEST_SIDE;
use super::{Command, Reach, Read, Reading, Value, joined};
use crate::modifiers::diagnostic::{Problem, reason};
use crate::modifiers::plan::Plan;
use crate::modifiers::text::{Piece, encoded};
use crate::modifiers::value::{
    Coordinates, coordinates, count, int, keyword, path_names, positive_real, real,
};

/// Where an image or a mask comes from (01 §1.3, §6.2).
#[derive(Debug, Clone, PartialEq)]
pub enum ImageSource {
    /// `$object$`: the asset that is being exported.
    Exported,
    /// An asset by its name or path, not resolved yet.
    Object(String),
    /// `is(object?commands)`: the result of another request.
    Nested {
        /// `None`: the nested request names its pictures itself.
        object: Option<Box<ImageSource>>,
        plan: Box<Plan>,
    },
    /// `ir(…)`, `fxg(…)` or `(url)`: never carried out by an export.
    Foreign {
        /// `ir`, `fxg`, or empty for a URL.
        prefix: &'static str,
        /// The text between the brackets.
        text: String,
        /// Pictures that it names in turn.
        inside: Vec<ImageSource>,
    },
}

/// Everything before the layer is turned and placed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Source {
    /// `src=` of an image layer; `None` is the asset for layer 0 and nothing else
    /// for other layers.
    pub image: Option<ImageSource>,
    /// `mask=`; `None` is the stored mask or the alpha channel.
    pub mask: Option<ImageSource>,
    pub mask_use: MaskUse,
    /// Cut of the upright source picture, before any scaling.
    pub crop: Option<Crop>,
    /// `size=`: box that the layer is scaled into, after `crop`.
    pub size: Option<LayerSize>,
    /// `scale=`: direct factor, above 0; loses to `size`.
    pub scale: Option<f64>,
    /// `res=`: wanted resolution, above 0; loses to `size` and `scale`.
    pub resolution: Option<f64>,
    /// `anchor=`: centre of rotation and origin.
    pub anchor: Option<Anchor>,
    /// `op_growMask=`: grows or shrinks the mask.
    pub grow_mask: Option<GrowMask>,
}

/// `maskUse=` (02 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MaskUse {
    #[default]
    Normal,
    Invert,
    Off,
}

impl MaskUse {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            MaskUse::Normal => "norm",
            MaskUse::Invert => "invert",
            MaskUse::Off => "off",
        }
    }
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

/// Box of a layer; a side that is 0 follows the aspect ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LayerSize {
    /// `size=w,h` in pixels.
    Pixels { width: u32, height: u32 },
    /// `sizeN=w,h` in units of layer 0's size, 0 to 1.
    Normalised { width: f64, height: f64 },
}

/// Anchor of a layer's source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    /// `anchor=x,y`: source pixels from the top-left.
    Pixels { x: i32, y: i32 },
    /// `anchorN=x,y`: from the source's centre, in units of its size.
    Normalised { x: f64, y: f64 },
}

/// `op_growMask=` and `op_growMaskR=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrowMask {
    /// Pixels, -100 to 100; below 0 shrinks.
    pub radius: i32,
    /// Of the mask as it is rendered (`op_growMaskR`), not in full resolution.
    pub rendered: bool,
}

const fn source(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::Layer, read)
}

const IMAGE_FORM: &str = "object or is(object?commands)";

pub(super) const COMMANDS: &[Command] = &[
    Command::row("src", IMAGE_FORM, "picture of a layer", Reach::Layer, Read::Image(Set::Image))
        .not_yet(),
    Command::row("mask", IMAGE_FORM, "mask of a layer", Reach::Layer, Read::Image(Set::Mask)),
    source("maskUse", "norm|invert|off", "how the mask is used", |r| {
        Ok(Value::Source(Set::MaskUse(keyword("maskUse", &r.value.whole(), MASK_USES)?)))
    })
    .on_effects(),
    source("crop", "x,y,width,height", "cuts the source", crop_pixels),
    source("cropN", "x,y,width,height", "cuts the source, in units of its size", crop_normalised)
        .spelling_of("crop"),
    Command::value(
        "cropPathE",
        "name[,name...]",
        "cuts to embedded paths",
        Reach::LayerOrComposite,
        |r| {
            Ok(Value::Appearance(super::appearance::Set::CropPaths(path_names(
                "cropPathE",
                r.value,
            )?)))
        },
    )
    .not_yet(),
    source("size", "width,height", "box that a layer is scaled into", size_pixels),
    source("sizeN", "width,height", "the same in units of layer 0's size", size_normalised)
        .spelling_of("size"),
    source("scale", "factor", "scales the source", |r| {
        Ok(Value::Source(Set::Scale(positive_real("scale", &r.value.whole())?)))
    }),
    source("res", "resolution", "scales the source to a resolution", |r| {
        Ok(Value::Source(Set::Resolution(positive_real("res", &r.value.whole())?)))
    }),
    source("anchor", "x,y", "centre of rotation and origin", anchor),
    source("anchorN", "x,y", "the same from the centre, in units of the size", anchor)
        .spelling_of("anchor"),
    source("op_growMask", "pixels", "grows or shrinks the mask", grow_mask),
    source("op_growMaskR", "pixels", "the same, in pixels as rendered", grow_mask)
        .spelling_of("op_growMask"),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Image(ImageSource),
    Mask(ImageSource),
    MaskUse(MaskUse),
    Crop(Crop),
    Size(LayerSize),
    Scale(f64),
    Resolution(f64),
    Anchor(Anchor),
    GrowMask(GrowMask),
}

impl Set {
    /// Images come out encoded: brackets of nested requests must stay as they are.
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Image(image) => ("src", image.text()),
            Set::Mask(image) => ("mask", image.text()),
            Set::MaskUse(mask_use) => ("maskUse", mask_use.keyword().into()),
            Set::Crop(Crop::Pixels { x, y, width, height }) => {
                ("crop", format!("{x},{y},{width},{height}"))
            }
            Set::Crop(Crop::Normalised { x, y, width, height }) => {
                ("cropN", joined(&[*x, *y, *width, *height]))
            }
            Set::Size(LayerSize::Pixels { width, height }) => ("size", format!("{width},{height}")),
            Set::Size(LayerSize::Normalised { width, height }) => {
                ("sizeN", joined(&[*width, *height]))
            }
            Set::Scale(factor) => ("scale", factor.to_string()),
            Set::Resolution(resolution) => ("res", resolution.to_string()),
            Set::Anchor(Anchor::Pixels { x, y }) => ("anchor", format!("{x},{y}")),
            Set::Anchor(Anchor::Normalised { x, y }) => ("anchorN", joined(&[*x, *y])),
            Set::GrowMask(GrowMask { radius, rendered: false }) => {
                ("op_growMask", radius.to_string())
            }
            Set::GrowMask(GrowMask { radius, rendered: true }) => {
                ("op_growMaskR", radius.to_string())
            }
        }
    }

    pub fn apply(&self, source: &mut Source) {
        match self {
            Set::Image(image) => source.image = Some(image.clone()),
            Set::Mask(image) => source.mask = Some(image.clone()),
            Set::MaskUse(mask_use) => source.mask_use = *mask_use,
            Set::Crop(Crop::Pixels { width: 0, height: 0, .. }) => source.crop = None,
            Set::Crop(Crop::Normalised { width, height, .. })
                if *width == 0.0 && *height == 0.0 =>
            {
                source.crop = None;
            }
            Set::Crop(crop) => source.crop = Some(*crop),
            Set::Size(size) => source.size = Some(*size).filter(|size| !size.is_unconstrained()),
            Set::Scale(factor) => source.scale = Some(*factor),
            Set::Resolution(resolution) => source.resolution = Some(*resolution),
            Set::Anchor(anchor) => source.anchor = Some(*anchor),
            Set::GrowMask(grow) => source.grow_mask = Some(*grow).filter(|grow| grow.radius != 0),
        }
    }
}

impl LayerSize {
    /// Both sides 0: as if not given (02 §3.3).
    pub fn is_unconstrained(&self) -> bool {
        match *self {
            LayerSize::Pixels { width, height } => (width, height) == (0, 0),
            LayerSize::Normalised { width, height } => width == 0.0 && height == 0.0,
        }
    }
}

impl Source {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let mut out = Vec::new();
        out.extend(self.image.clone().map(Set::Image));
        out.extend(self.mask.clone().map(Set::Mask));
        if self.mask_use != MaskUse::Normal {
            out.push(Set::MaskUse(self.mask_use));
        }
        out.extend(self.crop.map(Set::Crop));
        out.extend(self.size.map(Set::Size));
        out.extend(self.scale.map(Set::Scale));
        out.extend(self.resolution.map(Set::Resolution));
        out.extend(self.anchor.map(Set::Anchor));
        out.extend(self.grow_mask.map(Set::GrowMask));
        out
    }
}

impl ImageSource {
    /// What messages call it.
    pub fn name(&self) -> &str {
        match self {
            ImageSource::Exported => "$object$",
            ImageSource::Object(name) => name,
            ImageSource::Nested { .. } => "is()",
            ImageSource::Foreign { text, .. } => text,
        }
    }

    /// The value of `src=` that says this, encoded.
    pub(in crate::modifiers) fn text(&self) -> String {
        match self {
            ImageSource::Exported => "$object$".into(),
            ImageSource::Object(name) => encoded(name),
            ImageSource::Nested { object, plan } => {
                let object = object.as_ref().map(|object| object.text()).unwrap_or_default();
                let commands = crate::modifiers::canonical::nested_text(plan);
                let question = if commands.is_empty() { "" } else { "?" };
                format!("is({object}{question}{commands})")
            }
            ImageSource::Foreign { prefix, text, .. } => format!("{prefix}({text})"),
        }
    }
}

const MASK_USES: &[(&str, MaskUse)] = &[
    (MaskUse::Normal.keyword(), MaskUse::Normal),
    (MaskUse::Invert.keyword(), MaskUse::Invert),
    (MaskUse::Off.keyword(), MaskUse::Off),
];

fn crop_pixels(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("crop", "x,y,width,height", &items, 4..=4)?;
    let offset =
        |what: &str, piece: &Piece<'_>| int(what, piece, i64::from(i32::MIN)..=LONGEST_SIDE);
    let x = offset("x of crop", &items[0])? as i32;
    let y = offset("y of crop", &items[1])? as i32;
    let width = int("the width of crop", &items[2], 0..=LONGEST_SIDE)? as u32;
    let height = int("the height of crop", &items[3], 0..=LONGEST_SIDE)? as u32;
    both_or_none("crop", (width == 0, height == 0), &items)?;
    Ok(Value::Source(Set::Crop(Crop::Pixels { x, y, width, height })))
}

fn crop_normalised(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    // as far as pixel coordinates reach (02 §3.3 anchor)
    const FARTHEST: f64 = 2_147_483_648.0;
    let items = reading.value.items();
    count("cropN", "x,y,width,height", &items, 4..=4)?;
    let x = real("x of cropN", &items[0], -FARTHEST..=FARTHEST)?;
    let y = real("y of cropN", &items[1], -FARTHEST..=FARTHEST)?;
    let width = real("the width of cropN", &items[2], 0.0..=FARTHEST)?;
    let height = real("the height of cropN", &items[3], 0.0..=FARTHEST)?;
    both_or_none("cropN", (width == 0.0, height == 0.0), &items)?;
    Ok(Value::Source(Set::Crop(Crop::Normalised { x, y, width, height })))
}

/// Both sizes 0 mean the whole picture, one alone is an error (ruling 21).
fn both_or_none(command: &str, zero: (bool, bool), items: &[Piece<'_>]) -> Result<(), Problem> {
    let (side, piece) = match zero {
        (true, false) => ("width", &items[2]),
        (false, true) => ("height", &items[3]),
        _ => return Ok(()),
    };
    Err(Problem::error(
        reason::VALUE_OUT_OF_RANGE,
        piece.span.clone(),
        format!(
            "the {side} of {command} is 0, but must be above 0; only both sizes together may be 0, for the whole picture"
        ),
    ))
}

fn size_pixels(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("size", "width,height", &items, 2..=2)?;
    let width = int("the width of size", &items[0], 0..=LONGEST_SIDE)? as u32;
    let height = int("the height of size", &items[1], 0..=LONGEST_SIDE)? as u32;
    Ok(Value::Source(Set::Size(LayerSize::Pixels { width, height })))
}

fn size_normalised(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("sizeN", "width,height", &items, 2..=2)?;
    let width = real("the width of sizeN", &items[0], 0.0..=1.0)?;
    let height = real("the height of sizeN", &items[1], 0.0..=1.0)?;
    Ok(Value::Source(Set::Size(LayerSize::Normalised { width, height })))
}

fn anchor(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    Ok(Value::Source(Set::Anchor(match coordinates(reading.name, reading.value)? {
        Coordinates::Pixels { x, y } => Anchor::Pixels { x, y },
        Coordinates::Normalised { x, y } => Anchor::Normalised { x, y },
    })))
}

fn grow_mask(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let radius = int(reading.name, &reading.value.whole(), -100..=100)? as i32;
    let rendered = reading.name == "op_growMaskR";
    Ok(Value::Source(Set::GrowMask(GrowMask { radius, rendered })))
}
