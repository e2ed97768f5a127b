//! Decode, resize and encode of a photograph of 12 megapixels.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use offprint::codecs::bitmap::{Area, Bitmap, Channels};
use offprint::codecs::{EncodeOptions, Request, decode, encode, probe};
use offprint::conversion::{Limits, convert};
use offprint::modifiers::plan::{Compression, Format, Plan};
use offprint::render::colour::Colours;
use offprint::render::geometry::geometry;
use offprint::render::{Source, render};

const WIDTH: u32 = 4000;
const HEIGHT: u32 = 3000;

/// Gradients with a fixed grain, so that entropy coders have work.
fn photograph() -> Bitmap {
    let mut grain = 12345u32;
    let mut data = Vec::with_capacity((WIDTH * HEIGHT * 3) as usize);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = grain >> 28;
            data.extend(
                [x * 240 / WIDTH + noise, y * 240 / HEIGHT + noise, (x ^ y) / 32 + noise]
                    .map(|value| value as u8),
            );
        }
    }
    Bitmap { width: WIDTH, height: HEIGHT, channels: Channels::Rgb, data }
}

fn options(format: Format) -> EncodeOptions<'static> {
    EncodeOptions { compression: Compression::Lzw, ..EncodeOptions::of(format) }
}

fn pixels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pixels");
    group.sample_size(10);
    let picture = photograph();
    let mut plan = Plan::default();
    plan.view.width = Some(800);

    for (name, format) in [("jpeg", Format::Jpeg), ("png", Format::Png), ("tiff", Format::Tiff)] {
        group.bench_function(format!("encode {name}"), |bencher| {
            bencher.iter(|| encode(picture.clone(), options(format)));
        });
        let Ok(file) = encode(picture.clone(), options(format)) else { continue };
        let Ok(info) = probe(&file) else { continue };
        let area = Area { x: 0, y: 0, width: WIDTH, height: HEIGHT };
        let request = Request { area, least_width: 800, least_height: 600 };
        group.bench_function(format!("decode {name}"), |bencher| {
            bencher.iter(|| decode(black_box(&file), &info, request));
        });
        group.bench_function(format!("convert {name} to 800 jpeg"), |bencher| {
            bencher.iter(|| convert(&file, "", &plan, &Limits::default(), &mut |_, _| {}));
        });
    }
    if let Ok(geometry) = geometry(&plan, WIDTH, HEIGHT) {
        group.bench_function("resize to 800", |bencher| {
            bencher.iter(|| {
                let source = Source {
                    bitmap: picture.clone(),
                    scale: 1.0,
                    associated_alpha: false,
                    mask: None,
                    profile: None,
                    seed: 0,
                };
                render(source, &plan, &geometry, Colours::shipped())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, pixels);
criterion_main!(benches);
