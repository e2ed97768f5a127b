//! A page's pixels from the top, some rows at a time.
//!
//! Of a picture in strips, or in tiles as wide as it, only the rows that are handed over
//! are in memory, of one in tiles a row of tiles. JPEG strips and tiles are decoded whole.

use super::CodecError;
use super::cell::{Cell, Rooms};
use super::colour::Colours;
use super::page::Page;
use crate::codecs::bitmap::{Bitmap, Channels};

/// Bytes of a band, unless one row or a row of tiles has more.
const BAND: usize = 1 << 20;

/// Reads a page by bands.
pub(super) struct Bands<'a> {
    page: Page<'a>,
    colours: Colours,
    /// The row that comes next.
    row: u32,
    /// The row behind the last one that is wanted.
    end: u32,
    /// About as many bytes of pixels come at a time.
    band: usize,
    /// The strip that has it, unpacked up to it.
    open: Option<Cell<'a>>,
    rooms: Rooms,
}

/// Some rows of the picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Band {
    /// The picture's row that the band begins with.
    pub first_row: u32,
    /// As wide as the picture.
    pub bitmap: Bitmap,
}

impl<'a> Bands<'a> {
    /// Reads the directory and looks whether the first page can be decoded.
    pub fn open(bytes: &'a [u8]) -> Result<Bands<'a>, CodecError> {
        let page = Page::read(bytes)?;
        let colours = Colours::new(&page)?;
        let rooms = Rooms::new(&page)?;
        let end = page.height;
        Ok(Bands { page, colours, row: 0, end, band: BAND, open: None, rooms })
    }

    /// Pixels across and down.
    pub fn size(&self) -> (u32, u32) {
        (self.page.width, self.page.height)
    }

    pub fn channels(&self) -> Channels {
        self.colours.channels
    }

    /// The ICC profile of the pixels, and whether it is all there.
    pub fn profile(&self) -> Option<(&[u8], bool)> {
        self.colours.profile().map(|own| (own, true)).or_else(|| self.page.profile())
    }

    /// Goes on with row `row`; strips and tiles that are passed over are not unpacked. Rows
    /// that were handed over do not come back.
    pub fn skip_to(&mut self, row: u32) {
        self.row = row.max(self.row);
    }

    /// Ends before row `row`, or where it was told before if that is higher up; strips and
    /// tiles behind are not unpacked.
    pub fn stop_at(&mut self, row: u32) {
        self.end = row.min(self.end);
    }

    #[cfg(test)]
    pub fn set_band(&mut self, bytes: usize) {
        self.band = bytes;
    }

    /// The next rows, or none behind the last.
    pub fn next(&mut self) -> Result<Option<Band>, CodecError> {
        let rows = self.rows_left_in_chunk();
        if rows == 0 {
            return Ok(None);
        }
        let (first_row, width) = (self.row, self.page.width);
        let mut some = rows;
        if self.page.chunks.across == 1 {
            let stride = width as usize * self.channels().count();
            let wanted = u32::try_from(self.band / stride).unwrap_or(u32::MAX).max(1);
            // to the end of a unit, so that none is needed twice
            let into = self.row % self.page.chunks.height;
            let end = into.saturating_add(wanted).checked_next_multiple_of(self.page.unit().1);
            some = end.map_or(rows, |end| rows.min(end - into));
        }
        let mut bitmap = Bitmap::zeroed(width, some, self.channels());
        self.read(&mut bitmap.data)?;
        Ok(Some(Band { first_row, bitmap }))
    }

    /// The rest of the rows as one picture.
    pub fn collect(mut self) -> Result<Bitmap, CodecError> {
        let rows = self.end.saturating_sub(self.row);
        let mut bitmap = Bitmap::zeroed(self.page.width, rows, self.channels());
        let stride = bitmap.stride();
        let mut rest = &mut bitmap.data[..];
        while !rest.is_empty() {
            let length = rest.len().min(self.rows_left_in_chunk() as usize * stride);
            if length == 0 {
                break;
            }
            let (now, later) = rest.split_at_mut(length);
            self.read(now)?;
            rest = later;
        }
        Ok(bitmap)
    }

    /// Rows of the strip or row of tiles that has the next row.
    fn rows_left_in_chunk(&self) -> u32 {
        let height = self.page.chunks.height;
        self.end.saturating_sub(self.row).min(height - self.row % height)
    }

    /// Reads rows of one strip or row of tiles.
    fn read(&mut self, out: &mut [u8]) -> Result<(), CodecError> {
        let stride = self.page.width as usize * self.channels().count();
        for column in 0..self.page.chunks.across {
            let open = self.open.take().filter(|cell| cell.has(column, self.row));
            let mut cell = match open {
                Some(cell) => cell,
                None => Cell::open(&self.page, &self.colours, column, self.row, &self.rooms)?,
            };
            cell.skip_to(&self.page, self.row, &mut self.rooms)?;
            cell.read(&self.page, &self.colours, &mut self.rooms, out, stride)?;
            if self.page.chunks.across == 1 {
                self.open = Some(cell);
            }
        }
        self.row += (out.len() / stride) as u32;
        Ok(())
    }
}
