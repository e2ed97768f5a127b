//! Stored events to WatchJobResponse.

use super::convert_job::counts;
use super::{convert, convert_job, status};
use crate::jobs::event::{AssetRef, Event, OutputFile};
use crate::proto;
use crate::proto::watch_job_response::Event as Wire;
use crate::store::artifacts::PER_ITEM;

/// An asset as events name it.
pub fn asset(asset: &AssetRef) -> proto::AssetRef {
    proto::AssetRef {
        index: asset.index as i32,
        asset_handle: asset.handle.clone(),
        asset_name: asset.name.clone(),
        asset_type: asset.asset_type,
    }
}

fn output_file(file: &OutputFile) -> proto::OutputFile {
    proto::OutputFile {
        name: file.name.clone(),
        mime_type: file.mime_type.clone(),
        size_bytes: file.size,
        width: file.width,
        height: file.height,
        sha256: convert::checksum(&file.sha256),
        page: file.page as i32,
    }
}

/// A stored event on the wire.
pub fn event(event: &Event) -> Wire {
    match event {
        Event::JobAccepted { original_name, total, .. } => Wire::JobAccepted(proto::JobAccepted {
            original_name: original_name.clone(),
            total: *total,
        }),
        Event::JobStarted { run_name, total, resolved_macro } => {
            Wire::JobStarted(proto::JobStarted {
                run_name: run_name.clone(),
                total: *total,
                resolved_macro: resolved_macro.clone(),
            })
        }
        Event::JobStateChanged { from, to, actor } => {
            Wire::JobStateChanged(proto::JobStateChanged {
                from_state: convert_job::state(*from) as i32,
                to_state: convert_job::state(*to) as i32,
                actor: actor.clone(),
            })
        }
        Event::JobWarning { warning } => {
            Wire::JobWarning(proto::JobWarning { warning: Some(status::problem(warning)) })
        }
        Event::AssetStarted { asset: about, attempt, effective_request } => {
            Wire::AssetStarted(proto::AssetStarted {
                asset: Some(asset(about)),
                attempt: *attempt as i32,
                effective_request: effective_request.clone(),
            })
        }
        Event::AssetWarning { asset: about, warning } => Wire::AssetWarning(proto::AssetWarning {
            asset: Some(asset(about)),
            warning: Some(status::problem(warning)),
        }),
        Event::AssetCompleted { asset: about, files, elapsed_ms, counts: now } => {
            Wire::AssetCompleted(proto::AssetCompleted {
                asset: Some(asset(about)),
                files: files.iter().map(output_file).collect(),
                elapsed: convert::duration(*elapsed_ms),
                counts: Some(counts(*now)),
            })
        }
        Event::AssetFailed { asset: about, error, counts: now } => {
            Wire::AssetFailed(proto::AssetFailed {
                asset: Some(asset(about)),
                error: Some(status::problem(error)),
                ips_code: ips_code(&error.reason),
                counts: Some(counts(*now)),
            })
        }
        Event::AssetCancelled { asset: about } => {
            Wire::AssetCancelled(proto::AssetCancelled { asset: Some(asset(about)) })
        }
        Event::ArtifactReady { index, artifact, file, part, expires_ms } => {
            let number = index.map_or(*artifact, |index| index * PER_ITEM);
            Wire::ArtifactReady(proto::ArtifactReady {
                artifact: Some(proto::Artifact {
                    artifact_id: number.to_string(),
                    file_name: file.name.clone(),
                    mime_type: file.mime_type.clone(),
                    size_bytes: file.size,
                    sha256: convert::checksum(&file.sha256),
                    expire_time: convert::timestamp(*expires_ms),
                    part: *part as i32,
                }),
            })
        }
        Event::JobFinished { outcome, counts: last, error, elapsed_ms } => {
            Wire::JobFinished(proto::JobFinished {
                outcome: convert_job::outcome(*outcome) as i32,
                counts: Some(counts(*last)),
                fatal_error: error.is_some(),
                error: error.as_ref().map(status::problem),
                elapsed: convert::duration(*elapsed_ms),
            })
        }
    }
}

/// The fault that Scene7's API would have used (03 §6.3).
fn ips_code(reason: &str) -> i32 {
    match reason {
        "ASSET_NOT_FOUND"
        | "ASSET_IN_TRASH"
        | "NO_ORIGINAL"
        | "UNSUPPORTED_ASSET_TYPE"
        | "NAME_COLLISION" => 30001,
        _ => 30000,
    }
}
