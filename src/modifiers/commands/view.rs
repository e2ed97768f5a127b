//! How the composite goes into the output: `wid`, `hei`, `fit`, `scl`, `align`,
//! `bgc`, `rgn`, `rect` and `dpr` (01 §5.7; 02 §3.1, §4.3).

use super::{Command, Reach, Reading, Value, joined};
use crate::modifiers::colour::colour;
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::value::{count, flag, int, keyword, positive_real, real};

/// The view transform, applied to the finished composite.
#[derive(Debug, Clone, PartialEq)]
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
    /// `rgn=`: what scaling and alignment refer to, in composite pixels.
    pub region: Option<Region>,
    /// `rect=`: cut of the finished view.
    pub rectangle: Option<ViewCut>,
    /// `dpr=on,v`: `wid` and `hei` are multiplied by this, above 0.
    pub pixel_ratio: f64,
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

/// `rgn=x,y,w,h`: a part of the composite; may reach outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    pub x: i32,
    pub y: i32,
    /// At least 1.
    pub width: u32,
    pub height: u32,
}

/// `rect=x,y,w,h[,s]`: a part of the view after scaling it by `scale`; may
/// reach outside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewCut {
    pub x: i32,
    pub y: i32,
    /// Size of the output in pixels, at least 1.
    pub width: u32,
    pub height: u32,
    /// Above 0.
    pub scale: f64,
}

impl Default for View {
    fn default() -> Self {
        View {
            width: None,
            height: None,
            fit: Fit { mode: FitMode::Fit, upscale: false },
            scale: None,
            align: Align { horizontal: 0.0, vertical: 0.0 },
            background: [255, 255, 255],
            region: None,
            rectangle: None,
            pixel_ratio: 1.0,
        }
    }
}

const fn view(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::Request, read)
}

pub(super) const COMMANDS: &[Command] = &[
    view("wid", "pixels", "width of the output", |r| Ok(Value::View(Set::Width(length(r)?)))),
    view("hei", "pixels", "height of the output", |r| Ok(Value::View(Set::Height(length(r)?)))),
    view("fit", "mode[,upscale]", "how the picture goes into wid and hei", fit),
    view("scl", "factor", "shrinks by this factor instead of fitting", |r| {
        Ok(Value::View(Set::Scale(positive_real("scl", &r.value.whole())?)))
    }),
    view("align", "horizontal,vertical", "place of the picture in the output", align),
    view("bgc", "color", "colour behind the picture", |r| {
        Ok(Value::View(Set::Background(colour("bgc", r.value)?.to_rgb())))
    }),
    view("rgn", "x,y,width,height", "the part of the picture to show", region),
    view("rect", "x,y,width,height[,scale]", "cuts a rectangle out of the output", rectangle),
    view("dpr", "off|on[,ratio]", "multiplies wid and hei", pixel_ratio),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Width(u32),
    Height(u32),
    Fit(Fit),
    Scale(f64),
    Align(Align),
    Background([u8; 3]),
    Region(Region),
    Rectangle(ViewCut),
    PixelRatio(f64),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Width(pixels) => ("wid", pixels.to_string()),
            Set::Height(pixels) => ("hei", pixels.to_string()),
            Set::Fit(fit) => ("fit", format!("{},{}", fit.mode.keyword(), u8::from(fit.upscale))),
            Set::Scale(factor) => ("scl", factor.to_string()),
            Set::Align(align) => ("align", joined(&[align.horizontal, align.vertical])),
            Set::Background([r, g, b]) => ("bgc", format!("{r:02x}{g:02x}{b:02x}")),
            Set::Region(Region { x, y, width, height }) => {
                ("rgn", format!("{x},{y},{width},{height}"))
            }
            Set::Rectangle(ViewCut { x, y, width, height, scale }) => {
                ("rect", format!("{x},{y},{width},{height},{scale}"))
            }
            Set::PixelRatio(1.0) => ("dpr", "off".into()),
            Set::PixelRatio(ratio) => ("dpr", format!("on,{ratio}")),
        }
    }

    pub fn apply(&self, view: &mut View) {
        match *self {
            Set::Width(pixels) => view.width = Some(pixels),
            Set::Height(pixels) => view.height = Some(pixels),
            Set::Fit(fit) => view.fit = fit,
            Set::Scale(factor) => view.scale = Some(factor),
            Set::Align(align) => view.align = align,
            Set::Background(rgb) => view.background = rgb,
            Set::Region(region) => view.region = Some(region),
            Set::Rectangle(cut) => view.rectangle = Some(cut),
            Set::PixelRatio(ratio) => view.pixel_ratio = ratio,
        }
    }
}

impl View {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let default = View::default();
        let mut out = Vec::new();
        out.extend(self.width.map(Set::Width));
        out.extend(self.height.map(Set::Height));
        out.extend((self.fit != default.fit).then_some(Set::Fit(self.fit)));
        out.extend(self.scale.map(Set::Scale));
        out.extend((self.align != default.align).then_some(Set::Align(self.align)));
        out.extend(
            (self.background != default.background).then_some(Set::Background(self.background)),
        );
        out.extend(self.region.map(Set::Region));
        out.extend(self.rectangle.map(Set::Rectangle));
        out.extend((self.pixel_ratio != 1.0).then_some(Set::PixelRatio(self.pixel_ratio)));
        out
    }
}

/// Largest number of pixels along one side that the language can name. What an
/// output may really have is the renderer's limit.
pub(super) const LONGEST_SIDE: i64 = i32::MAX as i64;

const FIT_MODES: &[(&str, FitMode)] = &[
    named(FitMode::Fit),
    named(FitMode::Constrain),
    named(FitMode::Crop),
    named(FitMode::Wrap),
    named(FitMode::Stretch),
    named(FitMode::Hfit),
    named(FitMode::Vfit),
];

const fn named(mode: FitMode) -> (&'static str, FitMode) {
    (mode.keyword(), mode)
}

fn length(reading: &mut Reading<'_>) -> Result<u32, Problem> {
    Ok(int(reading.name, &reading.value.whole(), 1..=LONGEST_SIDE)? as u32)
}

fn fit(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("fit", "mode,upscale", &items, 1..=2)?;
    let mode = keyword("the mode of fit", &items[0], FIT_MODES).map_err(|problem| {
        // what style sheets call it
        match items[0].text.to_ascii_lowercase().as_str() {
            "contain" | "inside" => problem.suggest("fit"),
            "cover" => problem.suggest("crop"),
            "fill" => problem.suggest("stretch"),
            _ => problem,
        }
    })?;
    let upscale = match items.get(1) {
        Some(piece) if !piece.text.is_empty() => flag("the upscale flag of fit", piece)?,
        _ => false,
    };
    Ok(Value::View(Set::Fit(Fit { mode, upscale })))
}

fn align(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("align", "horizontal,vertical", &items, 2..=2)?;
    Ok(Value::View(Set::Align(Align {
        horizontal: real("the horizontal value of align", &items[0], -1.0..=1.0)?,
        vertical: real("the vertical value of align", &items[1], -1.0..=1.0)?,
    })))
}

fn region(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("rgn", "x,y,width,height", &items, 4..=4)?;
    Ok(Value::View(Set::Region(Region {
        x: int("x of rgn", &items[0], -LONGEST_SIDE..=LONGEST_SIDE)? as i32,
        y: int("y of rgn", &items[1], -LONGEST_SIDE..=LONGEST_SIDE)? as i32,
        width: int("the width of rgn", &items[2], 1..=LONGEST_SIDE)? as u32,
        height: int("the height of rgn", &items[3], 1..=LONGEST_SIDE)? as u32,
    })))
}

fn rectangle(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("rect", "x,y,width,height,scale", &items, 4..=5)?;
    Ok(Value::View(Set::Rectangle(ViewCut {
        x: int("x of rect", &items[0], -LONGEST_SIDE..=LONGEST_SIDE)? as i32,
        y: int("y of rect", &items[1], -LONGEST_SIDE..=LONGEST_SIDE)? as i32,
        width: int("the width of rect", &items[2], 1..=LONGEST_SIDE)? as u32,
        height: int("the height of rect", &items[3], 1..=LONGEST_SIDE)? as u32,
        scale: match items.get(4) {
            Some(piece) if !piece.text.is_empty() => positive_real("the scale of rect", piece)?,
            _ => 1.0,
        },
    })))
}

/// 02 §4.3: `on` without a ratio needs a header that no export has.
fn pixel_ratio(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("dpr", "on,ratio", &items, 1..=2)?;
    let on = keyword("dpr", &items[0], &[("off", false), ("on", true)])?;
    let ratio = match items.get(1) {
        Some(piece) if !piece.text.is_empty() => Some(positive_real("the ratio of dpr", piece)?),
        _ => None,
    };
    if on && ratio.is_none() {
        reading.ignored("dpr is ignored: without a ratio it means nothing for a file".into());
    }
    Ok(Value::View(Set::PixelRatio(ratio.filter(|_| on).unwrap_or(1.0))))
}
