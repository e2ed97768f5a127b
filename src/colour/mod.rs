//! Print-grade colour (01 §9, 02 §4.1): profiles, the folder they are found
//! in, and the conversion of pixels between them.
//!
//! Everything here is a pure function of its arguments but [`profiles`], which
//! reads the folder once.

mod black_point;
mod curve;
pub mod decide;
mod device;
mod dither;
mod link;
mod lut;
pub mod names;
mod pcs;
pub mod profile;
pub mod profiles;
pub mod transform;
mod transforms;

pub use crate::codecs::bitmap::naive;
pub use profile::{Intent, PixelType, Profile, ProfileError};
pub use profiles::Profiles;
pub use transform::Transform;
pub use transforms::Transforms;

#[cfg(test)]
mod tests;
