//! The division into parts.

use super::*;
use std::ops::Range;

fn file(size: u64) -> Planned {
    Planned { name_bytes: 10, size, bytes: size }
}

/// Local header, row and name of a small stored entry.
const BESIDE: u64 = 30 + 10 + 46 + 10;
const END: u64 = 22;

#[test]
fn a_part_ends_before_the_entry_that_would_pass_the_limit() {
    let files = [file(100), file(200), file(300), file(50)];
    let two = 2 * BESIDE + END + 300;
    let ranges = |limit| -> Vec<Range<usize>> {
        plan(&files, limit).into_iter().map(|part| part.entries).collect()
    };
    assert_eq!(ranges(None), vec![Range { start: 0, end: 4 }]);
    assert_eq!(ranges(Some(two)), [0..2, 2..3, 3..4]);
    assert_eq!(ranges(Some(two - 1)), [0..1, 1..2, 2..3, 3..4]);
    assert_eq!(ranges(Some(4 * BESIDE + END + 650)), ranges(None));
    assert_eq!(ranges(Some(4 * BESIDE + END + 649)), [0..3, 3..4]);
    assert_eq!(plan(&files, Some(two))[0].most_bytes, two);
    assert!(plan(&[], Some(1)).is_empty() && plan(&[], None).is_empty());
}

#[test]
fn an_entry_above_the_limit_is_alone_in_its_part() {
    let files = [file(10), file(5000), file(10), file(10)];
    let parts = plan(&files, Some(1000));
    let shape: Vec<_> = parts.iter().map(|part| (part.entries.clone(), part.oversize)).collect();
    assert_eq!(shape, [(0..1, false), (1..2, true), (2..4, false)]);
    let first = plan(&[file(5000), file(10)], Some(1000));
    assert_eq!((first[0].entries.clone(), first[0].oversize, first.len()), (0..1, true, 2));
    // Without a limit nothing is above it, not even a size that no file has.
    let endless = plan(&[file(u64::MAX), file(u64::MAX)], None);
    assert_eq!((endless.len(), endless[0].oversize), (1, false));
}

#[test]
fn names_of_parts() {
    assert_eq!([1, 2, 10].map(|n| part_name("a_b", n)), ["a_b.zip", "a_b-2.zip", "a_b-10.zip"]);
}

/// Vector 42 of 03 §8: 3 MiB of output at a limit of 1 MiB.
#[test]
fn three_mebibytes_at_one_mebibyte() {
    let files = vec![file(300 << 10); 10];
    let parts = plan(&files, Some(1 << 20));
    assert_eq!(parts.len(), 4);
    assert!(parts.iter().all(|part| part.most_bytes <= 1 << 20 && !part.oversize));
}

#[test]
fn a_million_entries_are_planned_quickly() {
    let started = std::time::Instant::now();
    let parts = plan(&vec![file(1000); 1_000_000], Some(1 << 30));
    // 2^30 / (1000 + 96) = 979,691 entries, less 98 bytes for the end.
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].entries, 0..979_691);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

proptest! {
    /// Archives of the parts are written and weighed.
    #[test]
    fn no_part_is_above_its_limit(
        files in prop::collection::vec((any::<bool>(), 0usize..2000), 0..20),
        limit in 200u64..4000,
        bytes in prop::sample::select(vec![500u64, 0xffff_ffff]),
        entries in prop::sample::select(vec![2u64, 0xffff]),
        seed in any::<u32>(),
        known in any::<bool>(),
    ) {
        let thresholds = Thresholds { bytes, entries };
        let contents: Vec<Vec<u8>> = files
            .iter()
            .map(|(_, size)| {
                let mut state = seed;
                let byte = |_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // Half of the bits are noise.
                    (state >> 28) as u8
                };
                (0..*size).map(byte).collect()
            })
            .collect();
        let measured: Vec<Measured> = files
            .iter()
            .zip(&contents)
            .map(|((deflate, _), content)| measure(content.as_slice(), *deflate).unwrap())
            .collect();
        let planned: Vec<Planned> = measured
            .iter()
            .map(|measured| match known {
                true => Planned::new("000", measured),
                false => Planned { name_bytes: 3, size: measured.size, bytes: measured.size },
            })
            .collect();
        let parts = plan::plan_with(&planned, Some(limit), &thresholds);
        let mut next = 0;
        for part in &parts {
            prop_assert_eq!(part.entries.start, next);
            next = part.entries.end;
            let mut archive = Archive::with_thresholds(Vec::new(), noon(), thresholds);
            for index in part.entries.clone() {
                let name = format!("{index:03}");
                archive.add(&name, measured[index], contents[index].as_slice()).unwrap();
            }
            let (_, size) = archive.finish().unwrap();
            prop_assert!(size <= part.most_bytes);
            prop_assert!(!known || size == part.most_bytes);
            prop_assert!(part.oversize || part.most_bytes <= limit);
            prop_assert!(!part.oversize || part.entries.len() == 1);
        }
        prop_assert_eq!(next, files.len());
    }
}
