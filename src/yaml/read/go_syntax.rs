//! What Go's `%#v` prints of decoded YAML, for the two messages that show it.

use super::composer::Composer;
use super::node::{Node, NodeValue};
use crate::diag::Source;
use crate::value::quote;
use crate::yaml::resolve::{Scalar, resolve};
use crate::yaml::scanner::Encoding;

/// Returns go-yaml's words for the collection at `at` that is a key.
pub(super) fn invalid_key(bytes: &[u8], at: usize) -> String {
    // With another mistake after it, the document cannot be composed, and the words stay short.
    let key = compose(bytes).and_then(|node| key_at(&node, at).map(go_syntax)).unwrap_or_else(|| "a collection".to_owned());
    format!("invalid map key: {key}")
}

/// Returns the place of the first key that has no string, and sigs.k8s.io/yaml's words for it. What a later equal key
/// replaces is never converted, and so may hold such keys.
pub(super) fn unsupported_key(bytes: &[u8]) -> Option<(usize, String)> {
    let node = compose(bytes)?;
    let (key, value) = odd_entry(&node)?;
    let type_name = if key.is_null() { "%!s(<nil>)" } else { "uint64" };
    let words = format!("unsupported map key of type: {type_name}, key: {}, value: {}", go_value(key), go_value(value));
    Some((key.span.start as usize, words))
}

/// Composes the first document of a text that was read before, and so is sound.
fn compose(bytes: &[u8]) -> Option<Node> {
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new("", &*text);
    Composer::new(Encoding::of_text(&text), source).next_document().ok()?
}

fn key_at(node: &Node, at: usize) -> Option<&Node> {
    node.items().iter().find_map(|item| key_at(item, at)).or_else(|| {
        node.entries().iter().find_map(|(key, value)| {
            let here = key.span.start as usize == at && key.scalar_text().is_none();
            if here { Some(key) } else { key_at(key, at).or_else(|| key_at(value, at)) }
        })
    })
}

fn odd_entry(node: &Node) -> Option<(&Node, &Node)> {
    let entries = node.entries();
    let remains = |at: usize| !entries[at + 1..].iter().any(|(key, _)| go_syntax(key) == go_syntax(&entries[at].0));
    node.items().iter().find_map(odd_entry).or_else(|| {
        entries.iter().enumerate().find_map(|(at, (key, value))| {
            if is_odd(key) && remains(at) {
                return Some((key, value));
            }
            odd_entry(value).filter(|_| remains(at))
        })
    })
}

fn is_odd(key: &Node) -> bool {
    match &key.value {
        NodeValue::Null => true,
        NodeValue::Number(text, _) => matches!(resolve(&text.to_text()), Scalar::Uint(_)),
        _ => false,
    }
}

/// A nil that is printed itself has no type; one in a collection is of the collection's.
fn go_value(node: &Node) -> String {
    if node.is_null() { "<nil>".to_owned() } else { go_syntax(node) }
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
            // Go sorts by type, then by value; the order of types is an accident of the program's layout.
            let mut entries: Vec<&(Node, Node)> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| (key.as_str().is_none(), key.key_text()));
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{}:{}", go_syntax(key), go_syntax(value))).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}
