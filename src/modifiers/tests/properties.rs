//! What holds for every text.

use proptest::prelude::*;

use super::pieces::{modifier, sound_command, sound_request};
use super::*;

/// The text that a diagnostic counts in.
fn text_of<'a>(source: &SourceName, sources: &Sources<'a>, macros: &'a Macros) -> &'a str {
    match source {
        SourceName::IsModifier => sources.is_modifier,
        SourceName::MacroCall => sources.macro_call,
        SourceName::AssetModifier => sources.asset_modifier,
        SourceName::AssetPostModifier => sources.asset_post_modifier,
        SourceName::MacroDefinition(name) => macros.get(name).unwrap(),
    }
}

/// Reads an effective request as the service does when it meets it again.
fn reread(text: &str) -> Resolution {
    let sources = Sources { is_modifier: text, ..Sources::default() };
    let defaults = Defaults {
        limits: Limits { modifier_bytes: 1 << 20, expanded_bytes: 1 << 20, ..Limits::default() },
        ..Defaults::default()
    };
    resolve(&sources, &Macros::new(), &defaults, Strictness::Strict)
}

/// Whether a text has a request to another renderer, which stays as written.
fn is_foreign(text: &str) -> bool {
    ["=ir(", "=fxg(", "=("].iter().any(|start| text.contains(start))
}

fn company_defaults() -> impl Strategy<Value = Defaults> {
    let res_mode = prop::sample::select(vec![ResMode::Bicub, ResMode::Sharp2, ResMode::Bilin]);
    let intent = prop::sample::select(vec![Intent::Relative, Intent::Perceptual]);
    let flags = any::<[bool; 4]>();
    (any::<[u8; 3]>(), 1..=100u8, res_mode, intent, flags).prop_map(
        |(background, jpeg_quality, res_mode, intent, flags)| {
            let [full_chroma, black_point, dither, effect_mask] = flags;
            Defaults {
                background,
                jpeg_quality,
                full_chroma,
                res_mode,
                intent,
                black_point,
                dither,
                effect_mask,
                ..Defaults::default()
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_request_is_judged_with_sound_spans(
        asset_modifier in modifier(),
        is_modifier in modifier(),
        macro_call in prop_oneof![Just(String::new()), Just("own".to_string()), modifier()],
        asset_post_modifier in modifier(),
        definition in modifier(),
        strictness in prop::sample::select(vec![Strictness::Normal, Strictness::Strict, Strictness::Lenient]),
    ) {
        let sources = Sources {
            asset_modifier: &asset_modifier,
            is_modifier: &is_modifier,
            macro_call: &macro_call,
            asset_post_modifier: &asset_post_modifier,
        };
        let mut macros = macros();
        macros.insert("own", &definition);
        let resolution = resolve(&sources, &macros, &Defaults::default(), strictness);
        let broken = errors(&resolution).iter().any(|reason| *reason != UNIMPLEMENTED_COMMAND);
        prop_assert_eq!(resolution.plan.is_none(), broken);
        prop_assert_eq!(resolution.effective_request.is_empty(), broken);
        prop_assert_eq!(resolution.executable().is_some(), errors(&resolution).is_empty());
        for problem in &resolution.diagnostics {
            let places = std::iter::once((&problem.source, &problem.span))
                .chain(problem.invoked_at.iter().map(|(source, span)| (source, span)));
            for (source, span) in places {
                // `get` is None outside the text and inside a character
                prop_assert!(text_of(source, &sources, &macros).get(span.clone()).is_some(), "{problem:?}");
            }
            prop_assert!(!problem.message.contains('\n'));
            prop_assert!(!problem.message.ends_with('.'));
        }
        for setting in &resolution.settings {
            let origins = std::iter::once(&setting.origin)
                .chain(setting.overrode.iter().map(|(_, origin)| origin));
            for origin in origins {
                if let Origin::Given { source, span, .. } = origin {
                    prop_assert!(text_of(source, &sources, &macros).get(span.clone()).is_some());
                }
            }
        }
        prop_assert_eq!(&resolve(&sources, &macros, &Defaults::default(), strictness), &resolution);
        check_definition(&is_modifier, &macros);
        if resolution.plan.is_some() && !is_foreign(&resolution.effective_request) {
            let again = reread(&resolution.effective_request);
            prop_assert_eq!(&again.plan, &resolution.plan, "{}", resolution.effective_request);
            prop_assert_eq!(&again.effective_request, &resolution.effective_request);
        }
    }

    #[test]
    fn the_effective_request_says_all(text in sound_request(), defaults in company_defaults()) {
        let sources = Sources { is_modifier: &text, ..Sources::default() };
        let resolution = resolve(&sources, &macros(), &defaults, Strictness::Normal);
        if resolution.plan.is_some() {
            let again = reread(&resolution.effective_request);
            prop_assert_eq!(&again.plan, &resolution.plan, "{}", resolution.effective_request);
            prop_assert_eq!(&again.effective_request, &resolution.effective_request);
        }
    }

    #[test]
    fn equal_plans_have_equal_texts_and_only_they(
        texts in prop::collection::vec(prop::collection::vec(sound_command(), 1..3), 2..5),
    ) {
        let resolved: Vec<Resolution> =
            texts.iter().map(|commands| request(&commands.join("&"))).collect();
        for (one, other) in resolved.iter().flat_map(|one| resolved.iter().map(move |o| (one, o))) {
            if one.plan.is_some() && other.plan.is_some() {
                prop_assert_eq!(
                    one.plan == other.plan,
                    one.effective_request == other.effective_request,
                    "{} and {}", one.effective_request, other.effective_request
                );
            }
        }
    }

    #[test]
    fn commands_before_a_macro_lose_and_after_it_win(
        before in sound_command(),
        inside in sound_command(),
        after in sound_command(),
    ) {
        let call = format!("{before}&$own$&{after}");
        let spelled_out = format!("{before}&{inside}&{after}");
        let called = request_with(&[("own", &inside)], &call);
        prop_assert_eq!(&called.plan, &request(&spelled_out).plan);
        // the macro field stands after is_modifier, so it wins
        let mut macros = macros();
        macros.insert("own", &inside);
        let sources = Sources { is_modifier: &before, macro_call: "own", ..Sources::default() };
        let field = resolve(&sources, &macros, &Defaults::default(), Strictness::Normal);
        prop_assert_eq!(&field.plan, &request(&format!("{before}&{inside}")).plan);
        // and for each attribute the winner is the last that was given
        for setting in &called.settings {
            let Origin::Given { source, span, .. } = &setting.origin else { continue };
            let rank = match source {
                SourceName::MacroDefinition(_) => 1,
                _ if span.start < before.len() => 0,
                _ => 2,
            };
            for (_, origin) in &setting.overrode {
                if let Origin::Given { source, span, .. } = origin {
                    let lost = match source {
                        SourceName::MacroDefinition(_) => 1,
                        _ if span.start < before.len() => 0,
                        _ => 2,
                    };
                    prop_assert!(lost <= rank, "{setting:?}");
                }
            }
        }
    }

    #[test]
    fn every_macro_file_is_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for (name, definition) in crate::modifiers::macro_file::parse(&bytes).0 {
            prop_assert!(check_macro_name(&name).is_ok());
            prop_assert!(!definition.is_empty());
        }
    }
}

#[test]
fn most_sound_requests_are_accepted() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut accepted = 0;
    for _ in 0..500 {
        let text = sound_request().new_tree(&mut runner).unwrap().current();
        accepted += usize::from(request(&text).plan.is_some());
    }
    // else the round trip above would prove little
    assert!(accepted > 250, "{accepted} of 500");
}
