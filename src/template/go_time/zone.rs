//! A time zone: what to add to UTC, and what it is called then.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// A time zone (`*time.Location`).
#[derive(Clone, Debug)]
pub enum Zone {
    /// Coordinated universal time.
    Utc,
    /// A zone of the IANA database, with the name that Go prints for the location.
    Named(String, TimeZone),
    /// A zone made for one offset, as parsing `+02:00` makes; its abbreviation may be empty.
    Fixed(String, i64),
}

/// The offset of a zone at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// Seconds east of UTC.
    pub(super) seconds: i64,
    pub(super) abbreviation: String,
    pub(super) summer: bool,
}

/// The database that is compiled in. The system's would make output depend on the machine.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl Zone {
    /// Finds a zone by its IANA name, which is compared exactly; an empty name and `UTC` are UTC.
    pub fn load(name: &str) -> Option<Zone> {
        if matches!(name, "" | "UTC") {
            return Some(Zone::Utc);
        }
        let zone = DATABASE.get(name).ok()?;
        (zone.iana_name() == Some(name)).then(|| Zone::Named(name.into(), zone))
    }

    /// Finds the local zone by the name that the effects give; UTC where there is none.
    pub fn local(name: Option<&str>) -> Zone {
        match name.and_then(Zone::load) {
            Some(Zone::Named(_, zone)) => Zone::Named("Local".into(), zone),
            _ => Zone::Utc,
        }
    }

    /// Returns the name of the location.
    pub fn name(&self) -> &str {
        match self {
            Zone::Utc => "UTC",
            Zone::Named(name, _) | Zone::Fixed(name, _) => name,
        }
    }

    /// Returns the offset at a moment, in seconds since the Unix epoch.
    pub(super) fn offset(&self, at: i64) -> Offset {
        match self {
            Zone::Utc => Offset { seconds: 0, abbreviation: "UTC".into(), summer: false },
            Zone::Fixed(name, seconds) => Offset { seconds: *seconds, abbreviation: name.clone(), summer: false },
            Zone::Named(_, zone) => {
                let info = zone.to_offset_info(timestamp(at));
                Offset {
                    seconds: i64::from(info.offset().seconds()),
                    abbreviation: info.abbreviation().into(),
                    summer: info.dst().is_dst(),
                }
            }
        }
    }

    /// Returns the offset of the abbreviation that the zone uses at that local time, or used or will use nearby.
    pub(super) fn offset_of_abbreviation(&self, abbreviation: &str, local: i64) -> Option<i64> {
        /// Enough for every change that zones have had.
        const CHANGES: usize = 400;
        let Zone::Named(_, zone) = self else {
            let offset = self.offset(local);
            return (matches!(self, Zone::Fixed(..)) && offset.abbreviation == abbreviation).then_some(offset.seconds);
        };
        let after = zone.following(timestamp(local)).take(4);
        let before = zone.preceding(timestamp(local)).take(CHANGES);
        let changes = after.chain(before).filter(|change| change.abbreviation() == abbreviation);
        let offsets: Vec<i64> = changes.map(|change| i64::from(change.offset().seconds())).collect();
        let in_effect = offsets.iter().find(|offset| self.offset(local - **offset).abbreviation == abbreviation);
        in_effect.or(offsets.first()).copied()
    }

    /// Returns the seconds since the Unix epoch of a local time, which is given as if it were UTC.
    pub(super) fn to_utc(&self, local: i64) -> i64 {
        match self.offset(local).seconds {
            0 => local,
            // The offset that holds at that moment may be another than the one looked up by local time.
            offset => local - self.offset(local - offset).seconds,
        }
    }
}

/// Moments beyond the years that jiff knows have the offset of its first or last one.
fn timestamp(at: i64) -> Timestamp {
    Timestamp::from_second(at).unwrap_or(if at < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
