//! Tokens to the checked tree.

use std::collections::BTreeSet;

use super::scan::{Raw, RawKind};
use super::tables::Destination;
use super::words::{self, Parameter};
use super::{Node, Renderer, Rtf, Special, Word};
use crate::modifiers::diagnostic::{Problem, reason};
use crate::modifiers::text::Text;

pub(super) struct Reader<'a> {
    pub command: &'a str,
    pub value: &'a Text,
    pub renderer: Renderer,
    pub warnings: &'a mut Vec<Problem>,
    /// Words whose warning has been given.
    pub warned: BTreeSet<String>,
}

/// What a group carries on from the one around it.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// `\ucN`: characters after `\uN` that stand for it.
    pub skipped_after_unicode: usize,
}

impl Reader<'_> {
    pub fn read(mut self, raw: &[Raw]) -> Result<Rtf, Problem> {
        let nodes = self.group(raw, State { skipped_after_unicode: 1 })?;
        Ok(Rtf { nodes })
    }

    /// Groups are at most [`super::scan::DEEPEST`] deep.
    fn group(&mut self, raw: &[Raw], mut state: State) -> Result<Vec<Node>, Problem> {
        let mut out = Growing::default();
        for token in raw {
            match &token.kind {
                RawKind::Text(text) => out.text(text),
                RawKind::Byte(_) | RawKind::Symbol(_) if out.stands_in() => {}
                RawKind::Byte(byte) => out.text(windows_1252(*byte).encode_utf8(&mut [0; 4])),
                RawKind::Symbol(symbol) => self.symbol(*symbol, token, &mut out),
                RawKind::Word { name, parameter } if name == "u" => {
                    let unit = self.utf16_unit(*parameter, state, token)?;
                    out.utf16(unit, state.skipped_after_unicode);
                }
                RawKind::Word { name, parameter } if name == "uc" => {
                    let number = parameter.unwrap_or(1);
                    if !(0..=32767).contains(&number) {
                        return Err(self.out_of_range("\\uc", number, 0, 32767, token));
                    }
                    state.skipped_after_unicode = number as usize;
                }
                RawKind::Word { name, parameter } => {
                    out.settle();
                    out.nodes.extend(self.word(name, *parameter, token)?.map(Node::Word));
                }
                RawKind::Group(inner) => {
                    out.settle();
                    let node = match self.destination(inner, state, token)? {
                        Destination::Table(node) => node,
                        Destination::None => Some(Node::Group(self.group(inner, state)?)),
                    };
                    // what says nothing is not kept, so that equal texts are equal
                    let empty = matches!(&node, Some(Node::Group(nodes)) if nodes.is_empty());
                    out.nodes.extend(node.filter(|_| !empty));
                }
            }
        }
        out.settle();
        Ok(out.nodes)
    }

    /// The number of `\uN`. It is signed, but unsigned ones are common and mean the same.
    pub fn utf16_unit(
        &self,
        parameter: Option<i32>,
        state: State,
        token: &Raw,
    ) -> Result<u16, Problem> {
        let wrong = |reason, message| {
            Problem::error(reason, self.value.part(token.span.clone()).span, message)
        };
        let Some(number) = parameter else {
            let message = format!(
                "\\u in {} needs the decimal number of a character, as in \\u233?",
                self.command
            );
            return Err(wrong(reason::MODIFIER_SYNTAX, message));
        };
        // also how \u00e9 is read
        if (0..32).contains(&number) && !matches!(number, 9 | 10 | 13) {
            let message = format!(
                "\\u{number} in {} is no character that can be shown; \
                 the number of \\u is decimal, as in \\u233?",
                self.command
            );
            return Err(wrong(reason::VALUE_OUT_OF_RANGE, message));
        }
        if (-32768..=65535).contains(&number) {
            return Ok((number & 0xFFFF) as u16);
        }
        let problem = self.out_of_range("\\u", number, -32768, 65535, token);
        let pair = u32::try_from(number).ok().and_then(char::from_u32);
        let (Some(c), 0..=1) = (pair, state.skipped_after_unicode) else { return Err(problem) };
        let mut units = [0; 2];
        let [high, low] = match c.encode_utf16(&mut units) {
            [high, low] => [*high as i16, *low as i16],
            _ => return Err(problem),
        };
        let stand_in = "?".repeat(state.skipped_after_unicode);
        // what stands for the character follows already
        Err(problem.suggest(format!("\\u{high} {stand_in}\\u{low} ")))
    }

    fn symbol(&mut self, symbol: char, token: &Raw, out: &mut Growing) {
        let special = match symbol {
            '\\' | '{' | '}' => return out.text(symbol.encode_utf8(&mut [0; 4])),
            '~' => Special::NonBreakingSpace,
            '_' => Special::NonBreakingHyphen,
            '-' => Special::OptionalHyphen,
            _ => return,
        };
        out.settle();
        match self.renderer {
            Renderer::TextPs => out.nodes.push(Node::Special(special)),
            Renderer::Text => self.not_for_this_renderer(&symbol.to_string(), token),
        }
    }

    /// A word of the table; `None` for those that mean nothing here.
    fn word(
        &mut self,
        name: &str,
        parameter: Option<i32>,
        token: &Raw,
    ) -> Result<Option<Word>, Problem> {
        let Some(known) = words::find(name) else { return Ok(None) };
        if known.only.is_some_and(|only| only != self.renderer) {
            self.not_for_this_renderer(name, token);
            return Ok(None);
        }
        let parameter = match known.parameter {
            Parameter::None => None,
            Parameter::Switch => parameter.filter(|number| *number == 0),
            Parameter::Number { least, most, default } => {
                let number = parameter.unwrap_or(default);
                if !(least..=most).contains(&number) {
                    return Err(self.out_of_range(
                        &format!("\\{name}"),
                        number,
                        least,
                        most,
                        token,
                    ));
                }
                Some(number)
            }
        };
        Ok(Some(Word { name: known.name, parameter }))
    }

    pub fn out_of_range(
        &self,
        what: &str,
        number: i32,
        least: i32,
        most: i32,
        token: &Raw,
    ) -> Problem {
        let message = format!(
            "the number of {what} in {} is {number}, but must be from {least} to {most}",
            self.command
        );
        let span = self.value.part(token.span.clone()).span;
        Problem::error(reason::VALUE_OUT_OF_RANGE, span, message)
    }

    pub fn not_for_this_renderer(&mut self, name: &str, token: &Raw) {
        if self.warned.insert(name.to_string()) {
            let other = match self.renderer {
                Renderer::Text => "textPs",
                Renderer::TextPs => "text",
            };
            let message =
                format!("\\{name} is ignored: {} does not have it, {other} does", self.command);
            let span = self.value.part(token.span.clone()).span;
            self.warnings.push(Problem::warning(reason::IGNORED, span, message));
        }
    }
}

/// The nodes of a group as they grow, and what `\uN` leaves open.
#[derive(Default)]
struct Growing {
    nodes: Vec<Node>,
    /// Characters to come that only stand for the one of `\uN`.
    stand_ins: usize,
    /// First half of a surrogate pair.
    high: Option<u16>,
}

impl Growing {
    fn text(&mut self, text: &str) {
        let mut chars = text.chars();
        while self.stand_ins > 0 && chars.next().is_some() {
            self.stand_ins -= 1;
        }
        if !chars.as_str().is_empty() {
            self.settle();
            self.push(chars.as_str());
        }
    }

    /// Whether a byte or symbol only stands for the character of `\uN`.
    fn stands_in(&mut self) -> bool {
        let stands_in = self.stand_ins > 0;
        self.stand_ins -= usize::from(stands_in);
        stands_in
    }

    fn utf16(&mut self, unit: u16, stand_ins: usize) {
        if let (None, 0xD800..=0xDBFF) = (self.high, unit) {
            self.high = Some(unit);
        } else {
            let units = self.high.take().into_iter().chain([unit]);
            let text: String = char::decode_utf16(units)
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            self.push(&text);
        }
        self.stand_ins = stand_ins;
    }

    /// Ends what `\uN` left open. Words and braces do it as well, so that a
    /// character whose stand-in is missing takes nothing with it.
    fn settle(&mut self) {
        self.stand_ins = 0;
        if self.high.take().is_some() {
            self.push("\u{FFFD}");
        }
    }

    /// Adds text to the last node if that is text, without control characters.
    fn push(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        match self.nodes.last_mut() {
            _ if text.is_empty() => {}
            Some(Node::Text(before)) => before.push_str(&text),
            _ => self.nodes.push(Node::Text(text)),
        }
    }
}

/// The character behind a byte of windows-1252; undefined bytes as in Latin-1.
pub(super) fn windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}
