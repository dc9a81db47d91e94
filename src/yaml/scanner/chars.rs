//! libyaml's classes of characters, over the bytes of UTF-8. A byte past the end is NUL, which no text holds.

/// Returns the byte at `at`, or NUL past the end.
#[inline]
pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// Returns the number of bytes of the line break at `at`, or 0: CR LF, CR, LF, NEL, LS, PS.
#[inline]
pub(super) fn break_width(bytes: &[u8], at: usize) -> usize {
    match byte(bytes, at) {
        b'\n' => 1,
        b'\r' => 1 + usize::from(byte(bytes, at + 1) == b'\n'),
        0xC2 if byte(bytes, at + 1) == 0x85 => 2,
        0xE2 if byte(bytes, at + 1) == 0x80 && matches!(byte(bytes, at + 2), 0xA8 | 0xA9) => 3,
        _ => 0,
    }
}

/// A space or a tab.
#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// A space, a tab, a line break or the end.
#[inline]
pub(super) fn is_blank_or_end(bytes: &[u8], at: usize) -> bool {
    match byte(bytes, at) {
        b' ' | b'\t' | b'\n' | b'\r' | 0 => true,
        0xC2 | 0xE2 => break_width(bytes, at) > 0,
        _ => false,
    }
}

/// A line break or the end.
#[inline]
pub(super) fn is_break_or_end(bytes: &[u8], at: usize) -> bool {
    at >= bytes.len() || break_width(bytes, at) > 0
}

/// A letter, a digit, `_` or `-`.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Returns the number of bytes of the character that starts with this byte.
#[inline]
pub(super) fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// Returns the number of characters in these bytes.
pub(super) fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}
