//! Rules that hold between commands (02 §3, §5, §6), and what this version
//! cannot carry out yet.

use std::collections::BTreeSet;

use super::commands::{Place, State, Target, Value, not_yet, source};
use super::diagnostic::{Diagnostic, Problem, Severity, reason};
use super::draft::{Draft, Occurrence, apply};
use super::plan::{
    Antialias, Content, Fitting, ImageSource, Layer, LayerSize, MaskUse, PaletteKind, Plan,
    TextContent,
};
use super::reader::Reader;

/// A rule that is broken, at the occurrence that is to blame.
struct Broken {
    frame: usize,
    problem: Problem,
}

impl Reader<'_> {
    /// The plan of a draft; what breaks a rule between commands is reported.
    pub fn finish(&mut self, draft: &Draft) -> Plan {
        let mut plan = draft.plan(&self.defaults);
        let mut broken = Vec::new();
        fit(draft, self.hides_commands(), &mut broken);
        output(draft, &plan, &mut broken);
        for layer in &plan.layers {
            if !draft.has(Target::layer(layer.number)) {
                continue;
            }
            solid(draft, layer, &mut broken);
            size(draft, layer, &mut broken);
            text(draft, layer, &mut broken);
            ignored(draft, layer, &mut broken);
        }
        clip(draft, &plan, &mut broken);
        effects(draft, &mut plan, &mut broken);
        for Broken { frame, problem } in broken {
            // a definition is only a part of a request
            if !self.defining || problem.severity == Severity::Warning {
                self.expander.report(frame, problem);
            }
        }
        plan
    }

    /// Whether an error may hide commands that would matter to a rule.
    fn hides_commands(&self) -> bool {
        self.expander.diagnostics.iter().any(|diagnostic: &Diagnostic| {
            diagnostic.severity == Severity::Error
                && matches!(
                    diagnostic.reason,
                    reason::UNKNOWN_MACRO
                        | reason::MACRO_RECURSION
                        | reason::MODIFIER_TOO_LONG
                        | reason::UNKNOWN_COMMAND
                )
        })
    }

    /// Reports what the request asks for and this version cannot do.
    pub fn report_unimplemented(&mut self, draft: &Draft) {
        let mut found = Vec::new();
        let set: BTreeSet<Target> = draft.winners().map(|(target, ..)| target).collect();
        for (target, (frame, span)) in &draft.opened {
            let part = target.effect != 0 || set.contains(target);
            if part && *target != Target::layer(0) {
                let what = match target.effect {
                    0 => format!("{target}").replace(' ', "="),
                    number => format!("effect={number}"),
                };
                found.push((*frame, not_yet(span.clone(), &what)));
            }
        }
        for (target, winner, value) in draft.winners() {
            let within_selected =
                target.effect != 0 || matches!(target.place, Place::Layer(number) if number > 0);
            if within_selected {
                continue;
            }
            let what = match value {
                Value::Format(format) => {
                    if let Some(unwritten) = format.unwritten() {
                        let mut problem = not_yet(winner.span.clone(), &unwritten.value);
                        problem.message = format!("{}: {}", problem.message, unwritten.why);
                        found.push((winner.frame, problem));
                    }
                    None
                }
                // a mask that is rendered first comes with layers
                Value::Source(source::Set::Mask(ImageSource::Nested { .. })) => {
                    Some("mask=is()".to_string())
                }
                _ if winner.command.state == State::NotYet && !is_neutral(target, value) => {
                    found.push((
                        winner.frame,
                        not_yet(winner.name_span.clone(), winner.command.name),
                    ));
                    None
                }
                _ => None,
            };
            if let Some(what) = what {
                found.push((winner.frame, not_yet(winner.span.clone(), &what)));
            }
        }
        for (frame, problem) in found {
            self.expander.report(frame, problem);
        }
    }
}

/// Whether a value changes nothing.
fn is_neutral(target: Target, value: &Value) -> bool {
    let mut plan = Plan::default();
    apply(&mut plan, target, value);
    plan == Plan::default()
}

fn at(occurrence: &Occurrence, reason: &'static str, message: String) -> Broken {
    let problem = Problem::error(reason, occurrence.span.clone(), message);
    Broken { frame: occurrence.frame, problem }
}

fn warning(occurrence: &Occurrence, reason: &'static str, message: String) -> Broken {
    let problem = Problem::warning(reason, occurrence.span.clone(), message);
    Broken { frame: occurrence.frame, problem }
}

/// Ruling 26: `fit` needs a size from somewhere. Not judged when a size may
/// be hidden behind another error.
fn fit(draft: &Draft, hidden: bool, broken: &mut Vec<Broken>) {
    let request = Target::request();
    let sized = ["wid", "hei"]
        .into_iter()
        .any(|command| draft.winner(request, command).is_some() || draft.failed(request, command));
    if let Some(fit) = draft.winner(request, "fit").filter(|_| !sized && !hidden) {
        let message = "fit needs a size to fit into; add 'wid=', 'hei=' or both".to_string();
        broken.push(at(fit, reason::COMMAND_CONFLICT, message));
    }
    if let Some(ratio) = draft.winner(request, "dpr")
        && !sized
        && matches!(&ratio.value, Some(Value::View(super::commands::view::Set::PixelRatio(ratio))) if *ratio != 1.0)
    {
        let message = "dpr is ignored: it multiplies wid and hei, and neither is given".to_string();
        broken.push(warning(ratio, reason::IGNORED, message));
    }
}

/// `fmt` with `icc` (ruling 20) and `quantize` (02 §4.2).
fn output(draft: &Draft, plan: &Plan, broken: &mut Vec<Broken>) {
    let request = Target::request();
    let format = &plan.output.format;
    if let Some(quantize) = draft.winner(request, "quantize")
        && format.alpha
        && plan.output.encoding.palette.kind == PaletteKind::Mac
    {
        let message = format!(
            "quantize=mac does not go with fmt={}; it has no room for transparency",
            format.keyword()
        );
        broken.push(at(quantize, reason::COMMAND_CONFLICT, message));
    }
    if let Some(icc) = draft.winner(request, "icc")
        && let Some(profile) = &plan.output.colour.profile
        && let Some(pixel_type) = super::profile_names::pixel_type(profile)
    {
        let message = match format.pixel_type {
            Some(wanted) if wanted != pixel_type => format!(
                "icc={profile} is a profile for {}, but fmt asks for {}; leave one of them out",
                pixel_type.keyword(),
                wanted.keyword()
            ),
            None if !format.takes(pixel_type) => format!(
                "icc={profile} is a profile for {}, which fmt={} cannot hold",
                pixel_type.keyword(),
                format.keyword()
            ),
            _ => return,
        };
        broken.push(at(icc, reason::COMMAND_CONFLICT, message));
    }
}

/// A layer of colour alone needs colour and size (02 §3.3, §3.4).
fn solid(draft: &Draft, layer: &Layer, broken: &mut Vec<Broken>) {
    let target = Target::layer(layer.number);
    // layer 0 of an export is the asset
    if layer.number == 0 || draft.failed(target, "src") || draft.failed(target, "color") {
        return;
    }
    let size = draft.winner(target, "size");
    match layer.content(false) {
        Content::Nothing => {
            if let Some(size) = size {
                let message = format!(
                    "layer {} has a size, but no src, text or color to show in it",
                    layer.number
                );
                broken.push(at(size, reason::COMMAND_CONFLICT, message));
            }
        }
        Content::Solid(_) => {
            let clip = layer.surface.clip.is_some();
            let masked = layer.source.mask.is_some() || draft.failed(target, "mask");
            let whole = match layer.source.size {
                Some(LayerSize::Pixels { width, height }) => width > 0 && height > 0,
                Some(LayerSize::Normalised { width, height }) => width > 0.0 && height > 0.0,
                None => draft.failed(target, "size"),
            };
            let number = layer.number;
            if clip && layer.source.size.is_none() {
                for command in ["scale", "rotate", "anchor"] {
                    if let Some(found) = draft.winner(target, command) {
                        let message = format!(
                            "{command} does not go with clipPath on layer {number}, which takes its size from the path"
                        );
                        broken.push(at(found, reason::COMMAND_CONFLICT, message));
                    }
                }
            } else if !whole && !masked && !clip {
                let color = draft.winner(target, "color");
                if let Some(blamed) = size.or(color) {
                    let message = format!(
                        "layer {number} is a colour and needs both sides of size, a mask or a clipPath"
                    );
                    broken.push(at(blamed, reason::COMMAND_CONFLICT, message));
                }
            }
        }
        _ => {}
    }
}

/// `sizeN` refers to layer 0 and so cannot be its own (02 §3.3).
fn size(draft: &Draft, layer: &Layer, broken: &mut Vec<Broken>) {
    if layer.number == 0
        && let Some(size) = draft.winner(Target::layer(0), "size")
        && size.command.name == "sizeN"
    {
        let message = "sizeN is in units of layer 0 and cannot be used on it; use size".to_string();
        broken.push(at(size, reason::COMMAND_CONFLICT, message));
    }
}

/// 02 §6.
fn text(draft: &Draft, layer: &Layer, broken: &mut Vec<Broken>) {
    let target = Target::layer(layer.number);
    let text = &layer.text;
    if let (Some(path), Some(_)) =
        (draft.winner(target, "textPath"), draft.winner(target, "textFlowPath"))
    {
        let message = "textPath and textFlowPath do not go together on one layer".to_string();
        broken.push(at(path, reason::COMMAND_CONFLICT, message));
    }
    if let Some(range) = draft.winner(target, "pathAttr")
        && let Some(path) = &text.path
        && text.path_range.end > 1.0
        && !path.is_closed()
    {
        let message = format!(
            "the end of pathAttr is {}, but must be at most 1: textPath is not closed",
            text.path_range.end
        );
        broken.push(at(range, reason::VALUE_OUT_OF_RANGE, message));
    }
    let Some(content) = &text.content else { return };
    let attributes = draft.winner(target, "textAttr");
    match content {
        TextContent::Text(rtf) => {
            if layer.source.size.is_none()
                && rtf.alignments() > 1
                && !draft.failed(target, "size")
                && let Some(found) = draft.winner(target, "text")
            {
                let message =
                    "text without size may use only one of \\ql, \\qr and \\qc".to_string();
                broken.push(at(found, reason::COMMAND_CONFLICT, message));
            }
            let plain = matches!(text.attributes.antialias, Antialias::Off | Antialias::Normal);
            if let Some(attributes) = attributes.filter(|_| !plain) {
                let message =
                    "this antialiasing of textAttr is for textPs; text uses norm".to_string();
                broken.push(warning(attributes, reason::IGNORED, message));
            }
        }
        TextContent::TextPs(_) => {
            let given = attributes.and_then(|found| match &found.value {
                Some(Value::Text(super::commands::text::Set::Attributes(given))) => {
                    Some((found, *given))
                }
                _ => None,
            });
            if let Some((found, _)) = given.filter(|(_, given)| given.fitting != Fitting::Fixed) {
                let message = "autoRes and maxRes are for text; textPs uses fixedRes".to_string();
                broken.push(warning(found, reason::IGNORED, message));
            }
        }
    }
}

/// Commands that the rest of their layer leaves without effect.
fn ignored(draft: &Draft, layer: &Layer, broken: &mut Vec<Broken>) {
    let target = Target::layer(layer.number);
    let mut say = |command: &str, message: &str| {
        if let Some(found) = draft.winner(target, command) {
            let message = format!("{command} is ignored: {message}");
            broken.push(warning(found, reason::IGNORED, message));
        }
    };
    let is_text = layer.text.content.is_some();
    if is_text {
        say("mask", "text has no mask");
    }
    let maskless = is_text || matches!(layer.content(true), Content::Solid(_));
    if maskless && layer.source.mask.is_none() && layer.source.mask_use != MaskUse::Normal {
        say("maskUse", "the layer has no mask");
    }
    if layer.transform.perspective.is_some() && layer.transform.rotate != 0.0 {
        say("rotate", "perspective decides where the corners go");
    }
}

/// `clipXPath` only cuts out of what a `clipPath` leaves (02 §3.3).
fn clip(draft: &Draft, plan: &Plan, broken: &mut Vec<Broken>) {
    let layers = plan.layers.iter().map(|layer| (Target::layer(layer.number), &layer.surface));
    for (target, surface) in layers.chain([(Target::COMPOSITE, &plan.composite.surface)]) {
        if surface.clip.is_some() || !surface.clip_names.is_empty() || !draft.has(target) {
            continue;
        }
        for command in ["clipXPath", "clipXPathE"] {
            if let Some(found) = draft.winner(target, command) {
                let message = format!("{command} is ignored: there is no clipPath to cut out of");
                broken.push(warning(found, reason::IGNORED, message));
            }
        }
    }
}

/// An effect without colour is black (ruling 23).
fn effects(draft: &Draft, plan: &mut Plan, broken: &mut Vec<Broken>) {
    let black = super::plan::Colour {
        model: super::plan::Model::Rgb([0, 0, 0]),
        alpha: 1.0,
        in_source_space: false,
    };
    let layers =
        plan.layers.iter_mut().map(|layer| (Place::Layer(layer.number), layer.effects.iter_mut()));
    let composite = (Place::Composite, plan.composite.effects.iter_mut());
    for (place, effects) in layers.chain([composite]) {
        for effect in effects {
            let target = Target { place, effect: effect.number };
            if effect.colour.is_some() || draft.failed(target, "color") {
                continue;
            }
            effect.colour = Some(black);
            if let Some((frame, span)) = draft.opened.get(&target) {
                let message = format!("effect {} has no color and is opaque black", effect.number);
                let problem = Problem::warning(reason::COMPAT, span.clone(), message);
                broken.push(Broken { frame: *frame, problem });
            }
        }
    }
}
