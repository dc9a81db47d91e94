//! Constants of the template language: Go's quoted strings, characters and untyped numbers.

use crate::value::Str;

/// A number constant, under every type that can hold it: what Go calls an ideal constant.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Number {
    pub(super) int: Option<i64>,
    pub(super) uint: Option<u64>,
    pub(super) float: Option<f64>,
    /// Real and imaginary part.
    pub(super) complex: Option<(f64, f64)>,
}

impl Number {
    /// Reads a character constant, quotes included.
    pub(super) fn of_character(text: &str) -> Result<Number, String> {
        const SYNTAX: &str = "invalid syntax";
        let inside = &text[1..];
        if inside.starts_with('\'') {
            return Err(SYNTAX.into());
        }
        let mut bytes = Vec::new();
        let (code, tail) = unquote_one(inside, '\'', &mut bytes).ok_or(SYNTAX)?;
        if tail != "'" {
            return Err(format!("malformed character constant: {text}"));
        }
        let code = i64::from(code);
        Ok(Number { int: Some(code), uint: u64::try_from(code).ok(), float: Some(code as f64), complex: None })
    }

    /// Reads a sum of a real and an imaginary number, such as `1+2i`.
    pub(super) fn of_complex(text: &str) -> Result<Number, String> {
        let sum = text.strip_suffix('i').unwrap_or(text);
        let sign = sum.bytes().enumerate().skip(1).filter(|(at, byte)| is_sum_sign(sum, *at, *byte)).map(|(at, _)| at).next();
        let parts = sign.and_then(|at| Some((parse_float(&sum[..at])?, parse_float(&sum[at..])?)));
        parts.map(|(real, imaginary)| Number::complex(real, imaginary)).ok_or_else(|| "syntax error scanning complex number".into())
    }

    /// Reads any other number.
    pub(super) fn parse(text: &str) -> Result<Number, String> {
        if let Some(imaginary) = text.strip_suffix('i').and_then(parse_float) {
            return Ok(Number::complex(0.0, imaginary));
        }
        let mut number = Number { int: parse_int(text), uint: parse_uint(text), ..Number::default() };
        if number.int == Some(0) {
            number.uint = Some(0);
        }
        if let Some(int) = number.int {
            number.float = Some(int as f64);
        } else if let Some(uint) = number.uint {
            number.float = Some(uint as f64);
        } else if let Some(float) = parse_float(text) {
            if !text.contains(['.', 'e', 'E', 'p', 'P']) {
                return Err(format!("integer overflow: {}", crate::value::quote(text.as_bytes())));
            }
            number.set_float(float);
        } else {
            return Err(format!("illegal number syntax: {}", crate::value::quote(text.as_bytes())));
        }
        Ok(number)
    }

    fn complex(real: f64, imaginary: f64) -> Number {
        let mut number = Number { complex: Some((real, imaginary)), ..Number::default() };
        if imaginary == 0.0 {
            number.set_float(real);
        }
        number
    }

    fn set_float(&mut self, float: f64) {
        const INT_RANGE: std::ops::Range<f64> = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;
        const UINT_END: f64 = 18_446_744_073_709_551_616.0;
        self.float = Some(float);
        if float.fract() == 0.0 {
            self.int = INT_RANGE.contains(&float).then_some(float as i64);
            self.uint = (0.0..UINT_END).contains(&float).then_some(float as u64);
        }
    }
}

/// Says whether the sign at `at` separates the parts of a complex number, and is not that of an exponent.
fn is_sum_sign(text: &str, at: usize, byte: u8) -> bool {
    let before = text.as_bytes()[at - 1];
    let hexadecimal = text.trim_start_matches(['+', '-']).starts_with("0x") || text.trim_start_matches(['+', '-']).starts_with("0X");
    let exponent = if hexadecimal { matches!(before, b'p' | b'P') } else { matches!(before, b'e' | b'E') };
    matches!(byte, b'+' | b'-') && !exponent
}

/// Reads an unsigned integer as `strconv.ParseUint(text, 0, 64)` does.
fn parse_uint(text: &str) -> Option<u64> {
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &text[2..]),
        [b'0'] => return Some(0),
        [b'0', ..] => (8, &text[1..]),
        _ => (10, text),
    };
    if digits.starts_with(['+', '-']) || !underscores_separate_digits(text) {
        return None;
    }
    u64::from_str_radix(&digits.replace('_', ""), radix).ok()
}

/// Reads an integer as `strconv.ParseInt(text, 0, 64)` does.
fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = i128::from(parse_uint(digits)?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Reads a float as `strconv.ParseFloat(text, 64)` does, hexadecimal ones included; `None` also where it overflows.
fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    if !underscores_separate_digits(text) {
        return None;
    }
    let magnitude = match hexadecimal {
        Some(digits) => parse_hexadecimal_float(&digits.replace('_', ""))?,
        None => unsigned.replace('_', "").parse().ok()?,
    };
    if magnitude.is_infinite() {
        return None;
    }
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

/// Reads `HEX.HEXpEXP`; the exponent is mandatory, as in Go.
fn parse_hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut bits: u64 = 0;
    let mut scale = exponent;
    for (index, digit) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(digit.to_digit(16)?);
        let in_fraction = index >= whole.len();
        if bits >> 60 == 0 {
            bits = bits << 4 | digit;
            scale = if in_fraction { scale.checked_sub(4)? } else { scale };
        } else {
            // Digits that no longer fit only decide how the last bit is rounded.
            bits |= u64::from(digit != 0);
            scale = if in_fraction { scale } else { scale.checked_add(4)? };
        }
    }
    Some(scale_by_power_of_two(bits as f64, scale))
}

fn scale_by_power_of_two(mut value: f64, mut exponent: i32) -> f64 {
    while exponent > 1000 && value != 0.0 && value.is_finite() {
        value *= 2f64.powi(1000);
        exponent -= 1000;
    }
    while exponent < -1000 && value != 0.0 {
        value *= 2f64.powi(-1000);
        exponent += 1000;
    }
    value * 2f64.powi(exponent.clamp(-1000, 1000))
}

/// Go's rule for `_` in numbers: between digits, and after a base prefix.
fn underscores_separate_digits(text: &str) -> bool {
    #[derive(PartialEq)]
    enum Before {
        Digit,
        Underscore,
        Other,
    }
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let bytes = text.as_bytes();
    let (mut before, hexadecimal, digits) = match bytes {
        [b'0', b'x' | b'X', rest @ ..] => (Before::Digit, true, rest),
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (Before::Digit, false, rest),
        _ => (Before::Other, false, bytes),
    };
    for byte in digits {
        before = match byte {
            b'0'..=b'9' => Before::Digit,
            b'a'..=b'f' | b'A'..=b'F' if hexadecimal => Before::Digit,
            b'_' if before == Before::Digit => Before::Underscore,
            b'_' => return false,
            _ if before == Before::Underscore => return false,
            _ => Before::Other,
        };
    }
    before != Before::Underscore
}

/// Reads a quoted or raw string as `strconv.Unquote` does; `None` where Go says `invalid syntax`.
pub(super) fn unquote(text: &str) -> Option<Str> {
    if let Some(raw) = text.strip_prefix('`') {
        let inside = raw.strip_suffix('`')?;
        return Some(if inside.contains('\r') { inside.replace('\r', "").into() } else { inside.into() });
    }
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr2(b'\\', b'\n', inside.as_bytes()).is_none() {
        return Some(inside.into());
    }
    if inside.contains('\n') { None } else { unescape(inside, '"') }
}

/// Reads what stands between two quotes, escapes as in Go's `strconv.UnquoteChar`; `None` for an escape that there is not.
pub fn unescape(inside: &str, quote: char) -> Option<Str> {
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while !rest.is_empty() {
        rest = unquote_one(rest, quote, &mut bytes)?.1;
    }
    Some(Str::from_bytes(bytes))
}

/// Reads one character or escape; appends what it stands for to `bytes`. Returns its code and the rest of the text.
fn unquote_one<'s>(text: &'s str, quote: char, bytes: &mut Vec<u8>) -> Option<(u32, &'s str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if first != '\\' {
        push_character(first, bytes);
        return Some((first as u32, characters.as_str()));
    }
    let escape = characters.next()?;
    let rest = characters.as_str();
    let simple = match escape {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        '\'' | '"' if escape == quote => escape,
        'x' => return byte_escape(rest, 2, 16, bytes),
        '0'..='7' => return byte_escape(&text[1..], 3, 8, bytes),
        'u' => return rune_escape(rest, 4, bytes),
        'U' => return rune_escape(rest, 8, bytes),
        _ => return None,
    };
    push_character(simple, bytes);
    Some((simple as u32, rest))
}

fn byte_escape<'s>(text: &'s str, digits: usize, radix: u32, bytes: &mut Vec<u8>) -> Option<(u32, &'s str)> {
    let code = escape_code(text, digits, radix)?;
    bytes.push(u8::try_from(code).ok()?);
    Some((code, &text[digits..]))
}

fn rune_escape<'s>(text: &'s str, digits: usize, bytes: &mut Vec<u8>) -> Option<(u32, &'s str)> {
    let code = escape_code(text, digits, 16)?;
    push_character(char::from_u32(code)?, bytes);
    Some((code, &text[digits..]))
}

fn escape_code(text: &str, digits: usize, radix: u32) -> Option<u32> {
    let code = text.get(..digits)?;
    if !code.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    u32::from_str_radix(code, radix).ok()
}

fn push_character(character: char, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_under_every_type_that_fits() {
        let check = |text: &str, int: Option<i64>, uint: Option<u64>, float: Option<f64>| {
            let number = Number::parse(text).expect(text);
            assert_eq!((number.int, number.uint, number.float), (int, uint, float), "{text}");
        };
        check("0x1p4", Some(16), Some(16), Some(16.0));
        check("-0", Some(0), Some(0), Some(0.0));
        check("1_000", Some(1000), Some(1000), Some(1000.0));
        check("0x_1F", Some(31), Some(31), Some(31.0));
        check("1e3", Some(1000), Some(1000), Some(1000.0));
        check("1.5", None, None, Some(1.5));
        check("18446744073709551615", None, Some(u64::MAX), Some(u64::MAX as f64));
        check("0b101", Some(5), Some(5), Some(5.0));
        check("017", Some(15), Some(15), Some(15.0));
    }

    #[test]
    fn wrong_numbers_are_refused_in_go_words() {
        for (text, message) in [
            ("08", "integer overflow: \"08\""),
            ("1__0", "illegal number syntax: \"1__0\""),
            ("18446744073709551616", "integer overflow: \"18446744073709551616\""),
            (".", "illegal number syntax: \".\""),
        ] {
            assert_eq!(Number::parse(text), Err(message.to_string()));
        }
    }

    #[test]
    fn strings_may_hold_any_bytes() {
        assert_eq!(unquote(r#""\xff\u00e9\101""#).map(|text| text.as_bytes().to_vec()), Some(vec![0xff, 0xc3, 0xa9, b'A']));
        assert_eq!(unquote(r#""\'""#), None);
    }
}
