//! Any bytes that begin as a BMP.
#![no_main]

mod decoding;

decode_target!(Bmp);
