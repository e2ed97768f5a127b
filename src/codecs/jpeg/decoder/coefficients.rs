//! Coefficients of whole components, for frames in several scans.

use super::block::{Block, Steps};
use super::idct::transform;
use super::planes::{Geometry, Plane};

/// The coefficients of one component.
pub(super) struct Coefficients {
    /// Blocks in a row, whole MCUs.
    across: usize,
    /// Coefficients of a block that are held, the first ones in zigzag order.
    pub held: usize,
    data: Vec<i16>,
}

impl Coefficients {
    pub fn new(across: usize, down: usize, held: usize) -> Coefficients {
        Coefficients { across, held, data: vec![0; across * down * held] }
    }

    /// The block at column `x` of row `y`, `held` coefficients.
    #[inline(always)]
    pub fn block(&mut self, x: usize, y: usize) -> &mut [i16] {
        let start = (y * self.across + x) * self.held;
        self.data.get_mut(start..start + self.held).unwrap_or_default()
    }

    /// The blocks of row `y` from column `x` on.
    fn row(&self, x: usize, y: usize) -> std::slice::ChunksExact<'_, i16> {
        let row = self.data.get(y * self.across * self.held..(y + 1) * self.across * self.held);
        row.and_then(|row| row.get(x * self.held..)).unwrap_or_default().chunks_exact(self.held)
    }
}

/// A frame whose scans are all read.
pub(super) struct Store {
    pub components: Vec<Coefficients>,
    /// The components' steps.
    pub steps: Vec<Steps>,
    /// The next row of MCUs.
    pub row: usize,
}

impl Store {
    /// Transforms the next row of MCUs into the planes.
    pub fn next_row(&mut self, geometry: &Geometry, planes: &mut [Plane]) {
        let components = self.components.iter().zip(&self.steps);
        for ((coefficients, steps), (layout, plane)) in
            components.zip(geometry.components.iter().zip(planes))
        {
            let stride = plane.stride();
            let size = layout.size;
            let out = plane.advance();
            let first = geometry.columns.start * layout.h;
            for (y, out) in out.chunks_mut(stride * size).enumerate() {
                let blocks = coefficients.row(first, self.row * layout.v + y);
                for (x, values) in blocks.take(geometry.columns.len() * layout.h).enumerate() {
                    let mut block: Block = [0; 128];
                    let last = place(values, steps, &mut block);
                    if let Some(out) = out.get_mut(x * size..) {
                        transform(&block, last, size, out, stride);
                    }
                }
            }
        }
        self.row += 1;
    }
}

/// Puts the coefficients that are kept where the transform wants them; returns
/// the place of the last that may not be 0.
#[inline(always)]
fn place(values: &[i16], steps: &Steps, block: &mut Block) -> usize {
    let kept = values.get(..=steps.last).unwrap_or(values);
    let mut end = 1;
    for (number, chunk) in kept.chunks(8).enumerate() {
        if chunk.iter().fold(0, |any, value| any | value) != 0 {
            end = number * 8 + chunk.len();
        }
    }
    let mut last = 0;
    for (index, value) in kept.iter().enumerate().take(end) {
        steps.put(block, index, *value);
        if *value != 0 {
            last = index;
        }
    }
    last
}
