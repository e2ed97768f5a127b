//! Operations on each pixel alone: `op_brightness`, `op_contrast`,
//! `op_colorbalance`, `op_hue`, `op_saturation`, `op_colorize`, `op_invert`
//! (02 §4.4).

use super::{Command, Reach, Reading, Value, joined};
use crate::modifiers::colour::{Model, colour_of_items};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::value::{count, flag, int, keyword, real, syntax};

/// The adjustments of a layer or the composite; all zero is no change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Adjustments {
    /// `op_brightness=`: percent, -100 to 100.
    pub brightness: i8,
    /// `op_contrast=`: percent, -100 to 100.
    pub contrast: i8,
    /// `op_colorbalance=`: percent for red, green and blue, -100 to 100 each.
    pub colour_balance: [i8; 3],
    /// `op_hue=`: degrees, -180 to 180.
    pub hue: i16,
    /// `op_saturation=`: percent, -100 to 100.
    pub saturation: i8,
    /// `op_invert=1`
    pub invert: bool,
    /// `op_colorize=`
    pub colourize: Option<Colourize>,
}

/// `op_colorize=color[,off|norm[,contrast]]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colourize {
    /// RGB, 0 to 255 each.
    pub colour: [u8; 3],
    /// Moves the median of the luminance to a half first.
    pub normalise: bool,
    /// Wanted spread of the luminance, 0 to 100 percent; 0 keeps it.
    pub contrast: f64,
}

const fn operation(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::LayerOrComposite, read)
}

const COLOURIZE_FORM: &str = "color[,off|norm[,contrast]]";

pub(super) const COMMANDS: &[Command] = &[
    operation("op_brightness", "percent", "lightens or darkens", |r| {
        Ok(Value::Adjustment(Set::Brightness(percent(r)?)))
    }),
    operation("op_contrast", "percent", "raises or lowers contrast", |r| {
        Ok(Value::Adjustment(Set::Contrast(percent(r)?)))
    }),
    operation("op_colorbalance", "red,green,blue", "shifts each component", colour_balance),
    operation("op_saturation", "percent", "raises or lowers saturation", |r| {
        Ok(Value::Adjustment(Set::Saturation(percent(r)?)))
    }),
    operation("op_hue", "degrees", "turns the hues", |r| {
        Ok(Value::Adjustment(Set::Hue(int("op_hue", &r.value.whole(), -180..=180)? as i16)))
    }),
    operation("op_colorize", COLOURIZE_FORM, "gives the picture one colour", colourize),
    operation("colorize", COLOURIZE_FORM, "old spelling of op_colorize", colourize)
        .spelling_of("op_colorize"),
    operation("op_invert", "0|1", "makes a negative", |r| {
        Ok(Value::Adjustment(Set::Invert(flag("op_invert", &r.value.whole())?)))
    }),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Brightness(i8),
    Contrast(i8),
    ColourBalance([i8; 3]),
    Hue(i16),
    Saturation(i8),
    Invert(bool),
    Colourize(Colourize),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Brightness(percent) => ("op_brightness", percent.to_string()),
            Set::Contrast(percent) => ("op_contrast", percent.to_string()),
            Set::ColourBalance(percents) => ("op_colorbalance", joined(percents)),
            Set::Hue(degrees) => ("op_hue", degrees.to_string()),
            Set::Saturation(percent) => ("op_saturation", percent.to_string()),
            Set::Invert(on) => ("op_invert", u8::from(*on).to_string()),
            Set::Colourize(Colourize { colour: [r, g, b], normalise, contrast }) => {
                let norm = if *normalise { "norm" } else { "off" };
                ("op_colorize", format!("{r:02x}{g:02x}{b:02x},{norm},{contrast}"))
            }
        }
    }

    pub fn apply(&self, adjustments: &mut Adjustments) {
        match *self {
            Set::Brightness(percent) => adjustments.brightness = percent,
            Set::Contrast(percent) => adjustments.contrast = percent,
            Set::ColourBalance(percents) => adjustments.colour_balance = percents,
            Set::Hue(degrees) => adjustments.hue = degrees,
            Set::Saturation(percent) => adjustments.saturation = percent,
            Set::Invert(on) => adjustments.invert = on,
            Set::Colourize(colourize) => adjustments.colourize = Some(colourize),
        }
    }
}

impl Adjustments {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let all = [
            (self.brightness != 0).then_some(Set::Brightness(self.brightness)),
            (self.contrast != 0).then_some(Set::Contrast(self.contrast)),
            (self.colour_balance != [0; 3]).then_some(Set::ColourBalance(self.colour_balance)),
            (self.saturation != 0).then_some(Set::Saturation(self.saturation)),
            (self.hue != 0).then_some(Set::Hue(self.hue)),
            self.colourize.map(Set::Colourize),
            self.invert.then_some(Set::Invert(true)),
        ];
        all.into_iter().flatten().collect()
    }
}

fn percent(reading: &mut Reading<'_>) -> Result<i8, Problem> {
    Ok(int(reading.name, &reading.value.whole(), -100..=100)? as i8)
}

fn colour_balance(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("op_colorbalance", "red,green,blue", &items, 3..=3)?;
    let mut percents = [0; 3];
    for ((percent, piece), name) in percents.iter_mut().zip(&items).zip(["red", "green", "blue"]) {
        *percent = int(&format!("the {name} of op_colorbalance"), piece, -100..=100)? as i8;
    }
    Ok(Value::Adjustment(Set::ColourBalance(percents)))
}

/// The colour may be a list itself, so the options are looked for from the word
/// `off` or `norm` on.
fn colourize(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    const WORDS: &[(&str, bool)] = &[("off", false), ("norm", true)];
    if reading.name == "colorize" {
        let span = reading.value.whole().span;
        let message = "colorize is an old spelling and read as op_colorize".into();
        reading.compat(span, message, "op_colorize");
    }
    let items = reading.value.items();
    let options = items
        .iter()
        .position(|piece| {
            piece.text.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_hex(piece.text)
        })
        .unwrap_or(items.len());
    count("op_colorize", "color,norm,contrast", &items[options..], 0..=2)?;
    let colour = colour_of_items("the color of op_colorize", reading.value, options)?;
    let Model::Rgb(rgb) = colour.model else {
        return Err(syntax(
            &reading.value.whole(),
            "op_colorize takes an RGB colour such as 'ff0000' or '255,0,0', no gray or CMYK".into(),
        ));
    };
    let normalise = match items.get(options) {
        Some(piece) => keyword("the second value of op_colorize", piece, WORDS)?,
        None => true,
    };
    let contrast = match items.get(options + 1) {
        Some(piece) if !piece.text.is_empty() => {
            real("the contrast of op_colorize", piece, 0.0..=100.0)?
        }
        _ => 0.0,
    };
    // without normalisation the contrast is not looked at (02 §4.4)
    let contrast = if normalise { contrast } else { 0.0 };
    Ok(Value::Adjustment(Set::Colourize(Colourize { colour: rgb, normalise, contrast })))
}

/// A colour in hex digits, perhaps with a suffix.
fn is_hex(text: &str) -> bool {
    text.len() >= 6 && text.bytes().take(6).all(|byte| byte.is_ascii_hexdigit())
}
