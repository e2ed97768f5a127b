//! Curves to straight lines.

use crate::modifiers::plan::{PathDefinition, Segment};

/// Farthest that a line may be from its curve, in pixels: below what 8 bits of
/// coverage can show along an edge.
const TOLERANCE: f64 = 0.002;
/// Most lines of one curve, so that a hostile path stays small; reached where control
/// points are some 2800 pixels out of line, and then still 0.03 pixels off at 40000.
const MOST_LINES: f64 = 1024.0;

/// Calls `line` with the start and end of each straight line of the path, in
/// order; open subpaths are closed.
pub(super) fn flatten(path: &PathDefinition, mut line: impl FnMut((f64, f64), (f64, f64))) {
    for subpath in &path.subpaths {
        let mut at = subpath.start;
        for segment in &subpath.segments {
            if let Segment::Cubic { first, second, to } = *segment {
                let curve = [at, first, second, to];
                let count = lines_of(curve);
                for index in 1..count {
                    let next = point(curve, f64::from(index) / f64::from(count));
                    line(at, next);
                    at = next;
                }
            }
            line(at, segment.end());
            at = segment.end();
        }
        line(at, subpath.start);
    }
}

/// Number of equal steps that keep to the tolerance: a chord over a step of 1/n is
/// off by at most |B''| / 8n².
fn lines_of([a, b, c, d]: [(f64, f64); 4]) -> u32 {
    let bend = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
        (a.0 - 2.0 * b.0 + c.0).abs() + (a.1 - 2.0 * b.1 + c.1).abs()
    };
    let second_derivative = 6.0 * bend(a, b, c).max(bend(b, c, d));
    (second_derivative / (8.0 * TOLERANCE)).sqrt().ceil().clamp(1.0, MOST_LINES) as u32
}

fn point([a, b, c, d]: [(f64, f64); 4], t: f64) -> (f64, f64) {
    let s = 1.0 - t;
    let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
    let sum =
        |p: [f64; 4]| p[0] * weights[0] + p[1] * weights[1] + p[2] * weights[2] + p[3] * weights[3];
    (sum([a.0, b.0, c.0, d.0]), sum([a.1, b.1, c.1, d.1]))
}
