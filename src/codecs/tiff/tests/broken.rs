//! Files that are cut, whose fields lie, and any bytes at all.

use proptest::prelude::*;

use super::{decode, golden, goldens, probe};
use crate::codecs::CodecError;

/// Offset of the entry of a field in a little-endian file that is no BigTIFF.
fn entry_of(file: &[u8], tag: u16) -> usize {
    let short = |at: usize| u16::from_le_bytes([file[at], file[at + 1]]);
    let start = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    let entries = (0..usize::from(short(start))).map(|entry| start + 2 + entry * 12);
    entries.into_iter().find(|at| short(*at) == tag).expect("the file has the field")
}

/// Offset of a field's first value.
pub(super) fn value_of(file: &[u8], tag: u16) -> usize {
    let at = entry_of(file, tag);
    let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let size = [0, 1, 1, 2, 4, 8][usize::from(file[at + 2])];
    if word(at + 4) * size <= 4 { at + 8 } else { word(at + 8) }
}

/// The file with other values in a field that has no more than fit into its entry.
pub(super) fn with(mut file: Vec<u8>, tag: u16, values: &[u16]) -> Vec<u8> {
    let at = entry_of(&file, tag);
    let mut entry = 3u16.to_le_bytes().to_vec();
    entry.extend((values.len() as u32).to_le_bytes());
    entry.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    entry.resize(10, 0);
    file[at + 2..at + 12].copy_from_slice(&entry);
    file
}

/// The file without a field: its entry has a number that nobody knows.
pub(super) fn without(mut file: Vec<u8>, tag: u16) -> Vec<u8> {
    let at = entry_of(&file, tag);
    file[at..at + 2].copy_from_slice(&65000u16.to_le_bytes());
    file
}

fn damage(file: &[u8]) -> String {
    match decode(file).map(|stored| stored.bitmap) {
        Err(CodecError::Damaged { detail, .. }) => detail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_cut_is_whole_or_fails() {
    for golden in goldens() {
        for length in (0..golden.file.len()).step_by(5) {
            if let Ok(stored) = decode(&golden.file[..length]) {
                assert_eq!(golden.fault(&stored.bitmap), None, "{length} bytes");
            }
        }
    }
}

#[test]
fn what_is_broken_is_named() {
    let rgb = golden("rgb.tif");
    assert_eq!(damage(&rgb[..rgb.len() - 1]), "strip 1 of 1: its data end early");
    let at = u32::from_le_bytes(rgb[4..8].try_into().unwrap());
    assert_eq!(damage(&rgb[..at as usize]), "the directory is at byte 8, the file has 8");
    let cut = damage(&rgb[..at as usize + 100]);
    assert_eq!(cut, "the directory's 13 fields do not end within the file");
    assert_eq!(damage(&without(rgb.clone(), 256)), "it has no width");
    assert_eq!(damage(&without(rgb.clone(), 273)), "it does not say where its strips are");
    assert_eq!(damage(&with(rgb.clone(), 277, &[2])), "2 samples a pixel");
    assert_eq!(
        damage(&with(rgb.clone(), 273, &[5000])),
        "strip 1 of 1 is at byte 5000, the file has 1110"
    );
    // twice as many strips as are there
    let strips = golden("rgb-strips.tif");
    assert_eq!(damage(&with(strips.clone(), 278, &[2])), "it does not say where strip 5 of 9 is");
    let mut deflate = golden("rgb-deflate.tif");
    let third = value_of(&deflate, 273) + 8;
    let at = u32::from_le_bytes(deflate[third..third + 4].try_into().unwrap()) as usize;
    deflate[at] = 0;
    let detail = damage(&deflate);
    assert!(detail.starts_with("strip 3 of 4: its deflate data are broken"), "{detail}");
    let tiles = golden("rgb-tiles.tif");
    assert_eq!(damage(&with(tiles, 323, &[0])), "the tiles have no size");
    let palette = golden("palette-4.tif");
    assert_eq!(damage(&with(palette, 258, &[8])), "the palette has 48 values, not 768");
    let jpeg = golden("jpeg-ycbcr-22.tif");
    assert_eq!(
        damage(&with(jpeg, 256, &[40])),
        "strip 1 of 2 is a jpeg of 18 x 16 pixels, not 40 x 16"
    );
}

#[test]
fn claims_that_the_data_do_not_bear_take_no_memory() {
    let tall = with(golden("rgb-deflate.tif"), 257, &[60000]);
    assert_eq!(damage(&tall), "strip 4 of 12000: its data end early");
    let wide = with(golden("rgb-tiles.tif"), 322, &[65520]);
    let tall = with(wide, 323, &[65520]);
    let error = probe(&tall).unwrap_err().to_string();
    assert!(error.contains("tiles of 65520 x 65520 in a picture of 18 x 17 pixels"), "{error}");
}

#[test]
fn directories_that_are_odd_are_read() {
    let rgb = golden("rgb.tif");
    let pixels = decode(&rgb).unwrap().bitmap;
    let start = u32::from_le_bytes(rgb[4..8].try_into().unwrap()) as usize;
    let count = usize::from(rgb[start]);
    // the next page is the first one
    // the next page is the first one
    let next = start + 2 + count * 12;
    let mut cyclic = rgb.clone();
    cyclic.copy_within(4..8, next);
    assert_eq!(decode(&cyclic).unwrap().bitmap, pixels);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn hostile_bytes_never_panic(
        file in 0usize..90,
        changes in prop::collection::vec((0.0f64..1.0, any::<u8>()), 1..6),
        keep in 0.3f64..2.0,
    ) {
        let mut file = goldens().swap_remove(file).file;
        for (place, value) in changes {
            let at = (place * file.len() as f64) as usize;
            file[at] = value;
        }
        file.truncate((keep * file.len() as f64) as usize);
        if probe(&file).is_ok_and(|info| u64::from(info.width) * u64::from(info.height) < 1 << 22) {
            let _ = decode(&file);
        }
    }

    #[test]
    fn any_fields_never_panic(
        big in any::<bool>(),
        fields in prop::collection::btree_map(
            prop_oneof![254u16..=340, 529u16..=532, Just(34675)],
            (0u16..20, 0u32..9, any::<u32>()),
            0..24,
        ),
        data in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut file = if big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        let short = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        let long = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        file.extend(long(8));
        file.extend(short(fields.len() as u16));
        for (tag, (kind, count, value)) in fields {
            file.extend(short(tag));
            file.extend(short(kind));
            file.extend(long(count));
            // small numbers make more sense
            file.extend(long(if value % 3 == 0 { value } else { value % 300 }));
        }
        file.extend(data);
        if probe(&file).is_ok_and(|info| u64::from(info.width) * u64::from(info.height) < 1 << 22) {
            let _ = decode(&file);
        }
    }
}
