//! The header and the first directory (TIFF 6.0, section 2, and BigTIFF).
//!
//! Nothing is copied: a field borrows its values from the file, as many as lie in it.

use super::{CodecError, damaged};

/// Fields that are used here, by their numbers in TIFF 6.0 and its supplements.
pub(super) mod tag {
    pub const IMAGE_WIDTH: u16 = 256;
    pub const IMAGE_LENGTH: u16 = 257;
    pub const BITS_PER_SAMPLE: u16 = 258;
    pub const COMPRESSION: u16 = 259;
    pub const PHOTOMETRIC: u16 = 262;
    pub const FILL_ORDER: u16 = 266;
    pub const STRIP_OFFSETS: u16 = 273;
    pub const ORIENTATION: u16 = 274;
    pub const SAMPLES_PER_PIXEL: u16 = 277;
    pub const ROWS_PER_STRIP: u16 = 278;
    pub const STRIP_BYTE_COUNTS: u16 = 279;
    pub const X_RESOLUTION: u16 = 282;
    pub const PLANAR_CONFIGURATION: u16 = 284;
    pub const T4_OPTIONS: u16 = 292;
    pub const RESOLUTION_UNIT: u16 = 296;
    pub const PREDICTOR: u16 = 317;
    pub const COLOR_MAP: u16 = 320;
    pub const TILE_WIDTH: u16 = 322;
    pub const TILE_LENGTH: u16 = 323;
    pub const TILE_OFFSETS: u16 = 324;
    pub const TILE_BYTE_COUNTS: u16 = 325;
    pub const EXTRA_SAMPLES: u16 = 338;
    pub const SAMPLE_FORMAT: u16 = 339;
    pub const JPEG_TABLES: u16 = 347;
    pub const YCBCR_COEFFICIENTS: u16 = 529;
    pub const YCBCR_SUBSAMPLING: u16 = 530;
    pub const REFERENCE_BLACK_WHITE: u16 = 532;
    pub const ICC_PROFILE: u16 = 34675;
}

/// The most fields of a directory, as in libtiff; each look-up goes through them.
const MAX_FIELDS: usize = 4096;

/// The first directory of a file.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a> {
    file: Bytes<'a>,
    /// BigTIFF: offsets and counts have 8 bytes.
    big: bool,
    /// Offset of the first entry.
    start: usize,
    entries: usize,
}

/// A file in one of the two byte orders.
#[derive(Clone, Copy)]
struct Bytes<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Bytes<'_> {
    /// The number of 1, 2, 4 or 8 bytes at an offset, if the file is that long.
    fn unsigned(self, at: usize, size: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(size)?)?;
        let join = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        Some(match self.big_endian {
            true => bytes.iter().fold(0, join),
            false => bytes.iter().rev().fold(0, join),
        })
    }

    fn offset(self, at: usize, size: usize) -> Option<usize> {
        usize::try_from(self.unsigned(at, size)?).ok()
    }
}

impl<'a> Directory<'a> {
    /// Finds the first directory, of which all entries are in the file; their values need
    /// not be.
    pub fn read(bytes: &'a [u8]) -> Result<Directory<'a>, CodecError> {
        let (big_endian, big) = match bytes {
            [b'I', b'I', 42, 0, ..] => (false, false),
            [b'M', b'M', 0, 42, ..] => (true, false),
            [b'I', b'I', 43, 0, 8, 0, 0, 0, ..] => (false, true),
            [b'M', b'M', 0, 43, 0, 8, 0, 0, ..] => (true, true),
            _ => return Err(damaged("its header is broken")),
        };
        let file = Bytes { bytes, big_endian };
        let (at, size) = if big { (8, 8) } else { (4, 4) };
        let offset = file.offset(at, size).ok_or_else(|| damaged("its header is cut off"))?;
        if offset < 8 {
            return Err(damaged("it has no directory"));
        }
        let size = if big { 8 } else { 2 };
        let count = file.offset(offset, size).ok_or_else(|| {
            let length = bytes.len();
            damaged(format!("the directory is at byte {offset}, the file has {length}"))
        })?;
        if count > MAX_FIELDS {
            let detail = format!("the directory has {count} fields, more than {MAX_FIELDS}");
            return Err(damaged(detail));
        }
        let start = offset + size;
        let length = if big { 20 } else { 12 };
        if count > (bytes.len() - start) / length {
            let detail = format!("the directory's {count} fields do not end within the file");
            return Err(damaged(detail));
        }
        Ok(Directory { file, big, start, entries: count })
    }

    /// Whether numbers of more than one byte begin with the greatest.
    pub fn big_endian(&self) -> bool {
        self.file.big_endian
    }

    /// The whole file.
    pub fn file(&self) -> &'a [u8] {
        self.file.bytes
    }

    /// The first entry of a tag, if its type is known.
    pub fn field(&self, tag: u16) -> Option<Field<'a>> {
        let (length, word) = if self.big { (20, 8) } else { (12, 4) };
        for entry in 0..self.entries {
            let at = self.start.checked_add(entry * length)?;
            if self.file.unsigned(at, 2)? != u64::from(tag) {
                continue;
            }
            let kind = self.file.unsigned(at + 2, 2)? as u16;
            let size = size_of(kind)?;
            let count = self.file.offset(at + 4, word)?;
            let wanted = count.saturating_mul(size);
            let values = at + 4 + word;
            let start = if wanted <= word { values } else { self.file.offset(values, word)? };
            let there = self.file.bytes.get(start..).unwrap_or_default();
            let whole = wanted <= there.len();
            let bytes = &there[..wanted.min(there.len())];
            let values = Bytes { bytes, big_endian: self.file.big_endian };
            return Some(Field { kind, size, whole, values });
        }
        None
    }

    /// The first value of a field of whole numbers.
    pub fn number(&self, tag: u16) -> Option<u64> {
        self.field(tag)?.unsigned(0)
    }
}

const BYTE: u16 = 1;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;
const FLOAT: u16 = 11;
const DOUBLE: u16 = 12;
const IFD: u16 = 13;
const LONG8: u16 = 16;
const IFD8: u16 = 18;

/// Bytes of a value.
fn size_of(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16..=18 => Some(8),
        _ => None,
    }
}

/// The values of one entry.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    kind: u16,
    size: usize,
    whole: bool,
    values: Bytes<'a>,
}

impl<'a> Field<'a> {
    /// Values that lie in the file.
    pub fn len(&self) -> usize {
        self.values.bytes.len() / self.size
    }

    /// Value `index` of a field of whole numbers that are not negative.
    pub fn unsigned(&self, index: usize) -> Option<u64> {
        match self.kind {
            BYTE | SHORT | LONG | IFD | LONG8 | IFD8 => {
                self.values.unsigned(index.checked_mul(self.size)?, self.size)
            }
            _ => None,
        }
    }

    /// Value `index` of a field of numbers of any kind, if it is finite and not negative.
    pub fn real(&self, index: usize) -> Option<f64> {
        let at = index.checked_mul(self.size)?;
        let value = match self.kind {
            RATIONAL => {
                let divisor = self.values.unsigned(at + 4, 4)?;
                self.values.unsigned(at, 4)? as f64 / divisor as f64
            }
            FLOAT => f32::from_bits(self.values.unsigned(at, 4)? as u32).into(),
            DOUBLE => f64::from_bits(self.values.unsigned(at, 8)?),
            _ => self.unsigned(index)? as f64,
        };
        (value.is_finite() && value >= 0.0).then_some(value)
    }

    /// Whether all of the values lie in the file.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The values of a field of bytes that lie in the file, if there are any.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        let bytes = self.values.bytes;
        (matches!(self.kind, BYTE | UNDEFINED) && !bytes.is_empty()).then_some(bytes)
    }
}
