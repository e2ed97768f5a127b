//! Any bytes that begin as a TIFF.
#![no_main]

mod decoding;

decode_target!(Tiff);
