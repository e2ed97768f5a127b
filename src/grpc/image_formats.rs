//! ImageFormatService.

use super::{convert, status};
use crate::config::Config;
use crate::error::{CallerError, Error, Problem, Violation};
use crate::jobs::Jobs;
use crate::jobs::diagnostics::located;
use crate::jobs::vocabulary::{image_format_handle, parse_image_format_handle};
use crate::modifiers::{self, Severity};
use crate::proto;
use crate::proto::image_format_service_server::ImageFormatService;
use crate::store::image_formats::ImageFormatRow;
use crate::store::{self, image_formats};
use std::sync::Arc;
use tonic::{Request, Response, Status};

pub struct ImageFormats {
    pub jobs: Arc<Jobs>,
    pub config: Arc<Config>,
}

impl ImageFormats {
    async fn list(
        &self,
        request: proto::GetImageFormatsRequest,
    ) -> Result<proto::GetImageFormatsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let invalid = |wrong| CallerError::Invalid(vec![wrong]);
        let limit = convert::page_size(request.page_size).map_err(invalid)? as usize;
        let start = convert::read_page_token(&company, &request.page_token, 0).map_err(invalid)?;
        let rows = self.jobs.store.image_formats(&company).await?;
        let start = (start as usize).min(rows.len());
        let end = (start + limit).min(rows.len());
        let next_page_token = match end < rows.len() {
            true => convert::page_token(&company, end as i64),
            false => String::new(),
        };
        Ok(proto::GetImageFormatsResponse {
            image_format_array: rows[start..end].iter().map(image_format).collect(),
            next_page_token,
        })
    }

    async fn save(
        &self,
        request: proto::SaveImageFormatRequest,
    ) -> Result<proto::SaveImageFormatResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let Some(wanted) = request.image_format else {
            let text = "say which format to save";
            let wrong = Violation::new("image_format", "MISSING_PARAMETER", text);
            return Err(CallerError::Invalid(vec![wrong]).into());
        };
        let mask = convert::read_mask(request.update_mask.as_ref(), &["name", "url_modifier"]);
        let mask = mask.unwrap_or_else(|mut wrong| {
            wrong.field = "update_mask".into();
            violations.push(wrong);
            None
        });
        let changes = |field: &str| mask.as_ref().is_none_or(|mask| mask.contains(field));
        let macros = self.jobs.macros(&company).await?;

        let mut tx = self.jobs.store.begin().await?;
        let existing = match wanted.image_format_handle.as_str() {
            "" => None,
            handle => {
                let id = parse_image_format_handle(handle).unwrap_or(0);
                let found = image_formats::find(&mut tx, &company, id).await?;
                Some(found.ok_or_else(|| not_found(handle))?)
            }
        };
        if let Some(existing) = &existing {
            check_etag(&wanted.etag, existing)?;
        }
        let name = match &existing {
            Some(existing) if !changes("name") => existing.name.clone(),
            _ => wanted.name.clone(),
        };
        let text = match &existing {
            Some(existing) if !changes("url_modifier") => existing.url_modifier.clone(),
            _ => modifiers::saved_text(&wanted.url_modifier).to_owned(),
        };
        if let Err(problem) = modifiers::check_macro_name(&name) {
            violations.push(Violation::new("image_format.name", "NAME_SYNTAX", problem));
        }
        let mut warnings = Vec::new();
        for diagnostic in modifiers::check_definition(&text, &macros) {
            let text = located(&diagnostic);
            match diagnostic.severity {
                Severity::Error => {
                    violations.push(Violation::new(
                        "image_format.url_modifier",
                        diagnostic.reason,
                        text,
                    ));
                }
                Severity::Warning => warnings.push(Problem::new(diagnostic.reason, text)),
            }
        }
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let same_name = image_formats::find_name(&mut tx, &company, &name).await?;
        if let Some(other) = &same_name
            && existing.as_ref().is_none_or(|existing| existing.id != other.id)
        {
            return Err(CallerError::AlreadyExists {
                reason: "NAME_TAKEN",
                message: format!(
                    "an image format named {:?} exists already: give its handle {:?} to change it",
                    other.name,
                    image_format_handle(other.id)
                ),
            }
            .into());
        }
        let row = match existing {
            None => image_formats::insert(&mut tx, &company, &name, &text, false).await?,
            Some(existing) => {
                let version = image_formats::update(&mut tx, existing.id, &name, &text).await?;
                ImageFormatRow { name, url_modifier: text, version, ..existing }
            }
        };
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(proto::SaveImageFormatResponse {
            image_format_handle: image_format_handle(row.id),
            image_format: Some(image_format(&row)),
            warnings: warnings.iter().map(status::problem).collect(),
        })
    }

    async fn delete(
        &self,
        request: proto::DeleteImageFormatRequest,
    ) -> Result<proto::DeleteImageFormatResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let handle = &request.image_format_handle;
        let mut tx = self.jobs.store.begin().await?;
        let id = parse_image_format_handle(handle).unwrap_or(0);
        let found = image_formats::find(&mut tx, &company, id).await?;
        let existing = found.ok_or_else(|| not_found(handle))?;
        check_etag(&request.etag, &existing)?;
        image_formats::delete(&mut tx, existing.id).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(proto::DeleteImageFormatResponse {})
    }
}

fn not_found(handle: &str) -> CallerError {
    CallerError::NotFound {
        reason: "IMAGE_FORMAT_NOT_FOUND",
        what: "image format",
        name: handle.to_owned(),
    }
}

fn etag(row: &ImageFormatRow) -> String {
    format!("{}-{}", row.id, row.version)
}

fn check_etag(given: &str, row: &ImageFormatRow) -> Result<(), CallerError> {
    if given.is_empty() || given == etag(row) {
        return Ok(());
    }
    Err(CallerError::Aborted {
        reason: "ETAG_MISMATCH",
        message: format!(
            "image format {:?} has changed since etag {given:?} was read: read it again",
            row.name
        ),
    })
}

fn image_format(row: &ImageFormatRow) -> proto::ImageFormat {
    proto::ImageFormat {
        image_format_handle: image_format_handle(row.id),
        name: row.name.clone(),
        url_modifier: row.url_modifier.clone(),
        built_in: row.built_in,
        etag: etag(row),
    }
}

#[tonic::async_trait]
impl ImageFormatService for ImageFormats {
    async fn get_image_formats(
        &self,
        request: Request<proto::GetImageFormatsRequest>,
    ) -> Result<Response<proto::GetImageFormatsResponse>, Status> {
        Ok(Response::new(self.list(request.into_inner()).await?))
    }

    async fn save_image_format(
        &self,
        request: Request<proto::SaveImageFormatRequest>,
    ) -> Result<Response<proto::SaveImageFormatResponse>, Status> {
        Ok(Response::new(self.save(request.into_inner()).await?))
    }

    async fn delete_image_format(
        &self,
        request: Request<proto::DeleteImageFormatRequest>,
    ) -> Result<Response<proto::DeleteImageFormatResponse>, Status> {
        Ok(Response::new(self.delete(request.into_inner()).await?))
    }

    async fn resolve_modifier(
        &self,
        request: Request<proto::ResolveModifierRequest>,
    ) -> Result<Response<proto::ResolveModifierResponse>, Status> {
        Ok(Response::new(
            super::resolve::resolve(&self.jobs, &self.config, request.into_inner()).await?,
        ))
    }

    async fn get_capabilities(
        &self,
        request: Request<proto::GetCapabilitiesRequest>,
    ) -> Result<Response<proto::GetCapabilitiesResponse>, Status> {
        convert::company(&self.config, &request.get_ref().company_handle).map_err(Error::from)?;
        Ok(Response::new(super::capabilities::capabilities(&self.config)))
    }
}
