//! Legal files of kinds that are not read, each refused by name; and kinds that are guessed.

use super::broken::{with, without};
use super::{decode, golden, probe};
use crate::codecs::CodecError;

fn refusal(file: &[u8]) -> String {
    match probe(file).and_then(|_| decode(file)).map(|stored| stored.bitmap) {
        Err(CodecError::Unsupported { detail, .. }) => detail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn compressions() {
    for (number, name) in [
        (6, "old-style jpeg compression (6)"),
        (50000, "zstandard compression (50000)"),
        (34887, "lerc compression (34887)"),
        (34712, "jpeg 2000 compression (34712)"),
        (4711, "the unknown compression 4711"),
    ] {
        assert_eq!(refusal(&with(golden("rgb.tif"), 259, &[number])), name);
    }
    let gray = golden("gray-16.tif");
    let deep = refusal(&with(gray, 259, &[7]));
    assert_eq!(deep, "jpeg compression of 16 bits a sample");
    let fax = with(golden("gray.tif"), 259, &[4]);
    assert_eq!(refusal(&fax), "fax compression of 1 samples of 8 bits a pixel");
}

#[test]
fn colour_models() {
    for (number, name) in [
        (4, "colour model a transparency mask"),
        (32803, "colour model samples of a camera's colour filters"),
        (4711, "the unknown colour model 4711"),
    ] {
        assert_eq!(refusal(&with(golden("rgb.tif"), 262, &[number])), name);
    }
    let palette = with(golden("gray-16.tif"), 262, &[3]);
    assert_eq!(refusal(&palette), "a palette with 1 samples of 16 bits a pixel");
    let lab = with(golden("lab.tif"), 258, &[4]);
    assert_eq!(refusal(&lab), "l*a*b* colours of 4 bits");
    let ycbcr = with(golden("ycbcr-22.tif"), 258, &[16]);
    assert_eq!(refusal(&ycbcr), "ycbcr of 16 bits");
}

#[test]
fn kinds_of_samples() {
    let signed = with(golden("float-16.tif"), 339, &[2]);
    assert_eq!(refusal(&signed), "16 bits a sample with a sign");
    let complex = with(golden("float-32.tif"), 339, &[5]);
    assert_eq!(refusal(&complex), "32 bits a sample of this type");
    let odd = with(golden("gray-32.tif"), 258, &[24]);
    assert_eq!(refusal(&odd), "24 bits a sample of this type");
    let uneven = with(golden("gray-alpha.tif"), 258, &[8, 4]);
    assert_eq!(refusal(&uneven), "samples of different sizes, [8, 4] bits");
    let many = with(golden("rgb.tif"), 277, &[300]);
    assert_eq!(refusal(&many), "300 samples a pixel are more than 64");
    let float = with(golden("gray-32-predictor.tif"), 317, &[3]);
    assert_eq!(refusal(&float), "a float predictor of 32 bits a sample");
}

#[test]
fn a_missing_colour_model_is_guessed_as_libtiff_does() {
    for name in ["rgb.tif", "gray.tif", "bilevel-g4.tif"] {
        let file = golden(name);
        let guessed = decode(&without(file.clone(), 262)).unwrap().bitmap;
        assert_eq!(guessed, decode(&file).unwrap().bitmap, "{name}");
    }
    assert_eq!(refusal(&without(golden("cmyk.tif"), 262)), "an unknown colour model");
}
