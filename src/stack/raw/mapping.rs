//! The keys of mappings: what is a name, what comes through `<<`, what is there twice.

use super::value::{bool_text, is_boolean};
use crate::value::Str;
use crate::yaml::{Node, NodeValue};

/// Returns a key that is a text for go-yaml v3.
pub(super) fn text_key(key: &Node) -> Option<Str> {
    match &key.value {
        NodeValue::String(text) => Some(text.clone()),
        NodeValue::Bool(_) => Some(bool_text(key)).filter(|text| !is_boolean(text)).map(Str::from),
        _ => None,
    }
}

/// Returns a key as the name of a field: numbers and booleans are names, too.
pub(super) fn key_name(key: &Node) -> Option<Str> {
    text_key(key).or_else(|| key.key_text())
}

/// Returns the entries that count: a mapping's own before those that come through `<<`, and of these the first.
pub(super) fn effective_entries(node: &Node) -> Vec<(&Node, &Node)> {
    if node.entries().iter().all(|(key, _)| is_own(node, key)) {
        return node.entries().iter().map(|(key, value)| (key, value)).collect();
    }
    let mut found: Vec<(Option<Str>, &Node, &Node)> = Vec::with_capacity(node.entries().len());
    for (key, value) in node.entries() {
        let text = key_name(key);
        match found.iter_mut().find(|(known, ..)| text.is_some() && *known == text) {
            None => found.push((text, key, value)),
            Some(known) if is_own(node, key) => *known = (text, key, value),
            Some(_) => {}
        }
    }
    found.into_iter().map(|(_, key, value)| (key, value)).collect()
}

/// Says whether a key is written in a mapping itself, and did not come through `<<`.
fn is_own(mapping: &Node, key: &Node) -> bool {
    key.span.start >= mapping.span.start && key.span.end <= mapping.span.end
}

/// A key that a mapping has twice.
pub(super) struct Double<'n> {
    pub(super) key: Str,
    pub(super) first: &'n Node,
    pub(super) second: &'n Node,
}

pub(super) fn duplicate_keys(node: &Node) -> Vec<Double<'_>> {
    let own = node.entries().iter().filter(|(key, _)| is_own(node, key));
    let mut keys: Vec<(Str, &Node)> = own.filter_map(|(key, _)| Some((key_name(key)?, key))).collect();
    keys.sort_by(|a, b| a.0.cmp(&b.0));
    let doubles = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    doubles.map(|pair| Double { key: pair[1].0.clone(), first: pair[0].1, second: pair[1].1 }).collect()
}

pub(super) fn all_duplicates(node: &Node) -> Vec<Double<'_>> {
    let mut duplicates = duplicate_keys(node);
    for child in node.items().iter().chain(node.entries().iter().map(|(_, value)| value)) {
        duplicates.extend(all_duplicates(child));
    }
    duplicates
}
