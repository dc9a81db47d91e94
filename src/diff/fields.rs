//! Which fields of an object differ.

use super::align::Identity;
use serde_json::Value as Json;
use std::fmt;

/// A step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An entry of a map.
    Key(String),
    /// An item of a list: what names it among the others, if anything, and its place on the new side (on the old one where it is gone).
    Item {
        /// Its name.
        name: Option<String>,
        /// Its place, from 0.
        at: usize,
    },
}

/// The way to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field(pub Vec<Step>);

impl Field {
    /// Says whether the field is at or below this way of keys.
    pub fn is_below(&self, keys: &[&str]) -> bool {
        self.0.len() >= keys.len() && self.0.iter().zip(keys).all(|(step, key)| matches!(step, Step::Key(own) if own == key))
    }

    /// Returns the key at the end of the way.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(key) => Some(key),
            Step::Item { .. } => None,
        }
    }

    /// Returns the way with places instead of names, as `explain` takes it: `spec.containers[0].image`.
    pub fn indexed(&self) -> String {
        self.written(|_, at| at.to_string())
    }

    fn written(&self, item: impl Fn(Option<&str>, usize) -> String) -> String {
        let mut text = String::new();
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    if index > 0 {
                        text.push('.');
                    }
                    text.push_str(&key.replace('.', "\\."));
                }
                Step::Item { name, at } => text.push_str(&format!("[{}]", item(name.as_deref(), *at))),
            }
        }
        text
    }
}

impl fmt::Display for Field {
    /// Writes `spec.containers[web].image`, with `\.` for a dot in a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(|name, at| name.map_or_else(|| at.to_string(), str::to_owned)))
    }
}

/// A field that differs: at least one side is there.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The way to it.
    pub field: Field,
    /// Before.
    pub old: Option<Json>,
    /// After.
    pub new: Option<Json>,
}

/// Returns the fields that differ between two objects, the deepest that tell: a map that is on one side only is one field. Items of
/// lists are matched by what names them. In the order of the keys.
pub fn field_changes(old: &Json, new: &Json) -> Vec<FieldChange> {
    let mut found = Vec::new();
    collect(Some(old), Some(new), &mut Vec::new(), &mut found);
    found
}

fn collect(old: Option<&Json>, new: Option<&Json>, way: &mut Vec<Step>, found: &mut Vec<FieldChange>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Json::Object(left)), Some(Json::Object(right))) => {
            let mut keys: Vec<&String> = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key))).collect();
            keys.sort_unstable();
            for key in keys {
                way.push(Step::Key(key.clone()));
                collect(left.get(key), right.get(key), way, found);
                way.pop();
            }
        }
        (Some(Json::Array(left)), Some(Json::Array(right))) => collect_items(left, right, way, found),
        (old, new) => found.push(FieldChange { field: Field(way.clone()), old: old.cloned(), new: new.cloned() }),
    }
}

fn collect_items(left: &[Json], right: &[Json], way: &mut Vec<Step>, found: &mut Vec<FieldChange>) {
    let mut step = |way: &mut Vec<Step>, name: Option<String>, at: usize, old: Option<&Json>, new: Option<&Json>| {
        way.push(Step::Item { name, at });
        collect(old, new, way, found);
        way.pop();
    };
    match Identity::of(&[left, right]) {
        Some(identity) if left.iter().chain(right).all(Json::is_object) => {
            let name = |item: &Json| identity.name(item);
            for (at, item) in right.iter().enumerate() {
                step(way, name(item), at, left.iter().find(|old| name(old) == name(item)), Some(item));
            }
            for (at, item) in left.iter().enumerate().filter(|(_, item)| right.iter().all(|new| name(new) != name(item))) {
                step(way, name(item), at, Some(item), None);
            }
        }
        _ => {
            for at in 0..left.len().max(right.len()) {
                step(way, None, at, left.get(at), right.get(at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(old: &Json, new: &Json, expected: &[&str]) {
        let found: Vec<String> = field_changes(old, new).iter().map(|change| change.field.to_string()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn items_are_matched_by_name_whatever_their_order() {
        let old = json!({"spec": {"containers": [{"name": "a", "image": "x:1"}, {"name": "b", "image": "y:1"}]}});
        let new = json!({"spec": {"containers": [{"name": "b", "image": "y:2"}, {"name": "a", "image": "x:1"}, {"name": "c"}]}});
        check(&old, &new, &["spec.containers[b].image", "spec.containers[c]"]);
        assert_eq!(field_changes(&old, &new)[0].field.indexed(), "spec.containers[0].image");
    }

    #[test]
    fn items_without_names_are_matched_by_place() {
        check(&json!({"args": ["a", "b"]}), &json!({"args": ["a", "c", "d"]}), &["args[1]", "args[2]"]);
    }

    #[test]
    fn equal_objects_have_no_fields_that_differ_and_dots_in_keys_are_kept_apart() {
        check(&json!({"a": {"b": [1]}}), &json!({"a": {"b": [1]}}), &[]);
        check(&json!({"data": {"a.conf": "1"}}), &json!({"data": {"a.conf": "2"}}), &["data.a\\.conf"]);
    }
}
