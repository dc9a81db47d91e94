//! What a values.schema.json reads.

use super::reads::Reads;
use crate::template::trace::Key;
use crate::value::Value;
use crate::yaml::json;

/// Words of a schema that may speak of any key.
const OPEN: [&str; 9] = ["$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "patternProperties", "dependentSchemas"];

/// Adds the properties that a schema names, below the keys of the chart that it is of.
pub(super) fn add(text: &[u8], path: &[Key], reads: &mut Reads) {
    let Ok(schema) = json::parse(&String::from_utf8_lossy(text)) else { return };
    let mut path = path.to_vec();
    add_below(&schema, &mut path, reads);
}

fn add_below(schema: &Value, path: &mut Vec<Key>, reads: &mut Reads) {
    let Some(map) = schema.as_map() else { return reads.add(path, true) };
    let is_top = path.is_empty();
    let properties = map.get("properties");
    let is_open = OPEN.iter().any(|word| map.contains_key(word)) && !is_top;
    let has_other_keys = matches!(map.get("additionalProperties"), Some(Value::Map(_)));
    let Some(Value::Map(properties)) = properties.filter(|_| !is_open && !has_other_keys) else {
        if !is_top {
            reads.add(path, true);
        }
        return;
    };
    reads.add(path, false);
    for entry in properties.entries() {
        path.push(Key::Name(entry.key));
        add_below(&entry.value, path, reads);
        path.pop();
    }
}
