//! Palettes that do not depend on the picture.

/// The entry of [`mac`] that is missed least.
pub(super) const DARKEST_GRAY: usize = 254;

/// The six levels of the cube, in descending order.
const CUBE: [u8; 6] = [0xff, 0xcc, 0x99, 0x66, 0x33, 0x00];

/// The 216 web-safe colours, red changing slowest (02 §4.2).
pub(super) fn web() -> Vec<[u8; 3]> {
    let levels = || CUBE.into_iter().rev();
    levels().flat_map(|r| levels().flat_map(move |g| levels().map(move |b| [r, g, b]))).collect()
}

/// The 8-bit system colours of the Macintosh (`clut` resource 8): the web cube
/// from white down but for black, ten levels each of red, green, blue and gray
/// between those of the cube, and black.
pub(super) fn mac() -> Vec<[u8; 3]> {
    const RAMP: [u8; 10] = [0xee, 0xdd, 0xbb, 0xaa, 0x88, 0x77, 0x55, 0x44, 0x22, 0x11];
    let mut colours: Vec<[u8; 3]> = web().into_iter().skip(1).rev().collect();
    colours.extend(RAMP.map(|level| [level, 0, 0]));
    colours.extend(RAMP.map(|level| [0, level, 0]));
    colours.extend(RAMP.map(|level| [0, 0, level]));
    colours.extend(RAMP.map(|level| [level; 3]));
    colours.push([0; 3]);
    colours
}
