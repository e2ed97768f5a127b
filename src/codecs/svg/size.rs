//! The natural size of a drawing (SVG 2, 8.2 and CSS 2.1, 10.3.2): `width` and
//! `height` of the outermost element, what is missing by the proportions of `viewBox`.

use resvg::usvg::roxmltree::Node;

/// CSS pixels of an em: the font size of usvg's defaults.
const EM: f64 = 12.0;

/// Width and height in CSS pixels, 96 an inch, both above 0.
pub(super) fn natural(root: Node<'_, '_>) -> Result<(f64, f64), String> {
    let view_box = root.attribute("viewBox").and_then(view_box);
    let side = |name: &str, of: Option<f64>| match root.attribute(name).map(str::trim) {
        None | Some("" | "auto") => Ok(None),
        Some(text) => match length(text, of) {
            Some(length) if length.is_finite() && length > 0.0 => Ok(Some(length)),
            _ => Err(format!("{name} is {:?}, which is no size", shortened(text))),
        },
    };
    let width = side("width", view_box.map(|(width, _)| width))?;
    let height = side("height", view_box.map(|(_, height)| height))?;
    match (width, height, view_box) {
        (Some(width), Some(height), _) => Ok((width, height)),
        (None, None, Some(sides)) => Ok(sides),
        (Some(width), None, Some((of_width, of_height))) => {
            Ok((width, width * of_height / of_width))
        }
        (None, Some(height), Some((of_width, of_height))) => {
            Ok((height * of_width / of_height, height))
        }
        (_, _, None) => Err("it says no size: width and height, or viewBox, are needed".into()),
    }
}

/// Width and height of `x y width height`; those that are not above 0 count as none.
fn view_box(text: &str) -> Option<(f64, f64)> {
    let numbers = text.split([',', ' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    let numbers: Vec<f64> = numbers.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    }
}

/// A length in CSS pixels; `of` is what percents are of.
fn length(text: &str, of: Option<f64>) -> Option<f64> {
    const UNITS: [(&str, f64); 9] = [
        ("px", 1.0),
        ("pt", 96.0 / 72.0),
        ("pc", 16.0),
        ("mm", 96.0 / 25.4),
        ("cm", 96.0 / 2.54),
        ("in", 96.0),
        ("em", EM),
        ("ex", EM / 2.0),
        ("", 1.0),
    ];
    if let Some(percent) = text.strip_suffix('%') {
        return Some(percent.trim().parse::<f64>().ok()? / 100.0 * of?);
    }
    let (number, factor) =
        UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    Some(number.trim().parse::<f64>().ok()? * factor)
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
