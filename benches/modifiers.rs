//! How long it takes to read requests: a plain one, one with macros and
//! variables, and the worst that fits the limits.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use offprint::modifiers::{
    Defaults, Macros, Resolution, Sources, Strictness, resolve, shipped_presets,
};

fn read(is_modifier: &str, macro_call: &str, macros: &Macros) -> Resolution {
    let sources = Sources { is_modifier, macro_call, ..Sources::default() };
    resolve(&sources, macros, &Defaults::default(), Strictness::Normal)
}

fn modifiers(criterion: &mut Criterion) {
    let mut macros = Macros::new();
    for (name, definition) in shipped_presets() {
        macros.insert(name, definition);
    }
    macros.insert("sized", "$Main$&wid=$side$&hei=$side$&fit=crop,1");
    macros.insert("many", &"$typos$&".repeat(500));
    macros.insert("typos", "wdi=1&hie=2&qtl=3&fmtt=png");

    let mut group = criterion.benchmark_group("modifiers");
    let plain = "wid=452&hei=420&fmt=jpeg&qlt=95&op_usm=0.5,0.5&.v=1587460269141";
    // what must be refused is refused at once, whatever its size
    let megabyte = "src=(&".repeat(1_000_000 / 6);
    // problems in every segment, and macros up to the limit of expansion
    let typos = "wdi=1&".repeat(4096 / 6);
    for (name, is_modifier, macro_call) in [
        ("plain", plain, ""),
        ("macros and variables", "&$side=800&bgc=0,100,200", "$sized$"),
        ("only typos", &typos, ""),
        ("expansion limit", "$many$", ""),
        ("1 MB refused", &megabyte, ""),
    ] {
        group.throughput(Throughput::Bytes(is_modifier.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(is_modifier), macro_call, &macros));
        });
    }
    group.finish();
}

criterion_group!(benches, modifiers);
criterion_main!(benches);
