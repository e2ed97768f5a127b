//! Any bytes that begin as an AVIF.
#![no_main]

mod decoding;

decode_target!(Avif);
