//! Writes a time by a layout.

use super::calendar::{MONTHS, WEEKDAYS};
use super::layout::{self, Element, OffsetForm};
use super::time::Clock;
use super::{Time, Zone};
use std::fmt;
use std::io::Write as _;

/// How Go prints a time that nobody has formatted (`Time.String`).
const PLAIN: &[u8] = b"2006-01-02 15:04:05.999999999 -0700 MST";
/// How encoding/json writes a time.
const RFC3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

impl Time {
    /// Writes the time by a layout such as `2006-01-02` (`Time.Format`).
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(layout.len() + 10);
        let mut rest = layout;
        while !rest.is_empty() {
            let chunk = layout::next(rest);
            out.extend_from_slice(chunk.prefix);
            if let Some((element, _)) = chunk.element {
                self.write_element(element, &mut out);
            }
            rest = chunk.rest;
        }
        out
    }

    /// Writes the time as encoding/json does.
    pub fn to_rfc3339(&self) -> String {
        String::from_utf8_lossy(&self.format(RFC3339)).into_owned()
    }

    /// Writes the time as Go source code (`Time.GoString`).
    pub fn to_go_string(&self) -> String {
        let (date, Clock { hour, minute, second }) = (self.date(), self.clock());
        let zone = match self.zone() {
            Zone::Utc => "time.UTC".into(),
            other if other.name() == "Local" => "time.Local".into(),
            other => format!("time.Location({})", super::error::quote(other.name().as_bytes())),
        };
        let month = MONTHS[date.month as usize - 1];
        format!("time.Date({}, time.{month}, {}, {hour}, {minute}, {second}, {}, {zone})", date.year, date.day, self.nanosecond())
    }

    fn write_element(&self, element: Element, out: &mut Vec<u8>) {
        let date = self.date();
        let Clock { hour, minute, second } = self.clock();
        let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        match element {
            Element::LongMonth => out.extend_from_slice(MONTHS[date.month as usize - 1].as_bytes()),
            Element::ShortMonth => out.extend_from_slice(&MONTHS[date.month as usize - 1].as_bytes()[..3]),
            Element::Month => number(date.month, 0, out),
            Element::ZeroMonth => number(date.month, 2, out),
            Element::LongWeekday => out.extend_from_slice(WEEKDAYS[self.weekday()].as_bytes()),
            Element::ShortWeekday => out.extend_from_slice(&WEEKDAYS[self.weekday()].as_bytes()[..3]),
            Element::Day => number(date.day, 0, out),
            Element::SpaceDay => spaced(date.day, 2, out),
            Element::ZeroDay => number(date.day, 2, out),
            Element::SpaceDayOfYear => spaced(date.day_of_year(), 3, out),
            Element::ZeroDayOfYear => number(date.day_of_year(), 3, out),
            Element::Hour => number(hour, 2, out),
            Element::Hour12 => number(hour12, 0, out),
            Element::ZeroHour12 => number(hour12, 2, out),
            Element::Minute => number(minute, 0, out),
            Element::ZeroMinute => number(minute, 2, out),
            Element::Second => number(second, 0, out),
            Element::ZeroSecond => number(second, 2, out),
            Element::LongYear => number(date.year, 4, out),
            Element::ShortYear => number(date.year.abs() % 100, 2, out),
            Element::UpperHalf => out.extend_from_slice(if hour >= 12 { b"PM" } else { b"AM" }),
            Element::LowerHalf => out.extend_from_slice(if hour >= 12 { b"pm" } else { b"am" }),
            Element::ZoneName => self.write_zone_name(out),
            Element::ZoneOffset(form) => write_offset(self.offset().seconds, form, out),
            Element::FixedFraction { separator, digits } => self.write_fraction(separator, digits, out),
            Element::Fraction { separator, digits } => {
                let start = out.len();
                self.write_fraction(separator, digits, out);
                while out.len() > start && out.last() == Some(&b'0') {
                    out.pop();
                }
                if out.len() == start + 1 {
                    out.pop();
                }
            }
        }
    }

    fn write_zone_name(&self, out: &mut Vec<u8>) {
        let offset = self.offset();
        if offset.abbreviation.is_empty() {
            write_offset(offset.seconds, OffsetForm { z: false, colons: false, minutes: true, seconds: false }, out);
        } else {
            out.extend_from_slice(offset.abbreviation.as_bytes());
        }
    }

    fn write_fraction(&self, separator: u8, digits: usize, out: &mut Vec<u8>) {
        let nanoseconds = format!("{:09}", self.nanosecond());
        out.push(separator);
        out.extend_from_slice(&nanoseconds.as_bytes()[..digits.min(9)]);
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.format(PLAIN)))
    }
}

fn write_offset(seconds: i64, form: OffsetForm, out: &mut Vec<u8>) {
    if form.z && seconds == 0 {
        out.push(b'Z');
        return;
    }
    // An offset of less than a minute west has a plus, as in Go.
    let minutes = seconds / 60;
    out.push(if minutes < 0 { b'-' } else { b'+' });
    number(minutes.abs() / 60, 2, out);
    if form.colons {
        out.push(b':');
    }
    if form.minutes {
        number(minutes.abs() % 60, 2, out);
    }
    if form.seconds {
        if form.colons {
            out.push(b':');
        }
        number(if minutes < 0 { -seconds % 60 } else { seconds % 60 }, 2, out);
    }
}

/// Writes a number with zeros before it; a minus sign does not count.
fn number(value: i64, width: usize, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    write!(out, "{:0width$}", value.unsigned_abs()).expect("writing to memory does not fail");
}

/// Writes a number with blanks before it.
fn spaced(value: i64, width: usize, out: &mut Vec<u8>) {
    write!(out, "{value:width$}").expect("writing to memory does not fail");
}
