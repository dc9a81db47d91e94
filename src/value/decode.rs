//! Reads the fields of a Go struct out of a value.

use super::{Entry, Map, Value};
use std::cell::RefCell;
use std::fmt;

/// A value of the wrong type for a field, in encoding/json's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What was found, by JSON's name: `array`, `object`, `string`, `number`, `bool`.
    pub found: &'static str,
    /// The Go struct and the dotted path of the field; `None` at the top.
    pub field: Option<(&'static str, String)>,
    /// The Go type that was expected.
    pub expected: &'static str,
    /// Where the value was written.
    pub origin: crate::diag::Origin,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "json: cannot unmarshal {} into Go ", self.found)?;
        match &self.field {
            Some((name, path)) => write!(f, "struct field {name}.{path} of type {}", self.expected),
            None => write!(f, "value of type {}", self.expected),
        }
    }
}

impl std::error::Error for Mismatch {}

/// The Go struct that fields are read for, as error messages call it.
#[derive(Clone, Copy, Debug)]
pub struct StructType {
    /// The bare name, empty for an anonymous struct.
    pub name: &'static str,
    /// The full type.
    pub full: &'static str,
}

/// The fields of one struct, read as encoding/json reads them behind sigs.k8s.io/yaml: names match whatever their case,
/// null leaves a field as it is, numbers and booleans become text where text is wanted.
///
/// A field of the wrong type reads as absent; `finish` returns the mismatch that Go would report, the first by key.
pub struct Fields {
    entries: Vec<Entry>,
    name: &'static str,
    path: String,
    mismatches: RefCell<Vec<(usize, Mismatch)>>,
}

impl Fields {
    /// Takes a value as a struct; nil has no fields.
    ///
    /// # Errors
    /// The mismatch, when the value is no map.
    pub fn of(value: &Value, go: StructType) -> Result<Fields, Mismatch> {
        Self::nested(value, go, "", None, &Entry { key: "".into(), value: Value::Nil, origin: crate::diag::Origin::NONE })
    }

    fn nested(value: &Value, go: StructType, path: &str, outer: Option<&'static str>, at: &Entry) -> Result<Fields, Mismatch> {
        let entries = match value {
            Value::Map(map) => map.entries(),
            Value::Nil => Vec::new(),
            other => {
                let field = outer.map(|name| (name, path.to_owned()));
                return Err(Mismatch { found: json_kind(other), field, expected: go.full, origin: at.origin.clone() });
            }
        };
        Ok(Fields { entries, name: go.name, path: path.to_owned(), mismatches: RefCell::default() })
    }

    /// Returns the mismatch that Go would report, if there was one.
    ///
    /// # Errors
    /// That mismatch.
    pub fn finish(self) -> Result<(), Mismatch> {
        match self.mismatches.into_inner().into_iter().min_by_key(|(place, _)| *place) {
            Some((_, mismatch)) => Err(mismatch),
            None => Ok(()),
        }
    }

    /// Returns the value of a field, null included; the last match wins, as repeated decoding does.
    pub fn value(&self, key: &str) -> Option<Value> {
        self.find(key).map(|(_, entry)| entry.value.clone())
    }

    /// Returns a `string` field.
    pub fn text(&self, key: &str) -> Option<String> {
        let (place, entry) = self.find(key)?;
        self.as_text(place, entry, key, &entry.value)
    }

    /// Returns a `bool` field.
    pub fn flag(&self, key: &str) -> Option<bool> {
        let (place, entry) = self.find(key)?;
        match &entry.value {
            Value::Bool(value) => Some(*value),
            Value::Nil => None,
            other => self.refuse(place, entry, key, other, "bool"),
        }
    }

    /// Returns a `[]string` field.
    pub fn texts(&self, key: &str) -> Option<Vec<String>> {
        let items = self.list(key, "[]string")?;
        let (place, entry) = self.find(key)?;
        Some(items.iter().map(|item| self.as_text(place, entry, key, item).unwrap_or_default()).collect())
    }

    /// Returns a `map[string]string` field.
    pub fn text_map(&self, key: &str) -> Option<Vec<(String, String)>> {
        let (place, entry) = self.find(key)?;
        match &entry.value {
            Value::Map(map) => Some(self.as_text_map(place, entry, key, map)),
            Value::Nil => None,
            other => self.refuse(place, entry, key, other, "map[string]string"),
        }
    }

    /// Returns the items of a slice field of the given Go type.
    pub fn list(&self, key: &str, expected: &'static str) -> Option<Vec<Value>> {
        let (place, entry) = self.find(key)?;
        match &entry.value {
            Value::List(list) => Some(list.items().to_vec()),
            Value::Nil => None,
            other => self.refuse(place, entry, key, other, expected),
        }
    }

    /// Returns a struct field.
    pub fn structure(&self, key: &str, go: StructType) -> Option<Fields> {
        let (place, entry) = self.find(key)?;
        if entry.value.is_nil() {
            return None;
        }
        self.keep(place, Fields::nested(&entry.value, go, &self.join(key), Some(self.name), entry))
    }

    /// Returns the structs of a slice of pointers; a null item is `None`. `list` is the slice's Go type.
    pub fn structures<T>(&self, key: &str, go: StructType, list: &'static str, read: impl Fn(&Fields) -> T) -> Option<Vec<Option<T>>> {
        let items = self.list(key, list)?;
        let (place, entry) = self.find(key)?;
        let mut structures = Vec::with_capacity(items.len());
        for item in &items {
            if item.is_nil() {
                structures.push(None);
                continue;
            }
            let fields = self.keep(place, Fields::nested(item, go, &self.join(key), Some(self.name), entry));
            let Some(fields) = fields else { continue };
            structures.push(Some(read(&fields)));
            self.adopt(key, fields);
        }
        Some(structures)
    }

    /// Takes over the mismatches of a nested struct.
    pub fn adopt(&self, key: &str, nested: Fields) {
        if let (Some((place, _)), Err(mismatch)) = (self.find(key), nested.finish()) {
            self.mismatches.borrow_mut().push((place, mismatch));
        }
    }

    fn find(&self, key: &str) -> Option<(usize, &Entry)> {
        let exact = self.entries.iter().position(|entry| entry.key == key);
        let place = exact
            .or_else(|| self.entries.iter().rposition(|entry| entry.key.as_str().is_some_and(|found| found.eq_ignore_ascii_case(key))))?;
        Some((place, &self.entries[place]))
    }

    fn as_text(&self, place: usize, entry: &Entry, key: &str, value: &Value) -> Option<String> {
        match value {
            Value::Nil => None,
            value => match scalar_text(value) {
                Some(text) => Some(text),
                None => self.refuse(place, entry, key, value, "string"),
            },
        }
    }

    fn as_text_map(&self, place: usize, entry: &Entry, key: &str, map: &Map) -> Vec<(String, String)> {
        let text = |value: &Value| self.as_text(place, entry, key, value).unwrap_or_default();
        map.entries().iter().map(|inner| (inner.key.to_string(), text(&inner.value))).collect()
    }

    fn refuse<T>(&self, place: usize, entry: &Entry, key: &str, value: &Value, expected: &'static str) -> Option<T> {
        let field = Some((self.name, self.join(key)));
        self.keep(place, Err(Mismatch { found: json_kind(value), field, expected, origin: entry.origin.clone() }))
    }

    fn keep<T>(&self, place: usize, result: Result<T, Mismatch>) -> Option<T> {
        result.map_err(|mismatch| self.mismatches.borrow_mut().push((place, mismatch))).ok()
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// Returns JSON's name of a value's type, as encoding/json's errors use it.
pub fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "null",
        Value::Bool(_) => "bool",
        Value::Int(..) | Value::Float(_) => "number",
        Value::Str(_) | Value::Bytes(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) | Value::Object(_) => "object",
    }
}

/// Returns a scalar as sigs.k8s.io/yaml writes it into a text field, integers in full and other numbers as 32-bit floats;
/// `None` for what is no scalar.
///
/// The value must be read with integers kept (`yaml::parse_for_struct`).
pub fn scalar_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Str(text) => text.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value, _) => value.to_string(),
        Value::Float(value) => format_float32(*value),
        _ => return None,
    })
}

/// Returns a number as `strconv.FormatFloat(value, 'g', -1, 32)`, with YAML's names for what is not finite.
pub fn format_float32(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf".into() } else { "-.inf".into() };
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').expect("`{:e}` writes an e");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes an integer exponent");
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POD: StructType = StructType { name: "Pod", full: "v1.Pod" };

    #[test]
    fn names_match_whatever_their_case_and_scalars_become_text() {
        let map: Map = [("Name", Value::Float(1.1)), ("LABEL", Value::Bool(true))].into_iter().collect();
        let fields = Fields::of(&map.into(), POD).expect("a map has fields");
        assert_eq!(fields.text("name").as_deref(), Some("1.1"));
        assert_eq!(fields.text("label").as_deref(), Some("true"));
        assert_eq!(fields.finish(), Ok(()));
    }

    #[test]
    fn the_first_mismatch_by_key_is_reported() {
        let map: Map = [("b", Value::list(vec![])), ("a", Value::Map(Map::new()))].into_iter().collect();
        let fields = Fields::of(&map.into(), POD).expect("a map has fields");
        let _ = (fields.text("b"), fields.text("a"));
        let text = fields.finish().expect_err("both are wrong").to_string();
        assert_eq!(text, "json: cannot unmarshal object into Go struct field Pod.a of type string");
    }

    #[test]
    fn a_scalar_is_no_struct() {
        let error = Fields::of(&Value::from("x"), POD).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("json: cannot unmarshal string into Go value of type v1.Pod"));
    }
}
