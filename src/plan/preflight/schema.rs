//! The schema of a custom resource definition as JSON Schema.

use serde_json::{Map, Value as Json, json};

/// Keywords that mean the same in both. Those of OpenAPI 3.0 are those of JSON Schema's draft 4, `exclusiveMinimum: true` included.
const SAME: [&str; 15] = [
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "title",
];

/// Turns a structural schema into a JSON Schema (draft 4) that refuses what the API server refuses with strict field validation:
/// fields that are not declared included. Formats are left out, and rules in CEL, which are checked apart.
///
/// Rule: k8s.io/apiextensions-apiserver pkg/apiserver/schema (structural schemas, pruning) and pkg/apiserver/validation.
pub(super) fn json_schema(structural: &Json) -> Json {
    let mut root = convert(structural, Level::Whole);
    if let Some(properties) = root.get_mut("properties").and_then(Json::as_object_mut) {
        // The server checks these itself.
        add_head(properties);
    }
    root
}

/// Where in a structural schema a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// It says what there is.
    Whole,
    /// It is in a `not`, `allOf`, `anyOf` or `oneOf`, which only restrict.
    Restriction,
}

fn convert(schema: &Json, level: Level) -> Json {
    let Some(schema) = schema.as_object() else { return json!({}) };
    let mut out = Map::new();
    let is_set = |name: &str| schema.get(name).and_then(Json::as_bool) == Some(true);
    for keyword in SAME {
        if let Some(value) = schema.get(keyword) {
            out.insert(keyword.to_owned(), value.clone());
        }
    }
    if is_set("x-kubernetes-int-or-string") {
        out.insert("type".to_owned(), json!(["integer", "string"]));
    } else if let Some(kind) = schema.get("type") {
        out.insert("type".to_owned(), kind.clone());
    }
    if is_set("nullable") {
        allow_null(&mut out);
    }
    convert_fields(schema, level, is_set("x-kubernetes-preserve-unknown-fields"), is_set("x-kubernetes-embedded-resource"), &mut out);
    if let Some(items) = schema.get("items") {
        out.insert("items".to_owned(), convert(items, level));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if let Some(list) = schema.get(keyword).and_then(Json::as_array) {
            out.insert(keyword.to_owned(), list.iter().map(|one| convert(one, Level::Restriction)).collect());
        }
    }
    if let Some(not) = schema.get("not") {
        out.insert("not".to_owned(), convert(not, Level::Restriction));
    }
    Json::Object(out)
}

fn allow_null(out: &mut Map<String, Json>) {
    if let Some(kind) = out.get_mut("type") {
        let kinds = kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]);
        *kind = kinds.into_iter().chain([json!("null")]).collect();
    }
    if let Some(values) = out.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    }
}

fn convert_fields(schema: &Map<String, Json>, level: Level, keeps_unknown: bool, is_resource: bool, out: &mut Map<String, Json>) {
    let properties = schema.get("properties").and_then(Json::as_object);
    let mut converted: Map<String, Json> =
        properties.into_iter().flatten().map(|(name, schema)| (name.clone(), convert(schema, level))).collect();
    let required = schema.get("required").and_then(Json::as_array).into_iter().flatten();
    let has_default = |name: &Json| {
        properties.zip(name.as_str()).is_some_and(|(all, name)| all.get(name).is_some_and(|one| one.get("default").is_some()))
    };
    // Defaults are filled in before the check.
    let required: Vec<Json> = required.filter(|name| !has_default(name)).cloned().collect();
    if !required.is_empty() {
        out.insert("required".to_owned(), Json::Array(required));
    }
    if is_resource {
        add_head(&mut converted);
    }
    let is_map = schema.get("additionalProperties").filter(|more| **more != Json::Bool(false));
    match is_map {
        Some(more) => drop(out.insert("additionalProperties".to_owned(), convert(more, level))),
        None if level == Level::Whole && !keeps_unknown && schema.get("type").and_then(Json::as_str) == Some("object") => {
            out.insert("additionalProperties".to_owned(), Json::Bool(false));
        }
        None => {}
    }
    if !converted.is_empty() {
        out.insert("properties".to_owned(), Json::Object(converted));
    }
}

fn add_head(properties: &mut Map<String, Json>) {
    properties.insert("apiVersion".to_owned(), json!({"type": "string"}));
    properties.insert("kind".to_owned(), json!({"type": "string"}));
    properties.insert("metadata".to_owned(), json!({"type": "object"}));
}
