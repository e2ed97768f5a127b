//! The records of a path resource, 26 bytes each.
//!
//! Adobe Photoshop File Formats Specification, "Path resource format":
//!
//! ```text
//! 2   selector
//! 24  0 and 3   length of a closed or an open subpath:
//!               2 number of knots, 2 operation, 2 fill rule, 18 other
//!     1 and 2   knot of a closed subpath, control points linked or not
//!     4 and 5   the same of an open subpath:
//!               8 control point before, 8 anchor, 8 control point after
//!     6         path fill rule, no data
//!     7         clipboard, no matter here
//!     8         initial fill rule: 2, 1 if painting starts with all pixels
//! ```
//!
//! A point is y and then x, signed fixed point numbers with 24 bits of fraction
//! that stay below 16. The operation and the fill rule (1 even-odd, 2 non-zero)
//! are not in the specification: see [`Operation`] for the one, ag-psd's issue 157 for
//! the other.

use super::{EmbeddedPath, FillRule, Knot, Operation, Subpath};
use crate::metadata::bytes::Order;
use crate::metadata::insert::InsertError;
use crate::metadata::mac_roman;
use crate::metadata::resources::Resource;

const RECORD: usize = 26;
/// 1 in fixed point numbers.
const ONE: f64 = 16_777_216.0;
/// Points lie from -16 to below 16 pictures: the specification keeps three bits
/// free against overflow.
const FARTHEST: f64 = 16.0;

/// The path of a resource; `None` if it has no knot. Knots belong to the length
/// record before them, however many it claims.
pub(super) fn read(resource: &Resource<'_>) -> Option<EmbeddedPath> {
    let name = mac_roman::decode(resource.name);
    let mut path = EmbeddedPath { name, ..EmbeddedPath::default() };
    for record in resource.data.chunks_exact(RECORD) {
        match Order::Big.u16(record, 0)? {
            selector @ (0 | 3) => path.subpaths.push(Subpath {
                closed: selector == 0,
                operation: match Order::Big.u16(record, 4)? {
                    1 => Operation::Combine,
                    2 => Operation::Subtract,
                    3 => Operation::Intersect,
                    0xffff => Operation::Continue,
                    _ => Operation::Exclude,
                },
                rule: match Order::Big.u16(record, 6)? {
                    2 => FillRule::NonZero,
                    _ => FillRule::EvenOdd,
                },
                knots: Vec::new(),
            }),
            selector @ (1 | 2 | 4 | 5) => {
                if let Some(subpath) = path.subpaths.last_mut() {
                    subpath.knots.push(Knot {
                        before: point(record, 2)?,
                        anchor: point(record, 10)?,
                        after: point(record, 18)?,
                        linked: matches!(selector, 1 | 4),
                    });
                }
            }
            8 => path.starts_filled = Order::Big.u16(record, 2)? == 1,
            _ => {}
        }
    }
    path.subpaths.retain(|subpath| !subpath.knots.is_empty());
    (!path.subpaths.is_empty()).then_some(path)
}

/// x and y.
fn point(record: &[u8], at: usize) -> Option<(f64, f64)> {
    let number = |at| Order::Big.u32(record, at).map(|bits| f64::from(bits as i32) / ONE);
    Some((number(at + 4)?, number(at)?))
}

/// The data of the resource.
pub(super) fn write(path: &EmbeddedPath) -> Result<Vec<u8>, InsertError> {
    let mut data = Vec::new();
    record(&mut data, 6, &[]);
    record(&mut data, 8, &u16::from(path.starts_filled).to_be_bytes());
    for subpath in &path.subpaths {
        let knots = subpath.knots.len();
        let count = u16::try_from(knots)
            .map_err(|_| InsertError::TooManyKnots { path: path.name.clone(), knots })?;
        let operation: u16 = match subpath.operation {
            Operation::Exclude => 0,
            Operation::Combine => 1,
            Operation::Subtract => 2,
            Operation::Intersect => 3,
            Operation::Continue => 0xffff,
        };
        let rule: u16 = match subpath.rule {
            FillRule::EvenOdd => 1,
            FillRule::NonZero => 2,
        };
        let body: Vec<u8> =
            [count, operation, rule].iter().flat_map(|number| number.to_be_bytes()).collect();
        record(&mut data, if subpath.closed { 0 } else { 3 }, &body);
        for knot in &subpath.knots {
            let mut body = Vec::new();
            for (x, y) in [knot.before, knot.anchor, knot.after] {
                body.extend_from_slice(&fixed(path, y)?);
                body.extend_from_slice(&fixed(path, x)?);
            }
            let selector = match (subpath.closed, knot.linked) {
                (true, true) => 1,
                (true, false) => 2,
                (false, true) => 4,
                (false, false) => 5,
            };
            record(&mut data, selector, &body);
        }
    }
    Ok(data)
}

/// Appends a record; what the body does not fill is zero.
fn record(data: &mut Vec<u8>, selector: u16, body: &[u8]) {
    let end = data.len() + RECORD;
    data.extend_from_slice(&selector.to_be_bytes());
    data.extend_from_slice(body);
    data.resize(end, 0);
}

fn fixed(path: &EmbeddedPath, fraction: f64) -> Result<[u8; 4], InsertError> {
    let number = (fraction * ONE).round();
    if !(-FARTHEST * ONE..FARTHEST * ONE).contains(&number) {
        return Err(InsertError::OutOfReach { path: path.name.clone(), at: fraction });
    }
    Ok((number as i32).to_be_bytes())
}
