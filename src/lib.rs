//! offprint: an export engine for image libraries.
//!
//! Arrows point down; a module uses only those below it.
//!
//! ```text
//! cli        what a person sees: progress bars, tables, diagnostics
//! app        config -> App: starts, drains and stops a server
//! fsck, backup  whether rows and files agree; a copy of both while a server runs
//! grpc       the public contract: one file a service, proto <-> domain, errors -> status
//! library    what a file is, what it is called; uploads
//! jobs       submit, admit, claim, export, finish: the life of a job
//! notify     mails about jobs, and the texts of their logs in every language
//! queue      who works on what next; a doorbell, never the truth
//! store      rows: assets, image formats, jobs, items, events
//! blobs      bytes: originals and outputs under the data directory
//! capabilities  what is read and written, for people and clients
//! archive    files -> ZIP, as a stream
//! conversion bytes + plan -> bytes: the pure function that every export is
//! render     plan -> pixels: geometry, resampling, sharpening
//! colour     profiles and the conversion of pixels between them
//! decoding   where files are decoded: here or in a process that may die
//! codecs     bytes <-> pixels, with limits
//! metadata   XMP and Photoshop paths inside files
//! modifiers  text -> plan, with diagnostics
//! config, error, data_dir  settings, whose a failure is, what lies where; for all of the above
//! ```

pub mod app;
pub mod archive;
pub mod backup;
pub mod blobs;
pub mod capabilities;
pub mod cli;
pub mod codecs;
pub mod colour;
pub mod config;
pub mod conversion;
pub mod data_dir;
pub mod decoding;
pub mod error;
pub mod fsck;
pub mod grpc;
pub mod jobs;
pub mod library;
pub mod metadata;
pub mod modifiers;
pub mod notify;
pub mod queue;
pub mod render;
pub mod store;

/// The messages and services generated from `proto/offprint/v1`.
#[allow(clippy::large_enum_variant)] // the generated oneofs are what they are
pub mod proto {
    tonic::include_proto!("offprint.v1");

    /// Every descriptor of the contract and its imports, for reflection.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/offprint.bin"));
}
