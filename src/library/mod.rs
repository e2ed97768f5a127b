//! Putting assets into the library: what a file is, what it is called, and
//! that it appears only when it is whole.

mod asset_type;
mod names;

use crate::blobs::{Area, BlobError, Blobs, Staged, original_key};
use crate::codecs;
use crate::codecs::sniff::sniff;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::now_ms;
use crate::jobs::vocabulary::{AssetType, TrashState};
use crate::store::assets::AssetRow;
use crate::store::{self, Store};
use asset_type::type_of;
use bytes::Bytes;
pub use names::{check_file_name, folder};
use names::{free_asset_name, free_file_name};

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
    pub max_upload_bytes: u64,
}

/// Bytes on their way into the library. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    library: Library,
    file: NewFile,
    /// Away only while a thread writes to it.
    staged: Option<Staged>,
}

impl Library {
    /// Starts an upload; the fields were checked by [`check_file_name`] and
    /// [`folder`].
    pub async fn begin_upload(&self, file: NewFile) -> Result<Upload, Error> {
        self.check_size(file.size)?;
        let (blobs, expected) = (self.blobs.clone(), file.size);
        let staged =
            tokio::task::spawn_blocking(move || blobs.stage(Area::Originals, expected)).await??;
        Ok(Upload { library: self.clone(), file, staged: Some(staged) })
    }

    /// Adds an asset without a file.
    pub async fn register(&self, new: NewRegistration) -> Result<AssetRow, Error> {
        let mut tx = self.store.begin().await?;
        if store::assets::name_taken(&mut tx, &new.company, &new.name).await? {
            return Err(CallerError::AlreadyExists {
                reason: "NAME_TAKEN",
                message: format!("an asset named {:?} exists already", new.name),
            }
            .into());
        }
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
        self.library.check_size(staged.size() + chunk.len() as u64)?;
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
        let row = tokio::task::spawn_blocking(move || take_in(staged, told, &name));
        let mut asset = row.await??;
        asset.company = file.company.clone();
        asset.folder = file.folder.clone();
        let mut tx = library.store.begin().await?;
        let path = (file.company.as_str(), file.folder.as_str(), file.file_name.as_str());
        let existing = store::assets::find_path(&mut tx, path.0, path.1, path.2).await?;
        let updated = match existing {
            Some(existing) if file.overwrite => {
                asset = AssetRow {
                    asset_type: asset.asset_type,
                    file_size: asset.file_size,
                    width: asset.width,
                    height: asset.height,
                    resolution_cdpi: asset.resolution_cdpi,
                    sha256: asset.sha256,
                    modified_ms: now_ms(),
                    ..existing
                };
                store::assets::replace_file(&mut tx, &asset).await?;
                true
            }
            _ => {
                asset.file_name = free_file_name(&mut tx, path).await?;
                let stem = asset.file_name.rsplit_once('.').map_or("", |(stem, _)| stem);
                let wanted = if stem.is_empty() { &asset.file_name } else { stem }.to_owned();
                asset.name = free_asset_name(&mut tx, &file.company, &wanted).await?;
                store::assets::insert(&mut tx, &mut asset).await?;
                false
            }
        };
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok((asset, updated))
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

/// Looks at the file, then stores it by its content.
fn take_in(staged: Staged, told: AssetType, file_name: &str) -> Result<AssetRow, Error> {
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
        ..AssetRow::default()
    };
    // A broken picture is stored all the same: exporting it says what is wrong.
    if let Ok(info) = codecs::probe(&head) {
        asset.width = info.width as i32;
        asset.height = info.height as i32;
        asset.resolution_cdpi = info.resolution.map_or(0, |dpi| (dpi * 100.0).round() as i64);
    }
    let key = original_key(&staged.sha256());
    asset.sha256 = staged.commit(&key)?.sha256;
    Ok(asset)
}
