//! Any bytes that begin as a WebP.
#![no_main]

mod decoding;

decode_target!(Webp);
