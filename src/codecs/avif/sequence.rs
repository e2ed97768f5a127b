//! The sequence header of an AV1 bitstream (AV1 specification, 5.5) as far as
//! the facts of a still picture go.

use super::property::Colours;

/// Facts of a sequence header. `av1C` repeats those of [`Coding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sequence {
    /// Greatest size of a frame in pixels, 1 to 65536.
    pub width: u32,
    pub height: u32,
    /// One frame whose size is exactly that.
    pub still: bool,
    pub coding: Coding,
    /// What it says of the colours; numbers are 2 where it says nothing.
    pub colours: Colours,
}

/// How samples are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    pub profile: u8,
    /// 8, 10 or 12 bits a sample.
    pub depth: u8,
    /// Without colour.
    pub monochrome: bool,
    /// Chroma planes have half the width.
    pub half_width: bool,
    /// Chroma planes have half the height.
    pub half_height: bool,
}

impl Coding {
    /// From the body of an `av1C` box (AV1-ISOBMFF, 2.3).
    pub fn of_config(body: &[u8]) -> Option<Coding> {
        let [0x81, profile, bits, ..] = *body else { return None };
        let bit = |place: u8| bits >> place & 1 == 1;
        Some(Coding {
            profile: profile >> 5,
            depth: match (bit(6), bit(5)) {
                (false, _) => 8,
                (true, false) => 10,
                (true, true) => 12,
            },
            monochrome: bit(4),
            half_width: bit(3),
            half_height: bit(2),
        })
    }
}

const SEQUENCE_HEADER: u8 = 1;
const BT709: u64 = 1;
const SRGB: u64 = 13;
const IDENTITY: u64 = 0;
const UNSPECIFIED: u64 = 2;

/// The first sequence header among the units of `data`.
pub(super) fn find(mut data: &[u8]) -> Option<Sequence> {
    loop {
        let (header, mut rest) = data.split_first()?;
        if header >> 2 & 1 == 1 {
            rest = rest.get(1..)?;
        }
        let has_size = header >> 1 & 1 == 1;
        let size = if has_size { leb128(&mut rest)? } else { rest.len() };
        let (unit, after) = rest.split_at_checked(size)?;
        if header >> 3 & 15 == SEQUENCE_HEADER {
            return read(&mut Bits { bytes: unit, at: 0 });
        }
        data = after;
    }
}

/// A number of 7 bits a byte, the lowest first (AV1 specification, 4.10.5).
fn leb128(data: &mut &[u8]) -> Option<usize> {
    let mut value = 0u64;
    for index in 0..8 {
        let (byte, rest) = data.split_first()?;
        *data = rest;
        value |= u64::from(byte & 0x7f) << (index * 7);
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// A number of `count` bits, at most 32.
    fn number(&mut self, count: u32) -> Option<u64> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u64::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        self.number(1).map(|bit| bit == 1)
    }

    fn skip_uvlc(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros < 32 {
            self.number(zeros)?;
        }
        Some(())
    }
}

fn read(bits: &mut Bits<'_>) -> Option<Sequence> {
    let profile = bits.number(3)? as u8;
    let _still_picture = bits.flag()?;
    let reduced = bits.flag()?;
    if reduced {
        bits.number(5)?;
    } else {
        skip_operating_points(bits)?;
    }
    let width_bits = bits.number(4)? as u32 + 1;
    let height_bits = bits.number(4)? as u32 + 1;
    let width = bits.number(width_bits)? as u32 + 1;
    let height = bits.number(height_bits)? as u32 + 1;
    if !reduced && bits.flag()? {
        bits.number(7)?;
    }
    skip_tools(bits, reduced)?;
    let (coding, colours) = colour(bits, profile)?;
    Some(Sequence { width, height, still: reduced, coding, colours })
}

fn skip_operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.number(32)?;
        bits.number(32)?;
        if bits.flag()? {
            bits.skip_uvlc()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.number(5)? as u32 + 1);
            bits.number(32)?;
            bits.number(10)?;
        }
    }
    let display_delay = bits.flag()?;
    let count = bits.number(5)? + 1;
    for _ in 0..count {
        bits.number(12)?;
        if bits.number(5)? > 7 {
            bits.number(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.number(delay_bits)?;
            bits.number(delay_bits)?;
            bits.number(1)?;
        }
        if display_delay && bits.flag()? {
            bits.number(4)?;
        }
    }
    Some(())
}

fn skip_tools(bits: &mut Bits<'_>, reduced: bool) -> Option<()> {
    // superblock size, filter intra, intra edge filter
    bits.number(3)?;
    if !reduced {
        // inter-intra, masked compound, warped motion, dual filter
        bits.number(4)?;
        let order_hint = bits.flag()?;
        if order_hint {
            bits.number(2)?;
        }
        let chooses_tools = bits.flag()?;
        let screen_content = chooses_tools || bits.flag()?;
        if screen_content && !bits.flag()? {
            bits.number(1)?;
        }
        if order_hint {
            bits.number(3)?;
        }
    }
    // super-resolution, directional enhancement, restoration
    bits.number(3)?;
    Some(())
}

fn colour(bits: &mut Bits<'_>, profile: u8) -> Option<(Coding, Colours)> {
    let high = bits.flag()?;
    let twelve = profile == 2 && high && bits.flag()?;
    let depth = match (high, twelve) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    let monochrome = profile != 1 && bits.flag()?;
    let mut description = [UNSPECIFIED; 3];
    if bits.flag()? {
        for value in &mut description {
            *value = bits.number(8)?;
        }
    }
    let [primaries, transfer, matrix] = description.map(|value| value as u16);
    let colours = |full_range| Colours { primaries, transfer, matrix, full_range };
    let coding =
        |half_width, half_height| Coding { profile, depth, monochrome, half_width, half_height };
    if monochrome {
        return Some((coding(true, true), colours(bits.flag()?)));
    }
    if description == [BT709, SRGB, IDENTITY] {
        return Some((coding(false, false), colours(true)));
    }
    let full_range = bits.flag()?;
    let (half_width, half_height) = match (profile, twelve) {
        (0, _) => (true, true),
        (1, _) => (false, false),
        (_, false) => (true, false),
        (_, true) => {
            let half_width = bits.flag()?;
            (half_width, half_width && bits.flag()?)
        }
    };
    Some((coding(half_width, half_height), colours(full_range)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits written one after the other, and the number of bits of each.
    fn bytes(fields: &[(u64, u32)]) -> Vec<u8> {
        let mut bits = Vec::new();
        for (value, count) in fields {
            bits.extend((0..*count).rev().map(|place| value >> place & 1 == 1));
        }
        bits.chunks(8)
            .map(|byte| byte.iter().enumerate().map(|(i, bit)| u8::from(*bit) << (7 - i)).sum())
            .collect()
    }

    /// After the operating points: 640 x 427 in 10 and 9 bits, no frame numbers,
    /// every tool off, order hints of 7 bits, screen content chosen by the frame.
    const SIZE_AND_TOOLS: [(u64, u32); 14] = [
        (9, 4),
        (8, 4),
        (639, 10),
        (426, 9),
        (0, 1),
        (0, 3),
        (0, 4),
        (1, 1),
        (0, 2),
        (1, 1),
        (1, 1),
        (6, 3),
        (0, 3),
        (1, 1),
    ];

    #[test]
    fn a_full_header_is_read() {
        // profile 2, timing with equal intervals, decoder model, one operating
        // point of level 8 with a tier and a model of 2 x 5 bits
        let mut fields = vec![(2, 3), (0, 1), (0, 1), (1, 1), (1, 32), (1, 32), (1, 1), (1, 1)];
        fields.extend([(1, 1), (4, 5), (1, 32), (0, 10), (1, 1), (0, 5), (0, 12), (8, 5), (1, 1)]);
        fields.extend([(1, 1), (3, 5), (3, 5), (0, 1), (1, 1), (2, 4)]);
        fields.extend(SIZE_AND_TOOLS);
        // 12 bits (the first of two flags is the last of the tools), colours said:
        // P3, sRGB, BT.709; limited range, 4:2:2
        fields.extend([(1, 1), (0, 1), (1, 1), (12, 8), (13, 8), (1, 8), (0, 1), (1, 1), (0, 1)]);
        let unit = bytes(&fields);
        // a temporal delimiter, then the header with its size
        let mut data = vec![0x12, 0, 0x0a, unit.len() as u8];
        data.extend(&unit);
        let expected = Sequence {
            width: 640,
            height: 427,
            still: false,
            coding: Coding {
                profile: 2,
                depth: 12,
                monochrome: false,
                half_width: true,
                half_height: false,
            },
            colours: Colours { primaries: 12, transfer: 13, matrix: 1, full_range: false },
        };
        assert_eq!(find(&data), Some(expected));
        for length in 0..data.len() {
            assert_eq!(find(&data[..length]), None, "{length}");
        }
    }

    proptest::proptest! {
        #[test]
        fn hostile_data_never_panic(data: Vec<u8>) {
            let _ = find(&data);
            let _ = read(&mut Bits { bytes: &data, at: 0 });
        }
    }
}
