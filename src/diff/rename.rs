//! Objects that go under one name and come back under another.

use super::change::{Change, ChangeKind};
use super::text::as_text;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

/// From this share of equal lines on, an object that goes and one that comes are taken for the same.
const SIMILAR: f64 = 0.6;
/// Pairs are looked for among so many objects of a kind; more would take time for an answer that nobody reads.
const MOST: usize = 200;

/// Joins an object that is removed with one of the same kind that is added and says nearly the same: the addition becomes a rename,
/// the removal disappears. The most similar pairs first.
pub fn pair_renames(changes: Vec<Change>) -> Vec<Change> {
    let pairs = pairs(&changes);
    if pairs.is_empty() {
        return changes;
    }
    let mut olds: FxHashMap<usize, Change> = FxHashMap::default();
    let mut kept = Vec::with_capacity(changes.len());
    for (at, change) in changes.into_iter().enumerate() {
        if pairs.iter().any(|(removed, _)| *removed == at) {
            olds.insert(at, change);
        } else {
            kept.push((at, change));
        }
    }
    let rename = |(at, change): (usize, Change)| {
        let removed = pairs.iter().find(|(_, added)| *added == at).and_then(|(removed, _)| olds.get(removed));
        match removed {
            Some(removed) => {
                Change { kind: ChangeKind::Rename, old: removed.old.clone(), renamed_from: Some(removed.id.clone()), ..change }
            }
            None => change,
        }
    };
    kept.into_iter().map(rename).collect()
}

/// Returns pairs of a removal and an addition, by index.
fn pairs(changes: &[Change]) -> Vec<(usize, usize)> {
    let of = |kind: ChangeKind| (0..changes.len()).filter(move |at| changes[*at].kind == kind).take(MOST);
    let removed: Vec<usize> = of(ChangeKind::Remove).collect();
    if removed.is_empty() {
        return Vec::new();
    }
    let lines = |at: usize, side: &Option<Json>| (at, Lines::of(side.as_ref(), &changes[at].id.name));
    let olds: Vec<(usize, Lines)> = removed.into_iter().map(|at| lines(at, &changes[at].old)).collect();
    let is_wanted = |at: &usize| olds.iter().any(|(old, _)| is_same_kind(&changes[*old], &changes[*at]));
    let news: Vec<(usize, Lines)> = of(ChangeKind::Add).filter(is_wanted).map(|at| lines(at, &changes[at].new)).collect();
    let mut candidates = Vec::new();
    for (old, old_lines) in &olds {
        for (new, new_lines) in news.iter().filter(|(new, _)| is_same_kind(&changes[*old], &changes[*new])) {
            let similarity = old_lines.similarity(new_lines);
            if similarity >= SIMILAR {
                candidates.push((similarity, *old, *new));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, old, new) in candidates {
        if pairs.iter().all(|pair| pair.0 != old && pair.1 != new) {
            pairs.push((old, new));
        }
    }
    pairs
}

fn is_same_kind(a: &Change, b: &Change) -> bool {
    a.id.kind == b.id.kind && a.id.group() == b.id.group()
}

/// What every object of a kind has makes none similar to another.
fn without_identity(object: &Json) -> Json {
    let mut rest = object.clone();
    if let Some(fields) = rest.as_object_mut() {
        fields.remove("apiVersion");
        fields.remove("kind");
        let is_empty = fields.get_mut("metadata").and_then(Json::as_object_mut).is_none_or(|metadata| {
            metadata.remove("name");
            metadata.is_empty()
        });
        if is_empty {
            fields.remove("metadata");
        }
    }
    rest
}

/// How often each line is in an object's text, its own name left out.
struct Lines {
    counts: FxHashMap<String, usize>,
    total: usize,
}

impl Lines {
    fn of(object: Option<&Json>, name: &str) -> Lines {
        let text = object.map(|object| as_text(&without_identity(object))).unwrap_or_default();
        let mut counts = FxHashMap::default();
        let mut total = 0;
        for line in text.lines() {
            *counts.entry(line.replace(name, "")).or_insert(0) += 1;
            total += 1;
        }
        Lines { counts, total }
    }

    /// Returns the share of lines that both have, from 0 to 1.
    fn similarity(&self, other: &Lines) -> f64 {
        let common: usize = self.counts.iter().map(|(line, count)| other.counts.get(line).map_or(0, |theirs| *count.min(theirs))).sum();
        let total = self.total + other.total;
        if total == 0 { 0.0 } else { 2.0 * common as f64 / total as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Object, compare};
    use crate::manifest::ObjectId;
    use serde_json::json;

    fn object(kind: &str, name: &str, data: &Json) -> Object {
        let body = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "data": data});
        Object { id: ObjectId::of(&body).expect("has an identity"), body, template: String::new() }
    }

    #[track_caller]
    fn check(old: &[Object], new: &[Object], expected: &[(&str, ChangeKind, Option<&str>)]) {
        let changes = pair_renames(compare(old, new));
        let found: Vec<(&str, ChangeKind, Option<&str>)> = changes
            .iter()
            .map(|change| (change.id.name.as_str(), change.kind, change.renamed_from.as_ref().map(|from| from.name.as_str())))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_object_that_comes_back_under_another_name_is_renamed() {
        let data = json!({"a": "1", "b": "2", "c": "3", "d": "4"});
        let near = json!({"a": "1", "b": "2", "c": "3", "d": "5"});
        check(
            &[object("ConfigMap", "app-1f", &data), object("ConfigMap", "other", &json!({"x": "y", "z": "1", "q": "8"}))],
            &[object("ConfigMap", "app-2e", &near), object("ConfigMap", "new", &json!({"k": "v", "l": "2", "m": "9"}))],
            &[("app-2e", ChangeKind::Rename, Some("app-1f")), ("new", ChangeKind::Add, None), ("other", ChangeKind::Remove, None)],
        );
    }

    #[test]
    fn another_kind_is_another_object() {
        let data = json!({"a": "1", "b": "2", "c": "3"});
        check(
            &[object("ConfigMap", "a", &data)],
            &[object("Secret", "a", &data)],
            &[("a", ChangeKind::Add, None), ("a", ChangeKind::Remove, None)],
        );
    }

    #[test]
    fn the_most_similar_one_is_taken() {
        let old = json!({"a": "1", "b": "2", "c": "3", "d": "4"});
        check(
            &[object("ConfigMap", "old", &old)],
            &[object("ConfigMap", "near", &json!({"a": "1", "b": "2", "c": "3", "d": "0"})), object("ConfigMap", "same", &old)],
            &[("near", ChangeKind::Add, None), ("same", ChangeKind::Rename, Some("old"))],
        );
    }
}
