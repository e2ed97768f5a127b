//! Properties of items (ISO/IEC 23008-12, 6.5).

use std::ops::Range;

use super::boxes::{FourCc, Reader};
use super::sequence::Coding;

/// Names of opacity, of MPEG-B and of HEVC.
const ALPHA: [&[u8]; 2] =
    [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Property {
    /// `ispe`: width and height in pixels.
    Size(u32, u32),
    /// `av1C`: `None` if it is of a version that is not known.
    Coding(Option<Coding>),
    /// `colr` with an ICC profile: where it lies in the file.
    Profile(Range<usize>),
    /// `colr` with numbers of ITU-T H.273.
    Colours(Colours),
    /// `irot`: quarter turns anticlockwise, 0 to 3.
    Turn(u8),
    /// `imir`: 0 swaps top and bottom, 1 left and right.
    Mirror(u8),
    /// `clap`.
    Aperture(Aperture),
    /// `auxC`: whether an auxiliary picture is opacity.
    Auxiliary(bool),
    /// `a1op`: which of the operating points is the picture.
    OperatingPoint(u8),
    /// `lsel`: which layer is the picture; 65535 is all of them.
    Layer(u16),
    /// One that changes nothing here, such as `pixi`.
    Other(FourCc),
    /// One that has to be obeyed and is not known.
    Essential(FourCc),
}

/// Colour description by numbers (ITU-T H.273).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours {
    pub primaries: u16,
    pub transfer: u16,
    pub matrix: u16,
    pub full_range: bool,
}

/// A cut, in fractions of pixels: size, and distance of its centre from the
/// centre of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aperture {
    width: (u32, u32),
    height: (u32, u32),
    right: (i32, u32),
    down: (i32, u32),
}

impl Property {
    /// `None` where the box breaks off.
    pub fn read(name: FourCc, mut body: Reader<'_>) -> Option<Property> {
        Some(match &name {
            b"ispe" => {
                body.version()?;
                Property::Size(body.u32()?, body.u32()?)
            }
            b"av1C" => {
                let head = body.take(4)?;
                Property::Coding(Coding::of_config(head))
            }
            b"colr" => match &body.four_cc()? {
                b"prof" | b"rICC" => Property::Profile(body.range()),
                b"nclx" => Property::Colours(Colours {
                    primaries: body.u16()?,
                    transfer: body.u16()?,
                    matrix: body.u16()?,
                    full_range: body.u8()? >> 7 == 1,
                }),
                _ => Property::Other(name),
            },
            b"irot" => Property::Turn(body.u8()? & 3),
            b"imir" => Property::Mirror(body.u8()? & 1),
            b"clap" => Property::Aperture(Aperture {
                width: (body.u32()?, body.u32()?),
                height: (body.u32()?, body.u32()?),
                right: (body.u32()? as i32, body.u32()?),
                down: (body.u32()? as i32, body.u32()?),
            }),
            b"auxC" => {
                body.version()?;
                let name = body.rest().split(|byte| *byte == 0).next().unwrap_or_default();
                Property::Auxiliary(ALPHA.contains(&name))
            }
            b"a1op" => Property::OperatingPoint(body.u8()?),
            b"lsel" => Property::Layer(body.u16()?),
            _ => Property::Other(name),
        })
    }
}

impl Aperture {
    /// Left, top, width and height inside a picture of `width` x `height`
    /// pixels; `None` unless they are whole pixels inside of it.
    pub fn area(&self, width: u32, height: u32) -> Option<(u32, u32, u32, u32)> {
        let (left, across) = side(self.width, self.right, width)?;
        let (top, down) = side(self.height, self.down, height)?;
        Some((left, top, across, down))
    }
}

/// Start and length of a cut along a side of `whole` pixels.
fn side(length: (u32, u32), shift: (i32, u32), whole: u32) -> Option<(u32, u32)> {
    let cut =
        length.0.checked_div(length.1).filter(|cut| cut.checked_mul(length.1) == Some(length.0))?;
    let spare = i128::from(whole.checked_sub(cut)?);
    let (shift, scale) = (i128::from(shift.0), i128::from(shift.1));
    // start = (whole - cut) / 2 + shift
    let (top, bottom) = (spare * scale + 2 * shift, 2 * scale);
    if cut == 0 || bottom == 0 || top < 0 || top % bottom != 0 || top / bottom > spare {
        return None;
    }
    Some((u32::try_from(top / bottom).ok()?, cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aperture_is_a_cut_around_a_shifted_centre() {
        let aperture = |width, right| Aperture { width, height: (10, 1), right, down: (0, 1) };
        // 100 wide, 60 of it, centre 5 to the right: 20 + 5
        let cut = aperture((60, 1), (5, 1));
        assert_eq!(cut.area(100, 10), Some((25, 0, 60, 10)));
        // 99 wide: (99 - 60) / 2 = 19.5, and half a pixel back
        assert_eq!(aperture((60, 1), (-1, 2)).area(99, 10), Some((19, 0, 60, 10)));
        for broken in [
            aperture((60, 1), (0, 1)),
            aperture((61, 2), (0, 1)),
            aperture((60, 0), (0, 1)),
            aperture((60, 1), (0, 0)),
            aperture((0, 1), (0, 1)),
            aperture((100, 1), (0, 1)),
            aperture((60, 1), (30, 1)),
            aperture((60, 1), (i32::MIN, 1)),
        ] {
            assert_eq!(broken.area(99, 10), None, "{broken:?}");
        }
    }
}
