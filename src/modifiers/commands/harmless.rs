//! Commands without meaning in a file export, and `req=` (02 §7).

use crate::modifiers::diagnostic::{Problem, reason, shown};
use crate::modifiers::text::Text;
use crate::modifiers::value::{count, keyword, positive_real};

/// How a command without meaning is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::modifiers) enum Harmless {
    /// Never worth a word: `id`.
    Silent,
    /// Any value, one warning.
    Unused,
    /// `off` is silent, `on` a warning: `bfc`, `network`.
    Switch,
    Cache,
    DefaultImage,
    Dpr,
}

/// Returns the warning, if one is due. `value` may be blank.
pub(super) fn check(
    command: &'static str,
    kind: Harmless,
    value: &Text,
) -> Result<Option<Problem>, Problem> {
    let whole = value.whole();
    let ignored = |why: &str| {
        Some(Problem::warning(
            reason::IGNORED,
            whole.span.clone(),
            format!("{command} is ignored: {why}"),
        ))
    };
    Ok(match kind {
        _ if value.is_blank() => None,
        Harmless::Silent => None,
        Harmless::Unused => ignored("it has no meaning in a file export"),
        Harmless::Switch => match keyword(command, &whole, &[("off", false), ("on", true)])? {
            true => ignored("an export does not adapt to a browser or a network"),
            false => None,
        },
        Harmless::Cache => {
            const WORDS: &[(&str, ())] = &[
                ("on", ()),
                ("off", ()),
                ("validate", ()),
                ("update", ()),
                ("client", ()),
                ("server", ()),
            ];
            for item in value.items() {
                keyword(command, &item, WORDS)?;
            }
            ignored("an export always renders anew")
        }
        Harmless::DefaultImage => {
            ignored("a missing asset is reported as failed and never replaced")
        }
        Harmless::Dpr => {
            let items = value.items();
            count("dpr", "on,ratio", &items, 1..=2)?;
            let on = keyword("dpr", &items[0], &[("off", false), ("on", true)])?;
            match items.get(1) {
                Some(ratio) => {
                    positive_real("the ratio of dpr", ratio)?;
                    if on {
                        return Err(super::not_yet(whole.span, &format!("dpr={}", whole.text)));
                    }
                    None
                }
                None if on => ignored("without a ratio it has no meaning in a file export"),
                None => None,
            }
        }
    })
}

/// Only `req=img` gives an image file here; `mask` and `tmb` will.
pub(super) fn check_request(value: &Text) -> Result<(), Problem> {
    if value.is_blank() {
        return Ok(());
    }
    let items = value.items();
    let kind = &items[0];
    match kind.text.to_ascii_lowercase().as_str() {
        "img" => count("req", "img", &items, 1..=1),
        "mask" | "tmb" => Err(super::not_yet(kind.span.clone(), &format!("req={}", kind.text))),
        _ => Err(Problem::error(
            reason::REQUEST_TYPE_NOT_EXPORTABLE,
            kind.span.clone(),
            format!(
                "req={} gives no image file and cannot be exported; only req=img can",
                shown(kind.text)
            ),
        )
        .suggest("img")),
    }
}
