//! The bits of entropy-coded segments (ITU-T T.81, F.1.2.3 and B.1.1.5).

/// Bytes in memory at a time. A power of two, for `Window::refill`.
const SIZE: usize = 8 * 1024;
/// More bytes than an MCU can take: 10 blocks of 64 codes with numbers, 16 + 15
/// bits each, and a whole load of the window.
const RESERVE: usize = 10 * 64 * 31 / 8 + 16;

/// Bytes without stuffing, with room for a whole load at the last place.
pub(super) type Bytes = [u8; SIZE + 8];

/// The next bits. Small and copied: loops work on a copy of their own, which
/// stays in registers.
#[derive(Clone, Copy)]
pub(super) struct Window {
    /// The next bits from the top.
    pub bits: u64,
    /// How many of them are valid; those below are either right or 0.
    count: u32,
    /// Offset of the first byte that is not counted.
    at: usize,
}

impl Window {
    const EMPTY: Window = Window { bits: 0, count: 0, at: 0 };

    /// Makes at least 56 bits valid.
    #[inline(always)]
    pub fn refill(&mut self, bytes: &Bytes) {
        // Masks where the reader's reserve bounds the values: no checks are left.
        let at = self.at & (SIZE - 1);
        if let Some(next) = bytes[at..].first_chunk() {
            self.bits |= u64::from_be_bytes(*next) >> (self.count & 63);
        }
        self.at += ((63 - (self.count & 63)) >> 3) as usize;
        self.count |= 56;
    }

    /// Drops `count` bits, at most 63 and as many as are valid.
    #[inline(always)]
    pub fn drop(&mut self, count: u32) {
        self.bits <<= count & 63;
        self.count = self.count.wrapping_sub(count & 63);
    }

    /// Takes `count` bits, 0 to 16 and at most as many as are valid.
    #[inline(always)]
    pub fn take(&mut self, count: u32) -> u32 {
        let value = self.bits >> 1 >> (63 - count);
        self.drop(count);
        value as u32
    }

    /// Bits that were dropped since the start of the bytes.
    fn used(&self) -> usize {
        (self.at * 8).saturating_sub(self.count as usize)
    }
}

/// Reads one entropy-coded segment after the other.
pub(super) struct BitReader<'a> {
    file: &'a [u8],
    /// Offset in the file of the first byte that is not in `buffer`.
    at: usize,
    /// Bytes without stuffing, and zeros behind them once the segment has ended.
    buffer: Box<Bytes>,
    /// How many bytes of `buffer` are from the file.
    filled: usize,
    /// Whether a marker or the end of the file is at `at`.
    ended: bool,
    pub window: Window,
}

impl<'a> BitReader<'a> {
    /// Starts at offset `at` of a file.
    pub fn new(file: &'a [u8], at: usize) -> BitReader<'a> {
        let buffer = Box::new([0; SIZE + 8]);
        BitReader { file, at, buffer, filled: 0, ended: false, window: Window::EMPTY }
    }

    /// Makes the bits of a whole MCU readable; behind the end of the segment
    /// there are zeros.
    #[inline(always)]
    pub fn prepare(&mut self) {
        if !self.ended && self.filled < self.window.at + RESERVE {
            self.load();
        }
    }

    #[cold]
    fn load(&mut self) {
        self.buffer.copy_within(self.window.at..self.filled, 0);
        self.filled -= self.window.at;
        self.window.at = 0;
        while self.filled + RESERVE < SIZE {
            if !self.unstuff() {
                self.ended = true;
                self.buffer[self.filled..self.filled + RESERVE].fill(0);
                return;
            }
        }
    }

    /// Takes a few bytes of the file over; says whether there were any.
    #[inline(always)]
    fn unstuff(&mut self) -> bool {
        let rest = self.file.get(self.at..).unwrap_or_default();
        if let Some(eight) = rest.first_chunk::<8>()
            && !holds_ff(u64::from_ne_bytes(*eight))
            && let Some(to) = self.buffer[self.filled..].first_chunk_mut::<8>()
        {
            *to = *eight;
            self.at += 8;
            self.filled += 8;
            return true;
        }
        let (byte, length) = match *rest {
            [0xff, 0, ..] => (0xff, 2),
            [0xff, 0xff, ..] => {
                self.at += 1;
                return true;
            }
            [0xff, ..] | [] => return false,
            [byte, ..] => (byte, 1),
        };
        let Some(to) = self.buffer.get_mut(self.filled) else { return false };
        *to = byte;
        self.at += length;
        self.filled += 1;
        true
    }

    /// The bytes that `window` is refilled from.
    #[inline(always)]
    pub fn bytes(&self) -> &Bytes {
        &self.buffer
    }

    /// Whether more bits were read than the segment has.
    #[inline(always)]
    pub fn overran(&self) -> bool {
        self.ended && self.window.used() > self.filled * 8
    }

    /// Goes to the end of the segment; returns how many whole bytes of it were
    /// not read.
    pub fn finish(&mut self) -> usize {
        let mut unread = self.filled.saturating_sub(self.window.used().div_ceil(8));
        while !self.ended {
            self.filled = 0;
            if self.unstuff() {
                unread += self.filled;
            } else {
                self.ended = true;
            }
        }
        unread
    }

    /// The marker after the finished segment and the offset behind it; none at
    /// the end of the file.
    pub fn marker(&self) -> Option<(u8, usize)> {
        let rest = self.file.get(self.at + 1..)?;
        let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
        Some((*rest.get(fill)?, self.at + fill + 2))
    }

    /// Offset in the file of the end of the finished segment.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Starts the segment at offset `at`.
    pub fn start(&mut self, at: usize) {
        self.at = at;
        self.filled = 0;
        self.ended = false;
        self.window = Window::EMPTY;
    }
}

/// Whether one of eight bytes is 0xff (zero byte test on the complement).
fn holds_ff(eight: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    (!eight).wrapping_sub(ONES) & eight & TOPS != 0
}
