//! A picture of pictures: thumbnails on a grid, each with its name below.

use super::font;
use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb, RgbImage, Rgba};

/// Cells side by side.
const COLUMNS: u32 = 4;
/// Width and height of the square that holds a thumbnail, in pixels.
const BOX: u32 = 264;
/// Space around and between cells, in pixels.
const MARGIN: u32 = 28;
/// Space between a thumbnail and its text, and between lines, in pixels.
const GAP: u32 = 8;
/// Pixels a dot of the typeface.
const DOT: u32 = 2;
/// Height of a line of text, in pixels.
const LINE: u32 = font::HEIGHT as u32 * DOT;
/// Height of the heading, in pixels.
const HEADING: u32 = font::HEIGHT as u32 * HEADING_DOT;
const HEADING_DOT: u32 = 3;

const PAPER: Rgb<u8> = Rgb([250, 249, 246]);
const INK: Rgb<u8> = Rgb([38, 38, 42]);
const FAINT: Rgb<u8> = Rgb([128, 126, 122]);
const ALARM: Rgb<u8> = Rgb([186, 44, 32]);
const EMPTY: Rgb<u8> = Rgb([236, 233, 227]);

/// One place on the sheet.
pub struct Cell {
    /// The picture; without one the place shows that it failed.
    pub picture: Option<DynamicImage>,
    /// The first line, usually the file name.
    pub name: String,
    /// The second line.
    pub note: String,
}

/// Draws all cells in reading order under a heading.
pub fn draw(heading: &str, cells: &[Cell]) -> RgbImage {
    let rows = (cells.len() as u32).div_ceil(COLUMNS);
    let cell_height = BOX + 2 * GAP + 2 * LINE;
    let width = MARGIN + COLUMNS * (BOX + MARGIN);
    let height = MARGIN + HEADING + MARGIN + rows * (cell_height + MARGIN);
    let mut sheet = RgbImage::from_pixel(width, height, PAPER);
    text(&mut sheet, heading, MARGIN, MARGIN, HEADING_DOT, INK);
    for (index, cell) in cells.iter().enumerate() {
        let x = MARGIN + index as u32 % COLUMNS * (BOX + MARGIN);
        let y = MARGIN + HEADING + MARGIN + index as u32 / COLUMNS * (cell_height + MARGIN);
        match &cell.picture {
            Some(picture) => thumbnail(&mut sheet, picture, x, y),
            None => cross(&mut sheet, x, y),
        }
        let note_colour = if cell.picture.is_some() { FAINT } else { ALARM };
        let y = y + BOX + GAP;
        text(&mut sheet, &shorten(&cell.name), x, y, DOT, INK);
        text(&mut sheet, &shorten(&cell.note), x, y + LINE + GAP, DOT, note_colour);
    }
    sheet
}

/// The picture as large as the box allows, centred, never enlarged; a
/// chequerboard shows through where it is transparent.
fn thumbnail(sheet: &mut RgbImage, picture: &DynamicImage, x: u32, y: u32) {
    let too_large = picture.width() > BOX || picture.height() > BOX;
    let small = match too_large {
        true => picture.resize(BOX, BOX, FilterType::Lanczos3).into_rgba8(),
        false => picture.to_rgba8(),
    };
    let mut backed = chequerboard(small.width(), small.height());
    imageops::overlay(&mut backed, &small, 0, 0);
    let opaque = DynamicImage::from(backed).into_rgb8();
    let left = x + (BOX - opaque.width()) / 2;
    let top = y + (BOX - opaque.height()) / 2;
    imageops::replace(sheet, &opaque, i64::from(left), i64::from(top));
}

fn chequerboard(width: u32, height: u32) -> image::RgbaImage {
    image::RgbaImage::from_fn(width, height, |x, y| {
        let level = if (x / 12 + y / 12) % 2 == 0 { 255 } else { 226 };
        Rgba([level, level, level, 255])
    })
}

/// An empty box with a cross, for what could not be exported.
fn cross(sheet: &mut RgbImage, x: u32, y: u32) {
    for dy in 0..BOX {
        for dx in 0..BOX {
            let on_stroke = |a: u32, b: u32| a.abs_diff(b) <= 2;
            let inner = BOX / 3..BOX - BOX / 3;
            let inside = inner.contains(&dx) && inner.contains(&dy);
            let stroke = inside && (on_stroke(dx, dy) || on_stroke(dx, BOX - 1 - dy));
            sheet.put_pixel(x + dx, y + dy, if stroke { ALARM } else { EMPTY });
        }
    }
}

/// Writes one line with its upper left corner at `x`, `y`; what leaves the
/// sheet is cut off.
fn text(sheet: &mut RgbImage, line: &str, x: u32, y: u32, dot: u32, colour: Rgb<u8>) {
    let advance = font::ADVANCE as u32 * dot;
    for (place, character) in line.chars().enumerate() {
        let left = x + place as u32 * advance;
        for dy in 0..font::HEIGHT as u32 * dot {
            for dx in 0..font::WIDTH as u32 * dot {
                let set = font::dot(character, (dx / dot) as usize, (dy / dot) as usize);
                if let Some(pixel) = sheet.get_pixel_mut_checked(left + dx, y + dy).filter(|_| set)
                {
                    *pixel = colour;
                }
            }
        }
    }
}

/// The line, with its middle left out when it is wider than a box.
fn shorten(line: &str) -> String {
    let room = (BOX / (font::ADVANCE as u32 * DOT)) as usize;
    let letters: Vec<char> = line.chars().collect();
    if letters.len() <= room {
        return line.to_string();
    }
    let tail = (room - 2) / 2;
    let head = room - 2 - tail;
    let start: String = letters[..head].iter().collect();
    let end: String = letters[letters.len() - tail..].iter().collect();
    format!("{start}..{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(picture: Option<DynamicImage>) -> Cell {
        Cell { picture, name: "a.png".into(), note: "1x1".into() }
    }

    fn filled(width: u32, height: u32, colour: [u8; 4]) -> Option<DynamicImage> {
        Some(image::RgbaImage::from_pixel(width, height, Rgba(colour)).into())
    }

    #[test]
    fn five_cells_need_two_rows_of_four_columns() {
        let cells: Vec<Cell> = (0..5).map(|_| cell(None)).collect();
        let sheet = draw("five", &cells);
        // 28 + 4·(264+28); 28+27+28 for the heading + 2·(264+16+36+28)
        assert_eq!(sheet.dimensions(), (1196, 771));
        let empty = draw("none", &[]);
        assert_eq!(empty.dimensions(), (1196, 83));
    }

    #[test]
    fn a_thumbnail_is_centred_and_keeps_its_shape() {
        let sheet = draw("", &[cell(filled(528, 264, [200, 0, 0, 255]))]);
        let at = |x, y| *sheet.get_pixel(MARGIN + x, MARGIN + HEADING + MARGIN + y);
        // 528x264 becomes 264x132: 66 rows of paper above and below.
        assert_eq!(at(132, 65), PAPER);
        assert_eq!(at(132, 66), Rgb([200, 0, 0]));
        assert_eq!(at(0, 132), Rgb([200, 0, 0]));
        assert_eq!(at(132, 198), PAPER);
    }

    #[test]
    fn transparent_parts_show_the_chequerboard_and_small_pictures_stay_small() {
        let sheet = draw("", &[cell(filled(100, 100, [0, 0, 0, 0]))]);
        let at = |x, y| *sheet.get_pixel(MARGIN + x, MARGIN + HEADING + MARGIN + y);
        assert_eq!(at(81, 81), PAPER);
        assert_eq!(at(82, 82), Rgb([255, 255, 255]));
        assert_eq!(at(82 + 12, 82), Rgb([226, 226, 226]));
    }

    #[test]
    fn long_names_fit_under_their_box() {
        let long = "a-very-long-name-of-a-photograph-0042.jpg";
        let short = shorten(long);
        assert_eq!(short, "a-very-lon..h-0042.jpg");
        assert!(short.len() as u32 * font::ADVANCE as u32 * DOT <= BOX + DOT);
    }
}
