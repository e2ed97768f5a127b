//! The primary picture of a container: one coded picture or a grid of them, its
//! opacity, and how it is cut and turned. Checked without decoding anything.

use std::ops::Range;

use super::container::{Container, Item};
use super::property::{Colours, Property};
use super::sequence::{self, Coding, Sequence};
use super::{damaged, unsupported};
use crate::codecs::bitmap::Area;
use crate::codecs::{CodecError, exif};

/// What has to be decoded for a picture, and what is done with it.
#[derive(Debug)]
pub(super) struct Picture {
    pub container: Container,
    pub colour: Coded,
    pub alpha: Option<Coded>,
    /// The colours are multiplied by the opacity.
    pub premultiplied: bool,
    /// What is kept of the decoded pixels.
    pub area: Area,
    /// How the kept pixels are turned upright, as EXIF counts, 1 to 8.
    pub orientation: u8,
    /// What the container says of the colours, or else the AV1 data (AV1 Image
    /// File Format, 2.2.1).
    pub colours: Colours,
    /// Where the ICC profile lies in the file.
    pub profile: Option<Range<usize>>,
    /// Print resolution in dots per inch.
    pub resolution: Option<f64>,
}

/// Tiles of one size in rows from the top; a plain picture is one tile.
#[derive(Debug)]
pub(super) struct Coded {
    pub width: u32,
    pub height: u32,
    pub columns: u32,
    pub tile_width: u32,
    pub tile_height: u32,
    /// Numbers of the items.
    pub tiles: Vec<u32>,
    /// Header of the first tile.
    pub sequence: Sequence,
}

impl Coded {
    /// How the samples of each tile are stored.
    pub fn coding(&self) -> Coding {
        self.sequence.coding
    }

    /// Pixels that are decoded.
    fn pixels(&self) -> u64 {
        let tile = u64::from(self.tile_width) * u64::from(self.tile_height);
        tile.saturating_mul(self.tiles.len() as u64)
    }
}

impl Picture {
    pub fn read(file: &[u8]) -> Result<Picture, CodecError> {
        let container = Container::read(file)?;
        let id = container.primary;
        let item = container.item(id)?;
        let colour = read_coded(&container, file, item)?;
        let alpha = match alpha_of(&container, id)? {
            Some(item) => Some(read_coded(&container, file, item)?),
            None => None,
        };
        for tile in colour.tiles.iter().take(1).filter(|tile| **tile != id) {
            if alpha.is_none() && alpha_of(&container, *tile)?.is_some() {
                return Err(unsupported("a grid whose tiles have opacity of their own"));
            }
        }
        if let Some(alpha) = &alpha {
            let (width, height) = (colour.width, colour.height);
            if (alpha.width, alpha.height) != (width, height) {
                return Err(damaged(format!(
                    "its opacity has {} x {} pixels, its colours {width} x {height}",
                    alpha.width, alpha.height
                )));
            }
        }
        let (area, orientation) = transform(item, &colour)?;
        let visible = u64::from(area.width) * u64::from(area.height);
        let decoded = colour.pixels().max(alpha.as_ref().map_or(0, Coded::pixels));
        if decoded > visible.saturating_mul(4).max(MOST_UNSEEN) {
            return Err(unsupported(format!("{decoded} coded pixels of which {visible} are seen")));
        }
        let said = item.properties.iter().find_map(|property| match property {
            Property::Colours(colours) => Some(*colours),
            _ => None,
        });
        Ok(Picture {
            premultiplied: alpha.is_some() && !container.referred(b"prem", id).is_empty(),
            area,
            orientation,
            colours: said.unwrap_or(colour.sequence.colours),
            profile: item.properties.iter().find_map(|property| match property {
                Property::Profile(range) => Some(range.clone()),
                _ => None,
            }),
            resolution: resolution(&container, file),
            colour,
            alpha,
            container,
        })
    }
}

/// Pixels that may be decoded in vain; more of them only next to a quarter as
/// many that are seen, so that limits on the size of a picture bound the work.
const MOST_UNSEEN: u64 = 1 << 20;

fn read_coded(container: &Container, file: &[u8], item: &Item) -> Result<Coded, CodecError> {
    match &item.kind {
        b"av01" => {
            let sequence = read_tile(container, file, item)?;
            let (width, height) = size_of(item)?;
            Ok(Coded {
                width,
                height,
                columns: 1,
                tile_width: width,
                tile_height: height,
                tiles: vec![item.id],
                sequence,
            })
        }
        b"grid" => read_grid(container, file, item),
        b"hvc1" | b"hev1" => Err(unsupported(super::NO_HEVC)),
        b"iovl" | b"iden" => Err(unsupported("a picture composed of others")),
        other => {
            let name = String::from_utf8_lossy(other).into_owned();
            Err(unsupported(format!("its picture is coded as '{name}'")))
        }
    }
}

/// A grid (ISO/IEC 23008-12, 6.6.2.3.2).
fn read_grid(container: &Container, file: &[u8], item: &Item) -> Result<Coded, CodecError> {
    let header = container.bytes(file, item)?;
    let mut reader = super::boxes::Reader::new(&header);
    let mut fields = || {
        let _version = reader.u8()?;
        let long = reader.u8()? & 1 == 1;
        let (rows, columns) = (u32::from(reader.u8()?) + 1, u32::from(reader.u8()?) + 1);
        Some((rows, columns, reader.id(long)?, reader.id(long)?))
    };
    let (rows, columns, width, height) = fields().ok_or_else(|| damaged("its grid breaks off"))?;
    let tiles = container.referred(b"dimg", item.id).to_vec();
    if tiles.len() != (rows * columns) as usize {
        let count = tiles.len();
        return Err(damaged(format!("its grid of {columns} x {rows} has {count} tiles")));
    }
    let Some(first) = tiles.first() else { return Err(damaged("its grid has no tiles")) };
    let first = container.item(*first)?;
    let (tile_width, tile_height) = size_of(first)?;
    let covers = |count: u32, tile: u32, whole: u32| {
        let (count, tile, whole) = (u64::from(count), u64::from(tile), u64::from(whole));
        (count - 1) * tile < whole && whole <= count * tile
    };
    if !covers(columns, tile_width, width) || !covers(rows, tile_height, height) {
        return Err(damaged(format!(
            "its grid of {columns} x {rows} tiles of {tile_width} x {tile_height} pixels does not \
             make {width} x {height}"
        )));
    }
    let sequence = read_tile(container, file, first)?;
    for id in &tiles {
        let tile = container.item(*id)?;
        if &tile.kind != b"av01" {
            return Err(match &tile.kind {
                b"hvc1" => unsupported(super::NO_HEVC),
                _ => unsupported("a grid of something else than av1 pictures"),
            });
        }
        let other = read_tile(container, file, tile)?;
        if size_of(tile)? != (tile_width, tile_height) || other.coding != sequence.coding {
            return Err(damaged("the tiles of its grid are not alike"));
        }
    }
    Ok(Coded { width, height, columns, tile_width, tile_height, tiles, sequence })
}

fn size_of(item: &Item) -> Result<(u32, u32), CodecError> {
    let size = item.properties.iter().find_map(|property| match property {
        Property::Size(width, height) => Some((*width, *height)),
        _ => None,
    });
    match size {
        Some((width, height)) if width > 0 && height > 0 => Ok((width, height)),
        Some((width, height)) => Err(damaged(format!("its size is {width} x {height}"))),
        None => Err(damaged(format!("item {} has no size", item.id))),
    }
}

/// The sequence header of an AV1 item, which must say what the container says.
fn read_tile(container: &Container, file: &[u8], item: &Item) -> Result<Sequence, CodecError> {
    if matches!(&item.kind, b"hvc1" | b"hev1") {
        return Err(unsupported(super::NO_HEVC));
    }
    let mut coding = None;
    for property in &item.properties {
        match property {
            Property::Coding(found) => coding = *found,
            Property::OperatingPoint(1..) | Property::Layer(0..=0xfffe) => {
                return Err(unsupported("one layer of a layered picture"));
            }
            Property::Essential(name) => return Err(not_known(name)),
            _ => {}
        }
    }
    let coding = coding.ok_or_else(|| damaged("its av1C property is missing or not known"))?;
    let data = container.start(file, item)?;
    let sequence = sequence::find(data).ok_or_else(|| damaged("it has no av1 sequence header"))?;
    let (width, height) = size_of(item)?;
    let fits = match sequence.still {
        true => (sequence.width, sequence.height) == (width, height),
        false => sequence.width >= width && sequence.height >= height,
    };
    if !fits {
        return Err(damaged(format!(
            "the container says {width} x {height} pixels, the av1 data {} x {}",
            sequence.width, sequence.height
        )));
    }
    if sequence.coding != coding {
        return Err(damaged("the container and the av1 data differ about how samples are stored"));
    }
    Ok(sequence)
}

fn not_known(name: &[u8; 4]) -> CodecError {
    unsupported(format!("a property '{}' is not known", String::from_utf8_lossy(name)))
}

/// The item that is the opacity of item `id`.
fn alpha_of(container: &Container, id: u32) -> Result<Option<&Item>, CodecError> {
    for reference in &container.references {
        if &reference.kind == b"auxl" && reference.to.contains(&id) {
            let item = container.item(reference.from)?;
            if item.properties.contains(&Property::Auxiliary(true)) {
                return Ok(Some(item));
            }
        }
    }
    Ok(None)
}

/// The cut and the turn of the primary item. `clap`, `irot` and `imir` apply in
/// this order (ISO/IEC 23000-22, 7.3.6.7); the last two are also read the other
/// way round.
fn transform(item: &Item, colour: &Coded) -> Result<(Area, u8), CodecError> {
    let (width, height) = (colour.width, colour.height);
    let mut area = Area { x: 0, y: 0, width, height };
    let (mut turns, mut mirror) = (0, None);
    for property in &item.properties {
        match property {
            Property::Aperture(aperture) => {
                if turns != 0 || mirror.is_some() {
                    return Err(unsupported("a clean aperture after a turn"));
                }
                let cut = aperture.area(width, height);
                let cut = cut.ok_or_else(|| unsupported("a clean aperture of broken pixels"))?;
                area = Area { x: cut.0, y: cut.1, width: cut.2, height: cut.3 };
            }
            // mirror and turn is turn the other way and mirror
            Property::Turn(turn) if mirror.is_some() => turns = (turns + 4 - turn) % 4,
            Property::Turn(turn) => turns = (turns + turn) % 4,
            Property::Mirror(axis) => mirror = Some(*axis),
            Property::Essential(name) => return Err(not_known(name)),
            _ => {}
        }
    }
    Ok((area, orientation(turns, mirror)))
}

/// Quarter turns anticlockwise, then a mirror, as EXIF counts.
fn orientation(turns: u8, mirror: Option<u8>) -> u8 {
    match (mirror, turns) {
        (None, 0) => 1,
        (None, 1) => 8,
        (None, 2) => 3,
        (None, _) => 6,
        (Some(0), 0) => 4,
        (Some(0), 1) => 5,
        (Some(0), 2) => 2,
        (Some(0), _) => 7,
        (Some(_), 0) => 2,
        (Some(_), 1) => 7,
        (Some(_), 2) => 4,
        (Some(_), _) => 5,
    }
}

/// Of an EXIF item; its orientation does not count (ISO/IEC 23008-12, A.2.1).
fn resolution(container: &Container, file: &[u8]) -> Option<f64> {
    let item = container.items.iter().find(|item| &item.kind == b"Exif")?;
    let block = container.start(file, item).ok()?;
    let (offset, rest) = block.split_first_chunk::<4>()?;
    exif::read(rest.get(u32::from_be_bytes(*offset) as usize..)?).resolution
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::bitmap::{Bitmap, Channels};
    use crate::codecs::orientation::upright;

    /// A quarter turn anticlockwise: the right column becomes the top row.
    fn turned(picture: &Bitmap) -> Bitmap {
        let mut out = Bitmap::zeroed(picture.height, picture.width, Channels::Gray);
        for y in 0..out.height {
            for x in 0..out.width {
                let from = x * picture.width + picture.width - 1 - y;
                out.data[(y * out.width + x) as usize] = picture.data[from as usize];
            }
        }
        out
    }

    fn mirrored(mut picture: Bitmap, axis: u8) -> Bitmap {
        let width = picture.width as usize;
        if axis == 1 {
            picture.data.chunks_exact_mut(width).for_each(|row| row.reverse());
        } else {
            picture.data = picture.data.chunks_exact(width).rev().flatten().copied().collect();
        }
        picture
    }

    #[test]
    fn turns_and_mirrors_have_a_number_of_exif() {
        let stored =
            Bitmap { width: 3, height: 2, channels: Channels::Gray, data: vec![1, 2, 3, 4, 5, 6] };
        let mut expected = stored.clone();
        for turns in 0..4 {
            let number = orientation(turns, None);
            assert_eq!(upright(stored.clone(), number), expected);
            for axis in 0..2 {
                let number = orientation(turns, Some(axis));
                assert_eq!(upright(stored.clone(), number), mirrored(expected.clone(), axis));
            }
            expected = turned(&expected);
        }
    }
}
