//! Each pixel operation on 1 megapixel, in time per pixel; blur and grow also on 12.

use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main,
    measurement::WallTime,
};
use offprint::codecs::bitmap::{Bitmap, Channels};
use offprint::render::ops;
use ops::noise::Distribution;
use ops::tables::Tables;

/// Gradients with a fixed grain, edges, and with alpha a disc.
fn picture(width: u32, height: u32, channels: Channels) -> Bitmap {
    let mut picture = Bitmap::zeroed(width, height, channels);
    let mut grain = 12345u32;
    let n = channels.count();
    for (pixel, at) in picture.data.chunks_exact_mut(n).zip(0u32..) {
        let (x, y) = (at % width, at / width);
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let light = [x * 240 / width, y * 240 / height, (x ^ y) % 240];
        for (value, light) in pixel.iter_mut().zip(light) {
            *value = (light + (grain >> 28)) as u8;
        }
        if channels.has_alpha() {
            let (dx, dy) = (x.abs_diff(width / 2), y.abs_diff(height / 2));
            pixel[n - 1] = if dx * dx + dy * dy < width * height / 4 { 255 } else { 0 };
        }
    }
    picture
}

fn bench(
    group: &mut BenchmarkGroup<WallTime>,
    name: &str,
    picture: &Bitmap,
    operation: impl Fn(Bitmap) -> Bitmap,
) {
    group.throughput(Throughput::Elements(u64::from(picture.width) * u64::from(picture.height)));
    group.bench_function(name, |bencher| {
        bencher.iter_batched(|| picture.clone(), &operation, BatchSize::LargeInput);
    });
}

fn operations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("operations");
    group.sample_size(10);
    let rgb = picture(1024, 1024, Channels::Rgb);
    let rgba = picture(1024, 1024, Channels::Rgba);

    let tone = ops::brightness::brightness(10);
    bench(&mut group, "brightness", &rgb, |p| tone.apply(p));
    let chain = [
        ops::contrast::contrast(20),
        ops::colorbalance::colorbalance(10, -5, 0),
        ops::invert::invert(true),
    ];
    let chain = chain.iter().fold(Tables::identity().then(&tone), |all, next| all.then(next));
    bench(&mut group, "brightness contrast colorbalance invert", &rgb, |p| chain.apply(p));
    bench(&mut group, "saturation", &rgb, |p| ops::saturation::saturation(p, 30));
    bench(&mut group, "hue", &rgb, |p| ops::hue::hue(p, 40));
    bench(&mut group, "colorize", &rgb, |p| ops::colorize::colorize(p, [120, 80, 200], true, 50.0));
    for (name, distribution) in
        [("uniform", Distribution::Uniform), ("gaussian", Distribution::Gaussian)]
    {
        bench(&mut group, &format!("noise {name}"), &rgb, |p| {
            ops::noise::noise(p, 20, distribution, false, 7)
        });
    }
    for (name, picture) in [("", &rgb), (" with alpha", &rgba)] {
        bench(&mut group, &format!("sharpen{name}"), picture, ops::sharpen::sharpen);
        for sigma in [1.0, 10.0] {
            bench(&mut group, &format!("usm {sigma}{name}"), picture, |p| {
                ops::usm::usm(p, 1.0, sigma, 2, false)
            });
        }
        for sigma in [2.0, 100.0] {
            bench(&mut group, &format!("blur {sigma}{name}"), picture, |p| {
                ops::blur::blur(p, sigma)
            });
        }
        for radius in [3, 100, -100] {
            bench(&mut group, &format!("grow {radius}{name}"), picture, |p| {
                ops::grow::grow(p, radius)
            });
        }
    }
    bench(&mut group, "growMask 100", &rgba, |p| ops::grow_mask::grow_mask(p, 100));

    let big = picture(4000, 3000, Channels::Rgb);
    for sigma in [2.0, 4.2, 5.0, 100.0] {
        bench(&mut group, &format!("blur {sigma} of 12 megapixels"), &big, |p| {
            ops::blur::blur(p, sigma)
        });
    }
    bench(&mut group, "grow 100 of 12 megapixels", &big, |p| ops::grow::grow(p, 100));
    group.finish();
}

criterion_group!(benches, operations);
criterion_main!(benches);
