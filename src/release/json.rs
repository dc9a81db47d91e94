//! JSON as Go's encoding/json writes it.

use super::error::Error;
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter, Serializer};
use serde_json::value::RawValue;
use std::io::{self, Write};

/// Writes JSON as Go's encoding/json does: on one line, `<`, `>`, `&` and the line separators U+2028 and U+2029 escaped, floats with
/// Go's exponents. Keys stand as the value gives them: maps must be sorted.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut json = Vec::with_capacity(1024);
    value.serialize(&mut Serializer::with_formatter(&mut json, Go(CompactFormatter))).map_err(Error::damaged)?;
    Ok(json)
}

/// Writes JSON as [`to_json`] does, spread over lines with two blanks a level: Go's `json.MarshalIndent`.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn to_json_lines<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut json = Vec::with_capacity(1024);
    value.serialize(&mut Serializer::with_formatter(&mut json, Go(PrettyFormatter::new()))).map_err(Error::damaged)?;
    Ok(json)
}

/// Writes JSON as [`to_json`] does, as a part of a record.
///
/// # Errors
/// The value cannot be written as JSON.
pub fn raw<T: Serialize + ?Sized>(value: &T) -> Result<Box<RawValue>, Error> {
    let text = String::from_utf8(to_json(value)?).expect("serde_json writes UTF-8");
    RawValue::from_string(text).map_err(Error::damaged)
}

/// Texts and numbers are Go's, what stands between them is the inner formatter's.
struct Go<F>(F);

impl<F: Formatter> Formatter for Go<F> {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, character) in fragment.char_indices().filter(|(_, character)| escape(*character).is_some()) {
            writer.write_all(&fragment.as_bytes()[written..at])?;
            writer.write_all(escape(character).unwrap_or_default().as_bytes())?;
            written = at + character.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let size = value.abs();
        if value != 0.0 && !(1e-6..1e21).contains(&size) {
            let text = format!("{value:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            return write!(writer, "{digits}e{sign}{exponent}");
        }
        write!(writer, "{value}")
    }
}

fn escape(character: char) -> Option<&'static str> {
    match character {
        '<' => Some("\\u003c"),
        '>' => Some("\\u003e"),
        '&' => Some("\\u0026"),
        '\u{2028}' => Some("\\u2028"),
        '\u{2029}' => Some("\\u2029"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::to_json;
    use serde_json::json;

    #[test]
    fn text_and_numbers_are_written_as_go_does() {
        let value = json!({"a": "<b> & \u{2028}\u{8}\u{c}\n\u{1}\u{7f}é", "n": [1.0, 1e21, 1.5e-7, 1e-6, 123456789.25, -0.5]});
        let expected = r#"{"a":"\u003cb\u003e \u0026 \u2028\b\f\n\u0001é","n":[1,1e+21,1.5e-7,0.000001,123456789.25,-0.5]}"#;
        let expected = expected.replace("é", "\u{7f}é");
        assert_eq!(String::from_utf8_lossy(&to_json(&value).expect("it is JSON")), expected);
    }
}
