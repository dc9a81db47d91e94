//! A moment in a zone.

use super::calendar::{self, Date};
use super::zone::Offset;
use super::{Duration, Zone};
use std::cmp::Ordering;

const NANOSECONDS: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Seconds from the Unix epoch to 1 January of year 1, where Go's zero time is.
const ZERO: i64 = -62_135_596_800;

/// A moment in a zone, in nanoseconds (`time.Time` without its monotonic clock).
#[derive(Clone, Debug)]
pub struct Time {
    seconds: i64,
    nanoseconds: i64,
    zone: Zone,
}

/// Hours, minutes and seconds of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

impl Time {
    /// Returns Go's zero time: 0001-01-01 00:00:00 UTC.
    pub fn zero() -> Time {
        Time { seconds: ZERO, nanoseconds: 0, zone: Zone::Utc }
    }

    /// Makes a time from seconds since the Unix epoch.
    pub fn unix(seconds: i64, zone: Zone) -> Time {
        Time { seconds, nanoseconds: 0, zone }
    }

    /// Makes a time from nanoseconds since the Unix epoch.
    pub fn unix_nanoseconds(nanoseconds: i128, zone: Zone) -> Time {
        let second = i128::from(NANOSECONDS);
        let seconds = i64::try_from(nanoseconds.div_euclid(second)).unwrap_or(i64::MAX);
        Time { seconds, nanoseconds: nanoseconds.rem_euclid(second) as i64, zone }
    }

    /// Makes a time from year, month and day, and hour, minute and second, in a zone.
    pub fn of_date((year, month, day): (i64, i64, i64), (hour, minute, second): (i64, i64, i64), zone: Zone) -> Time {
        Time::of(Date { year, month, day }, Clock { hour, minute, second }, 0, zone)
    }

    /// Makes a time from a date and a clock in a zone.
    pub(super) fn of(date: Date, clock: Clock, nanoseconds: i64, zone: Zone) -> Time {
        let local = date.days().saturating_mul(SECONDS_PER_DAY).saturating_add(clock.hour * 3600 + clock.minute * 60 + clock.second);
        Time { seconds: zone.to_utc(local), nanoseconds, zone }
    }

    /// Returns the same moment in another zone.
    #[must_use]
    pub fn within(&self, zone: Zone) -> Time {
        Time { zone, ..*self }
    }

    /// Returns the zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns the seconds since the Unix epoch.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Returns the nanoseconds within the second.
    pub fn nanosecond(&self) -> i64 {
        self.nanoseconds
    }

    /// Returns the nanoseconds since the Unix epoch.
    pub fn total_nanoseconds(&self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOSECONDS) + i128::from(self.nanoseconds)
    }

    /// Says whether this is Go's zero time, in whatever zone.
    pub fn is_zero(&self) -> bool {
        self.seconds == ZERO && self.nanoseconds == 0
    }

    /// Compares the moments, whatever the zones.
    pub fn compare(&self, other: &Time) -> Ordering {
        (self.seconds, self.nanoseconds).cmp(&(other.seconds, other.nanoseconds))
    }

    /// Returns the time so much later.
    #[must_use]
    pub fn add(&self, duration: Duration) -> Time {
        Time::unix_nanoseconds(self.total_nanoseconds() + i128::from(duration.0), self.zone.clone())
    }

    /// Returns the length from another time to this one, no longer than a duration holds.
    pub fn since(&self, other: &Time) -> Duration {
        let length = self.total_nanoseconds() - other.total_nanoseconds();
        Duration(i64::try_from(length).unwrap_or(if length < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Returns the time so many years, months and days later, at the same time of day; days that a month does not have count on
    /// into the next.
    #[must_use]
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Time {
        let date = self.date();
        let date =
            Date { year: date.year.saturating_add(years), month: date.month.saturating_add(months), day: date.day.saturating_add(days) };
        Time::of(date, self.clock(), self.nanoseconds, self.zone.clone())
    }

    /// Returns the time rounded down to a multiple of the duration since the zero time.
    #[must_use]
    pub fn truncate(&self, multiple: Duration) -> Time {
        self.add(Duration(-self.past(multiple)))
    }

    /// Returns the time rounded to the nearest multiple of the duration since the zero time, halves up.
    #[must_use]
    pub fn round(&self, multiple: Duration) -> Time {
        let past = self.past(multiple);
        let step = if i128::from(past) * 2 < i128::from(multiple.0.max(1)) { -past } else { multiple.0 - past };
        if multiple.0 <= 0 { self.clone() } else { self.add(Duration(step)) }
    }

    fn past(&self, multiple: Duration) -> i64 {
        if multiple.0 <= 0 {
            return 0;
        }
        let since_zero = self.total_nanoseconds() - i128::from(ZERO) * i128::from(NANOSECONDS);
        since_zero.rem_euclid(i128::from(multiple.0)) as i64
    }

    /// Returns the year.
    pub fn year(&self) -> i64 {
        self.date().year
    }

    /// Returns the month, 1 to 12.
    pub fn month(&self) -> i64 {
        self.date().month
    }

    /// Returns the day of the month.
    pub fn day(&self) -> i64 {
        self.date().day
    }

    /// Returns the day of the year, from 1.
    pub fn day_of_year(&self) -> i64 {
        self.date().day_of_year()
    }

    /// Returns the day of the week, 0 for Sunday.
    pub fn weekday(&self) -> usize {
        calendar::weekday(self.local_seconds().div_euclid(SECONDS_PER_DAY))
    }

    /// Returns the hour, 0 to 23.
    pub fn hour(&self) -> i64 {
        self.clock().hour
    }

    /// Returns the minute.
    pub fn minute(&self) -> i64 {
        self.clock().minute
    }

    /// Returns the second.
    pub fn second(&self) -> i64 {
        self.clock().second
    }

    /// Says whether summer time holds.
    pub fn is_summer_time(&self) -> bool {
        self.offset().summer
    }

    pub(super) fn offset(&self) -> Offset {
        self.zone.offset(self.seconds)
    }

    pub(super) fn date(&self) -> Date {
        Date::of_days(self.local_seconds().div_euclid(SECONDS_PER_DAY))
    }

    pub(super) fn clock(&self) -> Clock {
        let second = self.local_seconds().rem_euclid(SECONDS_PER_DAY);
        Clock { hour: second / 3600, minute: second / 60 % 60, second: second % 60 }
    }

    fn local_seconds(&self) -> i64 {
        self.seconds.saturating_add(self.offset().seconds)
    }
}

impl PartialEq for Time {
    /// Says whether both are the same moment, whatever the zones.
    fn eq(&self, other: &Self) -> bool {
        self.compare(other).is_eq()
    }
}
