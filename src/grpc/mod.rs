//! The public contract over gRPC: one file a service.

mod asset_changes;
mod asset_fields;
mod asset_search;
mod assets;
mod broken_off;
mod capabilities;
mod convert;
mod convert_job;
mod convert_log;
mod convert_submit;
mod download;
mod image_formats;
mod job_events;
mod job_logs;
mod jobs;
mod reader;
mod resolve;
pub mod server;
mod status;
mod watch;
mod watchers;
mod zip_entries;
