//! Go's quoted strings and characters (`strconv.Quote` and its kin).

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
        for character in chunk.valid().chars() {
            push_escaped(character, '"', quoting, &mut out);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
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

/// Says whether Go prints the character as it is (`strconv.IsPrint`): by Rust's own table of what its Debug form escapes, less
/// what Go's older Unicode does not know. Space is the only printable blank.
pub fn is_printable(character: char) -> bool {
    match character {
        character if character.is_ascii() => !character.is_ascii_control(),
        character if character.is_whitespace() || is_newer_than_go(character) => false,
        character => {
            // Only at the start of a text Rust escapes combining marks, which Go prints everywhere.
            let mut text = String::from("a");
            text.push(character);
            text.escape_debug().count() == 2
        }
    }
}

/// Says whether the character was assigned after Unicode 15.0, which Go 1.26 follows.
fn is_newer_than_go(character: char) -> bool {
    let at = character as u32;
    let after = NEWER_THAN_GO.partition_point(|range| range.0 <= at);
    after > 0 && at <= NEWER_THAN_GO[after - 1].1
}

/// What is printable only since Unicode 15.1 to 17.0.
#[rustfmt::skip]
const NEWER_THAN_GO: &[(u32, u32)] = &[
    (0x88f, 0x88f), (0x897, 0x897), (0xc5c, 0xc5c), (0xcdc, 0xcdc), (0x1acf, 0x1add), (0x1ae0, 0x1aeb), (0x1b4e, 0x1b4f),
    (0x1b7f, 0x1b7f), (0x1c89, 0x1c8a), (0x20c1, 0x20c1), (0x2427, 0x2429), (0x2b96, 0x2b96), (0x2ffc, 0x2fff), (0x31e4, 0x31e5),
    (0x31ef, 0x31ef), (0xa7cb, 0xa7cf), (0xa7d2, 0xa7d2), (0xa7d4, 0xa7d4), (0xa7da, 0xa7dc), (0xa7f1, 0xa7f1), (0xfbc3, 0xfbd2),
    (0xfd90, 0xfd91), (0xfdc8, 0xfdce), (0x105c0, 0x105f3), (0x10940, 0x10959), (0x10d40, 0x10d65), (0x10d69, 0x10d85),
    (0x10d8e, 0x10d8f), (0x10ec2, 0x10ec7), (0x10ed0, 0x10ed8), (0x10efa, 0x10efc), (0x11380, 0x11389), (0x1138b, 0x1138b),
    (0x1138e, 0x1138e), (0x11390, 0x113b5), (0x113b7, 0x113c0), (0x113c2, 0x113c2), (0x113c5, 0x113c5), (0x113c7, 0x113ca),
    (0x113cc, 0x113d5), (0x113d7, 0x113d8), (0x113e1, 0x113e2), (0x116d0, 0x116e3), (0x11b60, 0x11b67), (0x11bc0, 0x11be1),
    (0x11bf0, 0x11bf9), (0x11db0, 0x11ddb), (0x11de0, 0x11de9), (0x11f5a, 0x11f5a), (0x13460, 0x143fa), (0x16100, 0x16139),
    (0x16d40, 0x16d79), (0x16ea0, 0x16eb8), (0x16ebb, 0x16ed3), (0x16ff2, 0x16ff6), (0x187f8, 0x187ff), (0x18cff, 0x18cff),
    (0x18d09, 0x18d1e), (0x18d80, 0x18df2), (0x1cc00, 0x1ccfc), (0x1cd00, 0x1ceb3), (0x1ceba, 0x1ced0), (0x1cee0, 0x1cef0),
    (0x1e5d0, 0x1e5fa), (0x1e5ff, 0x1e5ff), (0x1e6c0, 0x1e6de), (0x1e6e0, 0x1e6f5), (0x1e6fe, 0x1e6ff), (0x1f6d8, 0x1f6d8),
    (0x1f777, 0x1f77a), (0x1f8b2, 0x1f8bb), (0x1f8c0, 0x1f8c1), (0x1f8d0, 0x1f8d8), (0x1fa54, 0x1fa57), (0x1fa89, 0x1fa8a),
    (0x1fa8e, 0x1fa8f), (0x1fabe, 0x1fabe), (0x1fac6, 0x1fac6), (0x1fac8, 0x1fac8), (0x1facd, 0x1facd), (0x1fadc, 0x1fadc),
    (0x1fadf, 0x1fadf), (0x1fae9, 0x1faea), (0x1faef, 0x1faef), (0x1fbcb, 0x1fbef), (0x1fbfa, 0x1fbfa), (0x2b73a, 0x2b73f),
    (0x2cea2, 0x2cead), (0x2ebf0, 0x2ee5d), (0x323b0, 0x33479),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(quote("a\"b\n\u{a0}\u{200b}é\u{1f600}\u{7f}".as_bytes()), "\"a\\\"b\\n\\u00a0\\u200bé\u{1f600}\\x7f\"");
        // A combining mark is printed; what Go's Unicode does not know yet is not.
        assert_eq!(quote("\u{301}\u{897}".as_bytes()), "\"\u{301}\\u0897\"");
    }
}
