//! Strips and tiles: the pieces that a picture is stored in.

use super::directory::{Directory, Field, tag};
use super::{CodecError, damaged, unsupported};

/// Pixels that tiles may have beyond the picture's, and how many times as many as it: a
/// file of some kilobytes must not make us unpack terabytes beside the picture.
const SPARE_PIXELS: u64 = 1 << 26;
const SPARE_TIMES: u64 = 64;

/// The grid of strips or tiles. Strips are tiles as wide as the picture.
#[derive(Clone, Copy)]
pub(super) struct Chunks<'a> {
    pub tiled: bool,
    /// Pixels of one, at least 1. A tile may reach beyond the picture, a strip does not.
    pub width: u32,
    pub height: u32,
    /// Number in a row.
    pub across: u32,
    /// Number of rows.
    pub down: u32,
    /// The picture is stored this many times, once for each sample.
    planes: usize,
    offsets: Field<'a>,
    /// Missing in old files.
    counts: Option<Field<'a>>,
}

/// One strip or tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub plane: usize,
    pub row: u32,
    pub column: u32,
}

impl<'a> Chunks<'a> {
    pub fn read(
        directory: &Directory<'a>,
        width: u32,
        height: u32,
        planes: usize,
    ) -> Result<Chunks<'a>, CodecError> {
        let tile = |tag| directory.number(tag).map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let strips = (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS);
        let tiles = (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS);
        let sides = tile(tag::TILE_WIDTH).zip(tile(tag::TILE_LENGTH));
        let (tiled, (chunk_width, chunk_height)) = match sides {
            Some((0, _) | (_, 0)) => return Err(damaged("the tiles have no size")),
            Some(sides) => (true, sides),
            None => {
                let rows = directory.number(tag::ROWS_PER_STRIP).filter(|rows| *rows > 0);
                let rows = rows.map_or(height, |rows| rows.min(height.into()) as u32);
                (false, (width, rows))
            }
        };
        let (across, down) = (width.div_ceil(chunk_width), height.div_ceil(chunk_height));
        let stored = u64::from(across) * u64::from(chunk_width);
        let stored = u128::from(stored) * u128::from(down) * u128::from(chunk_height);
        let pixels = u64::from(width) * u64::from(height);
        if stored > u128::from(pixels) * u128::from(SPARE_TIMES) + u128::from(SPARE_PIXELS) {
            let detail = format!(
                "tiles of {chunk_width} x {chunk_height} in a picture of {width} x {height} pixels"
            );
            return Err(unsupported(detail));
        }
        // some writers put tiles into the fields of strips, and libtiff reads it
        let (own, other) = if tiled { (tiles, strips) } else { (strips, tiles) };
        let field = |own, other| directory.field(own).or_else(|| directory.field(other));
        let name = if tiled { "tiles" } else { "strips" };
        let offsets = field(own.0, other.0)
            .ok_or_else(|| damaged(format!("it does not say where its {name} are")))?;
        let counts = field(own.1, other.1);
        Ok(Chunks {
            tiled,
            width: chunk_width,
            height: chunk_height,
            across,
            down,
            planes,
            offsets,
            counts,
        })
    }

    fn index(&self, place: Place) -> u64 {
        let row = place.plane as u64 * u64::from(self.down) + u64::from(place.row);
        row * u64::from(self.across) + u64::from(place.column)
    }

    /// A strip or tile as messages call it.
    pub fn name(&self, place: Place) -> String {
        let kind = if self.tiled { "tile" } else { "strip" };
        let count = self.planes as u64 * u64::from(self.down) * u64::from(self.across);
        format!("{kind} {} of {count}", self.index(place) + 1)
    }

    /// The stored bytes of a strip or tile. A count that is missing, or 0, leaves them the
    /// rest of the file, and one beyond the file's end as much as is there: what is unpacked
    /// says whether that is enough. `plain` is the length of a strip that is not compressed;
    /// a single one is taken to have it, whatever the count says, as libtiff does.
    pub fn bytes(
        &self,
        file: &'a [u8],
        place: Place,
        plain: Option<u64>,
    ) -> Result<&'a [u8], CodecError> {
        let value = |field: &Field<'_>| field.unsigned(usize::try_from(self.index(place)).ok()?);
        let missing = || damaged(format!("it does not say where {} is", self.name(place)));
        let offset = value(&self.offsets).ok_or_else(missing)?;
        let rest = usize::try_from(offset).ok().and_then(|offset| file.get(offset..));
        let rest = rest.filter(|rest| offset > 0 && !rest.is_empty()).ok_or_else(|| {
            let (name, length) = (self.name(place), file.len());
            damaged(format!("{name} is at byte {offset}, the file has {length}"))
        })?;
        let single = self.across == 1 && self.down == 1;
        let count = match (self.counts.as_ref().and_then(value), plain) {
            (_, Some(plain)) if single => plain,
            (None | Some(0), _) => u64::MAX,
            (Some(count), _) => count,
        };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(&rest[..count.min(rest.len())])
    }
}
