//! Reads a time by a layout.

use super::calendar::{self, Date, MONTHS, WEEKDAYS};
use super::layout::{self, Element, OffsetForm};
use super::time::Clock;
use super::{Error, Time, Zone};

impl Time {
    /// Reads a time by a layout; what the text does not say of the zone is taken from `zone` (`time.ParseInLocation`).
    ///
    /// # Errors
    /// The text does not follow the layout, or says something impossible; in Go's words.
    pub fn parse(layout: &[u8], value: &[u8], zone: &Zone) -> Result<Time, Error> {
        let mut reader = Reader { layout, value, rest: value, parts: Parts::default() };
        let mut layout_rest = layout;
        loop {
            let chunk = layout::next(layout_rest);
            reader.skip(chunk.prefix)?;
            layout_rest = chunk.rest;
            match chunk.element {
                Some((element, written)) => reader.element(element, written, layout_rest)?,
                None => break,
            }
        }
        if !reader.rest.is_empty() {
            return Err(reader.impossible(format!("extra text: {}", super::error::quote(reader.rest))));
        }
        reader.finish(zone)
    }
}

/// What has been read so far; what has not keeps its default.
#[derive(Default)]
struct Parts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: i64,
    half: Option<Half>,
    utc: bool,
    offset: Option<i64>,
    zone_name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// Why an element could not be read.
enum Problem {
    Mismatch,
    OutOfRange(&'static str),
}

struct Reader<'v> {
    layout: &'v [u8],
    value: &'v [u8],
    rest: &'v [u8],
    parts: Parts,
}

impl<'v> Reader<'v> {
    fn impossible(&self, problem: String) -> Error {
        Error::Impossible { value: self.value.to_vec(), problem }
    }

    fn mismatch(&self, rest: &[u8], element: &[u8]) -> Error {
        Error::Mismatch { value: self.value.to_vec(), layout: self.layout.to_vec(), rest: rest.to_vec(), element: element.to_vec() }
    }

    /// Skips the text between elements; runs of blanks match any other run.
    fn skip(&mut self, prefix: &[u8]) -> Result<(), Error> {
        let mut wanted = prefix;
        while let Some((first, after)) = wanted.split_first() {
            if *first == b' ' {
                if self.rest.first().is_some_and(|byte| *byte != b' ') {
                    return Err(self.mismatch(self.rest, prefix));
                }
                (wanted, self.rest) = (cut_blanks(wanted), cut_blanks(self.rest));
                continue;
            }
            self.rest = match self.rest.split_first() {
                Some((byte, rest)) if byte == first => rest,
                _ => return Err(self.mismatch(self.rest, prefix)),
            };
            wanted = after;
        }
        Ok(())
    }

    fn element(&mut self, element: Element, written: &[u8], layout_rest: &[u8]) -> Result<(), Error> {
        let hold = self.rest;
        self.read(element, layout_rest).map_err(|problem| match problem {
            Problem::Mismatch => self.mismatch(hold, written),
            Problem::OutOfRange(what) => self.impossible(format!("{what} out of range")),
        })
    }

    fn read(&mut self, element: Element, layout_rest: &[u8]) -> Result<(), Problem> {
        match element {
            Element::LongMonth => self.parts.month = Some(self.name(&MONTHS, usize::MAX)? as i64 + 1),
            Element::ShortMonth => self.parts.month = Some(self.name(&MONTHS, 3)? as i64 + 1),
            Element::Month | Element::ZeroMonth => {
                let month = self.two_digits(element == Element::ZeroMonth)?;
                self.parts.month = Some(in_range(month, 1..=12, "month")?);
            }
            // The day of the week is not compared with the date.
            Element::LongWeekday => drop(self.name(&WEEKDAYS, usize::MAX)?),
            Element::ShortWeekday => drop(self.name(&WEEKDAYS, 3)?),
            Element::Day | Element::SpaceDay | Element::ZeroDay => {
                self.skip_blanks(usize::from(element == Element::SpaceDay));
                self.parts.day = Some(self.two_digits(element == Element::ZeroDay)?);
            }
            Element::SpaceDayOfYear | Element::ZeroDayOfYear => {
                self.skip_blanks(if element == Element::SpaceDayOfYear { 2 } else { 0 });
                self.parts.day_of_year = Some(self.three_digits(element == Element::ZeroDayOfYear)?);
            }
            Element::Hour => self.parts.hour = in_range(self.two_digits(false)?, 0..=23, "hour")?,
            Element::Hour12 | Element::ZeroHour12 => {
                self.parts.hour = in_range(self.two_digits(element == Element::ZeroHour12)?, 0..=12, "hour")?;
            }
            Element::Minute | Element::ZeroMinute => {
                self.parts.minute = in_range(self.two_digits(element == Element::ZeroMinute)?, 0..=59, "minute")?;
            }
            Element::Second | Element::ZeroSecond => {
                self.parts.second = in_range(self.two_digits(element == Element::ZeroSecond)?, 0..=59, "second")?;
                self.unexpected_fraction(layout_rest)?;
            }
            Element::LongYear => self.long_year()?,
            Element::ShortYear => self.short_year()?,
            Element::UpperHalf => self.half(b"AM", b"PM")?,
            Element::LowerHalf => self.half(b"am", b"pm")?,
            Element::ZoneName => self.zone_name()?,
            Element::ZoneOffset(form) => self.zone_offset(form)?,
            Element::FixedFraction { digits, .. } => self.fraction(digits)?,
            Element::Fraction { .. } => self.optional_fraction()?,
        }
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Result<&'v [u8], Problem> {
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(Problem::Mismatch)?;
        self.rest = rest;
        Ok(taken)
    }

    fn skip_blanks(&mut self, most: usize) {
        for _ in 0..most {
            self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        }
    }

    /// Reads one of the names, cut to a length, in any case; returns its index.
    fn name(&mut self, names: &[&str], length: usize) -> Result<usize, Problem> {
        let cut = |name: &str| name.len().min(length);
        let found = names.iter().position(|name| {
            let length = cut(name);
            self.rest.get(..length).is_some_and(|text| text.eq_ignore_ascii_case(&name.as_bytes()[..length]))
        });
        let index = found.ok_or(Problem::Mismatch)?;
        self.take(cut(names[index]))?;
        Ok(index)
    }

    /// Reads one or two digits, or exactly two.
    fn two_digits(&mut self, exactly: bool) -> Result<i64, Problem> {
        let digits = leading_digits(self.rest).min(2);
        if digits == 0 || exactly && digits < 2 {
            return Err(Problem::Mismatch);
        }
        self.take(digits).map(to_number)
    }

    /// Reads one to three digits, or exactly three.
    fn three_digits(&mut self, exactly: bool) -> Result<i64, Problem> {
        let digits = leading_digits(self.rest).min(3);
        if digits == 0 || exactly && digits < 3 {
            return Err(Problem::Mismatch);
        }
        self.take(digits).map(to_number)
    }

    fn long_year(&mut self) -> Result<(), Problem> {
        let text = self.take(4)?;
        if leading_digits(text) < 4 {
            return Err(Problem::Mismatch);
        }
        self.parts.year = to_number(text);
        Ok(())
    }

    /// Two digits; a sign and one digit are taken too, as Go does.
    fn short_year(&mut self) -> Result<(), Problem> {
        let text = self.take(2)?;
        let year = match text {
            [b'+', digit @ b'0'..=b'9'] => i64::from(digit - b'0'),
            [b'-', digit @ b'0'..=b'9'] => -i64::from(digit - b'0'),
            _ if leading_digits(text) == 2 => to_number(text),
            _ => return Err(Problem::Mismatch),
        };
        self.parts.year = if year >= 69 { year + 1900 } else { year + 2000 };
        Ok(())
    }

    fn half(&mut self, morning: &[u8], afternoon: &[u8]) -> Result<(), Problem> {
        let text = self.take(2)?;
        self.parts.half = match text {
            _ if text == afternoon => Some(Half::Afternoon),
            // Once said, the afternoon stays, as in Go.
            _ if text == morning => self.parts.half.or(Some(Half::Morning)),
            _ => return Err(Problem::Mismatch),
        };
        Ok(())
    }

    fn zone_name(&mut self) -> Result<(), Problem> {
        if let Some(rest) = self.rest.strip_prefix(b"UTC") {
            self.rest = rest;
            self.parts.utc = true;
            return Ok(());
        }
        let length = zone_name_length(self.rest).ok_or(Problem::Mismatch)?;
        let name = self.take(length)?;
        self.parts.zone_name = Some(String::from_utf8_lossy(name).into_owned());
        Ok(())
    }

    fn zone_offset(&mut self, form: OffsetForm) -> Result<(), Problem> {
        if form.z
            && let Some(rest) = self.rest.strip_prefix(b"Z")
        {
            self.rest = rest;
            self.parts.utc = true;
            return Ok(());
        }
        let colon = usize::from(form.colons);
        let fields = 1 + usize::from(form.minutes) + usize::from(form.seconds);
        let text = self.take(3 + (fields - 1) * (2 + colon))?;
        let field = |index: usize| {
            let at = 1 + index * (2 + colon);
            let sound = leading_digits(&text[at..at + 2]) == 2;
            sound.then(|| to_number(&text[at..at + 2])).ok_or(Problem::Mismatch)
        };
        if (1..fields).any(|index| colon == 1 && text[index * 3] != b':') {
            return Err(Problem::Mismatch);
        }
        let values = (0..fields).map(field).collect::<Vec<_>>();
        // Go stops at the first field that is no number, but tells first of those before it that are too large.
        let read = values.iter().map_while(|value| value.as_ref().ok().copied()).chain([0; 3]).take(3).collect::<Vec<_>>();
        in_range(read[2], 0..=60, "time zone offset second")?;
        in_range(read[1], 0..=60, "time zone offset minute")?;
        in_range(read[0], 0..=24, "time zone offset hour")?;
        values.into_iter().collect::<Result<Vec<_>, _>>()?;
        let offset = (read[0] * 60 + read[1]) * 60 + read[2];
        self.parts.offset = match text[0] {
            b'+' => Some(offset),
            b'-' => Some(-offset),
            _ => return Err(Problem::Mismatch),
        };
        Ok(())
    }

    /// A text may have a fraction after its seconds that the layout does not mention.
    fn unexpected_fraction(&mut self, layout_rest: &[u8]) -> Result<(), Problem> {
        let announced = matches!(layout::next(layout_rest).element, Some((Element::FixedFraction { .. } | Element::Fraction { .. }, _)));
        if announced { Ok(()) } else { self.optional_fraction() }
    }

    fn optional_fraction(&mut self) -> Result<(), Problem> {
        let digits = self.rest.get(1..).map_or(0, leading_digits);
        match self.rest.first() {
            Some(b'.' | b',') if digits > 0 => self.fraction(digits),
            _ => Ok(()),
        }
    }

    /// Reads a separator and so many digits; those after the ninth do not count.
    fn fraction(&mut self, digits: usize) -> Result<(), Problem> {
        let text = self.take(1 + digits)?;
        if !matches!(text[0], b'.' | b',') {
            return Err(Problem::Mismatch);
        }
        let text = &text[1..digits.min(9) + 1];
        if leading_digits(text) < text.len() {
            return Err(Problem::Mismatch);
        }
        self.parts.nanoseconds = (text.len()..9).fold(to_number(text), |value, _| value * 10);
        Ok(())
    }

    fn finish(&self, zone: &Zone) -> Result<Time, Error> {
        let parts = &self.parts;
        let date = self.date()?;
        let hour = match parts.half {
            Some(Half::Afternoon) if parts.hour < 12 => parts.hour + 12,
            Some(Half::Morning) if parts.hour == 12 => 0,
            _ => parts.hour,
        };
        let clock = Clock { hour, minute: parts.minute, second: parts.second };
        let of = |zone| Time::of(date, clock, parts.nanoseconds, zone);
        let utc = of(Zone::Utc);
        let name = parts.zone_name.as_deref();
        Ok(match (parts.utc, parts.offset, name) {
            (true, ..) => utc,
            // Go keeps -1 for "no offset".
            (_, Some(offset), name) if offset != -1 => at_offset(&utc, offset, name.unwrap_or_default(), zone),
            (_, _, Some(name)) => at_zone_name(&utc, name, zone),
            _ => of(zone.clone()),
        })
    }

    fn date(&self) -> Result<Date, Error> {
        let Parts { year, month, day, day_of_year, .. } = self.parts;
        let date = match day_of_year {
            None => Date { year, month: month.unwrap_or(1), day: day.unwrap_or(1) },
            Some(day_of_year) => {
                let days = 365 + i64::from(calendar::is_leap(year));
                if !(1..=days).contains(&day_of_year) {
                    return Err(self.impossible("day-of-year out of range".into()));
                }
                let date = Date::of_days(Date { year, month: 1, day: day_of_year }.days());
                if month.is_some_and(|month| month != date.month) {
                    return Err(self.impossible("day-of-year does not match month".into()));
                }
                if day.is_some_and(|day| day != date.day) {
                    return Err(self.impossible("day-of-year does not match day".into()));
                }
                date
            }
        };
        if date.day < 1 || date.day > calendar::days_in(date.year, date.month) {
            return Err(self.impossible("day out of range".into()));
        }
        Ok(date)
    }
}

/// Puts a local time, given as if it were UTC, at an offset: in the local zone if that has it then, else in a zone of its own.
fn at_offset(utc: &Time, offset: i64, name: &str, zone: &Zone) -> Time {
    let seconds = utc.seconds() - offset;
    let own = zone.offset(seconds);
    let same = own.seconds == offset && (name.is_empty() || own.abbreviation == name);
    moved(utc, offset, if same { zone.clone() } else { Zone::Fixed(name.into(), offset) })
}

/// Puts a local time at the offset of an abbreviation, which is zero where nobody knows it.
fn at_zone_name(utc: &Time, name: &str, zone: &Zone) -> Time {
    if let Some(offset) = zone.offset_of_abbreviation(name, utc.seconds()) {
        return moved(utc, offset, zone.clone());
    }
    let hours: i64 = name.strip_prefix("GMT").and_then(|hours| hours.parse().ok()).unwrap_or(0);
    utc.within(Zone::Fixed(name.into(), hours * 3600))
}

fn moved(utc: &Time, offset: i64, zone: Zone) -> Time {
    let second = super::Duration::SECOND.0;
    utc.add(super::Duration(-offset * second)).within(zone)
}

fn in_range(value: i64, range: std::ops::RangeInclusive<i64>, what: &'static str) -> Result<i64, Problem> {
    if range.contains(&value) { Ok(value) } else { Err(Problem::OutOfRange(what)) }
}

fn cut_blanks(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| **byte == b' ').count()..]
}

fn leading_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Reads a few digits.
fn to_number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// Returns the length of a zone's abbreviation: three capitals, four or five with a T at the end, `GMT+3`, or a signed hour.
fn zone_name_length(text: &[u8]) -> Option<usize> {
    match text {
        [b'C', b'h', b'S', b'T', ..] | [b'M', b'e', b'S', b'T', ..] => return Some(4),
        [b'G', b'M', b'T', rest @ ..] => return Some(3 + signed_hour_length(rest)),
        [b'+' | b'-', _, _, ..] => return Some(signed_hour_length(text)).filter(|length| *length > 0),
        _ => {}
    }
    let capitals = text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match capitals {
        3 => Some(3),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        5 if text[4] == b'T' => Some(5),
        _ => None,
    }
}

/// Returns the length of a sign and an hour up to 23, or 0.
fn signed_hour_length(text: &[u8]) -> usize {
    let Some((b'+' | b'-', digits)) = text.split_first() else { return 0 };
    let length = leading_digits(digits);
    let hour = std::str::from_utf8(&digits[..length]).ok().and_then(|digits| digits.parse::<u64>().ok());
    if hour.is_some_and(|hour| hour <= 23) { 1 + length } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(layout: &str, value: &str, expected: Result<&str, &str>) {
        let parsed = Time::parse(layout.as_bytes(), value.as_bytes(), &Zone::Utc);
        assert_eq!(parsed.map(|time| time.to_string()).map_err(|error| error.to_string()), expected.map(Into::into).map_err(Into::into));
    }

    #[test]
    fn layouts_are_read() {
        check("2006-01-02", "2020-01-03", Ok("2020-01-03 00:00:00 +0000 UTC"));
        check("Jan _2 15:04:05 2006", "Feb  3 04:05:06.25 2021", Ok("2021-02-03 04:05:06.25 +0000 UTC"));
        check("2006-01-02T15:04:05Z07:00", "2021-02-03T04:05:06+02:00", Ok("2021-02-03 04:05:06 +0200 +0200"));
        check("3:04pm", "3:04pm", Ok("0000-01-01 15:04:00 +0000 UTC"));
        check("02 Jan 06 15:04 MST", "02 Mar 21 10:00 CET", Ok("2021-03-02 10:00:00 +0000 CET"));
        check("2006 002", "2020 366", Ok("2020-12-31 00:00:00 +0000 UTC"));
    }

    /// As Go 1.26 reads them with `TZ=Europe/Berlin`.
    #[test]
    fn times_without_an_offset_are_local() {
        let berlin = Zone::local(Some("Europe/Berlin"));
        for (layout, value, expected) in [
            ("2006-01-02 15:04", "2021-03-28 02:30", "2021-03-28 03:30:00 +0200 CEST"),
            ("2006-01-02 15:04", "2021-10-31 02:30", "2021-10-31 02:30:00 +0100 CET"),
            ("2006-01-02 15:04", "2021-03-28 01:59", "2021-03-28 01:59:00 +0100 CET"),
            ("2006-01-02 15:04", "2021-03-28 03:00", "2021-03-28 03:00:00 +0200 CEST"),
            ("2006-01-02 15:04 MST", "2021-07-01 10:00 CEST", "2021-07-01 10:00:00 +0200 CEST"),
            ("2006-01-02 15:04 MST", "2021-07-01 10:00 CET", "2021-07-01 11:00:00 +0200 CEST"),
            ("2006-01-02 15:04 MST", "2021-07-01 10:00 EST", "2021-07-01 10:00:00 +0000 EST"),
            ("2006-01-02 15:04 -0700", "2021-07-01 10:00 +0200", "2021-07-01 10:00:00 +0200 CEST"),
            ("2006-01-02 15:04 -0700", "2021-07-01 10:00 +0100", "2021-07-01 10:00:00 +0100 +0100"),
            ("2006-01-02 15:04 -0700 MST", "2021-07-01 10:00 +0200 CET", "2021-07-01 10:00:00 +0200 CET"),
            ("2006-01-02 15:04 MST", "1946-07-01 10:00 CEMT", "1946-07-01 09:00:00 +0200 CEST"),
            ("2006-01-02", "1800-01-01", "1800-01-01 00:00:00 +0053 LMT"),
            ("15:04", "10:00", "0000-01-01 10:00:00 +0053 LMT"),
        ] {
            let parsed = Time::parse(layout.as_bytes(), value.as_bytes(), &berlin).map(|time| time.to_string());
            assert_eq!(parsed, Ok(expected.into()), "{value}");
        }
    }

    #[test]
    fn mistakes_are_told_as_go_tells_them() {
        check("2006-01-02", "nope", Err("parsing time \"nope\" as \"2006-01-02\": cannot parse \"nope\" as \"2006\""));
        check("2006-01-02", "2020-13-01", Err("parsing time \"2020-13-01\": month out of range"));
        check("2006-01-02", "2021-02-29", Err("parsing time \"2021-02-29\": day out of range"));
        check("2006", "2020x", Err("parsing time \"2020x\": extra text: \"x\""));
    }
}
