//! Three or four components through a grid of precomputed colours.
//!
//! Levels are first brought to places on which the profile is even (its own
//! first curves, or L*), and the grid's nodes lie where the profile's own do,
//! so that sampling adds no error of its own. In between, three components are
//! interpolated within tetrahedra; the first of four, as in littlecms, on a
//! straight line.

use super::{Level, fine, put};
use crate::colour::link::Link;

/// Parts of a step between nodes, 15 bits.
const WHOLE: u32 = 1 << 15;

/// Offset of the node below a level, and the part of the way to the next.
type Axis = [(u32, u32); 256];

fn axis(link: &Link, component: usize, nodes: usize, stride: usize) -> Axis {
    std::array::from_fn(|level| {
        let place = link.input.place(component, level as f64 / 255.0).clamp(0.0, 1.0);
        let place = place * (nodes - 1) as f64;
        let node = (place as usize).min(nodes - 2);
        let part = ((place - node as f64) * f64::from(WHOLE) + 0.5) as u32;
        ((node * stride) as u32, part)
    })
}

/// Nodes a side: the profile's own, or a multiple of its steps, but not below
/// `least`; `usual` where it has none.
fn nodes(link: &Link, least: usize, most: usize, usual: usize) -> usize {
    let Some(own) = link.input.nodes() else { return usual };
    (1..).map(|parts| parts * (own - 1) + 1).find(|nodes| *nodes >= least)
        .filter(|nodes| *nodes <= most)
        .unwrap_or(usual)
}

/// The weights of the 4 corners of the tetrahedron that the parts lie in, and
/// the offsets of its corners.
#[inline(always)]
fn tetrahedron(parts: [u32; 3], strides: [usize; 3]) -> ([usize; 4], [u32; 4]) {
    let [x, y, z] = parts;
    let [sx, sy, sz] = strides;
    let all = sx + sy + sz;
    // the way from the low corner to the high one, the longest part first
    let (first, second, a, b, c) = if x >= y {
        if y >= z {
            (sx, sx + sy, x, y, z)
        } else if x >= z {
            (sx, sx + sz, x, z, y)
        } else {
            (sz, sx + sz, z, x, y)
        }
    } else if x >= z {
        (sy, sx + sy, y, x, z)
    } else if y >= z {
        (sy, sy + sz, y, z, x)
    } else {
        (sz, sy + sz, z, y, x)
    };
    ([0, first, second, all], [WHOLE - a, a - b, b - c, c])
}

/// The sum of four nodes by weights that add up to [`WHOLE`].
#[inline(always)]
fn sum(values: &[[u16; 4]], low: usize, corners: [usize; 4], weights: [u32; 4]) -> [u32; 4] {
    let corners = corners.map(|corner| values[low + corner]);
    // at most 65280 * 2^15, which is below 2^32
    std::array::from_fn(|c| (0..4).map(|k| u32::from(corners[k][c]) * weights[k]).sum())
}

#[inline(always)]
fn rounded(sum: [u32; 4]) -> [u16; 4] {
    sum.map(|value| ((value + WHOLE / 2) >> 15) as u16)
}

/// Of RGB.
#[derive(Debug)]
pub(super) struct Grid3 {
    axes: [Axis; 3],
    strides: [usize; 3],
    values: Vec<[u16; 4]>,
}

impl Grid3 {
    pub fn new(link: &Link) -> Grid3 {
        let nodes = nodes(link, 25, 49, 33);
        let strides = [nodes * nodes, nodes, 1];
        let axes = std::array::from_fn(|c| axis(link, c, nodes, strides[c]));
        let place = |node: usize| (node % nodes) as f64 / (nodes - 1) as f64;
        let values = (0..nodes * nodes * nodes)
            .map(|at| {
                let [x, y, z] = strides.map(|stride| place(at / stride));
                fine(link.at_places([x, y, z, 0.0]))
            })
            .collect();
        Grid3 { axes, strides, values }
    }

    pub fn row<T: Level, const N: usize>(&self, from: &[u8], n: usize, to: &mut [T], m: usize) {
        let [red, green, blue] = &self.axes;
        for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
            let (r, x) = red[usize::from(from[0])];
            let (g, y) = green[usize::from(from[1])];
            let (b, z) = blue[usize::from(from[2])];
            let (corners, weights) = tetrahedron([x, y, z], self.strides);
            let low = (r + g + b) as usize;
            let out = rounded(sum(&self.values, low, corners, weights));
            put(&out[..N], &mut to[..N]);
        }
    }
}

/// Of CMYK.
#[derive(Debug)]
pub(super) struct Grid4 {
    axes: [Axis; 4],
    strides: [usize; 4],
    values: Vec<[u16; 4]>,
}

impl Grid4 {
    pub fn new(link: &Link) -> Grid4 {
        let nodes = nodes(link, 15, 21, 17);
        let strides = [nodes * nodes * nodes, nodes * nodes, nodes, 1];
        let axes = std::array::from_fn(|c| axis(link, c, nodes, strides[c]));
        let place = |node: usize| (node % nodes) as f64 / (nodes - 1) as f64;
        let values = (0..nodes * nodes * nodes * nodes)
            .map(|at| fine(link.at_places(strides.map(|stride| place(at / stride)))))
            .collect();
        Grid4 { axes, strides, values }
    }

    pub fn row<T: Level, const N: usize>(&self, from: &[u8], n: usize, to: &mut [T], m: usize) {
        let [cyan, magenta, yellow, black] = &self.axes;
        let [step, strides @ ..] = self.strides;
        for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
            let (c, part) = cyan[usize::from(from[0])];
            let (mg, x) = magenta[usize::from(from[1])];
            let (y, yy) = yellow[usize::from(from[2])];
            let (k, z) = black[usize::from(from[3])];
            let (corners, weights) = tetrahedron([x, yy, z], strides);
            let low = (c + mg + y + k) as usize;
            let here = rounded(sum(&self.values, low, corners, weights));
            let next = rounded(sum(&self.values, low + step, corners, weights));
            let out = rounded(std::array::from_fn(|c| {
                u32::from(here[c]) * (WHOLE - part) + u32::from(next[c]) * part
            }));
            put(&out[..N], &mut to[..N]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_one_and_meet_the_point() {
        let strides = [100, 10, 1];
        for index in 0..27u32 {
            let parts = [index / 9, index / 3 % 3, index % 3].map(|part| part * WHOLE / 2);
            let (corners, weights) = tetrahedron(parts, strides);
            assert_eq!(weights.iter().sum::<u32>(), WHOLE);
            for (axis, part) in parts.into_iter().enumerate() {
                let reaches = |corner: usize| corner / strides[axis] % 10 == 1;
                let sum: u32 = corners
                    .iter()
                    .zip(weights)
                    .filter(|(corner, _)| reaches(**corner))
                    .map(|(_, weight)| weight)
                    .sum();
                assert_eq!(sum, part, "parts {parts:?}, axis {axis}");
            }
        }
    }
}
