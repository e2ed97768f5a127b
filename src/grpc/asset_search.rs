//! Finding assets: by conditions, a page at a time, and by name; folders.

use super::assets::{Assets, MAX_HANDLES, asset_type};
use super::convert::{self, ASSET_FIELDS};
use crate::error::{CallerError, Error, Violation};
use crate::jobs::vocabulary::TrashState;
use crate::library;
use crate::proto;
use crate::store::asset_search::{AssetOrder, AssetSearch, Place, SortKey};
use crate::store::assets::AssetRow;
use std::collections::HashMap;

impl Assets {
    pub(super) async fn search(
        &self,
        request: proto::SearchAssetsRequest,
    ) -> Result<proto::SearchAssetsResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let folder = folder_of(&request.folder, &mut violations);
        let mut types = Vec::new();
        for (index, number) in request.asset_type_array.iter().enumerate() {
            let field = format!("asset_type_array[{index}]");
            types.push(asset_type(*number, &field, &mut violations) as i32);
        }
        let order = match proto::AssetSortField::try_from(request.sort_by) {
            Ok(proto::AssetSortField::Modified) => AssetOrder::Modified,
            Ok(proto::AssetSortField::Name) => AssetOrder::Name,
            Ok(proto::AssetSortField::AssetType) => AssetOrder::Type,
            Ok(proto::AssetSortField::FileSize) => AssetOrder::FileSize,
            _ => AssetOrder::Created,
        };
        let search = AssetSearch {
            company,
            folder,
            include_subfolders: request.include_subfolders,
            name_contains: request.name_contains,
            types,
            trash_state: match request.trash_state {
                0 => TrashState::NotInTrash as i32,
                state => state,
            },
            order,
            descending: request.sort_direction == proto::SortDirection::Descending as i32,
        };
        let filter = format!("{search:?}");
        let mut collect = |wrong| violations.push(wrong);
        let limit = convert::page_size(request.page_size).map_err(&mut collect).unwrap_or(0);
        let start =
            read_token(&filter, &request.page_token, order).map_err(&mut collect).unwrap_or(None);
        let mask = convert::read_mask(request.read_mask.as_ref(), &ASSET_FIELDS)
            .map_err(&mut collect)
            .unwrap_or(None);
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let store = &self.library.store;
        let (total_rows, after) = match start {
            Some((total, place)) => (total, Some(place)),
            None => (store.count_assets(&search).await?, None),
        };
        // one more tells whether there is another page
        let mut rows = store.search_assets(&search, total_rows, after.as_ref(), limit + 1).await?;
        let more = rows.len() as i64 > limit;
        rows.truncate(limit as usize);
        let next_page_token = match rows.last() {
            Some(last) if more => token(&filter, total_rows, &order.place(last)),
            _ => String::new(),
        };
        Ok(proto::SearchAssetsResponse {
            asset_array: rows.iter().map(|row| convert::asset(row, mask.as_ref())).collect(),
            next_page_token,
            total_rows,
        })
    }

    pub(super) async fn get_by_name(
        &self,
        request: proto::GetAssetsByNameRequest,
    ) -> Result<proto::GetAssetsByNameResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let mut types = Vec::new();
        for (index, number) in request.asset_type_array.iter().enumerate() {
            let field = format!("asset_type_array[{index}]");
            types.push(asset_type(*number, &field, &mut violations) as i32);
        }
        let names = request.name_array;
        if names.len() > MAX_HANDLES {
            let text = format!("{} names: at most {MAX_HANDLES} at once", names.len());
            violations.push(Violation::new("name_array", "INVALID_PARAMETER", text));
        }
        let mask = convert::read_mask(request.read_mask.as_ref(), &ASSET_FIELDS)
            .map_err(|wrong| violations.push(wrong))
            .unwrap_or(None);
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let rows = self.library.store.assets_named(&company, &names).await?;
        let by_name: HashMap<&str, &AssetRow> =
            rows.iter().map(|row| (row.name.as_str(), row)).collect();
        let found = names.iter().filter_map(|name| by_name.get(name.as_str()));
        let wanted = found.filter(|row| types.is_empty() || types.contains(&row.asset_type));
        let asset_array = wanted.map(|row| convert::asset(row, mask.as_ref())).collect();
        Ok(proto::GetAssetsByNameResponse { asset_array })
    }

    pub(super) async fn folders(
        &self,
        request: proto::ListFoldersRequest,
    ) -> Result<proto::ListFoldersResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let mut violations = Vec::new();
        let folder = folder_of(&request.folder, &mut violations);
        let filter = format!("folders\n{company}\n{folder}");
        let mut collect = |wrong| violations.push(wrong);
        let limit = convert::page_size(request.page_size).map_err(&mut collect).unwrap_or(0);
        let start = convert::read_text_page_token::<1>(&filter, &request.page_token)
            .map_err(&mut collect)
            .unwrap_or(None);
        if !violations.is_empty() {
            return Err(CallerError::Invalid(violations).into());
        }
        let after = start.map_or(String::new(), |[after]| after);
        let limit = limit as usize;
        let trash_state = TrashState::NotInTrash as i32;
        let store = &self.library.store;
        let mut rows = store.folders(&company, trash_state, &folder, &after, limit + 1).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_page_token = match rows.last() {
            Some(last) if more => convert::text_page_token(&filter, &[&last.path]),
            _ => String::new(),
        };
        let folder_array = rows.into_iter().map(|row| proto::Folder {
            path: row.path,
            asset_count: row.assets,
            total_asset_count: row.assets_below,
        });
        Ok(proto::ListFoldersResponse { folder_array: folder_array.collect(), next_page_token })
    }
}

/// The folder of a request in its one spelling.
pub(super) fn folder_of(text: &str, violations: &mut Vec<Violation>) -> String {
    library::folder(text).unwrap_or_else(|text| {
        violations.push(Violation::new("folder", "INVALID_PARAMETER", text));
        String::new()
    })
}

fn token(filter: &str, total: i64, place: &Place) -> String {
    let key = match &place.key {
        SortKey::Number(number) => number.to_string(),
        SortKey::Text(text) => text.clone(),
    };
    convert::text_page_token(filter, &[&total.to_string(), &place.id.to_string(), &key])
}

fn read_token(
    filter: &str,
    token: &str,
    order: AssetOrder,
) -> Result<Option<(i64, Place)>, Violation> {
    let Some([total, id, key]) = convert::read_text_page_token(filter, token)? else {
        return Ok(None);
    };
    let number = |text: &str| text.parse::<i64>().map_err(|_| convert::wrong_page_token());
    let key = match order.by_text() {
        true => SortKey::Text(key),
        false => SortKey::Number(number(&key)?),
    };
    Ok(Some((number(&total)?, Place { key, id: number(&id)? })))
}
