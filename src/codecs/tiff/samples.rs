//! Stored samples to samples of 8 bits.

use super::colour::Model;
use super::directory::{Directory, tag};
use super::predictor::Predictor;
use super::{CodecError, unsupported};
use crate::codecs::eight_bits;

/// What a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// Bits of one.
    pub bits: u16,
    kind: Kind,
    /// Numbers of several bytes begin with the greatest.
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A whole number; its greatest value is full.
    Level,
    /// A floating-point number; 1 is full.
    Float,
    /// The number of a colour, at most 8 bits.
    Index,
    /// Kept as it is, 8 bits or 16 with the greatest byte first.
    Raw,
}

impl Sample {
    pub fn read(directory: &Directory<'_>, bits: u16, model: &Model) -> Result<Sample, CodecError> {
        let field = directory.field(tag::SAMPLE_FORMAT);
        let format = field.and_then(|field| field.unsigned(0)).unwrap_or(1);
        let kind = match (model, format, bits) {
            // a* and b* have a sign whether the file says so or not
            (Model::Lab(_), 1 | 2 | 4, 8 | 16) => Kind::Raw,
            (Model::Palette, 1 | 4, 1..=8) => Kind::Index,
            (Model::Palette, ..) => {
                return Err(unsupported("a palette with numbers that are not whole"));
            }
            (_, 1 | 4, 1..=16 | 32) => Kind::Level,
            (_, 3, 16 | 32 | 64) => Kind::Float,
            (_, 2, _) => {
                return Err(unsupported(format!("{bits} bits a sample with a sign")));
            }
            _ => return Err(unsupported(format!("{bits} bits a sample of this type"))),
        };
        Ok(Sample { bits, kind, big_endian: directory.big_endian() })
    }

    /// Bytes of a sample of 8, 16, 32 or 64 bits, for which there are predictors.
    fn whole_bytes(self) -> Option<usize> {
        matches!(self.bits, 8 | 16 | 32 | 64).then_some(usize::from(self.bits / 8))
    }

    /// Whether samples come out as they are stored.
    pub fn is_plain(self) -> bool {
        self.bits == 8 && self.kind != Kind::Float
    }

    /// Bytes of a sample that comes out of [`Sample::unpack`].
    pub fn unpacked_bytes(self) -> usize {
        if self.kind == Kind::Raw { usize::from(self.bits / 8) } else { 1 }
    }

    /// These samples as `predictor` leaves them.
    pub fn predicted(mut self, predictor: Predictor) -> Result<Sample, CodecError> {
        let fits = match predictor {
            Predictor::None => true,
            Predictor::Horizontal => self.whole_bytes().is_some(),
            Predictor::Float => self.kind == Kind::Float,
        };
        if !fits {
            let detail = format!("a {predictor:?} predictor of {} bits a sample", self.bits);
            return Err(unsupported(detail.to_lowercase()));
        }
        if predictor == Predictor::Float {
            self.big_endian = true;
        }
        Ok(self)
    }

    /// Undoes a predictor in a row of pixels that have `step` samples. `big_endian` is the
    /// file's order.
    pub fn undo(self, predictor: Predictor, row: &mut [u8], step: usize, big_endian: bool) {
        if let Some(bytes) = self.whole_bytes() {
            predictor.undo(row, bytes, step, big_endian);
        }
    }

    /// Unpacks the first `count` samples of a row. Levels are rounded to 8 bits (ruling 18),
    /// indices are kept; `room` is for results that are not there already.
    pub fn unpack<'a>(self, row: &'a mut [u8], room: &'a mut Vec<u8>, count: usize) -> &'a [u8] {
        if self.kind == Kind::Raw && self.bits == 16 && !self.big_endian {
            row.as_chunks_mut().0.iter_mut().for_each(|pair: &mut [u8; 2]| pair.reverse());
        }
        if self.is_plain() || self.kind == Kind::Raw {
            return row;
        }
        room.clear();
        let big = self.big_endian;
        match (self.kind, self.bits) {
            (Kind::Level, 16) => {
                let pick = if big { u16::from_be_bytes } else { u16::from_le_bytes };
                room.extend(row.as_chunks().0.iter().map(|value| eight_bits(pick(*value))));
            }
            (Kind::Level, 32) => {
                let pick = if big { u32::from_be_bytes } else { u32::from_le_bytes };
                // 2^32 - 1 is 255 * 16843009
                let level = |value: u32| ((u64::from(value) + 8_421_504) / 16_843_009) as u8;
                room.extend(row.as_chunks().0.iter().map(|value| level(pick(*value))));
            }
            (Kind::Float, 16) => {
                let pick = if big { u16::from_be_bytes } else { u16::from_le_bytes };
                room.extend(row.as_chunks().0.iter().map(|value| level(half(pick(*value)).into())));
            }
            (Kind::Float, 32) => {
                let pick = if big { f32::from_be_bytes } else { f32::from_le_bytes };
                room.extend(row.as_chunks().0.iter().map(|value| level(pick(*value).into())));
            }
            (Kind::Float, 64) => {
                let pick = if big { f64::from_be_bytes } else { f64::from_le_bytes };
                room.extend(row.as_chunks().0.iter().map(|value| level(pick(*value))));
            }
            (kind, 1) => unpack_few::<8>(row, room, kind),
            (kind, 2) => unpack_few::<4>(row, room, kind),
            (kind, 4) => unpack_few::<2>(row, room, kind),
            (kind, bits) => unpack_bits(row, room, kind, bits.into(), count),
        }
        room.resize(count, 0);
        room
    }
}

/// 0 to 1 as 0 to 255.
fn level(value: f64) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

/// A number of IEEE 754 with 16 bits: 5 of exponent, 10 of fraction. Exact.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    let value = match exponent {
        // 2^-24 each
        0 => fraction as f32 / 16_777_216.0,
        31 => f32::from_bits(0x7f80_0000 | fraction << 13),
        _ => f32::from_bits((exponent + 112) << 23 | fraction << 13),
    };
    if bits >> 15 == 1 { -value } else { value }
}

/// Samples of which `N` are in a byte.
fn unpack_few<const N: usize>(row: &[u8], room: &mut Vec<u8>, kind: Kind) {
    let bits = 8 / N;
    let top = 0xff >> (8 - bits);
    // 255 is a multiple of 1, 3 and 15
    let factor = if kind == Kind::Index { 1 } else { 255 / top };
    room.resize(row.len() * N, 0);
    for (byte, out) in row.iter().zip(room.as_chunks_mut::<N>().0) {
        *out = std::array::from_fn(|index| (byte >> (8 - bits - index * bits) & top) * factor);
    }
}

/// Samples of at most 16 bits without gaps, from the highest bit of each byte.
fn unpack_bits(row: &[u8], room: &mut Vec<u8>, kind: Kind, bits: u32, count: usize) {
    let top = (1u32 << bits) - 1;
    let (mut word, mut held) = (0u32, 0);
    let mut bytes = row.iter();
    for _ in 0..count {
        while held < bits {
            word = word << 8 | u32::from(bytes.next().copied().unwrap_or_default());
            held += 8;
        }
        held -= bits;
        let value = word >> held & top;
        room.push(if kind == Kind::Index { value } else { (value * 255 + top / 2) / top } as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_have_their_values() {
        // Wikipedia, "Half-precision floating-point format", examples
        for (bits, value) in [
            (0x0000, 0.0),
            (0x0001, 1.0 / 16_777_216.0),
            (0x03ff, 1023.0 / 16_777_216.0),
            (0x0400, 1.0 / 16_384.0),
            (0x3555, 1365.0 / 4096.0),
            (0x3bff, 2047.0 / 2048.0),
            (0x3c00, 1.0),
            (0x7bff, 65504.0),
            (0xc000, -2.0),
        ] {
            assert_eq!(half(bits), value, "{bits:04x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn whole_numbers_of_32_bits_are_rounded() {
        let levels = |value: u32| {
            let sample = Sample { bits: 32, kind: Kind::Level, big_endian: true };
            sample.unpack(&mut value.to_be_bytes(), &mut Vec::new(), 1)[0]
        };
        for value in [0, 8_421_504, 8_421_505, 1 << 31, u32::MAX - 8_421_505, u32::MAX] {
            let exact = f64::from(value) * 255.0 / f64::from(u32::MAX);
            assert_eq!(f64::from(levels(value)), (exact + 0.5).floor(), "{value}");
        }
    }
}
