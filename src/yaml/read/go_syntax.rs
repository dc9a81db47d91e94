//! What Go's `%#v` prints of decoded YAML, for the two messages that show it.

use super::composer::Composer;
use super::node::{Node, NodeValue};
use crate::diag::Source;
use crate::value::quote;
use crate::yaml::resolve::{Scalar, resolve};
use crate::yaml::scanner::Encoding;

/// Returns go-yaml's words for the collection at `at` that is a key.
pub(super) fn invalid_key(bytes: &[u8], at: usize) -> String {
    let key = entry_at(bytes, at).map_or_else(String::new, |(key, _)| go_syntax(&key));
    format!("invalid map key: {key}")
}

/// Returns sigs.k8s.io/yaml's words for the key at `at` that has no string.
pub(super) fn unsupported_key(bytes: &[u8], at: usize) -> String {
    let Some((key, value)) = entry_at(bytes, at) else {
        return "unsupported map key".to_owned();
    };
    let type_name = if key.is_null() { "%!s(<nil>)" } else { "uint64" };
    format!("unsupported map key of type: {type_name}, key: {}, value: {}", go_syntax(&key), go_syntax(&value))
}

/// Returns the entry of the first document whose key starts at a byte. The text was read before, so it is sound.
fn entry_at(bytes: &[u8], at: usize) -> Option<(Node, Node)> {
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new("", &*text);
    let node = Composer::new(Encoding::of_text(&text), source).next_document().ok()??;
    find(&node, at)
}

fn find(node: &Node, at: usize) -> Option<(Node, Node)> {
    node.items().iter().find_map(|item| find(item, at)).or_else(|| {
        node.entries().iter().find_map(|(key, value)| {
            let here = key.span.start as usize == at;
            if here { Some((key.clone(), value.clone())) } else { find(key, at).or_else(|| find(value, at)) }
        })
    })
}

fn go_syntax(node: &Node) -> String {
    match &node.value {
        NodeValue::Null => "interface {}(nil)".to_owned(),
        NodeValue::Bool(value) => value.to_string(),
        NodeValue::Number(text, value) => match resolve(&text.to_text()) {
            Scalar::Int(value) => value.to_string(),
            Scalar::Uint(value) => format!("{value:#x}"),
            _ => crate::value::format_float(*value),
        },
        NodeValue::String(text) => quote(text.as_bytes()),
        NodeValue::Sequence(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        NodeValue::Mapping(entries) => {
            let mut entries: Vec<String> = entries.iter().map(|(key, value)| format!("{}:{}", go_syntax(key), go_syntax(value))).collect();
            entries.sort();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}
