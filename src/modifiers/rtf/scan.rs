//! RTF cut into control words, symbols, text and groups, nothing interpreted.

use std::ops::Range;

use crate::modifiers::diagnostic::{Problem, reason};
use crate::modifiers::text::Text;

/// Deepest nesting of groups.
pub(super) const DEEPEST: usize = 64;

/// A token with its bytes in the decoded value.
#[derive(Debug)]
pub(super) struct Raw {
    pub kind: RawKind,
    pub span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum RawKind {
    Text(String),
    /// `\name` or `\nameN`
    Word {
        name: String,
        parameter: Option<i32>,
    },
    /// `\` and one character that is no letter.
    Symbol(char),
    /// `\'HH`
    Byte(u8),
    Group(Vec<Raw>),
}

/// Cuts the value. Carriage returns, line feeds and tabs mean nothing (02 §6.3).
pub(super) fn scan(command: &str, value: &Text) -> Result<Vec<Raw>, Problem> {
    let text = value.untrimmed().text;
    let bytes = text.as_bytes();
    let wrong = |span: Range<usize>, message: String| {
        Problem::error(reason::MODIFIER_SYNTAX, value.part(span).span, message)
    };
    // the groups that are open, each with where it starts
    let mut open: Vec<(usize, Vec<Raw>)> = Vec::new();
    let mut current = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'{' => {
                if open.len() == DEEPEST {
                    let message =
                        format!("the groups of {command} are nested deeper than {DEEPEST}");
                    return Err(wrong(at..at + 1, message));
                }
                open.push((at, std::mem::take(&mut current)));
                at += 1;
            }
            b'}' => {
                let Some((from, outer)) = open.pop() else {
                    let message = format!(
                        "'}}' of {command} closes nothing; \
                         a brace that is shown is written '\\}}', url-encoded '%5C%7D'"
                    );
                    return Err(wrong(at..at + 1, message));
                };
                at += 1;
                let group = std::mem::replace(&mut current, outer);
                current.push(Raw { kind: RawKind::Group(group), span: from..at });
            }
            b'\\' => {
                let kind = control(text, &mut at).map_err(|mistake| match mistake {
                    Mistake::End => {
                        let message = format!(
                            "{command} ends after '\\'; a backslash that is shown is written '\\\\'"
                        );
                        wrong(start..start + 1, message)
                    }
                    Mistake::Hex => {
                        let message = format!(
                            "\\' in {command} is a byte in two hex digits, as in \\'e9; \
                             an apostrophe has no backslash"
                        );
                        wrong(start..start + 2, message).suggest("'")
                    }
                })?;
                current.push(Raw { kind, span: start..at });
            }
            b'\r' | b'\n' | b'\t' => at += 1,
            _ => {
                let special = |b: &u8| matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | b'\t');
                let end = bytes[at..].iter().position(special).map_or(bytes.len(), |n| at + n);
                current.push(Raw { kind: RawKind::Text(text[at..end].into()), span: at..end });
                at = end;
            }
        }
    }
    match open.pop() {
        None => Ok(current),
        Some((from, _)) => {
            let message = format!(
                "'{{' of {command} is never closed; \
                 a brace that is shown is written '\\{{', url-encoded '%5C%7B'"
            );
            Err(wrong(from..from + 1, message))
        }
    }
}

/// What may be wrong after a backslash.
enum Mistake {
    /// Nothing comes.
    End,
    /// `\'` without two hex digits.
    Hex,
}

/// What a backslash starts.
fn control(text: &str, at: &mut usize) -> Result<RawKind, Mistake> {
    let bytes = text.as_bytes();
    let name_start = *at + 1;
    let first = text[name_start..].chars().next().ok_or(Mistake::End)?;
    if first == '\'' {
        let digits = text.get(name_start + 1..name_start + 3).ok_or(Mistake::Hex)?;
        // the parser alone would take "+9"
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| hex).ok_or(Mistake::Hex)?;
        *at = name_start + 3;
        return Ok(RawKind::Byte(byte));
    }
    if !first.is_ascii_alphabetic() {
        *at = name_start + first.len_utf8();
        return Ok(RawKind::Symbol(first));
    }
    let letters = bytes[name_start..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let name_end = name_start + letters;
    let sign = usize::from(bytes.get(name_end) == Some(&b'-'));
    let digits = bytes[name_end + sign..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = name_end;
    let mut parameter = None;
    if digits > 0 {
        end += sign + digits;
        // a number too long for 32 bits is out of every range
        let saturated = if sign == 1 { i32::MIN } else { i32::MAX };
        parameter = Some(text[name_end..end].parse().unwrap_or(saturated));
    }
    let name = text[name_start..name_end].to_string();
    // one blank ends the word and belongs to it
    *at = end + usize::from(bytes.get(end) == Some(&b' '));
    Ok(RawKind::Word { name, parameter })
}
