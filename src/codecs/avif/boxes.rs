//! Reading of ISO base media boxes (ISO/IEC 14496-12, 4.2). Every read is
//! checked; `None` is a read past the end.

use std::ops::Range;

/// Four letters that name a box, an item type or a reference.
pub(super) type FourCc = [u8; 4];

/// Big-endian numbers, one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// Position of `bytes` in the file.
    start: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, start: 0 }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where in the file the rest lies.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(count)?;
        self.bytes = tail;
        self.start += count;
        Some(head)
    }

    /// A number of `count` bytes, at most 8.
    pub fn number(&mut self, count: usize) -> Option<u64> {
        Some(self.take(count)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.number(2).map(|value| value as u16)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.number(4).map(|value| value as u32)
    }

    /// An item's number: 2 bytes, or 4 in later versions of a box.
    pub fn id(&mut self, long: bool) -> Option<u32> {
        self.number(if long { 4 } else { 2 }).map(|value| value as u32)
    }

    pub fn four_cc(&mut self) -> Option<FourCc> {
        self.take(4)?.try_into().ok()
    }

    /// Version and flags, with which a "full box" begins.
    pub fn version(&mut self) -> Option<(u8, u32)> {
        let value = self.u32()?;
        Some(((value >> 24) as u8, value & 0x00ff_ffff))
    }

    /// The next box: its type and what is in it. `None` at the end or where the
    /// box says it is longer than what is there.
    pub fn next_box(&mut self) -> Option<(FourCc, Reader<'a>)> {
        let whole = *self;
        let size = self.u32()?;
        let kind = self.four_cc()?;
        let body = match size {
            0 => self.bytes.len(),
            1 => usize::try_from(self.number(8)?).ok()?.checked_sub(16)?,
            size => (size as usize).checked_sub(8)?,
        };
        let start = self.start;
        match self.take(body) {
            Some(bytes) => Some((kind, Reader { bytes, start })),
            None => {
                *self = whole;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_have_short_long_and_open_sizes() {
        let mut bytes = b"\0\0\0\x0aftypab".to_vec();
        bytes.extend(b"\0\0\0\x01meta\0\0\0\0\0\0\0\x11c");
        bytes.extend(b"\0\0\0\0mdatdef");
        let mut reader = Reader::new(&bytes);
        for (kind, body, range) in
            [(b"ftyp", &b"ab"[..], 8..10), (b"meta", b"c", 26..27), (b"mdat", b"def", 35..38)]
        {
            let (found, inner) = reader.next_box().unwrap();
            assert_eq!((&found, inner.rest(), inner.range()), (kind, body, range));
        }
        assert!(reader.next_box().is_none());
    }

    #[test]
    fn a_box_longer_than_the_file_is_none() {
        for bytes in
            [&b"\0\0\0\x0bftypab"[..], b"\0\0\0\x07ftyp", b"\0\0\0\x01ftyp\0\0\0\0\0\0\0\x0f"]
        {
            let mut reader = Reader::new(bytes);
            assert!(reader.next_box().is_none());
        }
    }
}
