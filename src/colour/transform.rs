//! Conversion of pixels from one profile to another.
//!
//! Everything is looked up: a [`Link`] is sampled once into tables of integers
//! or `f32`, and pixels only meet additions, multiplications and comparisons,
//! in an order that the code fixes. So the result is the same on every machine,
//! whatever its vector units are (ruling 16).

mod grid;
mod light;
mod shaper;

use super::device::ToPcs;
use super::dither::Dither;
use super::link::Link;
use super::lut::{Point, Stage};
use super::profile::{Intent, PixelType, Profile, ProfileError};
use crate::codecs::bitmap::{Bitmap, Channels};
use grid::Grid;
use light::ToLight;
use shaper::Shaper;

/// Stored values are levels times this: 65280 is 255.
const FINE: f64 = 65280.0;

/// A prepared conversion. Costs some 10 ms to make where tables are involved
/// (60 ms from CMYK), so it is worth keeping.
#[derive(Debug)]
pub struct Transform {
    from: PixelType,
    to: PixelType,
    baked: Baked,
}

#[derive(Debug)]
enum Baked {
    /// Source and destination agree to a level; converting would only add noise.
    Nothing,
    /// One component: all there is to know about 256 values.
    Levels(Box<[[u16; 4]; 256]>),
    Shaper(Box<Shaper>),
    /// RGB through a grid of the destination's colours.
    Three(Box<Grid<3>>),
    /// CMYK through one.
    Four(Box<Grid<4>>),
    /// RGB through its profile's own grid, then computed: exact.
    ThreeToLight(Box<(Grid<3>, ToLight)>),
    /// CMYK the same way.
    FourToLight(Box<(Grid<4>, ToLight)>),
}

/// A bitmap was given to a transform for other colours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture is {found}, but its colours were to be converted from {expected}")]
pub struct WrongPixelType {
    pub found: &'static str,
    pub expected: &'static str,
}

impl Transform {
    /// Prepares a conversion. `black_point` maps the darkest colour of the
    /// source to that of the destination; it has no meaning with the absolute
    /// intent and always holds for perceptual tables of version 4.
    pub fn new(
        source: &Profile,
        destination: &Profile,
        intent: Intent,
        black_point: bool,
    ) -> Result<Transform, ProfileError> {
        source.check_input()?;
        destination.check_output()?;
        let link = Link::new(source, destination, intent, black_point)?;
        let (from, to) = (source.pixel_type(), destination.pixel_type());
        let baked = match from {
            PixelType::Gray => Baked::Levels(Box::new(std::array::from_fn(|level| {
                fine(link.at([level as f64 / 255.0, 0.0, 0.0, 0.0]))
            }))),
            PixelType::Rgb => match Shaper::new(&link) {
                Some(shaper) => Baked::Shaper(Box::new(shaper)),
                None => match (Grid::of_profile(&link), to_light(&link)) {
                    (Some(grid), Some(light)) => Baked::ThreeToLight(Box::new((grid, light))),
                    _ => Baked::Three(Box::new(Grid::of_colours(&link))),
                },
            },
            PixelType::Cmyk => match (Grid::of_profile(&link), to_light(&link)) {
                (Some(grid), Some(light)) => Baked::FourToLight(Box::new((grid, light))),
                _ => Baked::Four(Box::new(Grid::of_colours(&link))),
            },
        };
        let mut transform = Transform { from, to, baked };
        if from == to && transform.changes_nothing() {
            transform.baked = Baked::Nothing;
        }
        Ok(transform)
    }

    /// What colours the transform takes.
    pub fn from(&self) -> PixelType {
        self.from
    }

    /// What colours the transform gives.
    pub fn to(&self) -> PixelType {
        self.to
    }

    /// Whether pixels stay as they are.
    pub fn is_identity(&self) -> bool {
        matches!(self.baked, Baked::Nothing)
    }

    /// Converts a picture; alpha is passed through. Takes no second picture's
    /// memory where the result has no more components than the source.
    pub fn apply(&self, mut bitmap: Bitmap, dither: bool) -> Result<Bitmap, WrongPixelType> {
        let found = bitmap.channels.pixel_type();
        if found != self.from {
            return Err(WrongPixelType { found: found.name(), expected: self.from.name() });
        }
        if self.is_identity() {
            return Ok(bitmap);
        }
        let alpha = bitmap.channels.has_alpha();
        let channels = Channels::of(self.to, alpha);
        let width = bitmap.width as usize;
        let old = bitmap.stride();
        let new = width * channels.count();
        let mut diffuse = dither.then(|| {
            let components = self.to.components();
            (Dither::new(width, components), vec![0u16; width * components])
        });
        let mut convert = |from: &[u8], to: &mut [u8]| {
            let (n, m) = (bitmap.channels.count(), channels.count());
            match &mut diffuse {
                None => self.row(from, n, to, m),
                Some((dither, fine)) => {
                    self.row(from, n, fine, self.to.components());
                    dither.row(fine, to, m);
                }
            }
            if alpha {
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    to[m - 1] = from[n - 1];
                }
            }
        };
        if new > old {
            let mut out = vec![0; new * bitmap.height as usize];
            for (from, to) in bitmap.data.chunks_exact(old).zip(out.chunks_exact_mut(new)) {
                convert(from, to);
            }
            bitmap.data = out;
        } else {
            // A row never reaches beyond the one it comes from.
            let mut row = vec![0; old];
            for y in 0..bitmap.height as usize {
                row.copy_from_slice(&bitmap.data[y * old..][..old]);
                convert(&row, &mut bitmap.data[y * new..][..new]);
            }
            bitmap.data.truncate(new * bitmap.height as usize);
        }
        bitmap.channels = channels;
        Ok(bitmap)
    }

    /// One colour, for solid fills; as many components as the pixel types have.
    pub fn colour(&self, colour: [u8; 4]) -> [u8; 4] {
        let mut out = colour;
        self.row(&colour[..self.from.components()], self.from.components(), &mut out, 4);
        out
    }

    /// Converts the colours of pixels that lie `n` and `m` apart.
    fn row<T: Level>(&self, from: &[u8], n: usize, to: &mut [T], m: usize) {
        match &self.baked {
            Baked::Nothing => {
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    for (from, to) in from.iter().zip(to).take(self.to.components()) {
                        *to = T::of(u16::from(*from) << 8);
                    }
                }
            }
            Baked::Levels(levels) => {
                let components = self.to.components();
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    put(&levels[usize::from(from[0])][..components], to);
                }
            }
            Baked::Shaper(shaper) => match self.to.components() {
                1 => shaper.row::<T, 1>(from, n, to, m),
                _ => shaper.row::<T, 3>(from, n, to, m),
            },
            Baked::Three(grid) => {
                let components = self.to.components();
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    put(&grid.at(from)[..components], to);
                }
            }
            Baked::Four(grid) => {
                let components = self.to.components();
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    put(&grid.at(from)[..components], to);
                }
            }
            Baked::ThreeToLight(both) => {
                let (grid, light) = &**both;
                let components = self.to.components();
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    light.put(grid.at(from), to, components);
                }
            }
            Baked::FourToLight(both) => {
                let (grid, light) = &**both;
                let components = self.to.components();
                for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(m)) {
                    light.put(grid.at(from), to, components);
                }
            }
        }
    }

    /// Whether no colour of a coarse grid moves by more than a level.
    fn changes_nothing(&self) -> bool {
        let n = self.from.components();
        let steps: u32 = if n == 1 { 256 } else { 9 };
        (0..steps.pow(n as u32)).all(|index| {
            let mut rest = index;
            let mut colour = [0u8; 4];
            for component in &mut colour[..n] {
                *component = (rest % steps * 255 / (steps - 1)) as u8;
                rest /= steps;
            }
            let after = self.colour(colour);
            colour.iter().zip(after).take(n).all(|(one, other)| one.abs_diff(other) <= 1)
        })
    }
}

/// A finished component: whole levels, or 1/256 levels for [`Dither`].
trait Level: Copy {
    fn of(fine: u16) -> Self;
}

impl Level for u8 {
    fn of(fine: u16) -> u8 {
        // at most 65280 + 128
        ((fine + 128) >> 8) as u8
    }
}

impl Level for u16 {
    fn of(fine: u16) -> u16 {
        fine
    }
}

fn to_light(link: &Link) -> Option<ToLight> {
    let ToPcs::Table { lut, encoding } = &link.input else { return None };
    match lut.stages.as_slice() {
        [.., Stage::Curves(curves)] => ToLight::new(link, curves, *encoding),
        _ => None,
    }
}

fn put<T: Level>(fine: &[u16], to: &mut [T]) {
    for (value, to) in fine.iter().zip(to) {
        *to = T::of(*value);
    }
}

/// A colour of 0..1 in 1/256 levels.
fn fine(colour: Point) -> [u16; 4] {
    colour.map(|value| (value.clamp(0.0, 1.0) * FINE + 0.5) as u16)
}

#[cfg(test)]
mod tests;
