//! The marks by which Helm knows whose an object is.

use serde_json::{Map, Value};
use std::fmt;

/// The label that says which tool manages an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The annotation that names the release of an object.
pub const RELEASE_NAME: &str = "meta.helm.sh/release-name";

/// The annotation that names the namespace of the release of an object.
pub const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";

const HELM: &str = "Helm";
const RESOURCE_POLICY: &str = "helm.sh/resource-policy";

/// The release that objects belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The release.
    pub name: &'a str,
    /// The release's namespace.
    pub namespace: &'a str,
}

/// A mark that is missing or says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// `label` or `annotation`.
    pub place: &'static str,
    /// The key.
    pub key: &'static str,
    /// What it must say.
    pub expected: String,
    /// What it says; none where it is missing.
    pub actual: Option<String>,
}

impl fmt::Display for Mismatch {
    /// Writes Helm's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch { place, key, expected, actual } = self;
        match actual {
            None => write!(f, "{place} validation error: missing key {key:?}: must be set to {expected:?}"),
            Some(actual) => write!(f, "{place} validation error: key {key:?} must equal {expected:?}: current value is {actual:?}"),
        }
    }
}

/// Puts the marks of a release on an object that will be sent.
///
/// Rule: helm pkg/action/validate.go (`setMetadataVisitor`). The stored manifest, hooks and CRDs have no marks.
pub fn mark_owned(object: &mut Value, owner: Owner<'_>) {
    let Some(metadata) = entry(object, "metadata") else { return };
    if let Some(labels) = child(metadata, "labels") {
        labels.insert(MANAGED_BY.to_owned(), Value::from(HELM));
    }
    if let Some(annotations) = child(metadata, "annotations") {
        annotations.insert(RELEASE_NAME.to_owned(), Value::from(owner.name));
        annotations.insert(RELEASE_NAMESPACE.to_owned(), Value::from(owner.namespace));
    }
}

/// Returns the marks by which a live object is not the release's; none where it is.
///
/// Rule: helm pkg/action/validate.go (`checkOwnership`).
pub fn ownership_mismatches(live: &Value, owner: Owner<'_>) -> Vec<Mismatch> {
    let marks = [
        ("label", "/metadata/labels", MANAGED_BY, HELM),
        ("annotation", "/metadata/annotations", RELEASE_NAME, owner.name),
        ("annotation", "/metadata/annotations", RELEASE_NAMESPACE, owner.namespace),
    ];
    let mismatch = |(place, pointer, key, expected): (&'static str, &str, &'static str, &str)| {
        let actual = live.pointer(pointer).and_then(|marks| marks.get(key)).and_then(Value::as_str);
        (actual != Some(expected)).then(|| Mismatch { place, key, expected: expected.to_owned(), actual: actual.map(str::to_owned) })
    };
    marks.into_iter().filter_map(mismatch).collect()
}

/// Returns Helm's words about an object that exists and is not the release's. Helm puts `Unable to continue with install: ` or
/// `Unable to continue with update: ` before them.
pub fn conflict_message(kind: &str, name: &str, namespace: &str, mismatches: &[Mismatch]) -> String {
    let reasons: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
    format!(
        "{kind} {name:?} in namespace {namespace:?} exists and cannot be imported into the current release: invalid ownership metadata; {}",
        reasons.join("; ")
    )
}

/// Says whether a live object stays when its release drops it: the annotation `helm.sh/resource-policy` is exactly `keep`.
///
/// Rule: helm pkg/kube/client.go (`update`). Uninstalling reads the annotation of the manifest instead, and less strictly.
pub fn is_kept(live: &Value) -> bool {
    live.pointer("/metadata/annotations").and_then(|annotations| annotations.get(RESOURCE_POLICY)).and_then(Value::as_str) == Some("keep")
}

fn entry<'a>(object: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    child(object.as_object_mut()?, key)
}

/// Returns the map under a key, made where there is none or null.
fn child<'a>(map: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Map<String, Value>> {
    let value = map.entry(key).or_insert(Value::Null);
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::{Owner, conflict_message, mark_owned, ownership_mismatches};
    use serde_json::json;

    const OWNER: Owner<'_> = Owner { name: "web", namespace: "shop" };

    #[test]
    fn a_marked_object_is_owned() {
        let mut object = json!({"kind": "ConfigMap", "metadata": {"name": "a", "labels": null, "annotations": {"x": "y"}}});
        mark_owned(&mut object, OWNER);
        assert_eq!(ownership_mismatches(&object, OWNER), []);
        assert_eq!(object["metadata"]["annotations"]["x"], "y");
    }

    #[test]
    fn what_is_missing_or_different_is_said_in_helms_words() {
        let live = json!({"metadata": {"annotations": {"meta.helm.sh/release-name": "other"}}});
        let expected = "ConfigMap \"a\" in namespace \"shop\" exists and cannot be imported into the current release: \
            invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\"; \
            annotation validation error: key \"meta.helm.sh/release-name\" must equal \"web\": current value is \"other\"; \
            annotation validation error: missing key \"meta.helm.sh/release-namespace\": must be set to \"shop\"";
        assert_eq!(conflict_message("ConfigMap", "a", "shop", &ownership_mismatches(&live, OWNER)), expected);
    }
}
