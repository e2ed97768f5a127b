//! Tables and quantities as a person reads them.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use std::time::Duration;

/// Which side the cells of a column stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// A table without borders, ready to print, without a trailing line break.
/// Columns never wrap, so that lines can be cut and grepped.
pub fn render(columns: &[(&str, Side)], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|(name, _)| *name));
    for row in rows {
        table.add_row(row);
    }
    for (index, (_, side)) in columns.iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, 2));
            if *side == Side::Right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    table.trim_fmt()
}

/// `1 asset`, `2 assets`.
pub fn count(number: i64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Bytes in decimal units with three digits: `512 B`, `1.23 kB`, `45.6 MB`.
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = if value < 9.995 {
        2
    } else if value < 99.95 {
        1
    } else {
        0
    };
    format!("{value:.decimals$} {}", UNITS[unit])
}

/// `640x427`, or nothing when the size is unknown.
pub fn pixels(width: i32, height: i32) -> String {
    if width > 0 && height > 0 { format!("{width}x{height}") } else { String::new() }
}

/// `0.12 s`, `75 s`.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.995 { format!("{seconds:.2} s") } else { format!("{seconds:.0} s") }
}

/// A duration of the contract; nothing when it is absent or negative.
pub fn duration(value: Option<&prost_types::Duration>) -> String {
    value.and_then(|value| Duration::try_from(*value).ok()).map(seconds).unwrap_or_default()
}

/// `ASSET_TYPE_IMAGE_SET` as `image set`.
pub fn words(enum_name: &str, prefix: &str) -> String {
    enum_name.trim_start_matches(prefix).to_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_do_not_end_in_spaces() {
        let columns = [("asset", Side::Left), ("size", Side::Right), ("status", Side::Left)];
        let rows = vec![
            vec!["rocket.jpg".into(), "112 kB".into(), "ok".into()],
            vec!["a".into(), "9 B".into(), "".into()],
        ];
        assert_eq!(
            render(&columns, &rows),
            "\
asset         size  status
rocket.jpg  112 kB  ok
a              9 B"
        );
    }

    #[test]
    fn sizes_have_three_digits() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (9_994, "9.99 kB"),
            (9_996, "10.0 kB"),
            (99_960, "100 kB"),
            (999_499, "999 kB"),
            (999_500, "1.00 MB"),
            (45_600_000, "45.6 MB"),
            (i64::MAX, "9223 PB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text, "{bytes} bytes");
        }
    }

    #[test]
    fn counts_agree_in_number() {
        assert_eq!(count(1, "asset"), "1 asset");
        assert_eq!(count(0, "asset"), "0 assets");
        assert_eq!(count(2, "asset"), "2 assets");
    }

    #[test]
    fn enum_names_become_words() {
        assert_eq!(words("ASSET_TYPE_IMAGE_SET", "ASSET_TYPE_"), "image set");
    }
}
