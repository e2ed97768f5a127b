//! Restart intervals, and going on where they are broken (ITU-T T.81, F.2.2.4;
//! the strategy is that of libjpeg's `jpeg_resync_to_restart`).

use super::JpegError;
use super::bits::BitReader;
use super::block::BadCode;
use super::markers::EOI;

/// What is wrong with a file that could be decoded all the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Damage {
    /// Restart intervals of which some blocks are missing.
    pub lost_intervals: usize,
    /// Restart intervals between the markers that belong there whose data are broken
    /// or too short: what follows up to the next marker has no detail.
    pub broken_intervals: usize,
    /// Bytes that belong to nothing.
    pub stray_bytes: usize,
    /// The end-of-image marker is missing.
    pub endless: bool,
}

impl Damage {
    /// A line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.lost_intervals > 0 {
            lines.push(format!("{} restart intervals lost picture data", self.lost_intervals));
        }
        if self.broken_intervals > 0 {
            let count = self.broken_intervals;
            lines.push(format!("{count} restart intervals hold broken picture data"));
        }
        if self.stray_bytes > 0 {
            lines.push(format!("{} stray bytes in the picture data", self.stray_bytes));
        }
        if self.endless {
            lines.push("the end-of-image marker is missing".into());
        }
        lines
    }
}

/// What is to be done with an MCU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Decode,
    /// Decode with predictions as at the start of a scan.
    Restart,
    /// There are no data for it.
    Lost,
}

/// Counts the MCUs of a scan.
pub(super) struct Intervals {
    /// MCUs between restart markers; 0 is none.
    interval: usize,
    /// MCUs up to the next restart marker.
    left: usize,
    /// Number of the next restart marker, 0 to 7.
    next: u8,
    /// The rest of this interval cannot be decoded.
    lost: bool,
    pub damage: Damage,
}

impl Intervals {
    pub fn new(interval: usize) -> Intervals {
        Intervals { interval, left: interval, next: 0, lost: false, damage: Damage::default() }
    }

    /// To be called before each MCU.
    #[inline(always)]
    pub fn begin_mcu(&mut self, reader: &mut BitReader) -> Result<Turn, JpegError> {
        let mut turn = Turn::Decode;
        if self.interval > 0 {
            if self.left == 0 {
                self.restart(reader)?;
                turn = Turn::Restart;
            }
            self.left -= 1;
            if self.lost {
                return Ok(Turn::Lost);
            }
        }
        reader.prepare();
        Ok(turn)
    }

    /// To be called after each MCU that was decoded. Says whether its blocks are
    /// right; if not, they are lost.
    #[inline(always)]
    pub fn end_mcu(
        &mut self,
        reader: &mut BitReader,
        outcome: Result<(), BadCode>,
    ) -> Result<bool, JpegError> {
        if outcome.is_ok() && !reader.overran() { Ok(true) } else { self.lose(reader) }
    }

    #[cold]
    fn lose(&mut self, reader: &mut BitReader) -> Result<bool, JpegError> {
        if reader.overran() {
            reader.finish();
            match reader.marker() {
                None | Some((EOI, _)) => return Err(ends_early()),
                Some((marker @ 0xd0..=0xd7, _)) if self.interval > 0 => {
                    match marker - 0xd0 == self.next {
                        true => self.damage.broken_intervals += 1,
                        false => self.damage.lost_intervals += 1,
                    }
                }
                Some((marker, _)) => {
                    return Err(JpegError::Damaged(format!(
                        "marker ff{marker:02x} cuts the picture data short"
                    )));
                }
            }
        } else if self.interval == 0 {
            return Err(JpegError::Damaged("the picture data hold a code that is none".into()));
        } else {
            self.damage.broken_intervals += 1;
        }
        self.lost = true;
        Ok(false)
    }

    #[cold]
    fn restart(&mut self, reader: &mut BitReader) -> Result<(), JpegError> {
        let unread = reader.finish();
        if !self.lost {
            self.damage.stray_bytes += unread;
        }
        self.left = self.interval;
        self.lost = false;
        let expected = self.next;
        self.next = (self.next + 1) % 8;
        loop {
            let (marker, end) = reader.marker().ok_or_else(ends_early)?;
            match marker {
                0xd0..=0xd7 => match (marker - 0xd0).wrapping_sub(expected) % 8 {
                    // One of the next two: the one before it is missing.
                    1 | 2 => {
                        self.lost = true;
                        self.damage.lost_intervals += 1;
                        return Ok(());
                    }
                    // One of the last two once more, with data that came before.
                    6 | 7 => {}
                    // The right one, or a number that is broken.
                    0 => {
                        reader.start(end);
                        return Ok(());
                    }
                    _ => {
                        self.damage.lost_intervals += 1;
                        {
                            reader.start(end);
                            return Ok(());
                        }
                    }
                },
                // No markers at all, but broken data.
                0x01..=0xbf => {}
                _ => return Err(ends_early()),
            }
            reader.start(end);
            self.damage.stray_bytes += reader.finish();
        }
    }
}

fn ends_early() -> JpegError {
    JpegError::Truncated("the picture data end early".into())
}
