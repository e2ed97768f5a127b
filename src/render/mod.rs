//! A plan applied to pixels.
