//! `icc` and `iccEmbed`: the colour space of the output (01 §9, 02 §4.1).

use super::{Command, Reach, Reading, Value};
use crate::modifiers::diagnostic::{Problem, shown};
use crate::modifiers::value::{count, flag, keyword, syntax};

/// Colour space of the output and the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColourOutput {
    /// First value of `icc=`: name or file of the output profile; `None` is the
    /// default of the pixel type.
    pub profile: Option<String>,
    pub intent: Intent,
    /// Black point compensation.
    pub black_point: bool,
    /// Error diffusion of the converted colours.
    pub dither: bool,
    /// `iccEmbed=`: writes the output profile into the file.
    pub embed: bool,
}

/// Rendering intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Perceptual,
    Relative,
    Saturation,
    Absolute,
}

impl Intent {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            Intent::Perceptual => "perceptual",
            Intent::Relative => "relative",
            Intent::Saturation => "saturation",
            Intent::Absolute => "absolute",
        }
    }
}

impl Default for ColourOutput {
    /// Ruling 6.
    fn default() -> Self {
        ColourOutput {
            profile: None,
            intent: Intent::Relative,
            black_point: true,
            dither: false,
            embed: false,
        }
    }
}

pub(super) const COMMANDS: &[Command] = &[
    Command::value(
        "icc",
        "profile[,intent[,bpc[,dither]]]",
        "colour profile of the output",
        Reach::Request,
        profile,
    ),
    Command::value(
        "iccEmbed",
        "0|1",
        "writes the output profile into the file",
        Reach::Request,
        embed,
    ),
];

/// A value that was read and checked; what was not said stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Profile {
        /// Empty only where a plan without profile has other than default options.
        name: String,
        intent: Option<Intent>,
        black_point: Option<bool>,
        dither: Option<bool>,
    },
    Embed(bool),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Profile { name, intent, black_point, dither } => {
                let flag = |on: &Option<bool>| match on {
                    Some(on) => u8::from(*on).to_string(),
                    None => String::new(),
                };
                let mut options = vec![
                    intent.map_or("", Intent::keyword).into(),
                    flag(black_point),
                    flag(dither),
                ];
                while options.last().is_some_and(String::is_empty) {
                    options.pop();
                }
                options.insert(0, name.clone());
                ("icc", options.join(","))
            }
            Set::Embed(on) => ("iccEmbed", u8::from(*on).to_string()),
        }
    }

    pub fn apply(&self, output: &mut ColourOutput) {
        match self {
            Set::Profile { name, intent, black_point, dither } => {
                output.profile = (!name.is_empty()).then(|| name.clone());
                output.intent = intent.unwrap_or(output.intent);
                output.black_point = black_point.unwrap_or(output.black_point);
                output.dither = dither.unwrap_or(output.dither);
            }
            Set::Embed(on) => output.embed = *on,
        }
    }
}

impl ColourOutput {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let mut out = Vec::new();
        let options = ColourOutput { embed: false, ..self.clone() };
        if options != ColourOutput::default() {
            out.push(Set::Profile {
                name: self.profile.clone().unwrap_or_default(),
                intent: Some(self.intent),
                black_point: Some(self.black_point),
                dither: Some(self.dither),
            });
        }
        if self.embed {
            out.push(Set::Embed(true));
        }
        out
    }
}

const INTENTS: &[(&str, Intent)] = &[
    (Intent::Perceptual.keyword(), Intent::Perceptual),
    (Intent::Relative.keyword(), Intent::Relative),
    (Intent::Saturation.keyword(), Intent::Saturation),
    (Intent::Absolute.keyword(), Intent::Absolute),
];

fn profile(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("icc", "profile,intent,bpc,dither", &items, 1..=4)?;
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let name = &items[0];
    if let Some(odd) = name.text.chars().find(|c| c.is_control()) {
        let message =
            format!("the profile of icc contains the character {:?}", shown(&odd.to_string()));
        return Err(syntax(name, message));
    }
    Ok(Value::Colour(Set::Profile {
        name: name.text.to_string(),
        intent: given(1).map(|piece| keyword("the intent of icc", piece, INTENTS)).transpose()?,
        black_point: given(2)
            .map(|piece| flag("the black point compensation of icc", piece))
            .transpose()?,
        dither: given(3).map(|piece| flag("the dither of icc", piece)).transpose()?,
    }))
}

/// `true` and `false` occur in the documentation (02 §4.1).
fn embed(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let piece = reading.value.whole();
    let word = ["false", "true"].iter().position(|word| word.eq_ignore_ascii_case(piece.text));
    if let Some(on) = word {
        let message = format!("iccEmbed={} is read as iccEmbed={on}", piece.text);
        reading.compat(piece.span, message, &on.to_string());
        return Ok(Value::Colour(Set::Embed(on == 1)));
    }
    Ok(Value::Colour(Set::Embed(flag("iccEmbed", &piece)?)))
}
