use super::*;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/jpeg2000/");
/// Width and height of every golden file.
const SIZE: (u32, u32) = (37, 29);

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{GOLDEN}{name}")).unwrap()
}

/// Greatest difference from the pixels that tests/reference/jpeg2000.py wrote.
fn difference(name: &str, channels: Channels) -> u8 {
    let bytes = golden(name);
    let info = probe(&bytes).unwrap();
    assert_eq!((info.width, info.height), SIZE, "{name}");
    assert_eq!(info.has_alpha, channels.has_alpha(), "{name}");
    let stored = decode(&bytes).unwrap();
    assert_eq!(stored.damage, Vec::<String>::new(), "{name}");
    assert_eq!(stored.bitmap.channels, channels, "{name}");
    let stem = name.split('.').next().unwrap();
    let stem = if name.ends_with("j2k") { "rgb" } else { stem };
    let right = golden(&format!("{stem}.raw"));
    assert_eq!(right.len(), stored.bitmap.data.len(), "{name}");
    let pairs = right.iter().zip(&stored.bitmap.data);
    pairs.map(|(one, other)| one.abs_diff(*other)).max().unwrap()
}

#[test]
fn lossless_files_come_back_exactly() {
    for (name, channels) in [
        ("gray.jp2", Channels::Gray),
        ("gray-alpha.jp2", Channels::GrayAlpha),
        ("rgb.jp2", Channels::Rgb),
        ("rgb.j2k", Channels::Rgb),
        ("rgba.jp2", Channels::Rgba),
        ("tiled.jp2", Channels::Rgb),
        ("rgb12.jp2", Channels::Rgb),
        ("rgb16.jp2", Channels::Rgb),
        ("cmyk.jp2", Channels::Cmyk),
        ("cmyk-alpha.jp2", Channels::CmykAlpha),
        ("palette.jp2", Channels::Rgba),
        ("premultiplied.jp2", Channels::Rgba),
        ("opacity-first.jp2", Channels::Rgba),
    ] {
        assert_eq!(difference(name, channels), 0, "{name}");
    }
}

#[test]
fn lossy_files_come_back_as_openjpeg_decodes_them() {
    // both round the same real numbers, which they reach in different steps
    assert!(difference("lossy.jp2", Channels::Rgb) <= 1);
    assert!(difference("sycc.jp2", Channels::Rgb) <= 1);
}

#[test]
fn subsampled_components_are_repeated_to_full_size() {
    let stored = decode(&golden("subsampled.j2k")).unwrap();
    assert_eq!((stored.bitmap.width, stored.bitmap.height), (36, 28));
    let right = golden("subsampled.raw");
    assert_eq!(right.len(), stored.bitmap.data.len());
    let worst = right.iter().zip(&stored.bitmap.data).map(|(one, other)| one.abs_diff(*other));
    assert!(worst.max() <= Some(1));
}

#[test]
fn boxes_tell_of_premultiplied_opacity_and_resolution() {
    let info = probe(&golden("premultiplied.jp2")).unwrap();
    assert!(info.associated_alpha);
    // 30000 / 254 * 10^2 = 11811.02 points a metre; times 0.0254 = 300
    assert!((info.resolution.unwrap() - 300.0).abs() < 1e-9);
    let info = probe(&golden("rgba.jp2")).unwrap();
    assert!(!info.associated_alpha);
    assert_eq!(info.resolution, None);
}

#[test]
fn the_profile_of_a_file_is_handed_on() {
    let mut bytes = golden("rgb.jp2");
    // the colour box of 15 bytes becomes one with a profile of 20 bytes
    let colr = bytes.windows(4).position(|name| name == b"colr").unwrap();
    let mut profile = vec![0u8; 20];
    profile[16..20].copy_from_slice(b"RGB ");
    let mut content = b"\x02\0\0".to_vec();
    content.extend(&profile);
    bytes.splice(colr + 4..colr + 11, content);
    bytes[colr - 1] = 8 + 3 + 20;
    let jp2h = bytes.windows(4).position(|name| name == b"jp2h").unwrap();
    bytes[jp2h - 1] += 16;
    assert_eq!(decode(&bytes).unwrap().profile, Some(profile));
    let space = bytes.windows(4).position(|name| name == b"RGB ").unwrap();
    bytes[space..space + 4].copy_from_slice(b"Lab ");
    assert!(probe(&bytes).unwrap_err().to_string().contains("profile that is not gray"));
}

#[test]
fn a_file_that_is_cut_off_is_damaged() {
    for name in ["rgb.jp2", "rgb.j2k", "tiled.jp2", "lossy.jp2"] {
        let whole = golden(name);
        for tenth in 0..10 {
            let cut = &whole[..whole.len() * tenth / 10];
            assert!(decode(cut).is_err(), "{name} at {tenth} tenths");
        }
    }
}

#[test]
fn a_missing_end_marker_is_only_noted() {
    let mut bytes = golden("rgb.j2k");
    bytes.truncate(bytes.len() - 2);
    assert_eq!(decode(&bytes).unwrap().damage, ["the end-of-codestream marker is missing"]);
}

/// A codestream's SIZ at byte 2: fields of 4 bytes from byte 8, width first.
fn with_size_field(field: usize, value: u32) -> Vec<u8> {
    let mut bytes = golden("rgb.j2k");
    bytes[8 + 4 * field..12 + 4 * field].copy_from_slice(&value.to_be_bytes());
    bytes
}

#[test]
fn claims_without_data_are_refused_before_memory_is_taken() {
    // tiles of 1 x 1: 37 * 29 = 1073 of them
    let mut bytes = with_size_field(4, 1);
    bytes[28..32].copy_from_slice(&1u32.to_be_bytes());
    assert!(decode(&bytes).err().unwrap().to_string().contains("1073 tiles"));
    // one tile of 4 billion columns
    let mut bytes = with_size_field(0, u32::MAX);
    bytes[24..28].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(probe(&bytes).unwrap().width, u32::MAX);
    // 16384 components
    let mut bytes = golden("rgb.j2k");
    bytes[40] = 0x40;
    assert!(decode(&bytes).is_err());
    // 100 million pixels in code-blocks of 4 x 4
    let mut bytes = with_size_field(0, 10_000);
    for (field, value) in [(1, 10_000u32), (4, 10_000), (5, 10_000)] {
        bytes[8 + 4 * field..12 + 4 * field].copy_from_slice(&value.to_be_bytes());
    }
    let style = bytes.windows(2).position(|marker| marker == b"\xff\x52").unwrap();
    bytes[style + 10] = 0;
    bytes[style + 11] = 0;
    let message = decode(&bytes).err().unwrap().to_string();
    assert!(message.contains("pieces"), "{message}");
}

proptest::proptest! {
    #[test]
    fn hostile_bytes_never_panic(
        changes in proptest::collection::vec((0usize..900, 0u8..), 1..6),
        which in 0usize..4,
    ) {
        let mut bytes = golden(["rgb.jp2", "rgb.j2k", "palette.jp2", "lossy.jp2"][which]);
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let sane = probe(&bytes).is_ok_and(|info| u64::from(info.width) * u64::from(info.height) < 1 << 22);
        if sane {
            let _ = decode(&bytes);
        }
    }
}
