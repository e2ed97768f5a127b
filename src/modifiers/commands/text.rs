//! Text layers: `text`, `textPs` and how they are laid out (02 §6).

use super::{Command, Reach, Reading, Value, joined};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::path::{PathDefinition, path};
use crate::modifiers::rtf::{Renderer, Rtf, rtf};
use crate::modifiers::value::{count, int, keyword, out_of_range, real};

/// The text of a layer and how it is laid out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextLayer {
    /// `text=` or `textPs=`
    pub content: Option<TextContent>,
    pub attributes: TextAttributes,
    /// `textAngle=`: degrees clockwise of the letters in their box; `textPs` only.
    pub angle: f64,
    /// `textFlowPath=`: shape that the text fills.
    pub flow: Option<PathDefinition>,
    /// `textFlowXPath=`: shape that the text flows around.
    pub flow_out: Option<PathDefinition>,
    /// `textPath=`: base line.
    pub path: Option<PathDefinition>,
    pub path_range: PathRange,
}

/// RTF or plain text and the renderer that it is written for (02 §6.1).
#[derive(Debug, Clone, PartialEq)]
pub enum TextContent {
    /// `text=`
    Text(Rtf),
    /// `textPs=`
    TextPs(Rtf),
}

/// `textAttr=resolution[,antialias[,fitting[,wrap]]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextAttributes {
    /// Dots per inch, above 0: a point is this many 72nds of a pixel.
    pub resolution: u32,
    pub antialias: Antialias,
    pub fitting: Fitting,
    pub wrap: Wrap,
}

/// Second value of `textAttr=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Antialias {
    Off,
    Normal,
    Crisp,
    Sharp,
    Strong,
    Smooth,
}

/// Third value of `textAttr=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitting {
    /// The resolution is used as it is.
    Fixed,
    /// The text fills its box.
    Auto,
    /// The text is shrunk where it must be.
    Most,
}

/// Fourth value of `textAttr=`: whether long words break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    Wrap,
    NoWrap,
    NeverBreak,
}

/// `pathAttr=norm|reverse[,start[,end]]`: the part of `textPath` that is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathRange {
    pub reverse: bool,
    /// 0 to 1, exclusive.
    pub start: f64,
    /// Above start; at most 1, of a closed path start + 1.
    pub end: f64,
}

impl Default for TextAttributes {
    fn default() -> Self {
        TextAttributes {
            resolution: 72,
            antialias: Antialias::Normal,
            fitting: Fitting::Fixed,
            wrap: Wrap::Wrap,
        }
    }
}

impl Default for PathRange {
    fn default() -> Self {
        PathRange { reverse: false, start: 0.0, end: 1.0 }
    }
}

const ANTIALIAS: &[(&str, Antialias)] = &[
    ("off", Antialias::Off),
    ("norm", Antialias::Normal),
    ("crisp", Antialias::Crisp),
    ("sharp", Antialias::Sharp),
    ("strong", Antialias::Strong),
    ("smooth", Antialias::Smooth),
];

const FITTINGS: &[(&str, Fitting)] =
    &[("fixedRes", Fitting::Fixed), ("autoRes", Fitting::Auto), ("maxRes", Fitting::Most)];

const WRAPS: &[(&str, Wrap)] =
    &[("wrap", Wrap::Wrap), ("noWrap", Wrap::NoWrap), ("nbWrap", Wrap::NeverBreak)];

const fn text(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::Layer, read).not_yet()
}

pub(super) const COMMANDS: &[Command] = &[
    // the last of src, text and textPs decides what a layer is (02 §3.3)
    text("text", "RTF or plain text", "text of a layer", |r| {
        let found = rtf("text", r.value, Renderer::Text, &mut r.warnings)?;
        Ok(Value::Text(Set::Content(TextContent::Text(found))))
    })
    .spelling_of("src"),
    text("textPs", "RTF", "text of a layer, laid out as Photoshop does", |r| {
        let found = rtf("textPs", r.value, Renderer::TextPs, &mut r.warnings)?;
        Ok(Value::Text(Set::Content(TextContent::TextPs(found))))
    })
    .spelling_of("src"),
    text(
        "textAttr",
        "resolution[,antialias[,fitting[,wrap]]]",
        "resolution and smoothing of text",
        attributes,
    ),
    text("textAngle", "degrees", "turns text in its box", |r| {
        let degrees = real("textAngle", &r.value.whole(), f64::MIN..=f64::MAX)?;
        // minus zero plus zero is zero
        Ok(Value::Text(Set::Angle(degrees % 360.0 + 0.0)))
    }),
    text("textFlowPath", "path", "shape that text fills", |r| {
        Ok(Value::Text(Set::Flow(path("textFlowPath", r.value, true)?)))
    }),
    text("textFlowXPath", "path", "shape that text flows around", |r| {
        Ok(Value::Text(Set::FlowOut(path("textFlowXPath", r.value, true)?)))
    }),
    text("textPath", "path", "base line of text", |r| {
        Ok(Value::Text(Set::Path(path("textPath", r.value, false)?)))
    }),
    text("pathAttr", "norm|reverse[,start[,end]]", "the part of textPath to use", path_range),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Content(TextContent),
    Attributes(TextAttributes),
    Angle(f64),
    Flow(PathDefinition),
    FlowOut(PathDefinition),
    Path(PathDefinition),
    PathRange(PathRange),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Content(TextContent::Text(rtf)) => ("text", rtf.text()),
            Set::Content(TextContent::TextPs(rtf)) => ("textPs", rtf.text()),
            Set::Attributes(TextAttributes { resolution, antialias, fitting, wrap }) => {
                let words =
                    [word(ANTIALIAS, antialias), word(FITTINGS, fitting), word(WRAPS, wrap)];
                ("textAttr", format!("{resolution},{}", words.join(",")))
            }
            Set::Angle(degrees) => ("textAngle", degrees.to_string()),
            Set::Flow(path) => ("textFlowPath", path.text()),
            Set::FlowOut(path) => ("textFlowXPath", path.text()),
            Set::Path(path) => ("textPath", path.text()),
            Set::PathRange(PathRange { reverse, start, end }) => {
                let direction = if *reverse { "reverse" } else { "norm" };
                ("pathAttr", format!("{direction},{}", joined(&[*start, *end])))
            }
        }
    }

    pub fn apply(&self, text: &mut TextLayer) {
        match self {
            Set::Content(content) => text.content = Some(content.clone()),
            Set::Attributes(attributes) => text.attributes = *attributes,
            Set::Angle(degrees) => text.angle = *degrees,
            Set::Flow(path) => text.flow = Some(path.clone()),
            Set::FlowOut(path) => text.flow_out = Some(path.clone()),
            Set::Path(path) => text.path = Some(path.clone()),
            Set::PathRange(range) => text.path_range = *range,
        }
    }
}

impl TextLayer {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let mut out = Vec::new();
        out.extend(self.content.clone().map(Set::Content));
        if self.attributes != TextAttributes::default() {
            out.push(Set::Attributes(self.attributes));
        }
        if self.angle != 0.0 {
            out.push(Set::Angle(self.angle));
        }
        out.extend(self.flow.clone().map(Set::Flow));
        out.extend(self.flow_out.clone().map(Set::FlowOut));
        out.extend(self.path.clone().map(Set::Path));
        if self.path_range != PathRange::default() {
            out.push(Set::PathRange(self.path_range));
        }
        out
    }
}

fn word<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

fn attributes(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("textAttr", "resolution,antialias,fitting,wrap", &items, 1..=4)?;
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let default = TextAttributes::default();
    let resolution = given(0)
        .map_or(Ok(72), |piece| int("the resolution of textAttr", piece, 1..=i64::from(i32::MAX)))?
        as u32;
    let antialias = given(1)
        .map_or(Ok(default.antialias), |p| keyword("the antialias of textAttr", p, ANTIALIAS))?;
    let fitting = given(2)
        .map_or(Ok(default.fitting), |p| keyword("the fitting of textAttr", p, FITTINGS))?;
    let wrap = given(3).map_or(Ok(default.wrap), |p| keyword("the wrap of textAttr", p, WRAPS))?;
    Ok(Value::Text(Set::Attributes(TextAttributes { resolution, antialias, fitting, wrap })))
}

/// How far an open path may be used is known with the path ([`super::super::check`]).
fn path_range(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("pathAttr", "norm,start,end", &items, 1..=3)?;
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let reverse = given(0).map_or(Ok(false), |piece| {
        keyword("the direction of pathAttr", piece, &[("norm", false), ("reverse", true)])
    })?;
    let start =
        given(1).map_or(Ok(0.0), |piece| real("the start of pathAttr", piece, 0.0..=1.0))?;
    if start == 1.0
        && let Some(piece) = given(1)
    {
        return Err(out_of_range(piece, "the start of pathAttr is 1, but must be below 1".into()));
    }
    let end = match given(2) {
        None => 1.0,
        Some(piece) => {
            let end = real("the end of pathAttr", piece, 0.0..=2.0)?;
            if end <= start || end > start + 1.0 {
                let message = format!(
                    "the end of pathAttr is {}, but must be above the start, {start}, and at most 1 more",
                    piece.text
                );
                return Err(out_of_range(piece, message));
            }
            end
        }
    };
    Ok(Value::Text(Set::PathRange(PathRange { reverse, start, end })))
}
