//! What stands in a mail, in its language, before it is set as text or HTML.

use super::{AssetProblem, Cause, JobMail, LINKS_SHOWN, Link, PROBLEMS_SHOWN};
use crate::notify::catalogue::{
    Message, date_text, duration_text, label, number_text, reason_text, size_text,
};
use crate::notify::locale::Language;
use jiff::Timestamp;

/// A mail in parts. Values are one line each.
pub(super) struct Content {
    pub language: Language,
    pub subject: String,
    pub lead: String,
    pub facts: Vec<Fact>,
    pub results_heading: &'static str,
    pub results: Vec<Fact>,
    pub downloads_heading: &'static str,
    pub downloads: Vec<Download>,
    pub more_downloads: Option<String>,
    pub problems_heading: &'static str,
    pub problems: Vec<ProblemLine>,
    pub more_problems: Option<String>,
    pub log: Option<Fact>,
    pub footer: &'static str,
    /// Between a label and its value.
    pub colon: &'static str,
}

/// A label and its value.
pub(super) struct Fact {
    pub label: &'static str,
    pub value: String,
}

pub(super) struct Download {
    /// Name and size.
    pub title: String,
    pub place: String,
    pub until: Option<String>,
}

pub(super) struct ProblemLine {
    pub name: String,
    pub warning: bool,
    /// "failed" or "warning".
    pub kind: &'static str,
    /// What is wrong, in the language; the English text when there is no other.
    pub problem: String,
    /// Reason and English text.
    pub detail: String,
}

impl Content {
    pub(super) fn for_owner(mail: &JobMail) -> Content {
        let language = mail.language;
        let outcome = mail.moment.code();
        let subject = Message::new("mail.subject").with("outcome", outcome);
        let mut content =
            Content::new(mail, subject, Message::new(&format!("mail.lead.{outcome}")));
        content.facts = facts(mail);
        content.results = results(mail);
        if mail.ended.is_some() {
            content.add_downloads(mail);
        }
        content.problems =
            mail.problems.iter().take(PROBLEMS_SHOWN).map(|p| problem(p, language)).collect();
        let count = mail.problem_count.max(mail.problems.len() as u64);
        content.more_problems = more("mail.more_problems", count, content.problems.len(), language);
        content.log = Some(fact("mail.log", &mail.log_handle, language));
        content
    }

    pub(super) fn for_copies(mail: &JobMail) -> Content {
        let subject = Message::new("mail.copy.subject");
        let mut content = Content::new(mail, subject, Message::new("mail.copy.lead"));
        content.add_downloads(mail);
        content
    }

    fn new(mail: &JobMail, subject: Message, lead: Message) -> Content {
        let language = mail.language;
        let name = line(&mail.original_name);
        Content {
            language,
            subject: subject
                .with("company", line(&mail.company))
                .with("name", name.as_str())
                .text(language),
            lead: lead.with("name", name).text(language),
            facts: Vec::new(),
            results_heading: label("mail.results", language),
            results: Vec::new(),
            downloads_heading: label("mail.downloads", language),
            downloads: Vec::new(),
            more_downloads: None,
            problems_heading: label("mail.problems", language),
            problems: Vec::new(),
            more_problems: None,
            log: None,
            footer: label("mail.footer", language),
            colon: label("mail.colon", language),
        }
    }

    fn add_downloads(&mut self, mail: &JobMail) {
        self.downloads = mail.links.iter().take(LINKS_SHOWN).map(|l| download(l, mail)).collect();
        let count = mail.link_count.max(mail.links.len() as u64);
        self.more_downloads =
            more("mail.more_downloads", count, self.downloads.len(), mail.language);
    }
}

fn facts(mail: &JobMail) -> Vec<Fact> {
    let language = mail.language;
    let date = |moment: Timestamp| date_text(moment, &mail.zone, language);
    let mut facts = vec![
        fact("mail.run", &mail.run_name, language),
        fact("mail.company", &mail.company, language),
    ];
    if !mail.submitter.is_empty() {
        facts.push(fact("mail.submitter", &mail.submitter, language));
    }
    if !mail.description.is_empty() {
        facts.push(fact("mail.description", &mail.description, language));
    }
    facts.push(fact("mail.started", &date(mail.started), language));
    if let Some(ended) = mail.ended {
        let seconds = ended.as_second().saturating_sub(mail.started.as_second());
        facts.push(fact("mail.ended", &date(ended), language));
        facts.push(fact("mail.duration", &duration_text(seconds), language));
    }
    if let Some(cause) = &mail.cause {
        let (problem, detail) = texts(cause, language);
        let value =
            if problem == line(&cause.message) { problem } else { format!("{problem} ({detail})") };
        facts.push(Fact { label: label("mail.cause", language), value });
    }
    facts
}

fn results(mail: &JobMail) -> Vec<Fact> {
    let counts = &mail.counts;
    let mut rows = vec![("mail.total", counts.total)];
    if mail.ended.is_some() {
        rows.push(("mail.success", counts.success));
        rows.push(("mail.warning", counts.warning));
        rows.push(("mail.error", counts.error));
        rows.push(("mail.cancelled", counts.cancelled));
    }
    rows.push(("mail.duplicate", counts.duplicate));
    rows.into_iter()
        .map(|(id, count)| fact(id, &number_text(count, mail.language), mail.language))
        .collect()
}

fn fact(id: &'static str, value: &str, language: Language) -> Fact {
    Fact { label: label(id, language), value: line(value) }
}

fn download(link: &Link, mail: &JobMail) -> Download {
    let until = link.expires.map(|expires| {
        Message::new("mail.until")
            .with("date", date_text(expires, &mail.zone, mail.language))
            .text(mail.language)
    });
    Download {
        title: format!("{} ({})", line(&link.name), size_text(link.bytes, mail.language)),
        place: line(&link.place),
        until,
    }
}

fn problem(problem: &AssetProblem, language: Language) -> ProblemLine {
    let kind = if problem.warning { "mail.is_warning" } else { "mail.is_error" };
    let (text, detail) = texts(&problem.cause, language);
    ProblemLine {
        name: line(&problem.name),
        warning: problem.warning,
        kind: label(kind, language),
        problem: text,
        detail,
    }
}

/// A cause in the language, and its details in English.
fn texts(cause: &Cause, language: Language) -> (String, String) {
    let message = line(&cause.message);
    match reason_text(&cause.reason, language) {
        Some(text) => (text.to_owned(), format!("{}: {message}", cause.reason)),
        None => (message, cause.reason.clone()),
    }
}

fn more(id: &str, count: u64, shown: usize, language: Language) -> Option<String> {
    let left = count.saturating_sub(shown as u64);
    let left = i64::try_from(left).unwrap_or(i64::MAX);
    (left > 0).then(|| Message::new(id).with("count", left).text(language))
}

/// Most characters of a value that somebody else wrote.
const MAX_CHARACTERS: usize = 500;

/// A value as one line: control characters, among them line ends, are blanks.
/// Marks that turn the direction of writing go away, so that no name can dress
/// up as another.
fn line(value: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let blank =
        |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    let mut characters = value.chars().filter(|c| !turns(c)).map(blank);
    let mut line: String = characters.by_ref().take(MAX_CHARACTERS).collect();
    if characters.next().is_some() {
        line.push('…');
    }
    line.trim().to_owned()
}
