//! `Value` -> JSON.

use super::number::write_float;
use crate::value::{Entry, List, Map, Str, Value};
use crate::yaml::depth::{MAX_DEPTH, TOO_DEEP, deeper};
use crate::yaml::error::{Error, Problem};
use base64::Engine as _;
use std::fmt::Write as _;

/// Writes a value as `json.Marshal` does: on one line, keys sorted by bytes, `<`, `>` and `&` escaped.
///
/// # Errors
/// Go's error text, for infinite numbers and values that contain themselves.
pub fn to_string(value: &Value) -> Result<String, Error> {
    write(value, Options { escapes_html: true, indents: false })
}

/// Writes like [`to_string`], with `<`, `>` and `&` as they are (`SetEscapeHTML(false)`).
///
/// # Errors
/// As [`to_string`].
pub fn to_string_raw(value: &Value) -> Result<String, Error> {
    write(value, Options { escapes_html: false, indents: false })
}

/// Writes like [`to_string`] over several lines, indented by two spaces (`json.MarshalIndent`).
///
/// # Errors
/// As [`to_string`].
pub fn to_string_pretty(value: &Value) -> Result<String, Error> {
    write(value, Options { escapes_html: true, indents: true })
}

/// Says why a value has no JSON form, if it has none.
pub(in crate::yaml) fn check(value: &Value) -> Result<(), Error> {
    to_string(value).map(|_| ())
}

/// `[]byte` in JSON.
pub(in crate::yaml) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[derive(Clone, Copy)]
struct Options {
    escapes_html: bool,
    indents: bool,
}

fn write(value: &Value, options: Options) -> Result<String, Error> {
    let mut writer = Writer { out: String::new(), options, maps: Vec::new() };
    writer.node(value, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    options: Options,
    /// The maps around the current place, to find one that contains itself.
    maps: Vec<usize>,
}

impl Writer {
    fn node(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value, _) => {
                // Writing to a String cannot fail.
                let _ = write!(self.out, "{value}");
            }
            Value::Float(value) if value.is_finite() => write_float(*value, &mut self.out),
            Value::Float(value) => {
                return Err(unsupported(&crate::value::format_float(*value)));
            }
            Value::Str(text) => self.string(text),
            Value::Bytes(bytes) => {
                self.out.push('"');
                self.out.push_str(&base64(bytes));
                self.out.push('"');
            }
            Value::List(list) if list.is_nil() => self.out.push_str("null"),
            Value::List(list) => deeper(|| self.list(list, depth))?,
            Value::Map(map) => deeper(|| self.map(map, depth))?,
            Value::Object(object) => self.node(&object.json(), depth)?,
        }
        Ok(())
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<(), Error> {
        self.check_depth(depth)?;
        if list.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        for (index, item) in list.iter().enumerate() {
            self.separate(index, depth + 1);
            self.node(item, depth + 1)?;
        }
        self.new_line(depth);
        self.out.push(']');
        Ok(())
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<(), Error> {
        self.check_depth(depth)?;
        if self.maps.contains(&map.address()) {
            return Err(unsupported(&format!("encountered a cycle via {}", map.kind().type_name())));
        }
        self.maps.push(map.address());
        map.read(|entries| self.entries(entries, depth))?;
        self.maps.pop();
        Ok(())
    }

    fn entries(&mut self, entries: &[Entry], depth: usize) -> Result<(), Error> {
        if entries.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        for (index, entry) in entries.iter().enumerate() {
            self.separate(index, depth + 1);
            self.string(&entry.key);
            self.out.push_str(if self.options.indents { ": " } else { ":" });
            self.node(&entry.value, depth + 1)?;
        }
        self.new_line(depth);
        self.out.push('}');
        Ok(())
    }

    fn check_depth(&self, depth: usize) -> Result<(), Error> {
        if depth < MAX_DEPTH { Ok(()) } else { Err(unsupported(TOO_DEEP)) }
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.new_line(depth);
    }

    fn new_line(&mut self, depth: usize) {
        if self.options.indents {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn string(&mut self, text: &Str) {
        self.out.push('"');
        for chunk in text.as_bytes().utf8_chunks() {
            self.escaped(chunk.valid());
            for _ in chunk.invalid() {
                self.out.push_str("\\ufffd");
            }
        }
        self.out.push('"');
    }

    /// Writes text with what must be escaped. U+2028 and U+2029 always are: JavaScript takes them for line ends.
    fn escaped(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut written = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let length = match byte {
                b'"' | b'\\' | 0..0x20 => 1,
                b'<' | b'>' | b'&' if self.options.escapes_html => 1,
                0xE2 if bytes[at + 1] == 0x80 && matches!(bytes[at + 2], 0xA8 | 0xA9) => 3,
                _ => continue,
            };
            self.out.push_str(&text[written..at]);
            written = at + length;
            match byte {
                b'"' => self.out.push_str("\\\""),
                b'\\' => self.out.push_str("\\\\"),
                b'\x08' => self.out.push_str("\\b"),
                b'\x0c' => self.out.push_str("\\f"),
                b'\n' => self.out.push_str("\\n"),
                b'\r' => self.out.push_str("\\r"),
                b'\t' => self.out.push_str("\\t"),
                0xE2 => self.out.push_str(if bytes[at + 2] == 0xA8 { "\\u2028" } else { "\\u2029" }),
                byte => {
                    // Writing to a String cannot fail.
                    let _ = write!(self.out, "\\u{byte:04x}");
                }
            }
        }
        self.out.push_str(&text[written..]);
    }
}

fn unsupported(what: &str) -> Error {
    Error::Json(Problem::of_value(format!("json: unsupported value: {what}")))
}
