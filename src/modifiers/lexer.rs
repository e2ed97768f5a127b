//! Cuts a modifier into segments at `&` (01 §1).
//!
//! Spans count in the text as given; nothing is decoded here except macro calls
//! that a client percent-encoded as a whole (ruling 22).

use std::ops::Range;

use super::diagnostic::{Problem, reason, shown};
use super::text::Text;

/// One piece between two `&`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    /// The segment without the white space around it.
    pub span: Range<usize>,
    pub kind: SegmentKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum SegmentKind {
    /// `$name$`
    MacroCall { name: String },
    /// `$name=value` or `$name`
    Variable { name: Range<usize>, value: Range<usize> },
    /// `name=value` or `name`
    Command { name: Range<usize>, value: Option<Range<usize>> },
}

/// All segments that mean something, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub segments: Vec<Segment>,
    pub problems: Vec<Problem>,
}

/// Cuts a whole text. Recovers at each `&`, so one bad segment hides no other.
pub(super) fn lex(text: &str) -> Lexed {
    let mut out = Lexed::default();
    let start = skip_prefix(text, &mut out.problems);
    cut(text, start..text.len(), &mut out);
    out
}

/// Cuts the query of a nested request, which stands at `range` of `text`.
pub(super) fn lex_nested(text: &str, range: Range<usize>) -> Lexed {
    let mut out = Lexed::default();
    cut(text, range, &mut out);
    out
}

fn cut(text: &str, range: Range<usize>, out: &mut Lexed) {
    let mut brackets = Brackets::new(text, range.clone());
    let mut at = range.start;
    let mut entity_seen = false;
    while at <= range.end {
        let end = segment_end(text, at..range.end, &mut brackets, &mut out.problems);
        let span = trimmed(text, at..end);
        if !span.is_empty()
            && let Some(kind) = classify(text, span.clone(), &mut out.problems)
        {
            out.segments.push(Segment { span, kind });
        }
        at = end + 1;
        while text.get(at..range.end).is_some_and(|rest| rest.starts_with("amp;")) {
            if !entity_seen {
                entity_seen = true;
                out.problems.push(
                    Problem::warning(
                        reason::XML_ENTITY_DECODED,
                        end..at + 4,
                        "'&amp;' was read as '&'; the text seems to be copied from XML or HTML"
                            .into(),
                    )
                    .suggest("&"),
                );
            }
            at += 4;
        }
    }
}

/// Steps over a leading `?` (03 §1.4) and over a URL, which is an error.
fn skip_prefix(text: &str, problems: &mut Vec<Problem>) -> usize {
    let start = text.len() - text.trim_ascii_start().len();
    let rest = &text[start..];
    if rest.starts_with('?') {
        return start + 1;
    }
    let head = &rest[..rest.find('&').unwrap_or(rest.len())];
    let absolute = head.starts_with("http://") || head.starts_with("https://");
    let question = head.find('?');
    let path_before =
        question.is_some_and(|q| !head[..q].contains('=')) && !head.starts_with(['.', '$']);
    if !absolute && !path_before {
        return start;
    }
    let end = start + question.unwrap_or(head.len());
    problems.push(
        Problem::error(
            reason::MODIFIER_IS_URL,
            start..end,
            format!(
                "'{}' is a URL or a path; give only the part after its '?'",
                shown(&text[start..end])
            ),
        )
        .suggest(""),
    );
    if question.is_some() { end + 1 } else { end }
}

/// Where the segment at the start of `rest` ends: at the next `&` that no nested
/// request shields (01 §1.3).
fn segment_end(
    text: &str,
    rest: Range<usize>,
    brackets: &mut Brackets<'_>,
    problems: &mut Vec<Problem>,
) -> usize {
    let ampersand =
        |from: usize| text[from..rest.end].find('&').map_or(rest.end, |found| from + found);
    let end = ampersand(rest.start);
    let Some(equals) = text[rest.start..end].find('=').map(|found| rest.start + found) else {
        return end;
    };
    let name = text[rest.start..equals].trim_ascii();
    let prefixes: &[&str] = if name.eq_ignore_ascii_case("src") || name.eq_ignore_ascii_case("mask")
    {
        PREFIXES
    } else if name.eq_ignore_ascii_case("imageSet") {
        &[]
    } else {
        return end;
    };
    let Some((_, open)) = opener(text, equals + 1..rest.end, prefixes) else {
        return end;
    };
    let Some(close) = brackets.closer(open) else {
        problems.push(Problem::error(
            reason::MODIFIER_SYNTAX,
            open..open + 1,
            format!(
                "the '{}' of '{}=' is never closed; write '{}' after the last command inside",
                &text[open..open + 1],
                shown(name),
                if text[open..].starts_with('(') { ')' } else { '}' }
            ),
        ));
        return end;
    };
    let end = ampersand(close + 1);
    let after = trimmed(text, close + 1..end);
    if !after.is_empty() {
        problems.push(
            Problem::error(
                reason::MODIFIER_SYNTAX,
                after.clone(),
                format!(
                    "'{}' stands after the end of a nested request; delete it, or write '&' before a command",
                    shown(&text[after])
                ),
            )
            .suggest(""),
        );
    }
    end
}

/// What may stand before the bracket of a nested request.
const PREFIXES: &[&str] = &["is", "ir", "fxg"];

/// A nested request: `is(object?query)` and its kin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nested {
    /// `is`, `ir`, `fxg`, or empty for a foreign URL.
    pub prefix: &'static str,
    /// What stands between the brackets.
    pub inner: Range<usize>,
}

/// Reads the value at `span` as a nested request. `None` if it is none;
/// `Some(None)` if its brackets are in error, which is reported already.
pub(super) fn nested(text: &str, span: Range<usize>) -> Option<Option<Nested>> {
    let (prefix, open) = opener(text, span.clone(), PREFIXES)?;
    let close = Brackets::new(text, span.clone()).closer(open);
    let whole = close.filter(|close| close + 1 == span.end);
    Some(whole.map(|close| Nested { prefix, inner: open + 1..close }))
}

/// The prefix and the bracket that open a nested request at the start of a value.
fn opener(
    text: &str,
    value: Range<usize>,
    prefixes: &[&'static str],
) -> Option<(&'static str, usize)> {
    let start = trimmed(text, value.clone()).start;
    let bytes = &text.as_bytes()[start..value.end];
    let prefix = prefixes
        .iter()
        .find(|prefix| {
            bytes.len() > prefix.len()
                && bytes[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())
        })
        .copied()
        .unwrap_or("");
    matches!(bytes.get(prefix.len()), Some(b'(' | b'{')).then_some((prefix, start + prefix.len()))
}

/// Which bracket closes which, each kind counted for itself. Looked for once a
/// text, so that many open brackets cost no more than one.
struct Brackets<'a> {
    text: &'a str,
    range: Range<usize>,
    /// Pairs of round and of curly brackets, by where they open.
    pairs: [Option<Vec<(usize, usize)>>; 2],
}

impl<'a> Brackets<'a> {
    fn new(text: &'a str, range: Range<usize>) -> Self {
        Brackets { text, range, pairs: [None, None] }
    }

    /// The bracket that closes the one at `open`.
    fn closer(&mut self, open: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let (opening, closing, kind) =
            if bytes[open] == b'(' { (b'(', b')', 0) } else { (b'{', b'}', 1) };
        let pairs = self.pairs[kind].get_or_insert_with(|| {
            let mut pairs = Vec::new();
            let mut waiting = Vec::new();
            for at in self.range.clone() {
                if bytes[at] == opening {
                    waiting.push(at);
                } else if bytes[at] == closing
                    && let Some(open) = waiting.pop()
                {
                    pairs.push((open, at));
                }
            }
            pairs.sort_unstable();
            pairs
        });
        let found = pairs.binary_search_by_key(&open, |(open, _)| *open).ok()?;
        Some(pairs[found].1)
    }
}

/// Says what a segment is; `None` for comments and for what is reported.
fn classify(text: &str, span: Range<usize>, problems: &mut Vec<Problem>) -> Option<SegmentKind> {
    let segment = &text[span.clone()];
    if segment.starts_with('.') {
        return None;
    }
    let equals = segment.find('=').map(|found| span.start + found);
    let Some(equals) = equals else {
        if let Some(call) = macro_call(segment) {
            return match call {
                Ok(name) => Some(SegmentKind::MacroCall { name }),
                Err(message) => {
                    problems.push(Problem::error(reason::MACRO_SYNTAX, span, message));
                    None
                }
            };
        }
        if segment.starts_with('$') {
            let name = span.start + 1..span.end;
            return variable(text, name, span.end..span.end, problems);
        }
        return Some(SegmentKind::Command { name: span, value: None });
    };
    let name = trimmed(text, span.start..equals);
    let value = equals + 1..span.end;
    if name.is_empty() {
        problems.push(Problem::error(
            reason::MODIFIER_SYNTAX,
            span,
            format!("'{}' has no command name before its '='", shown(segment)),
        ));
        return None;
    }
    if text[name.clone()].starts_with('$') {
        return variable(text, name.start + 1..name.end, value, problems);
    }
    Some(SegmentKind::Command { name, value: Some(value) })
}

fn variable(
    text: &str,
    name: Range<usize>,
    value: Range<usize>,
    problems: &mut Vec<Problem>,
) -> Option<SegmentKind> {
    let spelled = &text[name.clone()];
    if !spelled.is_empty() && spelled.bytes().all(is_name_byte) {
        return Some(SegmentKind::Variable { name, value });
    }
    let message = if spelled.ends_with('$') {
        format!(
            "'${}' takes no value: a macro is called as '$name$', a variable is set as '$name=value'",
            shown(spelled)
        )
    } else {
        format!("'{}' is no variable name; use letters, digits, '-', '_' and '.'", shown(spelled))
    };
    problems.push(Problem::error(reason::MODIFIER_SYNTAX, name.start - 1..name.end, message));
    None
}

/// A byte of a macro or variable name (01 §1.1).
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// The name in `$name$` or `%24name%24`; `None` if the text has no such shape.
pub(super) fn macro_call(segment: &str) -> Option<Result<String, String>> {
    let inner = strip_dollar_start(segment).and_then(strip_dollar_end)?;
    let mut raw = Text::at(0..inner.len());
    raw.push_verbatim(inner, 0);
    // a bad escape leaves its '%' in the name, which the grammar refuses
    let name = raw.decoded().0.whole().text.to_string();
    Some(super::macros::check_name_text(&name).map(|()| name))
}

fn strip_dollar_start(text: &str) -> Option<&str> {
    text.strip_prefix('$').or_else(|| text.strip_prefix("%24"))
}

fn strip_dollar_end(text: &str) -> Option<&str> {
    text.strip_suffix('$').or_else(|| text.strip_suffix("%24"))
}

/// The range without the ASCII white space at both ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_ascii_start().len());
    let len = part.trim_ascii().len();
    start..start + len
}
