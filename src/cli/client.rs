//! A connection to a server, and the lists that several commands read whole.

use super::Connection;
use super::status::{self, Failure};
use crate::modifiers::Macros;
use crate::proto::asset_service_client::AssetServiceClient;
use crate::proto::image_format_service_client::ImageFormatServiceClient;
use crate::proto::job_log_service_client::JobLogServiceClient;
use crate::proto::job_service_client::JobServiceClient;
use crate::proto::{
    Artifact, Asset, GetImageFormatsRequest, ImageFormat, ListArtifactsRequest,
    SearchAssetsRequest, TrashState,
};
use std::time::Duration;
use tonic::transport::{Channel, Endpoint};

/// Entries asked for at once; the most that the contract allows.
const PAGE_SIZE: i32 = 1000;
/// The largest answer that is read: a page of 1000 entries fits many times.
const MAX_ANSWER: usize = 64 << 20;

/// The services of one server, and the company that is meant.
#[derive(Clone)]
pub struct Client {
    pub assets: AssetServiceClient<Channel>,
    pub formats: ImageFormatServiceClient<Channel>,
    pub jobs: JobServiceClient<Channel>,
    pub logs: JobLogServiceClient<Channel>,
    pub company: String,
}

/// Connects to the server. The error names the address and what to do.
pub async fn connect(connection: &Connection) -> Result<Client, Failure> {
    let url = if connection.server.contains("://") {
        connection.server.clone()
    } else {
        format!("http://{}", connection.server)
    };
    let channel = Endpoint::from_shared(url.clone())
        .map_err(|error| {
            Failure::request(format!(
                "'{url}' is no server address ({error}); it looks like http://127.0.0.1:50051"
            ))
        })?
        .connect_timeout(Duration::from_secs(10))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_while_idle(true)
        .connect()
        .await
        .map_err(|error| status::no_server(&url, &error))?;
    Ok(Client {
        assets: AssetServiceClient::new(channel.clone()).max_decoding_message_size(MAX_ANSWER),
        formats: ImageFormatServiceClient::new(channel.clone())
            .max_decoding_message_size(MAX_ANSWER),
        jobs: JobServiceClient::new(channel.clone()).max_decoding_message_size(MAX_ANSWER),
        logs: JobLogServiceClient::new(channel).max_decoding_message_size(MAX_ANSWER),
        company: connection.company.clone(),
    })
}

impl Client {
    /// All assets that match: of one folder, or of the whole library when
    /// `folder` is `None`.
    pub async fn search_assets(
        &mut self,
        folder: Option<&str>,
        name_contains: &str,
        trash_state: TrashState,
    ) -> Result<Vec<Asset>, Failure> {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = SearchAssetsRequest {
                company_handle: self.company.clone(),
                folder: folder.unwrap_or_default().to_string(),
                include_subfolders: true,
                name_contains: name_contains.to_string(),
                trash_state: trash_state.into(),
                page_size: PAGE_SIZE,
                page_token,
                ..Default::default()
            };
            let page = self.assets.search_assets(request).await?.into_inner();
            found.extend(page.asset_array);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(found);
            }
        }
    }

    /// All image formats, by name.
    pub async fn image_formats(&mut self) -> Result<Vec<ImageFormat>, Failure> {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = GetImageFormatsRequest {
                company_handle: self.company.clone(),
                page_size: PAGE_SIZE,
                page_token,
            };
            let page = self.formats.get_image_formats(request).await?.into_inner();
            found.extend(page.image_format_array);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(found);
            }
        }
    }

    /// The image formats as the macros that a modifier may call.
    pub async fn macros(&mut self) -> Result<Macros, Failure> {
        let mut macros = Macros::new();
        for format in self.image_formats().await? {
            macros.insert(&format.name, &format.url_modifier);
        }
        Ok(macros)
    }

    /// All files of a job, in the order of its request.
    pub async fn artifacts(&mut self, job_handle: &str) -> Result<Vec<Artifact>, Failure> {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = ListArtifactsRequest {
                company_handle: self.company.clone(),
                job_handle: job_handle.to_string(),
                page_size: PAGE_SIZE,
                page_token,
            };
            let page = self.jobs.list_artifacts(request).await?.into_inner();
            found.extend(page.artifacts);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(found);
            }
        }
    }
}
