//! Any bytes that begin as a PSD or PSB.
#![no_main]

mod decoding;

decode_target!(Psd);
