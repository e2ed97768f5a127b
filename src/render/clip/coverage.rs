//! How much of each pixel an outline covers, row by row.
//!
//! Each line adds its signed area to the pixels that it crosses and its height
//! to all pixels at its right; a running sum along the row then gives the area
//! times the winding number. Plain `f64` in a fixed order: the same bytes on
//! every machine. One row is held at a time, so that memory grows with the
//! outline and not with the picture.
//!
//! The non-zero rule is exact but in pixels where borders of one outline cross or
//! lie on each other: there areas are added, at most up to all of the pixel.

use crate::render::geometry::Size;

/// An outline being collected.
pub(in crate::render) struct Outline {
    size: Size,
    lines: Vec<Line>,
}

/// A line downwards, cut to the rows of the picture.
#[derive(Clone, Copy)]
struct Line {
    top: (f64, f64),
    bottom: (f64, f64),
    /// 1 if it was drawn downwards, -1 if upwards.
    sign: f64,
}

impl Outline {
    /// An empty outline over a picture of that size.
    pub fn new(size: Size) -> Outline {
        Outline { size, lines: Vec::new() }
    }

    /// Adds a line in pixels from the top-left of the picture; it may lie outside.
    /// The lines together must form closed loops.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (top, bottom, sign) = if from.1 < to.1 { (from, to, 1.0) } else { (to, from, -1.0) };
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let crosses = top.1 < bottom.1 && bottom.1 > 0.0 && top.1 < height;
        if !crosses || top.0.min(bottom.0) >= width {
            return;
        }
        let line = Line { top, bottom, sign };
        let cut = |y: f64| (line.x_at(y), y);
        let top = if top.1 < 0.0 { cut(0.0) } else { top };
        let bottom = if bottom.1 > height { cut(height) } else { bottom };
        self.lines.push(Line { top, bottom, sign });
    }

    /// The rows of the picture.
    pub fn coverage(mut self) -> Coverage {
        self.lines.sort_by(|a, b| a.top.1.total_cmp(&b.top.1));
        let width = self.size.width as usize;
        Coverage {
            lines: self.lines,
            next: 0,
            active: Vec::new(),
            sums: vec![0.0; width + 1],
            row: vec![0; width],
            y: 0,
        }
    }
}

impl Line {
    fn x_at(&self, y: f64) -> f64 {
        let ((x0, y0), (x1, y1)) = (self.top, self.bottom);
        let x = x0 + (y - y0) / (y1 - y0) * (x1 - x0);
        x.clamp(x0.min(x1), x0.max(x1))
    }
}

/// The coverage of an outline by the non-zero rule, from the top row downwards.
pub(in crate::render) struct Coverage {
    /// By their tops.
    lines: Vec<Line>,
    next: usize,
    active: Vec<Line>,
    /// What each pixel adds to the running sum of its row.
    sums: Vec<f64>,
    row: Vec<u8>,
    y: u32,
}

impl Coverage {
    /// Of each pixel of the next row: 0 outside the outline, 255 inside. Below the
    /// picture all is 0.
    pub fn next_row(&mut self) -> &[u8] {
        let top = f64::from(self.y);
        let bottom = top + 1.0;
        self.y = self.y.saturating_add(1);
        self.active.retain(|line| line.bottom.1 > top);
        while let Some(line) = self.lines.get(self.next).filter(|line| line.top.1 < bottom) {
            self.active.push(*line);
            self.next += 1;
        }
        if self.active.is_empty() {
            self.row.fill(0);
            return &self.row;
        }
        self.sums.fill(0.0);
        for line in &self.active {
            let from = if line.top.1 < top { (line.x_at(top), top) } else { line.top };
            let to = if line.bottom.1 > bottom { (line.x_at(bottom), bottom) } else { line.bottom };
            add_piece(&mut self.sums, from, to, line.sign);
        }
        let mut area = 0.0;
        for (covered, sum) in self.row.iter_mut().zip(&self.sums) {
            area += sum;
            // halves go up in spite of representation error (01 C20)
            *covered = (area.abs().min(1.0) * 255.0 + 0.5 + 1e-9) as u8;
        }
        &self.row
    }
}

/// Adds a line that stays in one row. What lies left of the row counts for all of
/// its pixels, what lies right of it for none.
fn add_piece(sums: &mut [f64], from: (f64, f64), to: (f64, f64), sign: f64) {
    let width = (sums.len() - 1) as f64;
    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
    let height = (to.1 - from.1) * sign;
    if right <= 0.0 {
        sums[0] += height;
        return;
    }
    if left >= width {
        return;
    }
    // of the height, what falls to a stretch between two x
    let part = |from: f64, to: f64| match right > left {
        true => height * ((to - from) / (right - left)),
        false => height,
    };
    if left < 0.0 {
        sums[0] += part(left, 0.0);
    }
    let mut x = left.max(0.0);
    let end = right.min(width);
    loop {
        let column = (x as usize).min(sums.len() - 2);
        let next = end.min((column + 1) as f64);
        let height = part(x, next);
        let before = (x + next) / 2.0 - column as f64;
        sums[column] += height * (1.0 - before);
        sums[column + 1] += height * before;
        if next >= end {
            break;
        }
        x = next;
    }
}
