use crate::metadata::paths;
use crate::metadata::resources::{Resource, read, write};
use crate::metadata::tests::{BLOCKS, golden_paths};

/// An odd name and odd data, an even name and even data, another signature.
#[rustfmt::skip]
const SERIES: &[u8] = &[
    b'8', b'B', b'I', b'M', 0x04, 0x24, 0, 0, 0, 0, 0, 3, 1, 2, 3, 0,
    b'8', b'B', b'I', b'M', 0x07, 0xd0, 1, b'a', 0, 0, 0, 2, 4, 5,
    b'M', b'e', b'S', b'a', 0x1b, 0x58, 2, b'b', b'c', 0, 0, 0, 0, 0,
];

fn series() -> Vec<Resource<'static>> {
    vec![
        Resource { id: 1060, name: b"", data: &[1, 2, 3] },
        Resource { id: 2000, name: b"a", data: &[4, 5] },
        Resource { id: 7000, name: b"bc", data: &[] },
    ]
}

#[test]
fn blocks_as_the_specification_lays_them_out() {
    assert_eq!(read(SERIES), series());
    let written = write(&series()).expect("short");
    let all_photoshop = [&SERIES[..30], b"8BIM", &SERIES[34..]].concat();
    assert_eq!(written, all_photoshop);
}

#[test]
fn a_damaged_block_ends_the_list() {
    for cut in 0..SERIES.len() {
        let complete = [0, 15, 30, 44].iter().rposition(|end| *end <= cut).unwrap_or_default();
        assert_eq!(read(&SERIES[..cut]), series()[..complete], "cut at {cut}");
    }
    let mut unknown = SERIES.to_vec();
    unknown[16] = b'9';
    assert_eq!(read(&unknown), series()[..1]);
    let mut endless = SERIES.to_vec();
    endless[24] = 0xff;
    assert_eq!(read(&endless), series()[..1]);
}

#[test]
fn a_name_above_255_bytes_cannot_be_written() {
    let name = [b'x'; 256];
    let error = write(&[Resource { id: 2000, name: &name, data: &[] }]).expect_err("too long");
    assert!(error.to_string().contains("256 bytes"), "{error}");
}

/// psd-tools wrote the blocks.
#[test]
fn paths_are_written_as_psd_tools_writes_them() {
    assert_eq!(paths::read(&read(BLOCKS)), golden_paths());
    let written = paths::write(&golden_paths(), Some("Outline")).expect("in reach");
    assert_eq!(written, BLOCKS);
}

#[test]
fn a_clipping_path_that_is_not_there_is_not_named() {
    let written = paths::write(&golden_paths()[1..], Some("Outline")).expect("in reach");
    let resources = read(&written);
    assert_eq!(resources.len(), 1);
    assert_eq!((resources[0].id, resources[0].name), (2000, &b"\x86berzug"[..]));
    assert_eq!(paths::clipping_path(&resources), None);
}
