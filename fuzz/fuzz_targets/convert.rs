//! Any bytes through probe, decode, render and encode. The first bytes choose
//! the plan, the rest are the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::conversion::{Limits, convert};
use offprint::modifiers::plan::{Crop, Format, Plan};

const FORMATS: [Format; 6] =
    [Format::Jpeg, Format::ProgressiveJpeg, Format::Png, Format::Tiff, Format::Webp, Format::Gif];

fuzz_target!(|data: &[u8]| {
    let [format, width, height, crop, file @ ..] = data else {
        return;
    };
    let (format, width, height, crop) = (*format, *width, *height, *crop);
    let mut plan = Plan::default();
    plan.output.format = FORMATS[usize::from(format) % FORMATS.len()];
    plan.output.alpha =
        format > 127 && !matches!(plan.output.format, Format::Jpeg | Format::ProgressiveJpeg);
    plan.view.width = (width > 0).then_some(width.into());
    plan.view.height = (height > 0).then_some(height.into());
    if crop > 0 {
        let place = i32::from(crop) - 128;
        plan.crop = Some(Crop::Pixels { x: place, y: -place, width: 50, height: 40 });
    }
    let limits = Limits { max_input_pixels: 1 << 20, max_output_pixels: 1 << 20 };
    let _ = convert(file, "fuzz.png", &plan, &limits, &mut |_, _| {});
});
