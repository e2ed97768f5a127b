//! Nanoseconds a pixel for the four kinds of conversion.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use offprint::codecs::bitmap::{Bitmap, Channels};
use offprint::colour::{Intent, Profiles, Transform};

const WIDTH: u32 = 1000;
const HEIGHT: u32 = 500;

/// Neighbours differ a little, as in a photograph.
fn picture(channels: Channels) -> Bitmap {
    let mut bitmap = Bitmap::zeroed(WIDTH, HEIGHT, channels);
    let n = channels.count();
    let mut state = 1u32;
    let mut colour = [128i32; 5];
    for pixel in bitmap.data.chunks_exact_mut(n) {
        for (value, level) in pixel.iter_mut().zip(&mut colour) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *level = (*level + (state >> 24) as i32 % 9 - 4).clamp(0, 255);
            *value = *level as u8;
        }
    }
    bitmap
}

fn colour(criterion: &mut Criterion) {
    let profiles = Profiles::shipped();
    let mut group = criterion.benchmark_group("colour");
    group.throughput(Throughput::Elements(u64::from(WIDTH * HEIGHT)));
    for (from, to) in [
        ("AdobeRGB", "sRGB"),
        ("CoatedFogra39", "sRGB"),
        ("sRGB", "CoatedFogra39"),
        ("sGray", "sRGB"),
        ("CoatedFogra39", "WebCoatedGrade3"),
    ] {
        let profile = |name| profiles.find(name).expect("it is shipped");
        let (source, destination) = (profile(from), profile(to));
        let transform = Transform::new(&source, &destination, Intent::Relative, true)
            .expect("both can be used");
        let picture = picture(Channels::of(source.pixel_type(), false));
        for dither in [false, true] {
            let how = if dither { ", dithered" } else { "" };
            group.bench_function(format!("{from} to {to}{how}"), |bencher| {
                bencher.iter_batched(
                    || picture.clone(),
                    |picture| black_box(transform.apply(picture, dither)),
                    BatchSize::LargeInput,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, colour);
criterion_main!(benches);
