//! A length of time in nanoseconds.

use super::Error;
use std::fmt;

/// A length of time in nanoseconds (`time.Duration`). Printed as `1h2m3.5s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

const NANOSECONDS_PER_SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * NANOSECONDS_PER_SECOND;
const HOUR: i64 = 60 * MINUTE;

impl Duration {
    /// One second.
    pub const SECOND: Duration = Duration(NANOSECONDS_PER_SECOND);

    /// Parses a text such as `300ms`, `-1.5h` or `2h45m`.
    ///
    /// # Errors
    /// The text is none, in Go's words.
    pub fn parse(text: &[u8]) -> Result<Duration, Error> {
        let problem = |problem: String| Error::Duration { value: text.to_vec(), problem };
        let invalid = || problem("invalid duration".into());
        let negative = text.first() == Some(&b'-');
        let mut rest = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
        if rest == b"0" {
            return Ok(Duration(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut sum = 0_u64;
        while !rest.is_empty() {
            let (number, after) = Number::take(rest).ok_or_else(invalid)?;
            let end = after.iter().position(|byte| *byte == b'.' || byte.is_ascii_digit()).unwrap_or(after.len());
            let (unit, after) = after.split_at(end);
            if unit.is_empty() {
                return Err(problem("missing unit in duration".into()));
            }
            let length = unit_length(unit).ok_or_else(|| problem(format!("unknown unit {} in duration", super::error::quote(unit))))?;
            sum = number.times(length).and_then(|part| sum.checked_add(part)).filter(|sum| *sum <= 1 << 63).ok_or_else(invalid)?;
            rest = after;
        }
        match (negative, i64::try_from(sum)) {
            (true, Ok(sum)) => Ok(Duration(-sum)),
            (true, Err(_)) => Ok(Duration(i64::MIN)),
            (false, sum) => sum.map(Duration).map_err(|_| invalid()),
        }
    }

    /// Returns the length in seconds.
    pub fn seconds(self) -> f64 {
        self.units(NANOSECONDS_PER_SECOND)
    }

    /// Returns the length in minutes.
    pub fn minutes(self) -> f64 {
        self.units(MINUTE)
    }

    /// Returns the length in hours.
    pub fn hours(self) -> f64 {
        self.units(HOUR)
    }

    /// Divides in two steps, as Go does, since the last digit depends on it.
    fn units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// Returns the length rounded to the nearest multiple, halves away from zero.
    #[must_use]
    pub fn round(self, multiple: Duration) -> Duration {
        if multiple.0 <= 0 {
            return self;
        }
        let rest = (self.0 % multiple.0).abs();
        let up = rest.unsigned_abs() * 2 >= multiple.0.unsigned_abs();
        let step = if up { multiple.0 - rest } else { -rest };
        Duration(if self.0 < 0 { self.0.saturating_sub(step) } else { self.0.saturating_add(step) })
    }

    /// Returns the length rounded towards zero to a multiple.
    #[must_use]
    pub fn truncate(self, multiple: Duration) -> Duration {
        if multiple.0 <= 0 { self } else { Duration(self.0 - self.0 % multiple.0) }
    }

    /// Returns the length without its sign.
    #[must_use]
    pub fn abs(self) -> Duration {
        Duration(self.0.saturating_abs())
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let length = self.0.unsigned_abs();
        match length {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{length}ns"),
            1_000..1_000_000 => write!(f, "{}µs", Fraction(length, 1_000)),
            1_000_000..1_000_000_000 => write!(f, "{}ms", Fraction(length, 1_000_000)),
            _ => {
                let minutes = length / MINUTE.unsigned_abs();
                let rest = Fraction(length % MINUTE.unsigned_abs(), NANOSECONDS_PER_SECOND.unsigned_abs());
                match (minutes / 60, minutes % 60) {
                    (0, 0) => write!(f, "{rest}s"),
                    (0, minutes) => write!(f, "{minutes}m{rest}s"),
                    (hours, minutes) => write!(f, "{hours}h{minutes}m{rest}s"),
                }
            }
        }
    }
}

/// A number of units of a power of ten, written with as many digits as it needs.
struct Fraction(u64, u64);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fraction(value, unit) = *self;
        write!(f, "{}", value / unit)?;
        if value % unit == 0 {
            return Ok(());
        }
        let digits = format!("{:0width$}", value % unit, width = unit.ilog10() as usize);
        write!(f, ".{}", digits.trim_end_matches('0'))
    }
}

/// A number as its digits are written.
struct Number {
    whole: u64,
    fraction: u64,
    scale: f64,
}

impl Number {
    /// Takes digits with an optional point among them.
    fn take(text: &[u8]) -> Option<(Number, &[u8])> {
        let (whole_digits, rest) = split_digits(text);
        let (fraction_digits, rest) = rest.strip_prefix(b".").map_or((&b""[..], rest), split_digits);
        if whole_digits.is_empty() && fraction_digits.is_empty() {
            return None;
        }
        let whole = whole_digits.iter().try_fold(0_u64, |whole, digit| {
            let whole = whole.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            (whole <= 1 << 63).then_some(whole)
        })?;
        let (mut fraction, mut scale) = (0_u64, 1.0);
        for digit in fraction_digits {
            // Digits beyond 63 bits are dropped.
            let next = fraction.checked_mul(10).and_then(|next| next.checked_add(u64::from(digit - b'0')));
            match next.filter(|next| *next <= 1 << 63 && fraction <= i64::MAX as u64 / 10) {
                Some(next) => (fraction, scale) = (next, scale * 10.0),
                None => break,
            }
        }
        Some((Number { whole, fraction, scale }, rest))
    }

    fn times(&self, unit: u64) -> Option<u64> {
        let whole = self.whole.checked_mul(unit).filter(|whole| *whole <= 1 << 63)?;
        let fraction = (self.fraction as f64 * (unit as f64 / self.scale)) as u64;
        whole.checked_add(fraction).filter(|sum| *sum <= 1 << 63)
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}

fn unit_length(unit: &[u8]) -> Option<u64> {
    match unit {
        b"ns" => Some(1),
        b"us" => Some(1_000),
        b"ms" => Some(1_000_000),
        b"s" => Some(NANOSECONDS_PER_SECOND.unsigned_abs()),
        b"m" => Some(MINUTE.unsigned_abs()),
        b"h" => Some(HOUR.unsigned_abs()),
        other => ["\u{b5}s", "\u{3bc}s"].iter().any(|micro| micro.as_bytes() == other).then_some(1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_printed_as_go_does() {
        for (text, printed) in [
            ("0", "0s"),
            ("1h", "1h0m0s"),
            ("-1.5h", "-1h30m0s"),
            ("90s", "1m30s"),
            ("1.234567ms", "1.234567ms"),
            ("1500us", "1.5ms"),
            ("7\u{b5}s", "7µs"),
            ("1h1ns", "1h0m0.000000001s"),
            (".5s", "500ms"),
            ("5.s", "5s"),
            ("2562047h47m16.854775807s", "2562047h47m16.854775807s"),
            ("-9223372036854775808ns", "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(Duration::parse(text.as_bytes()).map(|duration| duration.to_string()), Ok(printed.into()));
        }
        for (text, error) in [
            ("", "time: invalid duration \"\""),
            ("3", "time: missing unit in duration \"3\""),
            ("3x", "time: unknown unit \"x\" in duration \"3x\""),
            (".s", "time: invalid duration \".s\""),
            ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
        ] {
            assert_eq!(Duration::parse(text.as_bytes()).map_err(|error| error.to_string()), Err(error.into()));
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let round = |value, multiple| Duration(value).round(Duration(multiple)).0;
        assert_eq!([round(15, 10), round(-15, 10), round(14, 10), round(-14, 10), round(7, 0)], [20, -20, 10, -10, 7]);
        assert_eq!([round(i64::MAX, 10), round(i64::MIN, 10)], [i64::MAX, i64::MIN]);
    }
}
