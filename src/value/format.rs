//! What Go's fmt prints for `%v` and `%q`.

use super::{Map, Value};
use std::fmt::Write as _;

/// Returns what `fmt.Sprint` gives for one value: strings bare, nil as `<nil>`, maps as `map[k:v]`, keys sorted.
pub fn display(value: &Value) -> String {
    let mut out = Vec::new();
    write_display(value, &mut out);
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Writes what `%v` prints for a value; strings keep their bytes.
pub fn write_display(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Nil => out.extend_from_slice(b"<nil>"),
        Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Int(value, _) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Float(value) => out.extend_from_slice(format_float(*value).as_bytes()),
        Value::Str(text) => out.extend_from_slice(text.as_bytes()),
        Value::Bytes(bytes) => write_sequence(bytes.iter().map(|byte| Value::int(i64::from(*byte))), out),
        Value::List(list) => write_sequence(list.iter().cloned(), out),
        Value::Map(map) => write_map(map, out),
        Value::Object(object) => out.extend_from_slice(object.display().as_bytes()),
    }
}

fn write_sequence(items: impl Iterator<Item = Value>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        write_display(&item, out);
    }
    out.push(b']');
}

fn write_map(map: &Map, out: &mut Vec<u8>) {
    out.extend_from_slice(b"map[");
    for (index, entry) in map.entries().iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(entry.key.as_bytes());
        out.push(b':');
        write_display(&entry.value, out);
    }
    out.push(b']');
}

/// Returns Go's `strconv.FormatFloat(value, 'g', -1, 64)`: shortest digits, with an exponent below 1e-4 and from 1e6 on
/// (strconv/ftoa.go: the shortest form decides with a precision of 6).
pub fn format_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').expect("`{:e}` writes an e");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes an integer exponent");
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    } else {
        format!("{value}")
    }
}

/// Returns Go's `strconv.Quote`: `%q` of a string.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            quote_character(character, &mut out);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

fn quote_character(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        character if is_printable(character) => out.push(character),
        character if (character as u32) < 0x20 || character as u32 == 0x7f => {
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

/// Says whether Go prints a character as it is (`strconv.IsPrint`), by Rust's own table of what its Debug form escapes; space is the only printable blank.
pub fn is_printable(character: char) -> bool {
    match character {
        ' ' => true,
        '\'' | '"' | '\\' => true,
        character if character.is_whitespace() => false,
        character => character.escape_debug().len() == 1 || is_combining(character),
    }
}

/// Rust's Debug form escapes grapheme extenders, which Go prints as they are.
fn is_combining(character: char) -> bool {
    let mut text = String::from("a");
    text.push(character);
    format!("{text:?}").chars().count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_go_prints_them() {
        for (value, text) in [
            (1.0, "1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5, "1.5"),
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (-0.0, "-0"),
        ] {
            assert_eq!(format_float(value), text);
        }
    }

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(quote("a\"b\n\u{a0}\u{200b}é\u{1f600}\u{7f}".as_bytes()), "\"a\\\"b\\n\\u00a0\\u200bé\u{1f600}\\x7f\"");
    }
}
