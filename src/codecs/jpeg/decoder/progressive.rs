//! Blocks of progressive frames (ITU-T T.81, annex G.1.2).

use super::bits::{Bytes, Window};
use super::block::BadCode;
use super::huffman::{Symbols, number};
use super::markers::Scan;

/// One decoder's state within a progressive scan.
pub(super) struct Progressive {
    first: usize,
    last: usize,
    refines: bool,
    shift: u32,
    /// Blocks that follow with no new coefficients in the band.
    end_of_band: u32,
}

impl Progressive {
    pub fn new(scan: &Scan) -> Progressive {
        Progressive {
            first: scan.first,
            last: scan.last,
            refines: scan.refines,
            shift: scan.shift,
            end_of_band: 0,
        }
    }

    /// Forgets what is left of a run of blocks.
    pub fn restart(&mut self) {
        self.end_of_band = 0;
    }

    /// Decodes the scan's part of a block. `values` are the coefficients that are
    /// held; others are passed over. `prediction` is the component's last DC.
    #[inline(always)]
    pub fn block(
        &mut self,
        bytes: &Bytes,
        window: &mut Window,
        table: Option<&Symbols>,
        prediction: &mut i32,
        values: &mut [i16],
    ) -> Result<(), BadCode> {
        match (self.first, self.refines, table) {
            (0, true, _) => {
                window.refill(bytes);
                if let Some(dc) = values.first_mut() {
                    *dc |= (window.take(1) << self.shift) as i16;
                }
                Ok(())
            }
            (0, false, Some(table)) => {
                window.refill(bytes);
                let (length, size) = table.find(window.bits).ok_or(BadCode)?;
                if size > 15 {
                    return Err(BadCode);
                }
                *prediction = prediction.wrapping_add(number(window.bits, length, size.into()));
                window.drop(length + u32::from(size));
                if let Some(dc) = values.first_mut() {
                    *dc = (*prediction << self.shift) as i16;
                }
                Ok(())
            }
            (_, false, Some(table)) => self.first_bits(bytes, window, table, values),
            (_, true, Some(table)) => self.more_bits(bytes, window, table, values),
            _ => Err(BadCode),
        }
    }

    /// AC coefficients for the first time (G.1.2.2).
    fn first_bits(
        &mut self,
        bytes: &Bytes,
        shared: &mut Window,
        table: &Symbols,
        values: &mut [i16],
    ) -> Result<(), BadCode> {
        if self.end_of_band > 0 {
            self.end_of_band -= 1;
            return Ok(());
        }
        let mut window = *shared;
        let mut index = self.first;
        while index <= self.last {
            window.refill(bytes);
            let (length, symbol) = table.find(window.bits).ok_or(BadCode)?;
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && run < 15 {
                window.drop(length);
                self.end_of_band = (1 << run) - 1 + window.take(run);
                break;
            }
            index += run as usize;
            if size > 0 {
                let value = number(window.bits, length, size);
                // A run out of the band is no code of any encoder.
                if index > self.last {
                    return Err(BadCode);
                }
                if let Some(slot) = values.get_mut(index) {
                    *slot = (value << self.shift) as i16;
                }
            }
            window.drop(length + size);
            index += 1;
        }
        *shared = window;
        Ok(())
    }

    /// One more bit of AC coefficients, and new ones of this size (G.1.2.3).
    fn more_bits(
        &mut self,
        bytes: &Bytes,
        shared: &mut Window,
        table: &Symbols,
        values: &mut [i16],
    ) -> Result<(), BadCode> {
        let one = 1i16 << self.shift;
        let mut window = *shared;
        let mut band = values.get_mut(self.first..=self.last).unwrap_or_default().iter_mut();
        while self.end_of_band == 0 && band.len() > 0 {
            window.refill(bytes);
            let (length, symbol) = table.find(window.bits).ok_or(BadCode)?;
            window.drop(length);
            let (mut run, size) = (u32::from(symbol >> 4), symbol & 15);
            let new = match size {
                0 if run == 15 => 0,
                0 => {
                    self.end_of_band = (1 << run) + window.take(run);
                    break;
                }
                1 if window.take(1) == 1 => one,
                1 => -one,
                _ => return Err(BadCode),
            };
            for value in band.by_ref() {
                if *value != 0 {
                    window.refill(bytes);
                    correct(value, one, window.take(1));
                } else if run == 0 {
                    *value = new;
                    break;
                } else {
                    run -= 1;
                }
            }
        }
        if self.end_of_band > 0 {
            self.end_of_band -= 1;
            for value in band {
                if *value != 0 {
                    window.refill(bytes);
                    correct(value, one, window.take(1));
                }
            }
        }
        *shared = window;
        Ok(())
    }
}

/// Adds a bit to a coefficient, away from 0.
#[inline(always)]
fn correct(value: &mut i16, one: i16, bit: u32) {
    if bit == 1 && *value & one == 0 {
        *value = value.wrapping_add(if *value > 0 { one } else { -one });
    }
}
