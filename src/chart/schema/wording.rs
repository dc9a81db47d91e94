//! The words for each kind of finding.

use super::formats::reason;
use super::number::english;
use super::problem::Problem;
use crate::value::{format_float, quote};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value as Json;

/// Returns a text in single quotes, escaped as Go escapes it.
pub(super) fn quoted(text: &str) -> String {
    // The quotes around it are among those that lose their backslash.
    let inner = quote(text.as_bytes()).replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{}'", &inner[1..inner.len() - 1])
}

fn all_quoted(texts: &[String]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// Returns a value as messages show it.
fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Null => "<nil>".into(),
        Json::Array(_) | Json::Object(_) => "value".into(),
        Json::Number(number) if number.is_f64() => number.as_f64().map(format_float).unwrap_or_default(),
        other => other.to_string(),
    }
}

fn is_collection(value: &Json) -> bool {
    value.is_array() || value.is_object()
}

/// Returns the words for a finding that has no causes.
pub(super) fn words(error: &ValidationError<'_>) -> String {
    let value = error.instance().as_ref();
    match error.kind() {
        Kind::Type { kind } => format!("got {}, want {}", type_name(value), wanted_types(kind)),
        Kind::Enum { options } => enum_words(options),
        Kind::Constant { expected_value } if is_collection(expected_value) => "'const' failed".into(),
        Kind::Constant { expected_value } => format!("value must be {}", shown(expected_value)),
        Kind::Minimum { limit } => bounds("minimum", value, limit),
        Kind::Maximum { limit } => bounds("maximum", value, limit),
        Kind::ExclusiveMinimum { limit } => bounds("exclusiveMinimum", value, limit),
        Kind::ExclusiveMaximum { limit } => bounds("exclusiveMaximum", value, limit),
        Kind::MultipleOf { multiple_of } => format!("multipleOf: got {}, want {}", english(number(value)), english(*multiple_of)),
        Kind::MinLength { limit } => counts("minLength", length(value), *limit),
        Kind::MaxLength { limit } => counts("maxLength", length(value), *limit),
        Kind::MinItems { limit } => counts("minItems", length(value), *limit),
        Kind::MaxItems { limit } => counts("maxItems", length(value), *limit),
        Kind::MinProperties { limit } => counts("minProperties", length(value), *limit),
        Kind::MaxProperties { limit } => counts("maxProperties", length(value), *limit),
        Kind::AdditionalItems { limit } => format!("last {} additionalItem(s) not allowed", length(value).saturating_sub(*limit)),
        Kind::AdditionalProperties { unexpected } => not_allowed(unexpected),
        Kind::UnevaluatedProperties { .. } | Kind::UnevaluatedItems { .. } | Kind::FalseSchema => "false schema".into(),
        Kind::UniqueItems => unique_words(value),
        Kind::Pattern { pattern } => format!("{} does not match pattern {}", shown(value), quoted(pattern)),
        Kind::Format { format } => {
            let reason = value.as_str().and_then(|text| reason(format, text)).unwrap_or_default();
            format!("{} is not valid {format}: {reason}", shown(value))
        }
        Kind::Contains => "no items match contains schema".into(),
        Kind::Not { .. } => "'not' failed".into(),
        _ => error.to_string(),
    }
}

/// Returns the words for properties that may not be there.
pub(super) fn not_allowed(names: &[String]) -> String {
    format!("additional properties {} not allowed", all_quoted(names))
}

/// Returns the words for properties that are missing.
pub(super) fn missing(names: &[String]) -> String {
    match names {
        [name] => format!("missing property {}", quoted(name)),
        names => format!("missing properties {}", all_quoted(names)),
    }
}

/// Returns the words for properties that another one asks for.
pub(super) fn missing_beside(names: &[String], property: &str) -> String {
    format!("properties {} required, if {} exists", all_quoted(names), quoted(property))
}

/// Returns the problem of a property whose name is wrong.
pub(super) fn bad_name(at: &str, name: &str, causes: Vec<Problem>) -> Problem {
    Problem::of(at, &format!("invalid propertyName {}", quoted(name)), causes)
}

fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn wanted_types(kind: &TypeKind) -> String {
    const ORDER: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];
    let wanted: Vec<String> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
    };
    let in_order: Vec<&str> = ORDER.into_iter().filter(|name| wanted.iter().any(|wanted| wanted == name)).collect();
    in_order.join(" or ")
}

fn enum_words(options: &Json) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    match options {
        options if options.iter().any(is_collection) => "'enum' failed".into(),
        [one] => format!("value must be {}", shown(one)),
        options => format!("value must be one of {}", options.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}

fn unique_words(value: &Json) -> String {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let equal = (0..items.len()).find_map(|second| (0..second).find(|first| items[*first] == items[second]).map(|first| (first, second)));
    let (first, second) = equal.unwrap_or_default();
    format!("items at {first} and {second} are equal")
}

fn bounds(keyword: &str, value: &Json, limit: &Json) -> String {
    format!("{keyword}: got {}, want {}", english(number(value)), english(number(limit)))
}

fn counts(keyword: &str, found: usize, limit: u64) -> String {
    format!("{keyword}: got {}, want {}", grouped(found as u64), grouped(limit))
}

fn grouped(count: u64) -> String {
    // Counts have no exponent, however large.
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn number(value: &Json) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn length(value: &Json) -> usize {
    match value {
        Json::String(text) => text.chars().count(),
        Json::Array(items) => items.len(),
        Json::Object(fields) => fields.len(),
        _ => 0,
    }
}
