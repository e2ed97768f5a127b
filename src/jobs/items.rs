//! The items of a new job: which asset gives which output name.

use super::asset_commands::AssetCommands;
use super::naming::{self, Names};
use super::vocabulary::{
    AssetType, Collision, ExportKind, ExportRequest, Exportable, TrashState, asset_handle,
    exportable,
};
use crate::error::Problem;
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use std::collections::HashMap;

/// The rows of the items, with the names of their outputs. `extension` is that of
/// the assets without modifiers of their own.
pub(super) fn items<'a>(
    extension: &str,
    handles: &[(&str, Option<i64>)],
    assets: &'a HashMap<i64, AssetRow>,
    mut commands: AssetCommands<'a>,
) -> Vec<ItemRow> {
    let export = commands.export;
    let mut names = Names::default();
    let mut items = Vec::with_capacity(handles.len());
    for (idx, (handle, id)) in handles.iter().enumerate() {
        let asset = id.and_then(|id| assets.get(&id));
        let mut output_name = String::new();
        let own = asset.filter(|asset| is_converted(export, asset));
        let own = own.and_then(|asset| commands.of(asset));
        let extension = own.map_or(extension, |own| &own.extension);
        let mut refusal = own.map_or(String::new(), |own| own.refusal.clone());
        let named = asset.filter(|_| refusal.is_empty());
        if let Some(wanted) = named.and_then(|asset| output_name_of(export, extension, asset)) {
            match export.collision {
                Collision::Rename => output_name = names.take_or_rename(wanted),
                Collision::Fail if names.take(&wanted) => output_name = wanted,
                Collision::Fail => {
                    let text = format!(
                        "another asset of this job already gives {wanted:?}; collision_policy \
                         RENAME would number it"
                    );
                    refusal = serde_json::to_string(&Problem::new("NAME_COLLISION", text))
                        .unwrap_or_default();
                }
            }
        }
        items.push(ItemRow {
            job_id: 0,
            idx: idx as i64,
            handle: id.map_or_else(|| handle.to_string(), asset_handle),
            asset_id: asset.map_or(0, |asset| asset.id),
            state: "waiting".into(),
            attempt: 0,
            released: 0,
            lease_until_ms: 0,
            output_name,
            refusal,
            effective: own.map_or(String::new(), |own| own.effective.clone()),
            warnings: own.map_or(String::new(), |own| own.warnings.clone()),
        });
    }
    items
}

/// Whether commands are applied to this asset.
fn is_converted(export: &ExportRequest, asset: &AssetRow) -> bool {
    export.kind == ExportKind::Convert
        && exportable(asset_type(asset)) == Exportable::Convert
        && output_name_of(export, "", asset).is_some()
}

/// The wanted name of an asset's output; `None` when it will give none.
fn output_name_of(export: &ExportRequest, extension: &str, asset: &AssetRow) -> Option<String> {
    if asset.sha256.is_empty() || asset.trash_state != TrashState::NotInTrash as i32 {
        return None;
    }
    match (export.kind, exportable(asset_type(asset))) {
        (_, Exportable::Never) => None,
        (ExportKind::Orig, _) => Some(naming::original(&asset.file_name)),
        (ExportKind::Convert, Exportable::Convert) => {
            Some(naming::converted(&asset.file_name, extension))
        }
        (ExportKind::Convert, Exportable::OriginalOnly) if !export.skip_non_convertible => {
            Some(naming::original(&asset.file_name))
        }
        (ExportKind::Convert, _) => None,
    }
}

/// What an asset is; a number that nobody wrote counts as nothing.
pub(super) fn asset_type(asset: &AssetRow) -> AssetType {
    AssetType::try_from(asset.asset_type).unwrap_or_default()
}
