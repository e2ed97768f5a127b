//! Any bytes that begin as a PNG.
#![no_main]

mod decoding;

decode_target!(Png);
