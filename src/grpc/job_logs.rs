//! JobLogService.

use super::reader::Reader;
use super::{convert, convert_log, jobs};
use crate::config::Config;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::Jobs;
use crate::jobs::log::pages::Position;
use crate::jobs::log::{self, LoggedJob};
use crate::jobs::vocabulary::{job_handle, parse_asset_handle};
use crate::notify::locale::Locale;
use crate::proto;
use crate::proto::job_log_service_server::JobLogService;
use crate::store::jobs::JobRow;
use crate::store::logs::LogSearch;
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// Most logs of one page of rows: those that have no row count too.
const MAX_LOGS: usize = 100;

pub struct JobLogs {
    pub jobs: Arc<Jobs>,
    pub config: Arc<Config>,
}

/// Where the next page of rows begins. What a reader sees of a job that runs stays
/// what it was at the first page.
#[derive(Debug, Clone, Copy)]
struct Place {
    job: i64,
    /// Events of the job that are looked at, and rows that they give.
    last_seq: i64,
    total: i64,
    /// Number of the [`Position`] of the row before; 0: the job's first row.
    after: i64,
}

impl JobLogs {
    async fn list(
        &self,
        request: proto::GetJobLogsRequest,
    ) -> Result<proto::GetJobLogsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let (order, descending) = convert_log::order(&request, &mut violations);
        let (from_ms, until_ms) = convert_log::interval(&request, &mut violations);
        let user = request.user_handle;
        let filter = format!("{company}\n{user}\n{order:?}\n{descending}\n{from_ms}\n{until_ms}");
        let mut collect = |wrong| violations.push(wrong);
        let limit = convert::page_size(request.page_size).map_err(&mut collect).unwrap_or(0);
        let after = convert::read_page_token(&filter, &request.page_token, 0)
            .map_err(&mut collect)
            .unwrap_or(0);
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let search = LogSearch {
            company,
            user,
            from_ms,
            until_ms,
            order,
            descending,
            after,
            limit: limit + 1,
        };
        let mut rows = self.jobs.store.job_logs(&search).await?;
        let more = rows.len() as i64 > limit;
        rows.truncate(limit as usize);
        let next_page_token = match rows.last() {
            Some(last) if more => convert::page_token(&filter, last.id),
            _ => String::new(),
        };
        let job_log_array = rows.iter().map(convert_log::job_log).collect();
        Ok(proto::GetJobLogsResponse { job_log_array, next_page_token })
    }

    async fn details(
        &self,
        request: proto::GetJobLogDetailsRequest,
        reader: Reader,
    ) -> Result<proto::GetJobLogDetailsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        if request.job_handle.is_empty() && request.original_name.is_empty() {
            let text = "say which job is meant, by its handle or its original_name";
            violations.push(Violation::new("job_handle", "MISSING_PARAMETER", text));
        }
        let query = convert_log::query(&request, &mut violations);
        let filter =
            format!("{company}\n{}\n{}\n{query:?}", request.job_handle, request.original_name);
        let mut collect = |wrong| violations.push(wrong);
        let limit = convert::page_size(request.page_size).map_err(&mut collect).unwrap_or(0);
        let place = convert::read_page_token_of(&filter, &request.page_token)
            .map_err(&mut collect)
            .unwrap_or(None)
            .map(|[job, last_seq, total, after]| Place { job, last_seq, total, after });
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let mut answer = proto::GetJobLogDetailsResponse::default();
        let next = |place: Place| {
            let Place { job, last_seq, total, after } = place;
            convert::page_token_of(&filter, [job, last_seq, total, after])
        };
        let mut room = limit as usize;
        for row in self.jobs_of(&request, &company, place).await? {
            if room == 0 || answer.job_log_array.len() == MAX_LOGS {
                let start = Place { job: row.id, last_seq: 0, total: 0, after: 0 };
                answer.next_page_token = next(start);
                break;
            }
            let mut job = LoggedJob::of(&row);
            let resumed = place.filter(|place| place.job == row.id && place.after != 0);
            let total = match resumed {
                Some(place) => {
                    job.last_seq = place.last_seq.min(job.last_seq);
                    place.total
                }
                None => self.jobs.log_total(&job, &query).await?,
            };
            let after = resumed.map(|place| Position::from_number(place.after));
            let page = self.jobs.log_page(&job, &query, after, room).await?;
            room -= page.rows.len();
            let language = reader.language(&self.locale_of(&row));
            answer.job_log_array.push(proto::JobLog {
                detail_total_rows: total,
                detail_array: page
                    .rows
                    .iter()
                    .map(|row| convert_log::detail(row, language))
                    .collect(),
                ..convert_log::job_log(&row)
            });
            if let Some(last) = page.last {
                let after = last.to_number();
                answer.next_page_token =
                    next(Place { job: row.id, last_seq: job.last_seq, total, after });
                break;
            }
        }
        Ok(answer)
    }

    /// The locale of a job's log for readers who ask for none.
    fn locale_of(&self, job: &JobRow) -> Locale {
        log::locale_of(job, &self.config.mail.locale)
    }

    /// The jobs that a request for rows means, from the place on where its page
    /// begins; one more than fits a page.
    async fn jobs_of(
        &self,
        request: &proto::GetJobLogDetailsRequest,
        company: &str,
        place: Option<Place>,
    ) -> Result<Vec<JobRow>, Error> {
        let name = &request.original_name;
        if !request.job_handle.is_empty() {
            let job = jobs::find(&self.jobs, &self.config, company, &request.job_handle).await?;
            if !name.is_empty() && *name != job.original_name {
                return Err(jobs::not_found(name).into());
            }
            return Ok(vec![job]);
        }
        let before = place.map_or(i64::MAX, |place| place.job.saturating_add(1));
        let found = self.jobs.store.jobs_named(company, name, before, MAX_LOGS as i64 + 1).await?;
        match found.is_empty() {
            true => Err(jobs::not_found(name).into()),
            false => Ok(found),
        }
    }

    async fn of_asset(
        &self,
        request: proto::GetAssetJobLogsRequest,
        reader: Reader,
    ) -> Result<proto::GetAssetJobLogsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let handle = &request.asset_handle;
        let mut violations = Vec::new();
        if handle.is_empty() {
            let text = "say which asset is meant";
            violations.push(Violation::new("asset_handle", "MISSING_PARAMETER", text));
        }
        let filter = format!("{company}\n{handle}");
        let mut collect = |wrong| violations.push(wrong);
        let limit = convert::page_size(request.page_size).map_err(&mut collect).unwrap_or(0);
        let after = convert::read_page_token_of(&filter, &request.page_token)
            .map_err(&mut collect)
            .unwrap_or(None)
            .map(|[job, after]| (job, Position::from_number(after)));
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let id = parse_asset_handle(handle).ok().flatten().unwrap_or(0);
        if self.jobs.store.asset(&company, id).await?.is_none() {
            let (reason, name) = ("ASSET_NOT_FOUND", handle.clone());
            return Err(CallerError::NotFound { reason, what: "asset", name }.into());
        }
        let page = self.jobs.asset_log_page(id, after, limit as usize).await?;
        let next_page_token = match page.rows.last() {
            Some((job, row)) if page.more => {
                let after = Position { group: 0, seq: row.seq, place: row.place };
                convert::page_token_of(&filter, [job.id, after.to_number()])
            }
            _ => String::new(),
        };
        let row = |(job, row): &(Arc<JobRow>, log::LogRow)| proto::AssetJobLog {
            job_handle: job_handle(&job.company, &job.run_name, job.id),
            job_name: job.run_name.clone(),
            detail: Some(convert_log::detail(row, reader.language(&self.locale_of(job)))),
            submit_user_email: job.user_handle.clone(),
        };
        let job_log_array = page.rows.iter().map(row).collect();
        Ok(proto::GetAssetJobLogsResponse { job_log_array, next_page_token })
    }
}

#[tonic::async_trait]
impl JobLogService for JobLogs {
    async fn get_job_logs(
        &self,
        request: Request<proto::GetJobLogsRequest>,
    ) -> Result<Response<proto::GetJobLogsResponse>, Status> {
        Ok(Response::new(self.list(request.into_inner()).await?))
    }

    async fn get_job_log_details(
        &self,
        request: Request<proto::GetJobLogDetailsRequest>,
    ) -> Result<Response<proto::GetJobLogDetailsResponse>, Status> {
        let reader = Reader::of(request.metadata())?;
        Ok(Response::new(self.details(request.into_inner(), reader).await?))
    }

    async fn get_asset_job_logs(
        &self,
        request: Request<proto::GetAssetJobLogsRequest>,
    ) -> Result<Response<proto::GetAssetJobLogsResponse>, Status> {
        let reader = Reader::of(request.metadata())?;
        Ok(Response::new(self.of_asset(request.into_inner(), reader).await?))
    }
}
