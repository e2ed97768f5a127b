//! Any text as a colour.
#![no_main]

mod soundness;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for command in ["bgc", "layer=1&size=5,5&color", "bgColor", "op_colorize"] {
        soundness::assert_sound_value(command, text);
    }
});
