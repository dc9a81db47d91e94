//! sigs.k8s.io/yaml `Marshal`: JSON, read again by go-yaml v2, written by go-yaml v2.
//!
//! What the detour through JSON changes is known, so values are written directly. Only strings that the YAML reader does
//! not read from JSON as they are (control characters, NEL, keys that are too long) send the whole value on the detour.

use super::key_order::{Version, sort};
use crate::value::{Entry, FloatForm, List, Object, Str, Value, format_float, format_float_as};
use crate::yaml::depth::{MAX_DEPTH, TOO_DEEP, deeper};
use crate::yaml::emitter::{Emitter, Place, Style};
use crate::yaml::error::{Error, Problem};
use crate::yaml::json;
use crate::yaml::lossy::to_go_text;
use crate::yaml::read::parse_as_written;
use crate::yaml::resolve::{Scalar, looks_like_base60, resolve};
use std::borrow::Cow;

/// Writes a value as sigs.k8s.io/yaml `Marshal` does, with the final line break.
///
/// # Errors
/// Go's error text: for numbers without JSON form, and for strings with control characters that JSON leaves as they are.
pub fn to_string(value: &Value) -> Result<String, Error> {
    let mut writer = Writer { emitter: Emitter::v2(), checks: true };
    match writer.node(value, Place::Item, 0) {
        Ok(()) => Ok(writer.emitter.finish()),
        Err(Detour) => through_json(value),
    }
}

/// The value has to go through JSON in earnest.
struct Detour;

fn through_json(value: &Value) -> Result<String, Error> {
    let json = json::to_string(value).map_err(|error| Error::Marshal(Problem::of_value(error.words())))?;
    let read = parse_as_written(&json)?;
    let mut writer = Writer { emitter: Emitter::v2(), checks: false };
    match writer.node(&read, Place::Item, 0) {
        Ok(()) => Ok(writer.emitter.finish()),
        Err(Detour) => Err(Error::Yaml(Problem::of_value(TOO_DEEP))),
    }
}

struct Writer {
    emitter: Emitter,
    /// Whether strings are checked for what YAML does not read from JSON as it is; what was read from JSON needs no check.
    checks: bool,
}

impl Writer {
    fn node(&mut self, value: &Value, place: Place, depth: usize) -> Result<(), Detour> {
        match value {
            Value::Nil => self.emitter.plain_word("null"),
            Value::Bool(value) => self.emitter.plain_word(if *value { "true" } else { "false" }),
            Value::Int(value, _) => self.emitter.plain_word(&value.to_string()),
            Value::Float(value) if !value.is_finite() => return Err(Detour),
            Value::Float(value) => self.emitter.plain_word(&number(*value)),
            Value::Str(text) => self.string(&self.checked(text)?),
            Value::Bytes(bytes) => self.string(&json::base64(bytes)),
            Value::List(list) if list.is_nil() => self.emitter.plain_word("null"),
            Value::List(list) => deeper(|| self.list(list, place, depth))?,
            Value::Map(map) => deeper(|| map.read(|entries| self.map(entries, depth)))?,
            Value::Object(object) => self.object(object.as_ref(), place, depth)?,
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.emitter.string(text, wanted_style(text), "");
    }

    fn list(&mut self, list: &List, place: Place, depth: usize) -> Result<(), Detour> {
        if list.is_empty() {
            self.emitter.empty_collection("[]");
            return Ok(());
        }
        if depth >= MAX_DEPTH {
            return Err(Detour);
        }
        let opened = self.emitter.open_sequence(place);
        for item in list.iter() {
            self.emitter.item();
            self.node(item, Place::Item, depth + 1)?;
        }
        self.emitter.close(opened);
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, place: Place, depth: usize) -> Result<(), Detour> {
        if depth >= MAX_DEPTH {
            return Err(Detour);
        }
        deeper(|| self.node(&object.json(), place, depth + 1))
    }

    fn map(&mut self, entries: &[Entry], depth: usize) -> Result<(), Detour> {
        if entries.is_empty() {
            self.emitter.empty_collection("{}");
            return Ok(());
        }
        if depth >= MAX_DEPTH {
            return Err(Detour);
        }
        let mut entries: Vec<(Cow<'_, str>, &Entry)> =
            entries.iter().map(|entry| Ok((self.key(&entry.key)?, entry))).collect::<Result<_, Detour>>()?;
        sort(&mut entries, Version::V2, |(key, _)| key);
        let opened = self.emitter.open_mapping();
        for (key, entry) in entries {
            self.emitter.mapping_key(&key, wanted_style(&key), "");
            self.node(&entry.value, Place::MappingPart, depth + 1)?;
        }
        self.emitter.close(opened);
        Ok(())
    }

    fn key<'t>(&self, text: &'t Str) -> Result<Cow<'t, str>, Detour> {
        if self.checks && text.len() > MAX_SURE_KEY { Err(Detour) } else { self.checked(text) }
    }

    /// Returns the text if YAML reads it from JSON as it is. JSON escapes what is below U+0020, and U+2028 and U+2029.
    fn checked<'t>(&self, text: &'t Str) -> Result<Cow<'t, str>, Detour> {
        let text = to_go_text(text);
        if self.checks && yaml_changes(text.as_bytes()) { Err(Detour) } else { Ok(text) }
    }
}

/// Keys up to this many bytes are sure to have a JSON form of no more than the 1,024 characters that YAML allows a key.
const MAX_SURE_KEY: usize = 170;

fn yaml_changes(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(0x7F, 0xC2, 0xEF, bytes).any(|at| match bytes[at] {
        0xC2 => bytes[at + 1] < 0xA0,
        0xEF => bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE,
        _ => true,
    })
}

/// go-yaml's first choice for a string (encode.go, `stringv`).
fn wanted_style(text: &str) -> Style {
    if text.contains('\n') {
        Style::Literal
    } else if matches!(resolve(text), Scalar::Str) && !looks_like_base60(text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    }
}

/// Prints a number as go-yaml v2 prints what it reads from JSON: integers up to 64 bits in full, all else as `%g`.
fn number(value: f64) -> String {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    const EXACT: f64 = 1e15;
    if value.fract() == 0.0 && value.abs() < EXACT {
        return (value as i64).to_string();
    }
    if value.fract() == 0.0 && value.abs() < 1e21 {
        // JSON has the shortest digits, then zeros, and so may have what no longer fits.
        let digits = format_float_as(value, FloatForm::Fixed, None);
        let fits = if value < 0.0 {
            value >= -TWO_TO_63 && digits.parse::<i64>().is_ok()
        } else {
            value < TWO_TO_64 && digits.parse::<u64>().is_ok()
        };
        if fits {
            return digits;
        }
    }
    format_float(value)
}
