//! One strip or tile, of all planes, to pixels.

use super::chunks::Place;
use super::colour::Colours;
use super::compression::Compression;
use super::page::Page;
use super::predictor::Predictor;
use super::samples::Sample;
use super::stream::Stream;
use super::{CodecError, damaged, jpeg, unsupported};

/// The most bytes of a row of samples of one strip or tile.
const MAX_ROW: u64 = 1 << 28;

/// Memory for rows, and how long they are.
pub(super) struct Rooms {
    /// Samples as a predictor leaves them.
    sample: Sample,
    predictor: Predictor,
    /// A row as it is stored.
    stored: Vec<u8>,
    unpacked: Vec<u8>,
    wanted: Vec<u8>,
}

impl Rooms {
    pub fn new(page: &Page<'_>) -> Result<Rooms, CodecError> {
        let predictor = page.compression.predictor();
        let sample = page.sample.predicted(predictor)?;
        let width = u64::from(page.chunks.width);
        let (across, down) = page.unit();
        let length = if (across, down) == (1, 1) {
            (width * page.together() as u64 * u64::from(page.sample.bits)).div_ceil(8)
        } else {
            if predictor != Predictor::None {
                return Err(unsupported("subsampled ycbcr with a predictor"));
            }
            width.div_ceil(across.into()) * u64::from(across * down + 2)
        };
        if length > MAX_ROW {
            let detail = format!("rows of {length} bytes are more than {MAX_ROW}");
            return Err(unsupported(detail));
        }
        let stored = vec![0; length as usize];
        Ok(Rooms { sample, predictor, stored, unpacked: Vec::new(), wanted: Vec::new() })
    }
}

/// A strip or tile that is being unpacked.
pub(super) struct Cell<'a> {
    column: u32,
    /// The picture's row that comes next.
    row: u32,
    /// The end of its rows in the picture.
    end: u32,
    /// The unpacked bytes of each plane that is needed, with the plane's name.
    streams: Vec<(Stream<'a>, Place)>,
}

impl<'a> Cell<'a> {
    /// The cell of the grid in `column` that has the picture's row `row`.
    pub fn open(
        page: &Page<'a>,
        colours: &Colours,
        column: u32,
        row: u32,
        rooms: &Rooms,
    ) -> Result<Cell<'a>, CodecError> {
        let height = page.chunks.height;
        let grid_row = row / height;
        let start = grid_row * height;
        let end = start.saturating_add(height).min(page.height);
        let planes = if page.planar { &colours.wanted[..] } else { &[0] };
        let mut streams = Vec::new();
        for plane in planes {
            let place = Place { plane: *plane, row: grid_row, column };
            streams.push((stream(page, rooms, place, end - start)?, place));
        }
        Ok(Cell { column, row: start, end, streams })
    }

    /// Whether a column and row are in this cell, and the row was not yet read.
    pub fn has(&self, column: u32, row: u32) -> bool {
        self.column == column && (self.row..self.end).contains(&row)
    }

    /// Passes over the rows before `row`, which the cell has. Cells are left at the start
    /// of a unit.
    pub fn skip_to(
        &mut self,
        page: &Page<'_>,
        row: u32,
        rooms: &mut Rooms,
    ) -> Result<(), CodecError> {
        let skipped = (row - self.row) / page.unit().1;
        for (stream, place) in &mut self.streams {
            let skip = stream.skip(skipped.into(), &mut rooms.stored);
            skip.map_err(|what| at(page, *place, &what))?;
        }
        self.row = row;
        Ok(())
    }

    /// Reads the next rows into the cell's columns of `out`, whose rows are those of the
    /// picture, `stride` bytes long. There are not more than the cell has.
    pub fn read(
        &mut self,
        page: &Page<'_>,
        colours: &Colours,
        rooms: &mut Rooms,
        out: &mut [u8],
        stride: usize,
    ) -> Result<(), CodecError> {
        let n = colours.channels.count();
        let plain = page.unit() == (1, 1)
            && rooms.sample.is_plain()
            && colours.is_direct()
            && !page.planar
            && n == page.samples;
        let start = self.column as usize * page.chunks.width as usize * n;
        let length = (page.chunks.width as usize * n).min(stride - start);
        let rows = (out.len() / stride) as u32;
        if plain && length == stride && rooms.stored.len() == stride {
            for (stream, place) in &mut self.streams {
                stream.read(out).map_err(|what| at(page, *place, &what))?;
            }
            for row in out.chunks_exact_mut(stride) {
                undo(page, rooms.predictor, rooms.sample, row);
            }
            colours.convert_in_place(out);
        } else if page.unit() != (1, 1) {
            self.read_units(page, colours, rooms, out, stride)?;
        } else {
            for row in out.chunks_exact_mut(stride) {
                self.read_row(page, colours, rooms, &mut row[start..start + length])?;
            }
        }
        self.row += rows;
        Ok(())
    }

    /// Reads one row; `out` are its pixels in the picture.
    fn read_row(
        &mut self,
        page: &Page<'_>,
        colours: &Colours,
        rooms: &mut Rooms,
        out: &mut [u8],
    ) -> Result<(), CodecError> {
        let n = colours.channels.count();
        let (width, together) = (out.len() / n, page.together());
        let bytes = rooms.sample.unpacked_bytes();
        let m = colours.wanted.len();
        rooms.wanted.resize(if colours.is_direct() { 0 } else { width * m * bytes }, 0);
        for (number, (stream, place)) in self.streams.iter_mut().enumerate() {
            stream.read(&mut rooms.stored).map_err(|what| at(page, *place, &what))?;
            undo(page, rooms.predictor, rooms.sample, &mut rooms.stored);
            let samples =
                rooms.sample.unpack(&mut rooms.stored, &mut rooms.unpacked, width * together);
            let target = if colours.is_direct() { &mut *out } else { &mut rooms.wanted[..] };
            if page.planar {
                scatter(samples, target, number, m, bytes);
            } else {
                gather(samples, target, together, &colours.wanted, bytes);
            }
        }
        if !colours.is_direct() {
            colours.convert(&rooms.wanted, bytes, out);
        }
        colours.convert_in_place(out);
        Ok(())
    }

    /// Reads rows of YCbCr in units of several rows.
    fn read_units(
        &mut self,
        page: &Page<'_>,
        colours: &Colours,
        rooms: &mut Rooms,
        out: &mut [u8],
        stride: usize,
    ) -> Result<(), CodecError> {
        let (Some(ycbcr), Some((stream, place))) = (colours.ycbcr(), self.streams.first_mut())
        else {
            return Ok(());
        };
        let (across, down) = page.unit();
        let start = self.column as usize * page.chunks.width as usize * 3;
        let end = stride.min(start + page.chunks.width as usize * 3);
        let first = self.row % page.chunks.height;
        for (row, out) in out.chunks_exact_mut(stride).enumerate() {
            let inside = (first as usize + row) % down as usize;
            if inside == 0 || row == 0 {
                stream.read(&mut rooms.stored).map_err(|what| at(page, *place, &what))?;
            }
            let unit = (across as usize, down as usize);
            ycbcr.expand(&rooms.stored, unit, inside, &mut out[start..end]);
        }
        Ok(())
    }
}

/// The unpacked bytes of a strip or tile, of which `rows` are in the picture.
fn stream<'a>(
    page: &Page<'a>,
    rooms: &Rooms,
    place: Place,
    rows: u32,
) -> Result<Stream<'a>, CodecError> {
    let length = rooms.stored.len() as u64 * u64::from(rows.div_ceil(page.unit().1));
    let plain = (page.compression == Compression::None).then_some(length);
    let data = page.chunks.bytes(page.directory.file(), place, plain)?;
    if page.compression == Compression::Jpeg {
        let pixels = jpeg::samples(page, place, data, rows)?;
        return Ok(Stream::plain(pixels));
    }
    Ok(Stream::new(data, page.compression, page.reversed, page.chunks.width))
}

/// What is wrong with the data of a strip or tile.
fn at(page: &Page<'_>, place: Place, what: &str) -> CodecError {
    damaged(format!("{}: {what}", page.chunks.name(place)))
}

fn undo(page: &Page<'_>, predictor: Predictor, sample: Sample, row: &mut [u8]) {
    sample.undo(predictor, row, page.together(), page.directory.big_endian());
}

/// Samples of one kind, of `bytes` each, to place `number` of the `m` of each pixel.
fn scatter(samples: &[u8], out: &mut [u8], number: usize, m: usize, bytes: usize) {
    if bytes == 1 {
        for (sample, out) in samples.iter().zip(out.iter_mut().skip(number).step_by(m)) {
            *out = *sample;
        }
        return;
    }
    for (sample, pixel) in samples.chunks_exact(bytes).zip(out.chunks_exact_mut(m * bytes)) {
        pixel[number * bytes..][..bytes].copy_from_slice(sample);
    }
}

/// Of pixels of `step` samples, of `bytes` each, those that are wanted.
fn gather(samples: &[u8], out: &mut [u8], step: usize, wanted: &[usize], bytes: usize) {
    if wanted.len() == step {
        // in their order: alpha is behind the colours
        out.copy_from_slice(&samples[..out.len()]);
        return;
    }
    let pixels = samples.chunks_exact(step * bytes);
    for (pixel, out) in pixels.zip(out.chunks_exact_mut(wanted.len() * bytes)) {
        for (index, out) in wanted.iter().zip(out.chunks_exact_mut(bytes)) {
            out.copy_from_slice(&pixel[index * bytes..][..bytes]);
        }
    }
}
