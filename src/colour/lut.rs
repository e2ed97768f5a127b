//! The multi-dimensional tables of a profile: `mft1`, `mft2`, `mAB ` and
//! `mBA ` (ICC.1 10.10 to 10.13), as a chain of stages from 0..1 to 0..1.

use super::curve::{Curve, s15_fixed16, unit};

/// Components of one colour; the unused ones are 0.
pub(super) type Point = [f64; 4];

/// Most components of a colour on either side of a table.
const MOST: usize = 4;

/// A chain of stages.
#[derive(Debug, Clone)]
pub(super) struct Lut {
    pub inputs: usize,
    pub outputs: usize,
    /// The table has 16 bits in the layout of version 2, where L* is encoded
    /// its own way.
    pub sixteen_bits: bool,
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone)]
pub(super) enum Stage {
    /// Of three components: rows, then what is added.
    Matrix([[f64; 3]; 3], [f64; 3]),
    Curves(Vec<Curve>),
    Grid(Grid),
}

/// Values at the nodes of a grid of up to 4 dimensions.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// Nodes of each dimension, at least 2; the last dimension varies fastest.
    pub nodes: Vec<usize>,
    pub outputs: usize,
    values: Vec<f32>,
    /// Interpolates in three dimensions from all 8 corners of a cell instead of 4.
    pub by_corners: bool,
}

impl Lut {
    /// Reads the element of an `A2B` or `B2A` tag.
    pub fn read(bytes: &[u8]) -> Result<Lut, String> {
        let Some(&[a, b, c, d, _, _, _, _, inputs, outputs, nodes, _]) = bytes.first_chunk::<12>()
        else {
            return Err("a table is cut off".into());
        };
        let (inputs, outputs) = (usize::from(inputs), usize::from(outputs));
        if !(1..=MOST).contains(&inputs) || !(1..=MOST).contains(&outputs) {
            return Err(format!(
                "a table has {inputs} inputs and {outputs} outputs; 1 to {MOST} can be used"
            ));
        }
        let reader = Reader { bytes, inputs, outputs };
        match &[a, b, c, d] {
            b"mft1" => reader.packed(nodes.into(), false),
            b"mft2" => reader.packed(nodes.into(), true),
            b"mAB " => reader.staged(true),
            b"mBA " => reader.staged(false),
            other => {
                let name = String::from_utf8_lossy(other);
                Err(format!("a table has the unknown type {name:?}"))
            }
        }
    }

    /// Sends a colour through all stages.
    pub fn at(&self, point: Point) -> Point {
        run(&self.stages, point)
    }
}

/// Sends a colour through `stages`.
pub(super) fn run(stages: &[Stage], point: Point) -> Point {
    stages.iter().fold(point, |point, stage| match stage {
        Stage::Matrix(rows, plus) => {
            let mut out = [0.0; 4];
            for (value, (row, plus)) in out.iter_mut().zip(rows.iter().zip(plus)) {
                *value = row[0] * point[0] + row[1] * point[1] + row[2] * point[2] + plus;
            }
            out
        }
        Stage::Curves(curves) => {
            let mut out = [0.0; 4];
            for (value, (curve, x)) in out.iter_mut().zip(curves.iter().zip(point)) {
                *value = curve.at(x);
            }
            out
        }
        Stage::Grid(grid) => grid.at(point),
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    inputs: usize,
    outputs: usize,
}

impl Reader<'_> {
    fn part(&self, at: usize, len: usize) -> Result<&[u8], String> {
        at.checked_add(len)
            .and_then(|end| self.bytes.get(at..end))
            .ok_or_else(|| "a table is cut off".to_owned())
    }

    fn number(&self, at: usize) -> Result<usize, String> {
        let b = self.part(at, 4)?;
        Ok(u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
    }

    /// `mft1` and `mft2`: matrix, curves, grid, curves.
    fn packed(&self, nodes: usize, sixteen_bits: bool) -> Result<Lut, String> {
        let width = if sixteen_bits { 2 } else { 1 };
        let (mut at, before, after) = if sixteen_bits {
            let sizes = self.part(48, 4)?;
            let size = |at: usize| usize::from(u16::from_be_bytes([sizes[at], sizes[at + 1]]));
            (52, size(0), size(2))
        } else {
            (48, 256, 256)
        };
        if !(2..=4096).contains(&before) || !(2..=4096).contains(&after) {
            return Err(format!(
                "its curves have {before} and {after} values; 2 to 4096 are valid"
            ));
        }
        let mut stages = Vec::new();
        if self.inputs == 3 {
            let rows = matrix(self.part(12, 36)?);
            if rows != [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] {
                stages.push(Stage::Matrix(rows, [0.0; 3]));
            }
        }
        let curves = |at: usize, count: usize, size: usize| -> Result<Stage, String> {
            let bytes = self.part(at, count * size * width)?;
            let tables = bytes.chunks_exact(size * width);
            let read = if sixteen_bits { Curve::table16 } else { Curve::table8 };
            Ok(Stage::Curves(tables.map(read).collect()))
        };
        stages.push(curves(at, self.inputs, before)?);
        at += self.inputs * before * width;
        let (grid, len) = self.grid(at, vec![nodes; self.inputs], width)?;
        stages.push(Stage::Grid(grid));
        at += len;
        stages.push(curves(at, self.outputs, after)?);
        Ok(Lut { inputs: self.inputs, outputs: self.outputs, sixteen_bits, stages })
    }

    /// `mAB ` (A curves, grid, M curves, matrix, B curves) and `mBA ` (the same
    /// from the other end); every part but the B curves may be missing.
    fn staged(&self, from_device: bool) -> Result<Lut, String> {
        let device = if from_device { self.inputs } else { self.outputs };
        let pcs = if from_device { self.outputs } else { self.inputs };
        if pcs != 3 {
            return Err(format!("a table has {pcs} components where colours have 3"));
        }
        let offset = |at| self.number(at);
        let (b, matrix_at, m, clut, a) =
            (offset(12)?, offset(16)?, offset(20)?, offset(24)?, offset(28)?);
        if (clut == 0) != (a == 0) || (clut == 0 && device != 3) {
            return Err("a table has curves without a grid or a grid without curves".into());
        }
        let mut stages = Vec::new();
        if a != 0 {
            stages.push(Stage::Curves(self.curves(a, device)?));
            let nodes = self.part(clut, 20)?;
            let width = match nodes[16] {
                width @ (1 | 2) => usize::from(width),
                other => return Err(format!("a grid has values of {other} bytes")),
            };
            let nodes = nodes[..self.inputs].iter().map(|nodes| usize::from(*nodes)).collect();
            stages.push(Stage::Grid(self.grid(clut + 20, nodes, width)?.0));
        }
        if m != 0 {
            stages.push(Stage::Curves(self.curves(m, 3)?));
        }
        if matrix_at != 0 {
            let bytes = self.part(matrix_at, 48)?;
            let plus = [&bytes[36..40], &bytes[40..44], &bytes[44..48]].map(s15_fixed16);
            stages.push(Stage::Matrix(matrix(bytes), plus));
        }
        stages.push(Stage::Curves(self.curves(b, 3)?));
        if !from_device {
            stages.reverse();
        }
        let (inputs, outputs) = (self.inputs, self.outputs);
        Ok(Lut { inputs, outputs, sixteen_bits: false, stages })
    }

    /// `count` curve elements one after another, each on a multiple of 4 bytes.
    fn curves(&self, at: usize, count: usize) -> Result<Vec<Curve>, String> {
        let mut at = at;
        let mut curves = Vec::with_capacity(count);
        for _ in 0..count {
            let rest = self.bytes.get(at..).ok_or("a curve is cut off")?;
            let (curve, len) = Curve::read(rest)?;
            curves.push(curve);
            at += len.next_multiple_of(4);
        }
        Ok(curves)
    }

    /// The grid at `at` with values of `width` bytes, and its length in bytes.
    fn grid(&self, at: usize, nodes: Vec<usize>, width: usize) -> Result<(Grid, usize), String> {
        let mut len = self.outputs * width;
        for count in &nodes {
            if *count < 2 {
                return Err(format!("a grid has {count} nodes a side; at least 2 are needed"));
            }
            len = len.checked_mul(*count).ok_or("a grid is too large")?;
        }
        let bytes = self.part(at, len)?;
        let values = if width == 2 {
            let values = bytes.chunks_exact(2).map(|v| u16::from_be_bytes([v[0], v[1]]));
            values.map(|value| f32::from(value) / 65535.0).collect()
        } else {
            bytes.iter().map(|value| f32::from(*value) / 255.0).collect()
        };
        Ok((Grid { nodes, outputs: self.outputs, values, by_corners: false }, len))
    }
}

/// Nine numbers row by row.
fn matrix(bytes: &[u8]) -> [[f64; 3]; 3] {
    let mut rows = [[0.0; 3]; 3];
    for (value, number) in rows.iter_mut().flatten().zip(bytes.chunks_exact(4)) {
        *value = s15_fixed16(number);
    }
    rows
}

impl Grid {
    /// The value at `point`, whose components are brought into 0..1.
    fn at(&self, point: Point) -> Point {
        let mut low = 0;
        // step to the next node and how far the point is on the way to it
        let mut axes = [(0usize, 0.0f64); MOST];
        let mut stride = self.outputs;
        for (index, nodes) in self.nodes.iter().enumerate().rev() {
            let place = unit(point[index]) * (nodes - 1) as f64;
            let node = (place as usize).min(nodes - 2);
            low += node * stride;
            axes[index] = (stride, place - node as f64);
            stride *= nodes;
        }
        self.within(low, &axes[..self.nodes.len()])
    }

    /// Interpolates from the node at `low` along `axes`: in the last three
    /// dimensions within a tetrahedron or between all corners, in those before
    /// on straight lines, as littlecms does.
    fn within(&self, low: usize, axes: &[(usize, f64)]) -> Point {
        match axes {
            [] => self.node(low),
            [x, y, z] if !self.by_corners => self.tetrahedron(low, [*x, *y, *z]),
            [(step, part), rest @ ..] => {
                let from = self.within(low, rest);
                let to = self.within(low + step, rest);
                mix(from, to, *part)
            }
        }
    }

    fn tetrahedron(&self, low: usize, mut axes: [(usize, f64); 3]) -> Point {
        // along the longest way first
        axes.sort_by(|one, other| other.1.total_cmp(&one.1));
        let mut at = low;
        let mut node = self.node(at);
        let mut sum = node;
        for (step, part) in axes {
            at += step;
            let next = self.node(at);
            for (sum, (next, node)) in sum.iter_mut().zip(next.iter().zip(node)) {
                *sum += (next - node) * part;
            }
            node = next;
        }
        sum
    }

    fn node(&self, at: usize) -> Point {
        let mut point = [0.0; 4];
        for (value, stored) in point.iter_mut().zip(&self.values[at..at + self.outputs]) {
            *value = f64::from(*stored);
        }
        point
    }
}

fn mix(from: Point, to: Point, part: f64) -> Point {
    let mut out = from;
    for (value, to) in out.iter_mut().zip(to) {
        *value += (to - *value) * part;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An `mft1` with identity curves.
    fn mft1(inputs: u8, outputs: u8, nodes: u8, grid: &[u8]) -> Vec<u8> {
        let mut bytes = b"mft1\0\0\0\0".to_vec();
        bytes.extend([inputs, outputs, nodes, 0]);
        for index in 0..9 {
            bytes.extend(if index % 4 == 0 { [0, 1, 0, 0] } else { [0; 4] });
        }
        let identity: Vec<u8> = (0..=255).collect();
        bytes.extend(identity.repeat(inputs.into()));
        bytes.extend(grid);
        bytes.extend(identity.repeat(outputs.into()));
        bytes
    }

    #[test]
    fn a_grid_that_is_linear_is_interpolated_exactly() {
        // the first component varies slowest: corner (1, 0, 0) is node 4
        let grid: Vec<u8> =
            (0..8u8).map(|n| (n >> 2) * 100 + (n >> 1 & 1) * 50 + (n & 1)).collect();
        let mut lut = Lut::read(&mft1(3, 1, 2, &grid)).unwrap();
        for by_corners in [false, true] {
            for stage in &mut lut.stages {
                if let Stage::Grid(grid) = stage {
                    grid.by_corners = by_corners;
                }
            }
            let out = lut.at([0.25, 0.5, 0.75, 0.0]);
            // 25 + 25 + 0.75
            assert!((out[0] * 255.0 - 50.75).abs() < 1e-5, "{out:?}");
        }
    }

    #[test]
    fn a_tetrahedron_ignores_the_corners_off_its_way() {
        // only corner (1, 1, 0) is 255: the way of x > z > y leaves it out
        let lut = Lut::read(&mft1(3, 1, 2, &[0, 0, 0, 0, 0, 0, 255, 0])).unwrap();
        assert_eq!(lut.at([0.75, 0.25, 0.5, 0.0])[0], 0.0);
        // x > y > z: 255 (y - z) = 255 * 0.25
        assert!((lut.at([0.75, 0.5, 0.25, 0.0])[0] - 0.25).abs() < 1e-6);
    }

    #[test]
    fn four_inks_are_read_in_their_order() {
        let mut grid = vec![0; 16];
        grid[0b1000] = 255;
        let lut = Lut::read(&mft1(4, 1, 2, &grid)).unwrap();
        assert_eq!(lut.at([1.0, 0.0, 0.0, 0.0])[0], 1.0);
        assert_eq!(lut.at([0.0, 0.0, 0.0, 1.0])[0], 0.0);
    }

    #[test]
    fn sizes_that_are_not_there_are_refused_before_memory_is_taken() {
        let text = |bytes: &[u8]| Lut::read(bytes).unwrap_err();
        assert_eq!(text(&mft1(4, 4, 255, &[])), "a table is cut off");
        assert_eq!(text(b"mft1\0\0\0\0"), "a table is cut off");
        assert_eq!(
            text(b"mft2\0\0\0\0\x09\x03\x02\0"),
            "a table has 9 inputs and 3 outputs; 1 to 4 can be used"
        );
        assert_eq!(
            text(&mft1(3, 3, 1, &[0; 3])),
            "a grid has 1 nodes a side; at least 2 are needed"
        );
    }
}
