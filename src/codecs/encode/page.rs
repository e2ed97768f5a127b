//! The size of a page that has nothing but a picture on it.

/// Length of `pixels` at `resolution` dots per inch, in points (72 in an inch).
pub(super) fn points(pixels: u32, resolution: f64) -> f64 {
    f64::from(pixels) / resolution * 72.0
}

/// A length in points as PDF and PostScript write it: above 0, no exponent, up
/// to 4 decimals.
pub(super) fn decimal(points: f64) -> String {
    let text = format!("{:.4}", points.max(0.0001));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_no_more_digits_than_they_need() {
        for (pixels, resolution, text) in [
            (300, 300.0, "72"),
            (100, 72.0, "100"),
            // 1 * 72 / 254 = 0.283464…
            (1, 254.0, "0.2835"),
            (40, 300.0, "9.6"),
            (1, 1e9, "0.0001"),
            (u32::MAX, 72.0, "4294967295"),
        ] {
            assert_eq!(decimal(points(pixels, resolution)), text);
        }
    }
}
