//! What names an object in a cluster.

use std::fmt;

/// The identity of an object: API version, kind, namespace, name.
///
/// `namespace` is `None` for cluster-scoped objects, and for objects whose manifest does not name one until the release's
/// namespace has been filled in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// `apiVersion` as written: `v1`, `apps/v1`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// `metadata.name`.
    pub name: String,
}

impl ObjectId {
    /// Returns the identity of an object in JSON form, or `None` where `apiVersion`, `kind` or `metadata.name` is missing.
    pub fn of(object: &serde_json::Value) -> Option<ObjectId> {
        let text = |pointer: &str| object.pointer(pointer).and_then(|value| value.as_str()).map(str::to_owned);
        Some(ObjectId {
            api_version: text("/apiVersion")?,
            kind: text("/kind")?,
            namespace: text("/metadata/namespace").filter(|namespace| !namespace.is_empty()),
            name: text("/metadata/name")?,
        })
    }

    /// Returns the API group: empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Says whether both name the same object whatever API version each was written with, as Helm compares them.
    pub fn is_same_object(&self, other: &ObjectId) -> bool {
        self.group() == other.group() && self.kind == other.kind && self.namespace == other.namespace && self.name == other.name
    }
}

impl fmt::Display for ObjectId {
    /// Writes `Kind/namespace/name`, or `Kind/name` without a namespace.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{}/{namespace}/{}", self.kind, self.name),
            None => write!(f, "{}/{}", self.kind, self.name),
        }
    }
}
