//! Any four texts and a definition: no panic, sound spans, and an effective
//! request that says everything. Lines of the input are the texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offprint::modifiers::{
    Defaults, Macros, Severity, SourceName, Sources, Strictness, check_definition, macro_file,
    resolve,
};

fuzz_target!(|data: &[u8]| {
    macro_file::parse(data);
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
        let resolution = resolve(&sources, &macros, &Defaults::default(), strictness);
        let failed =
            resolution.diagnostics.iter().any(|problem| problem.severity == Severity::Error);
        assert_eq!(resolution.plan.is_none(), failed);
        for problem in &resolution.diagnostics {
            let text = match &problem.source {
                SourceName::IsModifier => sources.is_modifier,
                SourceName::MacroCall => sources.macro_call,
                SourceName::AssetModifier => sources.asset_modifier,
                SourceName::AssetPostModifier => sources.asset_post_modifier,
                SourceName::MacroDefinition(name) => macros.get(name).unwrap_or_default(),
            };
            assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
        }
        if resolution.plan.is_some() && !resolution.effective_request.is_empty() {
            let again =
                Sources { is_modifier: &resolution.effective_request, ..Sources::default() };
            let again = resolve(&again, &macros, &Defaults::default(), Strictness::Strict);
            assert_eq!(again.plan, resolution.plan);
            assert_eq!(again.effective_request, resolution.effective_request);
        }
    }
});
