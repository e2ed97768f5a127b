//! A plan as text: one fixed order, no macros, no variables, nothing that only
//! repeats a default. Equal plans have equal texts, and a text read again with
//! the defaults of ruling 6 gives the plan that it was written from.

use super::commands::Value;
use super::plan::{Effect, FileFormat, Layer, Plan};
use super::text::encoded;

/// The text of a whole plan.
pub(super) fn text(plan: &Plan) -> String {
    let mut out = Writer::default();
    out.value(&Value::Format(plan.output.format));
    out.values(plan.output.encoding.settings(&plan.output.format).into_iter().map(Value::Encoding));
    out.values(plan.output.colour.settings().into_iter().map(Value::Colour));
    write_picture(plan, &mut out);
    out.0
}

/// The text of a plan inside of another, where the file format means nothing
/// (01 §1.3).
pub(super) fn nested_text(plan: &Plan) -> String {
    let mut out = Writer::default();
    let embedded = super::plan::ColourOutput { embed: false, ..plan.output.colour.clone() };
    out.values(embedded.settings().into_iter().map(Value::Colour));
    write_picture(plan, &mut out);
    out.0
}

fn write_picture(plan: &Plan, out: &mut Writer) {
    out.values(plan.view.settings().into_iter().map(Value::View));
    let base = plan.base();
    out.values(base.redirected_settings());
    out.values(plan.request.settings().into_iter().map(Value::Request));
    out.values(plan.composite.surface.all_settings());
    out.values(plan.sharpening.settings().into_iter().map(Value::Sharpening));
    out.effects(&plan.composite.effects);
    let own = base.own_settings();
    if !base.names.is_empty() || !own.is_empty() || !base.effects.is_empty() {
        out.layer(base);
        out.values(own);
        out.effects(&base.effects);
    }
    for layer in plan.layers.iter().skip(1) {
        out.layer(layer);
        out.values(layer.redirected_settings());
        out.values(layer.own_settings());
        out.effects(&layer.effects);
    }
}

/// Commands joined by `&`.
#[derive(Default)]
struct Writer(String);

impl Writer {
    fn command(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(value);
    }

    fn value(&mut self, value: &Value) {
        let (name, text) = spelled(value);
        self.command(name, &text);
    }

    fn values(&mut self, values: impl IntoIterator<Item = Value>) {
        for value in values {
            self.value(&value);
        }
    }

    fn layer(&mut self, layer: &Layer) {
        let number = layer.number;
        if layer.names.is_empty() {
            self.command("layer", &number.to_string());
        }
        for name in &layer.names {
            self.command("layer", &format!("{number},{}", encoded(name)));
        }
    }

    fn effects(&mut self, effects: &[Effect]) {
        for effect in effects {
            self.command("effect", &effect.number.to_string());
            self.values(effect.settings());
        }
    }
}

/// Command and value as they are written in a request.
pub(super) fn spelled(value: &Value) -> (&'static str, String) {
    let (name, text) = value.spelled();
    match value {
        // the brackets of nested requests must stay
        Value::Source(
            super::commands::source::Set::Image(_) | super::commands::source::Set::Mask(_),
        ) => (name, text),
        _ if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b",.-".contains(&byte)) => {
            (name, text)
        }
        _ => (name, encoded(&text)),
    }
}

/// What fills an attribute that no command does, where a reader of the request
/// would ask: the others stay as the source has them.
pub(super) fn shown_defaults(plan: &Plan) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let format: &FileFormat = &plan.output.format;
    out.push(("fmt", format.keyword().to_string()));
    if format.uses_quality() {
        let encoding = &plan.output.encoding;
        let chroma = u8::from(encoding.full_chroma);
        out.push(("qlt", format!("{},{chroma}", encoding.quality)));
    }
    if !format.alpha {
        let [r, g, b] = plan.view.background;
        out.push(("bgc", format!("{r:02x}{g:02x}{b:02x}")));
    }
    out.push(("resMode", plan.request.res_mode.keyword().to_string()));
    out
}
