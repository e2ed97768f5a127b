//! Colour values (01 §6.1, 02 §2; ruling 5).

use super::diagnostic::{Problem, shown};
use super::text::{Piece, Text};
use super::value::{int, out_of_range, syntax};

/// A colour as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour {
    pub model: Model,
    /// 0 transparent to 1 opaque.
    pub alpha: f64,
    /// Suffix `s`: the numbers belong to the input colour space.
    pub in_source_space: bool,
}

/// Components of a colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// Percent, 100 is white.
    Gray(f64),
    /// 0 to 255 each.
    Rgb([u8; 3]),
    /// Percent of ink.
    Cmyk([u8; 4]),
}

impl Colour {
    /// The colour as RGB bytes by the naive formulas (01 C37), without alpha.
    pub fn to_rgb(self) -> [u8; 3] {
        match self.model {
            Model::Gray(percent) => [byte(percent / 100.0); 3],
            Model::Rgb(rgb) => rgb,
            Model::Cmyk([c, m, y, k]) => [c, m, y]
                .map(|ink| byte((1.0 - f64::from(ink) / 100.0) * (1.0 - f64::from(k) / 100.0))),
        }
    }
}

impl Colour {
    /// The one spelling of this colour; reading it gives an equal colour.
    pub fn text(&self) -> String {
        let space = if self.in_source_space { "s" } else { "" };
        let opaque = self.alpha == 1.0;
        match self.model {
            Model::Rgb([r, g, b]) if opaque => format!("{r:02x}{g:02x}{b:02x}{space}"),
            Model::Rgb([r, g, b]) => {
                format!("{r:02x}{g:02x}{b:02x}{:02x}{space}", byte(self.alpha))
            }
            Model::Cmyk(inks) => {
                let inks = inks.map(|ink| ink.to_string()).join(",");
                match opaque {
                    true => format!("{inks}k{space}"),
                    false => format!("{inks},{}k{space}", (self.alpha * 100.0).round()),
                }
            }
            Model::Gray(percent) => {
                let alpha = self.alpha * 100.0;
                let whole = |number: f64| (number - number.round()).abs() < 1e-9;
                match whole(percent) && whole(alpha) {
                    true if opaque => format!("{}g{space}", percent.round()),
                    true => format!("{},{}g{space}", percent.round(), alpha.round()),
                    // written in hex, so a byte gives it exactly
                    false if opaque => format!("0x{:02x}g{space}", byte(percent / 100.0)),
                    false => {
                        format!("0x{:02x}{:02x}g{space}", byte(percent / 100.0), byte(self.alpha))
                    }
                }
            }
        }
    }
}

fn byte(fraction: f64) -> u8 {
    // halves go up in spite of representation error (01 C20)
    (fraction * 255.0 + 0.5 + 1e-9) as u8
}

/// Reads a colour in any of the six notations.
pub(super) fn colour(what: &str, value: &Text) -> Result<Colour, Problem> {
    read(what, value.whole(), value.items())
}

/// Reads the colour that the first items of a list are.
pub(super) fn colour_of_items(what: &str, value: &Text, items: usize) -> Result<Colour, Problem> {
    read(what, value.first(items), value.items().into_iter().take(items).collect())
}

fn read(what: &str, whole: Piece<'_>, mut items: Vec<Piece<'_>>) -> Result<Colour, Problem> {
    let bad = |hint: &str| {
        let problem = syntax(
            &whole,
            format!(
                "{what} must be a colour such as 'ff0000', '255,0,0', '50' (percent gray) or '0,100,100,0k', not '{}'{hint}",
                shown(whole.text)
            ),
        );
        // as style sheets write it
        let digits = whole.text.strip_prefix('#').unwrap_or(whole.text);
        let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        Err(match digits.len() {
            3 if hex => problem.suggest(digits.chars().flat_map(|c| [c, c]).collect::<String>()),
            6 | 8 if hex => problem.suggest(digits),
            _ => problem,
        })
    };
    let mut body = whole.text;
    let in_source_space = strip_suffix(&mut body, b's');
    let suffix = [b'r', b'g', b'k'].into_iter().find(|letter| strip_suffix(&mut body, *letter));
    let prefix = body.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    if prefix || is_bare_hex(body, suffix) {
        let digits = if prefix { &body[2..] } else { body };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return bad("");
        }
        let bytes: Vec<u8> = (0..digits.len() / 2)
            .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap_or_default())
            .collect();
        let (model, alpha) = match (suffix, digits.len()) {
            (None | Some(b'g'), 2 | 4) => (
                Model::Gray(f64::from(bytes[0]) * 100.0 / 255.0),
                bytes.get(1).map_or(1.0, |a| f64::from(*a) / 255.0),
            ),
            (None | Some(b'r'), 6 | 8) => (
                Model::Rgb([bytes[0], bytes[1], bytes[2]]),
                bytes.get(3).map_or(1.0, |a| f64::from(*a) / 255.0),
            ),
            (Some(b'k'), 8 | 10) => {
                if let Some(over) = bytes.iter().find(|byte| **byte > 100) {
                    return Err(out_of_range(
                        &whole,
                        format!(
                            "{what} has the CMYK byte {over:02x}, which is {over} percent; the most is 64, 100 percent"
                        ),
                    ));
                }
                (
                    Model::Cmyk([bytes[0], bytes[1], bytes[2], bytes[3]]),
                    bytes.get(4).map_or(1.0, |a| f64::from(*a) / 100.0),
                )
            }
            _ => return bad(""),
        };
        return Ok(Colour { model, alpha, in_source_space });
    }

    // the suffixes stand at the end of the last number
    let suffixes = usize::from(in_source_space) + usize::from(suffix.is_some());
    if let Some(last) = items.last_mut() {
        last.text = last.text[..last.text.len() - suffixes.min(last.text.len())].trim_ascii_end();
    }
    let number =
        |index: usize, most: i64| int(&format!("a number of {what}"), &items[index], 0..=most);
    let alpha = |index: usize, most: i64| -> Result<f64, Problem> {
        if index < items.len() { Ok(number(index, most)? as f64 / most as f64) } else { Ok(1.0) }
    };
    let (model, alpha) = match (suffix, items.len()) {
        (None | Some(b'g'), 1 | 2) => {
            let first = items[0].text;
            if first.starts_with('#') {
                return bad("; write six hex digits without '#'");
            }
            if first.bytes().any(|byte| byte.is_ascii_alphabetic()) {
                return bad("");
            }
            (Model::Gray(number(0, 100)? as f64), alpha(1, 100)?)
        }
        (None | Some(b'r'), 3 | 4) => (
            Model::Rgb([number(0, 255)? as u8, number(1, 255)? as u8, number(2, 255)? as u8]),
            alpha(3, 255)?,
        ),
        (Some(b'k'), 4 | 5) => {
            let inks = [
                number(0, 100)? as u8,
                number(1, 100)? as u8,
                number(2, 100)? as u8,
                number(3, 100)? as u8,
            ];
            (Model::Cmyk(inks), alpha(4, 100)?)
        }
        _ => return bad(""),
    };
    Ok(Colour { model, alpha, in_source_space })
}

/// Hex without `0x`: exactly 6 or 8 digits, with `k` 8 or 10 (02 §2 trap a).
fn is_bare_hex(body: &str, suffix: Option<u8>) -> bool {
    let lengths: &[usize] = match suffix {
        Some(b'g') => &[],
        Some(b'k') => &[8, 10],
        _ => &[6, 8],
    };
    lengths.contains(&body.len()) && body.bytes().all(|b| b.is_ascii_hexdigit())
}

fn strip_suffix(body: &mut &str, letter: u8) -> bool {
    let found = body.as_bytes().last().is_some_and(|last| last.eq_ignore_ascii_case(&letter));
    if found {
        *body = body[..body.len() - 1].trim_ascii_end();
    }
    found
}
