//! Files are built here field by field; what is in them is shown.

use super::*;

/// Parts of a file. `..windows()` gives the rest.
#[derive(Clone)]
struct Bmp {
    header_size: u32,
    width: i32,
    height: i32,
    bits: u16,
    compression: u32,
    colours: u32,
    /// What comes between the header and the pixels.
    palette: Vec<u8>,
    /// Where the pixels are said to start, if not where they do.
    data_offset: Option<u32>,
    pixels: Vec<u8>,
}

fn windows() -> Bmp {
    Bmp {
        header_size: 40,
        width: 1,
        height: 1,
        bits: 24,
        compression: 0,
        colours: 0,
        palette: Vec::new(),
        data_offset: None,
        pixels: Vec::new(),
    }
}

impl Bmp {
    fn bytes(&self) -> Vec<u8> {
        let mut header = self.header_size.to_le_bytes().to_vec();
        if self.header_size == 12 {
            header.extend((self.width as u16).to_le_bytes());
            header.extend((self.height as u16).to_le_bytes());
        } else {
            header.extend(self.width.to_le_bytes());
            header.extend(self.height.to_le_bytes());
        }
        header.extend(1u16.to_le_bytes());
        header.extend(self.bits.to_le_bytes());
        header.extend(self.compression.to_le_bytes());
        header.extend([0; 4]);
        // 11811 dots a metre are 300 an inch
        header.extend([11811u32, 11811, self.colours].map(u32::to_le_bytes).concat());
        header.resize(self.header_size as usize, 0);
        let start = 14 + header.len() + self.palette.len();
        let mut out = b"BM\0\0\0\0\0\0\0\0".to_vec();
        out.extend(self.data_offset.unwrap_or(start as u32).to_le_bytes());
        out.extend([&header[..], &self.palette, &self.pixels].concat());
        out
    }

    fn data(&self) -> Vec<u8> {
        let bytes = self.bytes();
        let info = probe(&bytes).unwrap();
        let bitmap = decode(&bytes).unwrap().bitmap;
        assert_eq!((bitmap.width, bitmap.height), (info.width, info.height));
        assert_eq!(bitmap.channels.has_alpha(), info.has_alpha);
        bitmap.data
    }
}

/// Black, red, green, blue: blue comes first in the file.
const COLOURS: [[u8; 4]; 4] = [[0, 0, 0, 0], [0, 0, 255, 0], [0, 255, 0, 0], [255, 0, 0, 0]];
const BLACK: [u8; 3] = [0, 0, 0];
const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];

/// Masks of 4 bytes.
fn masks(of: &[u32]) -> Vec<u8> {
    of.iter().flat_map(|mask| mask.to_le_bytes()).collect()
}

/// 8 bits a pixel: green, blue above black, red.
fn four_colours() -> Bmp {
    Bmp {
        width: 2,
        height: 2,
        bits: 8,
        colours: 4,
        palette: COLOURS.concat(),
        pixels: vec![0, 1, 0, 0, 2, 3, 0, 0],
        ..windows()
    }
}

#[test]
fn rows_are_from_the_bottom_unless_the_height_is_negative() {
    assert_eq!(four_colours().data(), [GREEN, BLUE, BLACK, RED].concat());
    let down = Bmp { height: -2, ..four_colours() };
    assert_eq!(down.data(), [BLACK, RED, GREEN, BLUE].concat());
}

#[test]
fn indices_have_1_or_4_bits() {
    let one =
        Bmp { width: 3, bits: 1, colours: 2, pixels: vec![0b0110_0000, 0, 0, 0], ..four_colours() };
    let one = Bmp { height: 1, palette: COLOURS[1..3].concat(), ..one };
    assert_eq!(one.data(), [RED, GREEN, GREEN].concat());
    let four =
        Bmp { width: 3, height: 1, bits: 4, pixels: vec![0x12, 0x30, 0, 0], ..four_colours() };
    assert_eq!(four.data(), [RED, GREEN, BLUE].concat());
}

#[test]
fn sixteen_bits_are_rounded_to_eight() {
    // 5-5-5: red 10 * 255 / 31 = 82.3, green 1 * 255 / 31 = 8.2, blue 30 * 255 / 31 = 246.8
    let value = 10u16 << 10 | 1 << 5 | 30;
    let pixels = [&value.to_le_bytes()[..], &[0, 0]].concat();
    let five = Bmp { bits: 16, pixels, ..windows() };
    assert_eq!(five.data(), [82, 8, 247]);
    // 5-6-5: green 40 * 255 / 63 = 161.9
    let value = 10u16 << 11 | 40 << 5 | 30;
    let pixels = [&value.to_le_bytes()[..], &[0, 0]].concat();
    let palette = masks(&[0xf800, 0x07e0, 0x001f]);
    let six = Bmp { bits: 16, compression: 3, palette, pixels, ..windows() };
    assert_eq!(six.data(), [82, 162, 247]);
}

#[test]
fn only_masks_make_alpha() {
    let pixels = vec![3, 2, 1, 9];
    let plain = Bmp { bits: 32, pixels: pixels.clone(), ..windows() };
    assert_eq!(plain.data(), [1, 2, 3]);
    let rgba = masks(&[0xff_0000, 0xff00, 0xff, 0xff00_0000]);
    // a header of 56 bytes ends in the masks
    let mut v3 = Bmp { header_size: 56, bits: 32, compression: 3, pixels, ..windows() }.bytes();
    v3[54..70].copy_from_slice(&rgba);
    assert_eq!(decode(&v3).unwrap().bitmap.data, [1, 2, 3, 9]);
    // Windows CE puts them after a header of 40
    v3[14..18].copy_from_slice(&40u32.to_le_bytes());
    v3[30..34].copy_from_slice(&6u32.to_le_bytes());
    assert_eq!(decode(&v3).unwrap().bitmap.data, [1, 2, 3, 9]);
    assert!(probe(&v3).unwrap().has_alpha);
}

#[test]
fn run_lengths_of_8_bits() {
    let pixels = vec![
        2, 1, 1, 2, 0, 0, // twice red, once green, end of row
        0, 3, 3, 2, 1, 0, // three literals, padded to 4 bytes
        0, 1, // end
    ];
    let rle = Bmp { width: 3, compression: 1, pixels, ..four_colours() };
    assert_eq!(rle.data(), [BLUE, GREEN, RED, RED, RED, GREEN].concat());
    // one pixel, then one to the right and one up
    let pixels = vec![1, 1, 0, 2, 1, 1, 1, 3, 0, 1];
    let delta = Bmp { width: 3, compression: 1, pixels, ..four_colours() };
    assert_eq!(delta.data(), [BLACK, BLACK, BLUE, RED, BLACK, BLACK].concat());
}

#[test]
fn run_lengths_of_4_bits() {
    let pixels = vec![
        3, 0x12, 0, 0, // red, green, red, end of row
        0, 3, 0x32, 0x10, // three literals
        0, 1, // end
    ];
    let rle = Bmp { width: 3, bits: 4, compression: 2, pixels, ..four_colours() };
    assert_eq!(rle.data(), [BLUE, GREEN, RED, RED, GREEN, RED].concat());
}

#[test]
fn headers_of_os2_say_the_same() {
    let expected = four_colours().data();
    let three = COLOURS.iter().flat_map(|colour| &colour[..3]).copied();
    let mut palette: Vec<u8> = three.collect();
    palette.resize(3 * 256, 0);
    assert_eq!(Bmp { header_size: 12, palette, ..four_colours() }.data(), expected);
    assert_eq!(Bmp { header_size: 64, ..four_colours() }.data(), expected);
    let mut palette = COLOURS.concat();
    palette.resize(4 * 256, 0);
    assert_eq!(Bmp { header_size: 16, palette, ..four_colours() }.data(), expected);
    // 3 is no bitfields there
    let huffman = Bmp { header_size: 64, compression: 3, ..four_colours() };
    assert!(matches!(probe(&huffman.bytes()), Err(CodecError::Unsupported { .. })));
}

#[test]
fn faults_that_other_readers_put_up_with() {
    let expected = four_colours().data();
    let early = Bmp { data_offset: Some(54), ..four_colours() };
    assert_eq!(early.data(), expected);
    let mut palette = COLOURS.concat();
    palette.resize(4 * 300, 0);
    let many = Bmp { colours: 300, palette: palette.clone(), ..four_colours() };
    assert_eq!(many.data(), expected);
    let both = Bmp { colours: 300, data_offset: Some(54), palette, ..four_colours() };
    assert_eq!(both.data(), expected);
}

#[test]
fn resolution_is_in_dots_per_inch() {
    let resolution = |bmp: Bmp| probe(&bmp.bytes()).unwrap().resolution;
    // 11811 * 0.0254
    assert_eq!(resolution(four_colours()), Some(299.9994));
    assert_eq!(resolution(Bmp { header_size: 64, ..four_colours() }), Some(299.9994));
}

#[test]
fn a_cut_file_is_damaged() {
    let whole = four_colours().bytes();
    for length in 18..whole.len() {
        let error = decode(&whole[..length]).err();
        assert!(matches!(error, Some(CodecError::Damaged { .. })), "{length}: {error:?}");
    }
}

proptest::proptest! {
    #[test]
    fn hostile_bytes_never_panic(
        size in 0usize..8,
        (width, height) in (-3i32..40, -40i32..40),
        (bits, compression, colours) in (0usize..7, 0u32..8, 0u32..400),
        (palette, pixels) in proptest::prelude::any::<(Vec<u8>, Vec<u8>)>(),
        data_offset in proptest::prelude::any::<Option<u16>>(),
    ) {
        let header_size = [12, 16, 40, 52, 56, 64, 108, 124][size];
        let bits = [1, 2, 4, 8, 16, 24, 32][bits];
        let data_offset = data_offset.map(u32::from);
        let bytes = Bmp { header_size, width, height, bits, compression, colours, palette, data_offset, pixels }.bytes();
        if probe(&bytes).is_ok_and(|info| info.width > 0 && info.height > 0) {
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn headers_of_any_bytes_are_changed_without_panic(tail: Vec<u8>, size in 0u32..130) {
        let start = [b"BM\0\0\0\0\0\0\0\0\x36\0\0\0", &size.to_le_bytes()[..]].concat();
        let _ = header::readable(&[&start[..], &tail].concat());
    }
}
