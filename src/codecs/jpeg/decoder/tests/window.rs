//! A window is the same as the whole picture, cut.

use super::super::{JpegError, Options, decode};
use super::{FILES, golden, scaled};
use crate::codecs::bitmap::Area;

#[test]
fn a_window_is_a_cut_of_the_whole() {
    for (name, _) in FILES {
        let bytes = golden(&format!("{name}.jpg"));
        for denominator in [1, 2, 4, 8] {
            let whole = scaled(&bytes, denominator).bitmap;
            let (width, height) = (whole.width, whole.height);
            for (x, y, w, h) in [
                (0, 0, width, height),
                (0, 0, 1, 1),
                (width - 1, height - 1, 1, 1),
                (width / 2, height / 2, width.div_ceil(4), height.div_ceil(4)),
                (width / 3, 0, width.div_ceil(3), height),
                (0, height / 3, width, height.div_ceil(3)),
                (width * 3 / 4, height * 2 / 3, width.div_ceil(8), height.div_ceil(8)),
            ] {
                let area = Area { x, y, width: w, height: h };
                let options = Options { denominator, window: Some(area), ..Options::default() };
                let part = decode(&bytes, &options).unwrap().bitmap;
                assert!(part == whole.clone().cut(area), "{name} 1/{denominator} {area:?}");
            }
        }
    }
}

#[test]
fn decoding_ends_with_the_last_row_that_is_needed() {
    let bytes = golden("420-64x48.jpg");
    // 48 rows are three rows of MCUs of about 130 bytes each.
    let cut = &bytes[..bytes.len() - 100];
    assert!(matches!(decode(cut, &Options::default()), Err(JpegError::Truncated(_))));
    let area = Area { x: 0, y: 0, width: 64, height: 15 };
    let options = Options { window: Some(area), ..Options::default() };
    assert!(decode(cut, &options).unwrap().bitmap == scaled(&bytes, 1).bitmap.cut(area));
}

#[test]
fn windows_outside_the_picture_are_refused() {
    let bytes = golden("gray.jpg");
    for (x, y, width, height) in
        [(0, 0, 25, 1), (24, 0, 1, 1), (0, 0, 0, 1), (u32::MAX, 0, 1, 1), (0, 31, 1, 2)]
    {
        let window = Some(Area { x, y, width, height });
        let error = decode(&bytes, &Options { window, ..Options::default() }).unwrap_err();
        assert!(matches!(error, JpegError::Window { .. }), "{error}");
    }
}
