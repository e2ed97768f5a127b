//! JobService, but for the stream of WatchJob.

use super::convert;
use super::convert_job::{self, JOB_FIELDS};
use super::download::{Chunks, Download};
use super::watch::WatchStream;
use super::watchers::Watchers;
use crate::config::Config;
use crate::error::{CallerError, Error};
use crate::jobs::Jobs;
use crate::jobs::vocabulary::{job_handle, parse_job_handle};
use crate::proto::job_service_server::JobService;
use crate::proto::{self, download_artifact_response, get_job_response};
use crate::store::jobs::JobRow;
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

    async fn submit(
        &self,
        request: proto::SubmitJobRequest,
    ) -> Result<proto::SubmitJobResponse, Error> {
        let submit = convert_job::submit(&self.config, request)?;
        let answer = self.jobs.submit(submit).await?;
        if !answer.job_handle.is_empty() {
            tracing::info!(job = answer.job_handle, "submitted");
        }
        Ok(convert_job::submitted(answer))
    }

    async fn get(&self, request: proto::GetJobRequest) -> Result<proto::GetJobResponse, Error> {
        let mask = convert::read_mask(request.read_mask.as_ref(), &JOB_FIELDS)
            .map_err(|wrong| CallerError::Invalid(vec![wrong]))?;
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
        let rows = self.jobs.store.artifacts(job.id, idx, 1).await?;
        let row = rows.into_iter().find(|row| row.idx == idx).ok_or_else(not_found)?;
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

    type WatchJobStream = WatchStream;

    async fn watch_job(
        &self,
        request: Request<proto::WatchJobRequest>,
    ) -> Result<Response<WatchStream>, Status> {
        let request = request.into_inner();
        let job = self.find(&request.company_handle, &request.job_handle).await?;
        Ok(Response::new(self.watchers.watch(job, request)?))
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
