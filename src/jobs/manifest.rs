//! `manifest.json`: what came of each asset of a job, in the order of the request
//! (03 §4.4). Nothing in it depends on when or how often an asset was tried.

use super::context::JobContext;
use super::outputs;
use super::vocabulary::{ExportKind, ExportRequest};
use crate::error::Problem;
use crate::store::artifacts::{ArtifactRow, PER_ITEM};
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use crate::store::jobs::JobRow;
use serde::Serialize;
use std::collections::HashMap;

pub(super) const NAME: &str = "manifest.json";

/// The text, piece by piece.
pub(super) struct Manifest {
    head: String,
    first: bool,
}

#[derive(Serialize)]
struct Head<'a> {
    job: &'a str,
    original_name: &'a str,
    company: &'a str,
    fmt: &'static str,
    total: i64,
}

#[derive(Serialize)]
struct Entry<'a> {
    asset_handle: &'a str,
    source_name: &'a str,
    source_sha256: &'a str,
    status: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<File<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Problem>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    mime_type: &'a str,
    width: i32,
    height: i32,
    bytes: i64,
    sha256: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    rendition: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    effective_request: String,
}

impl Manifest {
    pub fn start(job: &JobRow, request: &ExportRequest) -> Manifest {
        let head = Head {
            job: &job.run_name,
            original_name: &job.original_name,
            company: &job.company,
            fmt: match request.kind {
                ExportKind::Orig => "orig",
                ExportKind::Convert => "convert",
            },
            total: job.counts.total,
        };
        let mut head = serde_json::to_string_pretty(&head).unwrap_or_default();
        head.truncate(head.trim_end_matches(['}', '\n']).len());
        head.push_str(",\n  \"assets\": [");
        Manifest { head, first: true }
    }

    /// The next items, their artifacts, and the assets among theirs that still exist.
    pub fn items(
        &mut self,
        context: &JobContext,
        items: &[ItemRow],
        files: &[ArtifactRow],
        assets: &[AssetRow],
    ) -> String {
        let assets: HashMap<i64, &AssetRow> = assets.iter().map(|row| (row.id, row)).collect();
        let mut text = std::mem::take(&mut self.head);
        for item in items {
            let planned = outputs::planned(item);
            let own = files.iter().filter(|file| file.idx / PER_ITEM == item.idx);
            let outputs = own
                .map(|file| {
                    let output = planned.get((file.idx % PER_ITEM) as usize);
                    let rendition = output
                        .and_then(|output| output.rendition)
                        .and_then(|number| context.request.renditions.get(number));
                    File {
                        name: &file.file_name,
                        mime_type: &file.mime_type,
                        width: file.width,
                        height: file.height,
                        bytes: file.size,
                        sha256: &file.sha256,
                        rendition: rendition.map_or("", |rendition| &rendition.name),
                        effective_request: output
                            .map_or(String::new(), |output| context.effective(output).to_owned()),
                    }
                })
                .collect();
            let problems: Vec<Problem> = serde_json::from_str(&item.problems).unwrap_or_default();
            let (error, warnings) = match item.state.as_str() {
                "failed" => (problems.into_iter().next(), Vec::new()),
                _ => (None, problems),
            };
            let asset = assets.get(&item.asset_id);
            let entry = Entry {
                asset_handle: &item.handle,
                source_name: asset.map_or("", |asset| &asset.file_name),
                source_sha256: asset.map_or("", |asset| &asset.sha256),
                status: &item.state,
                outputs,
                error,
                warnings,
            };
            text.push_str(if self.first { "\n    " } else { ",\n    " });
            self.first = false;
            text.push_str(&serde_json::to_string(&entry).unwrap_or_default());
        }
        text
    }

    pub fn end(mut self) -> String {
        std::mem::take(&mut self.head) + "\n  ]\n}\n"
    }
}
