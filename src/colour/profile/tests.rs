use super::*;
use crate::colour::{Profiles, Transform};

fn shipped(name: &str) -> Vec<u8> {
    Profiles::shipped().find(name).unwrap().bytes().to_vec()
}

#[test]
fn a_profile_says_what_it_is() {
    let profiles = Profiles::shipped();
    for (name, pixel_type) in [
        ("sRGB", PixelType::Rgb),
        ("sGray", PixelType::Gray),
        ("CoatedFogra39", PixelType::Cmyk),
        ("Rec2020", PixelType::Rgb),
    ] {
        let profile = profiles.find(name).unwrap();
        assert_eq!(profile.pixel_type(), pixel_type, "{name}");
        assert_eq!(profile.check_input(), Ok(()), "{name}");
        assert_eq!(profile.check_output(), Ok(()), "{name}");
        assert!(!profile.description().is_empty(), "{name}");
    }
}

#[test]
fn an_intent_without_a_table_of_its_own_is_known() {
    let profiles = Profiles::shipped();
    let (matrix, press) = (profiles.find("sRGB").unwrap(), profiles.find("CoatedFogra39").unwrap());
    assert!(Intent::ALL.into_iter().all(|intent| press.has_intent(intent)));
    assert!(matrix.has_intent(Intent::Relative) && !matrix.has_intent(Intent::Perceptual));
}

#[test]
fn errors_say_what_is_wrong() {
    let text = |bytes: &[u8]| Profile::read(bytes).unwrap_err().to_string();
    let whole = shipped("sRGB");
    assert_eq!(text(b"hello"), "it has 5 bytes, a profile has at least 132");
    assert_eq!(text(&whole[..400]), "it is cut off: its header says 736 bytes, it has 400");
    let with = |at: usize, value: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        text(&bytes)
    };
    assert_eq!(with(36, b"xxxx"), "it does not have the mark `acsp` of a profile");
    assert_eq!(
        with(12, b"link"),
        "it is a profile of the class \"link\"; an input, display, output or colour space profile is needed"
    );
    assert_eq!(with(16, b"CMY "), "it is for the colours \"CMY\"; gray, rgb and cmyk can be used");
    assert_eq!(with(20, b"Luv "), "it connects by \"Luv\"; it has to be xyz or lab");
    assert_eq!(with(128, &[0xff; 4]), "its table of contents is damaged");
    // an RGB matrix profile that calls itself CMYK
    assert_eq!(
        with(16, b"CMYK"),
        "it cannot be used for reading pictures: it has no table A2B0, which cmyk needs"
    );
}

#[test]
fn a_profile_that_is_too_long_is_not_looked_at() {
    let error = Profile::read(vec![0; MAX_PROFILE_BYTES + 1]).unwrap_err();
    assert!(matches!(error, ProfileError::TooLong { .. }));
}

/// Reads the bytes and, if they still are a profile, converts by them.
fn survive(bytes: Vec<u8>) {
    let Ok(profile) = Profile::read(bytes) else { return };
    let srgb = Profiles::shipped().find("sRGB").unwrap();
    let started = std::time::Instant::now();
    for intent in [Intent::Relative, Intent::Perceptual] {
        if let Ok(transform) = Transform::new(&profile, &srgb, intent, true) {
            transform.colour([10, 200, 30, 40]);
        }
    }
    // into the profile only for small ones: an unoptimised build is slow
    if profile.bytes().len() < 10_000
        && let Ok(transform) = Transform::new(&srgb, &profile, Intent::Perceptual, true)
    {
        transform.colour([10, 200, 30, 40]);
    }
    assert!(started.elapsed().as_secs() < 20, "it hangs");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_small_profiles_neither_panic_nor_hang(
        which in 0usize..5,
        changes in proptest::collection::vec((0usize..800, 0u8..=255), 1..8),
        len in 0usize..800,
        cut: bool,
    ) {
        let mut bytes = shipped(["sRGB", "sGray", "AdobeRGB", "ProPhoto", "Rec2020"][which]);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        if cut {
            bytes.truncate(len);
            // so that the cut is found by the tags, not by the header
            if let Some(size) = bytes.get_mut(..4) {
                size.copy_from_slice(&[0; 4]);
            }
        }
        survive(bytes);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(30))]

    #[test]
    fn damaged_tables_neither_panic_nor_hang(
        changes in proptest::collection::vec((0usize..400, 0u8..=255), 0..4),
        tag in 0usize..12,
        within in proptest::collection::vec((0usize..64, 0u8..=255), 1..8),
        len in 300usize..400_000,
        cut: bool,
    ) {
        let mut bytes = shipped("CoatedFogra39");
        for (at, value) in changes {
            bytes[at] = value;
        }
        // the head of an element, where its sizes are
        let entry = 132 + tag * 12;
        let at = u32::from_be_bytes([bytes[entry + 4], bytes[entry + 5], bytes[entry + 6], bytes[entry + 7]]);
        for (offset, value) in within {
            if let Some(byte) = bytes.get_mut(at as usize + offset) {
                *byte = value;
            }
        }
        if cut {
            bytes.truncate(len);
            bytes[..4].copy_from_slice(&[0; 4]);
        }
        survive(bytes);
    }
}
