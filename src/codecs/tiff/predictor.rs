//! Differences between samples that are packed in place of them.

use super::directory::{Directory, tag};
use super::{CodecError, damaged};

/// What was done to samples before they were packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    /// Each is the difference to the one before (section 14).
    Horizontal,
    /// The bytes of floating-point numbers are sorted by weight, and then each is the
    /// difference to the one before (Adobe's technical note 3).
    Float,
}

impl Predictor {
    pub fn read(directory: &Directory<'_>) -> Result<Predictor, CodecError> {
        match directory.number(tag::PREDICTOR).unwrap_or(1) {
            1 => Ok(Predictor::None),
            2 => Ok(Predictor::Horizontal),
            3 => Ok(Predictor::Float),
            other => Err(damaged(format!("predictor {other} is not 1, 2 or 3"))),
        }
    }

    /// Restores a row of samples. `bytes` are those of a sample, 1, 2, 4 or 8, and `step`
    /// the number of samples from one to the next of its kind. Floating-point numbers come
    /// out with the greatest byte first.
    pub fn undo(self, row: &mut [u8], bytes: usize, step: usize, big_endian: bool) {
        match self {
            Predictor::None => {}
            Predictor::Horizontal => match (bytes, step) {
                (1, 1) => sum_bytes::<1>(row),
                (1, 2) => sum_bytes::<2>(row),
                (1, 3) => sum_bytes::<3>(row),
                (1, 4) => sum_bytes::<4>(row),
                (1, _) => {
                    for at in step..row.len() {
                        row[at] = row[at].wrapping_add(row[at - step]);
                    }
                }
                (2, _) if big_endian => sum(row, step, u16::from_be_bytes, u16::to_be_bytes),
                (2, _) => sum(row, step, u16::from_le_bytes, u16::to_le_bytes),
                (4, _) if big_endian => sum(row, step, u32::from_be_bytes, u32::to_be_bytes),
                (4, _) => sum(row, step, u32::from_le_bytes, u32::to_le_bytes),
                (_, _) if big_endian => sum(row, step, u64::from_be_bytes, u64::to_be_bytes),
                (_, _) => sum(row, step, u64::from_le_bytes, u64::to_le_bytes),
            },
            Predictor::Float => {
                for at in step..row.len() {
                    row[at] = row[at].wrapping_add(row[at - step]);
                }
                let sorted = row.to_vec();
                let values = row.len() / bytes;
                for (index, value) in row.chunks_exact_mut(bytes).enumerate() {
                    for (weight, byte) in value.iter_mut().enumerate() {
                        *byte = sorted[weight * values + index];
                    }
                }
            }
        }
    }
}

fn sum_bytes<const STEP: usize>(row: &mut [u8]) {
    let mut before = [0u8; STEP];
    for pixel in row.as_chunks_mut::<STEP>().0 {
        for (sample, before) in pixel.iter_mut().zip(&mut before) {
            *before = sample.wrapping_add(*before);
            *sample = *before;
        }
    }
}

/// Whole numbers whose sums wrap.
trait Wrapping: Copy {
    fn plus(self, other: Self) -> Self;
}

impl Wrapping for u16 {
    fn plus(self, other: u16) -> u16 {
        self.wrapping_add(other)
    }
}

impl Wrapping for u32 {
    fn plus(self, other: u32) -> u32 {
        self.wrapping_add(other)
    }
}

impl Wrapping for u64 {
    fn plus(self, other: u64) -> u64 {
        self.wrapping_add(other)
    }
}

fn sum<T: Wrapping, const SIZE: usize>(
    row: &mut [u8],
    step: usize,
    read: impl Fn([u8; SIZE]) -> T,
    write: impl Fn(T) -> [u8; SIZE],
) {
    let samples = row.as_chunks_mut::<SIZE>().0;
    for at in step..samples.len() {
        samples[at] = write(read(samples[at]).plus(read(samples[at - step])));
    }
}
