//! Covers the values of Secrets, in such a way that one still sees which keys change.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

/// Says whether the object is a core Secret.
pub fn is_secret(object: &Json) -> bool {
    object["kind"] == "Secret" && object["apiVersion"] == "v1"
}

/// Returns both sides with the values under `data` and `stringData` covered where an object is a Secret.
///
/// A value that is the same on both sides becomes `REDACTED # (N bytes)`, one that differs `-------- # (N bytes)` on the
/// old and `++++++++ # (N bytes)` on the new side (helm-diff's forms), so equal values stay equal and others differ.
/// Bytes are those of the decoded value. Values that are no strings and `last-applied-configuration` annotations are covered too.
pub fn cover_pair(old: Option<&Json>, new: Option<&Json>) -> (Option<Json>, Option<Json>) {
    let secret = old.is_some_and(is_secret) || new.is_some_and(is_secret);
    if !secret {
        return (old.cloned(), new.cloned());
    }
    (old.map(|side| cover(side, new, "--------")), new.map(|side| cover(side, old, "++++++++")))
}

fn cover(side: &Json, other: Option<&Json>, mark: &str) -> Json {
    let mut covered = side.clone();
    for field in ["data", "stringData"] {
        if let Some(values) = covered.get_mut(field).and_then(Json::as_object_mut) {
            cover_values(values, other.and_then(|other| other.get(field)), mark, field == "data");
        }
    }
    if let Some(annotations) = covered.pointer_mut("/metadata/annotations").and_then(Json::as_object_mut)
        && let Some(last) = annotations.get_mut("kubectl.kubernetes.io/last-applied-configuration")
    {
        *last = Json::String("REDACTED".into());
    }
    covered
}

fn cover_values(values: &mut Map<String, Json>, other: Option<&Json>, mark: &str, is_base64: bool) {
    for (key, value) in values.iter_mut() {
        let same = other.and_then(|other| other.get(key)) == Some(value);
        let length = length(value, is_base64);
        *value = Json::String(format!("{} # ({length} bytes)", if same { "REDACTED" } else { mark }));
    }
}

/// Counts the bytes of a value: decoded, for that is what pods read.
fn length(value: &Json, is_base64: bool) -> usize {
    let Some(text) = value.as_str() else { return value.to_string().len() };
    let decoded = if is_base64 { STANDARD.decode(text).ok() } else { None };
    decoded.map_or(text.len(), |bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_value_of_a_secret_survives_and_changed_keys_still_differ() {
        let old = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "c2FtZQ==", "b": "b2xk"}});
        let new = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "c2FtZQ==", "b": "bmV3ZXI="}});
        let (old, new) = cover_pair(Some(&old), Some(&new));
        assert_eq!(
            old,
            Some(json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "REDACTED # (4 bytes)", "b": "-------- # (3 bytes)"}}))
        );
        assert_eq!(
            new,
            Some(json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "REDACTED # (4 bytes)", "b": "++++++++ # (5 bytes)"}}))
        );
    }

    #[test]
    fn other_kinds_are_left_alone() {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}});
        assert_eq!(cover_pair(Some(&map), None), (Some(map), None));
    }
}
