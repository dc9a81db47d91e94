//! What must not change in a custom resource definition while objects of it are stored.

use serde_json::Value;

/// Returns why a live definition must not become another one: its objects would be lost or unreadable. Empty where it may.
///
/// Rule: kube-apiserver refuses some of these itself, with words about one field; versions that hold objects it lets go.
pub fn definition_dangers(live: &Value, new: &Value) -> Vec<String> {
    let mut dangers = Vec::new();
    for field in ["/spec/scope", "/spec/group", "/spec/names/kind", "/spec/names/plural"] {
        let [before, after] = [live, new].map(|definition| definition.pointer(field).and_then(Value::as_str).unwrap_or_default());
        if before != after {
            dangers.push(format!("{} is {before} and would be {after}", field.trim_start_matches('/').replace('/', ".")));
        }
    }
    let versions: Vec<&str> = list(new, "/spec/versions").iter().filter_map(|version| version["name"].as_str()).collect();
    for stored in list(live, "/status/storedVersions").iter().filter_map(Value::as_str) {
        if !versions.contains(&stored) {
            dangers.push(format!("objects are stored in version {stored}, which it would drop"));
        }
    }
    dangers
}

fn list<'v>(definition: &'v Value, pointer: &str) -> &'v [Value] {
    definition.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::definition_dangers;
    use serde_json::json;

    #[test]
    fn a_stored_version_must_stay_and_the_scope_too() {
        let live = json!({"spec": {"scope": "Namespaced", "versions": [{"name": "v1"}]}, "status": {"storedVersions": ["v1"]}});
        let more = json!({"spec": {"scope": "Namespaced", "versions": [{"name": "v1"}, {"name": "v2"}]}});
        assert!(definition_dangers(&live, &more).is_empty());
        let other = json!({"spec": {"scope": "Cluster", "versions": [{"name": "v2"}]}});
        let expected = ["spec.scope is Namespaced and would be Cluster", "objects are stored in version v1, which it would drop"];
        assert_eq!(definition_dangers(&live, &other), expected);
    }
}
