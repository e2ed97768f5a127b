//! The marker segments of a JPEG before its picture data.

use super::decoder::markers::{EOI, SOS, next_segment};
use crate::codecs::CodecError;
use crate::codecs::sniff::Kind;

/// What the segments up to the first scan say. Slices borrow from the file.
pub(super) struct Header<'a> {
    /// Stored pixels.
    pub width: u16,
    /// Stored pixels; 0 when a DNL marker after the first scan says it.
    pub height: u16,
    /// 1 gray, 3 colour, 4 CMYK or YCCK.
    pub components: u8,
    /// Dots per inch of the JFIF marker.
    pub density: Option<f64>,
    /// Body of the first EXIF segment, from `Exif\0\0`.
    pub exif: Option<&'a [u8]>,
    /// Pieces of the ICC profile with their sequence numbers.
    profile_pieces: Vec<(u8, &'a [u8])>,
    /// Offset of the first scan's data.
    scan: usize,
}

const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const PROFILE_TAG: &[u8] = b"ICC_PROFILE\0";

/// Reads the segments up to the first scan.
pub(super) fn read(bytes: &[u8]) -> Result<Header<'_>, CodecError> {
    let mut header = Header {
        width: 0,
        height: 0,
        components: 0,
        density: None,
        exif: None,
        profile_pieces: Vec::new(),
        scan: 0,
    };
    let mut at = 2;
    loop {
        let segment = next_segment(bytes, at)
            .map_err(|error| CodecError::damaged(Kind::Jpeg, error.to_string()))?;
        match segment.marker {
            EOI => return Err(CodecError::damaged(Kind::Jpeg, "it has no picture data")),
            SOS if header.components == 0 => {
                return Err(CodecError::damaged(Kind::Jpeg, "there is no frame header"));
            }
            SOS => {
                header.scan = segment.end;
                return Ok(header);
            }
            marker => header.segment(marker, segment.body),
        }
        at = segment.end;
    }
}

impl<'a> Header<'a> {
    fn segment(&mut self, marker: u8, body: &'a [u8]) {
        match marker {
            // SOF0..SOF15 without DHT, JPG and DAC
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                if let [_, h1, h0, w1, w0, components, ..] = *body {
                    self.height = u16::from_be_bytes([h1, h0]);
                    self.width = u16::from_be_bytes([w1, w0]);
                    self.components = components;
                }
            }
            APP0 => {
                if let [b'J', b'F', b'I', b'F', 0, _, _, unit, x1, x0, ..] = *body {
                    let density = f64::from(u16::from_be_bytes([x1, x0]));
                    self.density = match unit {
                        1 if density > 0.0 => Some(density),
                        2 if density > 0.0 => Some(density * 2.54),
                        _ => None,
                    };
                }
            }
            APP1 if body.starts_with(b"Exif\0\0") && self.exif.is_none() => self.exif = Some(body),
            APP2 => {
                if let Some([number, _count, piece @ ..]) = body.strip_prefix(PROFILE_TAG) {
                    self.profile_pieces.push((*number, piece));
                }
            }
            _ => {}
        }
    }

    /// The embedded ICC profile, its pieces in the order of their numbers
    /// (cases O-08). Empty profiles count as none.
    pub fn profile(&self) -> Option<Vec<u8>> {
        let mut pieces = self.profile_pieces.clone();
        pieces.sort_by_key(|(number, _)| *number);
        let profile: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece).copied().collect();
        (!profile.is_empty()).then_some(profile)
    }

    /// Whether the scans are followed by the end-of-image marker.
    pub fn ends_properly(&self, bytes: &[u8]) -> bool {
        let scans = bytes.get(self.scan..).unwrap_or_default();
        scans.windows(2).rev().any(|pair| pair == [0xff, EOI])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::jpeg::decoder::markers::SOI;

    fn file(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0xff, SOI];
        for (marker, body) in segments {
            bytes.extend([0xff, *marker]);
            bytes.extend((body.len() as u16 + 2).to_be_bytes());
            bytes.extend(*body);
        }
        bytes
    }

    const SOF0: (u8, &[u8]) = (0xc0, &[8, 0, 50, 0, 60, 3]);
    const SCAN: (u8, &[u8]) = (SOS, &[]);

    #[test]
    fn size_comes_from_the_frame_header() {
        let bytes = file(&[SOF0, SCAN]);
        let header = read(&bytes).unwrap();
        assert_eq!((header.width, header.height, header.components), (60, 50, 3));
    }

    #[test]
    fn jfif_dots_per_centimetre_become_dpi() {
        let bytes = file(&[(APP0, b"JFIF\0\x01\x01\x02\0\x64\0\x64\0\0"), SOF0, SCAN]);
        assert_eq!(read(&bytes).unwrap().density, Some(254.0));
    }

    #[test]
    fn jfif_aspect_ratio_is_no_resolution() {
        let bytes = file(&[(APP0, b"JFIF\0\x01\x01\x00\0\x01\0\x01\0\0"), SOF0, SCAN]);
        assert_eq!(read(&bytes).unwrap().density, None);
    }

    #[test]
    fn profile_pieces_are_joined_by_number() {
        let second = [PROFILE_TAG, &[2, 2], b"world"].concat();
        let first = [PROFILE_TAG, &[1, 2], b"hello "].concat();
        let bytes = file(&[(APP2, &second), (APP2, &first), SOF0, SCAN]);
        assert_eq!(read(&bytes).unwrap().profile().unwrap(), b"hello world");
    }

    #[test]
    fn an_empty_profile_counts_as_none() {
        let bytes = file(&[(APP2, &[PROFILE_TAG, &[1, 1]].concat()), SOF0, SCAN]);
        assert_eq!(read(&bytes).unwrap().profile(), None);
    }
}
