//! The message catalogue: every text for people, in each language, under a
//! stable id. Stored are ids and arguments; the text is made for its reader.

mod log;
mod mail;
mod numbers;
mod reasons;

#[cfg(test)]
mod tests;

pub use numbers::{date_text, duration_text, number_text, size_text};

use super::locale::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An id with its text in the order of [`Language::ALL`].
///
/// `{name}` stands for an argument. A text of two halves with `|` between them has
/// the singular first, and the argument `count` decides. `{outcome}` is the name
/// of the outcome whose code the argument is, and `{problem}` is made of the
/// arguments `reason` and `message`.
type Row = (&'static str, [&'static str; 3]);

/// A value in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    Number(i64),
    Text(String),
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Argument::Number(number)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Argument::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Argument::Text(text)
    }
}

/// A text that is not written yet: a row of a job's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The id; for logs the log type of 03 §3.2, such as `FileBegin`.
    pub id: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, Argument>,
}

impl Message {
    /// A message without arguments.
    pub fn new(id: &str) -> Message {
        Message { id: id.to_owned(), arguments: BTreeMap::new() }
    }

    /// The message with one argument more.
    pub fn with(mut self, name: &str, value: impl Into<Argument>) -> Message {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }

    /// The text in a language. An id that is not in the catalogue is shown as it
    /// is, a missing argument as `?`.
    pub fn text(&self, language: Language) -> String {
        match template(&self.id, language) {
            Some(template) => self.fill(template, language),
            None => self.id.clone(),
        }
    }

    fn fill(&self, template: &str, language: Language) -> String {
        let mut rest = match template.split_once('|') {
            Some((one, _)) if self.is_singular(language) => one,
            Some((_, many)) => many,
            None => template,
        };
        let mut text = String::new();
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else { break };
            text.push_str(before);
            text.push_str(&self.value(name, language));
            rest = behind;
        }
        text.push_str(rest);
        text
    }

    /// One is one everywhere; none is one in French.
    fn is_singular(&self, language: Language) -> bool {
        match self.arguments.get("count") {
            Some(Argument::Number(count)) if language == Language::French => (0..2).contains(count),
            Some(Argument::Number(count)) => *count == 1,
            _ => false,
        }
    }

    fn value(&self, name: &str, language: Language) -> String {
        let text = |name: &str| match self.arguments.get(name) {
            Some(Argument::Text(text)) => text.clone(),
            Some(Argument::Number(number)) => number_text(*number, language),
            None => "?".to_owned(),
        };
        match name {
            "outcome" => outcome_text(&text(name), language),
            "problem" => {
                let message = text("message");
                match reason_text(&text("reason"), language) {
                    Some(reason) => format!("{reason} ({message})"),
                    None => message,
                }
            }
            _ => text(name),
        }
    }
}

/// The name of an outcome by its code in the database, or of the begin.
pub fn outcome_text(code: &str, language: Language) -> String {
    let text = template(&format!("outcome.{code}"), language);
    text.unwrap_or(code).to_owned()
}

/// What a reason means, as a clause: "the file is damaged". `None` for a reason
/// that the catalogue does not have; its English message must do.
pub fn reason_text(reason: &str, language: Language) -> Option<&'static str> {
    find(&reasons::ROWS, reason, language)
}

/// The text of a mail without arguments.
pub(super) fn label(id: &'static str, language: Language) -> &'static str {
    template(id, language).unwrap_or(id)
}

fn template(id: &str, language: Language) -> Option<&'static str> {
    find(&log::ROWS, id, language).or_else(|| find(&mail::ROWS, id, language))
}

fn find(rows: &[Row], id: &str, language: Language) -> Option<&'static str> {
    let (_, [english, french, german]) = rows.iter().find(|(known, _)| *known == id)?;
    Some(match language {
        Language::English => english,
        Language::French => french,
        Language::German => german,
    })
}
