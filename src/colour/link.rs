//! From one profile's colours to another's, exactly and slowly: what the
//! tables of a [`Transform`](super::transform::Transform) are filled from.

use super::black_point;
use super::device::{self, FromPcs, ToPcs};
use super::lut::Point;
use super::pcs::D50;
use super::profile::{Class, Intent, Profile, ProfileError};

/// Two profiles and what happens to XYZ between them.
#[derive(Debug)]
pub(super) struct Link {
    pub input: ToPcs,
    pub output: FromPcs,
    /// XYZ times this, plus `plus`.
    pub scale: [f64; 3],
    pub plus: [f64; 3],
}

impl Link {
    pub fn new(
        source: &Profile,
        destination: &Profile,
        intent: Intent,
        black_point: bool,
    ) -> Result<Link, ProfileError> {
        let input = source.to_pcs(intent)?;
        let output = destination.of_pcs(intent)?;
        // The perceptual tables of version 4 have a black of their own, so that
        // they always need it; absolute colours are never moved.
        let black_point = match intent {
            Intent::Absolute => false,
            Intent::Relative => black_point,
            Intent::Perceptual | Intent::Saturation => black_point || destination.version >= 4,
        };
        let (mut scale, mut plus) = ([1.0; 3], [0.0; 3]);
        if intent == Intent::Absolute {
            let (from, to) = (white(source), white(destination));
            scale = std::array::from_fn(|c| from[c] / to[c]);
        } else if black_point {
            let from = black_point::of_source(source, intent);
            let to = black_point::of_destination(destination, intent);
            if from != to {
                scale = std::array::from_fn(|c| (to[c] - D50[c]) / (from[c] - D50[c]));
                plus = std::array::from_fn(|c| -D50[c] * (to[c] - from[c]) / (from[c] - D50[c]));
            }
        }
        if scale.iter().chain(&plus).any(|number| !number.is_finite()) {
            (scale, plus) = ([1.0; 3], [0.0; 3]);
        }
        Ok(Link { input, output, scale, plus })
    }

    /// The destination's colour for the source's.
    pub fn at(&self, colour: Point) -> Point {
        self.finish(self.input.xyz(colour))
    }

    /// The destination's colour for places of the source
    /// ([`ToPcs::place`]).
    pub fn at_places(&self, places: Point) -> Point {
        self.finish(self.input.xyz_at(places))
    }

    fn finish(&self, xyz: [f64; 3]) -> Point {
        self.output.device(std::array::from_fn(|c| xyz[c] * self.scale[c] + self.plus[c]))
    }
}

/// The medium's white; displays of version 2 write the one of their light there.
fn white(profile: &Profile) -> [f64; 3] {
    if profile.version < 4 && profile.class == Class::Display {
        return D50;
    }
    match device::xyz(profile, b"wtpt") {
        Ok(white) if white.iter().all(|value| *value > 0.0) => white,
        _ => D50,
    }
}
