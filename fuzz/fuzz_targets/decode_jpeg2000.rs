//! Any bytes that begin as a JPEG 2000.
#![no_main]

mod decoding;

decode_target!(Jp2);
