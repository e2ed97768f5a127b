//! Trash, removal, folders and names of assets that are there.

use super::Library;
use super::names::{free_file_name, taken};
use crate::error::{CallerError, Error, Problem};
use crate::jobs::now_ms;
use crate::jobs::vocabulary::{TrashState, asset_handle};
use crate::store::assets::AssetRow;
use crate::store::{self, Tx};

/// What becomes of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Into the trash. Its name and its place in its folder stay taken.
    Trash,
    /// Out of the trash.
    Restore,
    /// For good, with its file when no other asset has it.
    Remove,
    /// Into this folder, as [`super::folder`] spells it. Where its file name is
    /// taken it gets a number, as an upload does.
    MoveTo(String),
}

/// The asset after a change, or why there was none. An asset that was removed
/// is shown as it was, in the emptied trash.
pub type Changed = Result<AssetRow, Problem>;

/// New names of an asset; `None` leaves one as it is.
#[derive(Debug, Clone, Default)]
pub struct Rename {
    pub name: Option<String>,
    pub file_name: Option<String>,
}

/// The problem of a handle that names no asset.
pub fn unknown(company: &str, handle: &str) -> Problem {
    Problem::new("ASSET_NOT_FOUND", format!("there is no asset {handle:?} in {company}"))
}

impl Library {
    /// Changes assets in one transaction, one after the other. The answers are
    /// in the order of the numbers.
    pub async fn change(
        &self,
        company: &str,
        assets: &[i64],
        change: &Change,
    ) -> Result<Vec<Changed>, Error> {
        let mut tx = self.store.begin().await?;
        let mut changed = Vec::with_capacity(assets.len());
        for id in assets {
            changed.push(match store::assets::find(&mut tx, company, *id).await? {
                Some(asset) => Ok(apply(&mut tx, asset, change).await?),
                None => Err(unknown(company, &asset_handle(*id))),
            });
        }
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(changed)
    }

    /// Gives an asset other names. Names that others have are refused.
    pub async fn rename(&self, company: &str, id: i64, rename: Rename) -> Result<AssetRow, Error> {
        let mut tx = self.store.begin().await?;
        let asset = store::assets::find(&mut tx, company, id).await?;
        let mut asset = asset.ok_or_else(|| CallerError::NotFound {
            reason: "ASSET_NOT_FOUND",
            what: "asset",
            name: asset_handle(id),
        })?;
        if let Some(name) = rename.name {
            let other = store::assets::named(&mut tx, company, &name).await?;
            if let Some(other) = other.filter(|other| *other != id) {
                return Err(taken(&name, other).into());
            }
            asset.name = name;
        }
        if let Some(file_name) = rename.file_name {
            if asset.sha256.is_empty() {
                return Err(CallerError::NotFound {
                    reason: "NO_ORIGINAL",
                    what: "file of asset",
                    name: asset_handle(id),
                }
                .into());
            }
            let other =
                store::assets::find_path(&mut tx, company, &asset.folder, &file_name).await?;
            if let Some(other) = other.filter(|other| other.id != id) {
                return Err(taken(&format!("{}{file_name}", asset.folder), other.id).into());
            }
            asset.file_name = file_name;
        }
        store::assets::update_place(&mut tx, &asset).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(asset)
    }
}

async fn apply(tx: &mut Tx, mut asset: AssetRow, change: &Change) -> Result<AssetRow, Error> {
    match change {
        Change::Trash => asset.trash_state = TrashState::InTrash as i32,
        Change::Restore => asset.trash_state = TrashState::NotInTrash as i32,
        Change::Remove => {
            store::assets::remove(tx, &asset, now_ms()).await?;
            asset.trash_state = TrashState::InEmptiedTrash as i32;
            return Ok(asset);
        }
        Change::MoveTo(folder) if *folder == asset.folder => {}
        Change::MoveTo(folder) => {
            if !asset.file_name.is_empty() {
                let path = (asset.company.as_str(), folder.as_str(), asset.file_name.as_str());
                asset.file_name = free_file_name(tx, path).await?;
            }
            asset.folder.clone_from(folder);
        }
    }
    store::assets::update_place(tx, &asset).await?;
    Ok(asset)
}
