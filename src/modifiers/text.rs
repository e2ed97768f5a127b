//! Values on their way from raw to decoded text, with every byte's origin.
//!
//! Variables are put into the raw text, then it is percent-decoded once
//! (01 L10, L12, §3). Each decoded byte remembers the bytes it came from, so a
//! value parser can point at what a person wrote.

use std::ops::Range;

use super::diagnostic::{Problem, reason};

/// A growing text that knows where each of its bytes came from.
#[derive(Debug, Default, Clone)]
pub(super) struct Text {
    text: String,
    /// Where the text stands in the source if its bytes follow each other there.
    start: usize,
    /// Else start and end of each byte.
    spans: Option<Vec<(usize, usize)>>,
    /// Place of the value in the source.
    place: Range<usize>,
}

/// A part of a decoded value.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    /// Bytes of the source.
    pub span: Range<usize>,
}

impl Text {
    /// An empty text for the value at `place`.
    pub fn at(place: Range<usize>) -> Self {
        Text { text: String::new(), start: place.start, spans: None, place }
    }

    /// Appends text that stands in the source from byte `start` on.
    pub fn push_verbatim(&mut self, text: &str, start: usize) {
        if self.text.is_empty() {
            self.start = start;
        }
        if self.spans.is_some() || self.start + self.text.len() != start {
            self.mapped().extend((start..start + text.len()).map(|at| (at, at + 1)));
        }
        self.text.push_str(text);
    }

    /// Appends text that stands for the bytes at `span` of the source.
    pub fn push_from(&mut self, text: &str, span: Range<usize>) {
        self.mapped().extend(std::iter::repeat_n((span.start, span.end), text.len()));
        self.text.push_str(text);
    }

    /// The spans of the bytes so far, one by one.
    fn mapped(&mut self) -> &mut Vec<(usize, usize)> {
        let (start, length) = (self.start, self.text.len());
        self.spans.get_or_insert_with(|| (start..start + length).map(|at| (at, at + 1)).collect())
    }

    /// The bytes of the source behind one byte.
    fn entry(&self, at: usize) -> Option<(usize, usize)> {
        match &self.spans {
            None => (at < self.text.len()).then(|| (self.start + at, self.start + at + 1)),
            Some(spans) => spans.get(at).copied(),
        }
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim_ascii().is_empty()
    }

    /// Percent-decodes once; `+` is a space (ruling 1). Escapes that form UTF-8
    /// are read so, others as ISO-8859-1 (01 C04). Bad escapes stay as
    /// they are; the first is returned as a problem (ruling 4).
    pub fn decoded(self) -> (Text, Option<Problem>) {
        let bytes = self.text.as_bytes();
        if !bytes.iter().any(|byte| matches!(byte, b'%' | b'+')) {
            return (self, None);
        }
        let mut problem = None;
        let mut out = Text::at(self.place.clone());
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'%' {
                let run = escapes(&bytes[at..]);
                if run.is_empty() {
                    let end = self.text.ceil_char_boundary((at + 3).min(bytes.len()));
                    let span = self.source(at..end);
                    problem.get_or_insert_with(|| {
                        let message = format!(
                            "'{}' is no percent escape; a literal '%' is written '%25'",
                            &self.text[at..end]
                        );
                        Problem::error(reason::MODIFIER_SYNTAX, span, message)
                            .suggest(format!("%25{}", &self.text[at + 1..end]))
                    });
                    out.push_from("%", self.source(at..at + 1));
                    at += 1;
                    continue;
                }
                let origin = |index: usize| self.source(at + 3 * index..at + 3 * index + 3);
                match std::str::from_utf8(&run) {
                    Ok(text) => {
                        let origins = (0..run.len()).map(|i| (origin(i).start, origin(i).end));
                        out.mapped().extend(origins);
                        out.text.push_str(text);
                    }
                    Err(_) => {
                        for (index, &byte) in run.iter().enumerate() {
                            out.push_from(char::from(byte).encode_utf8(&mut [0; 4]), origin(index));
                        }
                    }
                }
                at += 3 * run.len();
            } else if bytes[at] == b'+' {
                out.push_from(" ", self.source(at..at + 1));
                at += 1;
            } else {
                let end = bytes[at..]
                    .iter()
                    .position(|b| matches!(b, b'%' | b'+'))
                    .map_or(bytes.len(), |n| at + n);
                let origins = (at..end).filter_map(|at| self.entry(at));
                out.mapped().extend(origins);
                out.text.push_str(&self.text[at..end]);
                at = end;
            }
        }
        (out, problem)
    }

    /// The bytes of the source behind the bytes `range` of this text.
    fn source(&self, range: Range<usize>) -> Range<usize> {
        match (self.entry(range.start), range.end.checked_sub(1).and_then(|last| self.entry(last)))
        {
            (Some(first), Some(last)) if range.start < range.end => first.0..last.1.max(first.0),
            (Some(first), _) => first.0..first.0,
            _ => self.place.end..self.place.end,
        }
    }

    fn piece(&self, range: Range<usize>) -> Piece<'_> {
        let range = super::lexer::trimmed(&self.text, range);
        Piece { text: &self.text[range.clone()], span: self.source(range) }
    }

    /// The value as one piece, without the white space around it.
    pub fn whole(&self) -> Piece<'_> {
        self.piece(0..self.text.len())
    }

    /// The value as one piece with the white space around it, as text has it.
    pub fn untrimmed(&self) -> Piece<'_> {
        Piece { text: &self.text, span: self.source(0..self.text.len()) }
    }

    /// The bytes `range` of the value, which must lie on character boundaries.
    pub fn part(&self, range: Range<usize>) -> Piece<'_> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        Piece { text, span: self.source(range) }
    }

    /// The first `items` of the value cut at its commas, as one piece.
    pub fn first(&self, items: usize) -> Piece<'_> {
        let mut commas = self.text.match_indices(',').map(|(at, _)| at);
        let end = match items.checked_sub(1) {
            Some(last) => commas.nth(last).unwrap_or(self.text.len()),
            None => 0,
        };
        self.piece(0..end)
    }

    /// The value cut at its commas, each item trimmed (01 C03).
    pub fn items(&self) -> Vec<Piece<'_>> {
        let mut items = Vec::new();
        let mut start = 0;
        for (comma, _) in self.text.match_indices(',') {
            items.push(self.piece(start..comma));
            start = comma + 1;
        }
        items.push(self.piece(start..self.text.len()));
        items
    }
}

/// `text` as a value is written: read again it gives the same text, wherever it
/// stands, also inside of nested requests.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let blank = |c: char| c.is_ascii_whitespace();
    let start = text.len() - text.trim_start_matches(blank).len();
    let end = text.trim_end_matches(blank).len();
    for (at, c) in text.char_indices() {
        let at_an_end = at < start || at >= end;
        match c {
            '%' | '&' | '=' | '+' | '$' | '(' | ')' | '{' | '}' | '?' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            c if c.is_ascii_control() || (at_an_end && blank(c)) => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            c => out.push(c),
        }
    }
    out
}

/// The bytes of the percent escapes that stand one after another at the start.
fn escapes(bytes: &[u8]) -> Vec<u8> {
    let mut run = Vec::new();
    for escape in bytes.chunks_exact(3) {
        let (Some(high), Some(low)) = (hex(escape[1]), hex(escape[2])) else { break };
        if escape[0] != b'%' {
            break;
        }
        run.push(high << 4 | low);
    }
    run
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
