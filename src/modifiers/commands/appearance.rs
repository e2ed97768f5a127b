//! How a layer or the composite looks: `flip`, `clipPath`, `opac`, `color`,
//! `bgColor`, `blendMode`, `hide` (02 §3.3, §3.4).

use super::{Command, Reach, Reading, Value, joined};
use crate::modifiers::colour::{Colour, colour};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::path::{PathDefinition, path};
use crate::modifiers::value::{count, flag, int, keyword, path_names};

/// What layers and the composite have in common.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Surface {
    /// `flip=`
    pub flip: Flip,
    /// `clipPath=`: what lies outside becomes transparent. Pixels.
    pub clip: Option<PathDefinition>,
    /// `clipPathE=`: the same by names of embedded paths, which intersect.
    pub clip_names: Vec<String>,
    /// `clipXPath=`: what lies inside becomes transparent.
    pub clip_out: Option<PathDefinition>,
    /// `clipXPathE=`
    pub clip_out_names: Vec<String>,
    /// `cropPathE=`: names of embedded paths to whose bounds it is cut.
    pub crop_paths: Vec<String>,
    pub opacity: Opacity,
    pub adjustments: super::adjustments::Adjustments,
    pub spatial: super::spatial::Spatial,
}

/// What only layers have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paint {
    /// `color=`: the colour of solid layers, text and effects; fills transparent
    /// parts of a picture before it is rotated.
    pub colour: Option<Colour>,
    /// `bgColor=`: the same after rotation and extension.
    pub background: Option<Colour>,
    /// `blendMode=`
    pub blend: BlendMode,
    /// `hide=1`: keeps its place and is not drawn.
    pub hidden: bool,
}

/// `flip=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flip {
    pub horizontal: bool,
    pub vertical: bool,
}

/// `opac=opacity[,fill]`, percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opacity {
    /// Of the layer with its effects.
    pub whole: u8,
    /// Of the layer's own content.
    pub fill: u8,
}

impl Default for Opacity {
    fn default() -> Self {
        Opacity { whole: 100, fill: 100 }
    }
}

/// `blendMode=` (01 C25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlendMode {
    #[default]
    Normal,
    Dissolve,
    Lighten,
    Darken,
    Multiply,
    Screen,
}

impl BlendMode {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            BlendMode::Normal => "norm",
            BlendMode::Dissolve => "dissolve",
            BlendMode::Lighten => "lighten",
            BlendMode::Darken => "darken",
            BlendMode::Multiply => "mult",
            BlendMode::Screen => "screen",
        }
    }
}

const fn both(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::LayerOrComposite, read)
}

const fn layer(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::Layer, read)
}

pub(super) const COMMANDS: &[Command] = &[
    layer("color", "color", "colour of a solid layer, text or effect", |r| {
        Ok(Value::Appearance(Set::Colour(colour("color", r.value)?)))
    })
    .on_effects(),
    layer("bgColor", "color", "colour behind a layer", |r| {
        Ok(Value::Appearance(Set::Background(colour("bgColor", r.value)?)))
    }),
    layer("hide", "0|1", "does not draw the layer", |r| {
        Ok(Value::Appearance(Set::Hidden(flag("hide", &r.value.whole())?)))
    }),
    Command::value(
        "blendMode",
        "norm|dissolve|lighten|darken|mult|screen",
        "how a layer mixes with those below",
        Reach::PlacedLayer,
        |r| Ok(Value::Appearance(Set::Blend(keyword("blendMode", &r.value.whole(), BLENDS)?))),
    )
    .on_effects()
    .not_yet(),
    both("flip", "lr|ud|lrud", "mirrors", |r| {
        Ok(Value::Appearance(Set::Flip(keyword("flip", &r.value.whole(), FLIPS)?)))
    }),
    both("opac", "opacity[,fill]", "opacity in percent", opacity).on_effects(),
    both("clipPath", "path", "makes transparent what lies outside", |r| {
        Ok(Value::Appearance(Set::Clip(path("clipPath", r.value, true)?)))
    }),
    both("clipPathE", "name[,name...]", "the same by embedded paths", |r| {
        Ok(Value::Appearance(Set::ClipNames(path_names("clipPathE", r.value)?)))
    })
    .not_yet(),
    both("clipXPath", "path", "makes transparent what lies inside", |r| {
        Ok(Value::Appearance(Set::ClipOut(path("clipXPath", r.value, true)?)))
    }),
    both("clipXPathE", "name[,name...]", "the same by embedded paths", |r| {
        Ok(Value::Appearance(Set::ClipOutNames(path_names("clipXPathE", r.value)?)))
    })
    .not_yet(),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Colour(Colour),
    Background(Colour),
    Blend(BlendMode),
    Hidden(bool),
    Flip(Flip),
    Opacity(Opacity),
    Clip(PathDefinition),
    ClipNames(Vec<String>),
    ClipOut(PathDefinition),
    ClipOutNames(Vec<String>),
    CropPaths(Vec<String>),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Colour(colour) => ("color", colour.text()),
            Set::Background(colour) => ("bgColor", colour.text()),
            Set::Blend(blend) => ("blendMode", blend.keyword().into()),
            Set::Hidden(on) => ("hide", u8::from(*on).to_string()),
            Set::Flip(flip) => ("flip", flip.text().into()),
            Set::Opacity(opacity) => ("opac", joined(&[opacity.whole, opacity.fill])),
            Set::Clip(path) => ("clipPath", path.text()),
            Set::ClipNames(names) => ("clipPathE", names.join(",")),
            Set::ClipOut(path) => ("clipXPath", path.text()),
            Set::ClipOutNames(names) => ("clipXPathE", names.join(",")),
            Set::CropPaths(names) => ("cropPathE", names.join(",")),
        }
    }

    /// What belongs to layers and the composite alike.
    pub fn apply_to_surface(&self, surface: &mut Surface) {
        match self {
            Set::Flip(flip) => surface.flip = *flip,
            Set::Opacity(opacity) => surface.opacity = *opacity,
            Set::Clip(path) => surface.clip = Some(path.clone()),
            Set::ClipNames(names) => surface.clip_names = names.clone(),
            Set::ClipOut(path) => surface.clip_out = Some(path.clone()),
            Set::ClipOutNames(names) => surface.clip_out_names = names.clone(),
            Set::CropPaths(names) => surface.crop_paths = names.clone(),
            Set::Colour(_) | Set::Background(_) | Set::Blend(_) | Set::Hidden(_) => {}
        }
    }

    /// What only layers and effects have.
    pub fn apply_to_paint(&self, paint: &mut Paint) {
        match self {
            // the default of color is transparent black (02 §3.4)
            Set::Colour(colour) => paint.colour = Some(*colour),
            Set::Background(colour) => {
                paint.background = Some(*colour).filter(|colour| colour.alpha > 0.0);
            }
            Set::Blend(blend) => paint.blend = *blend,
            Set::Hidden(on) => paint.hidden = *on,
            _ => {}
        }
    }
}

impl Surface {
    /// What differs from the defaults, adjustments apart.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let mut out = Vec::new();
        if self.flip != Flip::default() {
            out.push(Set::Flip(self.flip));
        }
        if self.opacity != Opacity::default() {
            out.push(Set::Opacity(self.opacity));
        }
        out.extend(self.clip.clone().map(Set::Clip));
        let names = [
            (&self.clip_names, Set::ClipNames as fn(Vec<String>) -> Set),
            (&self.clip_out_names, Set::ClipOutNames),
            (&self.crop_paths, Set::CropPaths),
        ];
        out.extend(self.clip_out.clone().map(Set::ClipOut));
        for (names, set) in names {
            if !names.is_empty() {
                out.push(set(names.clone()));
            }
        }
        out
    }
}

impl Paint {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let mut out = Vec::new();
        out.extend(self.colour.map(Set::Colour));
        out.extend(self.background.map(Set::Background));
        if self.blend != BlendMode::Normal {
            out.push(Set::Blend(self.blend));
        }
        if self.hidden {
            out.push(Set::Hidden(true));
        }
        out
    }
}

impl Flip {
    fn text(self) -> &'static str {
        FLIPS.iter().find(|(_, flip)| *flip == self).map_or("", |(word, _)| word)
    }
}

const FLIPS: &[(&str, Flip)] = &[
    ("lr", Flip { horizontal: true, vertical: false }),
    ("ud", Flip { horizontal: false, vertical: true }),
    ("lrud", Flip { horizontal: true, vertical: true }),
];

const BLENDS: &[(&str, BlendMode)] = &[
    (BlendMode::Normal.keyword(), BlendMode::Normal),
    (BlendMode::Dissolve.keyword(), BlendMode::Dissolve),
    (BlendMode::Lighten.keyword(), BlendMode::Lighten),
    (BlendMode::Darken.keyword(), BlendMode::Darken),
    (BlendMode::Multiply.keyword(), BlendMode::Multiply),
    (BlendMode::Screen.keyword(), BlendMode::Screen),
];

fn opacity(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("opac", "opacity,fill", &items, 1..=2)?;
    let whole = int("the opacity of opac", &items[0], 0..=100)? as u8;
    let fill = match items.get(1) {
        Some(piece) if !piece.text.is_empty() => int("the fill of opac", piece, 0..=100)? as u8,
        _ => 100,
    };
    Ok(Value::Appearance(Set::Opacity(Opacity { whole, fill })))
}
