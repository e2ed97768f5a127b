//! What will be done to one picture, with every default filled in.
//!
//! A [`Plan`] is the typed result of resolving a modifier, a macro and the
//! defaults ([`super::resolve`]). It knows nothing of a particular source: the
//! renderer and `explain` apply it to a picture's size (spec 01 §5). Each part
//! stands in the file of its commands, under `commands/`.

use super::commands::Value;
use super::resolve::Defaults;

pub use super::colour::{Colour, Model};
pub use super::commands::adjustments::{Adjustments, Colourize};
pub use super::commands::appearance::{BlendMode, Flip, Opacity, Paint, Surface};
pub use super::commands::colour_output::{ColourOutput, Intent};
pub use super::commands::encoding::{Encoding, Palette, PaletteKind};
pub use super::commands::format::{Compression, FileFormat, Format, PixelType, Unwritten};
pub use super::commands::request::{Request, RequestKind, ResMode};
pub use super::commands::source::{
    Anchor, Crop, GrowMask, ImageSource, LayerSize, MaskUse, Source,
};
pub use super::commands::spatial::{Noise, Sharpening, Spatial, UnsharpMask};
pub use super::commands::text::{
    Antialias, Fitting, PathRange, TextAttributes, TextContent, TextLayer, Wrap,
};
pub use super::commands::transform::{
    Extend, LayerOrigin, Perspective, Position, Sampling, Transform,
};
pub use super::commands::view::{Align, Fit, FitMode, Region, View, ViewCut};
pub use super::path::{PathDefinition, Segment, Subpath};
pub use super::rtf::Rtf;

/// Everything that one conversion does, in the order of spec 02 §1.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// In ascending order of their numbers, drawn in this order. The first is
    /// layer 0.
    pub layers: Vec<Layer>,
    /// What happens to the layers put together.
    pub composite: Composite,
    /// Size, fit, alignment and background of the output (01 §5.7).
    pub view: View,
    /// Sharpening of the finished view.
    pub sharpening: Sharpening,
    pub request: Request,
    /// File format and what goes with it.
    pub output: Output,
}

/// One layer (01 §4.2, §5.2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    pub number: u32,
    /// In the order in which they were given.
    pub names: Vec<String>,
    pub source: Source,
    pub transform: Transform,
    pub paint: Paint,
    pub surface: Surface,
    pub sharpening: Sharpening,
    pub text: TextLayer,
    /// In ascending order of their numbers.
    pub effects: Vec<Effect>,
}

/// The composite: what acts on all layers together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composite {
    pub surface: Surface,
    /// In ascending order of their numbers.
    pub effects: Vec<Effect>,
}

/// A shadow, a glow and the like: behind its layer if its number is negative,
/// else in front (02 §3.2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effect {
    pub number: i32,
    /// Opaque black where none is given (ruling 23).
    pub colour: Option<Colour>,
    pub blend: BlendMode,
    pub mask_use: MaskUse,
    /// Percent; multiplied with the layer's.
    pub opacity: u8,
    pub spatial: Spatial,
    /// From the layer.
    pub position: Option<Position>,
}

/// What a layer shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Content<'a> {
    /// The requested picture: layer 0 without a source of its own.
    Requested,
    Image(&'a ImageSource),
    Text(&'a TextContent),
    Solid(Colour),
    /// No source, no text, no colour.
    Nothing,
}

/// The output file.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub format: FileFormat,
    pub colour: ColourOutput,
    pub encoding: Encoding,
}

impl Default for Plan {
    /// The defaults of ruling 6 and of each command: the full picture as JPEG.
    fn default() -> Self {
        Plan {
            layers: vec![Layer::default()],
            composite: Composite::default(),
            view: View::default(),
            sharpening: Sharpening::default(),
            request: Request::default(),
            output: Output {
                format: FileFormat::JPEG,
                colour: ColourOutput::default(),
                encoding: Encoding::default(),
            },
        }
    }
}

impl Plan {
    /// The plan of a request that asks for nothing.
    pub(super) fn of_defaults(defaults: &Defaults) -> Plan {
        let mut plan = Plan::default();
        plan.view.background = defaults.background;
        plan.output.encoding.quality = defaults.jpeg_quality;
        plan.output.encoding.full_chroma = defaults.full_chroma;
        plan.output.colour.intent = defaults.intent;
        plan.output.colour.black_point = defaults.black_point;
        plan.output.colour.dither = defaults.dither;
        plan.request.res_mode = defaults.res_mode;
        plan.request.effect_mask = defaults.effect_mask;
        plan
    }

    /// Layer 0, which every plan has.
    pub fn base(&self) -> &Layer {
        &self.layers[0]
    }

    /// Colour components of the output where no profile decides (01 §9).
    pub fn pixel_type(&self) -> PixelType {
        self.output.format.pixel_type.unwrap_or(self.default_pixel_type())
    }

    fn default_pixel_type(&self) -> PixelType {
        match self.request.kind {
            RequestKind::Image => PixelType::Rgb,
            RequestKind::Mask => PixelType::Gray,
        }
    }

    /// Makes nested requests equal that give equal pictures: format, background and
    /// what goes with a file mean nothing there (01 §1.3).
    pub(super) fn forget_file(&mut self) {
        let default = Plan::default();
        self.view.background = default.view.background;
        self.output.format = default.output.format;
        self.output.encoding = default.output.encoding;
        self.output.colour.embed = false;
    }

    /// Makes requests equal that give equal files: what the format ignores is
    /// forgotten, and what only repeats a default.
    pub(super) fn keep_what_counts(&mut self) {
        let default = self.default_pixel_type();
        let output = &mut self.output;
        if output.colour.profile.is_none() && output.format.pixel_type == Some(default) {
            output.format.pixel_type = None;
        }
        output.encoding.keep_what_counts(&output.format);
        // a palette has no half transparent colours: they are laid on the background
        let palette = matches!(output.format.format, Format::Gif | Format::Png8);
        let alpha = output.format.alpha && !palette;
        if alpha || self.request.kind == RequestKind::Mask {
            self.view.background = View::default().background;
        }
        for layer in &mut self.layers {
            let text = &mut layer.text;
            if matches!(text.content, Some(TextContent::TextPs(_))) {
                text.attributes.fitting = Fitting::Fixed;
                text.attributes.wrap = Wrap::Wrap;
            }
        }
    }
}

impl Layer {
    pub(super) fn new(number: u32) -> Layer {
        Layer { number, ..Layer::default() }
    }

    /// What the layer shows. `requested`: whether the request is for a picture,
    /// which layer 0 then shows, as in every export.
    pub fn content(&self, requested: bool) -> Content<'_> {
        if let Some(text) = &self.text.content {
            return Content::Text(text);
        }
        match (&self.source.image, self.paint.colour) {
            (Some(image), _) => Content::Image(image),
            (None, _) if self.number == 0 && requested => Content::Requested,
            (None, Some(colour)) => Content::Solid(colour),
            (None, None) => Content::Nothing,
        }
    }

    pub(super) fn apply(&mut self, value: &Value) {
        match value {
            Value::Source(set) => set.apply(&mut self.source),
            Value::Transform(set) => set.apply(&mut self.transform),
            Value::Appearance(set) => {
                set.apply_to_surface(&mut self.surface);
                set.apply_to_paint(&mut self.paint);
            }
            Value::Adjustment(set) => set.apply(&mut self.surface.adjustments),
            Value::Spatial(set) => set.apply(&mut self.surface.spatial),
            Value::Sharpening(set) => set.apply(&mut self.sharpening),
            Value::Text(set) => set.apply(&mut self.text),
            Value::Format(_)
            | Value::Encoding(_)
            | Value::Colour(_)
            | Value::View(_)
            | Value::Request(_) => {}
        }
    }

    /// What a command before any `layer=` sets of layer 0, in canonical order.
    pub(super) fn redirected_settings(&self) -> Vec<Value> {
        let mut out: Vec<Value> = Vec::new();
        out.extend(self.source.settings().into_iter().map(Value::Source));
        out.extend(self.transform.settings().into_iter().map(Value::Transform));
        out.extend(self.paint.settings().into_iter().map(Value::Appearance));
        out.extend(self.text.settings().into_iter().map(Value::Text));
        out
    }

    /// What only a command of this layer's own segment sets.
    pub(super) fn own_settings(&self) -> Vec<Value> {
        let mut out = self.surface.all_settings();
        out.extend(self.sharpening.settings().into_iter().map(Value::Sharpening));
        out
    }
}

impl Surface {
    pub(super) fn all_settings(&self) -> Vec<Value> {
        let mut out: Vec<Value> = Vec::new();
        out.extend(self.settings().into_iter().map(Value::Appearance));
        out.extend(self.adjustments.settings().into_iter().map(Value::Adjustment));
        out.extend(self.spatial.settings().into_iter().map(Value::Spatial));
        out
    }
}

impl Effect {
    pub(super) fn new(number: i32) -> Effect {
        Effect { number, opacity: 100, ..Effect::default() }
    }

    pub(super) fn apply(&mut self, value: &Value) {
        use super::commands::{appearance, source, transform};
        match value {
            Value::Appearance(appearance::Set::Colour(colour)) => self.colour = Some(*colour),
            Value::Appearance(appearance::Set::Blend(blend)) => self.blend = *blend,
            // the fill of an effect is ignored (02 §3.4)
            Value::Appearance(appearance::Set::Opacity(opacity)) => self.opacity = opacity.whole,
            Value::Source(source::Set::MaskUse(mask_use)) => self.mask_use = *mask_use,
            Value::Transform(transform::Set::Position(position)) => {
                self.position = Some(*position);
            }
            Value::Spatial(set) => set.apply(&mut self.spatial),
            _ => {}
        }
    }

    pub(super) fn settings(&self) -> Vec<Value> {
        use super::commands::{appearance, source, transform};
        let mut out = Vec::new();
        if self.mask_use != MaskUse::Normal {
            out.push(Value::Source(source::Set::MaskUse(self.mask_use)));
        }
        out.extend(self.position.map(|at| Value::Transform(transform::Set::Position(at))));
        out.extend(self.colour.map(|colour| Value::Appearance(appearance::Set::Colour(colour))));
        if self.blend != BlendMode::Normal {
            out.push(Value::Appearance(appearance::Set::Blend(self.blend)));
        }
        if self.opacity != 100 {
            let opacity = Opacity { whole: self.opacity, fill: 100 };
            out.push(Value::Appearance(appearance::Set::Opacity(opacity)));
        }
        out.extend(self.spatial.settings().into_iter().map(Value::Spatial));
        out
    }
}
