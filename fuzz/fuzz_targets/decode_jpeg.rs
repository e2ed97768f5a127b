//! Any bytes that begin as a JPEG.
#![no_main]

mod decoding;

decode_target!(Jpeg);
