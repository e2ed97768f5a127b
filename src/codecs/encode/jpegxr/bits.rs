//! Bits to bytes, most significant first.

/// A growing run of bits.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// Appends the low `count` bits of `value`, 32 at most.
    pub(super) fn put(&mut self, value: u32, count: u32) {
        let value = u64::from(value) & ((1 << count) - 1);
        self.pending = self.pending << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.pending >> self.count) as u8);
        }
    }

    /// One bit.
    pub(super) fn flag(&mut self, value: bool) {
        self.put(value.into(), 1);
    }

    /// Zeros up to the next whole byte.
    pub(super) fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
    }

    /// The bytes so far; an unfinished one is filled with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_packed_from_the_top() {
        let mut bits = BitWriter::default();
        bits.put(0b101, 3);
        bits.flag(true);
        // only the low four bits of 0xff count
        bits.put(0xff, 4);
        bits.put(0x1234_5678, 32);
        bits.put(1, 1);
        assert_eq!(bits.finish(), [0b1011_1111, 0x12, 0x34, 0x56, 0x78, 0x80]);
    }
}
