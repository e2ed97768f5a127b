//! Tokens to the checked tree.

use std::collections::BTreeSet;

use super::scan::{Raw, RawKind};
use super::words::{self, Parameter};
use super::{Font, Node, Renderer, Rtf, Special, Word};
use crate::modifiers::colour::{Colour, colour};
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
struct State {
    /// `\ucN`: characters after `\uN` that stand for it.
    skipped_after_unicode: usize,
}

impl Reader<'_> {
    pub fn read(mut self, raw: &[Raw]) -> Result<Rtf, Problem> {
        let nodes = self.group(raw, State { skipped_after_unicode: 1 })?;
        Ok(Rtf { nodes })
    }

    /// Groups are at most [`super::scan::DEEPEST`] deep.
    fn group(&mut self, raw: &[Raw], mut state: State) -> Result<Vec<Node>, Problem> {
        let mut nodes = Vec::new();
        // characters that `\uN` still stands for, and half of a surrogate pair
        let mut skip = 0;
        let mut high: Option<u16> = None;
        for token in raw {
            // what stands for a character of `\u` may come between two halves
            let between = match &token.kind {
                RawKind::Text(text) => text.chars().nth(skip).is_none(),
                RawKind::Byte(_) => skip > 0,
                RawKind::Word { name, .. } => name == "u",
                RawKind::Symbol(_) | RawKind::Group(_) => false,
            };
            if !between && high.take().is_some() {
                push_text(&mut nodes, "\u{FFFD}");
            }
            match &token.kind {
                RawKind::Text(text) => {
                    let mut chars = text.chars();
                    while skip > 0 && chars.next().is_some() {
                        skip -= 1;
                    }
                    push_text(&mut nodes, chars.as_str());
                }
                RawKind::Byte(_) if skip > 0 => skip -= 1,
                RawKind::Byte(byte) => {
                    push_text(&mut nodes, windows_1252(*byte).encode_utf8(&mut [0; 4]));
                }
                RawKind::Symbol(symbol) => self.symbol(*symbol, token, &mut nodes),
                RawKind::Word { name, parameter } if name == "u" => {
                    let unit = (parameter.unwrap_or(0) as i64 & 0xFFFF) as u16;
                    skip = state.skipped_after_unicode;
                    match (high.take(), unit) {
                        (None, 0xD800..=0xDBFF) => high = Some(unit),
                        (before, unit) => {
                            let units = before.into_iter().chain([unit]);
                            for c in char::decode_utf16(units) {
                                let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                                if !c.is_control() {
                                    push_text(&mut nodes, c.encode_utf8(&mut [0; 4]));
                                }
                            }
                        }
                    }
                }
                RawKind::Word { name, parameter } if name == "uc" => {
                    state.skipped_after_unicode = parameter.unwrap_or(1).max(0) as usize;
                }
                RawKind::Word { name, parameter } => {
                    nodes.extend(self.word(name, *parameter, token)?.map(Node::Word));
                }
                RawKind::Group(inner) => {
                    let node = match destination(inner) {
                        Destination::Fonts => Some(Node::Fonts(self.fonts(inner)?)),
                        Destination::Colours => {
                            let names = ["red", "green", "blue"];
                            Some(Node::Colours(self.components(inner, names, 255)?))
                        }
                        Destination::Cmyk => {
                            let names = ["cyan", "magenta", "yellow", "black"];
                            Some(Node::CmykColours(self.components(inner, names, 100)?))
                        }
                        Destination::IsColours => self.is_colours(inner, token)?,
                        Destination::Unknown => None,
                        Destination::None => Some(Node::Group(self.group(inner, state)?)),
                    };
                    // what says nothing is not kept, so that equal texts are equal
                    let empty = matches!(&node, Some(Node::Group(nodes)) if nodes.is_empty());
                    nodes.extend(node.filter(|_| !empty));
                }
            }
        }
        if high.is_some() {
            push_text(&mut nodes, "\u{FFFD}");
        }
        Ok(nodes)
    }

    fn symbol(&mut self, symbol: char, token: &Raw, nodes: &mut Vec<Node>) {
        let special = match symbol {
            '\\' | '{' | '}' => return push_text(nodes, symbol.encode_utf8(&mut [0; 4])),
            '~' => Special::NonBreakingSpace,
            '_' => Special::NonBreakingHyphen,
            '-' => Special::OptionalHyphen,
            _ => return,
        };
        match self.renderer {
            Renderer::TextPs => nodes.push(Node::Special(special)),
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

    fn out_of_range(&self, what: &str, number: i32, least: i32, most: i32, token: &Raw) -> Problem {
        let message = format!(
            "the number of {what} in {} is {number}, but must be from {least} to {most}",
            self.command
        );
        let span = self.value.part(token.span.clone()).span;
        Problem::error(reason::VALUE_OUT_OF_RANGE, span, message)
    }

    fn not_for_this_renderer(&mut self, name: &str, token: &Raw) {
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

    /// `{\fonttbl{\f0\fcharset0 Arial;}…}`, the braces around an entry may be
    /// missing.
    fn fonts(&mut self, raw: &[Raw]) -> Result<Vec<Font>, Problem> {
        let mut fonts = Vec::new();
        let mut font = Font { number: 0, name: String::new(), charset: None };
        let mut waiting: Vec<&Raw> = raw.iter().rev().collect();
        while let Some(token) = waiting.pop() {
            match &token.kind {
                RawKind::Group(inner) => waiting.extend(inner.iter().rev()),
                RawKind::Word { name, parameter } if name == "f" => {
                    let number = parameter.unwrap_or(0);
                    if !(0..=32767).contains(&number) {
                        return Err(self.out_of_range("\\f", number, 0, 32767, token));
                    }
                    font.number = number;
                }
                RawKind::Word { name, parameter } if name == "fcharset" => {
                    let number = parameter.unwrap_or(0);
                    if !(0..=255).contains(&number) {
                        return Err(self.out_of_range("\\fcharset", number, 0, 255, token));
                    }
                    font.charset = Some(number);
                }
                RawKind::Word { .. } => {}
                RawKind::Symbol(c @ ('\\' | '{' | '}')) => font.name.push(*c),
                RawKind::Symbol(_) => {}
                RawKind::Byte(byte) => {
                    let c = windows_1252(*byte);
                    font.name.extend(Some(c).filter(|c| !c.is_control() && *c != ';'));
                }
                RawKind::Text(text) => {
                    let mut parts = text.split(';');
                    font.name.push_str(parts.next().unwrap_or_default());
                    for part in parts {
                        let name = part.to_string();
                        let number = (font.number + 1).min(32767);
                        let next = Font { number, name, charset: None };
                        fonts.push(std::mem::replace(&mut font, next));
                    }
                }
            }
        }
        // the semicolon of the last one may be missing
        fonts.push(font);
        for font in &mut fonts {
            font.name = font.name.trim().to_string();
        }
        fonts.retain(|font| !font.name.is_empty());
        Ok(fonts)
    }

    /// `;\red255\green0\blue0;…`: components that are not said are 0.
    fn components<const N: usize>(
        &self,
        raw: &[Raw],
        names: [&str; N],
        most: i32,
    ) -> Result<Vec<Option<[u8; N]>>, Problem> {
        let mut entries = Vec::new();
        let mut entry: Option<[u8; N]> = None;
        for token in raw {
            match &token.kind {
                RawKind::Word { name, parameter } => {
                    let Some(index) = names.iter().position(|known| known == name) else {
                        continue;
                    };
                    let number = parameter.unwrap_or(0);
                    if !(0..=most).contains(&number) {
                        return Err(self.out_of_range(
                            &format!("\\{name}"),
                            number,
                            0,
                            most,
                            token,
                        ));
                    }
                    entry.get_or_insert([0; N])[index] = number as u8;
                }
                RawKind::Text(text) => {
                    for _ in text.matches(';') {
                        entries.push(entry.take());
                    }
                }
                _ => {}
            }
        }
        Ok(entries)
    }

    /// `{\*\iscolortbl;ff0000;}`: colours as in commands (01 §6.1).
    fn is_colours(&mut self, raw: &[Raw], token: &Raw) -> Result<Option<Node>, Problem> {
        if self.renderer == Renderer::Text {
            self.not_for_this_renderer("iscolortbl", token);
            return Ok(None);
        }
        let mut entries: Vec<Option<Colour>> = Vec::new();
        for token in raw {
            let RawKind::Text(text) = &token.kind else { continue };
            let mut start = token.span.start;
            for (at, _) in text.match_indices(';') {
                let end = token.span.start + at;
                let piece = self.value.part(start..end);
                let mut entry = Text::at(piece.span.clone());
                entry.push_from(piece.text, piece.span);
                entries.push(match entry.is_blank() {
                    true => None,
                    false => Some(colour("a colour of \\iscolortbl", &entry)?),
                });
                start = end + 1;
            }
        }
        Ok(Some(Node::IsColours(entries)))
    }
}

/// What the first words of a group make of it.
enum Destination {
    None,
    Fonts,
    Colours,
    Cmyk,
    IsColours,
    /// `\*` and a word that nobody knows: all of it is skipped.
    Unknown,
}

fn destination(raw: &[Raw]) -> Destination {
    let skippable = matches!(raw.first().map(|token| &token.kind), Some(RawKind::Symbol('*')));
    let name = match raw.get(usize::from(skippable)).map(|token| &token.kind) {
        Some(RawKind::Word { name, .. }) => name.as_str(),
        _ => "",
    };
    match name {
        "fonttbl" => Destination::Fonts,
        "colortbl" => Destination::Colours,
        "cmykcolortbl" => Destination::Cmyk,
        "iscolortbl" => Destination::IsColours,
        _ if skippable => Destination::Unknown,
        _ => Destination::None,
    }
}

/// Adds text to the last node if that is text.
fn push_text(nodes: &mut Vec<Node>, text: &str) {
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).collect();
    match nodes.last_mut() {
        _ if text.is_empty() => {}
        Some(Node::Text(before)) => before.push_str(&text),
        _ => nodes.push(Node::Text(text)),
    }
}

/// The character behind a byte of windows-1252; undefined bytes as in Latin-1.
fn windows_1252(byte: u8) -> char {
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
