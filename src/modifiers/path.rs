//! Path definitions: `clipPath`, `textPath` and the like (02 §2, §3.3).
//!
//! The notation is SVG's, with the letters `M m L l C c Z z` only. Commas and
//! white space may stand anywhere between letters and numbers.

use super::diagnostic::{Problem, reason, shown};
use super::text::Text;

/// Subpaths in absolute coordinates, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct PathDefinition {
    /// At least one.
    pub subpaths: Vec<Subpath>,
}

/// One connected line.
#[derive(Debug, Clone, PartialEq)]
pub struct Subpath {
    pub start: (f64, f64),
    pub segments: Vec<Segment>,
    /// A straight line leads back to the start.
    pub closed: bool,
}

/// A piece of a subpath, from where the last one ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    Line {
        to: (f64, f64),
    },
    /// A cubic Bézier curve with its two control points.
    Cubic {
        first: (f64, f64),
        second: (f64, f64),
        to: (f64, f64),
    },
}

impl Segment {
    /// Where the segment ends.
    pub fn end(&self) -> (f64, f64) {
        match self {
            Segment::Line { to } | Segment::Cubic { to, .. } => *to,
        }
    }
}

/// Farthest coordinate from 0 (02 §3.3 `anchor`).
const FARTHEST: f64 = 2_147_483_648.0;

/// Reads a path. With `closes` open subpaths are closed, as everywhere but in
/// `textPath` (02 §6.2).
pub(super) fn path(command: &str, value: &Text, closes: bool) -> Result<PathDefinition, Problem> {
    let mut reader = Reader { command, value, text: value.untrimmed().text, at: 0 };
    let mut subpaths: Vec<Subpath> = Vec::new();
    while let Some(letter) = reader.letter(subpaths.is_empty())? {
        let relative = letter.is_ascii_lowercase();
        match letter.to_ascii_uppercase() {
            'M' => {
                let from = subpaths.last().map_or((0.0, 0.0), |last| match last.closed {
                    true => last.start,
                    false => last.end(),
                });
                let start = reader.point(letter, relative.then_some(from))?;
                let mut subpath = Subpath { start, segments: Vec::new(), closed: false };
                // more pairs after M are lines, as in SVG
                while reader.number_follows() {
                    let from = relative.then_some(subpath.end());
                    subpath.segments.push(Segment::Line { to: reader.point(letter, from)? });
                }
                subpaths.push(subpath);
            }
            'Z' => {
                if let Some(last) = subpaths.last_mut() {
                    last.closed = true;
                }
            }
            kind => {
                let Some(last) = subpaths.last_mut() else { continue };
                if last.closed {
                    let start = last.start;
                    subpaths.push(Subpath { start, segments: Vec::new(), closed: false });
                }
                let Some(subpath) = subpaths.last_mut() else { continue };
                loop {
                    let from = relative.then_some(subpath.end());
                    subpath.segments.push(match kind {
                        'L' => Segment::Line { to: reader.point(letter, from)? },
                        _ => Segment::Cubic {
                            first: reader.point(letter, from)?,
                            second: reader.point(letter, from)?,
                            to: reader.point(letter, from)?,
                        },
                    });
                    if !reader.number_follows() {
                        break;
                    }
                }
            }
        }
    }
    if closes {
        for subpath in &mut subpaths {
            subpath.closed = true;
        }
    }
    Ok(PathDefinition { subpaths })
}

impl PathDefinition {
    /// The one spelling of this path: absolute letters, commas. Reading it gives
    /// an equal path.
    pub fn text(&self) -> String {
        let mut parts = Vec::new();
        for subpath in &self.subpaths {
            parts.push(format!("M{},{}", subpath.start.0, subpath.start.1));
            for segment in &subpath.segments {
                parts.push(match segment {
                    Segment::Line { to } => format!("L{},{}", to.0, to.1),
                    Segment::Cubic { first, second, to } => format!(
                        "C{},{},{},{},{},{}",
                        first.0, first.1, second.0, second.1, to.0, to.1
                    ),
                });
            }
            if subpath.closed {
                parts.push("Z".into());
            }
        }
        parts.join(",")
    }

    /// Whether all subpaths are closed.
    pub fn is_closed(&self) -> bool {
        self.subpaths.iter().all(|subpath| subpath.closed)
    }

    /// Left, top, right and bottom of everything that the path touches, curves
    /// at their farthest points.
    pub fn bounds(&self) -> [f64; 4] {
        let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        for subpath in &self.subpaths {
            widen(&mut bounds, subpath.start);
            let mut from = subpath.start;
            for segment in &subpath.segments {
                if let Segment::Cubic { first, second, to } = segment {
                    for t in extrema([from.0, first.0, second.0, to.0])
                        .chain(extrema([from.1, first.1, second.1, to.1]))
                    {
                        let x = bezier([from.0, first.0, second.0, to.0], t);
                        let y = bezier([from.1, first.1, second.1, to.1], t);
                        widen(&mut bounds, (x, y));
                    }
                }
                from = segment.end();
                widen(&mut bounds, from);
            }
        }
        bounds
    }
}

impl Subpath {
    /// Where its last segment ends.
    pub fn end(&self) -> (f64, f64) {
        self.segments.last().map_or(self.start, Segment::end)
    }
}

fn widen(bounds: &mut [f64; 4], (x, y): (f64, f64)) {
    *bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
}

/// A coordinate of a cubic Bézier curve at `t`, 0 to 1.
fn bezier([a, b, c, d]: [f64; 4], t: f64) -> f64 {
    let s = 1.0 - t;
    s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
}

/// Where a coordinate of a curve turns, between 0 and 1.
fn extrema([a, b, c, d]: [f64; 4]) -> impl Iterator<Item = f64> {
    // the derivative is 3 (p t² + q t + r)
    let p = d - a + 3.0 * (b - c);
    let q = 2.0 * (a - 2.0 * b + c);
    let r = b - a;
    // this form subtracts no nearly equal numbers, so a p that is only rounding, as
    // in quadratic curves written as cubic ones, is harmless; no root is no number
    let half = -0.5 * (q + (q * q - 4.0 * p * r).sqrt().copysign(q));
    let candidates = [half / p, r / half];
    candidates.into_iter().filter(|t| *t > 0.0 && *t < 1.0)
}

/// Reads letters and numbers one after another.
struct Reader<'a> {
    command: &'a str,
    value: &'a Text,
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn skip_separators(&mut self) {
        let rest = &self.text[self.at..];
        let kept = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        self.at += rest.len() - kept.len();
    }

    fn wrong(&self, end: usize, message: String) -> Problem {
        let span = self.value.part(self.at..end).span;
        Problem::error(reason::MODIFIER_SYNTAX, span, message)
    }

    /// The next letter; `None` at the end.
    fn letter(&mut self, first: bool) -> Result<Option<char>, Problem> {
        self.skip_separators();
        let command = self.command;
        let Some(letter) = self.text[self.at..].chars().next() else {
            if first {
                let message = format!("{command} is no path; it starts with 'M' and two numbers");
                return Err(self.wrong(self.at, message));
            }
            return Ok(None);
        };
        let end = self.at + letter.len_utf8();
        let known = "MmLlCcZz".contains(letter);
        if !known || (first && !letter.eq_ignore_ascii_case(&'m')) {
            let message = match known {
                true => format!("{command} must start with M or m, not '{letter}'"),
                false => format!(
                    "'{}' is no letter of {command}; it has M, L, C and Z, in capitals for absolute coordinates",
                    shown(&letter.to_string())
                ),
            };
            return Err(self.wrong(end, message));
        }
        self.at = end;
        Ok(Some(letter))
    }

    fn number_follows(&mut self) -> bool {
        self.skip_separators();
        number_length(&self.text[self.at..]) > 0
    }

    /// Two numbers, counted from `from` if the letter is a small one.
    fn point(&mut self, letter: char, from: Option<(f64, f64)>) -> Result<(f64, f64), Problem> {
        let x = self.number(letter)? + from.map_or(0.0, |from| from.0);
        let y = self.number(letter)? + from.map_or(0.0, |from| from.1);
        if x.abs() > FARTHEST || y.abs() > FARTHEST {
            let span = self.value.part(self.at.saturating_sub(1)..self.at).span;
            let message = format!(
                "{} goes to {x},{y}, but coordinates must be from -{FARTHEST} to {FARTHEST}",
                self.command
            );
            return Err(Problem::error(reason::VALUE_OUT_OF_RANGE, span, message));
        }
        // minus zero plus zero is zero
        Ok((x + 0.0, y + 0.0))
    }

    fn number(&mut self, letter: char) -> Result<f64, Problem> {
        self.skip_separators();
        let length = number_length(&self.text[self.at..]);
        let text = &self.text[self.at..self.at + length];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.at += length;
                Ok(number)
            }
            _ => {
                let needed = if letter.eq_ignore_ascii_case(&'c') { "six" } else { "two" };
                let found = self.text[self.at..].chars().next();
                let end = self.at + found.map_or(0, char::len_utf8);
                let instead = match found {
                    Some(c) => format!("'{}' stands there", shown(&c.to_string())),
                    None => "the path ends".into(),
                };
                let message =
                    format!("'{letter}' of {} takes {needed} numbers, but {instead}", self.command);
                Err(self.wrong(end, message))
            }
        }
    }
}

/// Bytes of the number at the start: sign, digits, fraction, exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits((at + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

#[cfg(test)]
mod tests;
