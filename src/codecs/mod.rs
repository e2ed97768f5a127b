//! Bytes to pixels and pixels to bytes.
