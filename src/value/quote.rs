//! Go's quoted strings and characters (`strconv.Quote` and its kin).

use super::is_printable;
use std::fmt::Write as _;

/// Which characters a quoted string holds as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// All that Go calls printable: `%q`.
    Printable,
    /// Printable ASCII only: `%+q`.
    Ascii,
}

/// Returns Go's `strconv.Quote`: `%q` of a string.
pub fn quote(bytes: &[u8]) -> String {
    quote_as(bytes, Quoting::Printable)
}

/// Returns Go's `strconv.Quote` or `strconv.QuoteToASCII`.
pub fn quote_as(bytes: &[u8], quoting: Quoting) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        let mut rest = chunk.valid();
        while !rest.is_empty() {
            let (plain, other) = rest.split_at(rest.bytes().take_while(|byte| is_plain(*byte)).count());
            out.push_str(plain);
            let mut characters = other.chars();
            if let Some(character) = characters.next() {
                push_escaped(character, '"', quoting, &mut out);
            }
            rest = characters.as_str();
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

/// Says whether a byte stands for itself in every quoted string.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

/// Returns Go's `strconv.QuoteRune`, or `strconv.QuoteRuneToASCII`: `%q` of an integer.
pub fn quote_rune(character: char, quoting: Quoting) -> String {
    let mut out = String::from("'");
    push_escaped(character, '\'', quoting, &mut out);
    out.push('\'');
    out
}

/// Says whether a raw string can hold the text: UTF-8 without backquotes and control characters other than the tab.
pub fn can_backquote(bytes: &[u8]) -> bool {
    let is_control = |character: char| (character < ' ' && character != '\t') || matches!(character, '`' | '\u{7f}' | '\u{feff}');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_control))
}

fn push_escaped(character: char, quote: char, quoting: Quoting, out: &mut String) {
    match character {
        '\\' => out.push_str("\\\\"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        character if character == quote => out.extend(['\\', quote]),
        ' '..='~' => out.push(character),
        character if quoting == Quoting::Printable && is_printable(character) => out.push(character),
        character if character < ' ' || character == '\x7f' => {
            let _ = write!(out, "\\x{:02x}", character as u32);
        }
        character if (character as u32) < 0x10000 => {
            let _ = write!(out, "\\u{:04x}", character as u32);
        }
        character => {
            let _ = write!(out, "\\U{:08x}", character as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(quote("a\"b\n\u{a0}\u{200b}é\u{1f600}\u{7f}".as_bytes()), "\"a\\\"b\\n\\u00a0\\u200bé\u{1f600}\\x7f\"");
    }
}
