//! `offprint download`: the files of a job.

use super::client::{self, Client};
use super::output::say;
use super::progress::{self, Transfers};
use super::status::Failure;
use super::{Connection, Outcome, atomic, table, upload};
use crate::proto::download_artifact_response::Data;
use crate::proto::{Artifact, DownloadArtifactRequest};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tonic::Code;

/// How often one file is tried when the connection breaks.
const ATTEMPTS: u32 = 5;
/// Bytes a message; the most that the contract allows.
const CHUNK: i32 = 1 << 20;

/// Saves the files of a job
///
/// A file that was broken off goes on where it stopped. Every file is checked
/// against its SHA-256 before it gets its name; a file of the same name is
/// replaced, one of the same content is left alone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint download \"$JOB\"                   into ./offprint-out/
  offprint download \"$JOB\" --out spring/
  offprint download \"$JOB\" --artifact 3      only one; the ids are in `offprint watch --json`")]
pub struct DownloadArgs {
    /// The job's handle
    #[arg(value_name = "JOB")]
    job: String,
    /// The folder to write to
    #[arg(long, default_value = "offprint-out", value_name = "DIR")]
    out: PathBuf,
    /// Only this file of the job
    #[arg(long, value_name = "ID")]
    artifact: Option<String>,
}

pub async fn run(args: DownloadArgs, connection: &Connection) -> Outcome {
    let mut client = client::connect(connection).await?;
    let mut artifacts = client.artifacts(&args.job).await?;
    if let Some(id) = &args.artifact {
        artifacts.retain(|artifact| artifact.artifact_id == *id);
        if artifacts.is_empty() {
            return Err(Failure::request(format!("the job {} has no file '{id}'", args.job)));
        }
    }
    save(&mut client, &args.job, &artifacts, &args.out).await?;
    Ok(ExitCode::SUCCESS)
}

/// Saves all files of a job and says where.
pub async fn save_all(client: &mut Client, job_handle: &str, out: &Path) -> Result<(), Failure> {
    let artifacts = client.artifacts(job_handle).await?;
    save(client, job_handle, &artifacts, out).await
}

async fn save(
    client: &mut Client,
    job_handle: &str,
    artifacts: &[Artifact],
    out: &Path,
) -> Result<(), Failure> {
    let transfers = Transfers::new(progress::is_live());
    for artifact in artifacts {
        save_one(client, job_handle, artifact, out, &transfers).await?;
    }
    transfers.clear();
    let bytes = artifacts.iter().map(|artifact| artifact.size_bytes).sum();
    say!(
        "{} ({}) in {}",
        table::count(artifacts.len() as i64, "file"),
        table::size(bytes),
        out.display()
    );
    Ok(())
}

/// Saves one file and gives its path.
pub async fn save_one(
    client: &mut Client,
    job_handle: &str,
    artifact: &Artifact,
    out: &Path,
    transfers: &Transfers,
) -> Result<PathBuf, Failure> {
    let path = out.join(safe_name(&artifact.file_name)?);
    let fail = |error: std::io::Error| {
        Failure::work(format!("cannot write '{}': {error}", path.display()))
    };
    tokio::fs::create_dir_all(path.parent().unwrap_or(out)).await.map_err(fail)?;
    if has_content(&path, artifact).await.map_err(fail)? {
        return Ok(path);
    }
    // The checksum in the name keeps the parts of different files apart.
    let digest = hex::encode(&artifact.sha256);
    let part = atomic::beside(&path, &format!("{}.part", digest.get(..16).unwrap_or("unchecked")))?;
    let bar = transfers.file(&artifact.file_name, artifact.size_bytes.max(0) as u64);
    let mut attempt = 0;
    loop {
        attempt += 1;
        match receive(client, job_handle, artifact, &part, &bar).await {
            Ok(()) => break,
            Err(Trouble::Disk(error)) => return Err(fail(error)),
            Err(Trouble::Server(status)) => {
                let gone =
                    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Internal);
                if !gone || attempt == ATTEMPTS {
                    return Err(status.into());
                }
                tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
            }
        }
    }
    bar.finish_and_clear();
    if !has_content(&part, artifact).await.map_err(fail)? {
        let _ = tokio::fs::remove_file(&part).await;
        return Err(Failure::work(format!(
            "'{}' arrived damaged: its SHA-256 is not {digest}; nothing was kept, try again",
            artifact.file_name
        )));
    }
    tokio::fs::rename(&part, &path).await.map_err(fail)?;
    Ok(path)
}

/// What can go wrong while a file arrives.
enum Trouble {
    Disk(std::io::Error),
    Server(tonic::Status),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        Trouble::Disk(error)
    }
}

impl From<tonic::Status> for Trouble {
    fn from(status: tonic::Status) -> Trouble {
        Trouble::Server(status)
    }
}

/// Appends to `part` what it lacks.
async fn receive(
    client: &mut Client,
    job_handle: &str,
    artifact: &Artifact,
    part: &Path,
    bar: &indicatif::ProgressBar,
) -> Result<(), Trouble> {
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(part).await?;
    let mut have = file.metadata().await?.len() as i64;
    if have > artifact.size_bytes {
        file.set_len(0).await?;
        have = 0;
    }
    bar.set_position(have as u64);
    let request = DownloadArtifactRequest {
        company_handle: client.company.clone(),
        job_handle: job_handle.to_string(),
        artifact_id: artifact.artifact_id.clone(),
        offset: have,
        chunk_size: CHUNK,
    };
    let mut stream = client.jobs.download_artifact(request).await?.into_inner();
    while let Some(message) = stream.message().await? {
        if let Some(Data::Chunk(chunk)) = message.data {
            file.write_all(&chunk).await?;
            bar.inc(chunk.len() as u64);
        }
    }
    file.sync_all().await?;
    Ok(())
}

/// Whether the file is there with the artifact's size and checksum.
async fn has_content(path: &Path, artifact: &Artifact) -> std::io::Result<bool> {
    let path = path.to_path_buf();
    let size = artifact.size_bytes;
    let sha256 = artifact.sha256.clone();
    let check = tokio::task::spawn_blocking(move || match std::fs::metadata(&path) {
        Ok(metadata) if metadata.len() as i64 == size => Ok(upload::hash(&path)?.1 == sha256),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    });
    check.await.map_err(std::io::Error::other)?
}

/// A name that stays inside the folder it is joined to.
fn safe_name(name: &str) -> Result<&str, Failure> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    if name.split('/').all(plain) && !name.contains(['\\', '\0', ':']) {
        return Ok(name);
    }
    Err(Failure::work(format!(
        "the server names a file '{name}', which does not lie in the folder of the download"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for name in ["", ".", "..", "../x", "/etc/passwd", "a/../b", "a//b", "a/", "a\\b", "a\0b"] {
            assert!(safe_name(name).is_err(), "{name:?}");
        }
        for name in ["..photo (1).jpg", "a/b.jpg"] {
            assert!(matches!(safe_name(name), Ok(same) if same == name));
        }
    }

    #[tokio::test]
    async fn content_is_right_only_with_size_and_checksum() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("abc");
        let artifact = Artifact {
            size_bytes: 3,
            sha256: Sha256::digest(b"abc").to_vec().into(),
            ..Default::default()
        };
        assert!(!has_content(&path, &artifact).await.unwrap());
        for (content, right) in [("abc", true), ("abd", false), ("abcd", false), ("", false)] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(has_content(&path, &artifact).await.unwrap(), right, "{content}");
        }
    }
}
