//! JobService, but for the stream of WatchJob.

use super::convert;
use super::convert_job::{self, JOB_FIELDS};
use super::convert_submit;
use super::download::{Chunks, Download};
use super::watch::WatchStream;
use super::watchers::{Watched, Watchers};
use crate::config::Config;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::Jobs;
use crate::jobs::schedules::Trigger;
use crate::jobs::vocabulary::{
    job_handle, parse_job_handle, parse_schedule_handle, schedule_handle,
};
use crate::proto::job_service_server::JobService;
use crate::proto::{self, download_artifact_response, get_job_response};
use crate::store::jobs::JobRow;
use crate::store::schedules::ScheduleRow;
use bytes::Bytes;
use std::sync::Arc;
use tonic::{Request, Response, Status};

/// Most handles that a job shows of itself: the answer must fit a message.
const MAX_HANDLES: i64 = 100_000;

pub struct JobsService {
    pub jobs: Arc<Jobs>,
    pub config: Arc<Config>,
    pub watchers: Watchers,
}

impl JobsService {
    async fn find(&self, company: &str, handle: &str) -> Result<JobRow, Error> {
        find(&self.jobs, &self.config, company, handle).await
    }

    /// The schedule of a handle; that of another company looks unknown. `None`: the
    /// handle is of a run.
    async fn find_schedule(
        &self,
        company: &str,
        handle: &str,
    ) -> Result<Option<ScheduleRow>, Error> {
        let Some(id) = parse_schedule_handle(handle) else { return Ok(None) };
        let company = convert::company(&self.config, company)?;
        let found = self.jobs.store.schedule(id).await?.filter(|row| {
            row.company == company && schedule_handle(&row.company, &row.name, row.id) == handle
        });
        match found {
            Some(row) => Ok(Some(row)),
            None => Err(not_found(handle).into()),
        }
    }

    /// A schedule with the handle of its latest run.
    async fn scheduled(&self, row: &ScheduleRow) -> Result<proto::ScheduledJob, Error> {
        let last = match row.last_run {
            0 => None,
            id => self.jobs.store.job(id).await?,
        };
        let last =
            last.map_or(String::new(), |job| job_handle(&job.company, &job.run_name, job.id));
        Ok(convert_job::scheduled_job(row, last))
    }

    async fn list_schedules(
        &self,
        request: proto::GetScheduledJobsRequest,
    ) -> Result<proto::GetScheduledJobsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let filter = format!("schedules\n{company}\n{}", request.original_name);
        let invalid = |wrong| CallerError::Invalid(vec![wrong]);
        let limit = convert::page_size(request.page_size).map_err(invalid)?;
        let before = convert::read_page_token(&filter, &request.page_token, i64::MAX);
        let before = before.map_err(invalid)?;
        let rows = match request.job_handle.as_str() {
            "" => {
                let name = &request.original_name;
                self.jobs.store.schedules(&company, name, before, limit + 1).await?
            }
            handle => match self.find_schedule(&request.company_handle, handle).await? {
                Some(row) => vec![row],
                None => return Err(not_a_schedule(handle).into()),
            },
        };
        let page = &rows[..rows.len().min(limit as usize)];
        let next_page_token = match page.last() {
            Some(last) if rows.len() > page.len() => convert::page_token(&filter, last.id),
            _ => String::new(),
        };
        let mut job_array = Vec::with_capacity(page.len());
        for row in page {
            job_array.push(self.scheduled(row).await?);
        }
        Ok(proto::GetScheduledJobsResponse { job_array, next_page_token })
    }

    async fn execute(
        &self,
        request: proto::ExecuteJobRequest,
    ) -> Result<proto::ExecuteJobResponse, Error> {
        if !request.request_id.is_empty() {
            return Err(CallerError::Invalid(vec![Violation::unimplemented("request_id")]).into());
        }
        let handle = &request.job_handle;
        let Some(schedule) = self.find_schedule(&request.company_handle, handle).await? else {
            self.find(&request.company_handle, handle).await?;
            return Err(not_a_schedule(handle).into());
        };
        let run = self.jobs.execute(&schedule).await?;
        tracing::info!(schedule = handle, job = run.job_handle, "executed");
        Ok(proto::ExecuteJobResponse { run_job_handle: run.job_handle })
    }

    /// Pauses or goes on with a run or a schedule.
    async fn pause(&self, company: &str, handle: &str, paused: bool) -> Result<i32, Error> {
        if let Some(schedule) = self.find_schedule(company, handle).await? {
            let state = match self.jobs.pause_schedule(schedule.id, paused).await? {
                Trigger::Paused => proto::ActiveJobState::Paused,
                Trigger::Complete => proto::ActiveJobState::Done,
                Trigger::Normal | Trigger::Blocked => proto::ActiveJobState::New,
            };
            return Ok(state as i32);
        }
        let job = self.find(company, handle).await?;
        let state = match paused {
            true => self.jobs.pause_job(job.id).await?,
            false => self.jobs.resume_job(job.id).await?,
        };
        tracing::info!(job = handle, ?state, paused, "pause or resume was asked for");
        Ok(convert_job::state(state) as i32)
    }

    async fn delete(&self, request: proto::DeleteJobRequest) -> Result<(), Error> {
        let (company, handle) = (&request.company_handle, &request.job_handle);
        if let Some(schedule) = self.find_schedule(company, handle).await? {
            self.jobs.delete_schedule(schedule.id).await?;
        } else {
            let job = self.find(company, handle).await?;
            self.jobs.delete_job(job.id).await?;
        }
        tracing::info!(job = handle, "deleted");
        Ok(())
    }

    async fn submit(
        &self,
        request: proto::SubmitJobRequest,
    ) -> Result<proto::SubmitJobResponse, Error> {
        let submit = convert_submit::submit(&self.config, request)?;
        let answer = self.jobs.submit(submit).await?;
        if !answer.job_handle.is_empty() {
            tracing::info!(job = answer.job_handle, "submitted");
        }
        Ok(convert_job::submitted(answer))
    }

    async fn get(&self, request: proto::GetJobRequest) -> Result<proto::GetJobResponse, Error> {
        let mask = convert::read_mask(request.read_mask.as_ref(), &JOB_FIELDS)
            .map_err(|wrong| CallerError::Invalid(vec![wrong]))?;
        let handle = &request.job_handle;
        if let Some(schedule) = self.find_schedule(&request.company_handle, handle).await? {
            let found = get_job_response::Result::ScheduledJob(self.scheduled(&schedule).await?);
            return Ok(proto::GetJobResponse { result: Some(found) });
        }
        let job = self.find(&request.company_handle, &request.job_handle).await?;
        let wants_handles = mask.as_ref().is_none_or(|mask| mask.contains("export_job"));
        let handles = match wants_handles {
            true => self.jobs.store.handles(job.id, MAX_HANDLES).await?,
            false => Vec::new(),
        };
        let active = convert_job::active_job(&job, handles, mask.as_ref());
        Ok(proto::GetJobResponse { result: Some(get_job_response::Result::ActiveJob(active)) })
    }

    async fn list(
        &self,
        request: proto::GetActiveJobsRequest,
    ) -> Result<proto::GetActiveJobsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let filter = format!("{company}\n{}", request.original_name);
        let mut violations = Vec::new();
        let mut collect = |wrong| violations.push(wrong);
        let limit = convert::page_size(request.page_size).map_err(&mut collect).unwrap_or(0);
        let before = convert::read_page_token(&filter, &request.page_token, i64::MAX)
            .map_err(&mut collect)
            .unwrap_or(0);
        let mask = convert::read_mask(request.read_mask.as_ref(), &JOB_FIELDS)
            .map_err(&mut collect)
            .unwrap_or(None);
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let rows = match request.job_handle.as_str() {
            "" => self.jobs.store.jobs(&company, &request.original_name, before, limit + 1).await?,
            handle => vec![self.find(&request.company_handle, handle).await?],
        };
        let page = &rows[..rows.len().min(limit as usize)];
        let next_page_token = match page.last() {
            Some(last) if rows.len() > page.len() => convert::page_token(&filter, last.id),
            _ => String::new(),
        };
        let mut job_array = Vec::with_capacity(page.len());
        for row in page {
            // Lists leave the handles out: GetJob has them.
            job_array.push(convert_job::active_job(row, Vec::new(), mask.as_ref()));
        }
        Ok(proto::GetActiveJobsResponse { job_array, next_page_token })
    }

    async fn stop(&self, request: proto::StopJobRequest) -> Result<proto::StopJobResponse, Error> {
        let handle = &request.job_handle;
        if self.find_schedule(&request.company_handle, handle).await?.is_some() {
            return Err(CallerError::Precondition {
                reason: "NOT_A_RUN",
                message: format!(
                    "{handle:?} is a schedule: PauseJob pauses it, DeleteJob removes it, and its \
                     runs are stopped by their own handles"
                ),
            }
            .into());
        }
        let job = self.find(&request.company_handle, &request.job_handle).await?;
        let state = self.jobs.stop_job(job.id).await?;
        tracing::info!(job = request.job_handle, ?state, "stop was asked for");
        Ok(proto::StopJobResponse { state: convert_job::state(state) as i32 })
    }

    async fn artifacts(
        &self,
        request: proto::ListArtifactsRequest,
    ) -> Result<proto::ListArtifactsResponse, Error> {
        let job = self.find(&request.company_handle, &request.job_handle).await?;
        let invalid = |wrong| CallerError::Invalid(vec![wrong]);
        let limit = convert::page_size(request.page_size).map_err(invalid)?;
        let filter = &request.job_handle;
        let from = convert::read_page_token(filter, &request.page_token, 0).map_err(invalid)?;
        let rows = self.jobs.store.artifacts(job.id, from, limit + 1).await?;
        let page = &rows[..rows.len().min(limit as usize)];
        let next_page_token = match rows.get(page.len()) {
            Some(next) => convert::page_token(filter, next.idx),
            None => String::new(),
        };
        let artifacts = page.iter().map(convert_job::artifact).collect();
        Ok(proto::ListArtifactsResponse { artifacts, next_page_token })
    }

    async fn download(
        &self,
        request: proto::DownloadArtifactRequest,
    ) -> Result<Chunks<proto::DownloadArtifactResponse>, Error> {
        let job = self.find(&request.company_handle, &request.job_handle).await?;
        let not_found = || CallerError::NotFound {
            reason: "ARTIFACT_NOT_FOUND",
            what: "artifact",
            name: request.artifact_id.clone(),
        };
        let idx: i64 = request.artifact_id.parse().map_err(|_| not_found())?;
        let row = self.jobs.store.artifact(job.id, idx).await?.ok_or_else(not_found)?;
        if row.blob.is_empty() {
            return Err(CallerError::Precondition {
                reason: "ARTIFACT_EXPIRED",
                message: format!(
                    "artifact {:?} ({}) was removed: artifacts are kept for {} hours \
                     (jobs.keep_artifacts_hours), and until their job is deleted",
                    request.artifact_id, row.file_name, self.config.jobs.keep_artifacts_hours
                ),
            }
            .into());
        }
        let header = proto::DownloadArtifactResponse {
            data: Some(download_artifact_response::Data::Header(convert_job::artifact(&row))),
            offset: request.offset,
        };
        let download = Download {
            key: row.blob,
            size: row.size,
            offset: request.offset,
            chunk_size: request.chunk_size,
        };
        let chunk = |bytes: Bytes, offset| proto::DownloadArtifactResponse {
            data: Some(download_artifact_response::Data::Chunk(bytes)),
            offset,
        };
        download.stream(&self.jobs.blobs, header, chunk).await
    }
}

fn not_a_schedule(handle: &str) -> CallerError {
    CallerError::Precondition {
        reason: "NOT_A_SCHEDULE",
        message: format!("{handle:?} is a run and no schedule"),
    }
}

/// The job of a handle; a job of another company looks unknown.
pub async fn find(
    jobs: &Jobs,
    config: &Config,
    company: &str,
    handle: &str,
) -> Result<JobRow, Error> {
    let company = convert::company(config, company)?;
    let id = parse_job_handle(handle).unwrap_or(0);
    let job = jobs.store.job(id).await?.filter(|job| {
        job.company == company && job_handle(&job.company, &job.run_name, job.id) == handle
    });
    Ok(job.ok_or_else(|| not_found(handle))?)
}

/// There is no such job.
pub fn not_found(name: &str) -> CallerError {
    CallerError::NotFound { reason: "JOB_NOT_FOUND", what: "job", name: name.to_owned() }
}

#[tonic::async_trait]
impl JobService for JobsService {
    async fn submit_job(
        &self,
        request: Request<proto::SubmitJobRequest>,
    ) -> Result<Response<proto::SubmitJobResponse>, Status> {
        Ok(Response::new(self.submit(request.into_inner()).await?))
    }

    async fn get_job(
        &self,
        request: Request<proto::GetJobRequest>,
    ) -> Result<Response<proto::GetJobResponse>, Status> {
        Ok(Response::new(self.get(request.into_inner()).await?))
    }

    async fn get_active_jobs(
        &self,
        request: Request<proto::GetActiveJobsRequest>,
    ) -> Result<Response<proto::GetActiveJobsResponse>, Status> {
        Ok(Response::new(self.list(request.into_inner()).await?))
    }

    async fn stop_job(
        &self,
        request: Request<proto::StopJobRequest>,
    ) -> Result<Response<proto::StopJobResponse>, Status> {
        Ok(Response::new(self.stop(request.into_inner()).await?))
    }

    async fn execute_job(
        &self,
        request: Request<proto::ExecuteJobRequest>,
    ) -> Result<Response<proto::ExecuteJobResponse>, Status> {
        Ok(Response::new(self.execute(request.into_inner()).await?))
    }

    async fn get_scheduled_jobs(
        &self,
        request: Request<proto::GetScheduledJobsRequest>,
    ) -> Result<Response<proto::GetScheduledJobsResponse>, Status> {
        Ok(Response::new(self.list_schedules(request.into_inner()).await?))
    }

    async fn pause_job(
        &self,
        request: Request<proto::PauseJobRequest>,
    ) -> Result<Response<proto::PauseJobResponse>, Status> {
        let request = request.into_inner();
        let state = self.pause(&request.company_handle, &request.job_handle, true).await?;
        Ok(Response::new(proto::PauseJobResponse { state }))
    }

    async fn resume_job(
        &self,
        request: Request<proto::ResumeJobRequest>,
    ) -> Result<Response<proto::ResumeJobResponse>, Status> {
        let request = request.into_inner();
        let state = self.pause(&request.company_handle, &request.job_handle, false).await?;
        Ok(Response::new(proto::ResumeJobResponse { state }))
    }

    async fn delete_job(
        &self,
        request: Request<proto::DeleteJobRequest>,
    ) -> Result<Response<proto::DeleteJobResponse>, Status> {
        self.delete(request.into_inner()).await?;
        Ok(Response::new(proto::DeleteJobResponse {}))
    }

    type WatchJobStream = WatchStream;

    async fn watch_job(
        &self,
        request: Request<proto::WatchJobRequest>,
    ) -> Result<Response<WatchStream>, Status> {
        let request = request.into_inner();
        let schedule = self.find_schedule(&request.company_handle, &request.job_handle).await?;
        let watched = match schedule {
            Some(schedule) => Watched::Schedule(schedule),
            None => Watched::Run(self.find(&request.company_handle, &request.job_handle).await?),
        };
        Ok(Response::new(self.watchers.watch(watched, request).await?))
    }

    async fn list_artifacts(
        &self,
        request: Request<proto::ListArtifactsRequest>,
    ) -> Result<Response<proto::ListArtifactsResponse>, Status> {
        Ok(Response::new(self.artifacts(request.into_inner()).await?))
    }

    type DownloadArtifactStream = Chunks<proto::DownloadArtifactResponse>;

    async fn download_artifact(
        &self,
        request: Request<proto::DownloadArtifactRequest>,
    ) -> Result<Response<Self::DownloadArtifactStream>, Status> {
        Ok(Response::new(self.download(request.into_inner()).await?))
    }
}
