//! YAML as helmfile reads and writes it: go-yaml v3, where integers stay integers.

use super::raw::{to_value, values_map};
use crate::diag::{Diagnostic, Source};
use crate::value::{Map, Value};
use crate::yaml;

/// Reads the first document of a text.
///
/// # Errors
/// What is wrong with it, with its place.
pub(super) fn parse(source: &Source) -> Result<Value, Diagnostic> {
    let nodes = yaml::nodes(source).map_err(|error| error.diagnostic())?;
    let Some(node) = nodes.first() else { return Ok(Value::Nil) };
    to_value(node, None).map_err(|key| Diagnostic::error("a key is no text").at(key.span.clone(), "expected a text as key"))
}

/// Reads the first document of a text as a map; nothing at all is an empty one.
///
/// # Errors
/// What is wrong with it, with its place.
pub(super) fn parse_map(source: &Source) -> Result<Map, Diagnostic> {
    let nodes = yaml::nodes(source).map_err(|error| error.diagnostic())?;
    nodes.first().map_or_else(|| Ok(Map::new()), values_map)
}

/// Writes a value: keys sorted, lists indented under their key, a newline at the end.
///
/// # Errors
/// What about the value has no form in YAML.
pub(super) fn to_string(value: &Value) -> Result<String, String> {
    yaml::to_string_pretty(value).map_err(|error| error.to_string())
}
