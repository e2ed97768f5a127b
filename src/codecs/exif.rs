//! The two facts of an EXIF block that a conversion obeys.
//!
//! Only IFD0 counts: IFD1 describes the thumbnail (cases O-02).

/// Orientation and print resolution of the main picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Exif {
    /// 1 to 8.
    pub orientation: Option<u8>,
    /// Dots per inch.
    pub resolution: Option<f64>,
}

const ORIENTATION: u16 = 0x0112;
const X_RESOLUTION: u16 = 0x011a;
const RESOLUTION_UNIT: u16 = 0x0128;
const TYPE_SHORT: u16 = 3;
const TYPE_RATIONAL: u16 = 5;
const INCH: u16 = 2;
const CENTIMETRE: u16 = 3;

/// Reads IFD0 of a TIFF structure, with or without the `Exif\0\0` that JPEG
/// puts before it. A broken block gives what could be read before the break:
/// a picture never fails over its metadata.
pub fn read(block: &[u8]) -> Exif {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let reader = Reader { tiff, big_endian: tiff.starts_with(b"MM") };
    reader.ifd0().unwrap_or_default()
}

struct Reader<'a> {
    tiff: &'a [u8],
    big_endian: bool,
}

impl Reader<'_> {
    fn ifd0(&self) -> Option<Exif> {
        if !self.tiff.starts_with(b"MM\0*") && !self.tiff.starts_with(b"II*\0") {
            return None;
        }
        let start = self.u32(4)? as usize;
        let count = usize::from(self.u16(start)?);
        let mut exif = Exif::default();
        let mut x_resolution = None;
        let mut unit = None;
        for index in 0..count {
            let entry = start + 2 + index * 12;
            let (Some(tag), Some(kind)) = (self.u16(entry), self.u16(entry + 2)) else { break };
            match (tag, kind) {
                (ORIENTATION, TYPE_SHORT) => {
                    exif.orientation = self
                        .u16(entry + 8)
                        .and_then(|value| u8::try_from(value).ok())
                        .filter(|value| (1..=8).contains(value));
                }
                (X_RESOLUTION, TYPE_RATIONAL) => {
                    x_resolution = self.u32(entry + 8).and_then(|at| self.rational(at as usize));
                }
                (RESOLUTION_UNIT, TYPE_SHORT) => unit = self.u16(entry + 8),
                _ => {}
            }
        }
        exif.resolution = match unit.unwrap_or(INCH) {
            INCH => x_resolution,
            CENTIMETRE => x_resolution.map(|value| value * 2.54),
            // only an aspect ratio
            _ => None,
        };
        Some(exif)
    }

    fn rational(&self, at: usize) -> Option<f64> {
        let value = f64::from(self.u32(at)?) / f64::from(self.u32(at.checked_add(4)?)?);
        (value.is_finite() && value > 0.0).then_some(value)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Little-endian TIFF with IFD0 {orientation 6, 200 per centimetre} and an
    /// IFD1 {orientation 3}.
    fn block() -> Vec<u8> {
        let mut b = b"II*\0\x08\0\0\0".to_vec();
        b.extend(3u16.to_le_bytes());
        for (tag, kind, value) in
            [(ORIENTATION, 3u16, 6u32), (X_RESOLUTION, 5, 68), (RESOLUTION_UNIT, 3, 3)]
        {
            b.extend(tag.to_le_bytes());
            b.extend(kind.to_le_bytes());
            b.extend(1u32.to_le_bytes());
            b.extend(value.to_le_bytes());
        }
        b.extend(50u32.to_le_bytes());
        b.extend(1u16.to_le_bytes());
        b.extend(ORIENTATION.to_le_bytes());
        b.extend(3u16.to_le_bytes());
        b.extend(1u32.to_le_bytes());
        b.extend(3u32.to_le_bytes());
        b.extend(0u32.to_le_bytes());
        assert_eq!(b.len(), 68);
        b.extend(200u32.to_le_bytes());
        b.extend(1u32.to_le_bytes());
        b
    }

    #[test]
    fn only_ifd0_counts() {
        assert_eq!(read(&block()).orientation, Some(6));
    }

    #[test]
    fn dots_per_centimetre_become_dpi() {
        assert_eq!(read(&block()).resolution, Some(508.0));
    }

    #[test]
    fn a_cut_block_never_fails() {
        let block = block();
        for length in 0..block.len() {
            read(&block[..length]);
        }
    }

    #[test]
    fn orientation_outside_1_to_8_is_ignored() {
        let mut block = block();
        block[18] = 9;
        assert_eq!(read(&block).orientation, None);
    }
}
