//! The pixel operations `op_*` (02 §4.4 and §4.5): pure functions on one picture.
//!
//! Order of several operations on one layer (02 §4.5, ruling 7): growMask,
//! grow, blur, brightness, contrast, colorbalance, saturation, hue, colorize,
//! invert, sharpen, usm, noise.
//!
//! The neutral value of an operation leaves every byte as it is. No operation
//! changes the size of the picture. Arithmetic is integer or IEEE without
//! fused steps in a fixed order, so that bytes are the same on every machine
//! (ruling 16). Only tables use exp, pow or tan of the platform, and round
//! them so coarsely that their last bit does not show.

pub mod blur;
pub mod brightness;
pub mod colorbalance;
pub mod colorize;
pub mod contrast;
mod disc;
mod gaussian;
mod gaussian_weights;
pub mod grow;
pub mod grow_mask;
pub mod hue;
pub mod invert;
pub mod noise;
pub mod saturation;
pub mod sharpen;
pub mod tables;
pub mod usm;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;
