//! `rotate` and `perspective`: the pixels of one layer turned or bent (01 §5.2,
//! 02 §3.3).
//!
//! ```text
//! kernel       weights of the filters of resMode
//! sampler      the colour between the pixels of a picture
//! rotate       turned pictures
//! perspective  bent pictures
//! ```
//!
//! Colours are mixed premultiplied. Beyond its border a picture goes on with its
//! border pixels, and its opacity is multiplied by how much of each pixel of the
//! result it covers: edges are antialiased without fringes or ringing.
//!
//! Arithmetic is IEEE without fused steps in a fixed order, pixel by pixel, so
//! that bytes are the same on every machine and for any number of threads.

mod kernel;
mod perspective;
mod rotate;
mod sampler;
#[cfg(test)]
mod tests;

pub use perspective::bent;
pub use rotate::rotated;
#[cfg(test)]
pub(in crate::render) use tests::golden;
