//! The decoder as its caller sees it: rows of pixels from the top.

use super::block::Steps;
use super::coefficients::Store;
use super::colour::{Colour, convert};
use super::markers::{EOI, next_segment};
use super::planes::{Geometry, Plane};
use super::restart::Damage;
use super::sequential::Sequential;
use super::{Decoded, Header, JpegError, Options, Start, scans};
use crate::codecs::bitmap::{Area, Bitmap};

enum Source<'a> {
    /// One scan of all components, decoded as rows are wanted.
    Sequential(Box<Sequential<'a>>),
    /// All coefficients in memory.
    Store(Store),
}

/// Some rows of interleaved pixels.
#[derive(Debug, PartialEq, Eq)]
pub struct Stripe<'a> {
    /// The first row's number in the window.
    pub y: u32,
    pub rows: u32,
    pub data: &'a [u8],
}

/// Some rows of one component, as they are coded: not upsampled, not converted.
#[derive(Debug, PartialEq, Eq)]
pub struct PlaneRows<'a> {
    /// Samples of a row.
    pub width: usize,
    /// The first row's number in the component.
    pub y: usize,
    pub rows: Vec<&'a [u8]>,
}

/// Decodes a file piece by piece.
pub struct Decoder<'a> {
    file: &'a [u8],
    header: Header,
    geometry: Geometry,
    source: Source<'a>,
    planes: Vec<Plane>,
    /// Rows of MCUs in the planes.
    mcu_rows: usize,
    /// The next row of pixels of the whole picture.
    row: usize,
    damage: Damage,
    /// A row of each component at the size of the picture.
    upsampled: [Vec<u8>; 4],
    sums: Vec<u16>,
    pixels: Vec<u8>,
}

impl<'a> Decoder<'a> {
    /// Reads what comes before the picture data, and of frames in several scans
    /// all of them.
    pub fn new(bytes: &'a [u8], options: &Options) -> Result<Decoder<'a>, JpegError> {
        let mut start = Start::read(bytes)?;
        let header = start.header().ok_or(JpegError::NotJpeg)?;
        let pixels = u64::from(header.width) * u64::from(header.height);
        if pixels > options.max_pixels {
            return Err(JpegError::TooLarge { pixels, limit: options.max_pixels });
        }
        let frame = start.tables.frame.clone().ok_or(JpegError::NotJpeg)?;
        let geometry = Geometry::new(&frame, options)?;
        // Every block takes a bit in some scan: no room for what cannot be there.
        let blocks: usize =
            geometry.components.iter().map(|c| c.blocks_across * c.blocks_down).sum();
        if blocks / 8 > bytes.len() - start.data.min(bytes.len()) {
            return Err(JpegError::Truncated("the picture data end early".into()));
        }
        let mut damage = Damage::default();
        let source = if header.streams {
            let mut steps = Vec::new();
            for (component, layout) in frame.components.iter().zip(&geometry.components) {
                let number = component.table;
                let table = start.tables.quantisation[number].ok_or_else(|| {
                    JpegError::Damaged(format!("quantisation table {number} is missing"))
                })?;
                steps.push(Steps::new(&table, layout.size));
            }
            let Start { tables, scan, data, .. } = &start;
            let sequential = Sequential::new(bytes, *data, scan, tables, steps, &geometry)?;
            Source::Sequential(Box::new(sequential))
        } else {
            let (store, found) = scans::read(bytes, start.header, &mut start.tables, &geometry)?;
            damage = found;
            Source::Store(store)
        };
        Ok(Decoder {
            file: bytes,
            header,
            planes: geometry.planes(),
            mcu_rows: geometry.first_row,
            row: geometry.window.y as usize,
            geometry,
            source,
            damage,
            upsampled: Default::default(),
            sums: Vec::new(),
            pixels: Vec::new(),
        })
    }

    /// What the file's header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Size of the whole picture at the scale that is decoded, in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.geometry.width as u32, self.geometry.height as u32)
    }

    /// The part of the scaled picture that is decoded.
    pub fn window(&self) -> Area {
        self.geometry.window
    }

    /// The next rows of the window, or none behind its end.
    pub fn next_stripe(&mut self) -> Result<Option<Stripe<'_>>, JpegError> {
        let Some(rows) = self.next_rows()? else { return Ok(None) };
        let mut pixels = std::mem::take(&mut self.pixels);
        let length = self.geometry.window.width as usize * self.header.colour.channels().count();
        pixels.resize(rows.len() * length, 0);
        for (y, out) in rows.clone().zip(pixels.chunks_exact_mut(length)) {
            self.convert_row(y, out);
        }
        self.pixels = pixels;
        let y = rows.start - self.geometry.window.y as usize;
        Ok(Some(Stripe { y: y as u32, rows: rows.len() as u32, data: &self.pixels }))
    }

    /// The next rows of each component, or none behind the window's end. Whole
    /// rows of MCUs that hold the window, and around it what upsampling needs.
    pub fn next_planes(&mut self) -> Result<Option<Vec<PlaneRows<'_>>>, JpegError> {
        let window = self.geometry.window;
        let last = (window.y + window.height + 1).min(self.geometry.height as u32) as usize;
        let mcu_height = self.geometry.mcu_height;
        if self.mcu_rows * mcu_height >= last {
            self.end()?;
            return Ok(None);
        }
        self.next_mcu_row()?;
        let rows = |plane: &'_ Plane| plane.latest();
        let planes = self.planes.iter().map(|plane| PlaneRows {
            width: plane.width,
            y: rows(plane).start,
            rows: rows(plane).map(|y| plane.row(y)).collect(),
        });
        Ok(Some(planes.collect()))
    }

    /// The rest of the window as one picture.
    pub fn collect(mut self) -> Result<Decoded, JpegError> {
        let Area { y: top, width, height, .. } = self.geometry.window;
        let channels = self.header.colour.channels();
        let mut bitmap = Bitmap::zeroed(width, height, channels);
        let stride = bitmap.stride();
        while let Some(rows) = self.next_rows()? {
            let start = (rows.start - top as usize) * stride;
            for (y, out) in rows.zip(bitmap.data[start..].chunks_exact_mut(stride)) {
                self.convert_row(y, out);
            }
        }
        let damage = self.damage();
        Ok(Decoded { bitmap, damage: damage.lines(), incomplete: damage.lost_intervals > 0 })
    }

    /// What was wrong with the file up to now, one line each.
    pub fn damage_lines(&self) -> Vec<String> {
        self.damage().lines()
    }

    fn damage(&self) -> Damage {
        match &self.source {
            Source::Sequential(sequential) => {
                Damage { endless: self.damage.endless, ..sequential.damage() }
            }
            Source::Store(_) => self.damage.clone(),
        }
    }

    /// Decodes until there are rows of pixels; returns their numbers.
    fn next_rows(&mut self) -> Result<Option<std::ops::Range<usize>>, JpegError> {
        let end = (self.geometry.window.y + self.geometry.window.height) as usize;
        if self.row >= end {
            return Ok(None);
        }
        loop {
            self.next_mcu_row()?;
            let layouts = self.geometry.components.iter().zip(&self.planes);
            let ready = layouts.map(|(layout, plane)| match plane.end >= plane.height {
                true => end,
                false => layout.upsampling.ready(plane.end),
            });
            let ready = ready.min().unwrap_or(end).min(end);
            if ready > self.row {
                let rows = self.row..ready;
                self.row = ready;
                if ready == end {
                    self.end()?;
                }
                return Ok(Some(rows));
            }
        }
    }

    fn next_mcu_row(&mut self) -> Result<(), JpegError> {
        match &mut self.source {
            Source::Sequential(source) => source.next_row(&self.geometry, &mut self.planes)?,
            Source::Store(store) => store.next_row(&self.geometry, &mut self.planes),
        }
        self.mcu_rows += 1;
        Ok(())
    }

    /// Looks what comes after the picture, if all of it was decoded.
    fn end(&mut self) -> Result<(), JpegError> {
        if let Source::Sequential(sequential) = &mut self.source
            && self.mcu_rows == self.geometry.mcus_down
        {
            let (mut at, _) = sequential.finish();
            self.damage.endless = loop {
                match next_segment(self.file, at) {
                    Ok(segment) if segment.marker == EOI => break false,
                    Ok(segment) => at = segment.end,
                    Err(_) => break true,
                }
            };
        }
        Ok(())
    }

    /// Row `y` of the picture, the window's columns.
    fn convert_row(&mut self, y: usize, out: &mut [u8]) {
        let Geometry { margin, window, .. } = self.geometry;
        let width = margin + window.width as usize;
        let mut rows: [&[u8]; 4] = [&[]; 4];
        let layouts = self.geometry.components.iter().zip(&self.planes);
        for ((row, room), (layout, plane)) in rows.iter_mut().zip(&mut self.upsampled).zip(layouts)
        {
            room.resize(width, 0);
            let whole = layout.upsampling.row(plane, y, room, &mut self.sums);
            *row = whole.get(margin..).unwrap_or_default();
        }
        convert(self.header.colour, rows, out);
    }
}

/// For callers that hold planes: what belongs to which component.
impl Decoder<'_> {
    /// Samples across and down of each whole component at this scale.
    pub fn plane_sizes(&self) -> Vec<(usize, usize)> {
        self.geometry.components.iter().map(|layout| (layout.width, layout.height)).collect()
    }

    /// What the planes are.
    pub fn colour(&self) -> Colour {
        self.header.colour
    }
}
