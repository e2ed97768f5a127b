//! Bytes and a plan make bytes: the pure function that every export is.
//!
//! Same source, plan and limits give the same output bytes, on any thread.
