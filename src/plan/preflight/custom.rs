//! Custom resources whose kind comes with the plan.

use super::brought::PlannedCrd;
use super::rules::check_rules;
use super::schema::json_schema;
use super::subject::Subject;
use crate::chart::FieldPath;
use crate::plan::finding::{Code, Finding};
use crate::template::trace::Key;
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{Draft, ValidationError};

/// Checks a custom resource against the schema of the definition that the plan brings: the server knows it only later.
pub fn check_custom(subject: &Subject, kind: &PlannedCrd) -> Vec<Finding> {
    if kind.schema.is_null() {
        return Vec::new();
    }
    let options = jsonschema::options().with_draft(Draft::Draft4);
    match options.build(&json_schema(&kind.schema)) {
        Ok(validator) => {
            let found: Vec<Finding> = validator.iter_errors(&subject.sent.body).flat_map(|error| findings(subject, &error)).collect();
            // The server asks rules only about what has the right shape.
            if found.is_empty() { check_rules(subject, &kind.schema) } else { found }
        }
        Err(error) => {
            let id = &subject.sent.id;
            vec![subject.finding(Code::NotTried, format!("the schema of {} cannot be used to check it: {error}", id.kind))]
        }
    }
}

fn findings(subject: &Subject, error: &ValidationError<'_>) -> Vec<Finding> {
    let path = path_of(error.instance_path());
    let finding = |path: FieldPath, message: String| {
        let finding = subject.finding(Code::Refused, message);
        if path.0.is_empty() { finding } else { finding.of_field(path.to_string()) }
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let below = |name: &String| FieldPath(path.0.iter().cloned().chain([Key::Name(name.as_str().into())]).collect());
            unexpected.iter().map(|name| finding(below(name), "field not declared in schema".to_owned())).collect()
        }
        _ => vec![finding(path, error.to_string())],
    }
}

fn path_of(location: &Location) -> FieldPath {
    let key = |segment: LocationSegment<'_>| match segment {
        LocationSegment::Property(name) => Key::Name(name.as_ref().into()),
        LocationSegment::Index(index) => Key::Index(index),
    };
    FieldPath(location.iter().map(key).collect())
}

#[cfg(test)]
mod tests {
    use super::{PlannedCrd, check_custom};
    use crate::plan::preflight::Subject;
    use serde_json::{Value as Json, json};

    fn schema() -> Json {
        json!({"type": "object", "required": ["spec"], "properties": {"spec": {
            "type": "object",
            "required": ["size", "mode"],
            "properties": {
                "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
                "mode": {"type": "string", "enum": ["on", "off"], "default": "on"},
                "name": {"type": "string", "pattern": "^[a-z]+$", "nullable": true},
                "port": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "object": {"type": "object", "x-kubernetes-embedded-resource": true},
                "parts": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "boolean"}}}},
            },
            "anyOf": [{"required": ["size"]}, {"required": ["name"]}],
        }}})
    }

    #[track_caller]
    fn check(spec: Json, expected: &[(&str, &str)]) {
        let body = json!({"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w", "labels": {"a": "b"}}, "spec": spec});
        let subject = Subject::of_test(body);
        let found = check_custom(&subject, &PlannedCrd { is_namespaced: true, schema: schema() });
        let mut found: Vec<(String, String)> =
            found.into_iter().map(|finding| (finding.field.unwrap_or_default(), finding.message)).collect();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(field, message)| (field.as_str(), message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_the_server_takes_is_taken() {
        check(json!({"size": 1, "name": null, "port": "http", "free": {"a": {"b": 1}}, "labels": {"x": "y"}}), &[]);
        check(json!({"size": 1, "port": 80, "object": {"apiVersion": "v1", "kind": "X", "metadata": {}}, "parts": [{"a": true}]}), &[]);
    }

    #[test]
    fn what_the_server_refuses_is_found_with_its_field() {
        check(json!({"size": 0}), &[("spec.size", "0 is less than or equal to the minimum of 0")]);
        check(
            json!({}),
            &[
                ("spec", "\"size\" is a required property"),
                ("spec", "{} is not valid under any of the schemas listed in the 'anyOf' keyword"),
            ],
        );
        check(json!({"size": 1, "sise": 2}), &[("spec.sise", "field not declared in schema")]);
        check(
            json!({"size": "1", "mode": "of"}),
            &[("spec.mode", "\"of\" is not one of \"on\" or \"off\""), ("spec.size", "\"1\" is not of type \"integer\"")],
        );
        check(json!({"size": 1, "name": "A"}), &[("spec.name", "\"A\" does not match \"^[a-z]+$\"")]);
        check(json!({"size": 1, "parts": [{"a": true}, {"b": 1}]}), &[("spec.parts[1].b", "field not declared in schema")]);
        check(
            json!({"size": 1, "port": true}),
            &[
                ("spec.port", "true is not of types \"integer\", \"string\""),
                ("spec.port", "true is not valid under any of the schemas listed in the 'anyOf' keyword"),
            ],
        );
    }
}
