//! The library: what a file is, what it is called, that it appears only when it
//! is whole, and that its bytes go when nothing needs them any more.

mod asset_type;
mod change;
mod names;
mod quota;
mod sweep;
pub mod zip_entries;

use crate::blobs::{Area, BlobError, Blobs, Staged, original_key};
use crate::codecs;
use crate::codecs::sniff::sniff;
use crate::config::Config;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::now_ms;
use crate::jobs::vocabulary::{AssetType, TrashState};
use crate::store::assets::AssetRow;
use crate::store::{self, Store, Tx};
use asset_type::type_of;
use bytes::Bytes;
pub use change::{Change, Changed, Rename, unknown};
pub use names::{check_file_name, folder};
use names::{free_asset_name, free_file_name};
use quota::Quota;
use std::sync::Arc;
use tokio::sync::RwLock;

/// Bytes that are enough to tell what a file is.
const HEAD: usize = 64 << 10;

/// Larger files are not read whole for their size in pixels.
const MAX_PROBED: u64 = 256 << 20;

/// What an upload announces.
#[derive(Debug, Clone, Default)]
pub struct NewFile {
    pub company: String,
    pub folder: String,
    pub file_name: String,
    pub overwrite: bool,
    /// 0 when unknown.
    pub size: u64,
    /// Hexadecimal; empty when not given.
    pub sha256: String,
    /// `Unspecified`: decide from the content.
    pub asset_type: AssetType,
}

/// An asset without a file.
#[derive(Debug, Clone, Default)]
pub struct NewRegistration {
    pub company: String,
    pub folder: String,
    pub name: String,
    pub asset_type: AssetType,
    pub sub_type: String,
    pub owner: i64,
    pub url: String,
}

/// The library of all companies.
#[derive(Debug, Clone)]
pub struct Library {
    pub store: Store,
    pub blobs: Blobs,
    /// `limits.max_upload_bytes`.
    max_upload_bytes: u64,
    quota: Quota,
    /// Uploads share it from the time their file is in its place until its row
    /// is there. The sweeper has it alone, so that it never takes such a file
    /// for one that nobody needs.
    placing: Arc<RwLock<()>>,
}

/// Bytes on their way into the library. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    library: Library,
    file: NewFile,
    /// Bytes that the quota leaves for this file.
    room: u64,
    /// Away only while a thread writes to it.
    staged: Option<Staged>,
}

impl Library {
    /// The library over these rows and files, with the limits of `config`.
    pub fn new(store: Store, blobs: Blobs, config: &Config) -> Library {
        Library {
            store,
            blobs,
            max_upload_bytes: config.limits.max_upload_bytes,
            quota: Quota {
                assets: config.limits.max_library_assets,
                bytes: config.limits.max_library_bytes,
            },
            placing: Arc::default(),
        }
    }

    /// Starts an upload; the fields were checked by [`check_file_name`] and
    /// [`folder`].
    pub async fn begin_upload(&self, file: NewFile) -> Result<Upload, Error> {
        self.check_size(file.size)?;
        let mut room = u64::MAX;
        if self.quota.is_set() {
            let mut tx = self.store.begin().await?;
            (_, room) = self.place(&mut tx, &file, file.size).await?;
        }
        let (blobs, expected) = (self.blobs.clone(), file.size);
        let staged =
            tokio::task::spawn_blocking(move || blobs.stage(Area::Originals, expected)).await??;
        Ok(Upload { library: self.clone(), file, room, staged: Some(staged) })
    }

    /// The asset that this file replaces, if any, and the bytes that the quota
    /// leaves for it, which are not less than `size`.
    async fn place(
        &self,
        tx: &mut Tx,
        file: &NewFile,
        size: u64,
    ) -> Result<(Option<AssetRow>, u64), Error> {
        let replaced = match file.overwrite {
            true => {
                store::assets::find_path(tx, &file.company, &file.folder, &file.file_name).await?
            }
            false => None,
        };
        let usage = store::usage::read(tx, &file.company).await?;
        let new_assets = i64::from(replaced.is_none());
        let freed = replaced.as_ref().map_or(0, |asset| asset.file_size);
        let room = self.quota.room(&file.company, usage, new_assets, freed)?;
        self.quota.check(&file.company, size, room)?;
        Ok((replaced, room))
    }

    /// Makes the row of a file that is in its place. True: an existing asset got
    /// the new file.
    async fn store_row(
        &self,
        file: &NewFile,
        mut asset: AssetRow,
    ) -> Result<(AssetRow, bool), Error> {
        let mut tx = self.store.begin().await?;
        let (replaced, _) = self.place(&mut tx, file, asset.file_size as u64).await?;
        let updated = replaced.is_some();
        match replaced {
            Some(before) => {
                asset = AssetRow {
                    asset_type: asset.asset_type,
                    file_size: asset.file_size,
                    width: asset.width,
                    height: asset.height,
                    resolution_cdpi: asset.resolution_cdpi,
                    sha256: asset.sha256,
                    modified_ms: now_ms(),
                    trash_state: TrashState::NotInTrash as i32,
                    version: before.version + 1,
                    ..before.clone()
                };
                store::assets::replace_file(&mut tx, &before, &asset).await?;
            }
            None => {
                let path = (file.company.as_str(), file.folder.as_str(), file.file_name.as_str());
                asset.file_name = free_file_name(&mut tx, path).await?;
                let stem = asset.file_name.rsplit_once('.').map_or("", |(stem, _)| stem);
                let wanted = if stem.is_empty() { &asset.file_name } else { stem }.to_owned();
                asset.name = free_asset_name(&mut tx, &file.company, &wanted).await?;
                store::assets::insert(&mut tx, &mut asset).await?;
            }
        }
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok((asset, updated))
    }

    /// Adds an asset without a file.
    pub async fn register(&self, new: NewRegistration) -> Result<AssetRow, Error> {
        let mut tx = self.store.begin().await?;
        if let Some(other) = store::assets::named(&mut tx, &new.company, &new.name).await? {
            return Err(names::taken(&new.name, other).into());
        }
        let usage = store::usage::read(&mut tx, &new.company).await?;
        self.quota.room(&new.company, usage, 1, 0)?;
        let now = now_ms();
        let mut asset = AssetRow {
            company: new.company,
            asset_type: new.asset_type as i32,
            sub_type: new.sub_type,
            name: new.name,
            folder: new.folder,
            trash_state: TrashState::NotInTrash as i32,
            owner: new.owner,
            url: new.url,
            created_ms: now,
            modified_ms: now,
            ..AssetRow::default()
        };
        store::assets::insert(&mut tx, &mut asset).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(asset)
    }

    fn check_size(&self, size: u64) -> Result<(), CallerError> {
        if size <= self.max_upload_bytes {
            return Ok(());
        }
        Err(CallerError::Invalid(vec![Violation::new(
            "header.size_bytes",
            "FILE_TOO_LARGE",
            format!(
                "{size} bytes are more than the {} that one file may have \
                 (limits.max_upload_bytes)",
                self.max_upload_bytes
            ),
        )]))
    }
}

impl Upload {
    /// Adds the next bytes. A thread of the blocking pool is taken for this
    /// chunk only: clients that send slowly must not keep one from an export.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), Error> {
        let mut staged = self.take_staged()?;
        let size = staged.size() + chunk.len() as u64;
        self.library.check_size(size)?;
        self.library.quota.check(&self.file.company, size, self.room)?;
        let written = tokio::task::spawn_blocking(move || {
            staged.write(&chunk)?;
            Ok::<_, BlobError>(staged)
        });
        self.staged = Some(written.await??);
        Ok(())
    }

    fn take_staged(&mut self) -> Result<Staged, Error> {
        let bug = || Error::Bug("an upload went on after it had failed".into());
        self.staged.take().ok_or_else(bug)
    }

    /// Checks the bytes against the announcement and makes the asset. True:
    /// an existing asset got the new file.
    pub async fn finish(mut self) -> Result<(AssetRow, bool), Error> {
        let staged = self.take_staged()?;
        let Upload { library, file, .. } = self;
        check_announcement(&file, &staged)?;
        let told = file.asset_type;
        let name = file.file_name.clone();
        let looked_at = tokio::task::spawn_blocking(move || look_at(staged, told, &name));
        let (staged, mut asset) = looked_at.await??;
        asset.company = file.company.clone();
        asset.folder = file.folder.clone();
        let placing = library.placing.read().await;
        let key = original_key(&asset.sha256);
        tokio::task::spawn_blocking(move || staged.commit(&key)).await??;
        let sha256 = asset.sha256.clone();
        let stored = library.store_row(&file, asset).await;
        if stored.is_err() {
            library.note_stray(&sha256).await;
        }
        drop(placing);
        stored
    }
}

fn check_announcement(file: &NewFile, staged: &Staged) -> Result<(), CallerError> {
    let mismatch =
        |message: String| Err(CallerError::DataLoss { reason: "UPLOAD_DAMAGED", message });
    if file.size != 0 && file.size != staged.size() {
        return mismatch(format!(
            "header.size_bytes announced {} bytes, {} came: upload the file again",
            file.size,
            staged.size()
        ));
    }
    let sha256 = staged.sha256();
    if !file.sha256.is_empty() && file.sha256 != sha256 {
        return mismatch(format!(
            "header.sha256 announced {}, the bytes that came have {sha256}: upload the file again",
            file.sha256
        ));
    }
    Ok(())
}

/// What the library says about a file, from its bytes.
fn look_at(
    staged: Staged,
    told: AssetType,
    file_name: &str,
) -> Result<(Staged, AssetRow), BlobError> {
    let size = staged.size();
    let head = staged.head(if size <= MAX_PROBED { size as usize } else { HEAD })?;
    let kind = sniff(&head[..head.len().min(HEAD)]);
    let asset_type = match told {
        AssetType::Unspecified => type_of(kind, file_name),
        told => told,
    };
    let mut asset = AssetRow {
        asset_type: asset_type as i32,
        trash_state: TrashState::NotInTrash as i32,
        file_size: size as i64,
        created_ms: now_ms(),
        modified_ms: now_ms(),
        sha256: staged.sha256(),
        version: 1,
        ..AssetRow::default()
    };
    // A broken picture is stored all the same: exporting it says what is wrong.
    if let Ok(info) = codecs::probe(&head) {
        asset.width = info.width as i32;
        asset.height = info.height as i32;
        asset.resolution_cdpi = info.resolution.map_or(0, |dpi| (dpi * 100.0).round() as i64);
    }
    // Here, where nobody waits for it: the sweeper waits for what follows.
    staged.sync()?;
    Ok((staged, asset))
}
