//! Checked values as text and as parts of the plan.

use super::commands::{Slot, Value};
use super::plan::{Crop, PixelType, Plan, UnsharpMask};
use super::resolve::Defaults;

impl Value {
    /// The one spelling of this value. Reading it again gives the same value.
    pub(super) fn text(&self) -> String {
        match self {
            Value::Format(format) => {
                let gray = format.pixel_type == PixelType::Gray;
                let pixels = if gray { "gray" } else { "" };
                match format.compression_word {
                    Some(word) => format!("{},{pixels},{word}", format.keyword),
                    None if gray => format!("{},{pixels}", format.keyword),
                    None => format.keyword.to_string(),
                }
            }
            Value::Quality(quality, None) => quality.to_string(),
            Value::Quality(quality, Some(full_chroma)) => {
                format!("{quality},{}", u8::from(*full_chroma))
            }
            Value::Width(pixels) | Value::Height(pixels) => pixels.to_string(),
            Value::Fit(fit) => format!("{},{}", fit.mode.keyword(), u8::from(fit.upscale)),
            Value::Scale(number) | Value::PrintResolution(number) => number.to_string(),
            Value::Align(align) => format!("{},{}", align.horizontal, align.vertical),
            Value::Background([r, g, b]) => format!("{r:02x}{g:02x}{b:02x}"),
            Value::Crop(Crop::Pixels { x, y, width, height }) => {
                format!("{x},{y},{width},{height}")
            }
            Value::Crop(Crop::Normalised { x, y, width, height }) => {
                format!("{x},{y},{width},{height}")
            }
            Value::ResMode(mode) => mode.keyword().to_string(),
            Value::Sharpen(on) => u8::from(*on).to_string(),
            Value::Usm(UnsharpMask { amount, radius, threshold, mono })
            | Value::UsmR(UnsharpMask { amount, radius, threshold, mono }) => {
                format!("{amount},{radius},{threshold},{}", u8::from(*mono))
            }
        }
    }

    /// Puts this value into the plan.
    pub(super) fn apply(&self, plan: &mut Plan) {
        match *self {
            Value::Format(format) => {
                plan.output.format = format.format;
                plan.output.alpha = format.alpha;
                plan.output.pixel_type = format.pixel_type;
                plan.output.compression = format.compression;
            }
            Value::Quality(quality, full_chroma) => {
                plan.output.quality = quality;
                plan.output.full_chroma = full_chroma.unwrap_or(plan.output.full_chroma);
            }
            Value::Width(pixels) => plan.view.width = Some(pixels),
            Value::Height(pixels) => plan.view.height = Some(pixels),
            Value::Fit(fit) => plan.view.fit = fit,
            Value::Scale(factor) => plan.view.scale = Some(factor),
            Value::Align(align) => plan.view.align = align,
            Value::Background(rgb) => plan.view.background = rgb,
            Value::Crop(crop) => plan.crop = Some(crop),
            Value::ResMode(mode) => plan.res_mode = mode,
            Value::Sharpen(on) => plan.sharpen = on,
            Value::Usm(mask) => plan.usm = Some(mask),
            Value::UsmR(mask) => plan.usm_r = Some(mask),
            Value::PrintResolution(dpi) => plan.output.print_resolution = Some(dpi),
        }
    }
}

/// What fills a slot that no command does, where a reader of the request would
/// ask: command and value. The others stay as the source has them.
pub(super) fn default_value(
    slot: Slot,
    plan: &Plan,
    defaults: &Defaults,
) -> Option<(&'static str, String)> {
    use super::plan::Format::{Jpeg, ProgressiveJpeg};
    match slot {
        Slot::Format => Some(("fmt", "jpeg".into())),
        Slot::Quality if matches!(plan.output.format, Jpeg | ProgressiveJpeg) => {
            Some(("qlt", Value::Quality(defaults.jpeg_quality, Some(defaults.full_chroma)).text()))
        }
        Slot::Background if !plan.output.alpha => {
            Some(("bgc", Value::Background(defaults.background).text()))
        }
        Slot::ResMode => Some(("resMode", defaults.res_mode.keyword().into())),
        _ => None,
    }
}
