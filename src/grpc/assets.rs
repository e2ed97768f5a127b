//! AssetService.

use super::broken_off::BrokenOff;
use super::convert::{self, ASSET_FIELDS};
use super::download::{Chunks, Download};
use crate::blobs::{BlobError, original_key};
use crate::config::Config;
use crate::error::{CallerError, Error, OperatorError, Violation};
use crate::jobs::Jobs;
use crate::jobs::vocabulary::{AssetType, parse_asset_handle};
use crate::library::{self, Library, NewFile, NewRegistration};
use crate::proto::asset_service_server::AssetService;
use crate::proto::{self, download_asset_response, upload_asset_request};
use crate::store::assets::AssetRow;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use tonic::{Request, Response, Status, Streaming};

/// Most bytes of an upload's chunk (03 §6.2).
const MAX_CHUNK: usize = 1 << 20;

/// Most handles or names of one request.
pub(super) const MAX_HANDLES: usize = 1000;

pub struct Assets {
    pub library: Library,
    pub jobs: Arc<Jobs>,
    pub config: Arc<Config>,
}

impl Assets {
    async fn upload(
        &self,
        mut messages: Streaming<proto::UploadAssetRequest>,
        broken_off: BrokenOff,
    ) -> Result<proto::UploadAssetResponse, Status> {
        let first = messages.message().await?.and_then(|message| message.data);
        let Some(upload_asset_request::Data::Header(header)) = first else {
            let text = "the first message of an upload must be its header";
            let wrong = Violation::new("header", "MISSING_PARAMETER", text);
            return Err(CallerError::Invalid(vec![wrong]).into());
        };
        let file = self.new_file(header)?;
        let mut upload = self.library.begin_upload(file).await?;
        while let Some(message) = messages.message().await? {
            match message.data {
                Some(upload_asset_request::Data::Chunk(chunk)) if chunk.len() <= MAX_CHUNK => {
                    upload.write(chunk).await?;
                }
                Some(upload_asset_request::Data::Chunk(chunk)) => {
                    let text = format!("a chunk has {} bytes: at most {MAX_CHUNK}", chunk.len());
                    let wrong = Violation::new("chunk", "INVALID_PARAMETER", text);
                    return Err(CallerError::Invalid(vec![wrong]).into());
                }
                Some(upload_asset_request::Data::Header(_)) => {
                    let text = "an upload has one header, and it comes first";
                    let wrong = Violation::new("header", "INVALID_PARAMETER", text);
                    return Err(CallerError::Invalid(vec![wrong]).into());
                }
                None => {}
            }
        }
        if broken_off.happened() {
            return Err(Status::cancelled("the upload was broken off; nothing was stored"));
        }
        // A task of its own: a client that leaves now must not leave a file without a row.
        let finished = tokio::spawn(upload.finish()).await.map_err(Error::from)?;
        let (asset, updated) = finished?;
        Ok(proto::UploadAssetResponse {
            job_handle: String::new(),
            asset: Some(convert::asset(&asset, None)),
            updated,
        })
    }

    fn new_file(&self, header: proto::UploadHeader) -> Result<NewFile, CallerError> {
        let company = convert::company(&self.config, &header.company_handle)?;
        let mut violations = Vec::new();
        for (field, set) in [
            ("header.job_name", !header.job_name.is_empty()),
            ("header.job_handle", !header.job_handle.is_empty()),
            ("header.end_job", header.end_job),
            ("header.request_id", !header.request_id.is_empty()),
            ("header.email_setting", mails(header.email_setting)),
        ] {
            if set {
                violations.push(Violation::unimplemented(field));
            }
        }
        if let Err(text) = library::check_file_name(&header.file_name) {
            violations.push(Violation::new("header.file_name", "INVALID_PARAMETER", text));
        }
        let folder = library::folder(&header.dest_folder).unwrap_or_else(|text| {
            violations.push(Violation::new("header.dest_folder", "INVALID_PARAMETER", text));
            String::new()
        });
        if header.size_bytes < 0 {
            let text = format!("size_bytes is {}: it must not be negative", header.size_bytes);
            violations.push(Violation::new("header.size_bytes", "INVALID_PARAMETER", text));
        }
        if !header.sha256.is_empty() && header.sha256.len() != 32 {
            let text = format!("sha256 has {} bytes: it must have 32", header.sha256.len());
            violations.push(Violation::new("header.sha256", "INVALID_PARAMETER", text));
        }
        let asset_type = asset_type(header.asset_type, "header.asset_type", &mut violations);
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations));
        }
        Ok(NewFile {
            company,
            folder,
            file_name: header.file_name,
            overwrite: header.overwrite,
            size: header.size_bytes as u64,
            sha256: hex::encode(header.sha256),
            asset_type,
        })
    }

    async fn register(
        &self,
        request: proto::RegisterAssetRequest,
    ) -> Result<proto::RegisterAssetResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let asset_type = asset_type(request.r#type, "type", &mut violations);
        if asset_type == AssetType::Unspecified && violations.is_empty() {
            let text = "say what the asset is, for example ASSET_TYPE_IMAGE_SET";
            violations.push(Violation::new("type", "MISSING_PARAMETER", text));
        }
        if let Err(text) = library::check_file_name(&request.name) {
            violations.push(Violation::new("name", "INVALID_PARAMETER", text));
        }
        let folder = library::folder(&request.folder).unwrap_or_else(|text| {
            violations.push(Violation::new("folder", "INVALID_PARAMETER", text));
            String::new()
        });
        let mut owner = 0;
        if !request.owner_handle.is_empty() {
            let id = parse_asset_handle(&request.owner_handle).ok().flatten().unwrap_or(0);
            match self.library.store.asset(&company, id).await? {
                Some(asset) => owner = asset.id,
                None => violations.push(Violation::new(
                    "owner_handle",
                    "ASSET_NOT_FOUND",
                    format!("there is no asset {:?}", request.owner_handle),
                )),
            }
        }
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let asset = self.library.register(NewRegistration {
            company,
            folder,
            name: request.name,
            asset_type,
            sub_type: request.sub_type,
            owner,
            url: request.url,
        });
        let asset = convert::asset(&asset.await?, None);
        Ok(proto::RegisterAssetResponse { asset: Some(asset) })
    }

    async fn get(
        &self,
        request: proto::GetAssetsRequest,
    ) -> Result<proto::GetAssetsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mask = convert::read_mask(request.read_mask.as_ref(), &ASSET_FIELDS);
        let mask = mask.map_err(|wrong| CallerError::Invalid(vec![wrong]))?;
        let handles = request.asset_handle_array;
        if handles.len() > MAX_HANDLES {
            let text = format!("{} handles: at most {MAX_HANDLES} at once", handles.len());
            let wrong = Violation::new("asset_handle_array", "INVALID_PARAMETER", text);
            return Err(CallerError::Invalid(vec![wrong]).into());
        }
        let mut ids = Vec::with_capacity(handles.len());
        let mut violations = Vec::new();
        for (index, handle) in handles.iter().enumerate() {
            match parse_asset_handle(handle) {
                Ok(id) => ids.extend(id),
                Err(wrong) => violations.push(Violation::new(
                    format!("asset_handle_array[{index}]"),
                    "INVALID_PARAMETER",
                    format!("{handle:?} {wrong}"),
                )),
            }
        }
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let rows = self.library.store.assets(&company, &ids).await?;
        let by_id: HashMap<i64, AssetRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        let found = ids.iter().filter_map(|id| by_id.get(id));
        let asset_array = found.map(|row| convert::asset(row, mask.as_ref())).collect();
        Ok(proto::GetAssetsResponse { asset_array })
    }

    async fn download(
        &self,
        request: proto::DownloadAssetRequest,
    ) -> Result<Chunks<proto::DownloadAssetResponse>, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let id = parse_asset_handle(&request.asset_handle).ok().flatten().unwrap_or(0);
        let row = self.with_file(&company, id, &request.asset_handle).await?;
        match self.stream(&row, &request).await {
            // replaced since the row was read
            Err(Error::Operator(OperatorError::Blob(BlobError::Missing(_)))) => {
                let row = self.with_file(&company, id, &request.asset_handle).await?;
                self.stream(&row, &request).await
            }
            streamed => streamed,
        }
    }

    pub(super) async fn with_file(
        &self,
        company: &str,
        id: i64,
        handle: &str,
    ) -> Result<AssetRow, Error> {
        let not_found =
            |what, reason| CallerError::NotFound { reason, what, name: handle.to_owned() };
        let row = self.library.store.asset(company, id).await?;
        let row = row.ok_or_else(|| not_found("asset", "ASSET_NOT_FOUND"))?;
        if row.sha256.is_empty() {
            return Err(not_found("file of asset", "NO_ORIGINAL").into());
        }
        Ok(row)
    }

    async fn stream(
        &self,
        row: &AssetRow,
        request: &proto::DownloadAssetRequest,
    ) -> Result<Chunks<proto::DownloadAssetResponse>, Error> {
        let header = proto::DownloadAssetResponse {
            data: Some(download_asset_response::Data::Header(convert::asset(row, None))),
            offset: request.offset,
        };
        let download = Download {
            key: original_key(&row.sha256),
            size: row.file_size,
            offset: request.offset,
            chunk_size: request.chunk_size,
        };
        let chunk = |bytes: Bytes, offset| proto::DownloadAssetResponse {
            data: Some(download_asset_response::Data::Chunk(bytes)),
            offset,
        };
        download.stream(&self.library.blobs, header, chunk).await
    }
}

/// Whether a setting asks for mails, which this version does not send.
pub fn mails(setting: i32) -> bool {
    setting != proto::EmailSetting::Unspecified as i32
        && setting != proto::EmailSetting::None as i32
}

pub(super) fn asset_type(number: i32, field: &str, violations: &mut Vec<Violation>) -> AssetType {
    AssetType::try_from(number).unwrap_or_else(|_| {
        let text = format!("{number} is no value of AssetType");
        violations.push(Violation::new(field, "INVALID_PARAMETER", text));
        AssetType::Unspecified
    })
}

#[tonic::async_trait]
impl AssetService for Assets {
    async fn upload_asset(
        &self,
        request: Request<Streaming<proto::UploadAssetRequest>>,
    ) -> Result<Response<proto::UploadAssetResponse>, Status> {
        let broken_off = request.extensions().get::<BrokenOff>().cloned().unwrap_or_default();
        let answer = self.upload(request.into_inner(), broken_off).await?;
        if let Some(asset) = &answer.asset {
            tracing::info!(asset = asset.asset_handle, size = asset.file_size, "uploaded");
        }
        Ok(Response::new(answer))
    }

    async fn register_asset(
        &self,
        request: Request<proto::RegisterAssetRequest>,
    ) -> Result<Response<proto::RegisterAssetResponse>, Status> {
        Ok(Response::new(self.register(request.into_inner()).await?))
    }

    async fn get_assets(
        &self,
        request: Request<proto::GetAssetsRequest>,
    ) -> Result<Response<proto::GetAssetsResponse>, Status> {
        Ok(Response::new(self.get(request.into_inner()).await?))
    }

    async fn search_assets(
        &self,
        request: Request<proto::SearchAssetsRequest>,
    ) -> Result<Response<proto::SearchAssetsResponse>, Status> {
        Ok(Response::new(self.search(request.into_inner()).await?))
    }

    async fn get_assets_by_name(
        &self,
        request: Request<proto::GetAssetsByNameRequest>,
    ) -> Result<Response<proto::GetAssetsByNameResponse>, Status> {
        Ok(Response::new(self.get_by_name(request.into_inner()).await?))
    }

    async fn list_folders(
        &self,
        request: Request<proto::ListFoldersRequest>,
    ) -> Result<Response<proto::ListFoldersResponse>, Status> {
        Ok(Response::new(self.folders(request.into_inner()).await?))
    }

    async fn get_original_file_paths(
        &self,
        request: Request<proto::GetOriginalFilePathsRequest>,
    ) -> Result<Response<proto::GetOriginalFilePathsResponse>, Status> {
        Ok(Response::new(self.original_paths(request.into_inner()).await?))
    }

    async fn delete_assets(
        &self,
        request: Request<proto::DeleteAssetsRequest>,
    ) -> Result<Response<proto::DeleteAssetsResponse>, Status> {
        Ok(Response::new(self.delete(request.into_inner()).await?))
    }

    async fn restore_assets(
        &self,
        request: Request<proto::RestoreAssetsRequest>,
    ) -> Result<Response<proto::RestoreAssetsResponse>, Status> {
        Ok(Response::new(self.restore(request.into_inner()).await?))
    }

    async fn move_assets(
        &self,
        request: Request<proto::MoveAssetsRequest>,
    ) -> Result<Response<proto::MoveAssetsResponse>, Status> {
        Ok(Response::new(self.move_into(request.into_inner()).await?))
    }

    async fn rename_asset(
        &self,
        request: Request<proto::RenameAssetRequest>,
    ) -> Result<Response<proto::RenameAssetResponse>, Status> {
        Ok(Response::new(self.rename(request.into_inner()).await?))
    }

    async fn get_zip_entries(
        &self,
        request: Request<proto::GetZipEntriesRequest>,
    ) -> Result<Response<proto::GetZipEntriesResponse>, Status> {
        Ok(Response::new(self.zip_entries(request.into_inner()).await?))
    }

    type DownloadAssetStream = Chunks<proto::DownloadAssetResponse>;

    async fn download_asset(
        &self,
        request: Request<proto::DownloadAssetRequest>,
    ) -> Result<Response<Self::DownloadAssetStream>, Status> {
        Ok(Response::new(self.download(request.into_inner()).await?))
    }

    async fn set_url_modifier(
        &self,
        request: Request<proto::SetUrlModifierRequest>,
    ) -> Result<Response<proto::SetUrlModifierResponse>, Status> {
        Ok(Response::new(self.change_modifiers(request.into_inner()).await?))
    }

    async fn set_image_fields(
        &self,
        request: Request<proto::SetImageFieldsRequest>,
    ) -> Result<Response<proto::SetImageFieldsResponse>, Status> {
        Ok(Response::new(self.change_image_fields(request.into_inner()).await?))
    }
}
