//! The darkest colour of a profile, for black point compensation, by the
//! method that Adobe published and littlecms follows ("Adobe Systems'
//! Implementation of Black Point Compensation", 2006).

use super::device::{FromPcs, ToPcs};
use super::pcs::{lab, xyz};
use super::profile::{Class, Intent, PixelType, Profile};

/// XYZ of the black that version 4 gives its perceptual tables.
const PERCEPTUAL_BLACK: [f64; 3] = [0.003_36, 0.003_473_1, 0.002_87];

const NONE: [f64; 3] = [0.0; 3];

/// Values of L* that the round trip is sampled at.
const RAMP: usize = 256;

/// Black of a profile that colours come from.
pub(super) fn of_source(profile: &Profile, intent: Intent) -> [f64; 3] {
    if intent == Intent::Absolute {
        return NONE;
    }
    if let Some(black) = of_version_4(profile, intent) {
        return black;
    }
    let is_press = profile.class == Class::Output && profile.pixel_type() == PixelType::Cmyk;
    if intent == Intent::Relative && is_press {
        // all ink at once is darker than what the press is driven with
        return perceptual_round_trip(profile);
    }
    darkest_colorant(profile, intent)
}

/// Black of a profile that colours go to.
pub(super) fn of_destination(profile: &Profile, intent: Intent) -> [f64; 3] {
    if intent == Intent::Absolute {
        return NONE;
    }
    if let Some(black) = of_version_4(profile, intent) {
        return black;
    }
    if !has_table(profile, b"B2A", intent) {
        return of_source(profile, intent);
    }
    let start = match intent {
        Intent::Relative => lab(of_source(profile, intent)),
        _ => NONE,
    };
    let Some(trip) = RoundTrip::new(profile, intent) else { return NONE };
    from_ramp(&trip, intent, start)
}

fn of_version_4(profile: &Profile, intent: Intent) -> Option<[f64; 3]> {
    if profile.version < 4 || intent == Intent::Relative {
        return None;
    }
    if is_matrix(profile) {
        return Some(darkest_colorant(profile, Intent::Relative));
    }
    Some(PERCEPTUAL_BLACK)
}

fn has_table(profile: &Profile, kind: &[u8; 3], intent: Intent) -> bool {
    let number = match intent {
        Intent::Perceptual => b'0',
        Intent::Relative | Intent::Absolute => b'1',
        Intent::Saturation => b'2',
    };
    profile.tag(&[kind[0], kind[1], kind[2], number]).is_some()
}

fn is_matrix(profile: &Profile) -> bool {
    let tags: &[&[u8; 4]] = match profile.pixel_type() {
        PixelType::Gray => &[b"kTRC"],
        PixelType::Rgb => &[b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"],
        _ => return false,
    };
    tags.iter().all(|tag| profile.tag(tag).is_some())
}

/// Lightness of no light or all ink, without its tint: as in Adobe's paper and
/// in littlecms to 2.17. 2.18 and 2.19 keep the tint, which can put black
/// outside the colours there are (Little-CMS issue 599).
fn darkest_colorant(profile: &Profile, intent: Intent) -> [f64; 3] {
    if !has_table(profile, b"A2B", intent) && !is_matrix(profile) {
        return NONE;
    }
    let Ok(to_pcs) = profile.to_pcs(intent) else { return NONE };
    let darkest = match profile.pixel_type() {
        PixelType::Cmyk => [1.0; 4],
        _ => [0.0; 4],
    };
    neutral(lab(to_pcs.xyz(darkest))[0])
}

/// What the perceptual table makes of black.
fn perceptual_round_trip(profile: &Profile) -> [f64; 3] {
    if !has_table(profile, b"A2B", Intent::Perceptual) {
        return NONE;
    }
    match RoundTrip::new(profile, Intent::Perceptual) {
        Some(trip) => neutral(trip.lightness([0.0; 3])),
        None => NONE,
    }
}

fn neutral(l: f64) -> [f64; 3] {
    xyz([l.clamp(0.0, 50.0), 0.0, 0.0])
}

/// Colour to device by one intent and back by the relative one.
struct RoundTrip {
    there: FromPcs,
    back: ToPcs,
}

impl RoundTrip {
    fn new(profile: &Profile, intent: Intent) -> Option<RoundTrip> {
        let there = profile.of_pcs(intent).ok()?;
        let back = profile.to_pcs(Intent::Relative).ok()?;
        Some(RoundTrip { there, back })
    }

    fn lightness(&self, colour: [f64; 3]) -> f64 {
        lab(self.back.xyz(self.there.device(xyz(colour))))[0]
    }
}

/// Where the straight part of the round trip of all L* would reach black.
fn from_ramp(trip: &RoundTrip, intent: Intent, start: [f64; 3]) -> [f64; 3] {
    let [_, a, b] = start;
    let (tint_a, tint_b) = (a.clamp(-50.0, 50.0), b.clamp(-50.0, 50.0));
    let given = |index: usize| index as f64 * 100.0 / (RAMP - 1) as f64;
    let mut seen: Vec<f64> =
        (0..RAMP).map(|index| trip.lightness([given(index), tint_a, tint_b])).collect();
    for index in (1..RAMP - 1).rev() {
        seen[index] = seen[index].min(seen[index + 1]);
    }
    let (least, most) = (seen[0], seen[RAMP - 1]);
    if least >= most || !least.is_finite() || !most.is_finite() {
        return NONE;
    }
    let relative = intent == Intent::Relative;
    let straight = |(index, seen): (usize, &f64)| {
        given(index) <= least + 0.2 * (most - least) || (given(index) - seen).abs() < 4.0
    };
    if relative && seen.iter().enumerate().all(straight) {
        return xyz(start);
    }
    let (low, high) = if relative { (0.1, 0.5) } else { (0.03, 0.25) };
    let shadows: Vec<(f64, f64)> = seen
        .iter()
        .enumerate()
        .map(|(index, seen)| (given(index), (seen - least) / (most - least)))
        .filter(|(_, height)| (low..high).contains(height))
        .collect();
    if shadows.len() < 3 {
        return NONE;
    }
    xyz([vertex(&shadows).max(0.0), a, b])
}

/// The root nearest to the points' own side, or the vertex, of the parabola
/// that fits them best; 0 where there is none.
fn vertex(points: &[(f64, f64)]) -> f64 {
    let mut sums = [0.0; 5];
    let mut right = [0.0; 3];
    for (x, y) in points {
        let mut power = 1.0;
        for (index, sum) in sums.iter_mut().enumerate() {
            *sum += power;
            if let Some(right) = right.get_mut(index) {
                *right += power * y;
            }
            power *= x;
        }
    }
    let rows =
        [[sums[0], sums[1], sums[2]], [sums[1], sums[2], sums[3]], [sums[2], sums[3], sums[4]]];
    let Some([c, b, a]) = solve(rows, right) else { return 0.0 };
    if a.abs() < 1e-10 {
        return (-c / b).clamp(0.0, 50.0);
    }
    let root = b * b - 4.0 * a * c;
    if root <= 0.0 {
        return 0.0;
    }
    ((-b + root.sqrt()) / (2.0 * a)).clamp(0.0, 50.0)
}

/// Three equations by elimination.
fn solve(mut rows: [[f64; 3]; 3], mut right: [f64; 3]) -> Option<[f64; 3]> {
    for column in 0..3 {
        let pivot = (column..3)
            .max_by(|one, other| rows[*one][column].abs().total_cmp(&rows[*other][column].abs()))?;
        rows.swap(column, pivot);
        right.swap(column, pivot);
        if rows[column][column].abs() < 1e-12 {
            return None;
        }
        for row in 0..3 {
            if row == column {
                continue;
            }
            let factor = rows[row][column] / rows[column][column];
            let pivot = rows[column];
            for (value, pivot) in rows[row].iter_mut().zip(pivot) {
                *value -= factor * pivot;
            }
            right[row] -= factor * right[column];
        }
    }
    Some([right[0] / rows[0][0], right[1] / rows[1][1], right[2] / rows[2][2]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parabola_through_points_of_a_parabola_has_its_root() {
        // y = (x - 8)(x + 30) / 1000 has the upper root 8
        let points: Vec<(f64, f64)> =
            (10..40).map(f64::from).map(|x| (x, (x - 8.0) * (x + 30.0) / 1000.0)).collect();
        assert!((vertex(&points) - 8.0).abs() < 1e-6);
    }

    #[test]
    fn a_straight_line_has_its_foot() {
        let points: Vec<(f64, f64)> =
            (10..40).map(|x| (f64::from(x), (f64::from(x) - 5.0) / 100.0)).collect();
        assert!((vertex(&points) - 5.0).abs() < 1e-3);
    }
}
