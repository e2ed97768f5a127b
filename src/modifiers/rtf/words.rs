//! The control words of 02 §6.3.

use super::Renderer;

/// A control word.
pub(super) struct Known {
    pub name: &'static str,
    /// `None`: both renderers have it.
    pub only: Option<Renderer>,
    pub parameter: Parameter,
}

/// What stands after a word.
#[derive(Clone, Copy)]
pub(super) enum Parameter {
    None,
    /// Nothing to switch on, 0 to switch off.
    Switch,
    /// A number in a range; the default where it is left out.
    Number {
        least: i32,
        most: i32,
        default: i32,
    },
}

use Parameter::{None as Nothing, Number, Switch};
use Renderer::{Text, TextPs};

const fn both(name: &'static str, parameter: Parameter) -> Known {
    Known { name, only: None, parameter }
}

const fn only(renderer: Renderer, name: &'static str, parameter: Parameter) -> Known {
    Known { name, only: Some(renderer), parameter }
}

const fn number(least: i32, most: i32, default: i32) -> Parameter {
    Number { least, most, default }
}

/// Any 16-bit number, as RTF has them.
const ANY: Parameter = number(-32768, 32767, 0);
/// The same, not below 0.
const SIZE: Parameter = number(0, 32767, 0);

const WORDS: &[Known] = &[
    // the document and its box
    only(TextPs, "margl", SIZE),
    only(TextPs, "margr", SIZE),
    only(TextPs, "margt", SIZE),
    only(TextPs, "margb", SIZE),
    both("vertalt", Nothing),
    both("vertalb", Nothing),
    both("vertalc", Nothing),
    only(TextPs, "stextflow", number(0, 1, 0)),
    // paragraphs
    only(TextPs, "pard", Nothing),
    both("ql", Nothing),
    both("qr", Nothing),
    both("qc", Nothing),
    only(TextPs, "qj", Nothing),
    only(TextPs, "lastql", Nothing),
    only(TextPs, "lastqr", Nothing),
    only(TextPs, "lastqc", Nothing),
    only(TextPs, "lastqj", Nothing),
    only(TextPs, "fi", ANY),
    only(TextPs, "li", ANY),
    only(TextPs, "ri", ANY),
    both("sl", ANY),
    both("slmult", number(0, 1, 0)),
    both("sb", SIZE),
    both("sa", SIZE),
    both("par", Nothing),
    both("line", Nothing),
    // characters
    only(TextPs, "plain", Nothing),
    both("f", SIZE),
    both("fs", number(1, 32767, 24)),
    both("cf", SIZE),
    both("b", Switch),
    both("i", Switch),
    both("sub", Nothing),
    both("super", Nothing),
    both("ul", Switch),
    both("ulnone", Nothing),
    only(TextPs, "caps", Switch),
    only(TextPs, "scaps", Switch),
    // more of characters
    both("dn", number(0, 32767, 6)),
    both("up", number(0, 32767, 6)),
    both("kerning", number(0, 32767, 1)),
    only(TextPs, "kerningoptical", Nothing),
    both("kerningmetric", Nothing),
    both("expnd", ANY),
    both("expndtw", ANY),
    both("charscalex", number(1, 32767, 100)),
    both("charscaley", number(1, 32767, 100)),
    both("ltrch", Nothing),
    only(Text, "rtlch", Nothing),
    only(TextPs, "copyfit", SIZE),
    only(TextPs, "copyfitlines", SIZE),
    only(TextPs, "copyfitmaxlines", SIZE),
    only(TextPs, "baselinedir", SIZE),
];

/// Underlines that are drawn as `\ul` (02 §6.3).
const UNDERLINES: &[&str] =
    &["uld", "uldash", "uldashd", "uldashdd", "uldb", "ulth", "ulw", "ulwave"];

pub(super) fn find(name: &str) -> Option<&'static Known> {
    let name = if UNDERLINES.contains(&name) { "ul" } else { name };
    WORDS.iter().find(|known| known.name == name)
}

#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Known> {
    WORDS.iter()
}
