//! The one scan of an interleaved sequential frame, a row of MCUs at a time.

use super::JpegError;
use super::bits::{BitReader, Bytes, Window};
use super::block::{self, BadCode, Block, Steps};
use super::huffman::{AcTable, Codes, DcTable};
use super::idct::transform;
use super::markers::{Scan, Tables};
use super::planes::{Geometry, Plane};
use super::restart::{Damage, Intervals, Turn};

/// What decodes the blocks of a component in a scan.
pub(super) struct Coder {
    /// The component's number in the frame.
    pub index: usize,
    pub dc: Box<DcTable>,
    pub ac: Box<AcTable>,
    /// The last DC coefficient.
    prediction: i32,
}

impl Coder {
    /// Coders of a scan's components. `skipping` says whether coefficients are
    /// going to be passed over.
    pub fn of(scan: &Scan, tables: &Tables, skipping: bool) -> Result<Vec<Coder>, JpegError> {
        let coder = |component: &super::markers::ScanComponent| {
            Ok(Coder {
                index: component.index,
                dc: DcTable::new(known(&tables.dc, component.dc, "dc")?)?,
                ac: AcTable::new(known(&tables.ac, component.ac, "ac")?, skipping),
                prediction: 0,
            })
        };
        scan.components.iter().map(coder).collect()
    }

    /// Forgets the last DC coefficient.
    pub fn restart(&mut self) {
        self.prediction = 0;
    }

    /// Decodes a block into `block`, which is 0. Returns the place of its last
    /// coefficient that is kept.
    #[inline(always)]
    pub fn block(
        &mut self,
        bytes: &Bytes,
        window: &mut Window,
        steps: &Steps,
        block: &mut Block,
    ) -> Result<usize, BadCode> {
        let tables = (&*self.dc, &*self.ac);
        let found = block::decode(bytes, window, tables, self.prediction, steps, block)?;
        (*window, self.prediction) = (found.window, found.dc);
        Ok(found.last)
    }

    /// Passes over a block.
    #[inline(always)]
    fn pass(&mut self, bytes: &Bytes, window: &mut Window) -> Result<(), BadCode> {
        let found = block::pass(bytes, window, (&self.dc, &self.ac), self.prediction)?;
        (*window, self.prediction) = (found.window, found.dc);
        Ok(())
    }
}

/// A Huffman table of the file.
pub(super) fn known<'a>(
    tables: &'a [Option<Codes>; 4],
    number: usize,
    kind: &str,
) -> Result<&'a Codes, JpegError> {
    tables
        .get(number)
        .and_then(Option::as_ref)
        .ok_or_else(|| JpegError::Damaged(format!("{kind} huffman table {number} is missing")))
}

/// A scan of all components, at some row of MCUs.
pub(super) struct Sequential<'a> {
    reader: BitReader<'a>,
    intervals: Intervals,
    coders: Vec<Coder>,
    steps: Vec<Steps>,
    /// The next row of MCUs.
    row: usize,
    /// 0 between blocks.
    block: Box<Block>,
}

impl<'a> Sequential<'a> {
    /// `at` is the offset of the scan's data, `steps` are the components'.
    pub fn new(
        file: &'a [u8],
        at: usize,
        scan: &Scan,
        tables: &Tables,
        steps: Vec<Steps>,
        geometry: &Geometry,
    ) -> Result<Sequential<'a>, JpegError> {
        let passes = geometry.first_row > 0 || geometry.columns != (0..geometry.mcus_across);
        let skipping = passes || steps.iter().any(|steps| steps.last < 63);
        Ok(Sequential {
            reader: BitReader::new(file, at),
            intervals: Intervals::new(tables.restart_interval),
            coders: Coder::of(scan, tables, skipping)?,
            steps,
            row: 0,
            block: Box::new([0; 128]),
        })
    }

    /// Decodes the next row of MCUs that is needed into the planes.
    pub fn next_row(&mut self, geometry: &Geometry, planes: &mut [Plane]) -> Result<(), JpegError> {
        while self.row < geometry.first_row {
            for _ in 0..geometry.mcus_across {
                self.pass_mcu(geometry)?;
            }
            self.row += 1;
        }
        let strides: Vec<usize> = planes.iter().map(Plane::stride).collect();
        let mut rows: Vec<&mut [u8]> = planes.iter_mut().map(Plane::advance).collect();
        for column in 0..geometry.mcus_across {
            if geometry.columns.contains(&column) {
                let column = column - geometry.columns.start;
                self.mcu(geometry, column, &mut rows, &strides)?;
            } else {
                self.pass_mcu(geometry)?;
            }
        }
        self.row += 1;
        Ok(())
    }

    fn mcu(
        &mut self,
        geometry: &Geometry,
        column: usize,
        rows: &mut [&mut [u8]],
        strides: &[usize],
    ) -> Result<(), JpegError> {
        let turn = self.begin_mcu()?;
        let mut lost = turn == Turn::Lost;
        let mut window = self.reader.window;
        let mut outcome = Ok(());
        let block = &mut self.block;
        for coder in &mut self.coders {
            let layout = &geometry.components[coder.index];
            let steps = &self.steps[coder.index];
            let stride = strides[coder.index];
            let size = layout.size;
            for y in 0..layout.v {
                for x in 0..layout.h {
                    let last = match lost {
                        true => Err(BadCode),
                        false => coder.block(self.reader.bytes(), &mut window, steps, block),
                    };
                    let last = last.unwrap_or_else(|_| {
                        // A missing block is as bright as the last one.
                        (lost, outcome) = (true, Err(BadCode));
                        block.fill(0);
                        steps.put(block, 0, coder.prediction as i16);
                        0
                    });
                    let start = y * size * stride + (column * layout.h + x) * size;
                    if let Some(out) = rows[coder.index].get_mut(start..) {
                        transform(block, last, size, out, stride);
                    }
                    block[..64].fill(0);
                }
            }
        }
        self.reader.window = window;
        if turn != Turn::Lost {
            self.intervals.end_mcu(&mut self.reader, outcome)?;
        }
        Ok(())
    }

    fn pass_mcu(&mut self, geometry: &Geometry) -> Result<(), JpegError> {
        if self.begin_mcu()? == Turn::Lost {
            return Ok(());
        }
        let mut window = self.reader.window;
        let mut outcome = Ok(());
        'mcu: for coder in &mut self.coders {
            let layout = &geometry.components[coder.index];
            for _ in 0..layout.h * layout.v {
                outcome = coder.pass(self.reader.bytes(), &mut window);
                if outcome.is_err() {
                    break 'mcu;
                }
            }
        }
        self.reader.window = window;
        self.intervals.end_mcu(&mut self.reader, outcome)?;
        Ok(())
    }

    fn begin_mcu(&mut self) -> Result<Turn, JpegError> {
        let turn = self.intervals.begin_mcu(&mut self.reader)?;
        if turn == Turn::Restart {
            self.coders.iter_mut().for_each(Coder::restart);
        }
        Ok(turn)
    }

    /// Goes to the end of the scan; returns its offset and what was wrong.
    pub fn finish(&mut self) -> (usize, Damage) {
        self.intervals.damage.stray_bytes += self.reader.finish();
        (self.reader.offset(), self.intervals.damage.clone())
    }

    /// What was wrong up to now.
    pub fn damage(&self) -> Damage {
        self.intervals.damage.clone()
    }
}
