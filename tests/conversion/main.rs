//! What a client gets from a conversion: files in, files out.
//!
//! Reference pictures are in `tests/golden`, made by other programs with
//! `tests/reference/make.py`. Outputs are read back with the `image` crate.

mod colour;
mod commands;
mod corpus;
mod determinism;
mod masks;
mod output;
mod pixels;
mod resampling;
mod sources;

use image::DynamicImage;
use offprint::conversion::{ConversionError, Converted, Limits, convert};
use offprint::modifiers::plan::{Format, Plan};

/// A file of `tests/golden`.
fn golden(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn picture(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).expect("the file is readable")
}

/// The plan of `fmt=<format>` alone.
fn plan(format: Format) -> Plan {
    let mut plan = Plan::default();
    plan.output.format.format = format;
    plan
}

/// The plan of `fmt=png-alpha`.
fn png_alpha() -> Plan {
    let mut plan = plan(Format::Png);
    plan.output.format.alpha = true;
    plan
}

fn run(source: &[u8], plan: &Plan) -> Result<Converted, ConversionError> {
    convert(source, "picture", plan, &Limits::default(), &mut |_, _| {})
}

fn done(source: &[u8], plan: &Plan) -> Converted {
    run(source, plan).expect("the conversion succeeds")
}

fn reasons(converted: &Converted) -> Vec<&'static str> {
    converted.warnings.iter().map(|warning| warning.reason).collect()
}

/// The largest difference of any byte of two pictures of one size.
fn difference(a: &DynamicImage, b: &DynamicImage) -> u8 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let (a, b) = (a.to_rgb8(), b.to_rgb8());
    a.iter().zip(b.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

/// A picture as PNG bytes.
fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
