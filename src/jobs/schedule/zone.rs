//! Time zones by name, and wall clock times as instants.

use super::{ScheduleError, TIME_ZONE_UNKNOWN, quoted};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// The database that jiff carries (feature `tzdb-bundle-always`), never that of
/// the machine: a schedule means the same wherever it runs.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Longest name that is looked up; the longest there is has 32 bytes.
const MAX_NAME: usize = 64;

/// The zone of an IANA name, in any case.
pub(super) fn find(name: &str) -> Result<TimeZone, ScheduleError> {
    if name.len() <= MAX_NAME
        && let Ok(zone) = DATABASE.get(name)
        && !zone.is_unknown()
    {
        return Ok(zone);
    }
    let mut message = format!(
        "time_zone {} is not an IANA time zone name such as \"Europe/Paris\" or \"UTC\"",
        quoted(name)
    );
    if let Some(near) = nearest(name) {
        message.push_str(&format!("; did you mean {near:?}?"));
    }
    Err(ScheduleError { reason: TIME_ZONE_UNKNOWN, message, span: 0..name.len() })
}

/// The name that is at most two letters away.
fn nearest(name: &str) -> Option<String> {
    if name.len() > MAX_NAME {
        return None;
    }
    let wanted = name.to_lowercase().replace(' ', "_");
    let distance = |known: &str| strsim::osa_distance(&wanted, &known.to_lowercase());
    DATABASE
        .available()
        .map(|known| (distance(known.as_str()), known.to_string()))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, known)| known)
}

/// When the clocks of the zone show `civil`: the first time they do, and the end
/// of the gap when they never do.
pub(super) fn instant(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(civil).ok(),
        AmbiguousOffset::Gap { after, .. } => {
            // With the later offset the reading lies before the change, by less
            // than the length of the gap.
            let before_change = after.to_timestamp(civil).ok()?;
            let change = zone.following(before_change).find(|change| change.offset() == after)?;
            Some(change.timestamp())
        }
    }
}
