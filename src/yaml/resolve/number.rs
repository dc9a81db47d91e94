//! Numbers as Go's strconv parses and prints them.

use super::scalar::Scalar;
use std::borrow::Cow;

/// Parses a text that starts with a digit or a sign; underscores do not count.
pub(super) fn parse_number(text: &str) -> Option<Scalar> {
    let plain = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    parse_integer(&plain).or_else(|| parse_float(&plain).map(Scalar::Float)).or_else(|| parse_signed_digits(&plain))
}

/// Parses a text that starts with a point as `strconv.ParseFloat` does, underscores between digits included.
pub(super) fn parse_dot_float(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return parse_float(text);
    }
    let bytes = text.as_bytes();
    let between_digits = |at: usize| at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    let allowed = bytes.iter().enumerate().all(|(at, byte)| *byte != b'_' || between_digits(at));
    if allowed { parse_float(&text.replace('_', "")) } else { None }
}

/// Says whether YAML 1.1 takes a text for a number in base 60: `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`.
pub(in crate::yaml) fn looks_like_base60(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let whole = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    let fraction = &digits[whole.len()..];
    if !fraction.bytes().skip(1).all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return false;
    }
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let mut count = 0;
    let rest = parts.all(|part| {
        count += 1;
        matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    });
    count > 0 && rest && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// `strconv.ParseInt(text, 0, 64)`, then `strconv.ParseUint(text, 0, 64)`.
fn parse_integer(text: &str) -> Option<Scalar> {
    let (negative, magnitude) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let bytes = magnitude.as_bytes();
    let (radix, digits) = match bytes {
        [] => return None,
        [b'0', b'b' | b'B', _, ..] => (2, &magnitude[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &magnitude[2..]),
        [b'0', b'x' | b'X', _, ..] => (16, &magnitude[2..]),
        [b'0'] => return Some(Scalar::Int(0)),
        [b'0', ..] => (8, &magnitude[1..]),
        _ => (10, magnitude),
    };
    integer(negative, text.len() > magnitude.len(), digits, radix)
}

/// The binary and octal forms whose sign stands after the prefix (`0b-1`), which go-yaml's second try takes for binary.
fn parse_signed_digits(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix("0b")?;
    match digits.as_bytes().first()? {
        b'-' => integer(true, true, &digits[1..], 2),
        b'+' => integer(false, true, &digits[1..], 2),
        _ => None,
    }
}

fn integer(negative: bool, signed: bool, digits: &str, radix: u32) -> Option<Scalar> {
    // Rust's parser takes a sign, which may not stand here.
    if digits.starts_with(['-', '+']) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (negative, i64::try_from(magnitude)) {
        (false, Ok(value)) => Some(Scalar::Int(value)),
        (true, Ok(value)) => Some(Scalar::Int(-value)),
        (true, Err(_)) if magnitude == 1 << 63 => Some(Scalar::Int(i64::MIN)),
        (false, Err(_)) if !signed => Some(Scalar::Uint(magnitude)),
        _ => None,
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` within the range of `float64`.
fn parse_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits_from(at);
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits_from(at + 1);
        if whole == 0 && fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let exponent = digits_from(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at < bytes.len() {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}
