//! Vectors of the spec and properties of the whole language.

mod commands;
mod definitions;
mod field_strings;
mod hostile;
mod language;
mod macro_file;
mod messages;
mod messages_format;
mod messages_size;
mod pieces;
mod properties;
mod sources;
mod values;
mod vectors_colour;
mod vectors_commands;
mod vectors_covered;
mod vectors_language;

use super::diagnostic::reason::*;
use super::plan::*;
use super::*;

/// The macro file of 01 §2.4, with `test`, `web` and `usm` of 03 §8.
fn macros() -> Macros {
    let mut macros = Macros::new();
    for (name, definition) in [
        ("view", "wid=240&fmt=jpeg&qlt=85&op_usm=5,2&bgc=200,200,200&align=-1,-1"),
        ("base", "fmt=jpeg&qlt=85"),
        ("thumb", "$base$&wid=100&hei=100"),
        ("test", "fmt=tif"),
        ("web", "wid=400&fmt=jpeg&qlt=80"),
        ("usm", "op_usm=1,1,5,0"),
    ] {
        macros.insert(name, definition);
    }
    macros
}

fn resolve_sources(sources: Sources<'_>) -> Resolution {
    resolve(&sources, &macros(), &Defaults::default(), Strictness::Normal)
}

/// Resolves an `is_modifier` alone.
fn request(is_modifier: &str) -> Resolution {
    resolve_sources(Sources { is_modifier, ..Sources::default() })
}

/// The errors, in order.
fn errors_of(resolution: &Resolution) -> Vec<&Diagnostic> {
    resolution.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect()
}

/// Resolves an `is_modifier` with the macros of [`macros`] and some more.
fn request_with(more: &[(&str, &str)], is_modifier: &str) -> Resolution {
    let mut macros = macros();
    for (name, definition) in more {
        macros.insert(name, definition);
    }
    let sources = Sources { is_modifier, ..Sources::default() };
    resolve(&sources, &macros, &Defaults::default(), Strictness::Normal)
}

/// Reasons of the errors, in order.
fn errors(resolution: &Resolution) -> Vec<&'static str> {
    reasons(resolution, Severity::Error)
}

/// Reasons of the warnings, in order, without the one about a missing `fmt`.
fn warnings(resolution: &Resolution) -> Vec<&'static str> {
    let mut found = reasons(resolution, Severity::Warning);
    found.retain(|reason| *reason != FMT_DEFAULTED);
    found
}

fn reasons(resolution: &Resolution, severity: Severity) -> Vec<&'static str> {
    resolution.diagnostics.iter().filter(|d| d.severity == severity).map(|d| d.reason).collect()
}

/// The effective request of a modifier that resolves without error, as [`asked`].
#[track_caller]
fn effective(is_modifier: &str) -> String {
    let resolution = request(is_modifier);
    assert_eq!(errors(&resolution), [""; 0], "{is_modifier}: {:?}", resolution.diagnostics);
    assert!(resolution.plan.is_some(), "{is_modifier}");
    asked(&resolution)
}

/// The effective request without the format and the quality where those are the
/// defaults, which every text has.
fn asked(resolution: &Resolution) -> String {
    let commands = resolution.effective_request.split('&');
    let asked: Vec<&str> = commands.filter(|c| !["fmt=jpeg", "qlt=85,0"].contains(c)).collect();
    asked.join("&")
}

/// The plan of a modifier that resolves without error.
#[track_caller]
fn plan(is_modifier: &str) -> Plan {
    let resolution = request(is_modifier);
    resolution.plan.unwrap_or_else(|| panic!("{is_modifier}: {:?}", resolution.diagnostics))
}

/// Asserts that a modifier has exactly one error, and returns it.
#[track_caller]
fn one_error(is_modifier: &str) -> Diagnostic {
    let resolution = request(is_modifier);
    assert!(resolution.plan.is_none(), "{is_modifier} resolves");
    let mut errors = resolution.diagnostics.into_iter().filter(|d| d.severity == Severity::Error);
    let error = errors.next().unwrap_or_else(|| panic!("{is_modifier} has no error"));
    assert_eq!(errors.next(), None, "{is_modifier} has a second error");
    error
}
