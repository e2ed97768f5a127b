//! Any bytes as a macro-definition file, and each of its macros as a request.
#![no_main]

mod soundness;

use libfuzzer_sys::fuzz_target;
use offprint::modifiers::{
    Macros, Sources, Strictness, check_definition, check_macro_name, macro_file,
};

fuzz_target!(|data: &[u8]| {
    let (pairs, remarks) = macro_file::parse(data);
    assert!(remarks.iter().all(|remark| !remark.is_empty()));
    let mut macros = Macros::new();
    for (name, definition) in &pairs {
        assert_eq!(check_macro_name(name), Ok(()));
        assert!(!definition.is_empty());
        check_definition(definition, &macros);
        macros.insert(name, definition);
    }
    for (name, _) in pairs.iter().take(8) {
        let sources = Sources { macro_call: name, ..Sources::default() };
        soundness::assert_sound(&sources, &macros, Strictness::Normal);
    }
});
