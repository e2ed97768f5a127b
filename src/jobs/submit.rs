//! Submitting: everything that can be known to be wrong is found here, all of
//! it at once; then job, items and first events are stored in one transaction.

use super::asset_commands::{AssetCommands, OutputCommands};
use super::event::{self, DUPLICATE_HANDLE, Event};
use super::items::{Naming, asset_type, items};
use super::name_template::NameTemplate;
use super::schedules::{Firing, When};
use super::vocabulary::{
    ExportKind, ExportRequest, Exportable, JobState, exportable, job_handle, parse_asset_handle,
    schedule_handle,
};
use super::{Jobs, now_ms};
use crate::error::{CallerError, Error, Problem, Violation};
use crate::modifiers::Macros;
use crate::notify::when::MailSetting;
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use crate::store::jobs::{Counts, JobRow};
use crate::store::requests::RequestRow;
use crate::store::{self, Tx};
use std::collections::{HashMap, HashSet};

/// How long a request id is remembered (03 §6.1).
const REQUEST_ID_TTL_MS: i64 = 24 * 3600 * 1000;

/// A request to export, checked field by field but not yet against the library.
#[derive(Debug)]
pub struct Submit {
    pub company: String,
    /// Empty means "export".
    pub job_name: String,
    pub description: String,
    pub handles: Vec<String>,
    pub export: ExportRequest,
    /// Language of mails and logs; empty: the server's default.
    pub locale: String,
    /// Whom mails go to; empty: nobody is known.
    pub user_handle: String,
    /// When to run; `None`: now.
    pub schedule: Option<When>,
    /// The firing of a schedule that makes the run.
    pub firing: Option<Firing>,
    /// Empty: not idempotent.
    pub request_id: String,
    /// SHA-256 of the whole request, hexadecimal.
    pub digest: String,
    pub validate_only: bool,
    /// What is already known to be wrong.
    pub violations: Vec<Violation>,
}

impl Submit {
    /// The name for people.
    pub fn original_name(&self) -> &str {
        if self.job_name.is_empty() { "export" } else { &self.job_name }
    }
}

impl Submit {
    /// The schedule that makes the run; empty: none.
    pub(super) fn schedule_name(&self) -> String {
        self.firing.as_ref().map_or(String::new(), |firing| firing.name.clone())
    }
}

/// The answer to a submit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Submitted {
    /// Empty when the request was only validated.
    pub job_handle: String,
    /// Number of the job; 0 when it is a schedule or was only validated.
    pub job: i64,
    /// When a schedule fires first; 0: it is a job.
    pub next_fire_ms: i64,
    pub warnings: Vec<Problem>,
}

/// A request that was checked against the library.
pub(super) struct Checked {
    outputs: Vec<OutputCommands>,
    items: Vec<ItemRow>,
    duplicates: i64,
    pub warnings: Vec<Problem>,
}

impl Jobs {
    /// Checks a request and stores its job.
    pub async fn submit(&self, mut submit: Submit) -> Result<Submitted, Error> {
        if let Some(first) = self.repeated(&submit).await? {
            return Ok(first);
        }
        let checked = self.check(&mut submit).await?;
        if submit.validate_only {
            let warnings = checked.warnings;
            return Ok(Submitted { warnings, ..Submitted::default() });
        }
        match submit.schedule {
            Some(_) => self.store_schedule(submit, checked.warnings).await,
            None => self.store_job(submit, checked).await,
        }
    }

    /// All that can be known to be wrong, and else what the job will do.
    pub(super) async fn check(&self, submit: &mut Submit) -> Result<Checked, Error> {
        let mut violations = std::mem::take(&mut submit.violations);
        let mut warnings = Vec::new();
        let handles = self.distinct_handles(&submit.handles, &mut violations, &mut warnings);
        let duplicates = submit.handles.len() - handles.len();
        let macros = match submit.export.kind {
            ExportKind::Orig => Macros::new(),
            ExportKind::Convert => self.macros(&submit.company).await?,
        };
        let outputs = self.outputs(&submit.export, &macros, &mut violations, &mut warnings);
        let template = match submit.export.name_template.as_str() {
            "" => None,
            text => NameTemplate::parse(text)
                .map_err(|wrong| {
                    let field = "export_job.options.name_template";
                    violations.push(Violation::new(field, "NAME_TEMPLATE_SYNTAX", wrong));
                })
                .ok(),
        };
        let assets = self.find_assets(&submit.company, &handles).await?;
        if violations.is_empty() {
            violations = nothing_to_export(&handles, &assets);
        }
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let own = AssetCommands {
            outputs: &outputs,
            macros: &macros,
            defaults: &self.defaults,
            known: HashMap::new(),
        };
        let naming = Naming::new(&submit.export, template, submit.original_name());
        let items = items(naming, &handles, &assets, own);
        for output in &outputs {
            let rendition = output.rendition.and_then(|n| submit.export.renditions.get_mut(n));
            if let Some(rendition) = rendition {
                rendition.effective = output.effective.clone();
            }
        }
        if submit.export.email != MailSetting::None
            && let Some(obstacle) = self.mail_obstacle(&submit.user_handle)
        {
            let text = format!("no mail will be sent: {obstacle}");
            warnings.push(Problem::new("MAIL_FAILED", text));
        }
        Ok(Checked { outputs, items, duplicates: duplicates as i64, warnings })
    }

    /// The first answer to this request id.
    async fn repeated(&self, submit: &Submit) -> Result<Option<Submitted>, Error> {
        if submit.request_id.is_empty() {
            return Ok(None);
        }
        let mut tx = self.store.begin().await?;
        repeated_in(&mut tx, submit).await
    }

    /// Handles in order without repeats, each with its number when it could be
    /// one of ours.
    fn distinct_handles<'a>(
        &self,
        handles: &'a [String],
        violations: &mut Vec<Violation>,
        warnings: &mut Vec<Problem>,
    ) -> Vec<(&'a str, Option<i64>)> {
        const FIELD: &str = "export_job.asset_handle_array";
        let mut seen = HashSet::with_capacity(handles.len());
        let mut distinct = Vec::with_capacity(handles.len());
        for (index, handle) in handles.iter().enumerate() {
            if !seen.insert(handle.as_str()) {
                let text = format!("{handle:?} comes more than once and is exported once");
                let warning = Problem::new(DUPLICATE_HANDLE, text);
                let warning = warning.with("index", index.to_string());
                warnings.push(warning.with("handle", handle.as_str()));
                continue;
            }
            match parse_asset_handle(handle) {
                Ok(number) => distinct.push((handle.as_str(), number)),
                Err(wrong) => violations.push(Violation::new(
                    format!("{FIELD}.items[{index}]"),
                    "INVALID_PARAMETER",
                    format!("{:?} {wrong}", shortened(handle)),
                )),
            }
        }
        let limit = self.config.limits.max_assets_per_job;
        if handles.is_empty() {
            violations.push(Violation::new(
                format!("{FIELD}.items"),
                "MISSING_PARAMETER",
                "name at least one asset to export",
            ));
        } else if distinct.len() as u64 > limit {
            violations.push(Violation::new(
                format!("{FIELD}.items"),
                "TOO_MANY_ASSETS",
                format!(
                    "{} assets are more than the {limit} that one job may have \
                     (limits.max_assets_per_job)",
                    distinct.len()
                ),
            ));
        }
        distinct
    }

    /// The image formats of a company, as macros.
    pub async fn macros(&self, company: &str) -> Result<Macros, Error> {
        let mut macros = Macros::new();
        for format in self.store.image_formats(company).await? {
            macros.insert(&format.name, &format.url_modifier);
        }
        Ok(macros)
    }

    async fn find_assets(
        &self,
        company: &str,
        handles: &[(&str, Option<i64>)],
    ) -> Result<HashMap<i64, AssetRow>, Error> {
        let ids: Vec<i64> = handles.iter().filter_map(|(_, id)| *id).collect();
        let assets = self.store.assets(company, &ids).await?;
        Ok(assets.into_iter().map(|asset| (asset.id, asset)).collect())
    }

    pub(super) async fn store_job(
        &self,
        submit: Submit,
        checked: Checked,
    ) -> Result<Submitted, Error> {
        let Checked { outputs, mut items, duplicates, warnings } = checked;
        let mut tx = self.store.begin().await?;
        // Another submit with the same id may have won since the first look.
        if let Some(first) = repeated_in(&mut tx, &submit).await? {
            return Ok(first);
        }
        let own = outputs.into_iter().find(|output| output.rendition.is_none());
        let own = own.unwrap_or_default();
        let total = items.len() as i64;
        let mut job = JobRow {
            state: JobState::Waiting.code().into(),
            effective: own.effective,
            resolved_macro: own.resolved_macro,
            counts: Counts { total, duplicate: duplicates, ..Counts::default() },
            job_warnings: warnings.len() as i64,
            ..new_job(&mut tx, &submit).await?
        };
        store::jobs::insert(&mut tx, &mut job).await?;
        if let Some(firing) = &submit.firing
            && !firing.note(&mut tx, job.id).await?
        {
            // another process, or an earlier look, has fired it
            return Ok(Submitted::default());
        }
        for item in &mut items {
            item.job_id = job.id;
        }
        store::items::insert(&mut tx, &items).await?;
        let original_name = job.original_name.clone();
        let schedule = submit.schedule_name();
        let mut events = vec![Event::JobAccepted { original_name, total, schedule }];
        for warning in &warnings {
            events.push(Event::JobWarning { warning: warning.clone() });
        }
        store::events::append(&mut tx, job.id, job.submitted_ms, &event::rows(&events)).await?;
        let job_handle = job_handle(&job.company, &job.run_name, job.id);
        remember(&mut tx, &submit, job.id, &warnings).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.room.notify_one();
        Ok(Submitted { job_handle, job: job.id, warnings, ..Submitted::default() })
    }
}

/// The row of a run that begins now, without its counts.
pub(super) async fn new_job(tx: &mut Tx, submit: &Submit) -> Result<JobRow, Error> {
    let now = now_ms();
    let original_name = submit.original_name().to_owned();
    Ok(JobRow {
        run_name: free_run_name(tx, &submit.company, &original_name, now).await?,
        company: submit.company.clone(),
        original_name,
        description: submit.description.clone(),
        client_id: submit.export.client_id.clone(),
        locale: submit.locale.clone(),
        user_handle: submit.user_handle.clone(),
        schedule_id: submit.firing.as_ref().map_or(0, |firing| firing.schedule),
        request: serde_json::to_string(&submit.export)
            .map_err(|e| Error::Bug(format!("request of a job: {e}")))?,
        submitted_ms: now,
        ..JobRow::default()
    })
}

/// Keeps the answer to a request that carries an id. A schedule's number is kept as its
/// negative.
pub(super) async fn remember(
    tx: &mut Tx,
    submit: &Submit,
    job_id: i64,
    warnings: &[Problem],
) -> Result<(), Error> {
    if submit.request_id.is_empty() {
        return Ok(());
    }
    let request = RequestRow {
        digest: submit.digest.clone(),
        job_id,
        warnings: serde_json::to_string(warnings).unwrap_or_default(),
    };
    store::requests::insert(tx, &submit.company, &submit.request_id, &request, now_ms()).await?;
    Ok(())
}

pub(super) async fn repeated_in(tx: &mut Tx, submit: &Submit) -> Result<Option<Submitted>, Error> {
    if submit.request_id.is_empty() {
        return Ok(None);
    }
    let since = now_ms() - REQUEST_ID_TTL_MS;
    let earlier = store::requests::find(tx, &submit.company, &submit.request_id, since).await?;
    let Some(earlier) = earlier else { return Ok(None) };
    if earlier.digest != submit.digest {
        return Err(CallerError::AlreadyExists {
            reason: "REQUEST_ID_REUSED",
            message: format!(
                "request_id {:?} was used for another request: take a new one",
                submit.request_id
            ),
        }
        .into());
    }
    let warnings = serde_json::from_str(&earlier.warnings).unwrap_or_default();
    if earlier.job_id < 0 {
        let schedule = store::schedules::read(tx, -earlier.job_id).await?;
        return Ok(schedule.map(|schedule| Submitted {
            job_handle: schedule_handle(&schedule.company, &schedule.name, schedule.id),
            next_fire_ms: schedule.next_fire_ms,
            warnings,
            ..Submitted::default()
        }));
    }
    let job = store::jobs::read(tx, earlier.job_id).await?;
    let job = job.ok_or_else(|| Error::Bug(format!("job {} has no row", earlier.job_id)))?;
    let job_handle = job_handle(&job.company, &job.run_name, job.id);
    Ok(Some(Submitted { job_handle, job: job.id, warnings, ..Submitted::default() }))
}

/// 03 §2.1: `<jobName>_<yyyy-MM-dd-HH:mm:ss>`, then `-2`, `-3` on clash.
async fn free_run_name(
    tx: &mut Tx,
    company: &str,
    original_name: &str,
    now_ms: i64,
) -> Result<String, Error> {
    let date = jiff::Timestamp::from_millisecond(now_ms)
        .map_err(|e| Error::Bug(format!("clock: {e}")))?
        .strftime("%Y-%m-%d-%H:%M:%S")
        .to_string();
    let wanted = format!("{original_name}_{date}");
    let mut name = wanted.clone();
    let mut number = 1;
    while store::jobs::run_name_taken(tx, company, &name).await? {
        number += 1;
        name = format!("{wanted}-{number}");
    }
    Ok(name)
}

/// One violation for each handle, when not one of them can be exported.
fn nothing_to_export(
    handles: &[(&str, Option<i64>)],
    assets: &HashMap<i64, AssetRow>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (index, (handle, id)) in handles.iter().enumerate() {
        let field = format!("export_job.asset_handle_array.items[{index}]");
        match id.and_then(|id| assets.get(&id)) {
            None => violations.push(Violation::new(
                field,
                "ASSET_NOT_FOUND",
                format!("there is no asset {handle:?}"),
            )),
            Some(asset) if exportable(asset_type(asset)) == Exportable::Never => {
                violations.push(Violation::new(
                    field,
                    "UNSUPPORTED_ASSET_TYPE",
                    format!("{handle:?} ({}) has no file to export", asset.name),
                ));
            }
            Some(_) => return Vec::new(),
        }
    }
    violations
}

fn shortened(handle: &str) -> String {
    match handle.char_indices().nth(40) {
        None => handle.to_owned(),
        Some((end, _)) => format!("{}…", &handle[..end]),
    }
}
