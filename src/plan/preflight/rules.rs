//! The rules in CEL of a custom resource definition.

use super::field::field_path;
use super::subject::Subject;
use crate::chart::FieldPath;
use crate::plan::finding::{Code, Finding};
use crate::template::trace::Key;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cel::objects::OptionalValue;
use cel::{Context, Env, Program, Value as Cel, extensions};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A longer rule is not read, nor one whose brackets are nested deeper: a definition must not be able to take our stack.
const LONGEST: usize = 8192;
const DEEPEST: usize = 64;

/// Words that no field can be called in a rule.
///
/// Rule: k8s.io/apiserver pkg/cel (`celReservedSymbols`).
const RESERVED: [&str; 22] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
    "__type__",
];

/// What the API server's rules can use, as far as the interpreter has it. What it has not leaves a rule unchecked, which is said.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    // Without it, rules that need it are told to be unchecked.
    let _ = env.add_extension(extensions::strings);
    Arc::new(env)
});

/// Checks a custom resource against `x-kubernetes-validations` of the schema that its definition will have. The object satisfies the
/// rest of the schema. Rules about a change hold for no object that is made.
///
/// A rule that is broken is a refusal; one that cannot be worked out here is a note that says so.
///
/// Rule: k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel.
pub(super) fn check_rules(subject: &Subject, schema: &Json) -> Vec<Finding> {
    if !schema.to_string().contains("x-kubernetes-validations") {
        return Vec::new();
    }
    let mut schema = schema.clone();
    let body = add_head(&mut schema, &subject.sent.body);
    let body = with_defaults(&schema, body);
    let mut checker = Checker { subject, findings: Vec::new() };
    checker.walk(&schema, &body, &FieldPath::default());
    checker.findings
}

/// At the root a rule sees of the head only what names the object.
fn add_head(schema: &mut Json, body: &Json) -> Json {
    let text = json!({"type": "string"});
    let metadata = json!({"type": "object", "properties": {"name": text, "generateName": text}});
    if let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) {
        properties.extend([("apiVersion".to_owned(), text.clone()), ("kind".to_owned(), text), ("metadata".to_owned(), metadata)]);
    }
    body.clone()
}

struct Checker<'s> {
    subject: &'s Subject,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn walk(&mut self, schema: &Json, value: &Json, path: &FieldPath) {
        for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
            self.check(rule, schema, value, path);
        }
        match value {
            Json::Object(fields) => {
                for (name, field) in fields {
                    let own = schema.get("properties").and_then(|properties| properties.get(name));
                    if let Some(schema) = own.or_else(|| schema.get("additionalProperties").filter(|more| more.is_object())) {
                        self.walk(schema, field, &below(path, Key::Name(name.as_str().into())));
                    }
                }
            }
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.walk(&schema["items"], item, &below(path, Key::Index(at)));
                }
            }
            _ => {}
        }
    }

    fn check(&mut self, rule: &Json, schema: &Json, value: &Json, path: &FieldPath) {
        let text = rule["rule"].as_str().unwrap_or_default();
        let is_optional = rule["optionalOldSelf"].as_bool() == Some(true);
        if mentions(text, "oldSelf") && !is_optional {
            if self.subject.sent.is_served {
                self.unchecked(text, path, "it compares with the object that is there");
            }
            return;
        }
        match evaluate(text, schema, value) {
            Ok(Cel::Bool(true)) => {}
            Ok(Cel::Bool(false)) => {
                let message = rule["message"].as_str().map(str::to_owned).or_else(|| said(rule, schema, value));
                let message = message.unwrap_or_else(|| format!("failed rule: {text}"));
                let below = rule["fieldPath"].as_str().map(|field| field_path(field, value)).unwrap_or_default();
                let field = FieldPath(path.0.iter().chain(&below.0).cloned().collect());
                let finding = self.subject.finding(Code::Refused, format!("Invalid value: {message}"));
                self.findings.push(placed(finding, &field));
            }
            Ok(_) => self.unchecked(text, path, "it gives neither true nor false"),
            Err(reason) => self.unchecked(text, path, &reason),
        }
    }

    fn unchecked(&mut self, rule: &str, path: &FieldPath, reason: &str) {
        let message = format!("the rule `{rule}` of the definition could not be checked: {reason}");
        self.findings.push(placed(self.subject.finding(Code::UncheckedRule, message), path));
    }
}

fn placed(finding: Finding, path: &FieldPath) -> Finding {
    if path.0.is_empty() { finding } else { finding.of_field(path.to_string()) }
}

fn below(path: &FieldPath, key: Key) -> FieldPath {
    FieldPath(path.0.iter().cloned().chain([key]).collect())
}

/// Returns the message that a rule makes up itself.
fn said(rule: &Json, schema: &Json, value: &Json) -> Option<String> {
    match evaluate(rule["messageExpression"].as_str()?, schema, value) {
        Ok(Cel::String(text)) => Some(text.as_ref().clone()),
        _ => None,
    }
}

fn evaluate(text: &str, schema: &Json, value: &Json) -> Result<Cel, String> {
    if text.len() > LONGEST || depth(text) > DEEPEST {
        return Err("it is too long".to_owned());
    }
    let mut strange = Vec::new();
    let value = to_cel(schema, value, "self", &mut strange);
    if let Some(name) = strange.iter().find(|name| mentions(text, name)) {
        return Err(format!("`{name}` is a time, a duration or bytes"));
    }
    let program: Program = ENV.compile(text).map_err(|error| one_line(&error.to_string()))?;
    let mut context = Context::with_env(ENV.clone());
    context.add_variable_from_value("self", value);
    context.add_variable_from_value("oldSelf", Cel::Opaque(Arc::new(OptionalValue::none())));
    program.execute(&context).map_err(|error| one_line(&error.to_string()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn depth(text: &str) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'?' | b'!' | b'-' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Says whether a rule has this name in it.
fn mentions(rule: &str, name: &str) -> bool {
    let is_of_name = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric() || character == '_');
    rule.match_indices(name).any(|(at, found)| {
        let (before, after) = (rule[..at].chars().next_back(), rule[at + found.len()..].chars().next());
        !is_of_name(before) && !is_of_name(after)
    })
}

/// Returns a value as a rule sees it: by its schema, fields that are not declared left out. Names of fields whose values the interpreter
/// does not have go to `strange`.
///
/// Rule: k8s.io/apiserver pkg/cel/common/values.go (`UnstructuredToVal`).
fn to_cel(schema: &Json, value: &Json, name: &str, strange: &mut Vec<String>) -> Cel {
    let is_of = |kind: &str| schema["type"].as_str() == Some(kind);
    match value {
        Json::Null => Cel::Null,
        Json::Bool(value) => Cel::Bool(*value),
        Json::Number(number) if is_of("number") => Cel::Float(number.as_f64().unwrap_or_default()),
        Json::Number(number) => number.as_i64().map_or_else(|| Cel::Float(number.as_f64().unwrap_or_default()), Cel::Int),
        Json::String(text) => match schema["format"].as_str() {
            Some("date" | "date-time" | "duration") => {
                strange.push(name.to_owned());
                Cel::Null
            }
            Some("byte") => match STANDARD.decode(text) {
                Ok(bytes) => Cel::Bytes(Arc::new(bytes)),
                Err(_) => {
                    strange.push(name.to_owned());
                    Cel::Null
                }
            },
            _ => Cel::String(Arc::new(text.clone())),
        },
        Json::Array(items) => Cel::List(Arc::new(items.iter().map(|item| to_cel(&schema["items"], item, name, strange)).collect())),
        Json::Object(fields) => Cel::from(map_to_cel(schema, fields, name, strange)),
    }
}

fn map_to_cel(schema: &Json, fields: &Map<String, Json>, name: &str, strange: &mut Vec<String>) -> HashMap<String, Cel> {
    let mut map = HashMap::with_capacity(fields.len());
    for (key, field) in fields {
        if let Some(schema) = schema.get("properties").and_then(|properties| properties.get(key)) {
            let escaped = escaped(key);
            let value = to_cel(schema, field, &escaped, strange);
            map.insert(escaped, value);
        } else if let Some(schema) = schema.get("additionalProperties").filter(|more| more.is_object()) {
            map.insert(key.clone(), to_cel(schema, field, name, strange));
        }
    }
    map
}

/// Returns what a field is called in rules.
///
/// Rule: k8s.io/apiserver pkg/cel/escaping.go (`Escape`).
fn escaped(name: &str) -> String {
    if RESERVED.contains(&name) {
        return format!("__{name}__");
    }
    let pairs = [("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__")];
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(character) = rest.chars().next() {
        match pairs.iter().find(|(raw, _)| rest.starts_with(raw)) {
            Some((raw, word)) => {
                out.push_str(word);
                rest = &rest[raw.len()..];
            }
            None => {
                out.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    out
}

/// Fills in what the server fills in before rules are asked.
///
/// Rule: k8s.io/apiextensions-apiserver pkg/apiserver/schema/defaulting.
fn with_defaults(schema: &Json, value: Json) -> Json {
    match value {
        Json::Object(mut fields) => {
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                let is_missing = match fields.get(name) {
                    None => true,
                    Some(Json::Null) => schema["nullable"].as_bool() != Some(true),
                    Some(_) => false,
                };
                if let Some(default) = schema.get("default").filter(|_| is_missing) {
                    fields.insert(name.clone(), default.clone());
                }
            }
            let filled = |(name, field): (String, Json)| {
                let own = schema.get("properties").and_then(|properties| properties.get(&name));
                let of_field = own.or_else(|| schema.get("additionalProperties")).unwrap_or(&Json::Null);
                let field = with_defaults(of_field, field);
                (name, field)
            };
            Json::Object(fields.into_iter().map(filled).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(|item| with_defaults(&schema["items"], item)).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{check_rules, escaped};
    use crate::plan::preflight::Subject;
    use serde_json::{Value as Json, json};

    /// Checks the findings of a spec whose schema has one rule, as `CODE FIELD: MESSAGE`.
    #[track_caller]
    fn check(rule: Json, spec: Json, expected: &[&str]) {
        check_served(rule, spec, false, expected);
    }

    #[track_caller]
    fn check_served(rule: Json, spec: Json, is_served: bool, expected: &[&str]) {
        let integer = json!({"type": "integer"});
        let schema = json!({"type": "object", "properties": {"spec": {
            "type": "object",
            "x-kubernetes-validations": [rule],
            "properties": {
                "min": integer, "max": integer, "size": {"type": "integer", "default": 3}, "ratio": {"type": "number"},
                "name": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}}, "when": {"type": "string", "format": "date-time"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}}, "x-y": {"type": "boolean"},
                "parts": {"type": "array", "items": {"type": "object", "properties": {"a": integer},
                    "x-kubernetes-validations": [{"rule": "self.a > 0", "message": "a is positive"}]}},
            },
        }}});
        let body = json!({"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec});
        let mut subject = Subject::of_test(body);
        subject.sent.is_served = is_served;
        let found = check_rules(&subject, &schema);
        let found: Vec<String> = found
            .iter()
            .map(|finding| format!("{} {}: {}", finding.code, finding.field.as_deref().unwrap_or_default(), finding.message))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_rule_that_holds_is_silent_and_a_broken_one_is_a_refusal() {
        let rule = json!({"rule": "self.min <= self.max", "message": "min is above max"});
        check(rule.clone(), json!({"min": 1, "max": 2}), &[]);
        check(rule, json!({"min": 3, "max": 2}), &["refused spec: Invalid value: min is above max"]);
        check(
            json!({"rule": "self.size == 4", "fieldPath": ".size"}),
            json!({}),
            &["refused spec.size: Invalid value: failed rule: self.size == 4"],
        );
        let expression = json!({"rule": "self.min > 1", "messageExpression": "'min is ' + string(self.min)"});
        check(expression, json!({"min": 1}), &["refused spec: Invalid value: min is 1"]);
        check(json!({"rule": "true"}), json!({"parts": [{"a": 1}, {"a": 0}]}), &["refused spec.parts[1]: Invalid value: a is positive"]);
    }

    #[test]
    fn what_rules_use_most_is_understood() {
        let spec = json!({"min": 1, "ratio": 2, "name": "web-1", "names": ["a", "b"], "labels": {"x-y": "z"}, "x-y": true});
        for rule in [
            "has(self.min) && !has(self.max)",
            "self.names.all(n, n.size() == 1) && self.names.exists(n, n == 'a')",
            "self.name.matches('^[a-z]+-[0-9]$') && self.name.startsWith('web')",
            "self.ratio > 1.5 && self.ratio > self.min",
            "'x-y' in self.labels && self.labels['x-y'] == 'z'",
            "self.x__dash__y",
            "size(self.names) in [1, 2] ? true : false",
            "self.name.split('-')[1] == '1' && self.name.lowerAscii() == self.name",
            "self.?max.orValue(7) == 7",
            "self.names.filter(n, n != 'a').map(n, n + n) == ['bb']",
        ] {
            check(json!({"rule": rule}), spec.clone(), &[]);
        }
    }

    #[test]
    fn what_cannot_be_checked_is_said() {
        let unchecked =
            |rule: &str, reason: &str| format!("unchecked-rule spec: the rule `{rule}` of the definition could not be checked: {reason}");
        let when = "self.when > timestamp('2020-01-01T00:00:00Z')";
        check(json!({"rule": when}), json!({"when": "2021-01-01T00:00:00Z"}), &[&unchecked(when, "`when` is a time, a duration or bytes")]);
        let deep = "(".repeat(70);
        check(json!({"rule": deep}), json!({}), &[&unchecked(&deep, "it is too long")]);
        check(json!({"rule": "1"}), json!({}), &[&unchecked("1", "it gives neither true nor false")]);
        check(
            json!({"rule": "quantity('1Gi').isInteger()"}),
            json!({}),
            &[&unchecked("quantity('1Gi').isInteger()", "Undeclared reference to 'quantity'")],
        );
    }

    #[test]
    fn rules_about_a_change_hold_for_what_is_there_already() {
        let rule = json!({"rule": "self.min == oldSelf.min"});
        check(rule.clone(), json!({"min": 1}), &[]);
        let said = "unchecked-rule spec: the rule `self.min == oldSelf.min` of the definition could not be checked: it compares with the object that is there";
        check_served(rule, json!({"min": 1}), true, &[said]);
        let optional = json!({"rule": "!oldSelf.hasValue() || self.min == oldSelf.value().min", "optionalOldSelf": true});
        check(optional, json!({"min": 1}), &[]);
    }

    #[test]
    fn names_that_are_no_names_in_rules_are_escaped() {
        for (name, expected) in
            [("a", "a"), ("x-y", "x__dash__y"), ("a.b/c", "a__dot__b__slash__c"), ("a__b", "a__underscores__b"), ("if", "__if__")]
        {
            assert_eq!(escaped(name), expected);
        }
    }
}
