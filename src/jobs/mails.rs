//! Mails about jobs (03 §2.5): a row with the job's begin or end, sent later. A mail
//! server that is down never changes what becomes of a job.

use super::event::{self, Event};
use super::vocabulary::{ExportRequest, JobState, job_handle};
use super::{Jobs, now_ms};
use crate::error::{Error, Problem};
use crate::notify::locale::Locale;
use crate::notify::message::{
    AssetProblem, Cause, JobMail, LINKS_SHOWN, Link, MailCounts, PROBLEMS_SHOWN, build, build_copy,
};
use crate::notify::smtp::{Mail, MailError, Mailer};
use crate::notify::when::{Moment, copies_due, mails_due};
use crate::store;
use crate::store::Tx;
use crate::store::jobs::JobRow;
use crate::store::mails::MailRow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

/// How often rows are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Seconds before the next try after each; then it is given up: some ten hours.
const PAUSES: [i64; 10] = [5, 15, 60, 300, 900, 1800, 3600, 7200, 10_800, 10_800];

/// Mails looked at in one step.
const BATCH: i64 = 20;

/// Sends mails until the server stops.
pub(super) async fn run(jobs: Arc<Jobs>, mailer: Mailer) {
    loop {
        if let Err(error) = jobs.send_mails(&mailer).await {
            tracing::error!(%error, "mails could not be looked at; trying again");
        }
        tokio::select! {
            () = jobs.drain.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

impl Jobs {
    /// Where mails of a user go; empty: nobody is known.
    pub fn address_of<'a>(&'a self, user_handle: &'a str) -> &'a str {
        let mail = &self.config.mail;
        match user_handle {
            "" => &mail.default_to,
            address if address.contains('@') => address,
            handle => mail.users.get(handle).map_or("", String::as_str),
        }
    }

    /// Why no mail can be sent about a job, if so.
    pub(super) fn mail_obstacle(&self, user_handle: &str) -> Option<String> {
        if self.config.mail.host.is_empty() {
            Some("this server has no mail server (setting mail.host)".into())
        } else if self.address_of(user_handle).is_empty() {
            Some(format!(
                "nobody is known to mail to: user_handle is {user_handle:?}, which is no mail \
                 address and not in mail.users, or is empty while mail.default_to is"
            ))
        } else {
            None
        }
    }

    /// Stores the mail that a job begins, if one is due.
    pub(super) async fn mail_at_begin(
        &self,
        tx: &mut Tx,
        job: &JobRow,
        request: &ExportRequest,
    ) -> Result<(), Error> {
        if mails_due(request.email, Moment::Begin) {
            self.mail(tx, job, "begin", self.address_of(&job.user_handle)).await?;
        }
        Ok(())
    }

    /// Stores the mails about the end of a job.
    pub(super) async fn mail_at_end(
        &self,
        tx: &mut Tx,
        job: &JobRow,
        request: &ExportRequest,
    ) -> Result<(), Error> {
        let Some(moment) = Moment::of_outcome(&job.outcome) else { return Ok(()) };
        if mails_due(request.email, moment) {
            self.mail(tx, job, "end", self.address_of(&job.user_handle)).await?;
        }
        if copies_due(moment) {
            for address in &request.cc_emails {
                self.mail(tx, job, "copy", address).await?;
            }
        }
        Ok(())
    }

    async fn mail(&self, tx: &mut Tx, job: &JobRow, moment: &str, to: &str) -> Result<(), Error> {
        if !to.is_empty() && !self.config.mail.host.is_empty() {
            store::mails::insert(tx, job.id, moment, to, now_ms()).await?;
        }
        Ok(())
    }

    async fn send_mails(&self, mailer: &Mailer) -> Result<(), Error> {
        for row in self.store.due_mails(now_ms(), BATCH).await? {
            let sent = match self.written(&row).await? {
                None => Ok(()),
                Some(mail) => tokio::select! {
                    sent = mailer.send(&mail) => sent,
                    // one that was taken on unheard comes again with the same Message-ID
                    () = self.drain.cancelled() => return Ok(()),
                },
            };
            let pause = PAUSES.get(row.tries as usize).map(|seconds| seconds * 1000);
            let (state, next, problem) = match (&sent, pause) {
                (Ok(()), _) => ("sent", 0, String::new()),
                (Err(MailError::Transient(text)), Some(pause)) => {
                    ("waiting", now_ms() + pause, text.clone())
                }
                (Err(error), _) => ("failed", 0, error.to_string()),
            };
            let mut tx = self.store.begin().await?;
            store::mails::tried(&mut tx, &row, state, next, &problem).await?;
            if state == "failed" {
                tracing::warn!(job = row.job_id, to = row.recipient, problem, "a mail failed");
                warn(&mut tx, &row, &problem).await?;
            }
            tx.commit().await.map_err(store::StoreError::from)?;
            if state == "failed" {
                self.hints.ring(row.job_id);
            }
        }
        Ok(())
    }

    /// The mail of a row; `None` when there is nothing to say any more.
    async fn written(&self, row: &MailRow) -> Result<Option<Mail>, Error> {
        let Some(job) = self.store.job(row.job_id).await? else { return Ok(None) };
        let at_end = row.moment != "begin";
        let moment = match at_end {
            true => Moment::of_outcome(&job.outcome).unwrap_or(Moment::Begin),
            false => Moment::Begin,
        };
        let language = Locale::parse(match job.locale.as_str() {
            "" => &self.config.mail.locale,
            locale => locale,
        });
        let language = language.map_or(crate::notify::locale::Language::English, |l| l.language());
        let zone = TimeZone::get(&self.config.jobs.time_zone).unwrap_or(TimeZone::UTC);
        let time = |ms: i64| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let counts = job.counts;
        let handle = job_handle(&job.company, &job.run_name, job.id);
        let artifacts = self.store.artifacts(job.id, 0, LINKS_SHOWN as i64 + 1).await?;
        let mail = JobMail {
            language,
            zone,
            moment,
            company: job.company.clone(),
            original_name: job.original_name.clone(),
            run_name: job.run_name.clone(),
            submitter: job.user_handle.clone(),
            description: job.description.clone(),
            started: time(if job.started_ms > 0 { job.started_ms } else { job.submitted_ms }),
            ended: at_end.then(|| time(job.ended_ms)),
            counts: MailCounts {
                total: counts.total,
                success: counts.success,
                warning: counts.warning,
                error: counts.error,
                cancelled: counts.cancelled,
                duplicate: counts.duplicate,
            },
            cause: self.fatal_cause(&job).await?,
            problems: self.asset_problems(&job).await?,
            problem_count: (counts.error + counts.warning) as u64,
            link_count: match counts.transfer_success {
                0 => counts.success as u64,
                parts => parts as u64,
            }
            .max(artifacts.len() as u64),
            links: match at_end {
                false => Vec::new(),
                true => artifacts
                    .iter()
                    .take(LINKS_SHOWN)
                    .map(|row| Link {
                        name: row.file_name.clone(),
                        bytes: row.size.max(0) as u64,
                        place: self.place(&handle, row.idx),
                        expires: (row.expires_ms > 0).then(|| time(row.expires_ms)),
                    })
                    .collect(),
            },
            log_handle: handle,
        };
        let text = match row.moment.as_str() {
            "copy" => build_copy(&mail),
            _ => Some(build(&mail)),
        };
        Ok(text.map(|text| Mail {
            to: row.recipient.clone(),
            text,
            date: time(if at_end { job.ended_ms } else { job.started_ms }),
            id: format!(
                "j-{}-{}-{:08x}",
                job.id,
                row.moment,
                crc32fast::hash(row.recipient.as_bytes())
            ),
        }))
    }

    /// A URL by the setting `mail.link`, else a command to type.
    fn place(&self, handle: &str, artifact: i64) -> String {
        match self.config.mail.link.as_str() {
            "" => format!("offprint download '{handle}'"),
            link => {
                link.replace("{job}", &percent(handle)).replace("{artifact}", &artifact.to_string())
            }
        }
    }

    async fn fatal_cause(&self, job: &JobRow) -> Result<Option<Cause>, Error> {
        if Moment::of_outcome(&job.outcome) != Some(Moment::Failed) {
            return Ok(None);
        }
        let last = self.store.events(job.id, job.last_seq - 1, 1).await?;
        let event = last.first().and_then(|row| Event::from_payload(&row.payload).ok());
        Ok(match event {
            Some(Event::JobFinished { error: Some(error), .. }) => {
                Some(Cause { reason: error.reason, message: error.message })
            }
            _ => None,
        })
    }

    async fn asset_problems(&self, job: &JobRow) -> Result<Vec<AssetProblem>, Error> {
        let items = self.store.items_with_problems(job.id, PROBLEMS_SHOWN as i64).await?;
        let ids: Vec<i64> = items.iter().map(|item| item.asset_id).filter(|id| *id > 0).collect();
        let assets = self.store.assets(&job.company, &ids).await?;
        let mut found = Vec::new();
        for item in &items {
            let asset = assets.iter().find(|asset| asset.id == item.asset_id);
            let problems: Vec<Problem> = serde_json::from_str(&item.problems).unwrap_or_default();
            for problem in problems {
                found.push(AssetProblem {
                    name: asset.map_or(&item.handle, |asset| &asset.file_name).clone(),
                    cause: Cause { reason: problem.reason, message: problem.message },
                    warning: item.state == "done",
                });
            }
        }
        found.truncate(PROBLEMS_SHOWN);
        Ok(found)
    }
}

/// A job that still runs hears of a mail that failed; after its end nothing may follow.
async fn warn(tx: &mut Tx, row: &MailRow, problem: &str) -> Result<(), Error> {
    let Some(mut job) = store::jobs::read(tx, row.job_id).await? else { return Ok(()) };
    if JobState::from_code(&job.state) == JobState::Done {
        return Ok(());
    }
    job.job_warnings += 1;
    store::jobs::update(tx, &job).await?;
    let warning = Problem::new("MAIL_FAILED", format!("no mail to {}: {problem}", row.recipient));
    let event = Event::JobWarning { warning };
    store::events::append(tx, job.id, now_ms(), &event::rows(&[event])).await?;
    Ok(())
}

/// For the query or a path of a URL.
fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
