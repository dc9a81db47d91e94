//! Nodes as values, as go-yaml v3 decodes them into an `interface{}`.

use super::mapping::{all_duplicates, effective_entries, text_key};
use crate::diag::Diagnostic;
use crate::stack::error::Error;
use crate::stack::rendered::Rendered;
use crate::value::{Entry, List, Map, MapKind, Str, Value};
use crate::yaml::{Node, NodeValue};

/// Reads a document as a map of values.
///
/// # Errors
/// A document that is no mapping, and a key that is no text.
pub(in crate::stack) fn values_map(node: &Node) -> Result<Map, Diagnostic> {
    let mismatch = |node: &Node, expected: &str| {
        Error::Mismatch { expected: expected.to_owned(), found: node.kind_name(), span: node.span.clone() }.diagnostic()
    };
    if let Some(double) = all_duplicates(node).into_iter().next() {
        let (first, span) = (double.first.span.clone(), double.second.span.clone());
        return Err(Error::DuplicateKey { key: double.key.to_string(), first, span }.diagnostic());
    }
    match to_value(node, None) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(Value::Nil) => Ok(Map::new()),
        Ok(_) => Err(mismatch(node, "a mapping of values")),
        Err(key) => Err(mismatch(key, "a text as key")),
    }
}

/// Converts a node as go-yaml v3 decodes it into an `interface{}`. The error is a key that is no string.
pub(in crate::stack) fn to_value<'n>(node: &'n Node, rendered: Option<&Rendered>) -> Result<Value, &'n Node> {
    Ok(match &node.value {
        NodeValue::Null => Value::Nil,
        NodeValue::Bool(value) => match bool_text(node) {
            text if is_boolean(text) => Value::Bool(*value),
            text => Value::from(text),
        },
        NodeValue::Number(text, value) => number(text, *value),
        NodeValue::String(text) => Value::Str(timestamp(node, text).unwrap_or_else(|| text.clone())),
        NodeValue::Sequence(items) => Value::List(items.iter().map(|item| to_value(item, rendered)).collect::<Result<List, _>>()?),
        NodeValue::Mapping(_) => {
            let mut entries = Vec::new();
            for (key, value) in effective_entries(node) {
                let Some(name) = text_key(key) else { return Err(key) };
                let span = rendered.map_or_else(|| key.span.clone(), |rendered| rendered.point_span_back(key.span.clone()));
                entries.push(Entry { key: name, value: to_value(value, rendered)?, origin: span.origin() });
            }
            Value::Map(Map::from_entries(MapKind::Any, entries))
        }
    })
}

/// Returns a boolean as it is written: go-yaml v3 takes `yes`, `on` and the like as texts wherever a text will do.
pub(super) fn bool_text(node: &Node) -> &str {
    let written = &node.span.source.text()[node.span.range()];
    match (written, &node.value) {
        (alias, NodeValue::Bool(value)) if alias.starts_with('*') => {
            if *value {
                "true"
            } else {
                "false"
            }
        }
        (written, _) => written,
    }
}

/// Returns what becomes of a plain text that is a date or a time: go-yaml v3 makes a time of it, which is written as RFC 3339.
fn timestamp(node: &Node, text: &Str) -> Option<Str> {
    let text =
        text.as_str().filter(|text| text.as_bytes().get(4) == Some(&b'-') && node.span.source.text()[node.span.range()] == **text)?;
    let at = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let date: Vec<&str> = text[..at].split('-').collect();
    let &[year, month, day] = date.as_slice() else { return None };
    let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    if at == text.len() {
        return Some(format!("{date}T00:00:00Z").into());
    }
    let zoned = text[at..].contains(['Z', '+']) || text[at..].contains('-');
    let time = text[at + 1..].trim();
    match (zoned, text.as_bytes()[at]) {
        (true, b'T' | b't') => {
            let whole = format!("{date}T{time}");
            whole.parse::<jiff::Timestamp>().is_ok().then(|| whole.into())
        }
        (false, b' ') => Some(format!("{date}T{}Z", time.parse::<jiff::civil::Time>().ok()?).into()),
        _ => None,
    }
}

/// Says whether a plain text is a boolean for go-yaml v3.
pub(super) fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

/// Integers stay integers, unlike in Helm: `{{ .Values.port }}` must print `1000000`, not `1e+06`.
fn number(text: &Str, value: f64) -> Value {
    let written = text.to_text();
    let is_float = written.contains('.') || (written.contains(['e', 'E']) && !written.contains(['x', 'X'])) || value.fract() != 0.0;
    if is_float {
        return Value::Float(value);
    }
    match written.replace('_', "").parse::<i64>() {
        Ok(whole) if whole as f64 == value => Value::int(whole),
        _ if value.abs() < 9_223_372_036_854_775_807.0 => Value::int(value as i64),
        _ => Value::Float(value),
    }
}
