//! Any bytes that begin as an EPS.
#![no_main]

mod decoding;

decode_target!(PostScript);
