//! Narrows live objects to what somebody wrote, and lays what was written over them.

use super::align::Identity;
use super::redact::is_secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the API server keeps in `metadata` for itself.
const OWN_METADATA: [&str; 7] =
    ["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink", "deletionGracePeriodSeconds"];

/// Says whether two states of a live object differ in more than what the API server and controllers keep for themselves.
pub fn differs(old: &Json, new: &Json) -> bool {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else { return old != new };
    let own = |map: &Map<String, Json>, is_own: &dyn Fn(&str) -> bool| map.keys().filter(|key| !is_own(key)).count();
    let same = |old: &Map<String, Json>, new: &Map<String, Json>, is_own: &dyn Fn(&str) -> bool| {
        own(old, is_own) == own(new, is_own) && old.iter().filter(|(key, _)| !is_own(key)).all(|(key, value)| new.get(key) == Some(value))
    };
    let metadata = |map: &Map<String, Json>| map.get("metadata").and_then(Json::as_object).cloned().unwrap_or_default();
    !same(old, new, &|key| key == "status" || key == "metadata")
        || !same(&metadata(old), &metadata(new), &|key| OWN_METADATA.contains(&key))
}

/// Returns two states of a live object without noise: only the fields that `written` names, and those that differ.
pub fn narrow(written: &Json, old: &Json, new: &Json) -> (Json, Json) {
    let written = as_stored(written);
    let (old, new) = (cleaned(old), cleaned(new));
    let (old, new) = both(Some(&written), Some(&old), Some(&new));
    (old.unwrap_or_default(), new.unwrap_or_default())
}

/// Returns a live object with only the fields that `written` names.
pub fn narrow_one(written: &Json, object: &Json) -> Json {
    narrow(written, object, object).0
}

/// Returns a live object with what is written laid over it: about what an apply would make of it.
pub fn overlay(live: &Json, written: &Json) -> Json {
    laid_over(live, &as_stored(written))
}

/// A Secret is kept without `stringData`: its values move to `data`.
pub fn as_stored(written: &Json) -> Cow<'_, Json> {
    let Some(texts) = written.get("stringData").and_then(Json::as_object).filter(|_| is_secret(written)) else {
        return Cow::Borrowed(written);
    };
    let mut stored = written.clone();
    if let Some(object) = stored.as_object_mut() {
        object.remove("stringData");
        let data = object.entry("data").or_insert_with(|| Json::Object(Map::new()));
        if data.is_null() {
            *data = Json::Object(Map::new());
        }
        for (key, text) in texts {
            data[key] = Json::String(STANDARD.encode(text.as_str().unwrap_or_default()));
        }
    }
    Cow::Owned(stored)
}

fn cleaned(object: &Json) -> Json {
    let Some(fields) = object.as_object() else { return object.clone() };
    let mut cleaned = Map::new();
    for (key, value) in fields.iter().filter(|(key, _)| *key != "status") {
        let value = match (key.as_str(), value.as_object()) {
            ("metadata", Some(metadata)) => {
                let kept = metadata.iter().filter(|(key, _)| !OWN_METADATA.contains(&key.as_str()));
                Json::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            _ => value.clone(),
        };
        cleaned.insert(key.clone(), value);
    }
    Json::Object(cleaned)
}

type Sides = (Option<Json>, Option<Json>);

fn both(written: Option<&Json>, old: Option<&Json>, new: Option<&Json>) -> Sides {
    match (written, old, new) {
        (None, old, new) if old == new => (None, None),
        (None | Some(Json::Object(_)), Some(Json::Object(old)), Some(Json::Object(new))) => both_maps(written, old, new),
        (None | Some(Json::Array(_)), Some(Json::Array(old)), Some(Json::Array(new))) => both_lists(written, old, new),
        (_, old, new) => (old.cloned(), new.cloned()),
    }
}

fn both_maps(written: Option<&Json>, old: &Map<String, Json>, new: &Map<String, Json>) -> Sides {
    let (mut left, mut right) = (Map::new(), Map::new());
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        let (old, new) = both(written.and_then(|written| written.get(key)), old.get(key), new.get(key));
        left.extend(old.map(|old| (key.clone(), old)));
        right.extend(new.map(|new| (key.clone(), new)));
    }
    (Some(Json::Object(left)), Some(Json::Object(right)))
}

fn both_lists(written: Option<&Json>, old: &[Json], new: &[Json]) -> Sides {
    let whole = || (Some(Json::Array(old.to_vec())), Some(Json::Array(new.to_vec())));
    let written = written.and_then(Json::as_array).map(Vec::as_slice);
    if [Some(old), Some(new), written].into_iter().flatten().flatten().any(|item| !item.is_object()) {
        return whole();
    }
    match Identity::of(&[old, new, written.unwrap_or_default()]) {
        Some(identity) => lists_by_name(identity, written, old, new),
        None if old.len() == new.len() && written.is_none_or(|written| written.len() == old.len()) => {
            let sides = (0..old.len()).map(|at| both(written.map(|written| &written[at]), Some(&old[at]), Some(&new[at])));
            let (left, right): (Vec<_>, Vec<_>) = sides.unzip();
            (Some(left.into_iter().flatten().collect()), Some(right.into_iter().flatten().collect()))
        }
        None => whole(),
    }
}

fn lists_by_name(identity: Identity, written: Option<&[Json]>, old: &[Json], new: &[Json]) -> Sides {
    let named = |list: &[Json]| -> Vec<String> { list.iter().map(|item| identity.name(item).unwrap_or_default()).collect() };
    let (old_names, new_names) = (named(old), named(new));
    let written_names = written.map(named).unwrap_or_default();
    let find = |list: &[Json], names: &[String], name: &String| names.iter().position(|known| known == name).map(|at| list[at].clone());
    let mut sides: BTreeMap<&String, Sides> = BTreeMap::new();
    for name in old_names.iter().chain(&new_names) {
        sides.entry(name).or_insert_with(|| {
            let written = find(written.unwrap_or_default(), &written_names, name);
            let (old, new) = (find(old, &old_names, name), find(new, &new_names, name));
            let (left, right) = both(written.as_ref(), old.as_ref(), new.as_ref());
            (named_again(identity, left, old.as_ref()), named_again(identity, right, new.as_ref()))
        });
    }
    let left = old_names.iter().filter_map(|name| sides[name].0.clone()).collect();
    let right = new_names.iter().filter_map(|name| sides[name].1.clone()).collect();
    (Some(left), Some(right))
}

/// An item of which only some fields are shown still says which item it is.
fn named_again(identity: Identity, narrowed: Option<Json>, item: Option<&Json>) -> Option<Json> {
    let mut narrowed = narrowed?;
    for field in identity.fields() {
        if let Some(value) = item.and_then(|item| item.get(field)) {
            narrowed[*field] = value.clone();
        }
    }
    Some(narrowed)
}

fn laid_over(live: &Json, written: &Json) -> Json {
    match (live, written) {
        (Json::Object(live), Json::Object(written)) => {
            let mut merged = live.clone();
            for (key, value) in written {
                let value = live.get(key).map_or_else(|| value.clone(), |live| laid_over(live, value));
                merged.insert(key.clone(), value);
            }
            Json::Object(merged)
        }
        (Json::Array(live), Json::Array(written)) => match Identity::of(&[live, written]).filter(|_| !written.is_empty()) {
            Some(identity) => {
                let name = |item: &Json| identity.name(item);
                let of_live = |item: &Json| live.iter().find(|live| name(live) == name(item));
                Json::Array(written.iter().map(|item| of_live(item).map_or_else(|| item.clone(), |live| laid_over(live, item))).collect())
            }
            None => Json::Array(written.clone()),
        },
        (_, written) => written.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(image: &str, replicas: u32) -> Json {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "uid": "1", "resourceVersion": replicas.to_string(), "managedFields": [replicas], "annotations": {"other": "1"}},
            "spec": {
                "replicas": replicas, "revisionHistoryLimit": 10,
                "template": {"spec": {"dnsPolicy": "ClusterFirst", "containers": [
                    {"name": "sidecar", "image": "proxy:1"},
                    {"name": "web", "image": image, "imagePullPolicy": "IfNotPresent", "ports": [{"containerPort": 80, "protocol": "TCP"}]},
                ]}},
            },
            "status": {"replicas": replicas},
        })
    }

    fn written() -> Json {
        json!({"metadata": {"name": "web"}, "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}]}}}})
    }

    #[test]
    fn only_what_is_written_and_what_differs_is_left() {
        let (old, new) = narrow(&written(), &deployment("web:1", 3), &deployment("web:1", 1));
        let side = |replicas| {
            json!({"metadata": {"name": "web"}, "spec": {"replicas": replicas, "template": {"spec": {"containers": [
                {"name": "web", "image": "web:1", "ports": [{"containerPort": 80, "protocol": "TCP"}]},
            ]}}}})
        };
        assert_eq!((old, new), (side(3), side(1)));
    }

    #[test]
    fn a_field_that_nobody_wrote_is_shown_where_it_changes() {
        let mut after = deployment("web:1", 1);
        after["spec"]["template"]["spec"]["dnsPolicy"] = json!("None");
        after["spec"]["template"]["spec"]["containers"][0]["image"] = json!("proxy:2");
        let (old, new) = narrow(&json!({"metadata": {"name": "web"}}), &deployment("web:1", 1), &after);
        assert_eq!(
            old["spec"],
            json!({"template": {"spec": {"dnsPolicy": "ClusterFirst", "containers": [{"name": "sidecar", "image": "proxy:1"}]}}})
        );
        assert_eq!(
            new["spec"],
            json!({"template": {"spec": {"dnsPolicy": "None", "containers": [{"name": "sidecar", "image": "proxy:2"}]}}})
        );
    }

    #[test]
    fn what_the_server_keeps_for_itself_is_no_difference() {
        let (old, mut new) = (deployment("web:1", 1), deployment("web:1", 1));
        new["metadata"]["resourceVersion"] = json!("2");
        new["metadata"]["managedFields"] = json!([]);
        new["status"] = json!({});
        assert!(!differs(&old, &new));
        new["metadata"]["annotations"] = json!({"other": "2"});
        assert!(differs(&old, &new));
        new = old.clone();
        new["data"] = json!({});
        assert!(differs(&old, &new) && differs(&new, &old));
    }

    #[test]
    fn texts_of_a_secret_are_compared_with_what_is_kept_of_them() {
        let written = json!({"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "b"}});
        let live = json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "Yg==", "other": "x"}});
        assert_eq!(narrow_one(&written, &live)["data"], json!({"a": "Yg=="}));
    }

    #[test]
    fn an_overlay_keeps_what_nobody_wrote() {
        let mut wanted = written();
        wanted["spec"]["template"]["spec"]["containers"][0]["image"] = json!("web:2");
        let after = overlay(&deployment("web:1", 1), &wanted);
        assert_eq!(after["spec"]["revisionHistoryLimit"], 10);
        assert_eq!(after["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"], "IfNotPresent");
        assert_eq!(after["spec"]["template"]["spec"]["containers"][0]["image"], "web:2");
    }
}
