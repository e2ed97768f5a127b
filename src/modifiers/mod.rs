//! The Image Serving modifier language: text to [`plan::Plan`], without I/O.

pub mod plan;
