//! The value of `text=` and `textPs=`: plain text or the RTF subset of 02 §6, as
//! a checked tree. Laying it out comes with text layers.

mod read;
mod scan;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use super::colour::Colour;
use super::diagnostic::Problem;
use super::text::Text;

/// Which of the two renderers a text is written for (02 §6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renderer {
    /// `text=`
    Text,
    /// `textPs=`
    TextPs,
}

/// Text and formatting in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rtf {
    pub nodes: Vec<Node>,
}

/// A piece of text or formatting.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Characters; escapes are decoded: `\'HH` as windows-1252 whatever
    /// `\fcharset` says, and `\uN`.
    Text(String),
    /// A control word of the table of 02 §6.3.
    Word(Word),
    /// `\~`, `\_` and `\-`: characters of their own meaning, `textPs` only.
    Special(Special),
    /// `{…}`: formatting inside ends with it.
    Group(Vec<Node>),
    Fonts(Vec<Font>),
    /// `\colortbl`: red, green, blue; `None` for an empty entry.
    Colours(Vec<Option<[u8; 3]>>),
    /// `\cmykcolortbl`: percent of each ink, `text` only (02 §6.1).
    CmykColours(Vec<Option<[u8; 4]>>),
    /// `\*\iscolortbl`: colours as in commands, `textPs` only.
    IsColours(Vec<Option<Colour>>),
}

/// A control word with its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Without the backslash.
    pub name: &'static str,
    /// In the unit of 02 §6.3; `None` where the word takes none.
    pub parameter: Option<i32>,
}

/// Characters that are written as control symbols (02 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    NonBreakingSpace,
    NonBreakingHyphen,
    OptionalHyphen,
}

/// An entry of `\fonttbl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Font {
    /// As in `\fN`.
    pub number: i32,
    pub name: String,
    /// `\fcharset`; kept, but not applied to `\'HH`.
    pub charset: Option<i32>,
}

/// The colour behind `\cfN`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TextColour {
    Is(Colour),
    Cmyk([u8; 4]),
    Rgb([u8; 3]),
    /// No table has the entry.
    Black,
}

/// The colour tables of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextColours {
    is: Vec<Option<Colour>>,
    cmyk: Vec<Option<[u8; 4]>>,
    rgb: Vec<Option<[u8; 3]>>,
}

impl TextColours {
    /// The colour of `\cfN`: of the first table that has the entry, in the order
    /// iscolortbl, cmykcolortbl if the layer is CMYK, colortbl (02 §6.3).
    pub fn colour(&self, index: usize, layer_is_cmyk: bool) -> TextColour {
        let cmyk = || self.cmyk.get(index).copied().flatten().filter(|_| layer_is_cmyk);
        let rgb = || self.rgb.get(index).copied().flatten();
        let is = self.is.get(index).copied().flatten();
        is.map(TextColour::Is)
            .or_else(|| cmyk().map(TextColour::Cmyk))
            .or_else(|| rgb().map(TextColour::Rgb))
            .unwrap_or(TextColour::Black)
    }
}

/// Adds a table to those before it, which keep what they say.
fn add<T: Copy>(all: &mut Vec<Option<T>>, table: &[Option<T>]) {
    for (index, entry) in table.iter().enumerate() {
        match all.get_mut(index) {
            Some(before) => *before = before.or(*entry),
            None => all.push(*entry),
        }
    }
}

/// Reads a value. Words that the other renderer alone has are dropped with a
/// warning, unlisted ones without (02 §6.3).
pub(super) fn rtf(
    command: &str,
    value: &Text,
    renderer: Renderer,
    warnings: &mut Vec<Problem>,
) -> Result<Rtf, Problem> {
    let raw = scan::scan(command, value)?;
    read::Reader { command, value, renderer, warnings, warned: BTreeSet::new() }.read(&raw)
}

impl Rtf {
    /// The one spelling of this tree; reading it gives an equal tree.
    pub fn text(&self) -> String {
        let mut out = String::new();
        write(&self.nodes, &mut out);
        out
    }

    /// Whether it shows and says nothing.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many of the alignments `\ql`, `\qr`, `\qc`, `\qj` it uses. Text that
    /// takes its size from itself may use one (02 §6.1).
    pub fn alignments(&self) -> usize {
        let mut found = BTreeSet::new();
        self.visit(&mut |node| {
            if let Node::Word(word) = node
                && ["ql", "qr", "qc", "qj"].contains(&word.name)
            {
                found.insert(word.name);
            }
        });
        found.len()
    }

    /// The faces that its font table names.
    pub fn fonts(&self) -> Vec<&Font> {
        let mut found = Vec::new();
        self.visit(&mut |node| {
            if let Node::Fonts(fonts) = node {
                found.extend(fonts);
            }
        });
        found
    }

    /// Its colour tables, for the colours of `\cfN`.
    pub fn colours(&self) -> TextColours {
        let mut colours = TextColours::default();
        self.visit(&mut |node| match node {
            Node::IsColours(entries) => add(&mut colours.is, entries),
            Node::CmykColours(entries) => add(&mut colours.cmyk, entries),
            Node::Colours(entries) => add(&mut colours.rgb, entries),
            _ => {}
        });
        colours
    }

    fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Node)) {
        let mut waiting: Vec<&Node> = self.nodes.iter().rev().collect();
        while let Some(node) = waiting.pop() {
            see(node);
            if let Node::Group(nodes) = node {
                waiting.extend(nodes.iter().rev());
            }
        }
    }
}

/// Groups are at most [`scan::DEEPEST`] deep, so this does not run out of stack.
fn write(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => escape(text, out),
            // the blank ends the word and belongs to it
            Node::Word(Word { name, parameter: Some(number) }) => {
                out.push_str(&format!("\\{name}{number} "));
            }
            Node::Word(Word { name, parameter: None }) => out.push_str(&format!("\\{name} ")),
            Node::Special(special) => out.push_str(match special {
                Special::NonBreakingSpace => "\\~",
                Special::NonBreakingHyphen => "\\_",
                Special::OptionalHyphen => "\\-",
            }),
            Node::Group(nodes) => {
                out.push('{');
                write(nodes, out);
                out.push('}');
            }
            Node::Fonts(fonts) => {
                out.push_str("{\\fonttbl");
                for font in fonts {
                    out.push_str(&format!("{{\\f{}", font.number));
                    if let Some(charset) = font.charset {
                        out.push_str(&format!("\\fcharset{charset}"));
                    }
                    out.push(' ');
                    escape(&font.name, out);
                    out.push_str(";}");
                }
                out.push('}');
            }
            Node::Colours(colours) => {
                table("colortbl", colours, out, |[r, g, b]| format!("\\red{r}\\green{g}\\blue{b}"))
            }
            Node::CmykColours(colours) => table("cmykcolortbl", colours, out, |[c, m, y, k]| {
                format!("\\cyan{c}\\magenta{m}\\yellow{y}\\black{k}")
            }),
            Node::IsColours(colours) => {
                table("*\\iscolortbl ", colours, out, |colour| colour.text());
            }
        }
    }
}

fn table<T>(name: &str, entries: &[Option<T>], out: &mut String, text: impl Fn(&T) -> String) {
    out.push_str(&format!("{{\\{name}"));
    for entry in entries {
        out.push_str(&entry.as_ref().map(&text).unwrap_or_default());
        out.push(';');
    }
    out.push('}');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '\\' | '{' | '}') {
            out.push('\\');
        }
        out.push(c);
    }
}
