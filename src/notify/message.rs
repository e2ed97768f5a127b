//! The mails of 03 §2.5: subject, text and HTML from what is known of a job. No
//! bytes of assets are ever in them.

mod content;
mod html;
mod text;

#[cfg(test)]
mod tests;

use super::locale::Language;
use super::when::Moment;
use content::Content;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Assets with problems that a mail lists; it counts the others.
pub const PROBLEMS_SHOWN: usize = 20;

/// Downloads that a mail lists; it counts the others.
pub const LINKS_SHOWN: usize = 20;

/// What is known of a job when a mail about it is due.
#[derive(Debug, Clone)]
pub struct JobMail {
    pub language: Language,
    /// Zone of all dates.
    pub zone: TimeZone,
    pub moment: Moment,
    /// Name of the company as people know it.
    pub company: String,
    /// Name of the job as submitted.
    pub original_name: String,
    /// Unique name of the run.
    pub run_name: String,
    /// Who submitted it; empty when nobody is known.
    pub submitter: String,
    /// As submitted; may be empty.
    pub description: String,
    pub started: Timestamp,
    /// `None` at the begin.
    pub ended: Option<Timestamp>,
    pub counts: MailCounts,
    /// Why the whole job failed.
    pub cause: Option<Cause>,
    /// Failed and warned assets in their order; the first [`PROBLEMS_SHOWN`] do.
    pub problems: Vec<AssetProblem>,
    /// How many there are in all, if more than `problems` has.
    pub problem_count: u64,
    /// What can be downloaded, in order; the first [`LINKS_SHOWN`] do.
    pub links: Vec<Link>,
    /// How many there are in all, if more than `links` has.
    pub link_count: u64,
    /// Handle of the job, by which its log is read.
    pub log_handle: String,
}

/// The counts of a job (03 §3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MailCounts {
    pub total: i64,
    pub success: i64,
    pub warning: i64,
    pub error: i64,
    pub cancelled: i64,
    pub duplicate: i64,
}

/// A reason with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Stable word, such as `DECODE_FAILED`.
    pub reason: String,
    /// English text with the details.
    pub message: String,
}

/// What is wrong with one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetProblem {
    /// Name of its file, or its handle.
    pub name: String,
    pub cause: Cause,
    /// The asset was exported all the same.
    pub warning: bool,
}

/// Something to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// File name.
    pub name: String,
    pub bytes: u64,
    /// A URL that begins with `https://` or `http://`, or a command to type.
    pub place: String,
    pub expires: Option<Timestamp>,
}

/// A mail without its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The mail for the owner of the job.
pub fn build(mail: &JobMail) -> MailText {
    write(&Content::for_owner(mail))
}

/// The mail for `cc_emails`: the links and nothing about the job. `None` when
/// there is nothing to download.
pub fn build_copy(mail: &JobMail) -> Option<MailText> {
    if mail.links.is_empty() { None } else { Some(write(&Content::for_copies(mail))) }
}

fn write(content: &Content) -> MailText {
    MailText {
        subject: content.subject.clone(),
        text: text::write(content),
        html: html::write(content),
    }
}
