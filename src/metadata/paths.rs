//! Photoshop paths: closed and open curves with names, stored relative to the
//! size of the picture.

mod records;
mod shape;
#[cfg(test)]
mod tests;

pub use shape::{FillRule, PixelBox, Shape};

use super::insert::InsertError;
use super::mac_roman;
use super::resources::{CLIPPING_PATH, Resource};

/// Ids of the resources that hold saved paths.
const PATHS: std::ops::RangeInclusive<u16> = 2000..=2997;
/// Most bytes of one file's paths that are read, 645,000 knots.
const MOST_BYTES: usize = 16 << 20;

/// A named path of a picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EmbeddedPath {
    /// As saved in Photoshop; names are compared with their case (01 L5).
    pub name: String,
    /// The initial fill rule record: painting starts with all pixels. It is kept
    /// so that it can be written again; [`EmbeddedPath::shapes`] says what is
    /// inside.
    pub starts_filled: bool,
    pub subpaths: Vec<Subpath>,
}

/// One connected curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Subpath {
    /// The last knot is joined to the first.
    pub closed: bool,
    pub operation: Operation,
    /// The fill rule of a shape that starts here: even-odd if it was drawn with the
    /// pen, non-zero in what was pasted from Illustrator.
    pub rule: FillRule,
    /// At least one.
    pub knots: Vec<Knot>,
}

/// A point of a curve with its two control points. All are fractions of the
/// picture, x of its width and y of its height: 0, 0 is the top-left corner and
/// 1, 1 the bottom-right. They may lie outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knot {
    /// Control point of the curve that arrives.
    pub before: (f64, f64),
    pub anchor: (f64, f64),
    /// Control point of the curve that leaves.
    pub after: (f64, f64),
    /// The control points move together in an editor; no matter to the curve.
    pub linked: bool,
}

/// How the shape that a subpath starts is put together with what the subpaths
/// before it cover.
///
/// Adobe's specification says nothing of these bytes of the length record. Their
/// meaning is as ag-psd, Aspose and psd-tools found it in Photoshop's files: 0, 1,
/// 2, 3 and -1 in the order here. Where they are zero because a program did not
/// know them the even-odd rule comes of it, the fallback of 02 §3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Inside of one of the two, but not of both.
    Exclude,
    /// Inside of either.
    Combine,
    /// Inside of what was there before and not of the shape.
    Subtract,
    /// Inside of both.
    Intersect,
    /// Part of the shape that the subpath before it belongs to.
    Continue,
}

/// The paths among the resources of a picture, in their order. Records that make
/// no sense are left out, so are paths of which nothing remains and those after
/// the first 16 MB.
pub fn read(resources: &[Resource<'_>]) -> Vec<EmbeddedPath> {
    let mut bytes = 0;
    let mut paths = Vec::new();
    for resource in resources.iter().filter(|resource| PATHS.contains(&resource.id)) {
        bytes += resource.data.len();
        if bytes > MOST_BYTES {
            break;
        }
        paths.extend(records::read(resource));
    }
    paths
}

/// The name of the clipping path: the one that page layout programs obey.
pub fn clipping_path(resources: &[Resource<'_>]) -> Option<String> {
    let resource = resources.iter().find(|resource| resource.id == CLIPPING_PATH)?;
    let (length, name) = resource.data.split_first()?;
    let name = name.get(..usize::from(*length)).filter(|name| !name.is_empty())?;
    Some(mac_roman::decode(name))
}

/// Paths, and which of them clips, as image resource blocks. A clipping path
/// that is not among the paths is left out.
///
/// # Errors
///
/// More paths, knots or longer names than the format has room for, and points 16
/// or more pictures away. [`EmbeddedPath::storable`] tells for one path.
pub fn write(paths: &[EmbeddedPath], clipping_path: Option<&str>) -> Result<Vec<u8>, InsertError> {
    if paths.len() > PATHS.len() {
        return Err(InsertError::TooManyPaths { count: paths.len(), most: PATHS.len() });
    }
    let mut named = Vec::new();
    for path in paths {
        named.push((mac_roman::encode(&path.name), records::write(path)?));
    }
    let mut resources: Vec<Resource> =
        PATHS.zip(&named).map(|(id, (name, data))| Resource { id, name, data }).collect();
    let clipping = clipping_path.filter(|name| paths.iter().any(|path| path.name == *name));
    let pascal = clipping.and_then(|name| {
        let name = mac_roman::encode(name);
        u8::try_from(name.len()).ok().map(|length| [&[length][..], &name].concat())
    });
    if let Some(data) = &pascal {
        resources.push(Resource { id: CLIPPING_PATH, name: &[], data });
    }
    super::resources::write(&resources)
}

impl EmbeddedPath {
    /// Whether the path can be written.
    ///
    /// # Errors
    ///
    /// As of [`write`].
    pub fn storable(&self) -> Result<(), InsertError> {
        write(std::slice::from_ref(self), None).map(|_| ())
    }

    /// The path after its picture of `from` pixels (width, height) was laid into
    /// one of `to` pixels by the map `[a, b, c, d, e, f]` between their pixels,
    /// as in PDF and SVG:
    ///
    /// ```text
    /// x' = a x + c y + e
    /// y' = b x + d y + f
    /// ```
    ///
    /// A crop of the area at x, y is `[1, 0, 0, 1, -x, -y]`, a scale by s
    /// `[s, 0, 0, s, 0, 0]`, a flip from left to right `[-1, 0, 0, 1, width, 0]`.
    /// Sizes must be above 0.
    pub fn mapped(&self, from: (f64, f64), map: [f64; 6], to: (f64, f64)) -> EmbeddedPath {
        let [a, b, c, d, e, f] = map;
        self.moved(|(x, y)| {
            let (x, y) = (x * from.0, y * from.1);
            ((a * x + c * y + e) / to.0, (b * x + d * y + f) / to.1)
        })
    }

    /// The path of a picture whose stored pixels are turned upright. `orientation`
    /// is 1 to 8 as in EXIF; anything else counts as 1.
    pub fn upright(&self, orientation: u8) -> EmbeddedPath {
        self.moved(|(x, y)| match orientation {
            2 => (1.0 - x, y),
            3 => (1.0 - x, 1.0 - y),
            4 => (x, 1.0 - y),
            5 => (y, x),
            6 => (1.0 - y, x),
            7 => (1.0 - y, 1.0 - x),
            8 => (y, 1.0 - x),
            _ => (x, y),
        })
    }

    /// The path without its open subpaths, as it is embedded (02 §4.2
    /// `pathEmbed`); `None` if no other is left.
    pub fn closed(&self) -> Option<EmbeddedPath> {
        let mut path = self.clone();
        // how a shape starts, until a closed subpath of it has taken that over
        let mut start = None;
        for subpath in &mut path.subpaths {
            if subpath.operation != Operation::Continue {
                start = Some((subpath.operation, subpath.rule));
            }
            if subpath.closed
                && let Some(taken) = start.take()
            {
                (subpath.operation, subpath.rule) = taken;
            }
        }
        path.subpaths.retain(|subpath| subpath.closed);
        (!path.subpaths.is_empty()).then_some(path)
    }

    fn moved(&self, to: impl Fn((f64, f64)) -> (f64, f64)) -> EmbeddedPath {
        let mut path = self.clone();
        for knot in path.subpaths.iter_mut().flat_map(|subpath| &mut subpath.knots) {
            knot.before = to(knot.before);
            knot.anchor = to(knot.anchor);
            knot.after = to(knot.after);
        }
        path
    }
}
