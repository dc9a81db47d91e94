//! From client-side to server-side apply: who owns which field.

use serde_json::{Map, Value, json};

/// Returns the JSON patch that hands the fields which `manager` owns by updates to its server-side apply, or nothing where it owns
/// none so.
///
/// Rule: client-go util/csaupgrade `UpgradeManagedFieldsPatch`, with the same name for both managers as Helm calls it. The patch
/// names the resource version, so that it fails where the object has changed since.
pub fn upgrade_patch(object: &Value, manager: &str) -> Option<Value> {
    let entries = object.pointer("/metadata/managedFields")?.as_array()?;
    let upgraded = upgraded(entries, manager)?;
    Some(json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": upgraded},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": object.pointer("/metadata/resourceVersion")},
    ]))
}

fn upgraded(entries: &[Value], manager: &str) -> Option<Vec<Value>> {
    let first_update = entries.iter().position(|entry| is_of(entry, manager, "Update"))?;
    let target = entries.iter().position(|entry| is_of(entry, manager, "Apply")).unwrap_or(first_update);
    let mut entries = entries.to_vec();
    entries[target]["operation"] = Value::from("Apply");
    let same_version =
        entries.iter().position(|entry| is_of(entry, manager, "Update") && entry["apiVersion"] == entries[target]["apiVersion"]);
    if let Some(update) = same_version {
        let fields = union(&entries[target]["fieldsV1"], &entries[update]["fieldsV1"]);
        entries[target]["fieldsV1"] = fields;
    }
    entries.retain(|entry| !is_of(entry, manager, "Update"));
    Some(entries)
}

fn is_of(entry: &Value, manager: &str, operation: &str) -> bool {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    text("manager") == manager && text("operation") == operation && text("subresource").is_empty()
}

/// Unites two sets of fields in `FieldsV1` form, where an empty node is a member itself, and a node with children is one only where
/// it has the child `.`.
fn union(left: &Value, right: &Value) -> Value {
    match (left.as_object(), right.as_object()) {
        (Some(left), Some(right)) => Value::Object(unite(left, right)),
        (Some(_), None) => left.clone(),
        (None, _) => right.clone(),
    }
}

fn unite(left: &Map<String, Value>, right: &Map<String, Value>) -> Map<String, Value> {
    let mut united = left.clone();
    for (key, theirs) in right {
        let both = match united.get(key) {
            Some(ours) => unite_nodes(ours, theirs),
            None => theirs.clone(),
        };
        united.insert(key.clone(), both);
    }
    united
}

fn unite_nodes(left: &Value, right: &Value) -> Value {
    let is_leaf = |node: &Value| node.as_object().is_none_or(Map::is_empty);
    let with_itself = |node: &Value| {
        let mut node = node.clone();
        node["."] = json!({});
        node
    };
    match (is_leaf(left), is_leaf(right)) {
        (true, true) => json!({}),
        (true, false) => with_itself(right),
        (false, true) => with_itself(left),
        (false, false) => union(left, right),
    }
}

#[cfg(test)]
mod tests {
    use super::{json, upgrade_patch};

    fn entry(manager: &str, operation: &str, fields: serde_json::Value) -> serde_json::Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields})
    }

    fn object(entries: &[serde_json::Value]) -> serde_json::Value {
        json!({"metadata": {"resourceVersion": "7", "managedFields": entries}})
    }

    #[test]
    fn updates_become_an_apply_and_other_managers_stay() {
        let other = entry("kubectl", "Update", json!({"f:data": {"f:x": {}}}));
        let patch = upgrade_patch(&object(&[entry("helm", "Update", json!({"f:data": {"f:a": {}}})), other.clone()]), "helm");
        let expected = json!([
            {"op": "replace", "path": "/metadata/managedFields", "value": [entry("helm", "Apply", json!({"f:data": {"f:a": {}}})), other]},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        ]);
        assert_eq!(patch, Some(expected));
    }

    #[test]
    fn updates_join_an_apply_that_is_there() {
        let apply = entry("helm", "Apply", json!({"f:data": {"f:a": {}}, "f:spec": {}}));
        let update = entry("helm", "Update", json!({"f:data": {".": {}, "f:b": {}}, "f:spec": {"f:c": {}}}));
        let patch = upgrade_patch(&object(&[apply, update]), "helm").expect("there is an update to hand over");
        let united = json!({"f:data": {".": {}, "f:a": {}, "f:b": {}}, "f:spec": {".": {}, "f:c": {}}});
        assert_eq!(patch[0]["value"], json!([entry("helm", "Apply", united)]));
    }

    #[test]
    fn without_updates_there_is_nothing_to_do() {
        assert_eq!(upgrade_patch(&object(&[entry("helm", "Apply", json!({}))]), "helm"), None);
        assert_eq!(upgrade_patch(&json!({"metadata": {}}), "helm"), None);
    }

    #[test]
    fn the_status_subresource_is_left_alone() {
        let mut status = entry("helm", "Update", json!({}));
        status["subresource"] = json!("status");
        assert_eq!(upgrade_patch(&object(&[status]), "helm"), None);
    }
}
