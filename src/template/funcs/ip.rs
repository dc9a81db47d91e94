//! Checks IP addresses as Go's net/netip does, for its errors reach the reader through `urlParse`.

use crate::value::quote;

/// Which kind of address a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `192.0.2.1`
    V4,
    /// `2001:db8::1`, perhaps with a zone
    V6,
}

/// Returns the family of an address.
///
/// # Errors
/// The text of `netip.ParseAddr`'s error.
pub(super) fn parse_address(text: &[u8]) -> Result<Family, String> {
    let outcome = match text.iter().find(|byte| matches!(byte, b'.' | b':' | b'%')) {
        Some(b'.') => parse_v4(text).map(|()| Family::V4),
        Some(b':') => parse_v6(text).map(|()| Family::V6),
        Some(_) => Err(Mistake::new("missing IPv6 address")),
        None => Err(Mistake::new("unable to parse IP")),
    };
    outcome.map_err(|mistake| {
        let place = if mistake.at.is_empty() { String::new() } else { format!(" (at {})", quote(mistake.at)) };
        format!("ParseAddr({}): {}{place}", quote(text), mistake.message)
    })
}

struct Mistake<'a> {
    message: &'static str,
    at: &'a [u8],
}

impl<'a> Mistake<'a> {
    fn new(message: &'static str) -> Self {
        Mistake { message, at: b"" }
    }

    fn at(message: &'static str, at: &'a [u8]) -> Self {
        Mistake { message, at }
    }
}

fn parse_v4(text: &[u8]) -> Result<(), Mistake<'_>> {
    let (mut fields, mut value, mut digits) = (1, 0_u32, 0);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(Mistake::new("IPv4 field has octet with leading zero"));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(Mistake::new("IPv4 field has value >255"));
                }
            }
            b'.' => {
                if at == 0 || at + 1 == text.len() || text[at - 1] == b'.' {
                    return Err(Mistake::at("IPv4 field must have at least one digit", &text[at..]));
                }
                if fields == 4 {
                    return Err(Mistake::new("IPv4 address too long"));
                }
                (fields, value, digits) = (fields + 1, 0, 0);
            }
            _ => return Err(Mistake::at("unexpected character", &text[at..])),
        }
    }
    if fields < 4 { Err(Mistake::new("IPv4 address too short")) } else { Ok(()) }
}

fn parse_v6(text: &[u8]) -> Result<(), Mistake<'_>> {
    let mut rest = match text.iter().position(|byte| *byte == b'%') {
        Some(at) if at + 1 == text.len() => return Err(Mistake::new("zone must be a non-empty string")),
        Some(at) => &text[..at],
        None => text,
    };
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        (ellipsis, rest) = (true, after);
        if rest.is_empty() {
            return Ok(());
        }
    }
    // Bytes of the address so far.
    let mut length = 0;
    while length < 16 {
        let digits = hex_digits(rest)?;
        if rest.get(digits) == Some(&b'.') {
            embedded_v4(rest, length, ellipsis)?;
            (rest, length) = (b"", length + 4);
            break;
        }
        length += 2;
        rest = &rest[digits..];
        match rest {
            [] => break,
            [b':'] => return Err(Mistake::at("colon must be followed by more characters", rest)),
            [b':', b':', ..] if ellipsis => return Err(Mistake::at("multiple :: in address", &rest[1..])),
            [b':', b':', after @ ..] => {
                (ellipsis, rest) = (true, after);
                if rest.is_empty() {
                    break;
                }
            }
            [b':', after @ ..] => rest = after,
            _ => return Err(Mistake::at("unexpected character, want colon", rest)),
        }
    }
    match (rest.is_empty(), length < 16, ellipsis) {
        (false, ..) => Err(Mistake::at("trailing garbage after address", rest)),
        (_, true, false) => Err(Mistake::new("address string too short")),
        (_, false, true) => Err(Mistake::new("the :: must expand to at least one field of zeros")),
        _ => Ok(()),
    }
}

/// Returns the number of hexadecimal digits at the start of a group.
fn hex_digits(rest: &[u8]) -> Result<usize, Mistake<'_>> {
    match rest.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(rest.len()) {
        0 => Err(Mistake::at("each colon-separated field must have at least one digit", rest)),
        digits if digits > 4 => Err(Mistake::at("each group must have 4 or less digits", rest)),
        digits => Ok(digits),
    }
}

fn embedded_v4(rest: &[u8], length: usize, ellipsis: bool) -> Result<(), Mistake<'_>> {
    if !ellipsis && length != 12 {
        return Err(Mistake::at("embedded IPv4 address must replace the final 2 fields of the address", rest));
    }
    if length > 12 {
        return Err(Mistake::at("too many hex fields to fit an embedded IPv4 at the end of the address", rest));
    }
    parse_v4(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_go_s_complaints() {
        for (text, family) in [
            ("::1", Ok(Family::V6)),
            ("fe80::1%eth0", Ok(Family::V6)),
            ("::ffff:1.2.3.4", Ok(Family::V6)),
            ("1.2.3.4", Ok(Family::V4)),
            ("1:2:3:4:5:6:7:8", Ok(Family::V6)),
            ("1:2:3", Err(r#"ParseAddr("1:2:3"): address string too short"#)),
            ("1::2::3", Err(r#"ParseAddr("1::2::3"): multiple :: in address (at ":3")"#)),
            ("12345::", Err(r#"ParseAddr("12345::"): each group must have 4 or less digits (at "12345::")"#)),
            ("1:2:3:4:5:6:7:8::", Err(r#"ParseAddr("1:2:3:4:5:6:7:8::"): the :: must expand to at least one field of zeros"#)),
            ("x", Err(r#"ParseAddr("x"): unable to parse IP"#)),
            ("1.2.3", Err(r#"ParseAddr("1.2.3"): IPv4 address too short"#)),
        ] {
            assert_eq!(parse_address(text.as_bytes()), family.map_err(str::to_owned), "{text}");
        }
    }
}
