//! Writes TOML as BurntSushi/toml v1.6.0 lays it out.

use super::durations::as_duration;
use super::time_object::as_time;
use crate::template::go_time::{Time, Zone};
use crate::value::{List, Map, Str, Value, format_float};
use std::io::Write as _;

/// The zone of a date and clock without a zone.
pub(super) const LOCAL_DATE_TIME: &str = "datetime-local";
/// The zone of a date alone.
pub(super) const LOCAL_DATE: &str = "date-local";
/// The zone of a clock alone.
pub(super) const LOCAL_TIME: &str = "time-local";

/// Writes a value: a map as a document, anything else as a TOML value.
///
/// # Errors
/// The text of the encoder's error: TOML has no way to write the value.
pub(super) fn write(value: &Value) -> Result<Vec<u8>, String> {
    let mut writer = Writer { out: Vec::new(), key: Vec::new() };
    writer.entry(&simplified(value))?;
    Ok(writer.out)
}

/// What decides where a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Not at all.
    Nil,
    Plain,
    Table,
    Tables,
}

struct Writer {
    out: Vec<u8>,
    /// The keys down to what is being written.
    key: Vec<Str>,
}

impl Writer {
    /// Writes a value under the current key.
    fn entry(&mut self, value: &Value) -> Result<(), String> {
        match (shape(value)?, value) {
            (Shape::Tables, Value::List(list)) => self.tables(list),
            (Shape::Table, Value::Map(map)) => self.table(map),
            _ => self.key_value(value),
        }
    }

    fn key_value(&mut self, value: &Value) -> Result<(), String> {
        if self.key.is_empty() {
            return self.element(value);
        }
        self.indent();
        self.last_key();
        self.out.extend_from_slice(b" = ");
        self.element(value)?;
        self.line_break();
        Ok(())
    }

    fn table(&mut self, map: &Map) -> Result<(), String> {
        if self.key.len() == 1 {
            self.line_break();
        }
        if !self.key.is_empty() {
            self.header(b"[", b"]");
        }
        self.entries(map)
    }

    fn tables(&mut self, list: &List) -> Result<(), String> {
        if self.key.is_empty() {
            return Err("toml: top-level values must be Go maps or structs".into());
        }
        for item in list.iter() {
            if let Value::Map(map) = simplified(item) {
                self.line_break();
                self.header(b"[[", b"]]");
                self.entries(&map)?;
            }
        }
        Ok(())
    }

    /// Plain entries come first: what follows a table's header belongs to that table.
    fn entries(&mut self, map: &Map) -> Result<(), String> {
        for (key, value) in sorted(map)? {
            self.key.push(key);
            self.entry(&value)?;
            self.key.pop();
        }
        Ok(())
    }

    fn header(&mut self, open: &[u8], close: &[u8]) {
        self.indent();
        self.out.extend_from_slice(open);
        for (index, key) in self.key.iter().enumerate() {
            if index > 0 {
                self.out.push(b'.');
            }
            write_key(key, &mut self.out);
        }
        self.out.extend_from_slice(close);
        self.line_break();
    }

    fn indent(&mut self) {
        for _ in 1..self.key.len() {
            self.out.extend_from_slice(b"  ");
        }
    }

    fn last_key(&mut self) {
        if let Some(key) = self.key.last() {
            write_key(key, &mut self.out);
        }
    }

    fn line_break(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
    }

    /// Writes a value on one line.
    fn element(&mut self, value: &Value) -> Result<(), String> {
        if let Some(time) = as_time(value) {
            self.out.extend_from_slice(&format_time(time));
            return Ok(());
        }
        match value {
            Value::Nil => return Err("unexpected type: nil".into()),
            Value::Bool(value) => self.display(value),
            Value::Int(value, _) => self.display(value),
            Value::Float(value) => self.out.extend_from_slice(write_float(*value).as_bytes()),
            Value::Str(text) => write_quoted(text.as_bytes(), &mut self.out),
            Value::Bytes(bytes) => self.items(bytes.iter().map(|byte| Value::int(i64::from(*byte))))?,
            Value::List(list) => self.items(list.iter().map(simplified))?,
            Value::Map(map) => self.inline_table(map)?,
            Value::Object(object) => write_quoted(object.display().as_bytes(), &mut self.out),
        }
        Ok(())
    }

    fn display(&mut self, value: &dyn std::fmt::Display) {
        write!(self.out, "{value}").expect("writing to memory does not fail");
    }

    fn items(&mut self, items: impl Iterator<Item = Value>) -> Result<(), String> {
        self.out.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.extend_from_slice(b", ");
            }
            self.element(&item)?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// Go's encoder writes the comma by the position among all keys, and so one too many where the last value is nil.
    fn inline_table(&mut self, map: &Map) -> Result<(), String> {
        let entries = keyed(map)?;
        let (tables, plain): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| is_table(entry.2));
        self.out.push(b'{');
        self.inline_entries(&plain, !tables.is_empty())?;
        self.inline_entries(&tables, false)?;
        self.out.push(b'}');
        Ok(())
    }

    fn inline_entries(&mut self, entries: &[(Str, Value, Shape)], more: bool) -> Result<(), String> {
        for (index, (key, value, shape)) in entries.iter().enumerate() {
            if *shape == Shape::Nil {
                continue;
            }
            write_key(key, &mut self.out);
            self.out.extend_from_slice(b" = ");
            self.element(value)?;
            if more || index + 1 < entries.len() {
                self.out.extend_from_slice(b", ");
            }
        }
        Ok(())
    }
}

/// Returns the entries in the order of their keys, what they look like beside them.
fn keyed(map: &Map) -> Result<Vec<(Str, Value, Shape)>, String> {
    let entry = |entry: crate::value::Entry| {
        let value = simplified(&entry.value);
        shape(&value).map(|shape| (entry.key, value, shape))
    };
    map.entries().into_iter().map(entry).collect()
}

/// Returns the entries that are written, plain ones before tables.
fn sorted(map: &Map) -> Result<Vec<(Str, Value)>, String> {
    let mut entries = keyed(map)?;
    entries.retain(|entry| entry.2 != Shape::Nil);
    entries.sort_by_key(|entry| is_table(entry.2));
    Ok(entries.into_iter().map(|(key, value, _)| (key, value)).collect())
}

fn is_table(shape: Shape) -> bool {
    matches!(shape, Shape::Table | Shape::Tables)
}

fn shape(value: &Value) -> Result<Shape, String> {
    Ok(match value {
        Value::Nil => Shape::Nil,
        Value::List(list) if list.is_nil() => Shape::Nil,
        Value::Map(_) => Shape::Table,
        Value::List(list) if all_tables(list)? => Shape::Tables,
        _ => Shape::Plain,
    })
}

fn all_tables(list: &List) -> Result<bool, String> {
    let mut all = !list.is_empty();
    for item in list.iter() {
        match shape(&simplified(item))? {
            Shape::Nil => return Err("toml: cannot encode array with nil element".into()),
            shape => all &= shape == Shape::Table,
        }
    }
    Ok(all)
}

/// Turns a Go struct into a map of its fields; times, durations and what marshals itself to text stay.
fn simplified(value: &Value) -> Value {
    match value {
        Value::Object(object) if as_time(value).is_none() && as_duration(value).is_none() => match object.json() {
            Value::Map(map) => Value::Map(map),
            Value::Int(value, kind) => Value::Int(value, kind),
            other => other,
        },
        other => other.clone(),
    }
}

fn format_time(time: &Time) -> Vec<u8> {
    let layout: &[u8] = match time.zone() {
        Zone::Fixed(name, _) if name == LOCAL_DATE_TIME => b"2006-01-02T15:04:05.999999999",
        Zone::Fixed(name, _) if name == LOCAL_DATE => b"2006-01-02",
        Zone::Fixed(name, _) if name == LOCAL_TIME => b"15:04:05.999999999",
        _ => return time.to_rfc3339().into_bytes(),
    };
    time.format(layout)
}

fn write_float(value: f64) -> String {
    match value {
        value if value.is_nan() => if value.is_sign_negative() { "-nan" } else { "nan" }.into(),
        value if value.is_infinite() => if value < 0.0 { "-inf" } else { "inf" }.into(),
        value => {
            let text = format_float(value);
            if text.contains(['e', '.']) { text } else { text + ".0" }
        }
    }
}

fn write_key(key: &Str, out: &mut Vec<u8>) {
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.as_bytes().iter().all(bare) {
        out.extend_from_slice(key.as_bytes());
    } else {
        write_quoted(key.as_bytes(), out);
    }
}

fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\x08' => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\x0c' => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 | 0x7f => write!(out, "\\u{byte:04x}").expect("writing to memory does not fail"),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}
