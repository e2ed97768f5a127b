//! All commands of the language (02 §1.1) and how they are found.

use std::sync::LazyLock;

use super::*;

/// The families in the order of canonical text.
const FAMILIES: &[&[Command]] = &[
    format::COMMANDS,
    encoding::COMMANDS,
    colour_output::COMMANDS,
    view::COMMANDS,
    request::COMMANDS,
    source::COMMANDS,
    transform::COMMANDS,
    appearance::COMMANDS,
    adjustments::COMMANDS,
    spatial::COMMANDS,
    text::COMMANDS,
    selection::COMMANDS,
    harmless::COMMANDS,
];

struct Table {
    rows: Vec<Row>,
    /// Rows by the length of their name: few are left to compare.
    by_length: Vec<Vec<usize>>,
}

struct Row {
    command: &'static Command,
    /// The row whose attribute this command sets.
    slot: u8,
    lower: String,
    letters: u64,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let commands: Vec<&'static Command> = FAMILIES.iter().copied().flatten().collect();
    let place = |name: &str| commands.iter().position(|row| row.name == name);
    let rows: Vec<Row> = commands
        .iter()
        .enumerate()
        .map(|(index, command)| Row {
            command,
            slot: command.spelling_of.and_then(place).unwrap_or(index) as u8,
            lower: command.name.to_ascii_lowercase(),
            letters: letters(command.name),
        })
        .collect();
    let longest = rows.iter().map(|row| row.lower.len()).max().unwrap_or(0);
    let mut by_length = vec![Vec::new(); longest + 1];
    for (index, row) in rows.iter().enumerate() {
        by_length[row.lower.len()].push(index);
    }
    Table { rows, by_length }
});

/// Every command, in the order of canonical text.
pub fn commands() -> impl Iterator<Item = &'static Command> {
    TABLE.rows.iter().map(|row| row.command)
}

/// A command by its name in any case, and the number of its attribute.
pub(in crate::modifiers) fn find(name: &str) -> Option<(&'static Command, u8)> {
    let table = &*TABLE;
    table.by_length.get(name.len())?.iter().find_map(|&index| {
        let row = &table.rows[index];
        row.lower.eq_ignore_ascii_case(name).then_some((row.command, row.slot))
    })
}

/// The first spelling of an attribute.
pub(in crate::modifiers) fn slot_name(slot: u8) -> &'static str {
    TABLE.rows.get(usize::from(slot)).map_or("", |row| row.command.name)
}

/// The command that `name` misspells by one letter: one wrong, missing or extra,
/// or two swapped (ruling 2). Names under three letters are too short to tell.
pub fn one_typo_away(name: &str) -> Option<&'static str> {
    const SHORTEST: usize = 3;
    let table = &*TABLE;
    let length = name.len();
    if length < SHORTEST || length > table.by_length.len() {
        return None;
    }
    let written = name.to_ascii_lowercase();
    let mask = letters(name);
    (length - 1..=length + 1)
        .filter(|length| *length >= SHORTEST)
        .filter_map(|length| table.by_length.get(length))
        .flatten()
        .map(|&index| &table.rows[index])
        // one typo changes at most two of the letters that occur
        .filter(|row| (row.letters ^ mask).count_ones() <= 2)
        .filter(|row| strsim::osa_distance(&written, &row.lower) == 1)
        .min_by_key(|row| row.slot)
        .map(|row| row.command.name)
}

/// What the name of no command is surely meant to be: the name that other services
/// give to one, or, where no `=` follows (`bare`), a command and its value.
pub(in crate::modifiers) fn meant(name: &str, bare: bool) -> Option<String> {
    const ELSEWHERE: &[(&str, &str)] = &[
        ("width", "wid"),
        ("height", "hei"),
        ("quality", "qlt"),
        ("format", "fmt"),
        ("background", "bgc"),
        ("blur", "op_blur"),
        ("sharpen", "op_sharpen"),
        ("usm", "op_usm"),
    ];
    const LONGEST: usize = 40;
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
        return Some(ours.to_string());
    }
    if !bare || name.len() > LONGEST {
        return None;
    }
    let end = name.find(|c: char| !c.is_ascii_alphabetic() && c != '_')?;
    let (start, rest) = name.split_at(end);
    let (known, _) = find(start)?;
    let value = rest.trim_start_matches([':', ' ']);
    (!value.is_empty()).then(|| format!("{}={value}", known.name))
}

/// A bit for each letter that occurs, without regard to case.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |mask, byte| mask | 1 << (byte.to_ascii_lowercase() & 63))
}
