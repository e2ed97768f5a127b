//! What must hold of every resolved request, whatever its texts are.

use offprint::modifiers::{
    Defaults, Limits, Macros, Resolution, Severity, SourceName, Sources, Strictness, reason,
    resolve,
};

/// Resolves the sources and asserts that spans are sound, that only what is not
/// carried out yet has errors and a plan, and that the effective request says all.
pub fn assert_sound(sources: &Sources<'_>, macros: &Macros, strictness: Strictness) -> Resolution {
    let resolution = resolve(sources, macros, &Defaults::default(), strictness);
    let broken = resolution.diagnostics.iter().any(|problem| {
        problem.severity == Severity::Error && problem.reason != reason::UNIMPLEMENTED_COMMAND
    });
    assert_eq!(resolution.plan.is_none(), broken);
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
    // what is for another renderer stays as written, with its macros and variables
    let foreign = ["=ir(", "=fxg(", "=("].iter().any(|f| resolution.effective_request.contains(f));
    if resolution.plan.is_some() && !foreign {
        let again = Sources { is_modifier: &resolution.effective_request, ..Sources::default() };
        // canonical text may be longer than what it was read from
        let limits =
            Limits { modifier_bytes: 1 << 24, expanded_bytes: 1 << 24, ..Limits::default() };
        let defaults = Defaults { limits, ..Defaults::default() };
        let again = resolve(&again, &Macros::new(), &defaults, Strictness::Strict);
        assert_eq!(again.plan, resolution.plan, "{}", resolution.effective_request);
        assert_eq!(again.effective_request, resolution.effective_request);
    }
    resolution
}

/// Asserts the same of one command with a value that is read as `value` to the byte.
#[allow(dead_code, reason = "not every target has one command")]
pub fn assert_sound_value(command: &str, value: &str) {
    let mut text = format!("{command}=");
    for c in value.chars() {
        match c {
            '%' | '&' | '+' | '$' | '=' => text.push_str(&format!("%{:02X}", c as u32)),
            c => text.push(c),
        }
    }
    let sources = Sources { is_modifier: &text, ..Sources::default() };
    assert_sound(&sources, &Macros::new(), Strictness::Normal);
}
