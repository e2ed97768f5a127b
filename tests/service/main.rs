//! What a client of the service sees: one file a risk, over one harness. They
//! are modules of one program, so that the service is linked once.

mod asset_fields;
mod control;
mod convert;
mod decoding;
mod durability;
mod formats;
mod harness;
mod job;
mod library;
mod logs;
mod logs_of_assets;
mod logs_of_runs;
mod logs_paged;
mod masks;
mod outputs;
mod resolutions;
mod submit;
mod upload;
mod watch;
mod zip;
