//! A profile in one direction: the colours of a device to XYZ under D50, or
//! back. Numbers run from 0 to 1; CMYK 1 is full ink.
//!
//! Which tables count, how they are interpolated and what stands in where one
//! is missing follows littlecms, which print shops compare with.

use super::curve::{Curve, s15_fixed16};
use super::lut::{Lut, Point, Stage, run};
use super::pcs::{D50, Encoding, lightness, luminance};
use super::profile::{Intent, PixelType, Profile};

type Rows = [[f64; 3]; 3];

/// The colours of a device to XYZ.
#[derive(Debug, Clone)]
pub(super) enum ToPcs {
    Gray { curve: Curve, lab: bool },
    Matrix { curves: [Curve; 3], rows: Rows },
    Table { lut: Lut, encoding: Encoding },
}

/// XYZ to the colours of a device.
#[derive(Debug, Clone)]
pub(super) enum FromPcs {
    Gray { curve: Curve, lab: bool },
    Matrix { curves: [Curve; 3], rows: Rows },
    Table { lut: Lut, encoding: Encoding },
}

impl ToPcs {
    pub fn read(profile: &Profile, intent: Intent) -> Result<ToPcs, String> {
        if let Some(table) = profile.table(b"A2B", intent) {
            let lut = Lut::read(table)?;
            check_size(profile, lut.inputs, lut.outputs)?;
            let encoding = encoding(profile, &lut);
            return Ok(ToPcs::Table { lut, encoding });
        }
        match profile.pixel_type() {
            PixelType::Gray => {
                Ok(ToPcs::Gray { curve: curve(profile, b"kTRC")?, lab: profile.lab })
            }
            PixelType::Rgb => {
                let (curves, rows) = matrix(profile)?;
                Ok(ToPcs::Matrix { curves, rows })
            }
            other => Err(format!("it has no table A2B0, which {other} needs")),
        }
    }

    /// XYZ of a colour.
    pub fn xyz(&self, device: Point) -> [f64; 3] {
        match self {
            ToPcs::Gray { curve, lab } => gray(curve.at(device[0]), *lab),
            ToPcs::Matrix { curves, rows } => {
                let [r, g, b] = [&curves[0], &curves[1], &curves[2]];
                times(rows, [r.at(device[0]), g.at(device[1]), b.at(device[2])])
            }
            ToPcs::Table { lut, encoding } => decoded(*encoding, lut.at(device)),
        }
    }

    /// Where the value of one component lies on the axis along which
    /// [`xyz_at`](ToPcs::xyz_at) is even: past the first curves of a table, or
    /// even to the eye.
    pub fn place(&self, component: usize, value: f64) -> f64 {
        match self {
            ToPcs::Matrix { curves, .. } => lightness(curves[component].at(value)),
            ToPcs::Table { lut, .. } => match lut.stages.as_slice() {
                [Stage::Curves(curves), Stage::Grid(_), ..] => curves[component].at(value),
                _ => value,
            },
            ToPcs::Gray { .. } => value,
        }
    }

    /// XYZ of a colour whose components are places.
    pub fn xyz_at(&self, places: Point) -> [f64; 3] {
        match self {
            ToPcs::Matrix { rows, .. } => {
                times(rows, [places[0], places[1], places[2]].map(luminance))
            }
            ToPcs::Table { lut, encoding } => match lut.stages.as_slice() {
                [Stage::Curves(_), rest @ ..] if matches!(rest, [Stage::Grid(_), ..]) => {
                    decoded(*encoding, run(rest, places))
                }
                _ => decoded(*encoding, lut.at(places)),
            },
            ToPcs::Gray { .. } => self.xyz(places),
        }
    }

    /// Nodes a side of the profile's own grid along the places.
    pub fn nodes(&self) -> Option<usize> {
        let ToPcs::Table { lut, .. } = self else { return None };
        match lut.stages.as_slice() {
            [Stage::Curves(_), Stage::Grid(grid), ..] => {
                let first = *grid.nodes.first()?;
                grid.nodes.iter().all(|nodes| *nodes == first).then_some(first)
            }
            _ => None,
        }
    }
}

impl FromPcs {
    pub fn read(profile: &Profile, intent: Intent) -> Result<FromPcs, String> {
        if let Some(table) = profile.table(b"B2A", intent) {
            let mut lut = Lut::read(table)?;
            check_size(profile, lut.outputs, lut.inputs)?;
            let encoding = encoding(profile, &lut);
            // Neutral colours run along one axis of L*a*b*: all corners of a
            // cell keep them neutral, tetrahedra do not.
            for stage in &mut lut.stages {
                if let Stage::Grid(grid) = stage {
                    grid.by_corners = profile.lab;
                }
            }
            return Ok(FromPcs::Table { lut, encoding });
        }
        match profile.pixel_type() {
            PixelType::Gray => {
                Ok(FromPcs::Gray { curve: curve(profile, b"kTRC")?.rising(), lab: profile.lab })
            }
            PixelType::Rgb => {
                let (curves, rows) = matrix(profile)?;
                let rows = inverse(&rows).ok_or("its colorants lie in one plane")?;
                Ok(FromPcs::Matrix { curves: curves.map(Curve::rising), rows })
            }
            other => Err(format!("it has no table B2A0, which {other} needs")),
        }
    }

    /// The colour of XYZ.
    pub fn device(&self, xyz: [f64; 3]) -> Point {
        match self {
            FromPcs::Gray { curve, lab } => {
                let y = xyz[1] / D50[1];
                let value = if *lab { lightness(y) } else { y };
                [curve.inverse_at(value), 0.0, 0.0, 0.0]
            }
            FromPcs::Matrix { curves, rows } => {
                let [r, g, b] = times(rows, xyz);
                let [red, green, blue] = curves;
                [red.inverse_at(r), green.inverse_at(g), blue.inverse_at(b), 0.0]
            }
            FromPcs::Table { lut, encoding } => {
                let [a, b, c] = encoding.encode(xyz);
                lut.at([a, b, c, 0.0])
            }
        }
    }
}

/// XYZ of a gray value past its curve.
fn gray(value: f64, lab: bool) -> [f64; 3] {
    let y = if lab { luminance(value) } else { value };
    D50.map(|white| white * y)
}

fn decoded(encoding: Encoding, point: Point) -> [f64; 3] {
    encoding.decode([point[0], point[1], point[2]])
}

fn encoding(profile: &Profile, lut: &Lut) -> Encoding {
    match (profile.lab, lut.sixteen_bits) {
        (false, _) => Encoding::Xyz,
        (true, true) => Encoding::Lab2,
        (true, false) => Encoding::Lab,
    }
}

fn check_size(profile: &Profile, device: usize, pcs: usize) -> Result<(), String> {
    let wanted = profile.pixel_type().components();
    if (device, pcs) == (wanted, 3) {
        return Ok(());
    }
    Err(format!("its table is for {device} and {pcs} components instead of {wanted} and 3"))
}

fn curve(profile: &Profile, name: &[u8; 4]) -> Result<Curve, String> {
    let tag = String::from_utf8_lossy(name);
    let element = profile.tag(name).ok_or_else(|| format!("it has no tag {tag}"))?;
    Curve::read(element).map(|(curve, _)| curve).map_err(|detail| format!("{tag}: {detail}"))
}

fn matrix(profile: &Profile) -> Result<([Curve; 3], Rows), String> {
    let curves = [curve(profile, b"rTRC")?, curve(profile, b"gTRC")?, curve(profile, b"bTRC")?];
    let columns = [xyz(profile, b"rXYZ")?, xyz(profile, b"gXYZ")?, xyz(profile, b"bXYZ")?];
    let [r, g, b] = columns;
    let rows = [[r[0], g[0], b[0]], [r[1], g[1], b[1]], [r[2], g[2], b[2]]];
    Ok((curves, rows))
}

/// An `XYZ ` element.
pub(super) fn xyz(profile: &Profile, name: &[u8; 4]) -> Result<[f64; 3], String> {
    let tag = String::from_utf8_lossy(name);
    let element = profile.tag(name).ok_or_else(|| format!("it has no tag {tag}"))?;
    match element.get(8..20) {
        Some(n) if element.starts_with(b"XYZ ") => {
            Ok([&n[..4], &n[4..8], &n[8..]].map(s15_fixed16))
        }
        _ => Err(format!("its tag {tag} is damaged")),
    }
}

pub(super) fn times(rows: &Rows, [x, y, z]: [f64; 3]) -> [f64; 3] {
    rows.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

fn inverse(m: &Rows) -> Option<Rows> {
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let det = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
    if det.abs() < 1e-6 {
        return None;
    }
    let mut rows = [[0.0; 3]; 3];
    for (r, row) in rows.iter_mut().enumerate() {
        for (c, value) in row.iter_mut().enumerate() {
            *value = minor(c, r) / det;
        }
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let m = [[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]];
        let back = times(&inverse(&m).unwrap(), times(&m, [0.2, 0.5, 0.9]));
        for (value, wanted) in back.into_iter().zip([0.2, 0.5, 0.9]) {
            assert!((value - wanted).abs() < 1e-12);
        }
        assert_eq!(inverse(&[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 0.0]]), None);
    }
}
