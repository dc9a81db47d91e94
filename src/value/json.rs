//! Between `Value` and `serde_json`, for the border to the Kubernetes API and to typed records.

use super::{Entry, List, Map, MapKind, Str, Value};
use crate::diag::Origin;
use base64::Engine as _;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

impl Serialize for Value {
    /// Serializes as encoding/json does: integral floats without a point, `[]byte` as base64, nil slices as null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Nil => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value, _) => serializer.serialize_i64(*value),
            Value::Float(value) => serialize_float(*value, serializer),
            Value::Str(text) => serializer.serialize_str(&text.to_text()),
            Value::Bytes(bytes) => serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(bytes)),
            Value::List(list) if list.is_nil() => serializer.serialize_unit(),
            Value::List(list) => {
                let mut sequence = serializer.serialize_seq(Some(list.len()))?;
                for item in list.iter() {
                    sequence.serialize_element(item)?;
                }
                sequence.end()
            }
            Value::Map(map) => map.serialize(serializer),
            Value::Object(object) => object.json().serialize(serializer),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.entries();
        let mut map = serializer.serialize_map(Some(entries.len()))?;
        for entry in &entries {
            map.serialize_entry(&*entry.key.to_text(), &entry.value)?;
        }
        map.end()
    }
}

/// Floats with an integral value in the range where JSON numbers are exact integers are written as integers.
fn serialize_float<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT { serializer.serialize_i64(value as i64) } else { serializer.serialize_f64(value) }
}

impl From<&serde_json::Value> for Value {
    /// Numbers become `float64`, as encoding/json decodes them into an empty interface.
    fn from(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Nil,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(number) => Value::Float(number.as_f64().unwrap_or(f64::MAX)),
            serde_json::Value::String(text) => Value::Str(Str::from(text.as_str())),
            serde_json::Value::Array(items) => Value::List(items.iter().map(Value::from).collect::<List>()),
            serde_json::Value::Object(fields) => {
                let entries = fields
                    .iter()
                    .map(|(key, value)| Entry { key: key.as_str().into(), value: value.into(), origin: Origin::NONE })
                    .collect();
                Value::Map(Map::from_entries(MapKind::Any, entries))
            }
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
    }
}
