//! The estimate that admits pictures, held against the allocator: never less than a
//! conversion takes, and not so much more that the machine stands idle.

use offprint::codecs::sniff::sniff;
use offprint::conversion::{Limits, SourceSize, convert, memory_of};
use offprint::modifiers::{Defaults, Macros, Sources, Strictness, resolve};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const WIDTH: u32 = 360;
const HEIGHT: u32 = 270;

/// One of each kind of step that keeps pictures of its own.
const REQUESTS: [&str; 22] = [
    "wid=120",
    "wid=120&fmt=png",
    "fmt=png",
    "fmt=tif",
    "fmt=jpeg,cmyk",
    "fmt=gif",
    "fmt=png8-alpha",
    "fmt=jpeg2000",
    "fmt=jpegxr-alpha",
    "fmt=pdf,cmyk",
    "crop=30,30,250,160&fmt=jpeg",
    "rotate=90",
    "rotate=20&fmt=png",
    "rotate=20&op_blur=5",
    "op_blur=5&fmt=png-alpha",
    "op_usm=1,2&wid=120",
    "op_grow=4&fmt=png",
    "op_colorize=200,10,10&op_noise=20",
    "perspective=0,0,350,30,330,260,10,250",
    "extend=60,60,60,60&bgColor=ff0000",
    "wid=1000&fit=fit,1&fmt=jpeg",
    "clipPath=M0,0L350,0L200,260Z&fmt=png-alpha",
];

/// A photograph as JPEG, PNG and PNG with alpha.
fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let path = format!("{}/samples/chelsea.png", env!("CARGO_MANIFEST_DIR"));
    let large = image::open(path).unwrap().resize_exact(
        WIDTH,
        HEIGHT,
        image::imageops::FilterType::Triangle,
    );
    let encoded = |picture: &image::DynamicImage, format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let mut clear = large.to_rgba8();
    for (x, _, pixel) in clear.enumerate_pixels_mut() {
        pixel[3] = (x % 256) as u8;
    }
    let rgb = image::DynamicImage::from(large.to_rgb8());
    let sixteen = image::DynamicImage::from(large.to_rgba16());
    let as_format = |text: &str| {
        let sources = Sources { is_modifier: text, ..Sources::default() };
        let found = resolve(&sources, &Macros::new(), &Defaults::default(), Strictness::Normal);
        let plan = found.executable().unwrap();
        let source = encoded(&rgb, image::ImageFormat::Png);
        convert(&source, "", plan, &Limits::default(), &mut |_, _| {}).unwrap().bytes
    };
    vec![
        ("progressive jpeg", as_format("fmt=pjpeg&qlt=90,1")),
        ("jpeg 2000", as_format("fmt=jpeg2000&qlt=70")),
        ("jpeg", encoded(&rgb, image::ImageFormat::Jpeg)),
        ("png", encoded(&rgb, image::ImageFormat::Png)),
        ("tiff", encoded(&rgb, image::ImageFormat::Tiff)),
        ("png with alpha", encoded(&clear.into(), image::ImageFormat::Png)),
        ("png of 16 bits", encoded(&sixteen, image::ImageFormat::Png)),
    ]
}

#[test]
fn the_estimate_is_above_the_peak_and_not_far_above() {
    let mut wrong = Vec::new();
    for (kind, bytes) in sources() {
        let file_size = bytes.len() as u64;
        let source = SourceSize { width: WIDTH, height: HEIGHT, file_size, kind: sniff(&bytes) };
        for request in REQUESTS {
            let sources = Sources { is_modifier: request, ..Sources::default() };
            let defaults = Defaults::default();
            let found = resolve(&sources, &Macros::new(), &defaults, Strictness::Normal);
            let plan = found.executable().expect(request);
            let before = MEMORY.current_usage();
            MEMORY.reset_peak_usage();
            let done = convert(&bytes, "", plan, &Limits::default(), &mut |_, _| {});
            let peak = (MEMORY.peak_usage() - before + bytes.len()) as f64;
            drop(done.expect(request));
            let estimate = memory_of(plan, &source) as f64;
            // the tables, a mebibyte, are there for other pictures already
            if !(peak..=6.0 * peak + 2e6).contains(&estimate) {
                let (estimate, peak) = (estimate / 1e6, peak / 1e6);
                wrong.push(format!("{kind}: {request}: estimate {estimate:.1} MB, took {peak:.1}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
