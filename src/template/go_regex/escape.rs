//! Escapes that stand for one character.

use super::error::{Code, Error};

/// Reads an escape at the start of the text; returns the code point and the rest.
///
/// # Errors
/// It is none that Go knows.
pub(super) fn parse(start: &str) -> Result<(u32, &str), Error> {
    let mut rest = Rest(&start[1..]);
    let Some(character) = rest.next() else {
        return Err(Error { code: Code::TrailingBackslash, part: String::new() });
    };
    let code_point = match character {
        '0' => Some(octal(0, &mut rest)),
        '1'..='7' if rest.0.starts_with(is_octal) => Some(octal(character as u32 - '0' as u32, &mut rest)),
        'x' => hexadecimal(&mut rest),
        'a' => Some(0x07),
        'f' => Some(0x0c),
        'n' => Some(0x0a),
        'r' => Some(0x0d),
        't' => Some(0x09),
        'v' => Some(0x0b),
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => Some(other as u32),
        _ => None,
    };
    match code_point {
        Some(code_point) => Ok((code_point, rest.0)),
        None => Err(Error { code: Code::InvalidEscape, part: start[..start.len() - rest.0.len()].into() }),
    }
}

/// Reads up to two more octal digits.
fn octal(first: u32, rest: &mut Rest<'_>) -> u32 {
    let mut value = first;
    for _ in 0..2 {
        match rest.0.strip_prefix(is_octal) {
            Some(after) => {
                value = value * 8 + u32::from(rest.0.as_bytes()[0] - b'0');
                rest.0 = after;
            }
            None => break,
        }
    }
    value
}

fn is_octal(character: char) -> bool {
    matches!(character, '0'..='7')
}

/// Reads two digits, or any number of them in braces.
fn hexadecimal(rest: &mut Rest<'_>) -> Option<u32> {
    let first = rest.next()?;
    if first != '{' {
        let second = rest.next()?;
        return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
    }
    let mut value = None;
    loop {
        match rest.next()? {
            '}' => return value,
            digit => {
                let next = value.unwrap_or(0) * 16 + digit.to_digit(16)?;
                value = Some(next).filter(|next| *next <= char::MAX as u32);
                value?;
            }
        }
    }
}

struct Rest<'p>(&'p str);

impl Rest<'_> {
    fn next(&mut self) -> Option<char> {
        let mut characters = self.0.chars();
        let next = characters.next();
        self.0 = characters.as_str();
        next
    }
}
