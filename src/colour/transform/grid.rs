//! Three or four components through a grid of colours.
//!
//! Levels are first brought to places on which the profile is even (its own
//! first curves, or L*), and the grid's nodes lie where the profile's own do.
//! In between, three components are interpolated within tetrahedra; the first
//! of four, as in littlecms, on a straight line.

use super::fine;
use crate::colour::device::ToPcs;
use crate::colour::link::Link;
use crate::colour::lut::{self, Stage};

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
    (1..)
        .map(|parts| parts * (own - 1) + 1)
        .find(|nodes| *nodes >= least)
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
    // at most 65535 * 2^15, which is below 2^32
    std::array::from_fn(|c| (0..4).map(|k| u32::from(corners[k][c]) * weights[k]).sum())
}

#[inline(always)]
fn rounded(sum: [u32; 4]) -> [u16; 4] {
    sum.map(|value| ((value + WHOLE / 2) >> 15) as u16)
}

/// A grid of `K` components and the way to it from their levels.
#[derive(Debug)]
pub(super) struct Grid<const K: usize> {
    axes: [Axis; K],
    strides: [usize; K],
    values: Vec<[u16; 4]>,
}

impl<const K: usize> Grid<K> {
    /// The destination's colours in 1/256 levels. A hundredth part of the
    /// profile's tables shows more than the eye sees, but where they bend
    /// sharply, in the deepest shadows, several levels can be missed.
    pub fn of_colours(link: &Link) -> Grid<K> {
        let nodes = if K == 4 { nodes(link, 15, 21, 17) } else { nodes(link, 25, 49, 33) };
        Grid::new(link, nodes, |places| fine(link.at_places(places)))
    }

    /// The profile's own grid, 65535 is 1. Nothing unless it stands between
    /// curves and has the same number of nodes on all sides.
    pub fn of_profile(link: &Link) -> Option<Grid<K>> {
        let nodes = link.input.nodes()?;
        let ToPcs::Table { lut, .. } = &link.input else { return None };
        let [Stage::Curves(_), grid @ Stage::Grid(_), Stage::Curves(_)] = lut.stages.as_slice()
        else {
            return None;
        };
        let grid = std::slice::from_ref(grid);
        Some(Grid::new(link, nodes, |places| {
            lut::run(grid, places).map(|value| (value * 65535.0 + 0.5) as u16)
        }))
    }

    fn new(link: &Link, nodes: usize, value: impl Fn(lut::Point) -> [u16; 4]) -> Grid<K> {
        let strides: [usize; K] = std::array::from_fn(|c| nodes.pow((K - 1 - c) as u32));
        let axes = std::array::from_fn(|c| axis(link, c, nodes, strides[c]));
        let values = (0..nodes.pow(K as u32))
            .map(|at| {
                let mut places = [0.0; 4];
                for (place, stride) in places.iter_mut().zip(strides) {
                    *place = (at / stride % nodes) as f64 / (nodes - 1) as f64;
                }
                value(places)
            })
            .collect();
        Grid { axes, strides, values }
    }
}

impl Grid<3> {
    #[inline(always)]
    pub fn at(&self, pixel: &[u8]) -> [u16; 4] {
        let [(r, x), (g, y), (b, z)] = std::array::from_fn(|c| self.axes[c][usize::from(pixel[c])]);
        let (corners, weights) = tetrahedron([x, y, z], self.strides);
        rounded(sum(&self.values, (r + g + b) as usize, corners, weights))
    }
}

impl Grid<4> {
    #[inline(always)]
    pub fn at(&self, pixel: &[u8]) -> [u16; 4] {
        let [(c, part), (m, x), (y, yy), (k, z)] =
            std::array::from_fn(|c| self.axes[c][usize::from(pixel[c])]);
        let [step, strides @ ..] = self.strides;
        let (corners, weights) = tetrahedron([x, yy, z], strides);
        let low = (c + m + y + k) as usize;
        let here = rounded(sum(&self.values, low, corners, weights));
        let next = rounded(sum(&self.values, low + step, corners, weights));
        rounded(std::array::from_fn(|c| {
            u32::from(here[c]) * (WHOLE - part) + u32::from(next[c]) * part
        }))
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
