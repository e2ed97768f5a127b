//! Numbers and words inside values (02 §2, G5, G6).

use std::ops::RangeInclusive;

use super::diagnostic::{Problem, reason, shown};
use super::text::{Piece, Text};

/// Reads an integer: optional sign and digits. A fraction is a syntax error.
pub(super) fn int(
    what: &str,
    piece: &Piece<'_>,
    range: RangeInclusive<i64>,
) -> Result<i64, Problem> {
    let digits = piece.text.strip_prefix(['+', '-']).unwrap_or(piece.text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(no_number(what, "a whole number", piece));
    }
    // a number too long for i64 is out of every range
    match piece.text.parse::<i64>() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => {
            let (least, most) = (range.start(), range.end());
            let open = *most >= i64::from(i32::MAX);
            let allowed = match (open, piece.text.starts_with('-')) {
                (true, true) => format!("at least {least}"),
                (true, false) if digits.bytes().all(|digit| digit == b'0') => {
                    format!("at least {least}")
                }
                (true, false) => format!("at most {most}"),
                _ if (*least, *most) == (0, 1) => "0 or 1".into(),
                _ => format!("from {least} to {most}"),
            };
            let message = format!("{what} is {}, but must be {allowed}", shown(piece.text));
            Err(out_of_range(piece, message))
        }
    }
}

/// Says that a value is no number, and why if that can be told.
fn no_number(what: &str, kind: &str, piece: &Piece<'_>) -> Problem {
    let written = piece.text;
    let message = format!("{what} must be {kind}, not '{}'", shown(written));
    let number = written.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    let units = ["px", "dpi", "ppi", "deg", "kb", "pt"];
    let unit = written[number.len()..].trim().to_ascii_lowercase();
    if is_number(number) && units.contains(&unit.as_str()) {
        let problem = syntax(piece, message + "; write the number without its unit");
        return problem.suggest(number);
    }
    if written.strip_suffix('%').is_some_and(is_number) {
        return syntax(piece, message + "; numbers are written without a percent sign");
    }
    if written.contains(',') {
        return syntax(piece, message + "; it takes one number without commas");
    }
    if written.contains([';', '=', '?']) {
        return syntax(
            piece,
            message + "; commands are parted by '&', and the values of one by ','",
        );
    }
    let bare = written.trim_matches(['"', '\'']);
    if bare != written && is_number(bare) {
        return syntax(piece, message + "; write it without quotes").suggest(bare);
    }
    syntax(piece, message)
}

/// Reads a real number; exponents are accepted (G6).
pub(super) fn real(
    what: &str,
    piece: &Piece<'_>,
    range: RangeInclusive<f64>,
) -> Result<f64, Problem> {
    let number = any_real(what, piece)?;
    if range.contains(&number) {
        return Ok(number);
    }
    Err(out_of_range(
        piece,
        format!(
            "{what} is {}, but must be from {} to {}",
            shown(piece.text),
            range.start(),
            range.end()
        ),
    ))
}

/// Reads a finite real number above 0.
pub(super) fn positive_real(what: &str, piece: &Piece<'_>) -> Result<f64, Problem> {
    let number = any_real(what, piece)?;
    if number > 0.0 && number.is_finite() {
        return Ok(number);
    }
    Err(out_of_range(piece, format!("{what} is {}, but must be above 0", shown(piece.text))))
}

fn any_real(what: &str, piece: &Piece<'_>) -> Result<f64, Problem> {
    // the standard parser also takes "inf" and "nan", which the language has not
    let plain = piece
        .text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    match piece.text.parse::<f64>() {
        // minus zero is zero, so that equal requests have one canonical text
        Ok(number) if plain => Ok(if number == 0.0 { 0.0 } else { number }),
        _ => Err(no_number(what, "a number", piece)),
    }
}

/// Reads `0` or `1`.
pub(super) fn flag(what: &str, piece: &Piece<'_>) -> Result<bool, Problem> {
    let word = ["false", "true"].iter().position(|word| word.eq_ignore_ascii_case(piece.text));
    if let Some(meant) = word {
        let message = format!("{what} must be 0 or 1, not '{}'", piece.text);
        return Err(syntax(piece, message).suggest(meant.to_string()));
    }
    Ok(int(what, piece, 0..=1)? == 1)
}

/// Reads one of `words`, in any case (01 C02).
pub(super) fn keyword<T: Copy>(
    what: &str,
    piece: &Piece<'_>,
    words: &[(&str, T)],
) -> Result<T, Problem> {
    if let Some((_, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(piece.text)) {
        return Ok(*value);
    }
    let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let message = format!("{what} must be one of {}, not '{}'", list.join(", "), shown(piece.text));
    let problem = syntax(piece, message);
    let written = piece.text.to_ascii_lowercase();
    // a slip, or the whole word for a short one: bicubic, multiply
    let near = |word: &&&str| {
        let word = word.to_ascii_lowercase();
        written.len() < 32
            && (strsim::osa_distance(&written, &word) == 1
                || (word.len() >= 4 && written.starts_with(&word)))
    };
    Err(match list.iter().find(near) {
        Some(word) => problem.suggest(*word),
        None => problem,
    })
}

/// Checks how many items a list has.
pub(super) fn count(
    command: &str,
    form: &str,
    items: &[Piece<'_>],
    allowed: RangeInclusive<usize>,
) -> Result<(), Problem> {
    if allowed.contains(&items.len()) {
        return Ok(());
    }
    let span = items.first().map_or(0, |first| first.span.start)
        ..items.last().map_or(0, |last| last.span.end);
    let values = if items.len() == 1 { "value" } else { "values" };
    Err(Problem::error(
        reason::MODIFIER_SYNTAX,
        span,
        format!("{command} has {} {values}, but is written '{command}={form}'", items.len()),
    ))
}

/// Farthest coordinate from 0 (02 §3.3 `anchor`).
const FARTHEST: f64 = 2_147_483_648.0;

/// A point in one of its two spellings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Coordinates {
    /// Whole pixels.
    Pixels { x: i32, y: i32 },
    /// In units of a size; of commands that end in `N`.
    Normalised { x: f64, y: f64 },
}

/// Reads `x,y` (02 §2 coord and coordN). A fraction of a pixel is an error.
pub(super) fn coordinates(command: &str, value: &Text) -> Result<Coordinates, Problem> {
    let items = value.items();
    count(command, "x,y", &items, 2..=2)?;
    let (x, y) = (format!("x of {command}"), format!("y of {command}"));
    if command.ends_with('N') {
        return Ok(Coordinates::Normalised {
            x: real(&x, &items[0], -FARTHEST..=FARTHEST)?,
            y: real(&y, &items[1], -FARTHEST..=FARTHEST)?,
        });
    }
    let most = i64::from(i32::MAX);
    let pixel = |what: &str, piece: &Piece<'_>| {
        int(what, piece, -most..=most).map(|pixel| pixel as i32).map_err(|problem| {
            let reads_as_real = piece.text.parse::<f64>().is_ok() && piece.text.contains('.');
            match reads_as_real {
                // the documentation itself has origin=-0.5,-0.5 (02 G6)
                true => Problem {
                    message: problem.message + &format!("; {command}N takes fractions"),
                    ..problem
                },
                false => problem,
            }
        })
    };
    Ok(Coordinates::Pixels { x: pixel(&x, &items[0])?, y: pixel(&y, &items[1])? })
}

/// Reads names of embedded paths (02 §2).
pub(super) fn path_names(command: &str, value: &Text) -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    for piece in value.items() {
        if piece.text.is_empty() {
            return Err(syntax(
                &piece,
                format!("{command} is a list of path names, and one of them is empty"),
            ));
        }
        if let Some(odd) = piece.text.chars().find(|c| !c.is_ascii() || c.is_ascii_control()) {
            return Err(syntax(
                &piece,
                format!(
                    "the path name '{}' of {command} contains '{}'; only ASCII is possible",
                    shown(piece.text),
                    shown(&odd.to_string())
                ),
            ));
        }
        names.push(piece.text.to_string());
    }
    Ok(names)
}

pub(super) fn syntax(piece: &Piece<'_>, message: String) -> Problem {
    Problem::error(reason::MODIFIER_SYNTAX, piece.span.clone(), message)
}

pub(super) fn out_of_range(piece: &Piece<'_>, message: String) -> Problem {
    Problem::error(reason::VALUE_OUT_OF_RANGE, piece.span.clone(), message)
}
