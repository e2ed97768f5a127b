//! XMP and Photoshop paths: what a picture file carries beside its pixels and
//! an export copies (`xmpEmbed`, `pathEmbed`) or obeys (`clipPathE`,
//! `cropPathE`; 02 §3.3, §4.2).
//!
//! ```text
//! embedded   file bytes -> XMP and paths, whatever the container
//! insert     XMP and paths -> JPEG segments and TIFF tags
//! paths      path resources <-> paths, and what happens to them on the way
//! resources  Photoshop's image resource blocks
//! xmp        packets, and those of JPEG that are spread over segments
//! jpeg, tiff, png, webp, psd   where a container keeps both
//! ```
//!
//! Reading never fails: damaged metadata are less metadata. Nothing is allocated
//! by a size that a file claims; work is linear in the bytes that are there.

mod bytes;
pub mod embedded;
pub mod insert;
mod jpeg;
mod mac_roman;
mod md5;
pub mod paths;
mod png;
mod psd;
pub mod resources;
#[cfg(test)]
mod tests;
mod tiff;
mod webp;
pub mod xmp;

pub use embedded::{Metadata, read};
pub use paths::{EmbeddedPath, Knot, Operation, Subpath};
