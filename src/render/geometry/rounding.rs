//! Reals to whole pixels (01 §5.1).

/// Farthest that anything may lie from 0, in pixels. Sums of several such
/// coordinates and lengths still are exact in `f64` and far inside `i64`.
pub(super) const FARTHEST: i64 = 1 << 48;

/// Rounds half up; an exact half survives the error of its representation (01 C20).
pub(super) fn round(value: f64) -> f64 {
    (value + 0.5 + 1e-9).floor()
}

/// A length in whole pixels, at least 1 (01 C20). Too large ones saturate, see
/// [`side`].
pub(super) fn length(value: f64) -> u64 {
    round(value).max(1.0) as u64
}

/// A length as the side of a picture; `None` if no picture can have it.
pub(super) fn side(length: u64) -> Option<u32> {
    u32::try_from(length).ok()
}

/// A rounded coordinate; `None` if it is too far from 0.
pub(super) fn coordinate(value: f64) -> Option<i64> {
    let rounded = round(value);
    is_near(rounded).then_some(rounded as i64)
}

/// Whether a coordinate is a number and not too far from 0.
pub(super) fn is_near(value: f64) -> bool {
    value.abs() <= FARTHEST as f64
}
