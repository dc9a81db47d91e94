//! Values as the oracle shows them: with the Go types of their numbers.

use stackwright::value::{Value, display, quote};

/// Shows a value as `typed` of tests/oracle/tool does.
pub fn typed(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Str(text) => quote(text.as_bytes()),
        Value::Bool(value) => value.to_string(),
        Value::List(list) => format!("[{}]", list.iter().map(typed).collect::<Vec<_>>().join(" ")),
        Value::Map(map) => {
            let entries: Vec<String> =
                map.entries().iter().map(|entry| format!("{}:{}", quote(entry.key.as_bytes()), typed(&entry.value))).collect();
            format!("{{{}}}", entries.join(" "))
        }
        other => format!("{}({})", other.type_name(), display(other)),
    }
}
