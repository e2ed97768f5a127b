//! Any bytes through probe, decode, render and encode. The first bytes choose
//! the plan, the rest are the file.

#![no_main]

mod decoding;

use libfuzzer_sys::fuzz_target;
use offprint::conversion::{Limits, convert};
use offprint::modifiers::plan::{Compression, Crop, Format, Plan};

const FORMATS: [(Format, Compression); 15] = [
    (Format::Jpeg, Compression::None),
    (Format::ProgressiveJpeg, Compression::None),
    (Format::Png, Compression::None),
    (Format::Png8, Compression::None),
    (Format::Gif, Compression::None),
    (Format::Tiff, Compression::None),
    (Format::Tiff, Compression::Lzw),
    (Format::Webp, Compression::Lossy),
    (Format::Webp, Compression::Lossless),
    (Format::Jpeg2000, Compression::Lossy),
    (Format::Jpeg2000, Compression::Lossless),
    (Format::JpegXr, Compression::Lossy),
    (Format::JpegXr, Compression::Lossless),
    (Format::Pdf, Compression::None),
    (Format::Eps, Compression::None),
];

fuzz_target!(init: decoding::forgive_guarded_panics(), |data: &[u8]| {
    let [format, width, height, crop, file @ ..] = data else {
        return;
    };
    let mut plan = Plan::default();
    let (chosen, compression) = FORMATS[usize::from(*format) % FORMATS.len()];
    plan.output.format.format = chosen;
    plan.output.format.compression = compression;
    let opaque = [Format::Jpeg, Format::ProgressiveJpeg, Format::Pdf, Format::Eps];
    plan.output.format.alpha = *format > 127 && !opaque.contains(&chosen);
    plan.view.width = (*width > 0).then_some((*width).into());
    plan.view.height = (*height > 0).then_some((*height).into());
    if *crop > 0 {
        let place = i32::from(*crop) - 128;
        let pixels = Crop::Pixels { x: place, y: -place, width: 50, height: 40 };
        plan.layers[0].source.crop = Some(pixels);
    }
    let limits = Limits {
        max_input_pixels: 1 << 20,
        max_output_pixels: 1 << 20,
        max_memory_bytes: 1 << 30,
    };
    let converted = convert(file, "fuzz.png", &plan, &limits, &mut |_, _| {});
    if let Ok(converted) = converted {
        assert!(converted.width > 0 && converted.height > 0 && !converted.bytes.is_empty());
    }
});
