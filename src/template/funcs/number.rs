//! Numbers in text as Go's strconv reads them.

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IntError {
    /// It is not written as one.
    Syntax,
    /// It does not fit; the nearest that does.
    Range(i64),
}

/// Returns `strconv.ParseInt(text, base, 64)`; base 0 takes Go's prefixes and underscores.
pub(super) fn parse_int(text: &[u8], base: u32) -> Result<i64, IntError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let nearest = if negative { i64::MIN } else { i64::MAX };
    let magnitude = match parse_uint(digits, base) {
        Ok(magnitude) => magnitude,
        Err(UintError::Syntax) => return Err(IntError::Syntax),
        Err(UintError::Range) => return Err(IntError::Range(nearest)),
    };
    let value = if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
    value.ok_or(IntError::Range(nearest))
}

enum UintError {
    Syntax,
    Range,
}

fn parse_uint(text: &[u8], base: u32) -> Result<u64, UintError> {
    let (radix, digits) = if base == 0 { prefix(text) } else { (base, text) };
    // "0" alone is an octal number without digits.
    if text.is_empty() {
        return Err(UintError::Syntax);
    }
    let mut value: u64 = 0;
    let mut underscores = false;
    for byte in digits {
        if *byte == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let digit = char::from(*byte).to_digit(36).filter(|digit| *digit < radix).ok_or(UintError::Syntax)?;
        value = value.checked_mul(u64::from(radix)).and_then(|value| value.checked_add(u64::from(digit))).ok_or(UintError::Range)?;
    }
    if underscores && !underscores_separate_digits(text) {
        return Err(UintError::Syntax);
    }
    Ok(value)
}

fn prefix(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', rest @ ..] => (8, rest),
        _ => (10, text),
    }
}

/// Says whether every underscore stands between digits, or between a base prefix and a digit.
fn underscores_separate_digits(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let prefixed = matches!(text, [b'0', b'b' | b'B' | b'o' | b'O' | b'x' | b'X', ..]);
    let hex = matches!(text, [b'0', b'x' | b'X', ..]);
    let mut before = if prefixed { b'0' } else { b'^' };
    for byte in &text[if prefixed { 2 } else { 0 }..] {
        let class = match byte {
            b'0'..=b'9' => b'0',
            b'a'..=b'f' | b'A'..=b'F' if hex => b'0',
            b'_' => b'_',
            _ => b'!',
        };
        if (class == b'_' && before != b'0') || (class == b'!' && before == b'_') {
            return false;
        }
        before = class;
    }
    before != b'_'
}

/// Returns `strconv.ParseFloat(text, 64)`, or `None` for an error: what is no number, and what is too large for one.
pub(super) fn parse_float(text: &[u8]) -> Option<f64> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let magnitude = if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        f64::INFINITY
    } else if text.eq_ignore_ascii_case(b"nan") {
        f64::NAN
    } else if rest.contains(&b'_') && !underscores_separate_digits(rest) {
        return None;
    } else {
        let plain: Vec<u8> = rest.iter().copied().filter(|byte| *byte != b'_').collect();
        let value = match &plain[..] {
            [b'0', b'x' | b'X', hex @ ..] if !hex.is_empty() => parse_hex_float(hex)?,
            decimal => parse_decimal_float(decimal)?,
        };
        if value.is_infinite() {
            return None;
        }
        value
    };
    Some(if negative { -magnitude } else { magnitude })
}

fn parse_decimal_float(text: &[u8]) -> Option<f64> {
    // Rust's own grammar is the same for what starts with a digit or a point.
    if !matches!(text.first(), Some(b'0'..=b'9' | b'.')) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Reads what follows `0x`: digits with an optional point, and an exponent of two, which Go demands.
fn parse_hex_float(text: &[u8]) -> Option<f64> {
    let at = text.iter().position(|byte| matches!(byte, b'p' | b'P'))?;
    let (digits, exponent) = (&text[..at], &text[at + 1..]);
    let exponent = parse_exponent(exponent)?;
    let mut mantissa: u64 = 0;
    let mut scale: i64 = 0;
    let (mut point, mut any, mut lost) = (false, false, false);
    for byte in digits {
        if *byte == b'.' {
            if point {
                return None;
            }
            point = true;
            continue;
        }
        let digit = char::from(*byte).to_digit(16)?;
        any = true;
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            scale -= if point { 4 } else { 0 };
        } else {
            lost |= digit != 0;
            scale += if point { 0 } else { 4 };
        }
    }
    any.then(|| scale_by_two(mantissa, lost, scale + exponent))
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        rest => (1, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, digit| if value < 10_000 { value * 10 + i64::from(digit - b'0') } else { value });
    Some(sign * value)
}

/// Returns `mantissa * 2^exponent`, rounded once, to even; `lost` says that bits below the mantissa were not zero.
fn scale_by_two(mantissa: u64, lost: bool, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let shift = mantissa.leading_zeros();
    let (mantissa, exponent) = (mantissa << shift, exponent - i64::from(shift));
    // The value is mantissa * 2^exponent with the top bit of the 64 set: 53 bits stay, fewer where the result is subnormal.
    let top = exponent + 63;
    let keep = if top >= -1022 { 53 } else { 53 - (-1022 - top) };
    if keep < 0 {
        return 0.0;
    }
    let drop = 64 - u32::try_from(keep).unwrap_or(53);
    let (kept, rest, half) =
        if drop == 64 { (0, mantissa, 1 << 63) } else { (mantissa >> drop, mantissa & ((1 << drop) - 1), 1 << (drop - 1)) };
    let up = rest > half || (rest == half && (lost || kept & 1 == 1));
    let rounded = (kept + u64::from(up)) as f64;
    let power = exponent + i64::from(drop);
    if power > 971 + 53 {
        return f64::INFINITY;
    }
    // Two exact steps: a power of two as low as 2^-1074 is no normal number.
    let power = i32::try_from(power).unwrap_or(i32::MAX);
    let first = power.clamp(-1000, 1000);
    rounded * 2_f64.powi(first) * 2_f64.powi(power - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_by_go_s_rules() {
        for (text, base, value) in [
            ("0755", 0, Ok(493)),
            ("0x10", 0, Ok(16)),
            ("-0x10", 0, Ok(-16)),
            ("08", 0, Err(IntError::Syntax)),
            ("1_000", 0, Ok(1000)),
            ("1__0", 0, Err(IntError::Syntax)),
            ("_1", 0, Err(IntError::Syntax)),
            ("0_7", 0, Ok(7)),
            ("0x_1", 0, Ok(1)),
            ("1_000", 10, Err(IntError::Syntax)),
            ("", 10, Err(IntError::Syntax)),
            ("-", 10, Err(IntError::Syntax)),
            ("0x", 0, Err(IntError::Syntax)),
            ("9223372036854775808", 10, Err(IntError::Range(i64::MAX))),
            ("-9223372036854775808", 10, Ok(i64::MIN)),
            ("-9223372036854775809", 10, Err(IntError::Range(i64::MIN))),
        ] {
            assert_eq!(parse_int(text.as_bytes(), base), value, "{text}");
        }
    }

    #[test]
    fn floats_are_read_by_go_s_rules() {
        for (text, value) in [
            ("1.5", Some(1.5)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            (".", None),
            ("1e3", Some(1000.0)),
            ("1e400", None),
            ("1e-400", Some(0.0)),
            ("+Inf", Some(f64::INFINITY)),
            ("-infinity", Some(f64::NEG_INFINITY)),
            ("infin", None),
            ("0x10", None),
            ("0x1p4", Some(16.0)),
            ("0x1.8p0", Some(1.5)),
            ("0x1p-1074", Some(5e-324)),
            ("0x1p-1075", Some(0.0)),
            ("0x1.8p-1075", Some(5e-324)),
            ("0x1p1024", None),
            ("0x1.fffffffffffff8p0", Some(2.0)),
            ("1_0.5", Some(10.5)),
            ("1_.5", None),
            ("--1", None),
            ("", None),
        ] {
            assert_eq!(parse_float(text.as_bytes()), value, "{text}");
        }
    }
}
