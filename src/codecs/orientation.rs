//! Turns stored pixels upright (EXIF orientation, ruling 17).

use super::bitmap::{Area, Bitmap};

/// Whether the orientation swaps width and height.
pub fn swaps_sides(orientation: u8) -> bool {
    (5..=8).contains(&orientation)
}

/// Where the upright pixel `x`, `y` is stored in a picture of `width` x `height`
/// stored pixels. `orientation` is 1 to 8; anything else counts as 1.
fn stored_position(orientation: u8, x: u32, y: u32, width: u32, height: u32) -> (u32, u32) {
    match orientation {
        2 => (width - 1 - x, y),
        3 => (width - 1 - x, height - 1 - y),
        4 => (x, height - 1 - y),
        5 => (y, x),
        6 => (y, height - 1 - x),
        7 => (width - 1 - y, height - 1 - x),
        8 => (width - 1 - y, x),
        _ => (x, y),
    }
}

/// The stored rectangle that holds the upright rectangle `area`. `width` and
/// `height` are the stored size; `area` lies inside the upright picture.
pub fn stored_area(orientation: u8, area: Area, width: u32, height: u32) -> Area {
    let (x0, y0) = stored_position(orientation, area.x, area.y, width, height);
    let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
    let (x1, y1) = stored_position(orientation, right, bottom, width, height);
    Area { x: x0.min(x1), y: y0.min(y1), width: x0.abs_diff(x1) + 1, height: y0.abs_diff(y1) + 1 }
}

/// Turns stored pixels upright.
pub fn upright(stored: Bitmap, orientation: u8) -> Bitmap {
    if !(2..=8).contains(&orientation) {
        return stored;
    }
    match stored.channels.count() {
        1 => turn::<1>(&stored, orientation),
        2 => turn::<2>(&stored, orientation),
        3 => turn::<3>(&stored, orientation),
        4 => turn::<4>(&stored, orientation),
        _ => turn::<5>(&stored, orientation),
    }
}

/// Side of the square that is turned at a time, so that both the reads and the
/// writes of a quarter turn stay in the processor's cache.
const BLOCK: usize = 32;

fn turn<const N: usize>(stored: &Bitmap, orientation: u8) -> Bitmap {
    let (width, height) = (stored.width, stored.height);
    let (up_width, up_height) =
        if swaps_sides(orientation) { (height, width) } else { (width, height) };
    let mut out = Bitmap::zeroed(up_width, up_height, stored.channels);

    // The source index is linear in x and y: find its origin and both steps.
    let index = |x: u32, y: u32| {
        let (sx, sy) = stored_position(orientation, x, y, width, height);
        i64::from(sy) * i64::from(width) + i64::from(sx)
    };
    let origin = index(0, 0);
    let step_x = if up_width > 1 { index(1, 0) - origin } else { 0 };
    let step_y = if up_height > 1 { index(0, 1) - origin } else { 0 };

    let (up_width, up_height) = (up_width as usize, up_height as usize);
    for top in (0..up_height).step_by(BLOCK) {
        for left in (0..up_width).step_by(BLOCK) {
            let right = (left + BLOCK).min(up_width);
            for y in top..(top + BLOCK).min(up_height) {
                let row = &mut out.data[(y * up_width + left) * N..(y * up_width + right) * N];
                let mut from = origin + y as i64 * step_y + left as i64 * step_x;
                for pixel in row.chunks_exact_mut(N) {
                    let at = from as usize * N;
                    pixel.copy_from_slice(&stored.data[at..at + N]);
                    from += step_x;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::Channels;

    /// Stored pixels  1 2 3
    ///                4 5 6
    fn stored() -> Bitmap {
        Bitmap { width: 3, height: 2, channels: Channels::Gray, data: vec![1, 2, 3, 4, 5, 6] }
    }

    #[test]
    fn each_orientation_is_turned_upright() {
        // EXIF 2.3, 4.6.4: where row 0 and column 0 are seen.
        let expected: [(u8, u32, &[u8]); 8] = [
            (1, 3, &[1, 2, 3, 4, 5, 6]),
            (2, 3, &[3, 2, 1, 6, 5, 4]),
            (3, 3, &[6, 5, 4, 3, 2, 1]),
            (4, 3, &[4, 5, 6, 1, 2, 3]),
            (5, 2, &[1, 4, 2, 5, 3, 6]),
            (6, 2, &[4, 1, 5, 2, 6, 3]),
            (7, 2, &[6, 3, 5, 2, 4, 1]),
            (8, 2, &[3, 6, 2, 5, 1, 4]),
        ];
        for (orientation, width, data) in expected {
            let up = upright(stored(), orientation);
            assert_eq!((up.width, &up.data[..]), (width, data), "orientation {orientation}");
        }
    }

    #[test]
    fn cutting_before_turning_equals_cutting_after() {
        for orientation in 1..=8 {
            let (width, height) = if swaps_sides(orientation) { (2, 3) } else { (3, 2) };
            for x in 0..width {
                for y in 0..height {
                    let area = Area { x, y, width: width - x, height: 1 };
                    let after = upright(stored(), orientation).cut(area);
                    let before =
                        upright(stored().cut(stored_area(orientation, area, 3, 2)), orientation);
                    assert_eq!(before, after, "orientation {orientation} at {x},{y}");
                }
            }
        }
    }

    #[test]
    fn a_picture_larger_than_a_block_comes_back_after_four_quarter_turns() {
        let width = 70;
        let height = 45;
        let data = (0..width * height * 3).map(|v| v as u8).collect();
        let picture = Bitmap { width, height, channels: Channels::Rgb, data };
        let once = upright(picture.clone(), 6);
        assert_ne!(once.data, picture.data);
        let four = upright(upright(upright(once, 6), 6), 6);
        assert_eq!(four, picture);
    }
}
