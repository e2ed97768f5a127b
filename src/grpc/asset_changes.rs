//! Trash, removal, folders and names of assets.

use super::asset_search::folder_of;
use super::assets::{Assets, MAX_HANDLES};
use super::{convert, status};
use crate::error::{CallerError, Error, Problem, Violation};
use crate::jobs::vocabulary::parse_asset_handle;
use crate::library::{self, Change, Rename};
use crate::proto;
use std::collections::{HashMap, HashSet};

/// A handle of a request and its number; `None` when it names none of ours.
type Named = (String, Option<i64>);

impl Assets {
    pub(super) async fn delete(
        &self,
        request: proto::DeleteAssetsRequest,
    ) -> Result<proto::DeleteAssetsResponse, Error> {
        let change = if request.permanently { Change::Remove } else { Change::Trash };
        let company = convert::company(&self.config, &request.company_handle)?;
        let assets = checked(request.asset_handle_array, Vec::new())?;
        let result_array = self.change(&company, assets, change).await?;
        Ok(proto::DeleteAssetsResponse { result_array })
    }

    pub(super) async fn restore(
        &self,
        request: proto::RestoreAssetsRequest,
    ) -> Result<proto::RestoreAssetsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let assets = checked(request.asset_handle_array, Vec::new())?;
        let result_array = self.change(&company, assets, Change::Restore).await?;
        Ok(proto::RestoreAssetsResponse { result_array })
    }

    pub(super) async fn move_into(
        &self,
        request: proto::MoveAssetsRequest,
    ) -> Result<proto::MoveAssetsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let folder = folder_of(&request.folder, &mut violations);
        let assets = checked(request.asset_handle_array, violations)?;
        let result_array = self.change(&company, assets, Change::MoveTo(folder)).await?;
        Ok(proto::MoveAssetsResponse { result_array })
    }

    async fn change(
        &self,
        company: &str,
        assets: Vec<Named>,
        change: Change,
    ) -> Result<Vec<proto::AssetResult>, Error> {
        let mut once = HashSet::new();
        let ids: Vec<i64> = assets.iter().filter_map(|(_, id)| *id).collect();
        let ids: Vec<i64> = ids.into_iter().filter(|id| once.insert(*id)).collect();
        let changed = self.library.change(company, &ids, &change).await?;
        let changed: HashMap<i64, _> = ids.into_iter().zip(changed).collect();
        let results =
            assets.into_iter().map(|(asset_handle, id)| match id.and_then(|id| changed.get(&id)) {
                Some(Ok(row)) => proto::AssetResult {
                    asset: Some(convert::asset(row, None)),
                    asset_handle,
                    error: None,
                },
                Some(Err(problem)) => failed(asset_handle, problem),
                None => {
                    let problem = library::unknown(company, &asset_handle);
                    failed(asset_handle, &problem)
                }
            });
        Ok(results.collect())
    }

    pub(super) async fn rename(
        &self,
        request: proto::RenameAssetRequest,
    ) -> Result<proto::RenameAssetResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        for (field, name) in [("name", &request.name), ("file_name", &request.file_name)] {
            if !name.is_empty()
                && let Err(text) = library::check_file_name(name)
            {
                violations.push(Violation::new(field, "INVALID_PARAMETER", text));
            }
        }
        if request.name.is_empty() && request.file_name.is_empty() {
            let text = "give a new name, a new file_name, or both";
            violations.push(Violation::new("name", "MISSING_PARAMETER", text));
        }
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let id = parse_asset_handle(&request.asset_handle).ok().flatten();
        let id = id.ok_or_else(|| CallerError::NotFound {
            reason: "ASSET_NOT_FOUND",
            what: "asset",
            name: request.asset_handle.clone(),
        })?;
        let given = |name: String| Some(name).filter(|name| !name.is_empty());
        let rename = Rename { name: given(request.name), file_name: given(request.file_name) };
        let asset = self.library.rename(&company, id, rename).await?;
        Ok(proto::RenameAssetResponse { asset: Some(convert::asset(&asset, None)) })
    }

    pub(super) async fn original_paths(
        &self,
        request: proto::GetOriginalFilePathsRequest,
    ) -> Result<proto::GetOriginalFilePathsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let assets = checked(request.asset_handle_array, Vec::new())?;
        let ids: Vec<i64> = assets.iter().filter_map(|(_, id)| *id).collect();
        let rows = self.library.store.assets(&company, &ids).await?;
        let rows: HashMap<i64, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        let original_file_array = assets.into_iter().map(|(asset_handle, id)| {
            let found = match id.and_then(|id| rows.get(&id)) {
                None => Err(library::unknown(&company, &asset_handle)),
                Some(row) if row.sha256.is_empty() => {
                    Err(Problem::new("NO_ORIGINAL", "this asset has no file"))
                }
                Some(row) => Ok(convert::original_path(row)),
            };
            let error = found.as_ref().err().map(status::problem);
            proto::OriginalFile { asset_handle, path: found.unwrap_or_default(), error }
        });
        let original_file_array = original_file_array.collect();
        Ok(proto::GetOriginalFilePathsResponse { original_file_array })
    }
}

fn failed(asset_handle: String, problem: &Problem) -> proto::AssetResult {
    proto::AssetResult { asset_handle, asset: None, error: Some(status::problem(problem)) }
}

/// The handles of a request, when nothing else is wrong with it either.
fn checked(handles: Vec<String>, mut violations: Vec<Violation>) -> Result<Vec<Named>, Error> {
    const FIELD: &str = "asset_handle_array";
    if handles.is_empty() {
        let text = "name at least one asset";
        violations.push(Violation::new(FIELD, "MISSING_PARAMETER", text));
    }
    if handles.len() > MAX_HANDLES {
        let text = format!("{} handles: at most {MAX_HANDLES} at once", handles.len());
        violations.push(Violation::new(FIELD, "INVALID_PARAMETER", text));
    }
    let mut assets = Vec::with_capacity(handles.len());
    for (index, handle) in handles.into_iter().enumerate() {
        match parse_asset_handle(&handle) {
            Ok(id) => assets.push((handle, id)),
            Err(wrong) => violations.push(Violation::new(
                format!("{FIELD}[{index}]"),
                "INVALID_PARAMETER",
                format!("{handle:?} {wrong}"),
            )),
        }
    }
    match violations.is_empty() {
        true => Ok(assets),
        false => Err(CallerError::Invalid(violations).into()),
    }
}
