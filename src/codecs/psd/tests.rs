//! Files are built here field by field; what is in them is shown.

use super::*;
use crate::codecs::bitmap::Bitmap;

/// Parts of a file. `..plain()` gives the rest.
struct Psd {
    mode: u16,
    bits: u16,
    channels: u16,
    width: u32,
    height: u32,
    resources: Vec<u8>,
    layers: Vec<u8>,
    compression: u16,
    samples: Vec<u8>,
}

const GRAY: u16 = 1;
const RGB: u16 = 3;
const CMYK: u16 = 4;

fn plain() -> Psd {
    Psd {
        mode: GRAY,
        bits: 8,
        channels: 1,
        width: 1,
        height: 1,
        resources: Vec::new(),
        layers: Vec::new(),
        compression: 0,
        samples: Vec::new(),
    }
}

impl Psd {
    fn bytes(&self) -> Vec<u8> {
        let mut out = b"8BPS\0\x01\0\0\0\0\0\0".to_vec();
        out.extend(self.channels.to_be_bytes());
        out.extend(self.height.to_be_bytes());
        out.extend(self.width.to_be_bytes());
        out.extend(self.bits.to_be_bytes());
        out.extend(self.mode.to_be_bytes());
        for section in [&[], &self.resources[..], &self.layers] {
            out.extend(block(section));
        }
        out.extend(self.compression.to_be_bytes());
        out.extend(&self.samples);
        out
    }

    fn decoded(&self) -> Stored {
        decode(&self.bytes()).unwrap()
    }

    fn data(&self) -> (Channels, Vec<u8>) {
        let bitmap = self.decoded().bitmap;
        (bitmap.channels, bitmap.data)
    }

    fn error(&self) -> String {
        let bytes = self.bytes();
        let error = decode(&bytes).err().unwrap().to_string();
        if let Err(probed) = probe(&bytes) {
            assert_eq!(probed.to_string(), error);
        }
        error
    }
}

/// A length in 4 bytes and what it is the length of.
fn block(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_be_bytes(), body].concat()
}

/// An image resource without a name.
fn resource(id: u16, body: &[u8]) -> Vec<u8> {
    let padding = &[0][..body.len() % 2];
    [b"8BIM", &id.to_be_bytes()[..], &[0, 0], &block(body), padding].concat()
}

/// A layer section that says that the merged picture has opacity.
fn transparent() -> Vec<u8> {
    block(&(-1i16).to_be_bytes())
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn channels_are_stored_one_after_the_other() {
    let rgb = Psd { mode: RGB, channels: 3, width: 2, samples: vec![1, 2, 3, 4, 5, 6], ..plain() };
    assert_eq!(rgb.data(), (Channels::Rgb, vec![1, 3, 5, 2, 4, 6]));
}

#[test]
fn ink_is_stored_as_the_light_that_it_leaves() {
    let cmyk = Psd { mode: CMYK, channels: 4, samples: vec![255, 0, 155, 254], ..plain() };
    assert_eq!(cmyk.data(), (Channels::Cmyk, vec![0, 255, 100, 1]));
    // 65535 - 25700 = 39835 and 25700 = 100 * 257
    let samples = [65535u16, 0, 39835, 65535].map(u16::to_be_bytes).concat();
    let deep = Psd { mode: CMYK, bits: 16, channels: 4, samples, ..plain() };
    assert_eq!(deep.data(), (Channels::Cmyk, vec![0, 255, 100, 0]));
}

#[test]
fn a_set_bit_is_black() {
    let samples = vec![0b0101_0000, 0b0111_1111, 0xff, 0x80];
    let bitmap = Psd { mode: 0, bits: 1, width: 9, height: 2, samples, ..plain() };
    let rows = [[255, 0, 255, 0, 255, 255, 255, 255, 255], [0; 9]];
    assert_eq!(bitmap.data(), (Channels::Gray, rows.concat()));
}

#[test]
fn sixteen_bits_are_rounded() {
    // 128 / 257 is below a half, 129 / 257 above
    let samples = [128u16, 129, 65535].map(u16::to_be_bytes).concat();
    let gray = Psd { bits: 16, width: 3, samples, ..plain() };
    assert_eq!(gray.data(), (Channels::Gray, vec![0, 1, 255]));
}

#[test]
fn packed_rows_have_their_lengths_first() {
    // 0xfe, 7: three times 7; 128: nothing; 1, 8, 9: two literal bytes
    let row = [0xfe, 7, 128, 1, 8, 9];
    let other = [4, 1, 2, 3, 4, 5];
    let samples = [&[0, 6, 0, 6][..], &row, &other].concat();
    let packed = Psd { width: 5, height: 2, compression: 1, samples, ..plain() };
    assert_eq!(packed.data(), (Channels::Gray, vec![7, 7, 7, 8, 9, 1, 2, 3, 4, 5]));
}

#[test]
fn lengths_of_extra_channels_come_before_the_rows_too() {
    // three rows of 2, 2 and 0 bytes: literals 40 and 50
    let samples = vec![0, 2, 0, 2, 0, 0, 0, 40, 0, 50];
    let gray = Psd { compression: 1, channels: 3, samples, ..plain() };
    assert_eq!(gray.data(), (Channels::Gray, vec![40]));
}

#[test]
fn zip_is_one_stream_for_all_channels() {
    let samples = deflated(&[10, 20, 30, 40, 50, 60]);
    let rgb = Psd { mode: RGB, channels: 3, width: 2, compression: 2, samples, ..plain() };
    assert_eq!(rgb.data(), (Channels::Rgb, vec![10, 30, 50, 20, 40, 60]));
}

#[test]
fn zip_with_prediction_starts_anew_in_every_row() {
    // 250, then 250 + 10 - 256 = 4
    let samples = deflated(&[250, 10, 3, 1]);
    let gray = Psd { width: 2, height: 2, compression: 3, samples, ..plain() };
    assert_eq!(gray.data().1, [250, 4, 3, 4]);
    // 256 * 10 = 2560 is level 10; 2560 + 255 * 257 - 2560 = 65535
    let samples = deflated(&[2560u16, 65535 - 2560].map(u16::to_be_bytes).concat());
    let gray = Psd { bits: 16, width: 2, compression: 3, samples, ..plain() };
    assert_eq!(gray.data().1, [10, 255]);
}

#[test]
fn an_extra_channel_is_opacity_only_if_the_layers_say_so() {
    let gray = |layers| Psd { channels: 2, layers, samples: vec![200, 255], ..plain() }.data();
    let (opaque, alpha) = ((Channels::Gray, vec![200]), (Channels::GrayAlpha, vec![200, 255]));
    assert_eq!(gray(Vec::new()), opaque);
    assert_eq!(gray(block(&1i16.to_be_bytes())), opaque);
    assert_eq!(gray(transparent()), alpha);
    // no layers, no mask, then tagged blocks, as in files of 16 bits
    let no_layers = [block(&[]), block(&[])].concat();
    let tagged = |key: &[u8], body: &[u8]| {
        [&no_layers[..], b"8BIMPatt", &block(&[9]), &[0; 3], b"8BIM", key, &block(body)].concat()
    };
    assert_eq!(gray(no_layers.clone()), opaque);
    assert_eq!(gray(tagged(b"Mt16", &[])), alpha);
    assert_eq!(gray(tagged(b"Lr16", &(-2i16).to_be_bytes())), alpha);
    assert_eq!(gray(tagged(b"Lr16", &2i16.to_be_bytes())), opaque);
    // the mark without a channel for it
    let marked = Psd { layers: transparent(), samples: vec![200], ..plain() };
    assert_eq!(marked.data().0, Channels::Gray);
    assert!(!probe(&marked.bytes()).unwrap().has_alpha);
}

#[test]
fn the_white_behind_a_merged_picture_is_taken_out() {
    // On white: 255 - 51 * (255 - 105) / 255 = 225 for colour 105 of opacity 51;
    // full red of opacity 128 is 255, 127, 127; nothing is white.
    let samples = vec![225, 255, 255, 225, 127, 255, 225, 127, 255, 51, 128, 0];
    let rgb = Psd { mode: RGB, channels: 4, width: 3, layers: transparent(), samples, ..plain() };
    let pixels = [[105, 105, 105, 51], [255, 0, 0, 128], [255, 255, 255, 0]];
    assert_eq!(rgb.data(), (Channels::Rgba, pixels.concat()));
    assert!(probe(&rgb.bytes()).unwrap().has_alpha);

    // half of 40000 less light, at half opacity: 65535 - (65535 - 25535) / 2 = 45535
    let samples = [45535u16, 32768].map(u16::to_be_bytes).concat();
    let deep = Psd { bits: 16, channels: 2, layers: transparent(), samples, ..plain() };
    // 40000 * 65535 / 65536 = 39999.4 less: 25535.6 / 257 = 99.4
    assert_eq!(deep.data(), (Channels::GrayAlpha, vec![99, 128]));

    // ink 100 of opacity 51 is ink 20
    let samples = vec![235, 255, 255, 255, 51];
    let cmyk = Psd { mode: CMYK, channels: 5, layers: transparent(), samples, ..plain() };
    assert_eq!(cmyk.data(), (Channels::CmykAlpha, vec![100, 0, 0, 0, 51]));
}

#[test]
fn colours_that_cannot_have_been_on_white_are_kept() {
    // the second pixel is darker than white under opacity 51 can be
    let samples = vec![225, 10, 51, 51];
    let gray = Psd { channels: 2, width: 2, layers: transparent(), samples, ..plain() };
    assert_eq!(gray.data(), (Channels::GrayAlpha, vec![225, 51, 10, 51]));
}

#[test]
fn resources_give_resolution_and_profile() {
    // 300.5 dots an inch, shown per centimetre (2), in 16.16 bits
    let dpi = [&(0x012c_8000u32).to_be_bytes()[..], &[0, 2, 0, 1, 0, 72, 0, 0, 0, 2, 0, 1]];
    // a resource with a name of two bytes is padded to 4
    let named = [b"8BIM\x03\xed".as_slice(), b"\x02ab\0", &block(&[0, 72, 0, 0])].concat();
    let resources = [named, resource(1005, &dpi.concat()), resource(1039, b"profile")].concat();
    let gray = Psd { resources, samples: vec![7], ..plain() };
    let info = probe(&gray.bytes()).unwrap();
    assert_eq!((info.resolution, info.damage.len()), (Some(300.5), 0));
    assert_eq!(gray.decoded().profile.as_deref(), Some(&b"profile"[..]));
}

#[test]
fn broken_metadata_do_not_cost_the_picture() {
    let cut = [&resource(1039, b"profile")[..], b"8BIM\x03"].concat();
    let odd = [0, 0, 0, 9, 1];
    let gray = Psd { resources: cut, layers: odd.to_vec(), samples: vec![7], ..plain() };
    let info = probe(&gray.bytes()).unwrap();
    assert_eq!(
        info.damage,
        [
            "the image resources are broken; some were ignored",
            "the layers are broken; they were ignored",
        ]
    );
    assert_eq!(gray.decoded().bitmap.data, [7]);
    assert!(gray.decoded().profile.is_some());
}

#[test]
fn a_file_without_a_merged_picture_says_what_to_do() {
    let info = |real| resource(1057, &[0, 0, 0, 1, real, 0, 0, 0, 0]);
    let blank = Psd { resources: info(0), samples: vec![255], ..plain() };
    assert!(blank.error().contains("'maximize compatibility'"), "{}", blank.error());
    let real = Psd { resources: info(1), samples: vec![255], ..plain() };
    assert_eq!(real.data().1, [255]);
}

#[test]
fn what_is_not_supported_is_named() {
    let gray = || Psd { samples: vec![0; 64], ..plain() };
    for (psd, words) in [
        (Psd { mode: 2, ..gray() }, "indexed colours"),
        (Psd { mode: 7, ..gray() }, "multichannel"),
        (Psd { mode: 8, ..gray() }, "duotone"),
        (Psd { mode: 9, channels: 3, ..gray() }, "l*a*b*"),
        (Psd { bits: 32, ..gray() }, "32 bits a channel"),
    ] {
        let error = psd.error();
        assert!(error.contains("not supported") && error.contains(words), "{error}");
    }
    let mut psb = gray().bytes();
    psb[5] = 2;
    assert!(probe(&psb).unwrap_err().to_string().contains("psb"));
}

#[test]
fn damage_is_named() {
    let gray = || Psd { samples: vec![0; 64], ..plain() };
    for (psd, words) in [
        (Psd { mode: 5, ..gray() }, "colour mode 5"),
        (Psd { bits: 1, ..gray() }, "1 bits a channel in mode gray"),
        (Psd { mode: 0, ..gray() }, "8 bits a channel in mode bitmap"),
        (Psd { mode: RGB, channels: 2, ..gray() }, "2 channels in mode rgb"),
        (Psd { width: 0, ..gray() }, "0 x 1 pixels"),
        (Psd { height: 30_001, ..gray() }, "1 x 30001 pixels"),
        (Psd { compression: 4, ..gray() }, "compression 4"),
        (Psd { width: 65, ..gray() }, "ends inside its merged picture"),
        (Psd { width: 65, compression: 1, ..gray() }, "a row of its merged picture is too short"),
        // room for the lengths only
        (Psd { height: 30_000, compression: 1, ..gray() }, "ends inside its merged picture"),
        // one packet of 3 bytes for a row of 4
        (
            Psd { width: 4, compression: 1, samples: vec![0, 2, 0xfe, 7], ..gray() },
            "a row of its merged picture is too short",
        ),
        (Psd { compression: 2, ..gray() }, "zip data are broken"),
        // 30000 * 30000 bytes cannot come from 64
        (
            Psd { width: 30_000, height: 30_000, compression: 2, ..gray() },
            "ends inside its merged picture",
        ),
        (
            Psd { width: 9, compression: 2, samples: deflated(&[0; 8]), ..gray() },
            "ends inside its merged picture",
        ),
    ] {
        let error = psd.error();
        assert!(error.contains("damaged") && error.contains(words), "{words}: {error}");
    }
}

#[test]
fn every_cut_file_is_damaged() {
    let samples = vec![0, 2, 0, 2, 0, 40, 0xff, 50];
    let whole =
        Psd { channels: 2, width: 1, layers: transparent(), compression: 1, samples, ..plain() }
            .bytes();
    for length in 0..whole.len() {
        let error = decode(&whole[..length]).err();
        assert!(matches!(error, Some(CodecError::Damaged { .. })), "{length}: {error:?}");
    }
}

proptest::proptest! {
    #[test]
    fn hostile_bytes_never_panic(
        (mode, depth, channels) in (0u16..10, 0usize..4, 1u16..6),
        (width, height) in (1u32..9, 1u32..9),
        resources: Vec<u8>,
        layers: Vec<u8>,
        compression in 0u16..4,
        samples: Vec<u8>,
        (zip, at, with) in (proptest::bool::ANY, proptest::prelude::any::<usize>(), 0u8..),
    ) {
        let samples = if zip { deflated(&samples.repeat(8)) } else { samples };
        let bits = [1, 8, 16, 32][depth];
        let psd =
            Psd { mode, bits, channels, width, height, resources, layers, compression, samples };
        let mut bytes = psd.bytes();
        let _ = (probe(&bytes), decode(&bytes));
        let at = at % bytes.len();
        bytes[at] = with;
        if let Ok(info) = probe(&bytes) && let Ok(stored) = decode(&bytes) {
            let Bitmap { width, height, channels, data } = stored.bitmap;
            assert_eq!((width, height), (info.width, info.height));
            assert_eq!(channels.has_alpha(), info.has_alpha);
            assert_eq!(data.len(), width as usize * height as usize * channels.count());
        }
    }

    #[test]
    fn any_bytes_after_the_signature_never_panic(tail: Vec<u8>) {
        let _ = decode(&[b"8BPS\0\x01", &tail[..]].concat());
    }
}
