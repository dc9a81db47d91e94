//! What a strict reader of Chart.yaml refuses: a key given twice, a key that nobody knows.

use crate::diag::{Source, Span, nearest};
use crate::value::Value;
use crate::yaml::{self, Node, NodeValue};

/// Something that a strict reader refuses.
pub(super) struct Refusal {
    /// The reader's words.
    pub(super) words: String,
    pub(super) span: Option<Span>,
    pub(super) help: Option<String>,
}

/// Returns what sigs.k8s.io/yaml's `UnmarshalStrict` refuses in a Chart.yaml that is fine otherwise.
pub(super) fn check(source: &Source, document: &Value) -> Option<Refusal> {
    twice(source).or_else(|| unknown(source, document))
}

fn twice(source: &Source) -> Option<Refusal> {
    let nodes = yaml::nodes(source).ok()?;
    let mut found = Vec::new();
    nodes.first().into_iter().for_each(|node| collect_twice(node, &mut found));
    let (_, first) = found.first()?;
    let span = Some(first.clone());
    let lines: String = found.iter().map(|(line, _)| format!("\n  {line}")).collect();
    let words = format!("error converting YAML to JSON: yaml: unmarshal errors:{lines}");
    Some(Refusal { words, span, help: Some("remove one of them; the last one counts".into()) })
}

/// Collects the keys that were set before in their mapping: Go's line, and the place of the key.
fn collect_twice(node: &Node, found: &mut Vec<(String, Span)>) {
    node.items().iter().for_each(|item| collect_twice(item, found));
    let mut keys: Vec<String> = Vec::new();
    for (key, value) in node.entries() {
        collect_twice(value, found);
        let Some(shown) = shown_key(key) else { continue };
        if keys.contains(&shown) {
            let line = value.span.line_column().line;
            found.push((format!("line {line}: key {shown} already set in map"), key.span.clone()));
        } else {
            keys.push(shown);
        }
    }
}

/// Returns a key as Go's `%#v` prints it.
fn shown_key(key: &Node) -> Option<String> {
    match &key.value {
        NodeValue::String(text) => Some(crate::value::quote(text.as_bytes())),
        NodeValue::Bool(value) => Some(value.to_string()),
        NodeValue::Number(_, value) => Some(crate::value::format_float(*value)),
        NodeValue::Null | NodeValue::Sequence(_) | NodeValue::Mapping(_) => None,
    }
}

const METADATA: &[&str] = &[
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];
const MAINTAINER: &[&str] = &["name", "email", "url"];
const DEPENDENCY: &[&str] = &["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"];

/// Finds the first key that is no field, in the order of the sorted keys.
fn unknown(source: &Source, document: &Value) -> Option<Refusal> {
    let (key, at, fields) = unknown_field(document, METADATA)?;
    let words = format!("error unmarshaling JSON: while decoding JSON: json: unknown field {}", crate::value::quote(key.as_bytes()));
    let help = nearest(&key, fields.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    let help = help.or_else(|| Some("Helm does not read this key; notes of your own go under annotations".into()));
    Some(Refusal { words, span: at.map(|at| source.span(at, at + key.len())), help })
}

type Unknown = (String, Option<usize>, &'static [&'static str]);

fn unknown_field(value: &Value, fields: &'static [&'static str]) -> Option<Unknown> {
    for entry in value.as_map()?.entries() {
        let key = entry.key.to_text();
        let Some(field) = fields.iter().find(|field| field.eq_ignore_ascii_case(&key)) else {
            return Some((key.into_owned(), entry.origin.place().map(|(_, at)| at), fields));
        };
        let inner = match *field {
            "maintainers" => MAINTAINER,
            "dependencies" => DEPENDENCY,
            _ => continue,
        };
        let mut items = entry.value.as_list().into_iter().flat_map(|list| list.iter());
        if let Some(found) = items.find_map(|item| unknown_field(item, inner)) {
            return Some(found);
        }
    }
    None
}
