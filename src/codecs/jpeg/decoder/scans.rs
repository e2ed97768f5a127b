//! All scans of a frame whose components or coefficients come in several.

use super::JpegError;
use super::bits::{BitReader, Bytes, Window};
use super::block::{BadCode, Block, Steps};
use super::coefficients::{Coefficients, Store};
use super::huffman::{DcTable, Symbols};
use super::markers::{EOI, Frame, SOS, Scan, Tables, next_segment};
use super::planes::Geometry;
use super::progressive::Progressive;
use super::restart::{Damage, Intervals, Turn};
use super::sequential::{Coder, known};

/// Scans of any frame. libjpeg's own fuzzers stop at as many.
const MOST_SCANS: usize = 500;
/// How often all blocks may be gone through; real files stay below 20. A scan
/// of few bytes can make much work, so large pictures get no more than this.
const MOST_PASSES: usize = 64;
/// Blocks that may be gone through in any picture, however small.
const FREE_BLOCKS: usize = 1 << 20;

/// Which coefficients of a component have come, and down to which bit.
struct Progress {
    bits: [Option<u32>; 64],
}

impl Progress {
    fn complete(&self) -> bool {
        self.bits.iter().all(|bit| *bit == Some(0))
    }
}

/// Reads scans up to the end of the picture. `at` is the offset of the first
/// scan's header, `tables` are those up to there.
pub(super) fn read(
    file: &[u8],
    mut at: usize,
    tables: &mut Tables,
    geometry: &Geometry,
) -> Result<(Store, Damage), JpegError> {
    let frame = tables.frame.clone().ok_or(JpegError::NotJpeg)?;
    let needed = needed_coefficients(file, at, tables, geometry)?;
    let components = geometry.components.iter().zip(&needed).map(|(layout, needed)| {
        let across = geometry.mcus_across * layout.h;
        Coefficients::new(across, geometry.mcus_down * layout.v, needed + 1)
    });
    let mut store =
        Store { components: components.collect(), steps: Vec::new(), row: geometry.first_row };
    let mut quantisation: Vec<Option<[u16; 64]>> = vec![None; frame.components.len()];
    let mut progress: Vec<_> =
        frame.components.iter().map(|_| Progress { bits: [None; 64] }).collect();
    let mut damage = Damage::default();
    let (mut scans, mut visited) = (0, 0usize);
    let blocks = |layout: &super::planes::Layout| layout.blocks_across * layout.blocks_down;
    let all_blocks: usize = geometry.components.iter().map(blocks).sum();
    loop {
        let segment = match next_segment(file, at) {
            Ok(segment) => segment,
            Err(error) => {
                if !progress.iter().all(Progress::complete) {
                    return Err(error);
                }
                damage.endless = true;
                break;
            }
        };
        at = segment.end;
        match segment.marker {
            EOI => break,
            SOS => {
                let scan = tables.scan(segment.body)?;
                scans += 1;
                for component in &scan.components {
                    let index = component.index;
                    visited += blocks(&geometry.components[index]);
                    let table = tables.quantisation[frame.components[index].table];
                    quantisation[index] = quantisation[index].or(table);
                    progress[index].bits[scan.first..=scan.last].fill(Some(scan.shift));
                }
                if scans > MOST_SCANS || visited > FREE_BLOCKS.max(all_blocks * MOST_PASSES) {
                    return Err(JpegError::Unsupported(format!("more than {} scans", scans - 1)));
                }
                let unneeded = |index: usize| scan.first > needed[index];
                if scan.components.iter().all(|component| unneeded(component.index)) {
                    continue;
                }
                let part = read_scan(file, at, &scan, tables, geometry, &mut store, &frame)?;
                at = part.0;
                damage.lost_intervals += part.1.lost_intervals;
                damage.broken_intervals += part.1.broken_intervals;
                damage.stray_bytes += part.1.stray_bytes;
            }
            _ => tables.read(&segment)?,
        }
    }
    for (index, layout) in geometry.components.iter().enumerate() {
        let table = quantisation[index].filter(|_| progress[index].bits[0].is_some());
        let table = table.ok_or_else(|| {
            JpegError::Damaged(format!("component {} has no scan or table", index + 1))
        })?;
        store.steps.push(Steps::new(&table, layout.size));
    }
    Ok((store, damage))
}

/// For each component the last place in zigzag order that has to be decoded:
/// what the transform wants, and what later scans build on.
fn needed_coefficients(
    file: &[u8],
    mut at: usize,
    tables: &Tables,
    geometry: &Geometry,
) -> Result<Vec<usize>, JpegError> {
    let kept = geometry.components.iter().map(|layout| Steps::new(&[1; 64], layout.size).last);
    let mut needed: Vec<usize> = kept.collect();
    let mut scans = Vec::new();
    // A broken file is refused when its scans are read.
    while let Ok(segment) = next_segment(file, at)
        && segment.marker != EOI
        && scans.len() <= MOST_SCANS
    {
        at = segment.end;
        if segment.marker == SOS {
            scans.push(tables.scan(segment.body)?);
        }
    }
    for scan in scans.iter().rev().filter(|scan| scan.refines) {
        for component in &scan.components {
            let needed = &mut needed[component.index];
            // Which bits come depends on all coefficients of the band.
            if scan.first <= *needed {
                *needed = scan.last.max(*needed);
            }
        }
    }
    Ok(needed)
}

/// What decodes the blocks of a scan.
#[allow(clippy::large_enum_variant)] // there is one at a time
enum Coding {
    Sequential { coders: Vec<Coder>, steps: Steps },
    Progressive { state: Progressive, parts: Vec<(usize, Option<Box<Symbols>>, i32)> },
}

impl Coding {
    fn new(
        scan: &Scan,
        tables: &Tables,
        frame: &Frame,
        store: &Store,
    ) -> Result<Coding, JpegError> {
        if !frame.progressive {
            let held = scan.components.iter().map(|c| store.components[c.index].held).max();
            let held = held.unwrap_or(64);
            let coders = Coder::of(scan, tables, held < 64)?;
            return Ok(Coding::Sequential { coders, steps: Steps::in_order(held) });
        }
        let mut parts = Vec::new();
        for component in &scan.components {
            let table = match (scan.first, scan.refines) {
                (0, true) => None,
                (0, false) => {
                    let codes = known(&tables.dc, component.dc, "dc")?;
                    Some(Box::new(DcTable::new(codes)?.symbols))
                }
                _ => Some(Box::new(Symbols::new(known(&tables.ac, component.ac, "ac")?))),
            };
            parts.push((component.index, table, 0));
        }
        Ok(Coding::Progressive { state: Progressive::new(scan), parts })
    }

    fn restart(&mut self) {
        match self {
            Coding::Sequential { coders, .. } => coders.iter_mut().for_each(Coder::restart),
            Coding::Progressive { state, parts } => {
                state.restart();
                parts.iter_mut().for_each(|part| part.2 = 0);
            }
        }
    }

    /// Decodes a block of the scan's component number `part`.
    #[inline(always)]
    fn block(
        &mut self,
        part: usize,
        bytes: &Bytes,
        window: &mut Window,
        values: &mut [i16],
    ) -> Result<(), BadCode> {
        match self {
            Coding::Sequential { coders, steps } => {
                let mut block: Block = [0; 128];
                coders[part].block(bytes, window, steps, &mut block)?;
                values.copy_from_slice(&block[..values.len()]);
                Ok(())
            }
            Coding::Progressive { state, parts } => {
                let (_, table, prediction) = &mut parts[part];
                state.block(bytes, window, table.as_deref(), prediction, values)
            }
        }
    }
}

/// Decodes one scan into the store; returns the offset behind it.
fn read_scan(
    file: &[u8],
    at: usize,
    scan: &Scan,
    tables: &Tables,
    geometry: &Geometry,
    store: &mut Store,
    frame: &Frame,
) -> Result<(usize, Damage), JpegError> {
    let mut coding = Coding::new(scan, tables, frame, store)?;
    let mut reader = BitReader::new(file, at);
    let mut intervals = Intervals::new(tables.restart_interval);
    // A component alone goes by its own blocks, not by whole MCUs (A.2.2).
    let (across, down) = match &scan.components[..] {
        [only] => {
            let layout = &geometry.components[only.index];
            (layout.blocks_across, layout.blocks_down)
        }
        _ => (geometry.mcus_across, geometry.mcus_down),
    };
    for y in 0..down {
        for x in 0..across {
            match intervals.begin_mcu(&mut reader)? {
                Turn::Decode => {}
                Turn::Restart => coding.restart(),
                Turn::Lost => continue,
            }
            let mut window = reader.window;
            let mut outcome = Ok(());
            if let [only] = &scan.components[..] {
                let values = store.components[only.index].block(x, y);
                outcome = coding.block(0, reader.bytes(), &mut window, values);
            } else {
                'mcu: for (part, component) in scan.components.iter().enumerate() {
                    let layout = &geometry.components[component.index];
                    for place in 0..layout.h * layout.v {
                        let x = x * layout.h + place % layout.h;
                        let y = y * layout.v + place / layout.h;
                        let values = store.components[component.index].block(x, y);
                        outcome = coding.block(part, reader.bytes(), &mut window, values);
                        if outcome.is_err() {
                            break 'mcu;
                        }
                    }
                }
            }
            reader.window = window;
            intervals.end_mcu(&mut reader, outcome)?;
        }
    }
    intervals.damage.stray_bytes += reader.finish();
    Ok((reader.offset(), intervals.damage))
}
