//! Marker segments (ITU-T T.81, annex B): frame and scan headers, tables.

use super::JpegError;
use super::huffman::Codes;

pub(in crate::codecs::jpeg) const SOI: u8 = 0xd8;
pub(in crate::codecs::jpeg) const EOI: u8 = 0xd9;
pub(in crate::codecs::jpeg) const SOS: u8 = 0xda;
const DHT: u8 = 0xc4;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;
const APP0: u8 = 0xe0;
const APP14: u8 = 0xee;

/// One marker with what belongs to it.
pub(in crate::codecs::jpeg) struct Segment<'a> {
    pub marker: u8,
    /// Without the length; empty for EOI.
    pub body: &'a [u8],
    /// Offset in the file of what follows.
    pub end: usize,
}

/// The next segment at or after offset `at`. Bytes that are no marker, fill
/// bytes and markers without a body other than EOI are passed over.
pub(in crate::codecs::jpeg) fn next_segment(
    bytes: &[u8],
    mut at: usize,
) -> Result<Segment<'_>, JpegError> {
    loop {
        while bytes.get(at).is_some_and(|byte| *byte != 0xff) {
            at += 1;
        }
        while bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let Some(marker) = bytes.get(at).copied() else {
            return Err(JpegError::Truncated("it ends where a marker is expected".into()));
        };
        at += 1;
        match marker {
            0 | 0x01 | 0xd0..=0xd7 | SOI => continue,
            EOI => return Ok(Segment { marker, body: &[], end: at }),
            _ => {}
        }
        let cut = || JpegError::Truncated(format!("segment ff{marker:02x} is cut off"));
        let length = bytes.get(at..).and_then(|rest| rest.first_chunk()).ok_or_else(cut)?;
        // A length includes itself; broken files say 0 or 1.
        let length = usize::from(u16::from_be_bytes(*length)).max(2);
        let body = bytes.get(at + 2..at + length).ok_or_else(cut)?;
        return Ok(Segment { marker, body, end: at + length });
    }
}

/// A component as the frame header declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub id: u8,
    /// Horizontal sampling factor, 1 to 4.
    pub h: usize,
    /// Vertical sampling factor, 1 to 4.
    pub v: usize,
    /// Number of its quantisation table, 0 to 3.
    pub table: usize,
}

/// The frame header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Pixels, at least 1.
    pub width: usize,
    /// Pixels, at least 1.
    pub height: usize,
    pub progressive: bool,
    /// 1, 3 or 4 of them.
    pub components: Vec<Component>,
    /// Greatest horizontal sampling factor.
    pub h_max: usize,
    /// Greatest vertical sampling factor.
    pub v_max: usize,
}

impl Frame {
    /// MCUs in a row of an interleaved scan.
    pub fn mcus_across(&self) -> usize {
        self.width.div_ceil(8 * self.h_max)
    }

    /// Rows of MCUs in an interleaved scan.
    pub fn mcus_down(&self) -> usize {
        self.height.div_ceil(8 * self.v_max)
    }
}

/// A component's part in a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanComponent {
    /// Its number in the frame.
    pub index: usize,
    /// Number of its DC table, 0 to 3.
    pub dc: usize,
    /// Number of its AC table, 0 to 3.
    pub ac: usize,
}

/// A scan header.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// 1 to 4 of them.
    pub components: Vec<ScanComponent>,
    /// First coefficient in zigzag order (Ss), 0 to 63.
    pub first: usize,
    /// Last coefficient in zigzag order (Se), 0 to 63.
    pub last: usize,
    /// Whether bits are added to coefficients of earlier scans (Ah is not 0).
    pub refines: bool,
    /// Bit position of this scan (Al), 0 to 13.
    pub shift: u32,
}

/// What the segments up to some place in the file say.
pub(super) struct Tables {
    pub frame: Option<Frame>,
    /// Quantisation tables in zigzag order.
    pub quantisation: [Option<[u16; 64]>; 4],
    pub dc: [Option<Codes>; 4],
    pub ac: [Option<Codes>; 4],
    /// MCUs between restart markers; 0 is none.
    pub restart_interval: usize,
    pub jfif: bool,
    /// Colour transform of the Adobe marker.
    pub adobe: Option<u8>,
}

impl Tables {
    pub fn new() -> Tables {
        Tables {
            frame: None,
            quantisation: [None; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            restart_interval: 0,
            jfif: false,
            adobe: None,
        }
    }

    /// Takes in any segment but SOS and EOI; unknown ones say nothing.
    pub fn read(&mut self, segment: &Segment) -> Result<(), JpegError> {
        let body = segment.body;
        match segment.marker {
            0xc0..=0xc2 => self.frame_header(segment.marker, body)?,
            DHT => self.huffman_tables(body)?,
            0xc3..=0xcf if segment.marker != 0xc8 && segment.marker != 0xcc => {
                return Err(JpegError::Unsupported(kind_of_frame(segment.marker).into()));
            }
            DQT => self.quantisation_tables(body)?,
            DRI => match body {
                [high, low, ..] => {
                    self.restart_interval = u16::from_be_bytes([*high, *low]).into();
                }
                _ => return Err(damaged("the restart interval is cut off")),
            },
            APP0 if body.starts_with(b"JFIF\0") => self.jfif = true,
            APP14 => {
                if let Some([_, _, _, _, _, _, transform, ..]) = body.strip_prefix(b"Adobe") {
                    self.adobe = Some(*transform);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn frame_header(&mut self, marker: u8, body: &[u8]) -> Result<(), JpegError> {
        if self.frame.is_some() {
            return Err(damaged("there are two frame headers"));
        }
        let [precision, h1, h0, w1, w0, count, specs @ ..] = body else {
            return Err(damaged("the frame header is cut off"));
        };
        let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
        if *precision != 8 {
            return Err(JpegError::Unsupported(format!("{precision} bits a component")));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(JpegError::Unsupported(format!("{count} colour components")));
        }
        if height == 0 {
            return Err(JpegError::Unsupported("a height that is said after the picture".into()));
        }
        if width == 0 {
            return Err(damaged("the width is 0"));
        }
        if specs.len() < 3 * usize::from(*count) {
            return Err(damaged("the frame header is cut off"));
        }
        let mut components = Vec::new();
        for spec in specs.chunks_exact(3).take((*count).into()) {
            let (h, v) = (usize::from(spec[1] >> 4), usize::from(spec[1] & 15));
            if !(1..=4).contains(&h) || !(1..=4).contains(&v) {
                return Err(damaged(format!("sampling factors {h} x {v} are not 1 to 4")));
            }
            if spec[2] > 3 {
                return Err(damaged(format!("quantisation table {} is not 0 to 3", spec[2])));
            }
            components.push(Component { id: spec[0], h, v, table: spec[2].into() });
        }
        if let [only] = &mut components[..] {
            // A scan of one component has no MCUs but blocks, whatever its factors (A.2.2).
            (only.h, only.v) = (1, 1);
        }
        let greatest = |factor: fn(&Component) -> usize| components.iter().map(factor).max();
        self.frame = Some(Frame {
            width: width.into(),
            height: height.into(),
            progressive: marker == 0xc2,
            h_max: greatest(|c| c.h).unwrap_or(1),
            v_max: greatest(|c| c.v).unwrap_or(1),
            components,
        });
        Ok(())
    }

    fn quantisation_tables(&mut self, mut body: &[u8]) -> Result<(), JpegError> {
        while let [spec, rest @ ..] = body {
            let (wide, number) = (spec >> 4, usize::from(spec & 15));
            let size = if wide == 0 { 64 } else { 128 };
            let slot = self.quantisation.get_mut(number);
            let (Some(slot), Some((values, rest)), true) =
                (slot, rest.split_at_checked(size), wide <= 1)
            else {
                return Err(damaged("a quantisation table is broken"));
            };
            let mut table = [0; 64];
            for (index, value) in table.iter_mut().enumerate() {
                *value = match wide {
                    0 => values[index].into(),
                    _ => u16::from_be_bytes([values[2 * index], values[2 * index + 1]]),
                };
            }
            *slot = Some(table);
            body = rest;
        }
        Ok(())
    }

    fn huffman_tables(&mut self, mut body: &[u8]) -> Result<(), JpegError> {
        while let [spec, rest @ ..] = body {
            let slots = match spec >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                class => return Err(damaged(format!("huffman table class {class} is not 0 or 1"))),
            };
            let slot = slots.get_mut(usize::from(spec & 15));
            let (Some(slot), Some((counts, rest))) = (slot, rest.split_first_chunk()) else {
                return Err(damaged("a huffman table is broken"));
            };
            let (codes, rest) = Codes::read(counts, rest)?;
            *slot = Some(codes);
            body = rest;
        }
        Ok(())
    }

    /// A scan header against the frame header before it.
    pub fn scan(&self, body: &[u8]) -> Result<Scan, JpegError> {
        let frame = self.frame.as_ref().ok_or_else(|| damaged("there is no frame header"))?;
        let broken = || damaged("a scan header is broken");
        let (count, rest) = body.split_first().ok_or_else(broken)?;
        let count = usize::from(*count);
        if count == 0 || count > frame.components.len() {
            return Err(damaged(format!("a scan has {count} components")));
        }
        let (specs, rest) = rest.split_at_checked(2 * count).ok_or_else(broken)?;
        let [first, last, bits, ..] = *rest else { return Err(broken()) };
        let mut scan = Scan {
            components: Vec::new(),
            first: first.into(),
            last: last.into(),
            refines: bits >> 4 != 0,
            shift: (bits & 15).into(),
        };
        for spec in specs.chunks_exact(2) {
            let (dc, ac) = (usize::from(spec[1] >> 4), usize::from(spec[1] & 15));
            let taken = |index| scan.components.iter().any(|c: &ScanComponent| c.index == index);
            let index = (0..frame.components.len())
                .find(|index| frame.components[*index].id == spec[0] && !taken(*index))
                .ok_or_else(|| damaged(format!("a scan names component {}", spec[0])))?;
            if dc > 3 || ac > 3 {
                return Err(damaged(format!("huffman table {} is not 0 to 3", dc.max(ac))));
            }
            scan.components.push(ScanComponent { index, dc, ac });
        }
        let blocks = |c: &ScanComponent| frame.components[c.index].h * frame.components[c.index].v;
        if count > 1 && scan.components.iter().map(blocks).sum::<usize>() > 10 {
            return Err(damaged("an mcu has more than 10 blocks"));
        }
        if !frame.progressive {
            // Old encoders write anything here; only one value makes sense.
            (scan.first, scan.last, scan.refines, scan.shift) = (0, 63, false, 0);
            return Ok(scan);
        }
        let band = if first == 0 { last == 0 } else { count == 1 && first <= last && last < 64 };
        let step = !scan.refines || u32::from(bits >> 4) == scan.shift + 1;
        if !band || !step || scan.shift > 13 {
            return Err(damaged(format!(
                "a progressive scan has coefficients {first} to {last}, bits {} and {}",
                bits >> 4,
                bits & 15
            )));
        }
        Ok(scan)
    }
}

fn kind_of_frame(marker: u8) -> &'static str {
    match marker {
        0xc3 => "lossless coding",
        0xc5..=0xc7 => "hierarchical coding",
        _ => "arithmetic coding",
    }
}

fn damaged(detail: impl Into<String>) -> JpegError {
    JpegError::Damaged(detail.into())
}
