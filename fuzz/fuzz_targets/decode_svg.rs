//! Any bytes that begin as an SVG or SVGZ.
#![no_main]

mod decoding;

decode_target!(Svg);
