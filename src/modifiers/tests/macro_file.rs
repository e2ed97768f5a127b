//! Macro-definition files: 01 §2.2.

use super::super::macro_file::parse;

fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    let (macros, remarks) = parse(bytes);
    assert_eq!(remarks, [""; 0]);
    macros
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, definition)| (name.to_string(), definition.to_string())).collect()
}

#[test]
fn records_end_with_cr_lf_or_both() {
    let wanted = owned(&[("a", "wid=1"), ("b", "hei=2")]);
    for file in [
        "Name\tDefinition\na\twid=1\nb\thei=2\n",
        "Name\tDefinition\r\na\twid=1\r\n\r\nb\thei=2",
        "Name\tDefinition\ra\twid=1\rb\thei=2\r",
        "definition\tNAME\nwid=1\ta\nhei=2\tb",
        "Name\t.note\tDefinition\na\tx\twid=1\nb\t\thei=2",
    ] {
        assert_eq!(pairs(file.as_bytes()), wanted, "{file:?}");
    }
}

#[test]
fn the_byte_order_mark_decides_between_utf8_and_latin_1() {
    assert_eq!(
        pairs("\u{FEFF}Name\tDefinition\na\tlocale=é".as_bytes()),
        owned(&[("a", "locale=é")])
    );
    assert_eq!(pairs(b"Name\tDefinition\na\tlocale=\xE9"), owned(&[("a", "locale=é")]));
    let (macros, remarks) = parse(b"\xEF\xBB\xBFName\tDefinition\na\tlocale=\xE9");
    assert_eq!(macros, owned(&[("a", "locale=\u{FFFD}")]));
    assert_eq!(remarks.len(), 1);
}

#[test]
fn quoted_fields_hold_tabs_lines_and_doubled_quotes() {
    let file = "Name\tDefinition\na\t\"text=1\t2\n3\"\"4\"\nb\t'it''s'";
    assert_eq!(pairs(file.as_bytes()), owned(&[("a", "text=1\t2\n3\"4"), ("b", "it's")]));
}

#[test]
fn a_listing_without_header_or_tabs_is_read_c11() {
    assert_eq!(pairs(b"a\twid=1"), owned(&[("a", "wid=1")]));
    assert_eq!(
        pairs(b"Name Definition\nview   wid=240&fmt=jpeg\n"),
        owned(&[("view", "wid=240&fmt=jpeg")])
    );
}

#[test]
fn what_is_not_understood_is_told_with_its_line() {
    let (macros, remarks) =
        parse(b"Name\tDefinition\tOwner\na\twid=1\tme\nb c\twid=2\nd\t\nA\twid=3\nlonely\n");
    // the later of two equal names wins, in the place of the first
    assert_eq!(macros, owned(&[("A", "wid=3")]));
    assert_eq!(
        remarks.iter().map(|remark| remark.split(':').next().unwrap()).collect::<Vec<_>>(),
        ["line 1", "line 3", "line 4", "line 5", "line 6"]
    );
}

#[test]
fn lines_inside_quotes_are_counted() {
    let (_, remarks) = parse(b"Name\tDefinition\na\t\"x\r\ny\"\nb c\tz");
    assert_eq!(remarks.len(), 1);
    assert!(remarks[0].starts_with("line 4:"), "{}", remarks[0]);
}

#[test]
fn an_empty_file_has_no_macros() {
    assert_eq!(pairs(b""), []);
    assert_eq!(pairs(b"\xEF\xBB\xBF\n\n"), []);
}
