//! Every vector of 01 §11 and row of 02 §8: who proves it. Nothing is silently
//! missing, and what is not decided by the language says why.

use super::*;

/// Who proves a vector.
#[derive(Clone, Copy, PartialEq, Debug)]
enum By {
    /// The tests of this folder; the number stands in one of them.
    Language,
    /// What is read is proved here; sizes and places by the tests of the geometry
    /// (01 §5) on the same plan.
    Geometry,
    /// What is read is proved here; colours of pixels and bytes of files by the
    /// tests of the renderer.
    Renderer,
    /// Of no meaning for a file export, or decided elsewhere.
    Elsewhere(&'static str),
}
use By::{Elsewhere, Geometry, Language, Renderer};

const DEFAULT_PIX: By = Elsewhere("ruling 8: DefaultPix is not applied to exports");
const MAX_PIX: By = Elsewhere("ruling 9: the limit of pixels is the renderer's");
const THUMBNAIL: By = Elsewhere("ruling 13: req=tmb is not carried out, see row 150");
const CATALOG: By = Elsewhere("fields of the asset's record are the catalog's");

/// Vectors of 01 §11: letter, first and last number, who proves them.
const LETTERS: &[(char, u32, u32, By)] = &[
    ('A', 1, 47, Language),
    ('B', 1, 15, Language),
    ('D', 1, 37, Geometry),
    ('D', 38, 41, DEFAULT_PIX),
    ('D', 42, 43, MAX_PIX),
    ('D', 44, 44, Geometry),
    ('D', 45, 47, Language),
    ('E', 1, 20, Geometry),
    ('E', 21, 22, Language),
    ('E', 23, 24, Geometry),
    ('E', 25, 25, Language),
    ('T', 1, 6, THUMBNAIL),
    ('P', 1, 1, Language),
    ('P', 2, 3, CATALOG),
    ('X', 1, 3, Language),
    ('R', 1, 2, Language),
];

/// Rows of 02 §8: first and last number, who proves them.
const ROWS: &[(u32, u32, By)] = &[
    (1, 6, Geometry),
    (7, 7, Language),
    (8, 22, Geometry),
    (23, 26, Language),
    (27, 31, Geometry),
    (32, 32, Language),
    (33, 35, Geometry),
    (36, 36, Language),
    (37, 42, Geometry),
    (43, 43, Renderer),
    (44, 44, Language),
    (45, 51, Geometry),
    (52, 52, Language),
    (53, 53, Geometry),
    (54, 56, Language),
    (57, 62, Geometry),
    (63, 63, Renderer),
    (64, 64, Language),
    (65, 73, Geometry),
    (74, 82, Language),
    (83, 83, Renderer),
    (84, 84, Language),
    (85, 86, Renderer),
    (87, 92, Language),
    (93, 94, Renderer),
    (95, 95, Language),
    (96, 104, Language),
    (105, 105, Renderer),
    (106, 106, Language),
    (107, 112, Renderer),
    (113, 113, Language),
    (114, 114, Renderer),
    (115, 115, Language),
    (116, 117, Renderer),
    (118, 118, Language),
    (119, 119, Renderer),
    (120, 130, Language),
    (131, 131, Renderer),
    (132, 137, Language),
    (138, 138, Renderer),
    (139, 141, Language),
    (142, 144, RTF),
    (145, 152, Language),
];

const RTF: By = Elsewhere("the tests of the RTF reader");

const TESTS: &[&str] = &[
    include_str!("vectors_language.rs"),
    include_str!("vectors_colour.rs"),
    include_str!("vectors_commands.rs"),
    include_str!("vectors_covered.rs"),
];

/// Whether a test names the vector: in quotes, alone, or before a comma or a blank.
fn is_named(vector: &str, before: &str) -> bool {
    let start = format!("{before}{vector}");
    TESTS.iter().any(|text| {
        text.match_indices(&start)
            .any(|(at, _)| text[at + start.len()..].starts_with(['"', ',', ' ', ':']))
    })
}

#[test]
fn every_vector_of_01_11_is_proved_or_explained() {
    let mut counted = 0;
    for (letter, last) in
        [('A', 47), ('B', 15), ('D', 47), ('E', 25), ('T', 6), ('P', 3), ('X', 3), ('R', 2)]
    {
        for number in 1..=last {
            let mut found = LETTERS
                .iter()
                .filter(|(l, first, last, _)| *l == letter && (*first..=*last).contains(&number));
            let vector = format!("{letter}{number}");
            let (.., by) = found.next().unwrap_or_else(|| panic!("{vector} is missing"));
            assert_eq!(found.next(), None, "{vector} stands twice");
            match by {
                Language => assert!(is_named(&vector, "\""), "no test names {vector}"),
                Elsewhere(why) => assert!(!why.is_empty()),
                Geometry | Renderer => {}
            }
            counted += 1;
        }
    }
    assert_eq!(counted, 148);
}

#[test]
fn every_row_of_02_8_is_proved_or_explained() {
    for number in 1..=152 {
        let mut found = ROWS.iter().filter(|(first, last, _)| (*first..=*last).contains(&number));
        let (.., by) = found.next().unwrap_or_else(|| panic!("row {number} is missing"));
        assert_eq!(found.next(), None, "row {number} stands twice");
        if !matches!(by, Elsewhere(_)) {
            // what the geometry and the renderer go on with is read here
            let row = number.to_string();
            assert!(is_named(&row, "\"") || is_named(&row, "row "), "no test names row {number}");
        }
    }
}

#[test]
fn view_and_layer_vectors_that_the_language_decides() {
    assert_eq!(one_error("fit=crop").reason, COMMAND_CONFLICT, "D45");
    // refused before fit is looked at (ruling 13)
    let found = request("req=tmb&wid=100&hei=100&fit=fit");
    assert_eq!((errors(&found), found.executable()), (vec![UNIMPLEMENTED_COMMAND], None), "D46");
    let d47 = plan("wid=200&hei=200&fmt=png-alpha&bgc=ff0000");
    assert_eq!(d47, plan("wid=200&hei=200&fmt=png-alpha"), "D47");

    let e21 = plan("src=is(im?size=300,300)");
    let Some(ImageSource::Nested { plan: inner, .. }) = &e21.base().source.image else {
        panic!("E21")
    };
    let size = LayerSize::Pixels { width: 300, height: 300 };
    assert_eq!(inner.base().source.size, Some(size), "E21");
    let e22 = plan("opac=90,70&effect=-1&opac=50");
    assert_eq!(e22.composite.surface.opacity, Opacity { whole: 90, fill: 70 }, "E22");
    assert_eq!(e22.composite.effects[0].opacity, 50, "E22");
    let e25 = request("layer=0&pos=50,50");
    assert_eq!(warnings(&e25), [IGNORED], "E25");
    assert_eq!(e25.plan.unwrap().base().transform.position, None, "E25");
}

#[test]
fn envelope_vectors_of_01_11_5() {
    assert_eq!(plan("printRes=150").output.encoding.print_resolution, Some(150.0), "P1");
    // 02 §7 has an unknown command here; ruling 2 ignores what is no typo
    for (vector, input) in [
        ("X1", "wid=200&hei=200&0452"),
        ("X2", "wid=400&d031"),
        ("X3", "JHR4dD1teSB0ZXh0IHN0cmluZyYkaW1nPW15SW1hZ2U="),
    ] {
        assert_eq!(warnings(&request(input)), [UNKNOWN_COMMAND_IGNORED], "{vector}");
    }
    // which catalog has the record is looked up later; the name stays as written
    for (vector, name) in [("R1", "k/a"), ("R2", "/k/a")] {
        let image = plan(&format!("src={name}")).base().source.image.clone();
        assert_eq!(image, Some(ImageSource::Object(name.into())), "{vector}");
    }
}
