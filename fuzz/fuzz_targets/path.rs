//! Any text as a path.
#![no_main]

mod soundness;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for command in ["size=9,9&clipPath", "clipXPath", "textFlowPath", "textPath"] {
        soundness::assert_sound_value(command, text);
    }
});
