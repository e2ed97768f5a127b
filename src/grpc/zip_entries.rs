//! What a ZIP file of the library has in it.

use super::assets::Assets;
use super::convert;
use crate::blobs::original_key;
use crate::error::{CallerError, Error, Violation};
use crate::jobs::vocabulary::{AssetType, parse_asset_handle};
use crate::library::zip_entries::{self, ZipError};
use crate::proto;
use std::io::BufReader;

impl Assets {
    pub(super) async fn zip_entries(
        &self,
        request: proto::GetZipEntriesRequest,
    ) -> Result<proto::GetZipEntriesResponse, Error> {
        let company = convert::company(&self.config, &request.company_handle)?;
        let id = parse_asset_handle(&request.asset_handle).ok().flatten().unwrap_or(0);
        let asset = self.with_file(&company, id, &request.asset_handle).await?;
        let wrong = |reason, text: String| {
            CallerError::Invalid(vec![Violation::new("asset_handle", reason, text)])
        };
        if asset.asset_type != AssetType::Zip as i32 {
            let text = format!("{:?} is no ZIP file", request.asset_handle);
            return Err(wrong("UNSUPPORTED_ASSET_TYPE", text).into());
        }
        let blobs = self.library.blobs.clone();
        let listed = tokio::task::spawn_blocking(move || {
            let mut file = BufReader::new(blobs.open_file(&original_key(&asset.sha256), 0)?);
            Ok::<_, Error>(zip_entries::entries(&mut file))
        });
        let entries = match listed.await?? {
            Ok(entries) => entries,
            Err(ZipError::Damaged(text)) => return Err(wrong("DECODE_FAILED", text).into()),
            Err(ZipError::Io(error)) => return Err(crate::blobs::BlobError::from(error).into()),
        };
        let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let zip_array = entries.into_iter().map(|entry| proto::ZipEntry {
            name: entry.name,
            is_directory: entry.is_directory,
            last_modified: convert::timestamp(entry.modified_ms),
            compressed_size: size(entry.compressed_size),
            uncompressed_size: size(entry.uncompressed_size),
        });
        Ok(proto::GetZipEntriesResponse { zip_array: zip_array.collect() })
    }
}
