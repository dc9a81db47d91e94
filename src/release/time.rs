//! Points in time as Go writes them.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};

/// A point in time in RFC 3339 with nanoseconds and an offset, kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(String);

impl Time {
    /// Go's zero time, which stands for "never".
    pub const ZERO: &'static str = "0001-01-01T00:00:00Z";

    /// Writes a time as Go's `time.RFC3339Nano` does: without trailing zeros of the fraction, `Z` for UTC.
    pub fn at(timestamp: Timestamp, offset: Offset) -> Time {
        let local = offset.to_datetime(timestamp);
        let mut text = local.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let nanoseconds = local.subsec_nanosecond();
        if nanoseconds != 0 {
            let digits = format!("{nanoseconds:09}");
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        push_offset(&mut text, offset.seconds());
        Time(text)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the instant, where the text is a time.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.0.parse().ok()
    }

    /// Returns the offset that the time was written with, where the text is a time.
    pub fn offset(&self) -> Option<Offset> {
        jiff::fmt::temporal::Pieces::parse(&self.0).ok()?.to_numeric_offset()
    }

    /// Reads a time as Helm 4 does: empty texts of Helm 3 and Go's zero time are none.
    pub(super) fn read(text: Option<String>) -> Option<Time> {
        text.filter(|text| !text.is_empty() && text != Time::ZERO).map(Time)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn push_offset(text: &mut String, seconds: i32) {
    if seconds == 0 {
        text.push('Z');
        return;
    }
    let minutes = seconds.abs() / 60;
    let sign = if seconds < 0 { '-' } else { '+' };
    // Writing to a String cannot fail.
    let _ = write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
}

/// Serde for optional times: absent, null, empty and zero are none.
pub(super) mod optional {
    use super::Time;
    use serde::{Deserialize, Deserializer};

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
        Option::<String>::deserialize(deserializer).map(Time::read)
    }
}

#[cfg(test)]
mod tests {
    use super::{Time, Timestamp};
    use jiff::tz::Offset;

    #[track_caller]
    fn check(nanoseconds: i128, offset: i32, expected: &str) {
        let timestamp = Timestamp::from_nanosecond(nanoseconds).expect("the time is in range");
        let time = Time::at(timestamp, Offset::from_seconds(offset).expect("the offset is in range"));
        assert_eq!(time.as_str(), expected);
        assert_eq!(time.timestamp(), Some(timestamp));
        assert_eq!(time.offset().map(Offset::seconds), Some(offset));
    }

    #[test]
    fn times_are_written_as_go_does() {
        check(1_795_601_435_735_220_869, 0, "2026-11-25T10:10:35.735220869Z");
        check(1_795_601_435_670_000_000, 3600, "2026-11-25T11:10:35.67+01:00");
        check(1_795_601_435_000_000_000, -12_600, "2026-11-25T06:40:35-03:30");
    }
}
