//! A server in this process, with its data in a temporary folder, and the
//! generated clients.

use offprint::app::App;
use offprint::config::Config;
use offprint::jobs::Jobs;
use offprint::proto::asset_service_client::AssetServiceClient;
use offprint::proto::image_format_service_client::ImageFormatServiceClient;
use offprint::proto::job_log_service_client::JobLogServiceClient;
use offprint::proto::job_service_client::JobServiceClient;
use offprint::proto::watch_job_response::Event;
use offprint::proto::*;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub const ASTRONAUT: &[u8] = include_bytes!("../../samples/astronaut.png");
pub const CAT: &[u8] = include_bytes!("../../samples/chelsea.png");
pub const HUBBLE: &[u8] = include_bytes!("../../samples/hubble_deep_field.jpg");

pub struct Service {
    app: Option<App>,
    /// Removed with the service.
    _folder: TempDir,
    config: Config,
    channel: Channel,
}

impl Service {
    pub async fn start() -> Service {
        Service::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Service {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data_dir: folder.path().join("data"),
            listen: ([127, 0, 0, 1], 0).into(),
            decoder_program: Some(env!("CARGO_BIN_EXE_offprint").into()),
            ..Config::default()
        };
        config.jobs.drain_seconds = 2;
        change(&mut config);
        let app = App::start(config.clone()).await.unwrap();
        let channel = connect(&app).await;
        Service { app: Some(app), _folder: folder, config, channel }
    }

    /// Stops the server and starts another one on the same data, running
    /// `between` while nobody holds the database.
    pub async fn restart(&mut self, between: impl AsyncFnOnce(PathBuf)) {
        self.app.take().unwrap().stop().await.unwrap();
        between(self.data().join("offprint.db")).await;
        let app = App::start(self.config.clone()).await.unwrap();
        self.channel = connect(&app).await;
        self.app = Some(app);
    }

    /// Restarts with other settings.
    pub async fn reconfigure(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        self.restart(async |_| {}).await;
    }

    /// What the server itself calls from time to time.
    pub fn jobs_core(&self) -> &Arc<Jobs> {
        self.app.as_ref().unwrap().jobs()
    }

    pub fn data(&self) -> PathBuf {
        self.config.data_dir.clone()
    }

    /// Stored files, originals and outputs, without the database.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.data().join("originals"), self.data().join("outputs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found.sort();
        found
    }

    pub fn assets(&self) -> AssetServiceClient<Channel> {
        AssetServiceClient::new(self.channel.clone())
    }

    pub fn formats(&self) -> ImageFormatServiceClient<Channel> {
        ImageFormatServiceClient::new(self.channel.clone())
    }

    pub fn jobs(&self) -> JobServiceClient<Channel> {
        JobServiceClient::new(self.channel.clone())
    }

    pub fn logs(&self) -> JobLogServiceClient<Channel> {
        JobLogServiceClient::new(self.channel.clone())
    }

    /// A client that can hold little before it reads.
    pub async fn jobs_with_small_windows(&self) -> JobServiceClient<Channel> {
        let address = format!("http://{}", self.app.as_ref().unwrap().address());
        let endpoint = Channel::from_shared(address).unwrap();
        let endpoint = endpoint.initial_stream_window_size(16_384);
        let endpoint = endpoint.initial_connection_window_size(65_535);
        JobServiceClient::new(endpoint.connect().await.unwrap())
    }

    pub async fn upload(&self, file_name: &str, bytes: &[u8]) -> String {
        let header = UploadHeader { file_name: file_name.into(), ..Default::default() };
        self.try_upload(header, bytes).await.unwrap().asset_handle
    }

    pub async fn try_upload(&self, header: UploadHeader, bytes: &[u8]) -> Result<Asset, Status> {
        let answer = self.assets().upload_asset(upload_messages(header, bytes)).await?;
        Ok(answer.into_inner().asset.unwrap())
    }

    pub async fn register(&self, name: &str, asset_type: AssetType) -> String {
        let request = RegisterAssetRequest {
            name: name.into(),
            r#type: asset_type.into(),
            ..Default::default()
        };
        let answer = self.assets().register_asset(request).await.unwrap();
        answer.into_inner().asset.unwrap().asset_handle
    }

    pub async fn save_format(&self, name: &str, text: &str) -> ImageFormat {
        let format =
            ImageFormat { name: name.into(), url_modifier: text.into(), ..Default::default() };
        let request = SaveImageFormatRequest { image_format: Some(format), ..Default::default() };
        let answer = self.formats().save_image_format(request).await.unwrap();
        answer.into_inner().image_format.unwrap()
    }

    pub async fn submit(&self, job: ExportJob) -> String {
        self.try_submit(request(job)).await.unwrap().job_handle
    }

    pub async fn try_submit(&self, request: SubmitJobRequest) -> Result<SubmitJobResponse, Status> {
        Ok(self.jobs().submit_job(request).await?.into_inner())
    }

    pub async fn get(&self, job: &str) -> ActiveJob {
        let request = GetJobRequest { job_handle: job.into(), ..Default::default() };
        let answer = self.jobs().get_job(request).await.unwrap().into_inner();
        match answer.result.unwrap() {
            get_job_response::Result::ActiveJob(job) => job,
            get_job_response::Result::ScheduledJob(_) => panic!("not scheduled"),
        }
    }

    /// All numbered events up to the end of the job.
    pub async fn watch(&self, job: &str) -> Vec<WatchJobResponse> {
        self.watch_after(job, 0).await.unwrap()
    }

    pub async fn watch_after(
        &self,
        job: &str,
        after: u64,
    ) -> Result<Vec<WatchJobResponse>, Status> {
        let request = WatchJobRequest {
            job_handle: job.into(),
            after_sequence: after,
            omit_progress: true,
            ..Default::default()
        };
        let mut stream = self.jobs().watch_job(request).await?.into_inner();
        let mut events = Vec::new();
        while let Some(message) = stream.message().await? {
            if message.sequence > 0 {
                events.push(message);
            }
        }
        Ok(events)
    }

    pub async fn artifacts(&self, job: &str) -> Vec<Artifact> {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request =
                ListArtifactsRequest { job_handle: job.into(), page_token, ..Default::default() };
            let page = self.jobs().list_artifacts(request).await.unwrap().into_inner();
            all.extend(page.artifacts);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return all;
            }
        }
    }

    pub async fn download(&self, job: &str, artifact: &Artifact) -> Vec<u8> {
        self.download_from(job, &artifact.artifact_id, 0).await.unwrap()
    }

    pub async fn download_from(
        &self,
        job: &str,
        artifact_id: &str,
        offset: i64,
    ) -> Result<Vec<u8>, Status> {
        let request = DownloadArtifactRequest {
            job_handle: job.into(),
            artifact_id: artifact_id.into(),
            offset,
            chunk_size: 10_000,
            ..Default::default()
        };
        let mut stream = self.jobs().download_artifact(request).await?.into_inner();
        let mut bytes = Vec::new();
        while let Some(message) = stream.message().await? {
            if let Some(download_artifact_response::Data::Chunk(chunk)) = message.data {
                assert_eq!(message.offset, offset + bytes.len() as i64);
                bytes.extend_from_slice(&chunk);
            }
        }
        Ok(bytes)
    }

    /// Submits, waits for the end, and returns the events and the outputs in
    /// the order of the request.
    pub async fn export(
        &self,
        job: ExportJob,
    ) -> (Vec<WatchJobResponse>, Vec<(Artifact, Vec<u8>)>) {
        let job = self.submit(job).await;
        let events = self.watch(&job).await;
        check_events(&events);
        let mut outputs = Vec::new();
        for artifact in self.artifacts(&job).await {
            let bytes = self.download(&job, &artifact).await;
            assert_eq!(bytes.len() as i64, artifact.size_bytes);
            outputs.push((artifact, bytes));
        }
        (events, outputs)
    }
}

async fn connect(app: &App) -> Channel {
    let address = format!("http://{}", app.address());
    Channel::from_shared(address).unwrap().connect().await.unwrap()
}

pub fn upload_messages(
    header: UploadHeader,
    bytes: &[u8],
) -> tokio_stream::Iter<std::vec::IntoIter<UploadAssetRequest>> {
    let mut messages =
        vec![UploadAssetRequest { data: Some(upload_asset_request::Data::Header(header)) }];
    for chunk in bytes.chunks(100_000) {
        let chunk = upload_asset_request::Data::Chunk(chunk.to_vec().into());
        messages.push(UploadAssetRequest { data: Some(chunk) });
    }
    tokio_stream::iter(messages)
}

/// Every output by itself.
pub fn files() -> Option<ExportOptions> {
    Some(ExportOptions { package_mode: PackageMode::Files.into(), ..Default::default() })
}

/// A conversion of these assets.
pub fn convert(handles: &[&str], is_modifier: &str) -> ExportJob {
    ExportJob {
        asset_handle_array: Some(HandleArray {
            items: handles.iter().map(|h| h.to_string()).collect(),
        }),
        fmt: ExportFmt::Convert.into(),
        is_modifier: is_modifier.into(),
        options: files(),
        ..Default::default()
    }
}

/// The originals of these assets.
pub fn orig(handles: &[&str]) -> ExportJob {
    ExportJob { fmt: ExportFmt::Orig.into(), ..convert(handles, "") }
}

pub fn request(job: ExportJob) -> SubmitJobRequest {
    SubmitJobRequest { job: Some(submit_job_request::Job::ExportJob(job)), ..Default::default() }
}

/// Code, reason and the fields of the violations.
pub fn refusal(status: &Status) -> (Code, String, Vec<String>) {
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone()).unwrap_or_default();
    let fields = details
        .bad_request()
        .map(|bad| bad.field_violations.iter().map(|violation| violation.field.clone()).collect());
    (status.code(), reason, fields.unwrap_or_default())
}

/// The reason of a problem that is data.
pub fn reason(status: &tonic_types::Status) -> String {
    let info = status.details.iter().find(|any| any.type_url.ends_with("google.rpc.ErrorInfo"));
    let info: tonic_types::pb::ErrorInfo = prost::Message::decode(&*info.unwrap().value).unwrap();
    assert_eq!(info.domain, "offprint");
    info.reason
}

/// Index and reason of every asset that failed, in the order of the request.
pub fn failures(events: &[WatchJobResponse]) -> Vec<(i32, String)> {
    let mut failures = Vec::new();
    for event in events {
        if let Some(Event::AssetFailed(failed)) = &event.event {
            let asset = failed.asset.as_ref().unwrap();
            failures.push((asset.index, reason(failed.error.as_ref().unwrap())));
        }
    }
    failures.sort();
    failures
}

/// Reasons of the warnings about assets, and of those about the job.
pub fn warnings(events: &[WatchJobResponse]) -> (Vec<String>, Vec<String>) {
    let (mut assets, mut job) = (Vec::new(), Vec::new());
    for event in events {
        match &event.event {
            Some(Event::AssetWarning(w)) => assets.push(reason(w.warning.as_ref().unwrap())),
            Some(Event::JobWarning(w)) => job.push(reason(w.warning.as_ref().unwrap())),
            _ => {}
        }
    }
    (assets, job)
}

pub fn finished(events: &[WatchJobResponse]) -> (JobOutcome, JobCounts) {
    match &events.last().unwrap().event {
        Some(Event::JobFinished(finished)) => (finished.outcome(), finished.counts.unwrap()),
        other => panic!("the last event is {other:?}"),
    }
}

/// The rules of 03 §6.2, 1 and 2, on all events of a finished job.
pub fn check_events(events: &[WatchJobResponse]) {
    for (i, event) in events.iter().enumerate() {
        assert_eq!(event.sequence, i as u64 + 1, "numbers have no gap");
        assert_eq!(event.last_sequence, event.sequence);
        assert!(event.event_time.is_some());
    }
    assert!(matches!(events[0].event, Some(Event::JobAccepted(_))));
    let mut job_started = false;
    let mut started = std::collections::HashMap::new();
    let mut settled = std::collections::HashSet::new();
    for event in events {
        match event.event.as_ref().unwrap() {
            Event::JobStarted(_) => {
                assert!(!job_started, "a job starts once");
                job_started = true;
            }
            Event::AssetStarted(e) => {
                assert!(job_started);
                let index = e.asset.as_ref().unwrap().index;
                let before = started.insert(index, e.attempt).unwrap_or(0);
                assert!(e.attempt > before, "attempts count up");
                assert!(!settled.contains(&index), "what is settled is not started again");
            }
            Event::AssetWarning(e) => {
                assert!(started.contains_key(&e.asset.as_ref().unwrap().index));
            }
            Event::AssetCompleted(e) => {
                let index = e.asset.as_ref().unwrap().index;
                assert!(started.contains_key(&index) && settled.insert(index));
            }
            Event::AssetFailed(e) => {
                assert!(settled.insert(e.asset.as_ref().unwrap().index), "settled once");
            }
            Event::AssetCancelled(e) => {
                assert!(settled.insert(e.asset.as_ref().unwrap().index), "settled once");
            }
            _ => {}
        }
    }
    let (_, counts) = finished(events);
    assert_eq!(counts.success + counts.error + counts.cancelled, counts.total);
    assert_eq!(settled.len() as i64, counts.total);
}

/// An opaque picture of one colour as PNG.
pub fn png(width: u32, height: u32, rgb: [u8; 3]) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb(rgb));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
