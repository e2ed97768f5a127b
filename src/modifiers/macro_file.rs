//! Reads macro-definition files (01 §2.2, 03 §5): tab-separated text with the
//! columns `Name` and `Definition`.

use std::collections::HashMap;

use super::diagnostic::shown;

/// Reads a file into names with their definitions, in file order with the later
/// of two equal names in the place of the earlier, and remarks about what was not understood.
///
/// UTF-8 if the file starts with its byte order mark, else ISO-8859-1. Fields may
/// be quoted with `"` or `'`; a quote inside is doubled. Lenient (01 C11): a file
/// without header is read as name and definition, and a line without a tab is
/// cut at its first blanks.
pub fn parse(bytes: &[u8]) -> (Vec<(String, String)>, Vec<String>) {
    let mut remarks = Vec::new();
    let text = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => {
            if std::str::from_utf8(rest).is_err() {
                remarks.push(
                    "the file starts as UTF-8 but has invalid bytes, which became '\u{FFFD}'"
                        .to_string(),
                );
            }
            String::from_utf8_lossy(rest).into_owned()
        }
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let mut records = records(&text).into_iter().peekable();
    let mut columns = Columns { name: 0, definition: 1 };
    if let Some((_, fields)) = records.peek()
        && let Some(found) = Columns::of_header(fields, &mut remarks)
    {
        columns = found;
        records.next();
    }

    let mut macros: Vec<(String, String)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (line, mut fields) in records {
        if fields.len() == 1
            && let Some((name, definition)) = fields[0].trim().split_once([' ', '\t'])
        {
            fields = vec![name.to_string(), definition.trim_start().to_string()];
        }
        let field = |index: usize| fields.get(index).map_or("", |field| field.trim());
        let (name, definition) = (field(columns.name), field(columns.definition));
        if name.is_empty() && definition.is_empty() {
            continue;
        }
        if let Err(problem) = super::check_macro_name(name) {
            remarks.push(format!("line {line}: {problem}"));
            continue;
        }
        if definition.is_empty() {
            remarks.push(format!("line {line}: the macro '{name}' has no definition"));
            continue;
        }
        let entry = (name.to_string(), definition.to_string());
        match places.get(&name.to_ascii_lowercase()) {
            Some(place) => {
                remarks.push(format!(
                    "line {line}: the macro '{name}' is defined again; the later definition counts"
                ));
                macros[*place] = entry;
            }
            None => {
                places.insert(name.to_ascii_lowercase(), macros.len());
                macros.push(entry);
            }
        }
    }
    (macros, remarks)
}

/// Which field of a record is what.
struct Columns {
    name: usize,
    definition: usize,
}

impl Columns {
    /// Reads a header; `None` if the record is no header.
    fn of_header(fields: &[String], remarks: &mut Vec<String>) -> Option<Columns> {
        // a header whose columns are parted by blanks, as listings print it
        let split: Vec<&str> = match fields {
            [one] => one.split_ascii_whitespace().collect(),
            many => many.iter().map(|field| field.trim()).collect(),
        };
        let find = |wanted: &str| split.iter().position(|field| field.eq_ignore_ascii_case(wanted));
        let columns = Columns { name: find("Name")?, definition: find("Definition")? };
        for (index, column) in split.iter().enumerate() {
            if index != columns.name && index != columns.definition && !column.starts_with('.') {
                remarks.push(format!(
                    "line 1: the column '{}' is not known and was ignored",
                    shown(column)
                ));
            }
        }
        Some(columns)
    }
}

/// Cuts text into records and fields, with the line that each record starts at.
fn records(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut records = Vec::new();
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quote = None;
    let mut at_field_start = true;
    let (mut line, mut record_line) = (1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // CR, LF and CRLF all end a line
        let line_end = c == '\n' || (c == '\r' && chars.peek() != Some(&'\n'));
        line += usize::from(line_end);
        match quote {
            Some(mark) if c == mark => {
                if chars.peek() == Some(&mark) {
                    chars.next();
                    field.push(mark);
                } else {
                    quote = None;
                }
            }
            Some(_) => field.push(c),
            None if at_field_start && (c == '"' || c == '\'') => {
                quote = Some(c);
                at_field_start = false;
            }
            None if c == '\t' => {
                fields.push(std::mem::take(&mut field));
                at_field_start = true;
            }
            None if c == '\r' && !line_end => {}
            None if line_end => {
                fields.push(std::mem::take(&mut field));
                records.push((record_line, std::mem::take(&mut fields)));
                at_field_start = true;
                record_line = line;
            }
            None => {
                field.push(c);
                at_field_start = false;
            }
        }
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        records.push((record_line, fields));
    }
    records.retain(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty()));
    records
}
