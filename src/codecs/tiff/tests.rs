//! Files of every kind (`tests/golden/tiff`, made by `tests/reference/tiff.py`), bands of
//! rows, and files that are broken.

mod broken;
mod refused;

use std::fs;
use std::path::Path;

use super::bands::Bands;
use super::{decode, decode_area, probe};
use crate::codecs::bitmap::{Area, Bitmap, Channels};

/// A file with what has to come out of it.
struct Golden {
    name: String,
    file: Vec<u8>,
    channels: Channels,
    pixels: Vec<u8>,
    /// Levels that pixels may be off.
    tolerance: u8,
}

impl Golden {
    /// What of these pixels is wrong, if anything.
    fn fault(&self, bitmap: &Bitmap) -> Option<String> {
        if bitmap.channels != self.channels || bitmap.data.len() != self.pixels.len() {
            let size = (bitmap.width, bitmap.height);
            return Some(format!("{}: {size:?} {:?}", self.name, bitmap.channels));
        }
        let off = |(one, other): (&u8, &u8)| one.abs_diff(*other);
        let most = bitmap.data.iter().zip(&self.pixels).map(off).max().unwrap_or(0);
        (most > self.tolerance).then(|| format!("{}: {most} levels off", self.name))
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tiff"))
}

fn golden(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

fn goldens() -> Vec<Golden> {
    let index = fs::read_to_string(folder().join("index.txt")).unwrap();
    let read = |line: &str| {
        let [name, channels, pixels, tolerance] =
            line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        Golden {
            name: name.into(),
            file: golden(name),
            channels: match channels {
                "gray" => Channels::Gray,
                "gray-alpha" => Channels::GrayAlpha,
                "rgb" => Channels::Rgb,
                "rgba" => Channels::Rgba,
                "cmyk" => Channels::Cmyk,
                "cmyk-alpha" => Channels::CmykAlpha,
                other => panic!("{other}"),
            },
            pixels: golden(pixels),
            tolerance: tolerance.parse().unwrap(),
        }
    };
    let goldens: Vec<Golden> = index.lines().map(read).collect();
    assert!(goldens.len() > 90);
    goldens
}

#[test]
fn every_kind_has_its_pixels() {
    let mut faults = Vec::new();
    for golden in goldens() {
        let info = probe(&golden.file).unwrap();
        assert_eq!(info.has_alpha, golden.channels.has_alpha(), "{}", golden.name);
        assert_eq!(info.associated_alpha, golden.name.contains("associated"), "{}", golden.name);
        match decode(&golden.file) {
            Ok(stored) => faults.extend(golden.fault(&stored.bitmap)),
            Err(error) => faults.push(format!("{}: {error}", golden.name)),
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn bands_are_the_picture() {
    for golden in goldens() {
        let whole = decode(&golden.file).unwrap().bitmap;
        for band in [1, 200, 1 << 20] {
            let mut bands = Bands::open(&golden.file).unwrap();
            bands.set_band(band);
            let mut joined = Bitmap::zeroed(whole.width, 0, whole.channels);
            while let Some(next) = bands.next().unwrap() {
                assert_eq!(next.first_row, joined.height, "{}", golden.name);
                assert!(next.bitmap.height > 0);
                joined.height += next.bitmap.height;
                joined.data.extend(next.bitmap.data);
            }
            assert_eq!(joined, whole, "{} by {band} bytes", golden.name);
        }
    }
}

#[test]
fn rows_are_passed_over() {
    for golden in goldens() {
        let whole = decode(&golden.file).unwrap().bitmap;
        let row = |y: u32| whole.row(y).to_vec();
        let mut bands = Bands::open(&golden.file).unwrap();
        bands.set_band(1);
        for to in [0, 3, 9, 2, 16] {
            bands.skip_to(to);
            // rows of tiles come whole
            let Some(seen) = bands.next().unwrap() else { continue };
            assert!(seen.first_row >= to, "{}", golden.name);
            let rows = seen.first_row..seen.first_row + seen.bitmap.height;
            let expected: Vec<u8> = rows.flat_map(row).collect();
            assert_eq!(seen.bitmap.data, expected, "{} from {to}", golden.name);
        }
        bands.skip_to(17);
        assert_eq!(bands.next().unwrap(), None, "{}", golden.name);

        let area = Area { x: 5, y: 6, width: 7, height: 9 };
        let part = decode_area(&golden.file, area).unwrap().bitmap;
        assert_eq!(part, whole.cut(area), "{}", golden.name);
    }
}

#[test]
fn strips_that_are_not_wanted_may_be_broken() {
    // five rows a strip; the third strip's offset is broken
    let file = golden("rgb-lzw.tif");
    let at = broken::value_of(&file, 273) + 2 * 4;
    let mut broken = file.clone();
    broken[at..at + 4].fill(0xff);
    assert!(decode(&broken).is_err());
    let part = |file: &[u8], y| {
        let area = Area { x: 0, y, width: 18, height: 2 };
        decode_area(file, area).map(|stored| stored.bitmap)
    };
    for y in [0, 8, 15] {
        assert_eq!(part(&broken, y).unwrap(), part(&file, y).unwrap());
    }
    assert!(part(&broken, 9).is_err());
}
