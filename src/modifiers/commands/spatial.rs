//! Operations on neighbourhoods: `op_blur`, `op_grow`, `op_noise`, and the
//! sharpening of `op_sharpen`, `op_usm`, `op_usmR` (02 §4.5).

use super::{Command, Reach, Reading, Value};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::value::{count, flag, int, keyword, real};

/// Blur, growth and noise of a layer, an effect or the composite.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spatial {
    /// `op_grow=`: composite pixels, -100 to 100; below 0 shrinks.
    pub grow: i8,
    /// `op_blur=`: sigma in composite pixels, 0 to 100.
    pub blur: f64,
    /// `op_noise=`
    pub noise: Noise,
}

/// `op_noise=percent[,uniform|gaussian[,mono]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Noise {
    /// 0 to 100; 0 is no noise.
    pub percent: u8,
    pub gaussian: bool,
    /// The same noise for all components.
    pub mono: bool,
}

/// Sharpening of a layer, or of the finished view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sharpening {
    /// `op_sharpen=1`: fixed 3x3 kernel.
    pub sharpen: bool,
    /// `op_usm=`: radius in full-resolution pixels, multiplied by the whole
    /// reduction before use (ruling 11).
    pub usm: Option<UnsharpMask>,
    /// `op_usmR=`: radius as is.
    pub usm_r: Option<UnsharpMask>,
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

const USM_FORM: &str = "amount[,radius[,threshold[,mono]]]";

pub(super) const COMMANDS: &[Command] = &[
    Command::value("op_grow", "pixels", "grows or shrinks", Reach::LayerOrComposite, |r| {
        Ok(Value::Spatial(Set::Grow(int("op_grow", &r.value.whole(), -100..=100)? as i8)))
    })
    .on_effects(),
    Command::value("op_blur", "radius", "blurs", Reach::LayerOrComposite, |r| {
        Ok(Value::Spatial(Set::Blur(real("op_blur", &r.value.whole(), 0.0..=100.0)?)))
    })
    .on_effects(),
    Command::value(
        "op_noise",
        "percent[,uniform|gaussian[,mono]]",
        "adds noise",
        Reach::LayerOrComposite,
        noise,
    )
    .on_effects(),
    Command::value("op_sharpen", "0|1", "sharpens after all scaling", Reach::LayerOrView, |r| {
        Ok(Value::Sharpening(SharpeningSet::Sharpen(flag("op_sharpen", &r.value.whole())?)))
    }),
    Command::value("op_usm", USM_FORM, "unsharp mask", Reach::LayerOrView, |r| {
        Ok(Value::Sharpening(SharpeningSet::Usm(unsharp_mask(r)?)))
    }),
    Command::value("op_usmR", USM_FORM, "unsharp mask, radius as is", Reach::LayerOrView, |r| {
        Ok(Value::Sharpening(SharpeningSet::UsmR(unsharp_mask(r)?)))
    }),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Grow(i8),
    Blur(f64),
    Noise(Noise),
}

/// A value of sharpening that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum SharpeningSet {
    Sharpen(bool),
    Usm(UnsharpMask),
    UsmR(UnsharpMask),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Grow(pixels) => ("op_grow", pixels.to_string()),
            Set::Blur(radius) => ("op_blur", radius.to_string()),
            Set::Noise(Noise { percent, gaussian, mono }) => {
                let kind = if *gaussian { "gaussian" } else { "uniform" };
                ("op_noise", format!("{percent},{kind},{}", u8::from(*mono)))
            }
        }
    }

    pub fn apply(&self, spatial: &mut Spatial) {
        match *self {
            Set::Grow(pixels) => spatial.grow = pixels,
            Set::Blur(radius) => spatial.blur = radius,
            // without noise its kind does not matter
            Set::Noise(noise) if noise.percent == 0 => spatial.noise = Noise::default(),
            Set::Noise(noise) => spatial.noise = noise,
        }
    }
}

impl SharpeningSet {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            SharpeningSet::Sharpen(on) => ("op_sharpen", u8::from(*on).to_string()),
            SharpeningSet::Usm(mask) => ("op_usm", mask.text()),
            SharpeningSet::UsmR(mask) => ("op_usmR", mask.text()),
        }
    }

    pub fn apply(&self, sharpening: &mut Sharpening) {
        match *self {
            SharpeningSet::Sharpen(on) => sharpening.sharpen = on,
            SharpeningSet::Usm(mask) => sharpening.usm = mask.in_effect(),
            SharpeningSet::UsmR(mask) => sharpening.usm_r = mask.in_effect(),
        }
    }
}

impl Spatial {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let all = [
            (self.grow != 0).then_some(Set::Grow(self.grow)),
            (self.blur != 0.0).then_some(Set::Blur(self.blur)),
            (self.noise != Noise::default()).then_some(Set::Noise(self.noise)),
        ];
        all.into_iter().flatten().collect()
    }
}

impl Sharpening {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<SharpeningSet> {
        let all = [
            self.sharpen.then_some(SharpeningSet::Sharpen(true)),
            self.usm.map(SharpeningSet::Usm),
            self.usm_r.map(SharpeningSet::UsmR),
        ];
        all.into_iter().flatten().collect()
    }
}

impl UnsharpMask {
    fn text(&self) -> String {
        let UnsharpMask { amount, radius, threshold, mono } = self;
        format!("{amount},{radius},{threshold},{}", u8::from(*mono))
    }

    /// `None` if it changes nothing.
    fn in_effect(self) -> Option<UnsharpMask> {
        Some(self).filter(|mask| mask.amount > 0.0 && mask.radius > 0.0)
    }
}

fn noise(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("op_noise", "percent,uniform,mono", &items, 1..=3)?;
    let given = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let percent = int("the percent of op_noise", &items[0], 0..=100)? as u8;
    let gaussian = given(1).map_or(Ok(false), |piece| {
        keyword("the kind of op_noise", piece, &[("uniform", false), ("gaussian", true)])
    })?;
    let mono = given(2).map_or(Ok(false), |piece| flag("the mono flag of op_noise", piece))?;
    Ok(Value::Spatial(Set::Noise(Noise { percent, gaussian, mono })))
}

/// What is left out or empty is 0.
fn unsharp_mask(reading: &mut Reading<'_>) -> Result<UnsharpMask, Problem> {
    let command = reading.name;
    let items = reading.value.items();
    count(command, "amount,radius,threshold,mono", &items, 1..=4)?;
    let item = |index: usize| items.get(index).filter(|piece| !piece.text.is_empty());
    let what = |part: &str| format!("the {part} of {command}");
    let amount = real(&what("amount"), &items[0], 0.0..=5.0)?;
    let radius = item(1).map_or(Ok(0.0), |piece| real(&what("radius"), piece, 0.0..=250.0))?;
    let threshold = item(2).map_or(Ok(0), |piece| int(&what("threshold"), piece, 0..=255))? as u8;
    let mono = item(3).map_or(Ok(false), |piece| flag(&what("mono flag"), piece))?;
    if amount > 0.0 && radius == 0.0 {
        reading.ignored(format!(
            "{command} has the radius 0 and so no effect; the second value is the radius in pixels"
        ));
    }
    Ok(UnsharpMask { amount, radius, threshold, mono })
}
