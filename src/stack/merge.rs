//! How maps of values are laid over each other.
//!
//! helmfile uses two merges that differ in what null does and in lists; both keep the origin of the entry that wins.
//! Neither changes its arguments; parts that stay untouched are shared.

use crate::value::{Entry, List, Map, Value};

/// What a list laid over a list does in `overlay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListMerge {
    /// Replaces it, unless it holds a null: then it merges by index and null keeps what is there.
    Sparse,
    /// Always merges by index: what `--state-values-set list[1]=x` needs.
    ByIndex,
}

/// Lays `over` on `base`; a null in `over` only fills a gap.
///
/// Rule: helmfile pkg/maputil `MergeMaps`.
pub fn overlay(base: &Map, over: &Map, lists: ListMerge) -> Map {
    let out = shallow_copy(base);
    for entry in over.entries() {
        let present = out.get_bytes(entry.key.as_bytes());
        let value = match (present, &entry.value) {
            (Some(_), Value::Nil) => continue,
            (Some(Value::Map(below)), Value::Map(above)) => Value::Map(overlay(&below, above, lists)),
            (Some(Value::List(below)), Value::List(above)) => Value::List(overlay_lists(&below, above, lists)),
            (_, value) => value.clone(),
        };
        out.insert_entry(Entry { value, ..entry });
    }
    out
}

fn overlay_lists(below: &List, above: &List, lists: ListMerge) -> List {
    if lists == ListMerge::Sparse && !above.iter().any(Value::is_nil) {
        return above.clone();
    }
    let length = below.len().max(above.len());
    (0..length)
        .map(|index| match (below.items().get(index), above.items().get(index)) {
            (Some(Value::Map(below)), Some(Value::Map(above))) => Value::Map(overlay(below, above, lists)),
            (_, Some(value)) if !value.is_nil() => value.clone(),
            (below, _) => below.cloned().unwrap_or_default(),
        })
        .collect()
}

/// Lays `over` on `base`; everything in `over` wins, null too, and lists replace.
///
/// Rule: mergo 1.0.2 `Merge` with `WithOverride` on `map[string]interface{}`.
pub fn override_with(base: &Map, over: &Map) -> Map {
    let out = shallow_copy(base);
    for entry in over.entries() {
        let value = match (out.get_bytes(entry.key.as_bytes()), &entry.value) {
            (Some(Value::Map(below)), Value::Map(above)) => Value::Map(override_with(&below, above)),
            (_, value) => value.clone(),
        };
        out.insert_entry(Entry { value, ..entry });
    }
    out
}

fn shallow_copy(map: &Map) -> Map {
    Map::from_entries(map.kind(), map.entries())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn map(json: &Json) -> Map {
        Value::from(json).as_map().cloned().unwrap_or_default()
    }

    #[track_caller]
    fn check(merged: &Map, expected: &Json) {
        assert_eq!(serde_json::to_value(merged).expect("maps serialize"), *expected);
    }

    fn cases() -> (Map, Map) {
        let base = json!({"map": {"a": 1, "b": 2}, "kept": {"x": 1}, "nulled": 1, "list": [1, {"a": 1}, 3], "emptied": [1], "off": true, "type": {"a": 1}});
        let over = json!({"map": {"b": 3}, "kept": {}, "nulled": null, "new": null, "list": [null, {"b": 2}], "emptied": [], "off": false, "type": 1});
        (map(&base), map(&over))
    }

    #[test]
    fn overlay_lets_null_fall_through_and_merges_sparse_lists() {
        let (base, over) = cases();
        check(
            &overlay(&base, &over, ListMerge::Sparse),
            &json!({"map": {"a": 1, "b": 3}, "kept": {"x": 1}, "nulled": 1, "new": null, "list": [1, {"a": 1, "b": 2}, 3], "emptied": [], "off": false, "type": 1}),
        );
    }

    #[test]
    fn overlay_by_index_never_shortens_a_list() {
        let (base, over) = cases();
        let merged = overlay(&base, &over, ListMerge::ByIndex);
        assert_eq!(merged.get("emptied"), Some(Value::from(&json!([1]))));
    }

    #[test]
    fn override_with_lets_null_win_and_replaces_lists() {
        let (base, over) = cases();
        check(
            &override_with(&base, &over),
            &json!({"map": {"a": 1, "b": 3}, "kept": {"x": 1}, "nulled": null, "new": null, "list": [null, {"b": 2}], "emptied": [], "off": false, "type": 1}),
        );
    }

    #[test]
    fn the_arguments_stay_as_they_were() {
        let (base, over) = cases();
        let before = serde_json::to_value(&base).expect("maps serialize");
        overlay(&base, &over, ListMerge::Sparse);
        override_with(&base, &over);
        check(&base, &before);
    }
}
