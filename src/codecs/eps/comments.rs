//! Lines and structuring comments of a PostScript program.

/// A line without its end.
pub(super) struct Line<'a> {
    pub text: &'a [u8],
    /// Where the next line starts.
    pub end: usize,
}

/// Lines that end as the first one does: programs from a Mac end lines with CR,
/// and a line feed after it may be the first sample of a picture.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    ending: &'static [u8],
}

impl<'a> Lines<'a> {
    pub fn of(bytes: &'a [u8]) -> Lines<'a> {
        let first = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let ending: &[u8] = match first.and_then(|at| bytes.get(at..)) {
            Some([b'\r', b'\n', ..]) => b"\r\n",
            Some([b'\r', ..]) => b"\r",
            _ => b"\n",
        };
        Lines { bytes, at: 0, ending }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.windows(self.ending.len()).position(|window| window == self.ending);
        let text = rest.get(..length.unwrap_or(rest.len()))?;
        self.at += length.map_or(rest.len(), |length| length + self.ending.len());
        Some(Line { text, end: self.at })
    }
}

/// Dots per inch of `width` pixels over the width of the bounding box.
pub(super) fn resolution(program: &[u8], width: u32) -> Option<f64> {
    let points = ["%%HiResBoundingBox:", "%%BoundingBox:"].iter().find_map(|keyword| {
        let value = Lines::of(program).find_map(|line| line.text.strip_prefix(keyword.as_bytes()));
        let value = String::from_utf8_lossy(value?).into_owned();
        let numbers: Vec<f64> =
            value.split_whitespace().map_while(|number| number.parse().ok()).collect();
        match numbers[..] {
            [left, _, right, _] if right > left => Some(right - left),
            _ => None,
        }
    })?;
    let dpi = f64::from(width) * 72.0 / points;
    dpi.is_finite().then_some(dpi)
}

/// The profile in the hexadecimal lines of `%%BeginICCProfile`.
pub(super) fn profile(program: &[u8]) -> Option<Vec<u8>> {
    let mut lines =
        Lines::of(program).skip_while(|line| !line.text.starts_with(b"%%BeginICCProfile:"));
    lines.next()?;
    let mut profile = Vec::new();
    for line in lines {
        if line.text.starts_with(b"%%EndICCProfile") {
            return Some(profile);
        }
        let digits = line.text.strip_prefix(b"%")?.trim_ascii();
        profile.extend(hex::decode(digits).ok()?);
    }
    None
}
