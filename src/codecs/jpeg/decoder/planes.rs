//! Where blocks, samples and pixels of a frame lie, and the rows of samples
//! that are in memory.

use super::markers::Frame;
use super::upsample::Upsampling;
use super::{JpegError, Options};
use crate::codecs::bitmap::Area;

/// A component's place in the picture that is decoded.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Blocks across and down in an MCU.
    pub h: usize,
    pub v: usize,
    /// Samples across and down that a block is transformed to: 1, 2, 4 or 8.
    pub size: usize,
    /// Samples of the whole component.
    pub width: usize,
    pub height: usize,
    /// Blocks across and down in a scan of this component alone.
    pub blocks_across: usize,
    pub blocks_down: usize,
    pub upsampling: Upsampling,
}

/// What is decoded of a frame, and how large.
#[derive(Debug, Clone)]
pub(super) struct Geometry {
    pub mcus_across: usize,
    pub mcus_down: usize,
    /// MCUs from left to right whose samples are needed: `start..end`.
    pub columns: std::ops::Range<usize>,
    /// The first row of MCUs whose samples are needed.
    pub first_row: usize,
    /// Pixels of the whole picture at this scale.
    pub width: usize,
    pub height: usize,
    /// Rows of pixels in a row of MCUs.
    pub mcu_height: usize,
    /// The pixels that come out.
    pub window: Area,
    /// Pixels from the left edge of `columns` to the window.
    pub margin: usize,
    pub components: Vec<Layout>,
}

impl Geometry {
    pub fn new(frame: &Frame, options: &Options) -> Result<Geometry, JpegError> {
        let pixels = match options.denominator {
            1 => 8,
            2 => 4,
            4 => 2,
            8 => 1,
            other => {
                return Err(JpegError::Unsupported(format!("scale 1/{other} is not 1, 2, 4 or 8")));
            }
        };
        let (h_max, v_max) = (frame.h_max, frame.v_max);
        let scaled = |side: usize, part: usize, whole: usize| (side * part).div_ceil(8 * whole);
        let width = scaled(frame.width, pixels, 1);
        let height = scaled(frame.height, pixels, 1);
        let whole = Area { x: 0, y: 0, width: width as u32, height: height as u32 };
        let window = options.window.unwrap_or(whole);
        let fits = |start: u32, length: u32, side: usize| {
            length > 0 && u64::from(start) + u64::from(length) <= side as u64
        };
        if !fits(window.x, window.width, width) || !fits(window.y, window.height, height) {
            return Err(JpegError::Window { window, width: whole.width, height: whole.height });
        }
        let components = frame
            .components
            .iter()
            .map(|component| {
                let (h, v) = (component.h, component.v);
                let size = block_size(pixels, (h, v), (h_max, v_max));
                let width = scaled(frame.width, h * size, h_max);
                Layout {
                    h,
                    v,
                    size,
                    width,
                    height: scaled(frame.height, v * size, v_max),
                    blocks_across: (frame.width * h).div_ceil(8 * h_max),
                    blocks_down: (frame.height * v).div_ceil(8 * v_max),
                    upsampling: Upsampling::new(
                        (h * size, v * size),
                        (h_max * pixels, v_max * pixels),
                        width,
                        pixels > 1,
                    ),
                }
            })
            .collect();
        // The triangle filter looks two pixels beyond the window at most.
        let (mcu_width, mcu_height) = (h_max * pixels, v_max * pixels);
        let left = (window.x as usize).saturating_sub(2) / mcu_width;
        let right = ((window.x + window.width) as usize + 2).div_ceil(mcu_width);
        Ok(Geometry {
            mcus_across: frame.mcus_across(),
            mcus_down: frame.mcus_down(),
            columns: left..right.min(frame.mcus_across()),
            first_row: (window.y as usize).saturating_sub(2) / mcu_height,
            width,
            height,
            mcu_height,
            window,
            margin: window.x as usize - left * mcu_width,
            components,
        })
    }

    /// An empty plane for each component.
    pub fn planes(&self) -> Vec<Plane> {
        self.components.iter().map(|layout| Plane::new(layout, self)).collect()
    }
}

/// A component that is sampled less than others is transformed to more pixels,
/// while it stays within the others' size: no upsampling, and no detail lost.
fn block_size(pixels: usize, own: (usize, usize), most: (usize, usize)) -> usize {
    let fits = |size: usize| {
        (most.0 * pixels).is_multiple_of(own.0 * size)
            && (most.1 * pixels).is_multiple_of(own.1 * size)
    };
    let mut size = pixels;
    while size < 8 && fits(size * 2) {
        size *= 2;
    }
    size
}

/// Rows that stay when the next row of MCUs comes: the triangle filter looks
/// back one row and leaves one to be finished.
const KEPT_ROWS: usize = 2;

/// Some rows of a component, only the needed columns.
pub(super) struct Plane {
    /// Samples in a row; behind them there may be more, up to whole MCUs.
    pub width: usize,
    /// Rows of the whole component.
    pub height: usize,
    stride: usize,
    /// Rows in a row of MCUs.
    step: usize,
    data: Vec<u8>,
    /// Number of the first row in `data`.
    first: usize,
    /// Number of the first row that is not yet decoded.
    pub end: usize,
}

impl Plane {
    fn new(layout: &Layout, geometry: &Geometry) -> Plane {
        let across = layout.h * layout.size;
        let stride = geometry.columns.len() * across;
        let step = layout.v * layout.size;
        let first = geometry.first_row * step;
        Plane {
            width: (layout.width - geometry.columns.start * across).min(stride),
            height: layout.height,
            stride,
            step,
            data: vec![0; stride * (step + KEPT_ROWS)],
            first,
            end: first,
        }
    }

    /// Bytes from one row to the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Makes room for the next row of MCUs and returns it.
    pub fn advance(&mut self) -> &mut [u8] {
        let kept = (self.end - self.first).min(KEPT_ROWS);
        let start = (self.end - self.first - kept) * self.stride;
        self.data.copy_within(start..start + kept * self.stride, 0);
        self.first = self.end - kept;
        self.end += self.step;
        &mut self.data[kept * self.stride..][..self.step * self.stride]
    }

    /// Row `y`, or the last one if it is beyond. The row must be in memory.
    pub fn row(&self, y: usize) -> &[u8] {
        let index = y.min(self.height - 1).saturating_sub(self.first);
        self.data.get(index * self.stride..).and_then(|rest| rest.get(..self.width)).unwrap_or(&[])
    }

    /// The rows of the last row of MCUs that belong to the component.
    pub fn latest(&self) -> std::ops::Range<usize> {
        self.end.saturating_sub(self.step)..self.end.min(self.height)
    }
}
