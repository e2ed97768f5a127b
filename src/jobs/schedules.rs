//! Jobs that wait for their time: stored, fired, paused, run at once (03 §2.4).
//!
//! A firing makes its run and moves the schedule on in one transaction, so that a
//! crash neither loses nor doubles one. What was missed while no server ran is made
//! up for once.

use super::event::{self, Event};
use super::schedule::Schedule;
use super::submit::{Submit, Submitted, new_job, remember, repeated_in};
use super::vocabulary::{ExportRequest, JobOutcome, JobState, schedule_handle};
use super::{Jobs, now_ms};
use crate::error::{CallerError, Error, Problem, Violation};
use crate::store;
use crate::store::Tx;
use crate::store::schedules::ScheduleRow;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// Longest sleep between two looks, also when no schedule is due: the clock may be
/// set meanwhile.
const LOOK: Duration = Duration::from_secs(1);

/// When a job is to run.
#[derive(Debug)]
pub enum When {
    /// Once, in milliseconds since 1970 UTC.
    Once(i64),
    Repeat {
        expression: String,
        time_zone: String,
        schedule: Box<Schedule>,
    },
}

/// What a trigger does (03 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Normal,
    Paused,
    /// It will not fire again.
    Complete,
    /// Its last firing was skipped, as the run before was not done.
    Blocked,
}

impl Trigger {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Trigger::Normal => "normal",
            Trigger::Paused => "paused",
            Trigger::Complete => "complete",
            Trigger::Blocked => "blocked",
        }
    }

    /// The trigger of a code; one that nobody wrote counts as normal.
    pub fn from_code(code: &str) -> Trigger {
        match code {
            "paused" => Trigger::Paused,
            "complete" => Trigger::Complete,
            "blocked" => Trigger::Blocked,
            _ => Trigger::Normal,
        }
    }
}

/// A run that a schedule makes.
#[derive(Debug, Clone)]
pub struct Firing {
    pub schedule: i64,
    /// Of the schedule, which may be gone when the run's log is read.
    pub name: String,
    /// The time that has come, and the next one, 0 for none; `None`: somebody runs it
    /// now and its times stay.
    moved: Option<(i64, i64)>,
}

impl Firing {
    /// Moves the schedule on with the transaction that stores its run. False when
    /// that has been done already.
    pub(super) async fn note(&self, tx: &mut Tx, run: i64) -> Result<bool, Error> {
        let Some(mut row) = store::schedules::read(tx, self.schedule).await? else {
            return Ok(false);
        };
        row.last_run = run;
        if let Some((due, next)) = self.moved {
            if row.next_fire_ms != due {
                return Ok(false);
            }
            row.next_fire_ms = next;
            let trigger = if next == 0 { Trigger::Complete } else { Trigger::Normal };
            row.trigger_state = trigger.code().into();
        }
        store::schedules::update(tx, &row).await?;
        Ok(true)
    }
}

/// Fires schedules until the server stops.
pub(super) async fn run(jobs: Arc<Jobs>) {
    loop {
        if let Err(error) = jobs.fire_due().await {
            tracing::error!(%error, "schedules could not be looked at; trying again");
        }
        let next = jobs.store.next_fire().await.unwrap_or(0);
        let pause = match next {
            0 => LOOK,
            next => LOOK.min(Duration::from_millis((next - now_ms()).max(1) as u64)),
        };
        tokio::select! {
            () = jobs.drain.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

impl Jobs {
    /// Stores a schedule; the request was checked as that of a run that begins now.
    pub(super) async fn store_schedule(
        &self,
        submit: Submit,
        warnings: Vec<Problem>,
    ) -> Result<Submitted, Error> {
        let now = now_ms();
        let bug = |e: serde_json::Error| Error::Bug(format!("request of a schedule: {e}"));
        let (expression, time_zone, next_fire_ms) = match &submit.schedule {
            None => return Err(Error::Bug("a schedule without a time".into())),
            Some(When::Once(time)) => (String::new(), String::new(), *time),
            Some(When::Repeat { expression, time_zone, schedule }) => {
                let first = schedule.first_after(timestamp(now)?).map_err(|wrong| {
                    let field = "exec_schedule.expression";
                    CallerError::Invalid(vec![Violation::new(field, wrong.reason, wrong.message)])
                })?;
                (expression.clone(), time_zone.clone(), first.as_millisecond())
            }
        };
        let mut tx = self.store.begin().await?;
        if let Some(first) = repeated_in(&mut tx, &submit).await? {
            return Ok(first);
        }
        let mut row = ScheduleRow {
            id: 0,
            name: free_name(&mut tx, &submit.company, submit.original_name()).await?,
            original_name: submit.original_name().to_owned(),
            description: submit.description.clone(),
            locale: submit.locale.clone(),
            user_handle: submit.user_handle.clone(),
            request: serde_json::to_string(&submit.export).map_err(bug)?,
            handles: serde_json::to_string(&submit.handles).map_err(bug)?,
            company: submit.company.clone(),
            expression,
            time_zone,
            next_fire_ms,
            trigger_state: Trigger::Normal.code().into(),
            last_run: 0,
            created_ms: now,
        };
        store::schedules::insert(&mut tx, &mut row).await?;
        remember(&mut tx, &submit, -row.id, &warnings).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        let job_handle = schedule_handle(&row.company, &row.name, row.id);
        Ok(Submitted { job_handle, next_fire_ms, warnings, ..Submitted::default() })
    }

    /// Runs a schedule now; its times stay as they are. Returns the run's number and
    /// handle.
    pub async fn execute(&self, schedule: &ScheduleRow) -> Result<Submitted, Error> {
        self.fire(
            schedule,
            Firing { schedule: schedule.id, name: schedule.name.clone(), moved: None },
        )
        .await
    }

    async fn fire_due(&self) -> Result<(), Error> {
        let now = now_ms();
        for row in self.store.due(now).await? {
            let next = next_fire(&row, now, &self.config.jobs.time_zone);
            if let Some(run) = self.store.active_run(row.id).await? {
                self.skip(row, run, next).await?;
                continue;
            }
            let moved = Some((row.next_fire_ms, next));
            let firing = Firing { schedule: row.id, name: row.name.clone(), moved };
            match self.fire(&row, firing).await {
                Ok(run) => tracing::info!(schedule = row.name, job = run.job_handle, "fired"),
                Err(error) => tracing::error!(schedule = row.name, %error, "could not fire"),
            }
        }
        Ok(())
    }

    async fn fire(&self, row: &ScheduleRow, firing: Firing) -> Result<Submitted, Error> {
        let wrong = |e: serde_json::Error| Error::Bug(format!("schedule {}: {e}", row.id));
        let export: ExportRequest = serde_json::from_str(&row.request).map_err(wrong)?;
        let mut submit = Submit {
            company: row.company.clone(),
            job_name: row.original_name.clone(),
            description: row.description.clone(),
            handles: serde_json::from_str(&row.handles).map_err(wrong)?,
            export,
            locale: row.locale.clone(),
            user_handle: row.user_handle.clone(),
            schedule: None,
            firing: Some(firing),
            request_id: String::new(),
            digest: String::new(),
            validate_only: false,
            violations: Vec::new(),
        };
        match self.check(&mut submit).await {
            Ok(checked) => self.store_job(submit, checked).await,
            // the library has changed since the schedule was made
            Err(Error::Caller(CallerError::Invalid(violations))) => {
                self.store_failed(submit, violations).await
            }
            Err(other) => Err(other),
        }
    }

    /// A run that can't begin: it is there, and says why (03 §1.5).
    async fn store_failed(
        &self,
        submit: Submit,
        violations: Vec<Violation>,
    ) -> Result<Submitted, Error> {
        let now = now_ms();
        let reason = violations.first().map_or("INVALID_PARAMETER", |first| first.reason);
        let problem = Problem::new(reason, CallerError::Invalid(violations).to_string());
        let mut tx = self.store.begin().await?;
        let mut job = new_job(&mut tx, &submit).await?;
        job.state = JobState::Done.code().into();
        job.outcome = JobOutcome::Failed.code().into();
        job.counts.total = submit.handles.len() as i64;
        job.counts.cancelled = job.counts.total;
        job.ended_ms = now;
        store::jobs::insert(&mut tx, &mut job).await?;
        if let Some(firing) = &submit.firing
            && !firing.note(&mut tx, job.id).await?
        {
            return Ok(Submitted::default());
        }
        let original_name = job.original_name.clone();
        let events = [
            Event::JobAccepted {
                original_name,
                total: job.counts.total,
                schedule: submit.schedule_name(),
            },
            Event::JobFinished {
                outcome: JobOutcome::Failed,
                counts: job.counts,
                error: Some(problem),
                elapsed_ms: 0,
            },
        ];
        store::events::append(&mut tx, job.id, now, &event::rows(&events)).await?;
        self.mail_at_end(&mut tx, &job, &submit.export).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.hints.ring(job.id);
        let job_handle = super::vocabulary::job_handle(&job.company, &job.run_name, job.id);
        Ok(Submitted { job_handle, job: job.id, ..Submitted::default() })
    }

    /// The run before is not done: this firing is left out, and its log says so.
    async fn skip(&self, row: ScheduleRow, run: i64, next: i64) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let Some(mut now) = store::schedules::read(&mut tx, row.id).await? else { return Ok(()) };
        if now.next_fire_ms != row.next_fire_ms {
            return Ok(());
        }
        now.next_fire_ms = next;
        let trigger = if next == 0 { Trigger::Complete } else { Trigger::Blocked };
        now.trigger_state = trigger.code().into();
        store::schedules::update(&mut tx, &now).await?;
        let text = format!(
            "schedule {:?} was due again while this run was not done: that firing is left out",
            row.name
        );
        let warning = Problem::new("FIRING_SKIPPED", text);
        let Some(mut job) = store::jobs::read(&mut tx, run).await? else { return Ok(()) };
        job.job_warnings += 1;
        store::jobs::update(&mut tx, &job).await?;
        let event = Event::JobWarning { warning };
        store::events::append(&mut tx, run, now_ms(), &event::rows(&[event])).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.hints.ring(run);
        Ok(())
    }

    /// Pauses or resumes the trigger of a schedule. What was missed while it was paused
    /// is left out, but for a time that comes only once.
    pub async fn pause_schedule(&self, id: i64, paused: bool) -> Result<Trigger, Error> {
        let mut tx = self.store.begin().await?;
        let Some(mut row) = store::schedules::read(&mut tx, id).await? else {
            return Ok(Trigger::Complete);
        };
        let now = Trigger::from_code(&row.trigger_state);
        let trigger = match (now, paused) {
            (Trigger::Complete, _) => Trigger::Complete,
            (_, true) => Trigger::Paused,
            (Trigger::Paused, false) => Trigger::Normal,
            (other, false) => other,
        };
        if now == Trigger::Paused && trigger == Trigger::Normal && !row.expression.is_empty() {
            row.next_fire_ms = next_fire(&row, now_ms(), &self.config.jobs.time_zone);
        }
        row.trigger_state = trigger.code().into();
        store::schedules::update(&mut tx, &row).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(trigger)
    }

    /// Removes a schedule; its runs stay.
    pub async fn delete_schedule(&self, id: i64) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        store::schedules::delete(&mut tx, id).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(())
    }
}

/// The firing after `now`, in milliseconds; 0: none.
fn next_fire(row: &ScheduleRow, now: i64, server_zone: &str) -> i64 {
    if row.expression.is_empty() {
        return 0;
    }
    let next = || {
        let schedule = Schedule::parse(&row.expression, Some(&row.time_zone), server_zone).ok()?;
        schedule.next_after(Timestamp::from_millisecond(now).ok()?)
    };
    next().map_or(0, |next| next.as_millisecond())
}

fn timestamp(ms: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(ms).map_err(|e| Error::Bug(format!("clock: {e}")))
}

async fn free_name(tx: &mut Tx, company: &str, wanted: &str) -> Result<String, Error> {
    let mut name = wanted.to_owned();
    let mut number = 1;
    while store::schedules::name_taken(tx, company, &name).await? {
        number += 1;
        name = format!("{wanted}-{number}");
    }
    Ok(name)
}
