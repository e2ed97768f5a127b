//! Any bytes that begin as a GIF.
#![no_main]

mod decoding;

decode_target!(Gif);
