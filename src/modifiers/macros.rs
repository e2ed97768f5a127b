//! Named definitions and the grammar of their names (01 §2, 03 §1.5).

use std::collections::BTreeMap;

use super::diagnostic::{Problem, reason, shown};
use super::lexer;

/// Longest name of a macro, in characters (03 §1.5).
pub const LONGEST_MACRO_NAME: usize = 64;

/// Longest text of the `macro` field: a name and its two dollars, in bytes.
pub(super) const LONGEST_MACRO_CALL: usize = LONGEST_MACRO_NAME + 2;

/// Macros that exist everywhere unless a company defines its own (03 §5).
const BUILT_IN: [(&str, &str); 2] = [
    ("shadow", "color=0,0,0,191&blendMode=mult&op_blur=5&pos=4,4"),
    ("glow", "color=255,255,190,191&blendMode=screen&op_blur=5&op_grow=1"),
];

/// Named definitions. Names ignore case and keep their spelling. Behind the
/// company's own stand the built-ins `shadow` and `glow`.
#[derive(Debug, Clone, Default)]
pub struct Macros {
    /// Lower-case name -> name as spelled, definition.
    own: BTreeMap<String, (String, String)>,
}

impl Macros {
    /// Only the built-ins.
    pub fn new() -> Self {
        Self::default()
    }

    /// Defines a macro, or defines it anew. The name is not checked here
    /// ([`check_macro_name`]): a name outside the grammar can never be called.
    pub fn insert(&mut self, name: &str, definition: &str) {
        self.own.insert(name.to_ascii_lowercase(), (name.to_string(), definition.to_string()));
    }

    /// The definition of `name`, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|(_, definition)| definition)
    }

    /// Forgets an own definition; a built-in of that name shows again. Tells
    /// whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.own.remove(&name.to_ascii_lowercase()).is_some()
    }

    /// Every name once, as spelled: own ones in order, then built-ins.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let built_in =
            BUILT_IN.iter().map(|(name, _)| *name).filter(|name| !self.own.contains_key(*name));
        self.own.values().map(|(name, _)| name.as_str()).chain(built_in)
    }

    /// Name as spelled and definition.
    pub(super) fn find(&self, name: &str) -> Option<(&str, &str)> {
        let key = name.to_ascii_lowercase();
        match self.own.get(&key) {
            Some((name, definition)) => Some((name, definition)),
            None => BUILT_IN.iter().copied().find(|(name, _)| *name == key),
        }
    }

    /// The known name nearest to a misspelt one, if it is near.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        let wanted = name.to_ascii_lowercase();
        if wanted.len() > LONGEST_MACRO_NAME {
            return None;
        }
        self.names()
            .filter(|known| known.len().abs_diff(wanted.len()) <= 2)
            .map(|known| (strsim::osa_distance(&wanted, &known.to_ascii_lowercase()), known))
            .filter(|(distance, known)| *distance <= 2 && *distance < known.len())
            .min()
            .map(|(_, known)| known)
    }
}

/// Checks the name of a macro: 1 to 64 of ASCII letters, digits, `-`, `_`, `.`
/// and `!` (03 §1.5). The error says what is wrong.
pub fn check_macro_name(name: &str) -> Result<(), String> {
    if name.chars().count() > LONGEST_MACRO_NAME {
        return Err(format!(
            "the macro name '{}' is longer than {LONGEST_MACRO_NAME} characters",
            shown(name)
        ));
    }
    check_name_text(name)
}

/// The grammar of a macro name without its length.
pub(super) fn check_name_text(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the macro name is empty".into());
    }
    match name.chars().find(|c| !(c.is_ascii() && (lexer::is_name_byte(*c as u8) || *c == '!'))) {
        None => Ok(()),
        Some(c) => Err(format!(
            "the macro name '{}' contains '{}'; use letters, digits, '-', '_', '.' and '!'",
            shown(name),
            shown(&c.to_string())
        )),
    }
}

/// Reads the `macro` field: `web` or `$web$`, nothing else (03 §1.5).
pub(super) fn parse_call(text: &str) -> Result<String, Problem> {
    if text.len() > LONGEST_MACRO_CALL {
        return Err(Problem::error(
            reason::MODIFIER_TOO_LONG,
            0..text.len(),
            format!("macro has {} bytes; the limit is {LONGEST_MACRO_CALL}", text.len()),
        ));
    }
    let span = lexer::trimmed(text, 0..text.len());
    let call = &text[span.clone()];
    if call.contains('&') {
        let segments =
            || call.split('&').map(str::trim_ascii).filter(|segment| !segment.is_empty());
        if segments().count() > 1 && segments().all(|segment| lexer::macro_call(segment).is_some())
        {
            return Err(Problem::error(
                reason::MULTIPLE_MACROS,
                span,
                format!(
                    "macro takes one macro; call the others of '{}' in is_modifier",
                    shown(call)
                ),
            ));
        }
    } else if let Some(result) = lexer::macro_call(call) {
        return result.map_err(|message| Problem::error(reason::MACRO_SYNTAX, span, message));
    } else if check_name_text(call).is_ok() {
        return Ok(call.to_string());
    }
    let hint = call.trim_matches('$').to_string();
    let problem = Problem::error(
        reason::MACRO_SYNTAX,
        span,
        format!(
            "macro takes one name, as 'web' or '$web$', not '{}'; commands belong into is_modifier",
            shown(call)
        ),
    );
    Err(if check_name_text(&hint).is_ok() { problem.suggest(format!("${hint}$")) } else { problem })
}
