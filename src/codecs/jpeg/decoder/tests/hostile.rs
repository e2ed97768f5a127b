//! Any bytes end in pixels or an error, never in a panic.

use proptest::prelude::*;

use super::super::{Decoder, Options, decode};
use super::{FILES, golden};

/// Decodes in all ways; the result does not matter.
fn try_all(bytes: &[u8], denominator: u8) {
    let options = Options { denominator, max_pixels: 1 << 16, ..Options::default() };
    let decoded = decode(bytes, &options);
    if let Ok(mut decoder) = Decoder::new(bytes, &options) {
        while let Ok(Some(_)) = decoder.next_planes() {}
    }
    if let Ok(mut decoder) = Decoder::new(bytes, &options) {
        let mut rows = 0;
        while let Ok(Some(stripe)) = decoder.next_stripe() {
            rows += stripe.rows;
        }
        if let Ok(decoded) = decoded {
            assert_eq!(rows, decoded.bitmap.height);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn bit_flips_never_panic(
        file in 0..FILES.len(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8u32), 1..6),
        scale in 0..4u32,
    ) {
        let mut bytes = golden(&format!("{}.jpg", FILES[file].0));
        for (index, bit) in flips {
            let at = index.index(bytes.len());
            bytes[at] ^= 1u8 << bit;
        }
        try_all(&bytes, 1u8 << scale);
    }

    #[test]
    fn replaced_bytes_never_panic(
        file in 0..FILES.len(),
        at in any::<prop::sample::Index>(),
        new in prop::collection::vec(any::<u8>(), 1..40),
        scale in 0..4u32,
    ) {
        let mut bytes = golden(&format!("{}.jpg", FILES[file].0));
        let at = at.index(bytes.len());
        let end = (at + new.len()).min(bytes.len());
        bytes.splice(at..end, new);
        try_all(&bytes, 1u8 << scale);
    }

    #[test]
    fn random_bytes_after_a_header_never_panic(
        file in 0..FILES.len(),
        tail in prop::collection::vec(any::<u8>(), 0..600),
        scale in 0..4u32,
    ) {
        let mut bytes = golden(&format!("{}.jpg", FILES[file].0));
        let scan = bytes.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
        bytes.truncate(scan + 14);
        bytes.extend(tail);
        try_all(&bytes, 1u8 << scale);
    }

    #[test]
    fn random_bytes_never_panic(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        try_all(&[&[0xff, 0xd8, 0xff][..], &tail].concat(), 1);
    }
}
