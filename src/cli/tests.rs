//! The command line as a whole: what is accepted, what is refused.

use super::*;
use clap::CommandFactory as _;

fn parse(line: &str) -> Result<Cli, String> {
    let words = std::iter::once("offprint").chain(line.split_whitespace());
    Cli::try_parse_from(words).map_err(|error| error.to_string())
}

#[test]
fn the_definition_of_the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_teaches_by_example() {
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains("offprint"), "{} has no example", command.get_name());
        assert!(command.get_about().is_some(), "{} does not say what it does", command.get_name());
    }
}

/// Every line of a help's examples that starts with `offprint` is accepted by
/// the parser, so that what a person copies works.
#[test]
fn the_examples_of_every_help_are_accepted() {
    let mut seen = 0;
    let root = Cli::command();
    let helps = std::iter::once(&root).chain(root.get_subcommands());
    for help in helps.filter_map(|command| command.get_after_help()) {
        for line in help.to_string().lines() {
            let Some(example) = line.strip_prefix("  offprint ") else { continue };
            let words = words(example);
            let result = Cli::try_parse_from(std::iter::once("offprint".to_string()).chain(words));
            assert!(result.is_ok(), "{line}\n{}", result.err().unwrap());
            seen += 1;
        }
    }
    assert!(seen > 25, "only {seen} examples were found");
}

/// Splits as a shell does, up to a pipe, `&` or an explanation after two spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for (at, character) in line.char_indices() {
        match character {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => {
                words.extend(word.take());
                if line[at..].starts_with("  ") {
                    break;
                }
            }
            '|' | '&' if !quoted => break,
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[test]
fn words_are_split_as_in_a_shell() {
    assert_eq!(words("a 'b c&d' e"), ["a", "b c&d", "e"]);
    assert_eq!(words("a b    explained"), ["a", "b"]);
    assert_eq!(words("a | b"), ["a"]);
    assert_eq!(words("a '' b"), ["a", "", "b"]);
}

#[test]
fn strict_and_lenient_exclude_each_other() {
    assert!(parse("submit a|1 --macro web --strict").is_ok());
    assert!(parse("submit a|1 --macro web --lenient").is_ok());
    let error = parse("submit a|1 --macro web --strict --lenient").unwrap_err();
    assert!(error.contains("cannot be used with"), "{error}");
}

#[test]
fn submit_wants_handles_or_all() {
    assert!(parse("submit").is_err());
    assert!(parse("submit --all").is_ok());
    assert!(parse("submit a|1 --all").is_err());
    assert!(parse("submit -").is_ok());
}

#[test]
fn the_server_can_be_named_before_and_after_the_command() {
    for line in ["--server http://h:1 jobs", "jobs --server http://h:1"] {
        assert_eq!(parse(line).unwrap().connection.server, "http://h:1", "{line}");
    }
}
