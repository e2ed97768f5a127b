//! `offprint upload`: files into the library, by client streaming.

use super::client::{self, Client};
use super::output::remark;
use super::progress::{self, Transfers};
use super::status::{EXIT_WORK, Failure, render};
use super::{Connection, Outcome, assets};
use crate::proto::upload_asset_request::Data;
use crate::proto::{Asset, AssetType, UploadAssetRequest, UploadHeader};
use clap::Args;
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Bytes a message; the contract allows 1 MiB.
const CHUNK: usize = 256 << 10;

/// Puts files into the library
///
/// A folder is walked with everything below it; its own name and those of its
/// subfolders become folders of the library. Names that start with a dot are
/// left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint upload chair.jpg table.tif
  offprint upload photos/ --folder Acme          gives Acme/photos/…
  offprint upload chair.jpg --overwrite          replaces the chair.jpg that is there
  offprint upload brand.otf --type font
  offprint upload *.jpg --json | jq -r .assetHandle | offprint submit - --macro web")]
pub struct UploadArgs {
    /// Files and folders
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The folder of the library to put them in, for example 'Acme/shoes/'
    #[arg(long, default_value = "", value_name = "FOLDER", hide_default_value = true)]
    folder: String,
    /// Replace the file of an asset with the same folder and file name; without it the new one gets a -1
    #[arg(long)]
    overwrite: bool,
    /// What the files are, when their content does not tell: image, font, video, zip …
    #[arg(long = "type", value_name = "TYPE", value_parser = asset_type)]
    asset_type: Option<AssetType>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// One file to upload.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    path: PathBuf,
    /// Its folder in the library.
    folder: String,
}

pub async fn run(args: UploadArgs, connection: &Connection) -> Outcome {
    let mut sources = Vec::new();
    for path in &args.files {
        collect(path, &args.folder, &mut sources)?;
    }
    if sources.is_empty() {
        return Err(Failure::request("the folders given hold no files"));
    }
    let mut client = client::connect(connection).await?;
    let transfers = Transfers::new(progress::is_live());
    let mut uploaded = Vec::new();
    let mut failed = 0;
    for source in &sources {
        let sent = upload_file(&mut client, source, &args, &transfers).await;
        match sent {
            Ok(asset) => uploaded.push(asset),
            Err(failure) => {
                failed += 1;
                transfers.line(&format!("{}: {}", source.path.display(), failure.text()));
            }
        }
    }
    transfers.clear();
    if !uploaded.is_empty() {
        assets::print(&uploaded, args.json)?;
    }
    if failed > 0 {
        remark!("{failed} of {} files were not uploaded", sources.len());
        return Ok(ExitCode::from(EXIT_WORK));
    }
    Ok(ExitCode::SUCCESS)
}

async fn upload_file(
    client: &mut Client,
    source: &Source,
    args: &UploadArgs,
    transfers: &Transfers,
) -> Result<Asset, Failure> {
    let path = source.path.clone();
    let file_name = match path.file_name().and_then(|name| name.to_str()) {
        Some(name) => name.to_string(),
        None => return Err(Failure::request("the file name is not valid UTF-8")),
    };
    let hashed = tokio::task::spawn_blocking(move || hash(&path)).await;
    let (size, sha256) = hashed
        .map_err(|error| Failure::work(error.to_string()))?
        .map_err(|error| Failure::work(format!("cannot read it: {error}")))?;
    let header = UploadHeader {
        company_handle: client.company.clone(),
        dest_folder: source.folder.clone(),
        file_name: file_name.clone(),
        overwrite: args.overwrite,
        size_bytes: size as i64,
        sha256: sha256.into(),
        asset_type: args.asset_type.unwrap_or_default().into(),
        ..Default::default()
    };
    let bar = transfers.file(&file_name, size);
    let mut file = tokio::fs::File::open(&source.path)
        .await
        .map_err(|error| Failure::work(format!("cannot read it: {error}")))?;
    let (sender, receiver) = mpsc::channel(4);
    let reading = async move {
        sender.send(message(Data::Header(header))).await.ok();
        loop {
            let mut chunk = vec![0; CHUNK];
            let read = file.read(&mut chunk).await?;
            if read == 0 {
                break;
            }
            chunk.truncate(read);
            // The server closed the stream: its answer says why.
            if sender.send(message(Data::Chunk(chunk.into()))).await.is_err() {
                break;
            }
            bar.inc(read as u64);
        }
        bar.finish_and_clear();
        std::io::Result::Ok(())
    };
    let (read, answer) =
        tokio::join!(reading, client.assets.upload_asset(ReceiverStream::new(receiver)));
    read.map_err(|error| Failure::work(format!("cannot read it: {error}")))?;
    let answer = answer.map_err(|status| Failure::request_text(render(&status)))?;
    answer.into_inner().asset.ok_or_else(|| Failure::work("the server answered without an asset"))
}

/// Uploads bytes that are in memory.
pub async fn upload_bytes(
    client: &mut Client,
    file_name: &str,
    bytes: &'static [u8],
) -> Result<Asset, Failure> {
    let header = UploadHeader {
        company_handle: client.company.clone(),
        file_name: file_name.to_string(),
        size_bytes: bytes.len() as i64,
        sha256: Sha256::digest(bytes).to_vec().into(),
        ..Default::default()
    };
    let mut messages = vec![message(Data::Header(header))];
    for chunk in bytes.chunks(CHUNK) {
        messages.push(message(Data::Chunk(chunk.into())));
    }
    let answer = client.assets.upload_asset(tokio_stream::iter(messages)).await?;
    answer.into_inner().asset.ok_or_else(|| Failure::work("the server answered without an asset"))
}

fn message(data: Data) -> UploadAssetRequest {
    UploadAssetRequest { data: Some(data) }
}

/// Size and SHA-256 of a file, without holding it in memory.
pub fn hash(path: &Path) -> std::io::Result<(u64, Vec<u8>)> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut size = 0;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok((size, hasher.finalize().to_vec()));
        }
        hasher.update(&chunk[..read]);
        size += read as u64;
    }
}

/// Adds a file, or every file of a folder in the order of their names.
fn collect(path: &Path, folder: &str, sources: &mut Vec<Source>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::request(format!("cannot read '{}': {error}", path.display()))
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        sources.push(Source { path: path.to_path_buf(), folder: folder.to_string() });
        return Ok(());
    }
    // "." and ".." have no name of their own: their files go into `folder` itself.
    let folder = match path.file_name() {
        Some(name) => join_folder(folder, &name.to_string_lossy()),
        None => folder.to_string(),
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let is_link = entry.file_type().map_err(unreadable)?.is_symlink();
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link to a folder could lead back up and never end.
        if hidden || (is_link && path.is_dir()) {
            continue;
        }
        entries.push(path);
    }
    entries.sort();
    for entry in entries {
        collect(&entry, &folder, sources)?;
    }
    Ok(())
}

fn join_folder(folder: &str, name: &str) -> String {
    match folder.trim_end_matches('/') {
        "" => format!("{name}/"),
        parent => format!("{parent}/{name}/"),
    }
}

/// Reads `image`, `image-set`, `IMAGE_SET` or `ASSET_TYPE_IMAGE_SET`.
pub fn asset_type(text: &str) -> Result<AssetType, String> {
    let name = text.to_uppercase().replace(['-', ' '], "_");
    let full = format!("ASSET_TYPE_{}", name.trim_start_matches("ASSET_TYPE_"));
    match AssetType::from_str_name(&full) {
        Some(AssetType::Unspecified) | None => Err(format!(
            "'{text}' is no asset type; some are image, pdf, font, video, audio, zip, svg, icc-profile"
        )),
        Some(known) => Ok(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_walked_with_its_name_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let photos = dir.path().join("photos");
        std::fs::create_dir_all(photos.join("b/deep")).unwrap();
        for name in ["z.jpg", "a.jpg", ".DS_Store", "b/deep/c.jpg"] {
            std::fs::write(photos.join(name), b"x").unwrap();
        }
        let mut sources = Vec::new();
        collect(&photos, "Acme", &mut sources).unwrap();
        let found: Vec<(&str, String)> = sources
            .iter()
            .map(|source| {
                let path = source.path.strip_prefix(&photos).unwrap();
                (source.folder.as_str(), path.display().to_string())
            })
            .collect();
        assert_eq!(
            found,
            [
                ("Acme/photos/", "a.jpg".to_string()),
                ("Acme/photos/b/deep/", "b/deep/c.jpg".to_string()),
                ("Acme/photos/", "z.jpg".to_string()),
            ]
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let failure = collect(Path::new("/nowhere/at.jpg"), "", &mut Vec::new()).unwrap_err();
        assert_eq!(
            failure.text(),
            "error: cannot read '/nowhere/at.jpg': No such file or directory (os error 2)"
        );
    }

    #[test]
    fn asset_types_are_read_as_people_write_them() {
        for text in ["image-set", "image set", "IMAGE_SET", "ASSET_TYPE_IMAGE_SET"] {
            assert_eq!(asset_type(text), Ok(AssetType::ImageSet), "{text}");
        }
        assert!(asset_type("unspecified").is_err());
        assert!(asset_type("picture").unwrap_err().contains("'picture' is no asset type"));
    }

    #[test]
    fn the_checksum_is_sha256_of_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("abc");
        std::fs::write(&path, b"abc").unwrap();
        let (size, sha256) = hash(&path).unwrap();
        assert_eq!(size, 3);
        // FIPS 180-2, appendix B.1
        assert_eq!(
            hex::encode(sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
