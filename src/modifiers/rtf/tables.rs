//! The groups that are tables: fonts and colours.

use super::read::{Reader, State, windows_1252};
use super::scan::{Raw, RawKind};
use super::{Font, Node, Renderer};
use crate::modifiers::colour::{Colour, colour};
use crate::modifiers::diagnostic::{Problem, reason, shown};
use crate::modifiers::text::Text;

/// What the first words of a group make of it.
pub(super) enum Destination {
    /// Formatting and text.
    None,
    /// A table; `None` if nothing of it is kept.
    Table(Option<Node>),
}

const RGB: [&str; 3] = ["red", "green", "blue"];
const CMYK: [&str; 4] = ["cyan", "magenta", "yellow", "black"];

impl Reader<'_> {
    /// Groups of `\*` and a word that nobody knows are skipped whole.
    pub fn destination(
        &mut self,
        raw: &[Raw],
        state: State,
        token: &Raw,
    ) -> Result<Destination, Problem> {
        let name = match raw.get(usize::from(skippable(raw))).map(|token| &token.kind) {
            Some(RawKind::Word { name, .. }) => name.as_str(),
            _ => "",
        };
        let table = match (name, self.renderer) {
            ("fonttbl", _) => Some(Node::Fonts(self.fonts(raw, state)?)),
            ("colortbl", _) => {
                let example = "\\red255\\green0\\blue0;";
                Some(Node::Colours(self.components(name, example, raw, RGB, 255)?))
            }
            ("cmykcolortbl", Renderer::Text) => {
                let example = "\\cyan0\\magenta100\\yellow100\\black0;";
                Some(Node::CmykColours(self.components(name, example, raw, CMYK, 100)?))
            }
            ("iscolortbl", Renderer::TextPs) => Some(Node::IsColours(self.is_colours(raw, token)?)),
            ("cmykcolortbl" | "iscolortbl", _) => {
                self.not_for_this_renderer(name, token);
                None
            }
            _ if skippable(raw) => None,
            _ => return Ok(Destination::None),
        };
        Ok(Destination::Table(table))
    }

    /// `{\fonttbl{\f0\fcharset0 Arial;}…}`, the braces around an entry or the
    /// semicolon after it may be missing.
    fn fonts(&self, raw: &[Raw], state: State) -> Result<Vec<Font>, Problem> {
        let font = Font { number: 0, name: String::new(), charset: None };
        let mut fonts = Fonts { done: Vec::new(), font, stand_ins: 0 };
        for token in raw {
            match &token.kind {
                RawKind::Group(entry) => {
                    self.font(entry, state, &mut fonts)?;
                    fonts.end();
                }
                _ => self.font(std::slice::from_ref(token), state, &mut fonts)?,
            }
        }
        fonts.end();
        Ok(fonts.done)
    }

    fn font(&self, raw: &[Raw], state: State, fonts: &mut Fonts) -> Result<(), Problem> {
        if skippable(raw) {
            // \panose and \falt stand between number and name
            return Ok(());
        }
        for token in raw {
            match &token.kind {
                RawKind::Group(inner) => self.font(inner, state, fonts)?,
                RawKind::Word { name, parameter } => {
                    let number = parameter.unwrap_or(0);
                    let in_range = |most: i32| match (0..=most).contains(&number) {
                        true => Ok(number),
                        false => {
                            Err(self.out_of_range(&format!("\\{name}"), number, 0, most, token))
                        }
                    };
                    fonts.stand_ins = 0;
                    match name.as_str() {
                        "f" => fonts.font.number = in_range(32767)?,
                        "fcharset" => fonts.font.charset = Some(in_range(255)?),
                        "u" => {
                            let unit = self.utf16_unit(*parameter, state, token)?;
                            let c = char::from_u32(unit.into());
                            fonts.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
                            fonts.stand_ins = state.skipped_after_unicode;
                        }
                        _ => {}
                    }
                }
                RawKind::Symbol(c @ ('\\' | '{' | '}')) => fonts.push(*c),
                RawKind::Symbol(_) => {}
                RawKind::Byte(byte) => fonts.push(windows_1252(*byte)),
                RawKind::Text(text) => {
                    for c in text.chars() {
                        match c {
                            ';' if fonts.stand_ins == 0 => fonts.end(),
                            c => fonts.push(c),
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// `;\red255\green0\blue0;…`: components that are not said are 0.
    fn components<const N: usize>(
        &self,
        table: &str,
        example: &str,
        raw: &[Raw],
        names: [&str; N],
        most: i32,
    ) -> Result<Vec<Option<[u8; N]>>, Problem> {
        let mut entries = Vec::new();
        let mut entry: Option<[u8; N]> = None;
        for token in raw {
            match &token.kind {
                RawKind::Word { name, parameter } => {
                    let index = names.iter().position(|known| known == name);
                    let Some(component) =
                        index.and_then(|index| entry.get_or_insert([0; N]).get_mut(index))
                    else {
                        self.no_foreign_component(table, example, name, token)?;
                        continue;
                    };
                    let number = parameter.unwrap_or(0);
                    if !(0..=most).contains(&number) {
                        let what = format!("\\{name}");
                        return Err(self.out_of_range(&what, number, 0, most, token));
                    }
                    *component = number as u8;
                }
                RawKind::Text(text) => {
                    let mut start = token.span.start;
                    for (part, written) in text.split(';').enumerate() {
                        if part > 0 {
                            entries.push(entry.take());
                        }
                        if !written.trim().is_empty() {
                            let span = start..start + written.len();
                            return Err(self.not_in_table(table, example, written, span));
                        }
                        start += written.len() + 1;
                    }
                }
                _ => {}
            }
        }
        // the last semicolon may be missing
        entries.extend(entry.map(Some));
        Ok(entries)
    }

    /// `{\*\iscolortbl;ff0000;}`: colours as in commands (01 §6.1).
    fn is_colours(&self, raw: &[Raw], token: &Raw) -> Result<Vec<Option<Colour>>, Problem> {
        let place = self.value.part(token.span.clone()).span;
        let mut entries = Vec::new();
        let mut entry = Text::at(place.clone());
        let end = |entry: &mut Text| {
            let entry = std::mem::replace(entry, Text::at(place.clone()));
            match entry.is_blank() {
                true => Ok(None),
                false => colour("a colour of \\iscolortbl", &entry).map(Some),
            }
        };
        for token in raw {
            match &token.kind {
                RawKind::Text(text) => {
                    for (at, c) in text.char_indices() {
                        if c == ';' {
                            entries.push(end(&mut entry)?);
                        } else {
                            let start = token.span.start + at;
                            let piece = self.value.part(start..start + c.len_utf8());
                            entry.push_from(piece.text, piece.span);
                        }
                    }
                }
                RawKind::Word { name, .. } => {
                    self.no_foreign_component("iscolortbl", "ff0000;", name, token)?;
                }
                _ => {}
            }
        }
        // the last semicolon may be missing
        entries.extend(end(&mut entry)?.map(Some));
        Ok(entries)
    }

    /// Refuses a component of another table, which would make the entry black.
    fn no_foreign_component(
        &self,
        table: &str,
        example: &str,
        name: &str,
        token: &Raw,
    ) -> Result<(), Problem> {
        match RGB.contains(&name) || CMYK.contains(&name) {
            true => {
                Err(self.not_in_table(table, example, &format!("\\{name}"), token.span.clone()))
            }
            false => Ok(()),
        }
    }

    fn not_in_table(
        &self,
        table: &str,
        example: &str,
        written: &str,
        span: std::ops::Range<usize>,
    ) -> Problem {
        let message = format!(
            "a colour of \\{table} in {} is written '{example}', not with '{}'",
            self.command,
            shown(written.trim())
        );
        Problem::error(reason::MODIFIER_SYNTAX, self.value.part(span).span, message)
    }
}

/// The font table as it grows.
struct Fonts {
    done: Vec<Font>,
    font: Font,
    /// Characters to come that only stand for the one of `\uN`.
    stand_ins: usize,
}

impl Fonts {
    fn push(&mut self, c: char) {
        match self.stand_ins {
            0 if c.is_control() || c == ';' => {}
            0 => self.font.name.push(c),
            _ => self.stand_ins -= 1,
        }
    }

    /// Ends an entry; the next one has the next number if it names none.
    fn end(&mut self) {
        self.stand_ins = 0;
        let charset = self.font.charset.take();
        let written = std::mem::take(&mut self.font.name);
        let (number, name) = (self.font.number, written.trim().to_string());
        if !name.is_empty() {
            self.done.push(Font { number, name, charset });
            self.font.number = (number + 1).min(32767);
        }
    }
}

/// Whether it starts with `\*`.
fn skippable(raw: &[Raw]) -> bool {
    matches!(raw.first().map(|token| &token.kind), Some(RawKind::Symbol('*')))
}
