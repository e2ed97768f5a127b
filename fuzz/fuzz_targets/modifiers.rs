//! Any four texts and two definitions: no panic, sound spans, and an effective
//! request that says everything. Lines of the input are the texts.
#![no_main]

mod soundness;

use libfuzzer_sys::fuzz_target;
use offprint::modifiers::{Macros, Sources, Strictness, check_definition};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let mut macros = Macros::new();
    macros.insert("web", "wid=400&fmt=jpeg&qlt=80");
    let sources = Sources {
        is_modifier: line(),
        macro_call: line(),
        asset_modifier: line(),
        asset_post_modifier: line(),
    };
    for name in ["a", "b"] {
        macros.insert(name, line());
    }
    check_definition(sources.is_modifier, &macros);
    for strictness in [Strictness::Normal, Strictness::Strict, Strictness::Lenient] {
        soundness::assert_sound(&sources, &macros, strictness);
    }
});
