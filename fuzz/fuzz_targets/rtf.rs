//! Any text as RTF of both renderers.
#![no_main]

mod soundness;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for command in ["size=9,9&text", "text", "size=9,9&textPs"] {
        soundness::assert_sound_value(command, text);
    }
});
