//! Numbers of any value, as spf13/cast 1.7.0 converts them: what is no number is 0.

use super::number::{parse_float, parse_int};
use crate::value::Value;

/// Returns `cast.ToInt64`, which is also `cast.ToInt`: floats lose their fraction, strings are read with Go's base prefixes.
pub(super) fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Int(value, _) => *value,
        Value::Float(value) => float_to_int64(*value),
        Value::Bool(value) => i64::from(*value),
        Value::Str(text) => parse_int(without_zero_fraction(text.as_bytes()), 0).unwrap_or(0),
        _ => 0,
    }
}

/// Returns `cast.ToFloat64`.
pub(super) fn to_float64(value: &Value) -> f64 {
    match value {
        Value::Int(value, _) => *value as f64,
        Value::Float(value) => *value,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Str(text) => parse_float(text.as_bytes()).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// Returns Go's `int64(value)` on amd64, where what does not fit gives the smallest integer.
pub(super) fn float_to_int64(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) { value as i64 } else { i64::MIN }
}

/// Cuts off a point that only zeros follow, at least one.
fn without_zero_fraction(text: &[u8]) -> &[u8] {
    let digits = text.iter().rposition(|byte| *byte != b'0').map_or(0, |at| at + 1);
    match text[..digits].strip_suffix(b".") {
        Some(integer) if digits < text.len() => integer,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_become_integers_by_their_prefix_and_without_a_zero_fraction() {
        for (text, value) in [
            ("0755", 493),
            ("5.0", 5),
            ("5.00", 5),
            ("5.", 0),
            ("5.9", 0),
            ("1.0.0", 0),
            (".0", 0),
            (" 5", 0),
            ("1e3", 0),
            ("-7", -7),
            ("0", 0),
            ("000", 0),
        ] {
            assert_eq!(to_int64(&Value::str(text)), value, "{text}");
        }
    }

    #[test]
    fn floats_out_of_range_become_the_smallest_integer() {
        for value in [1e19, -1e19, f64::NAN, f64::INFINITY] {
            assert_eq!(to_int64(&Value::Float(value)), i64::MIN);
        }
        assert_eq!(to_int64(&Value::Float(-2.9)), -2);
    }
}
